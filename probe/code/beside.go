package code

import (
	"strings"
	"unicode/utf8"
)

// What stands beside a number decides whether it is a code.

// label reads the words before the current one: "error", "Error code is",
// "Event ID", "Logon ID".
func (s *scanner) label() label {
	if l := s.tag(); l != silent {
		return l
	}
	gap, id := s.gap, false
	for i, w := range s.before[:3] {
		lower := lowerShort(w.text)
		if lower == "id" || lower == "nr" || lower == "no" {
			gap = strings.TrimLeft(gap, ".")
		}
		if w.end == 0 || lower == "" || !glued(gap) {
			break
		}
		earlier := lowerShort(s.before[i+1].text)
		l := refine(lower, earlier, labelOf(lower))
		switch {
		case lower == "id" && i == 0 && s.startsLine(w) && strings.Contains(gap, ":"): // Get-WinEvent | Format-List
			return saysEventID
		case lower == "id":
			id = true
		case l == saysEvent && i > 0:
			return saysEventID
		case l == says && isEvent(earlier): // "event code 4625"
		case l != silent:
			return l
		case !joins(lower):
			i = len(s.before)
		}
		if i == len(s.before) {
			break
		}
		gap = s.text[s.before[i+1].end:w.start]
	}
	if id {
		return saysNot
	}
	return silent
}

// tag reads the name of the XML element the word begins:
// <EventID Qualifiers="0">10036</EventID>.
func (s *scanner) tag() label {
	if !strings.HasSuffix(s.gap, ">") {
		return silent
	}
	end := s.before[0].end + len(s.gap) - 1
	near := s.text[max(0, end-64):end]
	open := strings.LastIndexByte(near, '<')
	if open < 0 {
		return silent
	}
	return labelOf(lowerShort(nextWord(near, open+1).text))
}

// startsLine reports whether the latest word is the first of its line.
func (s *scanner) startsLine(w word) bool {
	between := s.text[s.before[1].end:w.start]
	return strings.Trim(between, " \t\r") == "" && s.before[1].end == 0 || strings.Contains(between, "\n")
}

// lowerShort lowers a word that may be a label; longer ones are none.
func lowerShort(text string) string {
	if len(text) > 24 {
		return ""
	}
	return strings.ToLower(text)
}

func isEvent(lower string) bool { l := labelOf(lower); return l == saysEvent || l == saysEventID }

// refine lets the word before the label change it: a failure code is a KDC's,
// an exit code is a program's, an OS error is an errno.
func refine(lower, earlier string, l label) label {
	if l != says && l != saysWeakly {
		return l
	}
	switch earlier {
	case "failure":
		if lower == "code" {
			return saysKerberos
		}
	case "krb", "krb5", "kerberos":
		return saysKerberos
	case "os":
		return saysOSError
	case "win32":
		return saysWin32
	case "exit", "http", "https", "area", "zip", "postal", "country", "source", "qr":
		return saysNot
	case "status", "response", "return":
		return saysWeakly
	}
	return l
}

// negative reports whether the number has a minus sign of its own.
func (s *scanner) negative() bool {
	for _, minus := range []string{"-", "\u2212"} {
		if rest, ok := strings.CutSuffix(s.gap, minus); ok {
			return rest != "" || s.before[0].end == 0
		}
	}
	return false
}

// plain reports whether nothing around the word makes it a part of something
// larger: an address, a date, a time, a version, a SID, a path, a GUID.
func (s *scanner) plain(w word) bool {
	before, _ := utf8.DecodeLastRuneInString(s.text[:w.start])
	after, size := utf8.DecodeRuneInString(s.text[w.end:])
	switch before {
	case '.', '/', '\\', '@', '%', '$', '~', '^', '+', '?':
		return false
	case '-', ':', ',':
		if len(s.gap) == 1 && s.before[0].end > 0 && (before == '-' || isDigit(s.text[w.start-2])) {
			return false
		}
	}
	follower, _ := utf8.DecodeRuneInString(s.text[min(w.end+size, len(s.text)):])
	switch after {
	case '.', ',', ':', '/':
		return !(follower < utf8.RuneSelf && isDigit(byte(follower)) || after == '/' && inWord(follower))
	case '-':
		return !inWord(follower)
	case '%', '\\', '@', '\u00b0':
		return false
	}
	return true
}

// amount reports whether the number counts something, or stands where log lines
// have a process id ("ERROR 4711 --- [main]").
func (s *scanner) amount(w word) bool {
	rest := s.text[w.end:]
	if strings.HasPrefix(rest, " ---") {
		return true
	}
	next := nextWord(s.text, w.end)
	if r, _ := utf8.DecodeRuneInString(s.text[next.end:]); r == '\'' || r == '\u2019' { // "53 s’est produite"
		return false
	}
	return next.end > 0 && len(next.text) < 12 && strings.Trim(s.text[w.end:next.start], " \t") == "" && counts(strings.ToLower(next.text))
}
