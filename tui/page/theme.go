package page

import (
	"strings"

	"github.com/charmbracelet/lipgloss"
)

// Symbols are the signs of the screens, each one cell wide.
type Symbols struct {
	Pass, Fail, Warn, Skip, NotRun, Run, Wait, Stop string
	Mark, H, V, Down, Up, Tee, Below, Above, Cut    string
	Open, Close, To, From, Up1, Down1               string
	Choice, Chosen, Box, Checked, Cursor, Dot       string
	Spin                                            [4]string
}

// Unicode returns the signs that every console font draws (the WGL4 set).
func Unicode() Symbols {
	return Symbols{Pass: "√", Fail: "×", Warn: "!", Skip: "–", NotRun: "·", Run: "●", Wait: "○", Stop: "■",
		Mark: "►", H: "─", V: "│", Down: "┬", Up: "┴", Tee: "├", Below: "▼", Above: "▲", Cut: "…",
		Open: "‹", Close: "›", To: "→", From: "←", Up1: "↑", Down1: "↓",
		Choice: "( )", Chosen: "(•)", Box: "[ ]", Checked: "[x]", Cursor: "█", Dot: "•",
		Spin: [4]string{"·", "•", "●", "•"}}
}

// ASCII returns the signs for terminals that draw nothing else.
func ASCII() Symbols {
	return Symbols{Pass: "+", Fail: "x", Warn: "!", Skip: "-", NotRun: ".", Run: "*", Wait: "o", Stop: "#",
		Mark: ">", H: "-", V: "|", Down: "+", Up: "+", Tee: "+", Below: "v", Above: "^", Cut: "~",
		Open: "<", Close: ">", To: ">", From: "<", Up1: "up", Down1: "down",
		Choice: "( )", Chosen: "(*)", Box: "[ ]", Checked: "[x]", Cursor: "_", Dot: "*",
		Spin: [4]string{"|", "/", "-", "\\"}}
}

// Theme is how everything is drawn: signs, and a style for each role. A theme
// without colour keeps bold, faint and reverse, which is why the colour is
// taken out here and not in the renderer's profile.
type Theme struct {
	Symbols
	Plain, Pass, Warn, Fail, FailWord, Run, Key, Strong, Faint, Last, Practice, Reverse lipgloss.Style
	ascii                                                                               bool
}

// NewTheme makes a theme on a renderer.
func NewTheme(r *lipgloss.Renderer, color, ascii bool) *Theme {
	t := &Theme{Symbols: Unicode(), ascii: ascii}
	if ascii {
		t.Symbols = ASCII()
	}
	base := r.NewStyle().Inline(true)
	tint := func(c string) lipgloss.Style {
		if !color {
			return base
		}
		return base.Foreground(lipgloss.Color(c))
	}
	t.Plain = base
	t.Pass, t.Last = tint("2"), tint("3")
	t.Warn, t.Fail, t.FailWord = tint("3").Bold(true), tint("1").Bold(true), tint("1").Bold(true)
	t.Run, t.Key, t.Practice = tint("6"), tint("6").Bold(true), tint("5").Bold(true)
	t.Strong, t.Faint, t.Reverse = base.Bold(true), base.Faint(true), base.Reverse(true)
	if !color {
		t.FailWord, t.Practice, t.Run = base.Bold(true).Reverse(true), t.Reverse, base.Bold(true)
	}
	return t
}

// Paint renders text in a style; empty text and the plain style cost nothing.
func Paint(s lipgloss.Style, text string) string {
	if text == "" {
		return ""
	}
	return s.Render(text)
}

// Quote marks text the host sent, cleaned.
func (t *Theme) Quote(s string) string { return t.Open + Clean(s) + t.Close }

// QuoteCut is Quote within w cells.
func (t *Theme) QuoteCut(s string, w int) string {
	return t.Open + Cut(Clean(s), w-2, t.Symbols.Cut) + t.Close
}

// Rule is a horizontal line of w cells.
func (t *Theme) Rule(w int) string { return strings.Repeat(t.H, max(w, 0)) }

// Title is a rule of w cells with a title near its left end: ── Host ───.
func (t *Theme) Title(title string, w int) string {
	if title == "" || w < 8 {
		return t.Rule(w)
	}
	title = Cut(title, w-6, t.Symbols.Cut)
	return t.Rule(2) + " " + title + " " + t.Rule(w-4-Width(title))
}

// Arrows names the keys up and down.
func (t *Theme) Arrows() string {
	if t.ascii {
		return "up/down"
	}
	return "↑↓"
}

// Sides names the keys left and right.
func (t *Theme) Sides() string {
	if t.ascii {
		return "left/right"
	}
	return "← →"
}

// KeyName writes the name of a key: arrows become words where they cannot be
// drawn.
func (t *Theme) KeyName(s string) string {
	if !t.ascii {
		return s
	}
	return strings.NewReplacer("↑ ↓", "up down", "← →", "left right").Replace(s)
}

// Final replaces what an ASCII terminal cannot draw, cell by cell.
func (t *Theme) Final(line string) string {
	if !t.ascii {
		return line
	}
	ok := true
	for i := 0; i < len(line); i++ {
		if line[i] >= 0x80 {
			ok = false
			break
		}
	}
	if ok {
		return line
	}
	var b strings.Builder
	for _, r := range line {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		default:
			b.WriteString(plain(r))
		}
	}
	return b.String()
}

func plain(r rune) string {
	const from, to = "√×–—·•●○■►─│┬┴├▼▲…‹›→←↑↓█‘’“”«»\u00a0", "+x--.**o#>-|+++v^~<>><^v_''\"\"<> "
	i := 0
	for _, f := range from {
		if f == r {
			return to[i : i+1]
		}
		i++
	}
	return strings.Repeat("?", Width(string(r)))
}
