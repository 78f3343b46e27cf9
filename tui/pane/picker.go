package pane

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Fault is one fault that can be played.
type Fault struct {
	ID     string
	Layer  probe.Layer
	Title  string
	Story  string
	Learn  string
	Level  int
	Hints  int
	Needs  string // "" or "none": plays here; else what it needs
	Heals  bool   // a command typed in the console heals it
	Healed bool
}

// Picker lists the faults beside the story of the marked one.
type Picker struct {
	*Shared
	Faults []Fault
	w, h   int
	search *field
	rows   []pick
	list   list
	story  bool // narrow: the story is in front
}

// pick is a row of the list: a fault, a heading, or one of the two above them.
type pick struct {
	fault   int // index, -1 for the others
	heading probe.Layer
	special string // "healthy" or "surprise"
}

// NewPicker makes the list.
func NewPicker(s *Shared, faults []Fault) *Picker {
	p := &Picker{Shared: s, Faults: faults, search: newField("", false)}
	p.find()
	return p
}

func (p *Picker) find() {
	words := p.search.value()
	p.rows = nil
	if words == "" {
		p.rows = append(p.rows, pick{fault: -1, special: "healthy"}, pick{fault: -1, special: "surprise"})
	}
	for _, l := range probe.Layers() {
		first := true
		for i, f := range p.Faults {
			if f.Layer != l || words != "" && !contains(f.Title+" "+f.ID, words) {
				continue
			}
			if first {
				p.rows = append(p.rows, pick{fault: -1, heading: l})
				first = false
			}
			p.rows = append(p.rows, pick{fault: i})
		}
	}
	p.list.at = 0
	p.list.set(len(p.rows), p.list.h)
	if len(p.rows) > 0 && p.rows[0].heading != probe.LayerNone {
		p.list.move("down")
	}
}

// Typing is true: printable keys are the search.
func (p *Picker) Typing() bool { return true }

// SetSize takes the size of the body.
func (p *Picker) SetSize(w, h int) {
	p.w, p.h = w, h
	p.list.set(len(p.rows), max(h-3, 1))
}

// ListWidth is the width of the list; the rest is the story's.
func (p *Picker) ListWidth() int {
	if p.w < 80 {
		return p.w
	}
	return max(46, p.w/2)
}

// Note is the line above the footer.
func (p *Picker) Note() string {
	return "The practice host is part of this program. Nothing leaves this machine."
}

// Hints of the footer.
func (p *Picker) Hints() []Hint {
	h := []Hint{{"Enter", "play"}, {p.Arrows(), "choose"}, {"type", "to search"}, {"Esc", "back"}}
	if p.w < 80 {
		h = append(h, Hint{"Tab", "story"})
	}
	return h
}

// Healed counts what was healed.
func (p *Picker) Healed() (n, of int) {
	for _, f := range p.Faults {
		if f.Healed {
			n++
		}
	}
	return n, len(p.Faults)
}

// Update takes a key.
func (p *Picker) Update(k tea.KeyMsg) Action {
	switch name := k.String(); name {
	case "enter":
		return p.play()
	case "esc":
		switch {
		case p.story:
			p.story = false
		case p.search.value() != "":
			p.search.set("")
			p.find()
		default:
			return Close{}
		}
	case "tab":
		p.story = !p.story && p.w < 80
	case "up", "down", "pgup", "pgdown":
		p.list.move(name)
		p.skip(name == "up" || name == "pgup")
	default:
		if typing(k) {
			p.search.typed(k)
			p.find()
		}
	}
	return nil
}

// skip leaves a heading the mark has come upon.
func (p *Picker) skip(up bool) {
	for n := 0; n < len(p.rows) && p.rows[p.list.at].heading != probe.LayerNone; n++ {
		before := p.list.at
		if up {
			p.list.move("up")
		} else {
			p.list.move("down")
		}
		if p.list.at == before {
			up = !up
		}
	}
}

func (p *Picker) play() Action {
	if p.list.at < 0 || p.list.at >= len(p.rows) {
		return nil
	}
	switch r := p.rows[p.list.at]; {
	case r.special == "healthy":
		return Practise{}
	case r.special == "surprise":
		return Practise{Surprise: true}
	case r.fault >= 0:
		return Practise{Fault: p.Faults[r.fault].ID}
	}
	return nil
}

