package pane

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Wire lists every frame and dissects the marked one below.
type Wire struct {
	*Shared
	list    list
	w, h    int
	focused bool
	follow  bool // the mark stays on the last frame
	whole   bool // the bytes of the marked frame fill the pane
	hex     int  // first row of the bytes in sight
	filter  *field
	asking  bool  // the filter line is being typed
	hits    []int // frames that match the filter, nil without one
	seen    int   // frames that were matched against it
	run     *Run
}

// NewWire makes the pane; it follows the newest frame.
func NewWire(s *Shared) *Wire {
	return &Wire{Shared: s, follow: true, filter: newField("words in a frame", false)}
}

// SetSize takes the size of the pane.
func (p *Wire) SetSize(w, h int) { p.w, p.h = w, h; p.arrange() }

// Focus says whether the mark is drawn.
func (p *Wire) Focus(on bool) { p.focused = on }

// Refresh takes in new frames.
func (p *Wire) Refresh() { p.arrange() }

// Reset forgets the place, for a new run.
func (p *Wire) Reset() {
	p.list, p.follow, p.whole, p.hex = list{}, true, false, 0
	p.hits, p.seen = nil, 0
}

// Typing reports whether the filter is being typed.
func (p *Wire) Typing() bool { return p.asking }

// Filter opens the filter line.
func (p *Wire) Filter() { p.asking, p.whole = true, false; p.arrange() }

// Close closes what was opened last; it reports whether there was something.
func (p *Wire) Close() bool {
	switch {
	case p.asking || p.filter.value() != "":
		p.asking = false
		p.filter.set("")
		p.hits, p.seen = nil, 0
	case p.whole:
		p.whole = false
	default:
		return false
	}
	p.arrange()
	return true
}

// Show marks the last frame of a step.
func (p *Wire) Show(step probe.StepID) {
	p.arrange()
	for i := p.list.n - 1; i >= 0; i-- {
		if p.frame(i).Step == step {
			p.list.at, p.follow = i, i == p.list.n-1
			p.list.settle()
			return
		}
	}
}

// Hints of the footer.
func (p *Wire) Hints() []Hint {
	if p.asking {
		return []Hint{{"Enter", "keep the filter"}, {"Esc", "show all"}}
	}
	if p.whole {
		return []Hint{{p.Arrows(), "bytes"}, {"Esc", "back to the list"}}
	}
	return []Hint{{p.Arrows(), "frame"}, {"Enter", "all bytes"}, {"/", "filter"}, {"End", "follow"}, {"z", "panes"}}
}

// frame is row i of the list.
func (p *Wire) frame(i int) Frame {
	if p.hits != nil {
		i = p.hits[i]
	}
	return p.Run.Frames[i]
}

// number is the number of row i among all frames, from 1.
func (p *Wire) number(i int) int {
	if p.hits != nil {
		i = p.hits[i]
	}
	return i + 1
}

// arrange matches new frames against the filter and sets the list up.
func (p *Wire) arrange() {
	if p.run != p.Run {
		p.run = p.Run
		p.Reset()
	}
	n := len(p.Run.Frames)
	if words := p.filter.value(); words != "" {
		if p.hits == nil {
			p.hits, p.seen = []int{}, 0
		}
		for ; p.seen < n; p.seen++ {
			f := p.Run.Frames[p.seen]
			if contains(p.Run.Step(f.Step).Label+" "+frameWords(f), words) {
				p.hits = append(p.hits, p.seen)
			}
		}
		n = len(p.hits)
	} else {
		p.hits = nil
	}
	if p.follow {
		p.list.at = n - 1
	}
	p.list.set(n, p.rows())
}

// rows is how many frames are listed: a good third of the pane, the rest is
// for the marked frame; all of a low pane.
func (p *Wire) rows() int {
	if p.h < 14 {
		return max(p.h-2, 1)
	}
	return max(p.h*9/20-2, 1)
}

// Update moves the mark, opens the bytes, takes the filter.
func (p *Wire) Update(k tea.KeyMsg) Action {
	if p.asking {
		switch k.String() {
		case "enter":
			p.asking = false
		default:
			if typing(k) {
				p.filter.typed(k)
				p.hits, p.seen = nil, 0
			}
		}
		p.arrange()
		return nil
	}
	dir := move(k.String())
	switch {
	case k.String() == "enter":
		p.whole, p.hex = !p.whole, 0
	case p.whole && dir != "":
		p.scroll(dir)
	case p.list.move(dir):
		p.follow = dir == "end" || p.list.at == p.list.n-1 && dir == "down"
		p.hex = 0
	}
	return nil
}

func (p *Wire) scroll(dir string) {
	n := map[string]int{"up": -1, "down": 1, "pgup": -p.h + 2, "pgdown": p.h - 2, "home": -1 << 20, "end": 1 << 20}[dir]
	p.hex = max(0, min(p.hex+n, p.detailLength()-p.h+1))
}

