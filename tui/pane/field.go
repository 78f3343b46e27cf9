package pane

import (
	"strings"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/tui/page"
)

// field is a line of text being typed: the editing is textinput's, the drawing
// ours. Its paste key is off, for it would read the clipboard of the machine
// the program runs on, which over SSH is the wrong one.
type field struct {
	in     textinput.Model
	secret bool
	hint   string // shown while empty
}

func newField(hint string, secret bool) *field {
	in := textinput.New()
	in.Cursor.SetMode(cursor.CursorStatic)
	in.KeyMap.Paste = key.NewBinding(key.WithDisabled())
	in.KeyMap.AcceptSuggestion = key.NewBinding(key.WithDisabled())
	in.KeyMap.NextSuggestion = key.NewBinding(key.WithDisabled())
	in.KeyMap.PrevSuggestion = key.NewBinding(key.WithDisabled())
	in.CharLimit = 1024
	in.Focus()
	return &field{in: in, secret: secret, hint: hint}
}

func (f *field) value() string { return f.in.Value() }
func (f *field) set(s string)  { f.in.SetValue(s); f.in.CursorEnd() }

// typed takes a key. Of pasted text the first line is taken: a line end is
// never part of a name or a password.
func (f *field) typed(k tea.KeyMsg) {
	if k.Paste {
		line, _, _ := strings.Cut(strings.TrimLeft(strings.ReplaceAll(string(k.Runes), "\r", "\n"), "\n"), "\n")
		k = tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(line)}
	}
	f.in, _ = f.in.Update(k)
}

// view draws the text within w cells, with the cursor in sight where it has
// the focus.
func (f *field) view(s *Shared, w int, focused bool) string {
	if w < 1 {
		return ""
	}
	rs := []rune(f.in.Value())
	if f.secret {
		for i := range rs {
			rs[i] = []rune(s.Dot)[0]
		}
	}
	if !focused {
		if len(rs) == 0 {
			return page.Paint(s.Faint, page.Cut(f.hint, w, s.Symbols.Cut))
		}
		return page.Cut(page.Visible(string(rs)), w, s.Symbols.Cut)
	}
	at := min(f.in.Position(), len(rs))
	before, after := page.Visible(string(rs[:at])), string(rs[at:])
	for page.Width(before) > w-1 && before != "" { // scroll sideways: drop from the left
		before = string([]rune(before)[1:])
	}
	room := w - page.Width(before) - 1
	if after == "" {
		out := before + page.Paint(s.Plain, s.Symbols.Cursor)
		if before == "" && f.hint != "" && room > 2 {
			out += " " + page.Paint(s.Faint, page.Cut(f.hint, room-1, s.Symbols.Cut))
		}
		return out
	}
	first := page.Visible(string([]rune(after)[:1]))
	rest := page.Visible(string([]rune(after)[1:]))
	return before + page.Paint(s.Reverse, first) + page.Cut(rest, max(room-page.Width(first)+1, 0), "")
}

// typing reports whether a key is text for a field: printable, or one that
// edits.
func typing(k tea.KeyMsg) bool {
	switch k.Type {
	case tea.KeyRunes, tea.KeySpace, tea.KeyBackspace, tea.KeyDelete, tea.KeyLeft, tea.KeyRight,
		tea.KeyCtrlA, tea.KeyCtrlE, tea.KeyCtrlK, tea.KeyCtrlU, tea.KeyCtrlW, tea.KeyHome, tea.KeyEnd:
		return true
	}
	return false
}
