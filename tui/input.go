package tui

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

const (
	// escWait is how long an Esc waits for the rest of an arrow key, which a
	// slow line may bring later.
	escWait = 50 * time.Millisecond
	// tailTime is how long the rest of such a key is swallowed once the Esc
	// has been taken for a key of its own.
	tailTime = 500 * time.Millisecond
)

// keystream puts keys in order: those merged into one read are split, arrow
// keys torn apart by a slow line are joined again.
type keystream struct {
	pending bool      // an Esc waits
	seq     string    // what came after it
	turn    int       // which Esc it is, for the timer
	fired   time.Time // when an Esc last was taken for a key
	tail    bool      // in the middle of a late tail
}

// feed takes one key message and returns the keys to act on. wait says that an
// Esc is pending: call expire with the turn after escWait.
func (s *keystream) feed(k tea.KeyMsg, now time.Time) (keys []tea.KeyMsg, wait bool) {
	if k.Paste {
		keys = append(s.flush(now), k)
		return keys, false
	}
	if k.Type == tea.KeyEscape && !k.Alt {
		keys = s.flush(now)
		s.pending, s.seq = true, ""
		s.turn++
		return keys, true
	}
	if k.Type != tea.KeyRunes {
		return append(s.flush(now), k), false
	}
	runes := k.Runes
	if k.Alt && len(runes) == 1 && (runes[0] == '[' || runes[0] == 'O') {
		keys = s.flush(now)
		s.pending, s.seq = true, string(runes)
		s.turn++
		return keys, true
	}
	if k.Alt { // an Esc and a letter that came in one read: no key here has Alt
		keys = append(s.flush(now), tea.KeyMsg{Type: tea.KeyEscape})
	}
	for _, r := range runes {
		one := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}}
		switch {
		case s.pending:
			keys = append(keys, s.join(one, now)...)
		case s.late(r, now):
		default:
			keys = append(keys, one)
		}
	}
	return keys, s.pending
}

// join adds a character to a pending Esc.
func (s *keystream) join(k tea.KeyMsg, now time.Time) []tea.KeyMsg {
	r := k.Runes[0]
	if s.seq == "" {
		if r == '[' || r == 'O' {
			s.seq = string(r)
			return nil
		}
		return append(s.flush(now), k)
	}
	if r >= '0' && r <= '9' || r == ';' {
		s.seq += string(r)
		return nil
	}
	seq := s.seq + string(r)
	s.pending, s.seq = false, ""
	if key, ok := sequences[strings.TrimLeft(seq, "[O")]; ok {
		return []tea.KeyMsg{{Type: key}}
	}
	return nil // some other function key: swallowed whole
}

var sequences = map[string]tea.KeyType{
	"A": tea.KeyUp, "B": tea.KeyDown, "C": tea.KeyRight, "D": tea.KeyLeft, "H": tea.KeyHome, "F": tea.KeyEnd, "Z": tea.KeyShiftTab,
	"1~": tea.KeyHome, "4~": tea.KeyEnd, "5~": tea.KeyPgUp, "6~": tea.KeyPgDown, "3~": tea.KeyDelete, "7~": tea.KeyHome, "8~": tea.KeyEnd,
}

// late reports whether a character belongs to the tail of a key whose Esc has
// already been acted on.
func (s *keystream) late(r rune, now time.Time) bool {
	if s.fired.IsZero() || now.Sub(s.fired) > tailTime {
		s.tail = false
		return false
	}
	switch {
	case !s.tail && (r == '[' || r == 'O'):
		s.tail = true
		return true
	case s.tail:
		if r >= '0' && r <= '9' || r == ';' {
			return true
		}
		s.tail, s.fired = false, time.Time{}
		return r >= 'A' && r <= 'Z' || r == '~'
	}
	return false
}

// flush takes a pending Esc for a key of its own.
func (s *keystream) flush(now time.Time) []tea.KeyMsg {
	if !s.pending {
		return nil
	}
	s.pending, s.fired, s.tail = false, now, s.seq != ""
	s.seq = ""
	return []tea.KeyMsg{{Type: tea.KeyEscape}}
}

// expire is called when the wait for a pending Esc is over.
func (s *keystream) expire(turn int, now time.Time) []tea.KeyMsg {
	if turn != s.turn {
		return nil
	}
	return s.flush(now)
}
