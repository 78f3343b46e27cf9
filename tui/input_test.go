package tui

import (
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// The rules are those of the design of the screens, section "Keys": a slow
// line breaks arrow keys apart, fast keys merge.
func TestKeystream(t *testing.T) {
	runes := func(s string) tea.KeyMsg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)} }
	esc := tea.KeyMsg{Type: tea.KeyEscape}
	type in struct {
		after time.Duration // since the message before
		key   tea.KeyMsg
		due   bool // the timer of the Esc fires instead
	}
	for _, c := range []struct {
		name string
		in   []in
		want []string
	}{
		{"merged letters", []in{{0, runes("jjk"), false}}, []string{"j", "j", "k"}},
		{"a lone Esc acts after its wait", []in{{0, esc, false}, {60 * time.Millisecond, esc, true}}, []string{"esc"}},
		{"an arrow torn after Esc", []in{{0, esc, false}, {20 * time.Millisecond, runes("[A"), false}}, []string{"up"}},
		{"an arrow torn twice", []in{{0, esc, false}, {10 * time.Millisecond, runes("["), false}, {10 * time.Millisecond, runes("B"), false}}, []string{"down"}},
		{"an arrow torn after the bracket", []in{{0, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("["), Alt: true}, false}, {10 * time.Millisecond, runes("C"), false}}, []string{"right"}},
		{"page keys have digits", []in{{0, esc, false}, {5 * time.Millisecond, runes("[5~"), false}}, []string{"pgup"}},
		{"the tail after the wait is swallowed", []in{{0, esc, false}, {60 * time.Millisecond, esc, true}, {200 * time.Millisecond, runes("[A"), false}}, []string{"esc"}},
		{"a long tail too", []in{{0, esc, false}, {60 * time.Millisecond, esc, true}, {100 * time.Millisecond, runes("[6"), false}, {100 * time.Millisecond, runes("~"), false}}, []string{"esc"}},
		{"after half a second it is text again", []in{{0, esc, false}, {60 * time.Millisecond, esc, true}, {600 * time.Millisecond, runes("[A"), false}}, []string{"esc", "[", "A"}},
		{"what follows a tail is a key", []in{{0, esc, false}, {20 * time.Millisecond, runes("[Aj"), false}}, []string{"up", "j"}},
		{"an Esc before another key", []in{{0, esc, false}, {10 * time.Millisecond, runes("x"), false}}, []string{"esc", "x"}},
		{"an Esc merged with a letter", []in{{0, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("j"), Alt: true}, false}}, []string{"esc", "j"}},
		{"two Escs", []in{{0, esc, false}, {10 * time.Millisecond, esc, false}, {60 * time.Millisecond, esc, true}}, []string{"esc", "esc"}},
		{"an unknown function key does nothing", []in{{0, esc, false}, {10 * time.Millisecond, runes("[15~"), false}, {0, runes("j"), false}}, []string{"j"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s keystream
			now := began
			var got []string
			for _, x := range c.in {
				now = now.Add(x.after)
				var keys []tea.KeyMsg
				if x.due {
					keys = s.expire(s.turn, now)
				} else {
					keys, _ = s.feed(x.key, now)
				}
				for _, k := range keys {
					got = append(got, k.String())
				}
			}
			if len(got) != len(c.want) {
				t.Fatalf("%q, want %q", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Fatalf("%q, want %q", got, c.want)
				}
			}
		})
	}
}

func FuzzKeystream(f *testing.F) {
	f.Add("jjj\x1b[A", 3)
	f.Add("\x1b\x1b[[OO~", 1)
	f.Fuzz(func(t *testing.T, s string, step int) {
		var k keystream
		now := began
		for i, r := range s {
			msg := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}}
			if r == 0x1b {
				msg = tea.KeyMsg{Type: tea.KeyEscape}
			}
			keys, wait := k.feed(msg, now)
			if len(keys) > 2 {
				t.Fatalf("%d keys of one", len(keys))
			}
			if wait && step != 0 && i%step == 0 {
				k.expire(k.turn, now)
			}
			now = now.Add(time.Duration(i) * time.Millisecond)
		}
	})
}
