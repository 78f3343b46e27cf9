package explain

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what is repeated of the input.
const (
	maxInput     = 4 << 10
	maxWords     = 16
	maxWordRunes = 40
)

// input is what the answer repeats of the question. Line ends stay, for JSON
// escapes them; what could command a terminal or turn its text around does not.
func input(s string) string {
	s = cut(s, maxInput)
	s = strings.Map(func(r rune) rune {
		if r >= 0x7F && !harmless(r) {
			return utf8.RuneError
		}
		return r
	}, s)
	return cut(s, maxInput) // a replaced rune may be longer
}

// cut shortens s to at most n bytes of whole runes, valid UTF-8.
func cut(s string, n int) string {
	if len(s) > n {
		s = s[:n]
		for len(s) > 0 {
			if r, size := utf8.DecodeLastRuneInString(s); r != utf8.RuneError || size > 1 {
				break
			}
			s = s[:len(s)-1]
			if len(s) <= n-utf8.UTFMax { // broken bytes, not a cut rune
				break
			}
		}
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// words are the first words of a text in which nothing was recognised, made
// harmless and short.
func words(s string) []string {
	found := []string{}
	for w := range strings.FieldsFuncSeq(cut(s, maxInput), unicode.IsSpace) {
		if w = short(clean(w)); w == "" {
			continue
		}
		if found = merge(found, []string{w}); len(found) == maxWords {
			break
		}
	}
	return found
}

// clean drops what does not print: control characters, C1 among them, and those
// that turn the direction of the text or hide in it.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if harmless(r) {
			return r
		}
		return -1
	}, s)
}

func harmless(r rune) bool { return unicode.IsGraphic(r) && r != utf8.RuneError }

func short(s string) string {
	runes := []rune(s)
	if len(runes) <= maxWordRunes {
		return s
	}
	return string(runes[:maxWordRunes-1]) + "…"
}
