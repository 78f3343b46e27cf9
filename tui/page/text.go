package page

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Width is how many cells a text takes, style sequences not counted.
func Width(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7e {
			return ansi.StringWidth(s)
		}
	}
	return len(s)
}

// Pad fills a text with blanks up to w cells.
func Pad(s string, w int) string {
	if n := w - Width(s); n > 0 {
		return s + strings.Repeat(" ", n)
	}
	return s
}

// PadLeft puts blanks before a text up to w cells.
func PadLeft(s string, w int) string {
	if n := w - Width(s); n > 0 {
		return strings.Repeat(" ", n) + s
	}
	return s
}

// Fit makes a line exactly w cells wide: padded, or cut without a mark.
func Fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if Width(s) > w {
		s = ansi.Truncate(s, w, "")
	}
	return Pad(s, w)
}

// Cut shortens a text to w cells, its last one then being the mark.
func Cut(s string, w int, mark string) string {
	if Width(s) <= w {
		return s
	}
	if w <= 0 {
		return ""
	}
	return ansi.Truncate(s, w, mark)
}

// CutMiddle shortens a text to w cells by taking out its middle, which keeps
// the verb at the front of a command and the name at its end.
func CutMiddle(s string, w int, mark string) string {
	n := Width(s)
	if n <= w {
		return s
	}
	if w < 5 {
		return Cut(s, w, mark)
	}
	left := (w - Width(mark) + 1) / 2
	right := w - Width(mark) - left
	tail := ansi.TruncateLeft(s, n-right, "")
	for Width(tail) > right { // a wide letter lay across the cut
		right--
		tail = ansi.TruncateLeft(s, n-right, "")
	}
	return ansi.Truncate(s, left, "") + mark + tail
}

// Columns puts right at the right end of a line of w cells; left is cut where
// the two do not fit.
func Columns(left, right string, w int, mark string) string {
	room := w - Width(right)
	if room < 2 {
		return Fit(left, w)
	}
	if Width(left) > room-1 {
		left = Cut(left, room-1, mark)
	}
	return Pad(left, room) + right
}
