package pane

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/tui/page"
)

const (
	prompt      = `C:\Windows\system32>`
	consoleKeep = 2000 // lines of output that are kept
)

// ConsolePane is the command line of the practice host.
type ConsolePane struct {
	*Shared
	Host    string
	Lines   int // typed so far
	w, h    int
	out     []string // plain lines
	in      *field
	earlier []string
	back    int // how far back in the earlier lines
	scroll  int // rows up from the end
	busy    bool
	focused bool
}

// NewConsole makes an empty console.
func NewConsole(s *Shared, host string) *ConsolePane {
	return &ConsolePane{Shared: s, Host: host, in: newField("", false), focused: true}
}

// Title stands in the rule.
func (c *ConsolePane) Title() string { return "Console of " + c.Host + ", simulated, elevated" }

// Height is not used: the console has a fixed share of the body.
func (c *ConsolePane) Height(int) int { return 10 }

// SetSize takes the size below the rule.
func (c *ConsolePane) SetSize(w, h int) { c.w, c.h = w, h }

// Focus says whether keys come here.
func (c *ConsolePane) Focus(on bool) { c.focused = on }

// Typing is true while it has the focus.
func (c *ConsolePane) Typing() bool { return c.focused }

// Note is the line above the footer.
func (c *ConsolePane) Note() string {
	if !c.focused {
		return ""
	}
	if c.Lines > 0 && c.in.value() == "" {
		return "Next: Tab takes you back up, where a runs all again."
	}
	return "Type the fix, or let Tab take you back up and 1 put it here for you."
}

// Hints of the footer.
func (c *ConsolePane) Hints() []Hint {
	return []Hint{{"Enter", "run the line"}, {c.Arrows(), "earlier lines"}, {"PgUp", "scroll"}, {"Tab", "panes"}}
}

// Put places a line at the prompt.
func (c *ConsolePane) Put(line string) { c.in.set(line); c.scroll = 0 }

// Print adds what a line answered.
func (c *ConsolePane) Print(output string) {
	c.busy = false
	output = strings.ReplaceAll(strings.TrimRight(output, "\r\n"), "\r\n", "\n")
	if output != "" {
		for _, l := range strings.Split(output, "\n") {
			c.out = append(c.out, page.Visible(l))
		}
	}
	c.out = append(c.out, "")
	if n := len(c.out) - consoleKeep; n > 0 {
		c.out = c.out[n:]
	}
}

// Update edits the line, runs it, scrolls.
func (c *ConsolePane) Update(k tea.KeyMsg) Action {
	switch name := k.String(); name {
	case "enter":
		line := c.in.value()
		if c.busy {
			return nil
		}
		c.out = append(c.out, prompt+page.Visible(line))
		c.in.set("")
		c.back, c.scroll = 0, 0
		if strings.TrimSpace(line) == "" {
			return nil
		}
		if n := len(c.earlier); n == 0 || c.earlier[n-1] != line {
			c.earlier = append(c.earlier, line)
		}
		c.Lines++
		c.busy = true
		return Console{line}
	case "up":
		c.recall(1)
	case "down":
		c.recall(-1)
	case "pgup":
		c.scroll = min(c.scroll+max(c.h-2, 1), max(len(c.rows())-c.h, 0))
	case "pgdown":
		c.scroll = max(c.scroll-max(c.h-2, 1), 0)
	case "esc":
		return Close{}
	default:
		if typing(k) {
			c.in.typed(k)
			c.scroll = 0
		}
	}
	return nil
}

func (c *ConsolePane) recall(d int) {
	c.back = max(0, min(c.back+d, len(c.earlier)))
	if c.back == 0 {
		c.in.set("")
		return
	}
	c.in.set(c.earlier[len(c.earlier)-c.back])
}

func (c *ConsolePane) rows() []string {
	var out []string
	for _, l := range c.out {
		out = append(out, hard(l, c.w)...)
	}
	line := prompt + page.Visible(c.in.value())
	if c.in.in.Position() < len([]rune(c.in.value())) || !c.focused {
		room := max(c.w-len(prompt), 1)
		return append(out, prompt+c.in.view(c.Shared, room, c.focused))
	}
	return append(out, hard(line+c.Symbols.Cursor, c.w)...)
}

// View draws the end of the output and the prompt.
func (c *ConsolePane) View() string {
	if c.w < 1 || c.h < 1 {
		return ""
	}
	rows := c.rows()
	end := max(len(rows)-c.scroll, min(c.h, len(rows)))
	return strings.Join(rows[max(0, end-c.h):end], "\n")
}
