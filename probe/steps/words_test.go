package steps

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/wmidoctor/wmidoctor/probe"
)

// lines counts the lines that a text takes when wrapped after a blank.
func lines(s string, width int) int {
	n, at := 0, width+1
	for _, word := range strings.Fields(s) {
		l := utf8.RuneCountInString(word)
		if at+1+l > width {
			n, at = n+1, l
			continue
		}
		at += 1 + l
	}
	return n
}

// The lengths are those that the screens have room for: 14 and 44 cells, 3
// lines of 39, 3 lines of 49 for the reason of a wait.
func TestWordsFitTheScreens(t *testing.T) {
	w := newWalk(probe.Target{}, probe.NewPurse(probe.Credential{}), nil, nil)
	all := append(w.table(), newWalk(probe.Target{Auth: probe.AuthKerberos}, probe.NewPurse(probe.Credential{}), nil, nil).table()...)
	for _, x := range w.experiments() {
		all = append(all, x.Steps...)
		for name, text := range map[string]string{"does": x.Words.Does, "sends": x.Words.Sends, "costs": x.Words.Costs, "tells": x.Words.Tells} {
			if n := lines(text, 68); n == 0 || n > 2 {
				t.Errorf("%s: %s takes %d lines of 68", x.ID, name, n)
			}
		}
	}
	for _, s := range all {
		if n := utf8.RuneCountInString(s.Label); n == 0 || n > 14 {
			t.Errorf("%s: label %q has %d cells", s.ID, s.Label, n)
		}
		if n := utf8.RuneCountInString(s.Title); n == 0 || n > 44 {
			t.Errorf("%s: title %q has %d cells", s.ID, s.Title, n)
		}
		words := s.Words
		for name, text := range map[string]string{"does": words.Does, "why": words.Why, "proves": words.Proves,
			"sends": words.Sends, "costs": words.Costs, "changes": words.Changes, "limit": words.Limit} {
			if text == "" {
				t.Errorf("%s: nothing under %s", s.ID, name)
			}
			if n := lines(text, 39); n > 3 {
				t.Errorf("%s: %s takes %d lines of 39", s.ID, name, n)
			}
		}
		if n := lines(words.SlowBecause, 49); n > 3 {
			t.Errorf("%s: slow because takes %d lines of 49", s.ID, n)
		}
	}
}

// A step's needs come before it in the table, so that the field it reads is
// set. Raw NTLM has no step of SPNEGO, and needs none.
func TestNeedsComeFirst(t *testing.T) {
	for _, auth := range []probe.AuthChoice{probe.AuthAuto, probe.AuthNTLM, probe.AuthKerberos} {
		w := newWalk(probe.Target{Auth: auth}, probe.NewPurse(probe.Credential{}), nil, nil)
		seen := map[probe.StepID]bool{}
		for _, s := range w.table() {
			for _, n := range s.Needs {
				if !seen[n] && !(n == probe.StepSPNEGO && auth == probe.AuthNTLM) {
					t.Errorf("%s: %s needs %s, which does not come before it", auth, s.ID, n)
				}
			}
			seen[s.ID] = true
		}
	}
}
