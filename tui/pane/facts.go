package pane

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Facts is what is known about the host, each group with how we know it.
type Facts struct {
	reader
	Filter string
}

// NewFacts makes the pane.
func NewFacts(s *Shared) *Facts {
	f := &Facts{reader: reader{Shared: s, marked: -1}}
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
	w = min(w, 84)
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
		for i, l := range page.Wrap(page.Clean(x.Value), max(w-name-4, 6)) {
			label := ""
			if i == 0 {
				label = page.Cut(page.Visible(x.Title), name, f.Symbols.Cut)
			}
			t.add("  " + page.Pad(label, name) + "  " + l)
		}
	}
	return *t
}

func (f *Facts) facts() []Fact {
	if f.Text.Facts == nil || f.Run.Report == nil && len(f.Run.results) == 0 {
		return nil
	}
	all := f.Text.Facts(f.Run.soFar())
	if f.Filter == "" {
		return all
	}
	var hit []Fact
	for _, x := range all {
		if contains(x.Title+" "+x.Value+" "+x.From, f.Filter) {
			hit = append(hit, x)
		}
	}
	return hit
}
