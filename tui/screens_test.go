package tui

import (
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
)

// Each golden reproduces an example of the design of the screens, from reports
// made by hand.
func TestScreens(t *testing.T) {
	t.Run("02 running", func(t *testing.T) { runningObjectPort(t, 80, 24).golden("02-running") })
	t.Run("03 failed", func(t *testing.T) { finishedRun(t, deniedReport(), 80, 24).golden("03-failed") })
	t.Run("05 works", func(t *testing.T) { finishedRun(t, worksReport(), 80, 24).golden("05-works") })
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