// View draws the list, and the story beside it.
func (p *Picker) View() string {
	if p.w < 1 || p.h < 1 {
		return ""
	}
	if p.story && p.w < 80 {
		return strings.Join(p.cut(p.about(p.w)), "\n")
	}
	left := p.lines(p.ListWidth())
	if p.w < 80 {
		return strings.Join(left, "\n")
	}
	right := p.cut(p.about(p.w - p.ListWidth() - 3))
	for i := range left {
		r := ""
		if i < len(right) {
			r = right[i]
		}
		left[i] = page.Fit(left[i], p.ListWidth()) + " " + page.Paint(p.Faint, p.V) + " " + r
	}
	return strings.Join(left, "\n")
}

func (p *Picker) cut(lines []string) []string { return lines[:min(len(lines), p.h)] }

func (p *Picker) lines(w int) []string {
	out := []string{page.Cut("   Search  "+p.search.view(p.Shared, max(w-12, 1), true), w, "")}
	if p.h > 8 {
		out = append(out, "")
	}
	room := max(p.h-len(out)-1, 1)
	p.list.set(len(p.rows), room)
	from, to := p.list.window()
	for i := from; i < to; i++ {
		out = append(out, p.draw(p.rows[i], i == p.list.at, w))
	}
	if len(p.rows) == 0 {
		out = append(out, page.Wrap(fmt.Sprintf(" Nothing matches %q. Esc shows all %d again.", p.search.value(), len(p.Faults)), w)...)
	}
	for len(out) < p.h-1 {
		out = append(out, "")
	}
	if left := len(p.rows) - to; left > 0 {
		out = append(out, page.Paint(p.Faint, page.PadLeft(p.Below+" "+page.Plural(left, "more row", "more rows"), w)))
	}
	for len(out) < p.h {
		out = append(out, "")
	}
	return out[:p.h]
}

func (p *Picker) draw(r pick, marked bool, w int) string {
	mark := " "
	if marked {
		mark = p.Mark
	}
	var line string
	switch {
	case r.special == "healthy":
		line = " " + mark + " " + page.Columns("Healthy host", "everything passes", w-3, p.Symbols.Cut)
	case r.special == "surprise":
		line = " " + mark + " " + page.Columns("Surprise me", "name withheld", w-3, p.Symbols.Cut)
	case r.fault < 0:
		n, healed := 0, 0
		for _, f := range p.Faults {
			if f.Layer == r.heading {
				n++
				if f.Healed {
					healed++
				}
			}
		}
		return page.Paint(p.Strong, " "+page.Columns(itoa(int(r.heading))+" "+r.heading.Title(), fmt.Sprintf("%d of %d healed", healed, n), w-1, p.Symbols.Cut))
	default:
		f := p.Faults[r.fault]
		sign, word := p.NotRun, ""
		if f.Healed {
			sign, word = p.Symbols.Pass, "healed"
		}
		line = " " + mark + " " + page.Columns(sign+" "+page.Visible(f.Title), word, w-3, p.Symbols.Cut)
	}
	if marked {
		return page.Paint(p.Strong, line)
	}
	return line
}

// about is the story of the marked fault.
func (p *Picker) about(w int) []string {
	if w < 4 || p.list.at < 0 || p.list.at >= len(p.rows) {
		return nil
	}
	switch r := p.rows[p.list.at]; {
	case r.special == "healthy":
		return page.Wrap("Nothing is wrong with this host. A run shows what passing looks like, layer by layer.", w)
	case r.special == "surprise":
		return page.Wrap("A fault is chosen for you and not named. The verdict waits until you ask for it.", w)
	case r.fault < 0:
		return nil
	default:
		f := p.Faults[r.fault]
		out := append(page.Wrap(f.Story, min(w, 60)), "")
		out = append(out, p.short("Level", itoa(f.Level)+" of 3", w)...)
		if f.Learn != "" {
			out = append(out, p.short("You learn", f.Learn, w)...)
		}
		out = append(out, p.short("Hints", itoa(f.Hints)+", if you ask", w)...)
		heal := "looking only"
		if f.Heals {
			heal = "the console"
		}
		out = append(out, p.short("Heals by", heal, w)...)
		return append(out, "", "[ Play ]")
	}
}

func (p *Picker) short(label, words string, w int) []string {
	lines := page.Wrap(words, max(min(w, 60)-11, 6))
	for i, l := range lines {
		if i == 0 {
			lines[i] = page.Paint(p.Faint, page.Pad(label, 11)) + l
		} else {
			lines[i] = strings.Repeat(" ", 11) + l
		}
	}
	return lines
}
