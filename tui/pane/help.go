package pane

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Help is drawn from the key table, so it cannot differ from it.
type Help struct{ reader }

// NewHelp makes the page.
func NewHelp(s *Shared) *Help {
	h := &Help{reader{Shared: s, marked: -1}}
	h.feed = h.compose
	return h
}

// Hints of the footer.
func (h *Help) Hints() []Hint { return []Hint{{"Esc", "back to where you were"}} }

// Update scrolls.
func (h *Help) Update(k tea.KeyMsg) Action { return h.reader.Update(k) }

func (h *Help) compose(w, _ int) text {
	t := &text{}
	groups := map[string][]string{}
	for _, k := range Keys() {
		if k.Group == "" {
			continue
		}
		n := 8
		if k.Group == "Look" || k.Group == "Move" {
			n = 11
		}
		groups[k.Group] = append(groups[k.Group], page.Paint(h.Key, page.Pad(h.KeyName(k.Shown), n))+k.Does)
	}
	block := func(names ...string) (out []string) {
		for i, n := range names {
			if i > 0 {
				out = append(out, "")
			}
			out = append(out, page.Paint(h.Strong, n))
			out = append(out, groups[n]...)
		}
		return out
	}
	left, right := block("Copy", "Run", "Keep"), block("Look", "Move")
	if w >= 78 {
		for i := 0; i < max(len(left), len(right)); i++ {
			l, r := "", ""
			if i < len(left) {
				l = left[i]
			}
			if i < len(right) {
				r = right[i]
			}
			t.add(strings.TrimRight("  "+page.Pad(l, 43)+r, " "))
		}
	} else {
		for _, l := range append(append(left, ""), right...) {
			t.add(" " + page.Cut(l, w-1, h.Symbols.Cut))
		}
	}
	if h.h > len(t.rows)+2 {
		t.add("")
	}
	for _, l := range page.Wrap("Esc never stops a run and never quits. Ctrl+C stops the run; when none is running it quits. In a text field every letter is text.", max(prose(w)-4, 8)) {
		t.add("  " + l)
	}
	return *t
}
