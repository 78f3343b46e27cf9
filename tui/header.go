package tui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/page"
	"github.com/wmidoctor/wmidoctor/tui/pane"
)

// header is the first row: what is asked, and on the right how it stands.
func (m *model) header() string {
	th := m.shared.Theme
	if m.help != nil {
		return m.ends(" wmidoctor", "version "+m.cfg.Version)
	}
	switch m.screen {
	case onForm:
		return m.ends(" wmidoctor", "connect to one Windows host")
	case onPicker:
		n, of := m.picker.Healed()
		return m.ends(" wmidoctor  "+page.Paint(th.Practice, "PRACTICE"), strconv.Itoa(n)+" of "+strconv.Itoa(of)+" healed")
	}
	word, took, style := m.outcome()
	right := page.Paint(style, word)
	if took != "" && m.w >= 48 {
		right += "  " + took
	}
	keep := page.Width(right)
	if m.w >= narrow {
		keep = max(keep, outcome)
	}
	if m.w < narrow {
		return page.Pad(m.asks(m.w-keep-1), m.w-page.Width(right)) + right
	}
	return page.Pad(m.asks(m.w-keep-1), m.w-page.Width(right)-1) + right
}

// ends puts two texts at the ends of the first row.
func (m *model) ends(left, right string) string {
	if page.Width(left)+page.Width(right)+3 > m.w {
		return page.Cut(left, m.w, "")
	}
	return page.Pad(left, m.w-page.Width(right)-1) + right
}

// asks is the left part within w cells. Where room is short the namespace goes
// first, then the name of the program, then the account; the host is cut in
// its middle.
func (m *model) asks(w int) string {
	run, th := m.shared.Run, m.shared.Theme
	host := page.Clean(run.Target.Host)
	account := page.Clean(run.Account)
	parts := []string{"wmidoctor", host, account}
	if m.w >= roomyWidth {
		parts = append(parts, page.Clean(run.Target.Namespace))
	}
	mark := ""
	if run.Practice {
		mark = page.Paint(th.Practice, "PRACTICE")
	}
	lead := " "
	if m.w < narrow {
		lead = ""
	}
	build := func(parts []string) string {
		var out []string
		for _, p := range parts {
			if p == "wmidoctor" && mark != "" {
				p += "  " + mark
			}
			if p != "" {
				out = append(out, p)
			}
		}
		if mark != "" && (len(parts) == 0 || parts[0] != "wmidoctor") {
			out = append([]string{mark}, out...)
		}
		return lead + strings.Join(out, "  ")
	}
	drop := func(i int) {
		if len(parts) > i {
			parts = append(parts[:i:i], parts[i+1:]...)
		}
	}
	if page.Width(build(parts)) > w {
		drop(3)
	}
	if page.Width(build(parts)) > w {
		drop(0)
	}
	if page.Width(build(parts)) > w {
		parts = parts[:1]
	}
	if over := page.Width(build(parts)) - w; over > 0 {
		parts[0] = page.CutMiddle(parts[0], max(page.Width(parts[0])-over, 1), th.Symbols.Cut)
	}
	return build(parts)
}

// outcome is how the run stands, in a word, and how long it took.
func (m *model) outcome() (word, took string, style lipgloss.Style) {
	run, th := m.shared.Run, m.shared.Theme
	switch run.State {
	case pane.Running:
		return th.Symbols.Run + " RUNNING", "", th.Run
	case pane.Waiting:
		return th.Wait + " WAITING FOR YOU", "", th.Run
	case pane.Watching:
		return th.Symbols.Run + " WATCHING", "", th.Run
	case pane.Idle:
		return "", "", th.Plain
	}
	rep := run.Report
	if rep == nil {
		return th.Stop + " STOPPED", "", th.Strong
	}
	took = page.Took(rep.Took)
	if m.w >= roomyWidth && rep.RoundTrips > 0 {
		took += "  " + page.Plural(rep.RoundTrips, "round trip", "round trips")
	}
	if rep.Took == 0 {
		took = ""
	}
	if !run.Saved.IsZero() {
		return "SAVED " + run.Saved.Format("2006-01-02 1504"), "", th.Strong
	}
	word, style = m.verdictWord(rep)
	return word, took, style
}

