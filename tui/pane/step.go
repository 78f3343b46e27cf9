package pane

import (
	"strings"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Step explains the marked step while a run is under way: what it does, why,
// what it proves, what it sends.
type Step struct {
	reader
	Ladder *Ladder
	shown  probe.StepID
}

// NewStep makes the pane; it follows the ladder's mark.
func NewStep(s *Shared, l *Ladder) *Step {
	p := &Step{reader: reader{Shared: s}, Ladder: l}
	p.feed = p.compose
	return p
}

// Refresh follows the ladder; another step starts at the top.
func (p *Step) Refresh() {
	if id := p.Ladder.Marked(); id != p.shown {
		p.shown = id
		p.reset()
		return
	}
	p.refresh()
}

// Hints of the footer.
func (p *Step) Hints() []Hint { return nil }

func (p *Step) compose(w, _ int) text {
	t := &text{}
	if p.Run.State == Watching {
		p.watching(t, w)
		return *t
	}
	id := p.shown
	if p.Run.State == Finished {
		t.add(page.Wrap("This run left no report.", prose(w))...)
		return *t
	}
	if id == "" {
		t.add(page.Wrap("The run is about to begin.", prose(w))...)
		return *t
	}
	p.heading(t, w, id)
	words := p.Run.Step(id).Words
	for _, l := range [][2]string{{"Does", words.Does}, {"Why", words.Why}, {"Proves", words.Proves}, {"Sends", words.Sends},
		{"Costs", words.Costs}, {"Changes", words.Changes}, {"Limit", words.Limit}} {
		if l[1] != "" {
			t.add(p.labelled(l[0], l[1], w)...)
		}
	}
	if p.slow(id) && words.SlowBecause != "" {
		t.add("")
		t.add(page.Wrap("slow because "+lower(strings.TrimPrefix(words.SlowBecause, "slow because ")), prose(w))...)
	}
	if len(words.GoesWrong) > 0 {
		t.add("", page.Paint(p.Faint, "What can go wrong here"))
		sign := 0
		for _, g := range words.GoesWrong {
			sign = max(sign, min(page.Width(g[0]), max(w/2-4, 4)))
		}
		for _, g := range words.GoesWrong {
			for i, l := range page.Wrap(g[1], max(prose(w)-sign-4, 6)) {
				left := ""
				if i == 0 {
					left = page.Cut(page.Visible(g[0]), sign, p.Symbols.Cut)
				}
				t.add("  " + page.Pad(left, sign) + "  " + l)
			}
		}
	}
	return *t
}

// slow: the engine said so, or a second has gone by.
func (p *Step) slow(id probe.StepID) bool {
	return id == p.Run.Current && !p.Run.Ended && p.Run.State == Running && (p.Run.Slow || p.Now().Sub(p.Run.Since) >= time.Second)
}

func (p *Step) heading(t *text, w int, id probe.StepID) {
	s := p.Run.Step(id)
	sign, style := p.Sign(p.Run.Result(id).Outcome)
	title := s.Title
	place := "layer " + itoa(int(s.Layer)) + ", step " + itoa(p.number(s))
	if p.number(s) == 0 {
		place = "an experiment"
	}
	waiting := id == p.Run.Current && p.Run.State == Waiting
	switch {
	case waiting:
		sign, style, title = p.Wait, p.Theme.Run, "Next: "+lower(title)
	case id == p.Run.Current && !p.Run.Ended && p.Run.State == Running:
		sign, style = p.Symbols.Run, p.Theme.Run
	}
	head := page.Paint(style, sign) + " " + page.Paint(p.Strong, page.Visible(title))
	if !waiting && page.Width(head)+page.Width(place)+3 <= prose(w) {
		t.add(page.Columns(head, page.Paint(p.Faint, place), prose(w)-1, ""))
	} else {
		t.add(page.Cut(head, w, p.Symbols.Cut), page.Paint(p.Faint, "  "+place))
	}
	if !waiting {
		t.add("")
	}
}

func (p *Step) number(s probe.Step) int {
	for i, x := range p.Run.StepsOf(s.Layer) {
		if x.ID == s.ID {
			return i + 1
		}
	}
	return 0
}

// watching is the page of a watch: one line a change, not one a look.
func (p *Step) watching(t *text, w int) {
	r := p.Run
	port := r.Target.Port
	if port == 0 {
		port = probe.DefaultPort
	}
	t.add(page.Paint(p.Theme.Run, p.Symbols.Run)+" "+page.Paint(p.Strong, "Watching port "+itoa(int(port))+" of "+page.Visible(r.Host())), "")
	t.add(page.Wrap("No credential is sent while watching. When the port opens, one full run starts by itself; then watching is over.", prose(w))...)
	t.add("")
	looks := 0
	for i, l := range r.Looks {
		what := page.Plural(l.Times, "time", "times")
		switch {
		case l.Times == 1 && i == 0:
			what = "first look"
		case l.Times == 1:
			what = "changed"
		}
		looks += l.Times
		t.add(page.Columns(l.At.Local().Format("15:04:05")+"  "+l.Text, page.Paint(p.Faint, page.Pad(what, 12)), prose(w), p.Symbols.Cut))
	}
	if !r.Next.IsZero() {
		t.add(r.Next.Local().Format("15:04:05") + "  next look")
	}
	if n := len(r.Looks); n > 0 && r.Looks[n-1].Text == kindPhrase(probe.KindRefused) && n > 1 {
		t.add("")
		t.add(page.Wrap("Refused is news: an answer comes back now. Either the way is open and nothing listens yet, or a device in between refuses in the host's name.", prose(w))...)
	}
	t.add("")
	every := ""
	if r.Every > 0 {
		every = "every " + span(r.Every) + ", "
	}
	t.add(p.labelled("Looks", every+itoa(looks)+" so far", w)...)
	t.add(p.labelled("Started", r.Started.Local().Format("15:04")+", runs until x", w)...)
}
