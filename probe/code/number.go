package code

import (
	"slices"
	"strings"
)

// hex judges a number written with 0x. From 0x10000 on a known one is a code
// unless it is a rare success code in prose; below, the word before it decides,
// and without a word the common table.
func (s *scanner) hex(w word, n uint32) {
	l := s.label()
	if n <= 0xFFFF && (l == saysNot || l == silent && s.amount(w)) || n == 0 && !s.bare {
		return
	}
	found := s.chosen(w, n, l)
	if found == nil {
		s.miss(w.text)
		return
	}
	if s.bare || spoken(l) || n >= 1<<31 || slices.ContainsFunc(found, isCommon) {
		s.add(found...)
	}
}

// decimal judges a number of decimal digits.
func (s *scanner) decimal(w word) {
	negative := s.negative()
	if !s.plain(w) {
		return
	}
	l := s.label()
	if n, ok := bareHex(w.text); ok && !negative && (s.bare || spoken(l)) {
		if found := s.chosen(w, n, l); found != nil {
			s.add(found...)
			return
		}
	}
	n, mit, ok := decimal(w.text, negative)
	if !ok || n == 0 && !s.bare {
		return
	}
	if mit {
		s.addOf(Code{Kerberos, n})
		return
	}
	if l == saysEvent || l == saysEventID || s.continuesEvents() {
		s.event(w, n, l)
		return
	}
	found := s.chosen(w, n, l)
	switch {
	case negative && n < 1<<31: // no 32-bit code is a small negative number
	case n >= 1<<31, s.bare, s.confirmed(w, n) != nil:
		s.add(found...)
	case s.amount(w): // "error: 3 attempts"
	case l == saysWeakly && n >= 1000 && slices.ContainsFunc(found, isCommon), spoken(l) && l != saysWeakly:
		s.add(found...)
	}
}

// chosen are the readings of a number that the words and names around it leave.
func (s *scanner) chosen(w word, n uint32, l label) []Entry {
	if found := s.confirmed(w, n); found != nil {
		return found
	}
	kerberos := n < 128 && (l == saysKerberos || (l == says || l == saysWeakly) && n >= 6 && s.nearKerberos(w)) // nobody meets 1 to 5, but error 5 is everywhere
	switch {
	case kerberos:
		if e, ok := Lookup(Code{Kerberos, n}); ok {
			return []Entry{e}
		}
	case l == saysErrno, l == saysOSError:
		if e, ok := errnoAnywhere(n); ok {
			return []Entry{e}
		}
		if l == saysErrno {
			return nil
		}
	case l == saysWin32:
		if e, ok := Lookup(Code{Win32, n}); ok {
			return []Entry{e}
		}
	case l == saysRPC:
		if e, ok := Lookup(Code{RPC, n}); ok {
			return []Entry{e}
		}
	}
	if s.bare {
		return bareViews(n)
	}
	return views(n)
}

// bareViews are the readings of a number that stands alone: an event id comes
// first, and a KRB-ERROR or errno is possible too, but for the smallest, which
// would only be noise.
func bareViews(n uint32) []Entry {
	if n == 0 {
		e, _ := Lookup(Code{Win32, 0})
		return []Entry{e}
	}
	var found []Entry
	if e, ok := Lookup(Code{Event, n}); ok && n >= 1000 {
		found = append(found, e)
	}
	found = append(found, views(n)...)
	if e, ok := Lookup(Code{Kerberos, n}); ok && n >= 6 {
		found = append(found, e)
	}
	if e, ok := errnoAnywhere(n); ok && n > 32 {
		found = append(found, e)
	}
	return found
}

// confirmed are the readings that agree with a name right behind the number, as
// in "0x80041003 - WBEM_E_ACCESS_DENIED" or "5 (ERROR_ACCESS_DENIED)".
func (s *scanner) confirmed(w word, n uint32) []Entry {
	next := nextWord(s.text, w.end)
	if next.end == 0 || next.start-w.end > 6 || strings.Trim(s.text[w.end:next.start], " :=-([\"'\t") != "" || !namelike(next.text) {
		return nil
	}
	return slices.DeleteFunc(Named(next.text), func(e Entry) bool { return e.Number != n })
}

// event adds the event of that id. A small id belongs to many sources: the one
// we know must be spoken of near it.
func (s *scanner) event(w word, n uint32, l label) {
	if n < 1000 {
		after := s.text[w.end:min(w.end+200, len(s.text))]
		if l != saysEventID || !s.nearKerberos(w) && !strings.Contains(after, "Kerberos") {
			return
		}
	}
	if e, ok := Lookup(Code{Event, n}); ok {
		s.add(e)
		s.lastEvent = 0
	}
}

// continuesEvents reports a list of event ids that goes on: "10036, 10037 and
// 10038".
func (s *scanner) continuesEvents() bool {
	if strings.Trim(s.gap, " ,/&") != "" {
		return false
	}
	return s.lastEvent == 1 || s.lastEvent == 2 && conjunction(strings.ToLower(s.before[0].text))
}

func (s *scanner) addOf(c Code) {
	if e, ok := Lookup(c); ok {
		s.add(e)
	}
}

func isCommon(e Entry) bool {
	_, ok := common(e.Space, e.Number)
	return ok
}

// spoken reports whether a label promises a code.
func spoken(l label) bool { return l != silent && l != saysNot }
