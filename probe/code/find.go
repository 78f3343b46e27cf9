package code

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Find names every code in a pasted line or log, in its order, each once.
//
// A code is a name; 0x and hexadecimal digits; a decimal number of a HRESULT or
// NTSTATUS, signed or not; any other decimal number and eight bare hexadecimal
// digits only after a word that says so ("error 1326", "Event ID 10036"), before
// the name it has ("5 (ERROR_ACCESS_DENIED)"), or if the text holds nothing but
// numbers. Everything else is prose: counts, ports, dates, addresses, SIDs,
// GUIDs, versions. A number no table knows is no code.
//
// A number that several spaces know yields an entry for each, by likelihood:
// event, wbem, hresult, ntstatus, win32, rpc, ept, krb, errno. A word or name
// beside it that tells the space leaves only that one. Find takes time in
// proportion to the text.
func Find(text string) []Entry {
	s := scan(text)
	return s.found
}

// Unknown lists the words that have the form of a code and that no table knows,
// at most 16.
func Unknown(text string) []string {
	s := scan(text)
	return s.unknown
}

const (
	maxUnknown   = 16
	kerberosNear = 600 // bytes in which a mention of Kerberos colours the codes that follow
)

// word is a run of letters, digits and underscores. A digit after a letter of
// another script begins a new one, since Japanese and Chinese put no blank there.
type word struct {
	text       string
	start, end int
}

type scanner struct {
	text      string
	before    [4]word // the words already passed, latest first
	gap       string  // between before[0] and the current word
	bare      bool    // the text is nothing but numbers
	kerberos  int     // where Kerberos was mentioned last
	lastEvent int     // words since the last event id
	seen      map[Code]bool
	found     []Entry
	unknown   []string
}

func scan(text string) *scanner {
	s := &scanner{text: text, kerberos: -kerberosNear - 1, lastEvent: 9, seen: map[Code]bool{}, bare: onlyNumbers(text)}
	for w := nextWord(text, 0); w.end > 0; w = nextWord(text, w.end) {
		s.gap = text[s.before[0].end:w.start]
		s.lastEvent++
		s.consider(w)
		if mentionsKerberos(w.text) {
			s.kerberos = w.start
		}
		copy(s.before[1:], s.before[:3])
		s.before[0] = w
	}
	return s
}

func (s *scanner) consider(w word) {
	if len(w.text) > maxName {
		return
	}
	first := w.text[0]
	switch {
	case hasHexPrefix(w.text):
		if n, ok := hexadecimal(w.text); ok {
			s.hex(w, n)
		} else {
			s.miss(w.text)
		}
	case first|0x20 == 'h' && strings.HasSuffix(s.gap, "&") && len(w.text) > 1: // VBScript's &H80041003
		if n, ok := hexDigits(w.text[1:]); ok {
			s.hex(w, n)
		}
	case isDigit(first) && allDigits(w.text):
		s.decimal(w)
	default:
		if n, ok := bareHex(w.text); ok && s.plain(w) {
			if s.bare || spoken(s.label()) {
				s.add(s.chosen(w, n, s.label())...)
			}
			return
		}
		s.name(w)
	}
}

// name adds the codes a name stands for. Lower case is taken for a name only
// with a prefix that is used that way.
func (s *scanner) name(w word) {
	if !namelike(w.text) {
		return
	}
	found := Named(w.text)
	if found == nil {
		s.miss(w.text)
	}
	for _, e := range found {
		if e.Number != 0 || s.bare {
			s.add(e)
		}
	}
}

func (s *scanner) add(list ...Entry) {
	for _, e := range list {
		if !s.seen[e.Code] {
			s.seen[e.Code] = true
			s.found = append(s.found, e)
		}
	}
}

func (s *scanner) miss(text string) {
	if len(s.unknown) < maxUnknown && len(text) <= maxName && !slices.Contains(s.unknown, text) {
		s.unknown = append(s.unknown, text)
	}
}

// nearKerberos reports whether Kerberos was spoken of just before w.
func (s *scanner) nearKerberos(w word) bool { return w.start-s.kerberos <= kerberosNear }

func mentionsKerberos(text string) bool {
	if len(text) < 3 || len(text) > 20 {
		return false
	}
	lower := strings.ToLower(text)
	return strings.HasPrefix(lower, "kerb") || strings.HasPrefix(lower, "krb") || strings.HasPrefix(lower, "kdc") ||
		lower == "tgt" || lower == "4768" || lower == "4769" || lower == "4771"
}

// nextWord finds the first word at or after at; its end is 0 if there is none.
func nextWord(text string, at int) word {
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		if inWord(r) {
			break
		}
		at += size
	}
	start := at
	var previous rune
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		if !inWord(r) || splits(previous, r) {
			break
		}
		previous = r
		at += size
	}
	if start == at {
		return word{}
	}
	return word{text[start:at], start, at}
}

func inWord(r rune) bool {
	return r < utf8.RuneSelf && (r == '_' || isDigit(byte(r)) || 'a' <= r|0x20 && r|0x20 <= 'z') ||
		r >= utf8.RuneSelf && r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r))
}

// splits reports the border between a digit and a letter beyond ASCII.
func splits(previous, r rune) bool {
	return previous >= utf8.RuneSelf && r < utf8.RuneSelf && isDigit(byte(r)) ||
		previous != 0 && previous < utf8.RuneSelf && isDigit(byte(previous)) && r >= utf8.RuneSelf
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func allDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }

func hasHexPrefix(text string) bool { return len(text) > 2 && text[0] == '0' && text[1]|0x20 == 'x' }

// namelike reports whether a word has the form of a code's name.
func namelike(text string) bool {
	if len(text) < 4 || isDigit(text[0]) {
		return false
	}
	upper := strings.ToUpper(text)
	if !strings.Contains(text, "_") {
		return text == upper && (text[0] == 'E' || strings.HasPrefix(text, "WSA")) && known(text)
	}
	if text == upper || strings.HasPrefix(text, "NERR_") {
		return text[0] != '_' && !strings.HasSuffix(text, "_")
	}
	for _, prefix := range []string{"RPC_", "NCA_", "NCS_", "EPT_S_", "WBEM_E_", "NT_STATUS_", "KDC_ERR", "KRB_AP_", "WERR_", "DCERPC_"} {
		if strings.HasPrefix(upper, prefix) {
			return true
		}
	}
	return false
}

func known(errno string) bool {
	_, ok := errnoNamed(errno)
	return ok
}

// onlyNumbers reports whether a short text holds numbers and names and no prose.
func onlyNumbers(text string) bool {
	if len(text) > 200 {
		return false
	}
	numbers, from := 0, 0
	for w := nextWord(text, 0); w.end > 0; w = nextWord(text, w.end) {
		if strings.Trim(text[from:w.start], " \t\r\n,;|()'\"`=-\u2212&") != "" {
			return false
		}
		from = w.end
		_, hex := bareHex(w.text)
		switch {
		case allDigits(w.text), hasHexPrefix(w.text), hex, w.text[0]|0x20 == 'h' && len(w.text) < 10:
			numbers++
		case !namelike(w.text):
			return false
		}
	}
	return strings.Trim(text[from:], " \t\r\n,;|.()'\"`") == ""
}
