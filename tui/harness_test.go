package tui

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/clip"
	"github.com/wmidoctor/wmidoctor/tui/page"
	"github.com/wmidoctor/wmidoctor/tui/pane"
)

var update = flag.Bool("update", false, "write the golden files anew")

// clock is a time that moves only when a test moves it.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// screenTest drives a model without a terminal.
type screenTest struct {
	*testing.T
	*model
	clock   *clock
	pending []chan tea.Msg // of commands that have not ended
}

func newScreen(t *testing.T, c Config, w, h int) *screenTest {
	t.Helper()
	clk := &clock{began}
	c.Now = clk.now
	c.Version = "0.1.0"
	if c.Texts.Prescribe == nil { // the pages of the examples, not those of the program
		c.Texts = exampleTexts()
	}
	if c.Clip == nil {
		c.Clip = &clip.Board{Mode: "off"}
	}
	r := lipgloss.NewRenderer(os.Stderr)
	r.SetColorProfile(termenv.Ascii)
	ctx, cancel := context.WithCancel(context.Background())
	m := newModel(ctx, c, page.NewTheme(r, true, c.ASCII))
	t.Cleanup(func() {
		cancel()
		if m.bridge != nil {
			m.answer(false)
			m.bridge.close()
		}
		for _, b := range m.past {
			b.close()
		}
	})
	s := &screenTest{T: t, model: m, clock: clk}
	s.send(tea.WindowSizeMsg{Width: w, Height: h})
	return s
}

// send gives the model a message and starts what comes of it.
func (s *screenTest) send(msg tea.Msg) {
	_, cmd := s.Update(msg)
	s.do(cmd)
}

// do starts a command. What comes of it at once is taken at once; timers and
// what waits for the engine are left to pump.
func (s *screenTest) do(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	out := make(chan tea.Msg, 1)
	go func() { out <- cmd() }()
	select {
	case msg := <-out:
		s.take(msg)
	case <-time.After(15 * time.Millisecond):
		s.pending = append(s.pending, out)
	}
}

func (s *screenTest) take(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			s.do(c)
		}
	case batch, played, copied, saved, answered, printed:
		s.send(msg)
	}
}

// pump takes what commands bring until the condition holds.
func (s *screenTest) pump(until func() bool) {
	s.Helper()
	for end := time.Now().Add(3 * time.Second); !until(); {
		if time.Now().After(end) {
			s.Fatalf("it did not come to be:\n%s", s.View())
		}
		waiting := s.pending
		s.pending = nil
		for _, out := range waiting {
			select {
			case msg := <-out:
				s.take(msg)
			default:
				s.pending = append(s.pending, out)
			}
		}
		time.Sleep(time.Millisecond)
	}
}

// settle waits until the engine has ended.
func (s *screenTest) settle() {
	s.Helper()
	s.pump(func() bool { return s.bridge == nil })
}

// press gives keys one by one: names as Bubble Tea spells them.
func (s *screenTest) press(keys ...string) {
	s.Helper()
	for _, k := range keys {
		s.clock.at = s.clock.at.Add(time.Second)
		s.send(keyMsg(k))
		if k == "esc" {
			s.send(escDue{s.keys.turn})
		}
	}
}

func keyMsg(k string) tea.KeyMsg {
	named := map[string]tea.KeyType{"enter": tea.KeyEnter, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab, "esc": tea.KeyEscape,
		"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
		"home": tea.KeyHome, "end": tea.KeyEnd, "ctrl+c": tea.KeyCtrlC, "ctrl+z": tea.KeyCtrlZ, "ctrl+l": tea.KeyCtrlL, "backspace": tea.KeyBackspace}
	if t, ok := named[k]; ok {
		return tea.KeyMsg{Type: t}
	}
	if k == " " {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)}
}

// feed gives events of a run as the bridge would.
func (s *screenTest) feed(events ...probe.Event) {
	if s.bridge == nil {
		s.bridge = open(s.ctx, 1, false, func(ctx context.Context, _ probe.Front) *probe.Report { <-ctx.Done(); return nil })
		run := pane.NewRun(probe.Target{Host: "srv01.corp.example", Port: 135, Namespace: `root\cimv2`}, `CORP\svc-mon`, s.clock.at)
		s.adopt(run)
	}
	s.Update(batch{run: s.bridge.id, events: events})
}

// finishedRun is a screen with a finished run on it.
func finishedRun(t *testing.T, rep *probe.Report, w, h int) *screenTest {
	s := newScreen(t, Config{Start: func(context.Context, Request, probe.Front) *probe.Report { return rep },
		Save:   func(string, string, bool, *probe.Report) error { return nil },
		Render: func(string, bool, *probe.Report) string { return exampleTicket }}, w, h)
	s.feed(probe.Planned{Steps: exampleSteps()})
	for _, f := range exampleFrames() {
		s.feed(f)
	}
	for _, r := range rep.Results {
		s.feed(probe.StepDone{Result: r})
	}
	s.feed(probe.Judged{Report: rep}, probe.Done{Report: rep})
	return s
}

const exampleTicket = `# host-1: DCOM activation refuses account-1

Who acts: Windows administrator of host-1. Port 135 open, WMI port not known.
Fix: net localgroup "Distributed COM Users" "account-1" /add
`

// golden compares the frame with a file, or writes it with -update.
func (s *screenTest) golden(name string) {
	s.Helper()
	got := s.View()
	s.fits(got)
	lines := strings.Split(got, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	got = strings.Join(lines, "\n") + "\n"
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			s.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			s.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		s.Fatal(err)
	}
	if got != string(want) {
		s.Errorf("%s differs; got:\n%s\nwant:\n%s", name, got, want)
	}
}

// fits checks that a frame is neither taller nor wider than the window.
func (s *screenTest) fits(view string) {
	s.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) > s.h {
		s.Errorf("%dx%d: %d lines", s.w, s.h, len(lines))
	}
	for i, l := range lines {
		if page.Width(l) > s.w {
			s.Errorf("%dx%d: line %d is %d wide: %q", s.w, s.h, i+1, page.Width(l), l)
		}
	}
}

func TestMain(m *testing.M) {
	flag.Parse()
	lipgloss.SetColorProfile(termenv.Ascii)
	os.Exit(m.Run())
}