func (m *model) verdictWord(rep *probe.Report) (string, lipgloss.Style) {
	run, th := m.shared.Run, m.shared.Theme
	switch {
	case run.Hidden:
		return th.Wait + " YOUR TURN", th.Run
	case run.Heal != nil:
		return th.Symbols.Pass + " HEALED", th.Pass
	case rep.Outcome == probe.Cancelled:
		return th.Stop + " STOPPED", th.Strong
	case rep.Verdict.Layer != probe.LayerNone && run.Open() && rep.Outcome != probe.Incomplete:
		return th.Symbols.Fail + " FAILED, CAUSE OPEN", th.FailWord
	case rep.Verdict.Layer != probe.LayerNone || rep.Outcome == probe.Failed:
		return th.Symbols.Fail + " FAILED", th.FailWord
	case rep.Outcome == probe.Incomplete:
		return th.Symbols.Warn + " INCOMPLETE", th.Warn
	case len(rep.Verdict.Warnings) > 0:
		return th.Symbols.Warn + " WORKS, " + strings.ToUpper(page.Plural(len(rep.Verdict.Warnings), "warning", "warnings")), th.Warn
	}
	return th.Symbols.Pass + " WORKS", th.Pass
}

// oneLine is all that a very small window holds: sign, layer, words.
func (m *model) oneLine() string {
	run := m.shared.Run
	if m.screen != onRun {
		return "wmidoctor"
	}
	word, _, style := m.outcome()
	sign, text, _ := strings.Cut(word, " ")
	text = strings.ToLower(text)
	if rep := run.Report; rep != nil && rep.Verdict.Layer != probe.LayerNone && !run.Hidden && !m.busy() {
		text = rep.Verdict.Headline
		if _, after, ok := strings.Cut(text, ": "); ok {
			text = after
		}
		text = strconv.Itoa(int(rep.Verdict.Layer)) + " " + text
	} else if run.Current != "" {
		text = strconv.Itoa(int(run.Step(run.Current).Layer)) + " " + text
	}
	return page.Paint(style, sign) + " " + page.Clean(text)
}

// ruleRow is the second row: the name of the left pane and the tabs.
func (m *model) ruleRow(l layout) string {
	th := m.shared.Theme
	switch {
	case m.help != nil:
		return page.Paint(th.Faint, th.H+" Keys "+th.Rule(l.w-7))
	case m.screen == onForm:
		return page.Paint(th.Faint, th.Rule(l.w))
	case m.screen == onPicker && l.w >= narrow:
		n := m.picker.ListWidth()
		return page.Paint(th.Faint, th.H+" Pick a fault "+th.Rule(n-14)+th.Down+th.H+" Story "+th.Rule(l.w-n-10))
	case m.screen == onPicker:
		return page.Paint(th.Faint, th.H+" Pick a fault "+th.Rule(l.w-15))
	case !l.two:
		return m.stripRow(l)
	}
	line := page.Paint(th.Faint, th.H+" Layers "+th.Rule(l.ladder-8)+th.Down) + m.tabs()
	if l.third > 0 {
		end := l.ladder + gap + l.right + 1
		line = page.Fit(line+page.Paint(th.Faint, th.Rule(end-page.Width(line))), end) + page.Paint(th.Faint, th.Down+th.H+" Wire, live ")
	}
	return line + page.Paint(th.Faint, th.Rule(l.w-page.Width(line)))
}

// stripRow is the rule when one pane is shown: the ladder in one line, and the
// tabs or the one that is open.
func (m *model) stripRow(l layout) string {
	th := m.shared.Theme
	line := page.Paint(th.Faint, th.H) + " " + m.ladder.Strip(l.w < 32) + " "
	rest := m.tabs()
	if m.left || page.Width(line)+page.Width(rest)+3 > l.w {
		name := m.tabNames()[m.tab]
		if m.left {
			name = "Layers"
		}
		rest = page.Paint(th.Faint, th.H) + page.Paint(th.Strong, "["+name+"]")
	} else {
		line += page.Paint(th.Faint, th.Rule(2))
	}
	line += rest
	return line + page.Paint(th.Faint, th.Rule(l.w-page.Width(line)))
}

func (m *model) tabNames() []string {
	first := "Verdict"
	if m.showStep() {
		first = "Step"
	}
	return []string{first, "Evidence", "Guide", "Wire", "Facts"}
}

func (m *model) tabs() string {
	th := m.shared.Theme
	var b strings.Builder
	for i, n := range m.tabNames() {
		b.WriteString(page.Paint(th.Faint, th.H))
		if tab(i) == m.tab {
			b.WriteString(page.Paint(th.Strong, "["+n+"]"))
		} else {
			b.WriteString(" " + n + " ")
		}
	}
	return b.String()
}
