package tui

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/tui/page"
)

// painter draws the frames of a model at once, in the loop that made them,
// and only the lines that changed. Bubble Tea's own renderer looks sixty times
// a second whether there is something to draw, which delays a key by up to
// 16 ms and keeps an idle program awake; here it is given nothing to draw.
type painter struct {
	*model
	out  *terminal
	last []string // what stands on the screen; nil: not known
	w, h int
}

// Update hands the message on and draws what came of it.
func (p *painter) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := p.model.Update(msg)
	switch msg.(type) {
	case tea.KeyMsg, batch, tick, escDue, copied, saved, answered, played:
	default: // the window may have been resized, cleared or lent to another screen
		p.last = nil
	}
	p.paint()
	return p, cmd
}

// View gives the renderer nothing to draw.
func (p *painter) View() string { return "" }

// paint writes the lines that differ from those on the screen.
func (p *painter) paint() {
	if p.model.w < 1 || p.model.h < 1 {
		return
	}
	lines := strings.Split(p.model.View(), "\n")
	if p.w != p.model.w || p.h != p.model.h {
		p.last, p.w, p.h = nil, p.model.w, p.model.h
	}
	var b strings.Builder
	for y := range p.h {
		line := at(lines, y)
		if p.last != nil && line == at(p.last, y) {
			continue
		}
		b.WriteString("\x1b[" + strconv.Itoa(y+1) + ";1H")
		b.WriteString(line)
		if page.Width(line) < p.w { // after the last cell the sequence would erase that cell
			b.WriteString("\x1b[K")
		}
	}
	p.last = lines
	if b.Len() > 0 {
		p.out.draw(b.String())
	}
}
