package page

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Wrap breaks plain text at blanks into lines of at most w cells; a longer
// word is broken where it must be. Line ends of the text are kept, whatever
// else a terminal would obey is made visible.
func Wrap(s string, w int) []string {
	if w < 1 {
		w = 1
	}
	var out []string
	for _, para := range strings.Split(s, "\n") {
		line := ""
		for _, word := range strings.Fields(Visible(para)) {
			switch {
			case line == "":
				line = word
			case Width(line)+1+Width(word) <= w:
				line += " " + word
			default:
				out, line = append(out, line), word
			}
			for Width(line) > w {
				head := take(line, w)
				out, line = append(out, head), line[len(head):]
			}
		}
		out = append(out, line)
	}
	return out
}

// WrapCommand breaks a command after blanks, which stay as they are, so that
// the joined lines are the command again. The first line may differ in width.
func WrapCommand(s string, first, rest int) []string {
	var out []string
	w := max(first, 1)
	for Width(s) > w {
		head := take(s, w)
		if i := strings.LastIndexByte(head, ' '); i > 0 {
			head = head[:i+1]
		} else if len(head) < len(s) && s[len(head)] == ' ' {
			head = s[:len(head)+1]
		}
		out, s = append(out, head), s[len(head):]
		w = max(rest, 1)
	}
	return append(out, s)
}

// take returns the longest beginning of plain text within w cells, at least
// one character.
func take(s string, w int) string {
	head := ansi.Truncate(s, w, "")
	if head != "" {
		return head
	}
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}

// Prose is the most cells a line of text runs over; beyond it the eye loses
// the next line.
const Prose = 84
