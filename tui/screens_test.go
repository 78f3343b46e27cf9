package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
)

// Each golden reproduces an example of the design of the screens, from reports
// made by hand; its number is that of the example.
func TestScreens(t *testing.T) {
	finished := func(rep func() *probe.Report, w, h int, keys ...string) func(*testing.T) *screenTest {
		return func(t *testing.T) *screenTest {
			s := finishedRun(t, rep(), w, h)
			s.press(keys...)
			return s
		}
	}
	for name, open := range map[string]func(*testing.T) *screenTest{
		"01a-form":         emptyForm,
		"01b-form-refused": refusedForm,
		"02-running":       func(t *testing.T) *screenTest { return runningObjectPort(t, 80, 24) },
		"03-failed":        finished(deniedReport, 80, 24),
		"05-works":         finished(worksReport, 80, 24),
		"06-evidence":      finished(deniedReport, 80, 24, "e"),
		"07-guide":         finished(deniedReport, 80, 24, "g"),
		"08-wire":          finished(deniedReport, 80, 24, "w"),
		"09-facts":         finished(deniedReport, 80, 24, "f"),
		"10-help":          finished(deniedReport, 80, 24, "?"),
		"11-save":          finished(deniedReport, 80, 24, "s"),
		"13-picker":        picker,
		"14a-console":      console,
		"15-step":          waiting,
		"16-watch":         watching,
		"17-callback":      finished(callbackReport, 80, 24),
		"18-stopped":       finished(stoppedReport, 80, 24),
		"23a-narrow":       finished(deniedReport, 40, 12),
		"23b-narrow":       finished(deniedReport, 40, 12, "tab"),
		"24-wide":          finished(deniedReport, 120, 40),
		"24-widest":        finished(deniedReport, 200, 50),
		"low":              finished(deniedReport, 80, 10),
		"line":             finished(deniedReport, 19, 2),
	} {
		t.Run(name, func(t *testing.T) { open(t).golden(name) })
	}
	t.Run("03 in ASCII", func(t *testing.T) {
		s := newScreen(t, Config{ASCII: true, Opened: deniedReport(), OpenedAt: began}, 80, 24)
		s.do(s.Init())
		s.send(nil)
		s.golden("03-ascii")
	})
}

func emptyForm(t *testing.T) *screenTest {
	return newScreen(t, Config{Practice: examplePractice()}, 80, 24)
}

func refusedForm(t *testing.T) *screenTest {
	s := newScreen(t, Config{Practice: examplePractice()}, 80, 24)
	typeIn(s, "srv01.corp.example")
	s.press("tab")
	typeIn(s, "CORP/svc-mon")
	s.press("tab")
	typeIn(s, "correct horse")
	s.press("shift+tab")
	return s
}

func picker(t *testing.T) *screenTest {
	s := emptyForm(t)
	s.press("enter", "down", "down", "down")
	return s
}

func console(t *testing.T) *screenTest {
	s := newScreen(t, Config{Practice: examplePractice(), Start: func(context.Context, Request, probe.Front) *probe.Report { return deniedReport() }}, 80, 24)
	s.press("enter", "down", "down", "down", "enter")
	s.settle()
	s.press("o")
	typeIn(s, "net user")
	s.press("enter")
	s.pump(func() bool { return strings.Contains(s.View(), "completed successfully") })
	typeIn(s, `net localgroup "Distributed COM Users"`)
	return s
}

func waiting(t *testing.T) *screenTest {
	s := newScreen(t, Config{}, 80, 24)
	s.feed(probe.Planned{Steps: exampleSteps()})
	for _, r := range example().logon().Results {
		if r.Outcome == probe.Passed {
			s.feed(probe.StepDone{Result: r})
		}
	}
	step := exampleSteps()[7]
	s.Update(batch{run: s.bridge.id, asks: []ask{{step: &step, answer: make(chan bool, 1)}}})
	return s
}

func watching(t *testing.T) *screenTest {
	s := newScreen(t, Config{}, 80, 24)
	s.feed(probe.Planned{Steps: exampleSteps()})
	start := time.Date(2026, 1, 2, 14, 2, 10, 0, time.UTC)
	s.shared.Run.Started = start
	look := func(kind probe.Kind) []probe.Result {
		m := example()
		m.pass(probe.StepName, 0.4, 0, &probe.Names{}).fail(probe.StepTCP135, 3000, probe.Failure{Kind: kind})
		return m.Results[:5]
	}
	for i := range 53 {
		kind := probe.KindTimeout
		if i > 20 {
			kind = probe.KindRefused
		}
		at := start.Add(time.Duration(i) * 10 * time.Second)
		s.feed(probe.Looked{At: at, Failure: &probe.Failure{Kind: kind}, Results: look(kind), Next: at.Add(10 * time.Second)})
	}
	return s
}

func runningObjectPort(t *testing.T, w, h int) *screenTest {
	s := newScreen(t, Config{}, w, h)
	s.feed(probe.Planned{Steps: exampleSteps()})
	m := example().logon()
	m.pass(probe.StepActivate, 9, 1, &probe.Activation{}).pass(probe.StepBindings, 0.1, 0, &probe.Bindings{})
	for _, r := range m.Results {
		if r.Outcome == probe.Passed {
			s.feed(probe.StepDone{Result: r})
		}
	}
	for _, st := range exampleSteps() {
		if st.ID == probe.StepTCPObject {
			s.feed(probe.StepStarted{Step: st})
		}
	}
	s.clock.at = s.clock.at.Add(2 * time.Second)
	s.ladder.Tick = 2
	s.send(nil)
	return s
}
