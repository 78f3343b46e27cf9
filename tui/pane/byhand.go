package pane

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/tui/page"
)

// ByHand shows a line that reached no clipboard: raw, from column 1, with
// nothing around it, so that a mouse selects it cleanly.
type ByHand struct {
	*Shared
	Line Copyable
	Why  string
	w, h int
}

// SetSize takes the size below the rule.
func (b *ByHand) SetSize(w, h int) { b.w, b.h = w, h }

// Title stands in the rule.
func (b *ByHand) Title() string {
	return number(b.Line) + " by hand: " + strings.Join(strings.Split(b.Line.Place, ", ")[:min(2, strings.Count(b.Line.Place, ", ")+1)], ", ")
}

func number(c Copyable) string {
	if c.Number > 0 {
		return "[" + itoa(c.Number) + "]"
	}
	return "the line"
}

// Height is what the text needs.
func (b *ByHand) Height(w int) int { return len(b.rows(w)) }

// Typing is false: it has no text field.
func (b *ByHand) Typing() bool { return false }

// Note is the line above the footer.
func (b *ByHand) Note() string {
	return "Next: select the line with the mouse, or press p, or s to save it to a file."
}

// Hints of the footer.
func (b *ByHand) Hints() []Hint {
	return []Hint{{"p", "print on the plain screen"}, {"s", "save to a file"}, {"Esc", "close"}}
}

// Update closes it.
func (b *ByHand) Update(k tea.KeyMsg) Action {
	if n := k.String(); n == "esc" || n == "enter" {
		return Close{}
	}
	return nil
}

func (b *ByHand) rows(w int) []string {
	n := strings.Count(b.Line.Command, "\n") + 1
	out := page.Wrap(b.Why+" "+sentence(n)+":", w)
	out = append(out, "")
	for _, l := range strings.Split(b.Line.Command, "\n") {
		out = append(out, hard(page.Visible(l), w)...)
	}
	out = append(out, "")
	size := fmt.Sprintf("%s, %s characters. p shows it on the plain screen, for the mouse.", upper(page.Plural(n, "line", "lines")), page.Count(len([]rune(b.Line.Command))))
	return append(out, page.Wrap(size, w)...)
}

func sentence(lines int) string {
	if lines > 1 {
		return "The lines are printed below"
	}
	return "The line is printed below"
}

func upper(s string) string {
	if strings.HasPrefix(s, "1 ") {
		return "One" + s[1:]
	}
	return s
}

// hard breaks a line only where the screen ends, so that a selection over two
// rows is the line again.
func hard(s string, w int) []string {
	var out []string
	for page.Width(s) > w && w > 1 {
		head := page.Cut(s, w, "")
		if head == "" {
			break
		}
		out, s = append(out, head), s[len(head):]
	}
	return append(out, s)
}

// View draws it.
func (b *ByHand) View() string {
	rows := b.rows(b.w)
	return strings.Join(rows[:min(len(rows), b.h)], "\n")
}
