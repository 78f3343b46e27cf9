package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/probe"
)

// surfaces are the screens and drawers, each a way to get there.
func surfaces() map[string]func(*testing.T) *screenTest {
	out := map[string]func(*testing.T) *screenTest{
		"form":    func(t *testing.T) *screenTest { return newScreen(t, Config{}, 80, 24) },
		"running": func(t *testing.T) *screenTest { return runningObjectPort(t, 80, 24) },
		"form refused": func(t *testing.T) *screenTest {
			s := newScreen(t, Config{}, 80, 24)
			s.press("a", "b", "tab", "C", "/", "x", "tab", "p", "tab", "tab", "tab")
			return s
		},
	}
	reports := map[string]func() *probe.Report{"denied": deniedReport, "open": openReport, "works": worksReport, "callback": callbackReport, "stopped": stoppedReport,
		"hostile": hostileReport}
	keys := map[string][]string{"": nil, "evidence": {"e"}, "guide": {"g"}, "sections": {"i"}, "search": {"g", "/", "x"}, "wire": {"w"}, "wire narrow": {"w", "z"},
		"bytes": {"w", "enter"}, "filter": {"w", "/", "z", "z"}, "facts": {"f"}, "help": {"?"}, "save": {"s"}, "ladder": {"tab"}, "zoom": {"z"},
		"by hand": {"1"}, "decide": {"d"}, "evidence search": {"e", "/", "x"}, "scrolled": {"pgdown", "down", "down"}, "send again": {"r"}}
	for rn, rep := range reports {
		for kn, ks := range keys {
			out[strings.TrimSpace(rn+" "+kn)] = func(t *testing.T) *screenTest {
				s := finishedRun(t, rep(), 80, 24)
				s.press(ks...)
				return s
			}
		}
	}
	for name, ks := range map[string][]string{"picker": nil, "picker search": {"d", "n"}, "picker none": {"x", "x", "x"}, "played": {"down", "down", "down", "enter"}, "console": {"down", "down", "down", "enter", "o", "n", "e", "t", "enter"}, "surprise": {"down", "enter"}} {
		out[name] = func(t *testing.T) *screenTest {
			s := newScreen(t, Config{Practice: examplePractice(), Start: func(_ context.Context, _ Request, f probe.Front) *probe.Report { return deniedReport() }}, 80, 24)
			s.press("enter")
			s.press(ks...)
			time.Sleep(5 * time.Millisecond)
			return s
		}
	}
	return out
}

// hostileReport is a host, and a file, that want to draw elsewhere.
func hostileReport() *probe.Report {
	r := deniedReport()
	bad := "\x1b[2J\x1b[31m\u202eevil\u200b\x00\xff" + strings.Repeat("日本", 90) + "\r\nx\ty"
	r.Target.Host, r.Account.Sent = bad, bad
	r.Verdict.Headline, r.Verdict.Summary = bad, bad
	r.Verdict.Causes[0].Title = bad
	r.Verdict.Possible[0].Title = bad
	for i := range r.Results {
		r.Results[i].Label, r.Results[i].Title, r.Results[i].Because = bad, bad, bad
	}
	if p, ok := probe.Learnt[*probe.Passport](r.Result(probe.StepNTLM)); ok {
		p.Computer, p.Domain, p.DNSComputer = bad, bad, bad
	}
	return r
}

// Every surface at every size, opened there and resized to it: no panic, no
// line too wide, no frame too tall.
func TestSizes(t *testing.T) {
	widths := []int{1, 2, 5, 10, 19, 20, 31, 32, 39, 40, 59, 60, 79, 80, 81, 100, 119, 120, 179, 180, 200}
	heights := []int{1, 2, 3, 4, 7, 8, 11, 12, 15, 16, 19, 20, 24, 35, 36, 50, 60}
	if testing.Short() {
		widths, heights = []int{1, 20, 40, 80, 200}, []int{1, 3, 12, 24, 60}
	}
	for name, open := range surfaces() {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			widths, heights := widths, heights
			if first, _, _ := strings.Cut(name, " "); first == "open" || first == "works" || first == "stopped" || first == "callback" {
				widths, heights = []int{1, 19, 20, 40, 79, 80, 120, 200}, []int{1, 3, 8, 12, 24, 50}
			}
			for _, w := range widths {
				for _, h := range heights {
					s.Update(tea.WindowSizeMsg{Width: w, Height: h})
					s.fits(s.View())
					if strings.ContainsAny(s.View(), "\x00\a\b\r\t") {
						t.Fatalf("%dx%d: a control character came through", w, h)
					}
				}
			}
			before := s.View()
			s.Update(tea.WindowSizeMsg{Width: 3, Height: 2})
			s.Update(tea.WindowSizeMsg{Width: s.lastW(widths), Height: s.lastH(heights)})
			if s.View() != before {
				t.Errorf("a resize there and back changed the screen:\n%s\nthen\n%s", before, s.View())
			}
			for _, k := range []string{"down", "down", "up", "pgdown", "end", "home", "enter", "tab", "down", "esc"} {
				s.Update(keyMsg(k))
				s.fits(s.View())
			}
			if t.Failed() {
				fmt.Println(s.View())
			}
		})
	}
}

func (s *screenTest) lastW(w []int) int { return w[len(w)-1] }
func (s *screenTest) lastH(h []int) int { return h[len(h)-1] }

func examplePractice() *Practice {
	return &Practice{
		Faults: func() []Fault {
			return []Fault{
				{ID: "fw135-drop", Layer: 1, Title: "Firewall drops port 135", Healed: true, Level: 1, Hints: 3, Heals: true, Story: "Nobody turned the rules on.", Learn: "what silence means"},
				{ID: "fw135-localsubnet", Layer: 1, Title: "Firewall lets in the local subnet only", Level: 2, Hints: 3, Heals: true,
					Story: "The administrator turned on the WMI firewall rules and tested from the next desk: it works. From this machine it does not.", Learn: "how a rule can be on and still keep you out"},
				{ID: "act-machine-launch", Layer: 3, Title: "No right to launch DCOM", Level: 1, Hints: 2, Heals: true, Story: "A new account.", Learn: "the two checks"},
			}
		},
		Play: func(f string) (Request, error) {
			return Request{Target: probe.Target{Host: "winhost.lab.test", Namespace: `root\cimv2`}, Account: `LAB\svc-mon`}, nil
		},
		Console: func(line string) string { return "The command completed successfully.\r\n" },
		Hints:   func(string) []string { return []string{"look at layer 3", "who may launch?"} },
	}
}
