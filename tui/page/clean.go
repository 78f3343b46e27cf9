package page

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxClean is how many cells of one text of the host are shown.
const MaxClean = 256

// Clean makes text that a host sent harmless for a terminal: control bytes,
// direction and zero-width marks become visible escapes, line ends a slash,
// more than two combining marks on a letter are dropped, invalid UTF-8 shows
// its bytes. The result is at most MaxClean cells and then says how many
// characters were left out.
func Clean(s string) string { return clean(s, MaxClean) }

// Visible is Clean without the cut, for text of our own that may hold a name
// somebody else chose.
func Visible(s string) string { return clean(s, 1<<30) }

func clean(s string, limit int) string {
	ascii := true
	for i := 0; i < len(s) && ascii; i++ {
		ascii = s[i] >= 0x20 && s[i] < 0x7f
	}
	if ascii && len(s) <= limit {
		return s
	}
	var b strings.Builder
	width, marks, base := 0, 0, false
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		out := ""
		switch {
		case r == utf8.RuneError && n <= 1:
			out = fmt.Sprintf(`\x%02x`, s[i])
		case r == '\t':
			out = " "
		case r == '\r' && strings.HasPrefix(s[i+n:], "\n"):
			i += n
			continue
		case r == '\n', r == '\r', r == '\u2028', r == '\u2029', r == '\u0085':
			out = " / "
		case r < 0x20, r >= 0x7f && r < 0xa0:
			out = fmt.Sprintf(`\x%02x`, r)
		case unicode.In(r, unicode.Mn, unicode.Me) && base && !selector(r):
			if marks++; marks <= 2 {
				out = string(r)
			}
		case invisible(r):
			out = escape(r)
		default:
			out = string(r)
		}
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			marks, base = 0, !strings.HasPrefix(out, `\`) && out != " / "
		}
		if width += Width(out); width > limit {
			return b.String() + fmt.Sprintf("… (%s more)", Count(utf8.RuneCountInString(s[i:])))
		}
		b.WriteString(out)
		i += n
	}
	return b.String()
}

// invisible reports whether a rune draws nothing, draws elsewhere, or changes
// the width of its neighbour, so that two texts could look the same.
func invisible(r rune) bool {
	switch {
	case !unicode.IsGraphic(r): // controls, format characters, private use, unassigned
		return true
	case unicode.In(r, unicode.Mn, unicode.Me): // no letter before it, or a selector
		return true
	case r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0: // Hangul fillers
		return true
	case r >= 0x1160 && r <= 0x11ff: // Jamo that join the letter before
		return true
	case r >= 0x1f1e6 && r <= 0x1f1ff, r >= 0x1f3fb && r <= 0x1f3ff: // flags, skin tones
		return true
	}
	return false
}

// Harmless is the last look at a drawn line: whatever would move the cursor or
// turn the direction of writing is taken out, style sequences stay. A byte that
// is no UTF-8 becomes a question mark, so that nothing can grow together.
func Harmless(line string) string {
	ok := utf8.ValidString(line)
	for i := 0; i < len(line) && ok; i++ {
		c := line[i]
		ok = c >= 0x20 && c != 0x7f && c != 0xc2 && c != 0xe2
	}
	if ok {
		return line
	}
	var b strings.Builder
	b.Grow(len(line))
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRuneInString(line[i:])
		switch {
		case r == 0x1b:
			m := sgr(line[i:])
			b.WriteString(line[i : i+m])
			n = max(m, 1)
		case r == utf8.RuneError && n <= 1:
			b.WriteByte('?')
		case r < 0x20, r >= 0x7f && r < 0xa0, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		default:
			b.WriteString(line[i : i+n])
		}
		i += n
	}
	return b.String()
}

// sgr returns the length of a style sequence at the start of s, 0 for none.
func sgr(s string) int {
	if len(s) < 3 || s[1] != '[' {
		return 0
	}
	for i := 2; i < len(s); i++ {
		switch c := s[i]; {
		case c == 'm':
			return i + 1
		case c != ';' && (c < '0' || c > '9'):
			return 0
		}
	}
	return 0
}

// selector reports whether a mark picks another shape for the letter before it.
func selector(r rune) bool {
	return r == 0x034f || r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef
}

func escape(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