// View draws the list, and the marked frame below it.
func (p *Wire) View() string {
	if p.w < 1 || p.h < 1 {
		return ""
	}
	p.arrange()
	if p.list.n == 0 {
		return strings.Join(p.empty(), "\n")
	}
	if p.whole || p.w < 8 {
		lines := p.detail(p.frame(p.list.at), p.number(p.list.at))
		from := min(p.hex, max(len(lines)-p.h, 0))
		return strings.Join(lines[from:min(len(lines), from+p.h)], "\n")
	}
	out := []string{page.Paint(p.Faint, p.columns("#", "ms", "step", "frame", "bytes"))}
	from, to := p.list.window()
	for i := from; i < to; i++ {
		out = append(out, p.line(i))
	}
	for len(out) < p.rows()+1 {
		out = append(out, "")
	}
	out = append(out, p.position())
	if room := p.h - len(out); room > 2 {
		lines := p.detail(p.frame(p.list.at), p.number(p.list.at))
		if len(lines) > room {
			more := len(lines) - room + 1
			lines = append(lines[:room-1:room-1], page.Paint(p.Faint, page.PadLeft(p.Below+" "+page.Plural(more, "more line", "more lines"), p.w)))
		}
		out = append(out, lines...)
	}
	return strings.Join(out[:min(len(out), p.h)], "\n")
}

func (p *Wire) empty() []string {
	if p.filter.value() != "" || p.asking {
		out := []string{"/ " + p.filter.view(p.Shared, max(p.w-2, 1), p.asking)}
		return append(out, page.Wrap(fmt.Sprintf("Nothing matches %q. Esc shows all %s again.", p.filter.value(), page.Count(len(p.Run.Frames))), p.w)...)
	}
	if p.Run.State == Finished {
		return page.Wrap("No frame was kept of this run.", p.w)
	}
	return page.Wrap("No frame yet. The first is sent in step port 135.", p.w)
}

// position says where the mark is, or holds the filter.
func (p *Wire) position() string {
	s := fmt.Sprintf("frame %s of %s", page.Count(p.list.at+1), page.Count(p.list.n))
	if p.list.at == p.list.n-1 {
		s += ", end"
	}
	if n := p.Run.Missed + p.Run.lost; n > 0 {
		s += ", " + page.Count(n) + " not kept"
	}
	left := ""
	if p.asking || p.filter.value() != "" {
		left = " / " + p.filter.view(p.Shared, max(p.w-page.Width(s)-5, 1), p.asking)
	}
	return page.Columns(left, page.Paint(p.Faint, s), max(p.w-3, 1), p.Symbols.Cut)
}

// columns sets one row of the table; narrow panes leave columns out.
func (p *Wire) columns(number, ms, step, frame, bytes string) string {
	left := page.PadLeft(number, 5)
	if p.w >= 40 {
		left += page.PadLeft(ms, 8)
	}
	if p.w >= 60 {
		left += "  " + page.Pad(page.Cut(step, 14, p.Symbols.Cut), 14)
	}
	right := page.PadLeft(bytes, 6) + "  "
	if p.w < 30 {
		right = ""
	}
	room := max(p.w-1-page.Width(left)-2-page.Width(right), 0)
	return left + "  " + page.Pad(page.Cut(frame, room, p.Symbols.Cut), room) + right
}

func (p *Wire) line(i int) string {
	f := p.frame(i)
	ms := ""
	if start := p.Run.Started; !start.IsZero() && !f.At.IsZero() {
		if first := p.Run.Frames[0].At; first.Before(start) {
			start = first
		}
		ms = fmt.Sprintf("%.1f", float64(f.At.Sub(start).Microseconds())/1000)
	}
	arrow := p.From
	if f.Out {
		arrow = p.To
	}
	label := page.Visible(p.Run.Step(f.Step).Label)
	line := p.columns(page.Count(p.number(i)), ms, label, arrow+" "+frameWords(f), page.Count(frameSize(f)))
	if f.Bad && p.w >= 30 {
		line = line[:len(line)-1] + page.Paint(p.Theme.Fail, p.Symbols.Fail)
	}
	if i == p.list.at && p.focused && strings.HasPrefix(line, " ") {
		line = page.Paint(p.Strong, p.Mark+line[1:])
	}
	return line
}

func frameSize(f Frame) int {
	if f.Size > 0 {
		return f.Size
	}
	return len(f.Raw)
}

// frameWords is what a frame is, in one line.
func frameWords(f Frame) string {
	parts := []string{}
	switch {
	case f.Operation == "":
		parts = append(parts, f.Type)
	case f.Type == "request", f.Type == "response":
		parts = append(parts, f.Operation)
	case f.Type == "fault" && f.Status != "":
	default:
		parts = append(parts, f.Type, f.Operation)
	}
	if f.Status != "" {
		parts = append(parts, f.Status)
	}
	return page.Clean(strings.Join(parts, ", "))
}

// Line is the marked frame as one line of text, for copying.
func (p *Wire) Line() string {
	if p.list.n == 0 {
		return ""
	}
	f := p.frame(p.list.at)
	arrow := "<"
	if f.Out {
		arrow = ">"
	}
	return arrow + " " + frameWords(f) + ", " + page.Plural(frameSize(f), "byte", "bytes")
}
