package pane

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Question asks before something has its price. The first answer is always
// the one that sends nothing, and it is the one marked.
type Question struct {
	*Shared
	Heading  string
	Lines    [][2]string // label and text
	Answers  []string
	Retype   int // answer that asks for the password first, 0: none
	w, h     int
	at       int
	password *field // being typed, nil else
}

// SetSize takes the size below the rule.
func (q *Question) SetSize(w, h int) { q.w, q.h = w, h }

// Title stands in the rule.
func (q *Question) Title() string { return q.Heading }

// Height is what the text needs.
func (q *Question) Height(w int) int { return len(q.rows(w)) }

// Typing reports whether the password is being typed.
func (q *Question) Typing() bool { return q.password != nil }

// Note is the line above the footer.
func (q *Question) Note() string { return "" }

// Hints of the footer.
func (q *Question) Hints() []Hint {
	if q.password != nil {
		return []Hint{{"Enter", "use it"}, {"Esc", "back"}}
	}
	return []Hint{{"1-" + itoa(len(q.Answers)), "choose"}, {q.Arrows(), "move"}, {"Enter", "take the marked one"}, {"Esc", "close"}}
}

// Update takes a key.
func (q *Question) Update(k tea.KeyMsg) Action {
	name := k.String()
	if q.password != nil {
		switch {
		case name == "enter" && q.password.value() != "":
			secret := probe.NewSecret(q.password.value())
			q.password.set("")
			return Typed{secret}
		case name == "esc":
			q.password = nil
		case typing(k):
			q.password.typed(k)
		}
		return nil
	}
	switch move(name) {
	case "up":
		q.at = max(q.at-1, 0)
	case "down":
		q.at = min(q.at+1, len(q.Answers)-1)
	}
	switch {
	case name == "enter":
		return q.answer(q.at + 1)
	case len(name) == 1 && name[0] >= '1' && int(name[0]-'0') <= len(q.Answers):
		return q.answer(int(name[0] - '0'))
	case name == "esc":
		return Close{}
	}
	return nil
}

func (q *Question) answer(n int) Action {
	q.at = n - 1
	if n == q.Retype {
		q.password = newField("", true)
		return nil
	}
	return Chosen{n}
}

func (q *Question) rows(w int) []string { return q.compose(w, nil) }

// fitted leaves lines out where the drawer is low, the price last of all.
func (q *Question) fitted() []string {
	left := map[string]bool{}
	rows := q.compose(q.w, left)
	for _, label := range []string{"Does", "Tells", "Instead", "Sends"} {
		if len(rows) <= q.h {
			break
		}
		left[label] = true
		rows = q.compose(q.w, left)
	}
	if n := len(rows) - q.h; n > 0 {
		for i, r := range rows {
			if r == "" {
				rows = append(rows[:i], rows[i+1:]...)
				break
			}
		}
	}
	return rows[max(0, len(rows)-q.h):]
}

func (q *Question) compose(w int, left map[string]bool) []string {
	var out []string
	for _, l := range q.Lines {
		if left[l[0]] {
			continue
		}
		for i, t := range page.Wrap(l[1], max(prose(w)-12, 10)) {
			label := ""
			if i == 0 {
				label = l[0]
			}
			out = append(out, "  "+page.Paint(q.Faint, page.Pad(label, 9))+t)
		}
	}
	out = append(out, "")
	if q.password != nil {
		return append(out, "  Password  "+q.password.view(q.Shared, max(w-14, 1), true))
	}
	for i, a := range q.Answers {
		mark := " "
		if i == q.at {
			mark = page.Paint(q.Strong, q.Mark)
		}
		key := page.Paint(q.Key, "["+itoa(i+1)+"]")
		for n, l := range page.Wrap(a, max(w-8, 10)) {
			if n == 0 {
				out = append(out, " "+mark+key+" "+l)
			} else {
				out = append(out, "      "+l)
			}
		}
	}
	return out
}

// View draws the question; what does not fit is left out, never the answers.
func (q *Question) View() string { return strings.Join(q.fitted(), "\n") }
