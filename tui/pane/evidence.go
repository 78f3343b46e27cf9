package pane

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Evidence is what came back in the marked step, its meaning beside it.
type Evidence struct {
	reader
	Ladder *Ladder
	Docked bool // under the verdict: without the heading
	Filter string
	shown  probe.StepID
}

// NewEvidence makes the pane; it follows the ladder's mark.
func NewEvidence(s *Shared, l *Ladder) *Evidence {
	e := &Evidence{reader: reader{Shared: s}, Ladder: l}
	e.feed = e.compose
	return e
}

// Refresh follows the ladder; another step starts at the top.
func (e *Evidence) Refresh() {
	if id := e.Ladder.Marked(); id != e.shown {
		e.shown = id
		e.top, e.marked = 0, 0
	}
	e.refresh()
}

// Hints of the footer.
func (e *Evidence) Hints() []Hint {
	return []Hint{{"w", "its frames"}, {"/", "search"}, {"c", "copy the line"}}
}

// Title is the heading of the dock.
func (e *Evidence) Title() string {
	if t := e.Run.Step(e.Ladder.Marked()).Title; t != "" {
		return "Evidence: " + lower(page.Visible(t))
	}
	return "Evidence"
}

func (e *Evidence) compose(w, _ int) text {
	t := &text{}
	id := e.Ladder.Marked()
	if id == "" {
		t.add(page.Wrap("No step has run yet.", w)...)
		return *t
	}
	res, step := e.Run.Result(id), e.Run.Step(id)
	if !e.Docked {
		sign, style := e.Sign(res.Outcome)
		t.add(page.Cut(page.Paint(style, sign)+" "+page.Paint(e.Strong, page.Visible(step.Title)), w, e.Symbols.Cut))
		where := "layer " + itoa(int(step.Layer)) + ", step " + itoa(e.number(step))
		if res.Outcome != probe.NotRun && res.Outcome != probe.Skipped {
			where += " · " + page.Plural(res.RoundTrips, "round trip", "round trips") + " · " + page.TookFine(res.Took)
		}
		t.add(page.Paint(e.Faint, page.Cut(where, w, e.Symbols.Cut)), "")
	}
	switch {
	case id == e.Run.Current && !e.Run.Ended && e.Run.Busy():
		t.add(page.Wrap("This step is at work. What comes back will stand here.", prose(w))...)
		return *t
	case res.Outcome == probe.Skipped:
		t.add(page.Wrap("This step has not run: "+because(res.Because), prose(w))...)
		return *t
	case res.Outcome == probe.NotRun:
		t.add(page.Wrap("This step has not run.", prose(w))...)
		return *t
	}
	if f := res.Failure; f != nil && f.Kind == probe.KindInternal {
		t.add(page.Wrap("This is our mistake, not the host's. The run went on without this step. s saves a report to send us.", prose(w))...)
		t.add("")
	}
	if f := res.Failure; f != nil && f.Kind == probe.KindMalformed {
		bytes := ""
		if f.Size > 0 {
			bytes = " (" + page.Plural(f.Size, "byte", "bytes") + ", in Wire)"
		}
		t.add(page.Wrap(e.Run.Host()+" answered with something we cannot read"+bytes+". We draw no conclusion from it.", prose(w))...)
		t.add("")
	}
	e.table(t, w, e.items(res))
	e.trials(t, w, id)
	return *t
}

func (e *Evidence) number(s probe.Step) int {
	for i, x := range e.Run.StepsOf(s.Layer) {
		if x.ID == s.ID {
			return i + 1
		}
	}
	return 0
}

func because(s string) string {
	if s == "" {
		return "a step before it failed."
	}
	return strings.TrimSuffix(s, ".") + "."
}

func (e *Evidence) items(res probe.Result) []report.Item {
	out := e.Text.Describe(res)
	if e.Filter == "" {
		return out
	}
	var hit []report.Item
	for _, it := range out {
		if contains(it.Title+" "+it.Value+" "+it.Meaning, e.Filter) {
			hit = append(hit, it)
		}
	}
	return hit
}

func contains(s, words string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(words))
}

// table sets what was on the wire beside what it means; each row can be
// copied.
func (e *Evidence) table(t *text, w int, items []report.Item) {
	w = min(w, 110)
	left := 22
	if w >= 60 {
		left = 28
	}
	if w < 44 {
		left = max(w/2-2, 6)
	}
	if len(items) == 0 {
		if e.Filter != "" {
			t.add(page.Wrap("Nothing matches \""+e.Filter+"\". Esc shows all again.", w)...)
		}
		return
	}
	t.add(page.Paint(e.Faint, page.Pad("What was on the wire", left)+"  What it means"))
	if !e.Docked {
		t.add(page.Paint(e.Faint, e.Rule(w)))
	}
	for _, it := range items {
		e.pair(t, w, left, it)
	}
}

func (e *Evidence) pair(t *text, w, left int, it report.Item) {
	value := page.Clean(it.Value)
	a := page.Wrap(value, left)
	if title := page.Cut(page.Visible(it.Title), left, e.Symbols.Cut); title != "" {
		if page.Width(title)+1+page.Width(value) <= left {
			a = []string{page.Paint(e.Faint, title) + " " + value}
		} else {
			a = append([]string{page.Paint(e.Faint, title)}, indented(page.Wrap(value, left-2))...)
		}
	}
	b := page.Wrap(it.Meaning, max(w-left-2, 6))
	id := len(t.items)
	t.items = append(t.items, Copyable{Command: strings.TrimPrefix(it.Title+": ", ": ") + value, Title: "a line of the evidence"})
	for i := 0; i < max(len(a), len(b)); i++ {
		l, r := "", ""
		if i < len(a) {
			l = a[i]
		}
		if i < len(b) {
			r = b[i]
		}
		t.rows = append(t.rows, row{strings.TrimRight(page.Pad(l, left)+"  "+r, " "), id})
	}
}

// trials shows what experiments found for the same step.
func (e *Evidence) trials(t *text, w int, id probe.StepID) {
	if e.Run.Report == nil {
		return
	}
	for _, tr := range e.Run.Report.Trials {
		for _, res := range tr.Results {
			if res.Step != id && !(e.Run.Result(id).Outcome == probe.Failed && e.Run.Result(res.Step).Step == "") {
				continue
			}
			t.add("", page.Paint(e.Faint, "Compared with"))
			title := res.Title
			if title == "" {
				title = string(tr.Experiment)
			}
			sign, style := e.Sign(res.Outcome)
			t.add(page.Paint(style, sign) + " " + page.Cut(page.Visible(title), w-2, e.Symbols.Cut))
			e.table(t, w, e.items(res))
		}
	}
}

func indented(lines []string) []string {
	for i, l := range lines {
		lines[i] = "  " + l
	}
	return lines
}
