package pane

// list keeps a mark and a window over any number of rows and draws none
// itself.
type list struct{ n, h, at, top int }

// set takes the number of rows and the height of the window.
func (l *list) set(n, h int) {
	l.n, l.h = n, max(h, 1)
	l.at = max(0, min(l.at, n-1))
	l.settle()
}

func (l *list) settle() {
	l.top = max(min(l.top, l.at), l.at-l.h+1)
	l.top = max(0, min(l.top, l.n-l.h))
}

// move moves the mark; it reports whether the direction was one.
func (l *list) move(dir string) bool {
	switch dir {
	case "up":
		l.at--
	case "down":
		l.at++
	case "pgup":
		l.at -= max(l.h-1, 1)
	case "pgdown":
		l.at += max(l.h-1, 1)
	case "home":
		l.at = 0
	case "end":
		l.at = l.n - 1
	default:
		return false
	}
	l.at = max(0, min(l.at, l.n-1))
	l.settle()
	return true
}

// window is the range of rows in sight.
func (l *list) window() (from, to int) { return l.top, min(l.n, l.top+l.h) }
