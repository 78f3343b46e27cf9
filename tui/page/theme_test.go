package page

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

func themed(color, ascii bool) (*Theme, map[string]string) {
	r := lipgloss.NewRenderer(os.Stderr)
	r.SetColorProfile(termenv.ANSI)
	t := NewTheme(r, color, ascii)
	return t, map[string]string{"passed": Paint(t.Theme().Pass, "x"), "warning": Paint(t.Theme().Warn, "x"), "failed": Paint(t.Theme().Fail, "x"),
		"failed word": Paint(t.FailWord, "x"), "running": Paint(t.Theme().Run, "x"), "key": Paint(t.Key, "x"), "strong": Paint(t.Strong, "x"),
		"faint": Paint(t.Faint, "x"), "last resort": Paint(t.Last, "x"), "practice": Paint(t.Practice, "x"), "reverse": Paint(t.Reverse, "x"), "plain": Paint(t.Plain, "x")}
}

// Theme is the theme itself, past the signs of the same names.
func (t *Theme) Theme() *Theme { return t }

// The table "Colour" of the design: ANSI 1, 2, 3, 5, 6 and attributes only,
// never a background; without colour bold, faint and reverse stay.
func TestColours(t *testing.T) {
	sgr := regexp.MustCompile("\x1b\\[([0-9;]*)m")
	for _, color := range []bool{true, false} {
		_, roles := themed(color, false)
		for role, drawn := range roles {
			for _, m := range sgr.FindAllStringSubmatch(drawn, -1) {
				for _, code := range strings.Split(m[1], ";") {
					switch code {
					case "", "0", "1", "2", "7":
					case "31", "32", "33", "35", "36":
						if !color {
							t.Errorf("%s has colour %s without colour", role, code)
						}
					default:
						t.Errorf("%s uses %s", role, code)
					}
				}
			}
		}
		for _, role := range []string{"failed word", "practice", "reverse"} {
			if !color && !strings.Contains(roles[role], "7") {
				t.Errorf("%s is not reversed without colour: %q", role, roles[role])
			}
		}
		for _, role := range []string{"warning", "failed", "key", "strong"} {
			if !strings.Contains(roles[role], "1") {
				t.Errorf("%s is not bold: %q", role, roles[role])
			}
		}
	}
}

// Every sign takes one cell, and ASCII has nothing else.
func TestSigns(t *testing.T) {
	for name, s := range map[string]Symbols{"Unicode": Unicode(), "ASCII": ASCII()} {
		for _, sign := range []string{s.Pass, s.Fail, s.Warn, s.Skip, s.NotRun, s.Run, s.Wait, s.Stop, s.Mark, s.H, s.V, s.Down, s.Up, s.Tee, s.Below,
			s.Above, s.Cut, s.Open, s.Close, s.To, s.From, s.Cursor, s.Dot, s.Spin[0], s.Spin[1], s.Spin[2], s.Spin[3]} {
			if Width(sign) != 1 {
				t.Errorf("%s: %q takes %d cells", name, sign, Width(sign))
			}
			if name == "ASCII" && sign[0] > 0x7e {
				t.Errorf("%q is not ASCII", sign)
			}
		}
	}
	th, _ := themed(true, true)
	if got := th.Final("√ é 日 “x” – …"); got != "+ ? ?? \"x\" - ~" {
		t.Errorf("%q", got)
	}
}

func FuzzHarmless(f *testing.F) {
	for _, s := range []string{"\x1b[31mx\x1b[0m", "\x1b[2J", "\x1b]0;x\a", "\u202e\u200b", "\xc2", "\xe2\x80"} {
		f.Add(s)
	}
	style := regexp.MustCompile("\x1b\\[[0-9;]*m")
	f.Fuzz(func(t *testing.T, s string) {
		got := style.ReplaceAllString(Harmless(s), "")
		for _, r := range got {
			if r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e {
				t.Fatalf("%U came through in %q", r, got)
			}
		}
	})
}
