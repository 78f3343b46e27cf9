package pane

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Facts is what is known about the host, each group with how we know it.
type Facts struct {
	reader
	Filter string
}

// NewFacts makes the pane.
func NewFacts(s *Shared) *Facts {
	f := &Facts{reader: reader{Shared: s, marked: 0}}
	f.feed = f.compose
	return f
}

// Refresh reads the run again, the place stays.
func (f *Facts) Refresh() { f.refresh() }

// Hints of the footer.
func (f *Facts) Hints() []Hint {
	return []Hint{{f.Arrows(), "scroll"}, {"c", "copy the line"}, {"/", "search"}}
}

func (f *Facts) compose(w, _ int) text {
	t := &text{}
	w = prose(w)
	facts := f.facts()
	if len(facts) == 0 {
		if f.Filter != "" {
			t.add(page.Wrap("Nothing matches \""+f.Filter+"\". Esc shows all again.", w)...)
			return *t
		}
		t.add(page.Wrap("Nothing is known about "+f.Run.Host()+" yet. Facts come with the first answer.", w)...)
		return *t
	}
	name := 0
	for _, x := range facts {
		name = min(max(name, page.Width(page.Visible(x.Title))), max(w/3, 6))
	}
	from := "\x00"
	for _, x := range facts {
		if x.From != from {
			if from != "\x00" {
				t.add("")
			}
			from = x.From
			t.add(page.Paint(f.Faint, page.Cut("from "+strings.TrimPrefix(page.Visible(from), "from "), w, f.Symbols.Cut)))
		}
		value := page.Clean(x.Value)
		if sent(x.ID) {
			value = f.Quote(x.Value)
		}
		id := len(t.items)
		t.items = append(t.items, Copyable{Command: x.Title + ": " + page.Clean(x.Value), Title: "a fact"})
		for i, l := range page.Wrap(value, max(w-name-4, 6)) {
			label := ""
			if i == 0 {
				label = page.Cut(page.Visible(x.Title), name, f.Symbols.Cut)
			}
			t.rows = append(t.rows, row{"  " + page.Pad(label, name) + "  " + l, id})
		}
	}
	return *t
}

func (f *Facts) facts() []report.Fact {
	if f.Run.Report == nil && len(f.Run.results) == 0 {
		return nil
	}
	all := grouped(f.Text.Facts(f.Run.soFar()))
	if f.Filter == "" {
		return all
	}
	var hit []report.Fact
	for _, x := range all {
		if contains(x.Title+" "+x.Value+" "+x.From, f.Filter) {
			hit = append(hit, x)
		}
	}
	return hit
}

// sent reports whether the value of a fact is text the host sent.
func sent(id string) bool {
	switch id {
	case "computer", "dns-name", "dns-domain", "forest", "listed-addresses":
		return true
	}
	return false
}

// grouped puts facts with the same origin together, in the order in which the
// origins come first.
func grouped(facts []report.Fact) []report.Fact {
	out := make([]report.Fact, 0, len(facts))
	done := map[string]bool{}
	for _, x := range facts {
		if done[x.From] {
			continue
		}
		done[x.From] = true
		for _, y := range facts {
			if y.From == x.From {
				out = append(out, y)
			}
		}
	}
	return out
}
