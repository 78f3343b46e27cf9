package pane

import (
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// View draws the rungs in sight and, where a row stays free, what the host
// says of itself.
func (l *Ladder) View() string {
	if l.w < 1 || l.h < 1 {
		return ""
	}
	rungs, place := l.rungs(), l.place()
	for i, r := range rungs {
		if r == place {
			l.top = max(min(l.top, i), i-l.h+1)
		}
	}
	l.top = max(0, min(l.top, len(rungs)-l.h))
	out := make([]string, 0, l.h)
	for i := l.top; i < len(rungs) && len(out) < l.h; i++ {
		out = append(out, l.draw(rungs[i], l.focused && rungs[i] == place))
	}
	if says := l.hostSays(); len(says) > 0 && len(out)+1+len(says) <= l.h {
		for len(out)+len(says) < l.h {
			out = append(out, "")
		}
		for _, s := range says {
			out = append(out, page.Paint(l.Faint, s))
		}
	}
	return strings.Join(out, "\n")
}

func (l *Ladder) draw(r rung, marked bool) string {
	if r.layer == probe.LayerNone {
		return ""
	}
	mark := " "
	if marked {
		mark = l.Mark
	}
	var body, sign, word string
	var style lipgloss.Style
	if r.step == "" {
		sign, word, style = l.layerSign(r.layer)
		body = string(rune('0'+r.layer)) + " " + r.layer.Title()
	} else {
		sign, word, style = l.stepSign(r.step)
		mark += "   "
		body = l.Run.Step(r.step).Label
	}
	room := max(l.w-8, 0)
	left := page.Cut(mark+sign+" "+body, room, l.Symbols.Cut)
	line := page.Pad(left, room) + page.PadLeft(word, min(8, l.w))
	switch {
	case marked:
		return page.Paint(l.Strong, line)
	case sign == l.Skip || sign == l.NotRun:
		return page.Paint(l.Faint, line)
	}
	i := strings.Index(line, sign)
	if i < 0 || page.Width(left) <= page.Width(mark) {
		return line
	}
	if sign == l.Symbols.Fail {
		return line[:i] + page.Paint(style, line[i:])
	}
	return line[:i] + page.Paint(style, sign) + line[i+len(sign):]
}

func (l *Ladder) layerSign(layer probe.Layer) (sign, word string, style lipgloss.Style) {
	if l.Run.Active(layer) {
		if l.Run.State == Waiting {
			return l.NotRun, "", l.Faint
		}
		return l.Symbols.Run, "", l.Theme.Run
	}
	o := l.Run.Outcome(layer)
	if l.Run.State == Watching && o == probe.Failed {
		return l.Symbols.Run, "", l.Theme.Run
	}
	sign, style = l.Sign(o)
	switch o {
	case probe.Skipped:
		return sign, "skipped", style
	case probe.Cancelled:
		return sign, "stopped", style
	case probe.NotRun:
		if l.Run.State == Finished {
			word = "not run"
		}
		return sign, word, style
	}
	return sign, l.time(l.Run.Took(layer)), style
}

func (l *Ladder) stepSign(id probe.StepID) (sign, word string, style lipgloss.Style) {
	if id == l.Run.Current && !l.Run.Ended && l.Run.State != Finished {
		if l.Run.State == Waiting {
			return l.Wait, "next", l.Theme.Run
		}
		if d := l.Now().Sub(l.Run.Since); d >= time.Second {
			word = page.Seconds(d)
		}
		return l.Spin[l.Tick%4], word, l.Theme.Run
	}
	res := l.Run.Result(id)
	sign, style = l.Sign(res.Outcome)
	switch res.Outcome {
	case probe.Skipped:
		return sign, "skipped", style
	case probe.NotRun:
		if l.Run.State == Finished {
			word = "not run"
		}
		return sign, word, style
	case probe.Cancelled:
		return sign, page.Seconds(res.Took), style
	}
	if l.Run.State == Watching && res.Failure != nil {
		return sign, page.Cut(kindPhrase(res.Failure.Kind), 8, l.Symbols.Cut), style
	}
	return sign, l.time(res.Took), style
}

func (l *Ladder) time(d time.Duration) string {
	if l.w >= 36 {
		return page.TookFine(d)
	}
	return page.Took(d)
}

// Sign is the symbol of an outcome and the style it is drawn in.
func (s *Shared) Sign(o probe.Outcome) (string, lipgloss.Style) {
	switch o {
	case probe.Passed:
		return s.Symbols.Pass, s.Theme.Pass
	case probe.Warned:
		return s.Symbols.Warn, s.Theme.Warn
	case probe.Failed:
		return s.Symbols.Fail, s.Theme.Fail
	case probe.Skipped:
		return s.Skip, s.Faint
	case probe.Cancelled:
		return s.Stop, s.Strong
	}
	return s.NotRun, s.Faint
}

// Strip is the ladder in one line: √1 √2 ×3 –4 –5 –6, or signs alone.
func (l *Ladder) Strip(short bool) string {
	var b strings.Builder
	for i, layer := range probe.Layers() {
		sign, _, style := l.layerSign(layer)
		if !short && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(page.Paint(style, sign))
		if !short {
			b.WriteByte('0' + byte(layer))
		}
	}
	return b.String()
}

// hostSays is what the host told of itself, at most five lines and a heading.
func (l *Ladder) hostSays() []string {
	p, ok := l.Run.Passport()
	if !ok {
		return nil
	}
	out := []string{" the host says"}
	add := func(s string) {
		if len(out) < 6 {
			out = append(out, "   "+page.Cut(s, l.w-3, l.Symbols.Cut))
		}
	}
	if p.Computer != "" {
		s := page.Clean(p.Computer)
		if p.Member() {
			s += " in " + page.Clean(p.Domain)
		}
		add(s)
	}
	if l.w >= 36 && p.DNSComputer != "" {
		add(page.Clean(p.DNSComputer))
	}
	if p.Build != 0 {
		s := "Windows build " + itoa(int(p.Build))
		if name := strings.TrimPrefix(report.WindowsName(p.Build), "Windows "); name != "" && l.w >= 36 && page.Width(s+name)+5 <= l.w {
			s += ", " + name
		}
		add(s)
	}
	if p.HasTime {
		add(skew(p.ClockSkew, l.w >= 36))
	}
	if a, ok := probe.Learnt[*probe.Alive](l.Run.Result(probe.StepAlive)); ok && l.w >= 36 && len(a.Bindings) > 0 {
		add(page.Clean(strings.Join(a.Bindings, ", ")))
	}
	return out
}
