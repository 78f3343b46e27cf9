package pane

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/wmidoctor/wmidoctor/tui/page"
)

// row is one line of text; item is the copyable line it belongs to, -1 for
// none. The first row of an item has a blank in front for the mark.
type row struct {
	text string
	item int
}

// text is what a reader shows: rows, and the lines that can be copied.
type text struct {
	rows  []row
	items []Copyable
	must  int // rows from the top that must be in sight without a key
}

func (t *text) add(lines ...string) {
	for _, l := range lines {
		t.rows = append(t.rows, row{l, -1})
	}
}

// reader shows text that may be longer than its pane and keeps one item
// marked. It is fed by a function, because what is marked is drawn uncut.
type reader struct {
	*Shared
	w, h    int
	feed    func(w, marked int) text
	text    text
	top     int
	marked  int // index of the marked item, -1: none
	opened  int // the marked item is shown with all its lines: its index + 1
	focused bool
	covered bool // a drawer stands over the lower part: no "more" row
}

func (r *reader) SetSize(w, h int) {
	if w != r.w || h != r.h {
		r.w, r.h = w, h
		r.refresh()
	}
}

// refresh reads the text again; the place stays.
func (r *reader) refresh() {
	r.text = r.feed(max(r.w, 1), r.marked)
	if r.marked >= len(r.text.items) {
		r.marked = len(r.text.items) - 1
		r.text = r.feed(max(r.w, 1), r.marked)
	}
	r.clamp()
}

func (r *reader) reset() { r.top, r.marked, r.opened = 0, 0, 0; r.refresh() }

func (r *reader) clamp() { r.top = max(0, min(r.top, r.last())) }

// last is the greatest top: with it the last row is in sight.
func (r *reader) last() int {
	if len(r.text.rows) <= r.h {
		return 0
	}
	return len(r.text.rows) - max(r.h-1, 1)
}

// window is the range of rows in sight, without the two rows of arrows.
func (r *reader) window() (from, to int, above, below bool) {
	n, room := len(r.text.rows), r.h
	above = r.top > 0 && room > 2
	if above {
		room--
	}
	below = n-r.top > room && !r.covered && room > 1
	if below {
		room--
	}
	return r.top, min(n, r.top+max(room, 0)), above, below
}

// show scrolls as little as needed to have rows [a,b] in sight.
func (r *reader) show(a, b int) {
	if a < r.top {
		r.top = a
	}
	for i := 0; i < len(r.text.rows); i++ {
		if _, to, _, _ := r.window(); b < to || r.top >= a {
			break
		}
		r.top++
	}
	r.clamp()
}

func (r *reader) rowsOf(item int) (first, last int) {
	first, last = -1, -1
	for i, x := range r.text.rows {
		if x.item == item {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last
}

func (r *reader) mark(item int) {
	r.marked, r.opened = item, 0
	r.refresh()
	if a, b := r.rowsOf(item); a >= 0 {
		r.show(a, b)
	}
}

// current is the marked line, if there is one.
func (r *reader) current() (Copyable, bool) {
	if r.marked < 0 || r.marked >= len(r.text.items) {
		return Copyable{}, false
	}
	return r.text.items[r.marked], true
}

func (r *reader) Update(k tea.KeyMsg) Action {
	if k.String() == "enter" && r.marked >= 0 {
		if r.opened == r.marked+1 {
			r.opened = 0
		} else {
			r.opened = r.marked + 1
		}
		r.refresh()
		return nil
	}
	switch move(k.String()) {
	case "down":
		r.step(1)
	case "up":
		r.step(-1)
	case "pgdown":
		r.top += max(r.h-2, 1)
		r.clamp()
	case "pgup":
		r.top -= max(r.h-2, 1)
		r.clamp()
	case "home":
		r.top = 0
		if len(r.text.items) > 0 {
			r.mark(0)
			r.top = 0
		}
	case "end":
		if n := len(r.text.items); n > 0 {
			r.mark(n - 1)
		}
		r.top = r.last()
	}
	return nil
}

// step goes to the next item in sight, or scrolls one line when there is none.
func (r *reader) step(d int) {
	next := r.marked + d
	if next >= 0 && next < len(r.text.items) {
		from, to, _, _ := r.window()
		if a, _ := r.rowsOf(next); a >= from && a < to {
			r.mark(next)
			return
		}
	}
	r.top += d
	r.clamp()
}

// View draws the rows in sight.
func (r *reader) View() string {
	if r.w < 1 || r.h < 1 {
		return ""
	}
	from, to, above, below := r.window()
	out := make([]string, 0, r.h)
	if above {
		out = append(out, page.Paint(r.Faint, page.PadLeft(fmt.Sprintf("%s %s above", r.Above, page.Count(from)), r.w)))
	}
	for i := from; i < to; i++ {
		out = append(out, r.draw(i))
	}
	if below {
		left := page.Plural(len(r.text.rows)-to, "more line", "more lines")
		out = append(out, page.Paint(r.Faint, page.PadLeft(r.Below+" "+left, r.w)))
	}
	return strings.Join(out, "\n")
}

func (r *reader) draw(i int) string {
	x := r.text.rows[i]
	if x.item < 0 || x.item != r.marked || !r.focused {
		return x.text
	}
	first := i == 0 || r.text.rows[i-1].item != x.item
	if !first {
		return x.text
	}
	if strings.HasPrefix(x.text, " ") {
		return page.Paint(r.Strong, r.Mark) + x.text[1:]
	}
	return page.Paint(r.Strong, ansi.Strip(x.text))
}

// Focus says whether the marks are drawn.
func (r *reader) Focus(on bool) { r.focused = on }

// Numbered returns the line with a number, and how many there are.
func (r *reader) Numbered(n int) (Copyable, bool, int) {
	last := 0
	for _, it := range r.text.items {
		if it.Number == n {
			return it, true, 0
		}
		last = max(last, it.Number)
	}
	return Copyable{}, false, last
}

// labelled writes "Label     text", wrapped, with the label faint.
func (s *Shared) labelled(label, words string, w int) []string {
	col := 10
	if w < 40 {
		col = max(8, len(label)+1)
	}
	lines := page.Wrap(words, max(prose(w)-col, 8))
	for i, l := range lines {
		if i == 0 {
			lines[i] = page.Paint(s.Faint, page.Pad(label, col)) + l
		} else {
			lines[i] = strings.Repeat(" ", col) + l
		}
	}
	return lines
}

// Cover says that a drawer stands over the lower part.
func (r *reader) Cover(on bool) {
	if on != r.covered {
		r.covered = on
		r.refresh()
	}
}

// Current is the marked line, if there is one.
func (r *reader) Current() (Copyable, bool) { return r.current() }
