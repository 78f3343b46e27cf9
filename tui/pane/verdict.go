package pane

import (
	"strconv"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Verdict is the place where the eye lands: headline, cause, proof, who acts,
// the first fix.
type Verdict struct {
	reader
	Console    bool     // the practice console stands open below
	HintsLeft  int      // practice, surprise
	HintsGiven []string // those asked for already
}

// NewVerdict makes the pane.
func NewVerdict(s *Shared) *Verdict {
	v := &Verdict{reader: reader{Shared: s}}
	v.feed = v.compose
	return v
}

// Refresh reads the run again and starts at the top.
func (v *Verdict) Refresh() { v.reset() }

// Again reads the run again and keeps the place.
func (v *Verdict) Again() { v.refresh() }

// Hints of the footer.
func (v *Verdict) Hints() []Hint {
	if len(v.text.items) == 0 {
		return nil
	}
	return []Hint{{"1-9", "copy"}}
}

// how the verdict is arranged, from roomy to tight.
type arrangement uint8

const (
	asDesigned  arrangement = iota // reasons before the fix
	oneLine                        // reasons one line each
	fixFirst                       // reasons after the fix
	tight                          // who acts and the fix right after the headline
	consoleOpen                    // summary and commands, nothing between
)

// compose picks the first arrangement in which the headline and line 1 are in
// view.
func (v *Verdict) compose(w, marked int) text {
	if v.Run.Report == nil {
		return text{}
	}
	if v.Console {
		return v.arrange(w, marked, consoleOpen)
	}
	if len(v.Run.Report.Verdict.Causes) == 0 && len(v.Run.Fixes) == 0 {
		return v.arrange(w, marked, asDesigned)
	}
	if v.Run.Report.Verdict.Layer == probe.LayerCallback && v.h >= 14 {
		return v.arrange(w, marked, fixFirst)
	}
	if v.covered && v.h < 14 {
		return v.arrange(w, marked, fixFirst)
	}
	for a := asDesigned; a < tight; a++ {
		t := v.arrange(w, marked, a)
		if v.covered || t.must < v.h || len(t.rows) <= v.h {
			return t
		}
	}
	return v.arrange(w, marked, tight)
}

func (v *Verdict) arrange(w, marked int, a arrangement) text {
	rep := v.Run.Report
	t := &text{}
	switch {
	case v.Run.Hidden:
		v.yourTurn(t, w)
		return *t
	case v.Run.Heal != nil:
		v.healed(t, w, marked)
		return *t
	case rep.Outcome == probe.Cancelled:
		v.stopped(t, w)
		return *t
	}
	v.headline(t, w)
	switch {
	case rep.Verdict.Layer == probe.LayerNone:
		v.summary(t, w)
		v.works(t, w)
		v.warnings(t, w, marked)
		return *t
	case a == tight:
		v.owner(t, w, true)
		v.fixes(t, w, marked, a)
		t.add("")
		v.summary(t, w)
		v.cause(t, w)
		v.reasons(t, w, a)
	default:
		v.summary(t, w)
		t.add("")
		if a == consoleOpen {
			v.fixes(t, w, marked, a)
			t.add("")
		}
		v.stages(t, w)
		v.cause(t, w)
		if a < fixFirst {
			v.reasons(t, w, a)
		}
		v.owner(t, w, false)
		v.decide(t, w)
		if rep.Verdict.Layer == probe.LayerCallback && v.Run.Outcome(probe.LayerQuery) == probe.Passed {
			t.add(v.labelled("Or", "use ordinary queries: layer 5 works and needs no callback at all", w)...)
		}
		if a != consoleOpen && len(v.Run.Fixes) > 0 {
			t.add("")
			v.fixes(t, w, marked, a)
		}
		if a >= fixFirst {
			t.add("")
			v.reasons(t, w, a)
		}
	}
	v.warnings(t, w, marked)
	return *t
}

func (v *Verdict) headline(t *text, w int) {
	ver := v.Run.Report.Verdict
	sign, style := v.Symbols.Fail, v.Theme.Fail
	head := ver.Headline
	switch {
	case v.Run.Report.Outcome == probe.Incomplete:
		sign, style = v.Symbols.Warn, v.Theme.Warn
	case ver.Layer == probe.LayerNone && v.Run.Report.Outcome == probe.Failed: // our own mistake
	case ver.Layer == probe.LayerNone:
		sign, style = v.Symbols.Pass, v.Theme.Pass.Bold(true)
	case !strings.HasPrefix(head, "Layer"):
		head = "Layer " + itoa(int(ver.Layer)) + ", " + head
	}
	for i, l := range page.Wrap(page.Clean(head), max(prose(w)-2, 6)) {
		if i == 0 {
			t.add(page.Paint(style, sign+" "+l))
		} else {
			t.add(page.Paint(style, "  "+l))
		}
	}
}

func (v *Verdict) summary(t *text, w int) {
	if s := v.Run.Report.Verdict.Summary; s != "" {
		t.add(page.Wrap(s, prose(w))...)
	}
}

func (v *Verdict) cause(t *text, w int) {
	for i, c := range v.Run.Report.Verdict.Causes {
		label := ConfidenceWord(c.Confidence)
		if i > 0 {
			label = "Or"
		}
		t.add(v.labelled(label, c.Title, w)...)
		if i == 2 {
			break
		}
	}
}

// reasons are known by, ruled out and possible.
func (v *Verdict) reasons(t *text, w int, a arrangement) {
	ver := v.Run.Report.Verdict
	add := func(label, words string) {
		if words == "" {
			return
		}
		lines := v.labelled(label, words, w)
		if a == oneLine && len(lines) > 1 {
			lines = []string{page.Cut(lines[0], prose(w)-1, "") + v.Symbols.Cut}
		}
		t.add(lines...)
	}
	if len(ver.Causes) > 0 {
		add("Known by", strings.Join(ver.Causes[0].Because, "; "))
	}
	if len(ver.Causes) == 0 {
		add("Possible", suspects(ver.Possible))
		add("Ruled out", suspects(ver.RuledOut))
		return
	}
	add("Ruled out", suspects(ver.RuledOut))
	add("Possible", suspects(ver.Possible))
}

func suspects(s []probe.Suspect) string {
	names := make([]string, len(s))
	for i, x := range s {
		names[i] = x.Title
	}
	return strings.Join(names, ", ")
}

func (v *Verdict) owner(t *text, w int, short bool) {
	if c := v.Run.Report.Verdict.Causes; len(c) > 0 {
		words := report.Who(c[0].Owner, v.Run.Host())
		if short {
			words = strings.TrimPrefix(words, "the ")
		}
		t.add(v.strongLabelled("Who acts", words, w)...)
		t.must = len(t.rows)
	}
}

func (v *Verdict) strongLabelled(label, words string, w int) []string {
	lines := v.labelled(label, words, w)
	n := 10
	if w < 40 {
		n = max(8, len(label)+1)
	}
	head := page.Paint(v.Faint, page.Pad(label, n))
	lines[0] = head + page.Paint(v.Strong, strings.TrimPrefix(lines[0], head))
	return lines
}

func (v *Verdict) decide(t *text, w int) {
	ver := v.Run.Report.Verdict
	if len(ver.Decide) == 0 || len(ver.Causes) > 0 && ver.Causes[0].Confidence >= probe.Likely {
		return
	}
	col := 10
	if w < 40 {
		col = 8
	}
	for i, l := range page.Wrap(ver.Decide[0].Title, max(prose(w)-col-3, 8)) {
		if i == 0 {
			t.add(page.Paint(v.Faint, page.Pad("Decide", col)) + page.Paint(v.Key, "d") + "  " + l)
		} else {
			t.add(strings.Repeat(" ", col+3) + l)
		}
	}
}

// works is what a healthy run brought: the first row.
func (v *Verdict) works(t *text, w int) {
	rows, ok := probe.Learnt[*probe.Rows](v.Run.Result(probe.StepNext))
	if !ok || len(rows.First) == 0 {
		return
	}
	n := page.Count(rows.Count)
	if rows.More {
		n += " or more"
	}
	t.add("", "First row of "+n)
	name := 0
	for _, c := range rows.First[0] {
		name = min(max(name, page.Width(page.Clean(c.Name))), 20)
	}
	for _, c := range rows.First[0] {
		value := page.Paint(v.Faint, "no value")
		if !c.Null {
			value = v.QuoteCut(c.Value, max(prose(w)-name-4, 3))
		}
		t.add("  " + page.Pad(page.Cut(page.Clean(c.Name), name, v.Symbols.Cut), name) + "  " + value)
	}
}

func (v *Verdict) warnings(t *text, w, marked int) {
	for _, x := range v.Run.Report.Verdict.Warnings {
		t.add("")
		for i, l := range page.Wrap(x.Title, max(prose(w)-2, 6)) {
			if i == 0 {
				l = v.Symbols.Warn + " " + l
			} else {
				l = "  " + l
			}
			t.add(page.Paint(v.Theme.Warn, l))
		}
		for _, l := range page.Wrap(x.Text, max(prose(w)-2, 6)) {
			t.add("  " + l)
		}
		if x.Owner != "" {
			for _, l := range v.strongLabelled("Who acts", report.Who(x.Owner, v.Run.Host()), w-2) {
				t.add("  " + l)
			}
		}
		for _, f := range v.Run.Fixes {
			if f.Fault == x.Fault {
				v.command(t, w, marked, f, "run", f.Run, where(f, v.Run.Host()))
			}
		}
	}
}
