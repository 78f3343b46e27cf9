package pane

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Search is a line that filters the tab above it as it is typed.
type Search struct {
	*Shared
	title string
	in    *field
	set   func(string)
	w     int
}

// NewSearch makes the line; set is called with every change.
func NewSearch(s *Shared, title, now string, set func(string)) *Search {
	f := newField("words", false)
	f.set(now)
	return &Search{Shared: s, title: title, in: f, set: set}
}

// SetSize takes the size below the rule.
func (s *Search) SetSize(w, _ int) { s.w = w }

// Title stands in the rule.
func (s *Search) Title() string { return s.title }

// Height is one line.
func (s *Search) Height(int) int { return 1 }

// Typing is true: every printable key is text.
func (s *Search) Typing() bool { return true }

// Note is the line above the footer.
func (s *Search) Note() string { return "" }

// Hints of the footer.
func (s *Search) Hints() []Hint { return []Hint{{"Enter", "keep it"}, {"Esc", "show all"}} }

// Update edits the words.
func (s *Search) Update(k tea.KeyMsg) Action {
	switch k.String() {
	case "enter":
		return Close{}
	case "esc":
		s.set("")
		return Close{}
	}
	if typing(k) {
		s.in.typed(k)
		s.set(s.in.value())
	}
	return nil
}

// View draws the line.
func (s *Search) View() string {
	return page.Cut("  / "+s.in.view(s.Shared, max(s.w-5, 1), true), s.w, "")
}
