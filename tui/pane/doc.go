// Package pane holds the panes and drawers of the screens, one a file. A pane
// is given a width and a height and nothing else, draws itself as text, takes
// keys, and answers with an Action where something outside it should happen.
package pane

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Pane is one part of the screen.
type Pane interface {
	SetSize(w, h int)
	Update(tea.KeyMsg) Action // nil: nothing to do outside the pane
	View() string             // at most h lines of at most w cells
	Hints() []Hint            // what the footer offers while the pane has the focus
}

// Drawer is a pane that rises from the bottom.
type Drawer interface {
	Pane
	Title() string
	Height(w int) int // the rows its text needs at this width
	Typing() bool     // a text field has the focus: every printable key is text
	Note() string     // the line above the footer
}

// Action is what a pane asks of the program. The set is closed.
type Action interface{ action() }

// Shared is what every pane reads: the theme, the run as far as it has come,
// and the functions that put words to it.
type Shared struct {
	*page.Theme
	Run  *Run
	Now  func() time.Time
	Text Texts
}

// Texts are the functions that put words and fixes to a report. One that is
// nil stands for the program's own.
type Texts struct {
	Prescribe func(*probe.Report) []probe.Fix   // guide.Prescribe where nil
	Describe  func(probe.Result) []report.Item  // report.Describe where nil
	Facts     func(*probe.Report) []report.Fact // report.Facts where nil
	Guide     Guide                             // Pages() where its functions are nil
}
