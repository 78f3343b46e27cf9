package tui

// layout is the one place where sizes are computed. Panes get a width and a
// height and nothing else.
type layout struct {
	w, h    int
	single  bool // one line is all there is
	rule    bool
	footer  bool
	message bool // a row of its own; else the message takes the footer's row
	body    int
	two     bool // ladder and tab side by side
	ladder  int
	right   int
	third   int // Wire as a column of its own
	dock    int // rows of evidence under the verdict
}

const (
	narrow     = 80  // below it there is one pane
	roomyWidth = 120 // from it on the ladder is wide
	widest     = 180 // from it on Wire has a column
	gap        = 3   // divider with a blank on each side
	middle     = 84  // text never runs wider
	outcome    = 28  // cells the outcome keeps on the right of the header
	dockHeight = 36  // from it on evidence is docked
)

// arrange computes the layout of a window. zoom is one pane wide, by choice.
func arrange(w, h int, zoom bool) layout {
	l := layout{w: max(w, 0), h: max(h, 0)}
	if w < 20 || h < 3 {
		l.single = true
		return l
	}
	switch {
	case h < 4:
		l.body = h - 1
	case h < 8:
		l.rule, l.body = true, h-2
	case h < 16:
		l.rule, l.footer, l.body = true, true, h-3
	default:
		l.rule, l.footer, l.message, l.body = true, true, true, h-4
	}
	l.two = w >= narrow && !zoom
	switch {
	case !l.two:
		l.ladder, l.right = w, w
		return l
	case w >= roomyWidth:
		l.ladder = 36
	default:
		l.ladder = 28
	}
	l.right = w - l.ladder - gap
	if w >= widest {
		l.right, l.third = middle, w-l.ladder-middle-2*gap
	}
	if w >= roomyWidth && h >= dockHeight {
		l.dock = l.body/3 + 1
	}
	return l
}

// drawer is how many rows of the body a drawer takes, its rule among them.
func (l layout) drawer(text int, console bool) int {
	switch {
	case text == 1: // a line to type, which must not hide what it searches
		return min(2, l.body)
	case l.h < 20 || l.w < 60:
		return l.body
	case console:
		return l.body/2 + 1
	}
	return max(min(text+1, l.body-6), 2)
}
