package tui

import (
	"strings"
	"testing"

	"github.com/wmidoctor/wmidoctor/tui/pane"
)

// Every key of the table does something, or says why it does nothing: the
// table cannot promise a key that is not there.
func TestEveryKeyOfTheTableIsAlive(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range pane.Keys() {
		if k.Does == "" || k.Shown == "" || k.Live == "" || len(k.Names) == 0 {
			t.Errorf("%q lacks words", k.Shown)
		}
		for _, name := range k.Names {
			if seen[name] {
				t.Errorf("%q stands in the table twice", name)
			}
			seen[name] = true
			if strings.ToLower(name) != name {
				t.Errorf("%q needs a capital letter", name)
			}
			s := finishedRun(t, deniedReport(), 80, 24)
			s.bridge = nil
			s.cfg.Start = nil
			switch name {
			case "q", "ctrl+c", "ctrl+z", "ctrl+l", "p": // a command of Bubble Tea comes of them
				_, cmd := s.Update(keyMsg(name))
				if cmd == nil {
					t.Errorf("%q does nothing", name)
				}
				continue
			case "v":
				s.press("f")
			case "esc":
				s.press("?")
			case "up", "k", "home", "pgup":
				s.press("down", "down", "pgdown")
			case "enter":
				s.press("tab")
			}
			before := s.View()
			s.press(name)
			if s.View() == before { // what it does may take a moment
				s.pump(func() bool { return s.View() != before })
			}
		}
	}
}

func TestKeyTableIsWhole(t *testing.T) {
	table := pane.KeyTable()
	for _, k := range pane.Keys() {
		if !strings.Contains(table, "| `"+k.Shown+"` | "+k.Does+" |") {
			t.Errorf("the table lacks %q", k.Shown)
		}
	}
}
