package tui

import (
	"context"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/pane"
)

// refusedReport is a run that failed at port 135.
func refusedReport() *probe.Report {
	m := example().pass(probe.StepName, 0.4, 0, &probe.Names{}).fail(probe.StepTCP135, 1, probe.Failure{Kind: probe.KindRefused})
	m.Outcome = probe.Failed
	m.Verdict = probe.Verdict{Layer: probe.LayerEndpointMapper, Step: probe.StepTCP135, Headline: "Endpoint mapper: connection refused", Summary: "srv01 refuses port 135."}
	return &m.Report
}

// Watching sends no password; x ends it, r runs at once.
func TestWatch(t *testing.T) {
	asked := make(chan Request, 4)
	s := finishedRun(t, refusedReport(), 80, 24)
	s.bridge, s.cfg.Start = nil, func(ctx context.Context, r Request, f probe.Front) *probe.Report {
		asked <- r
		if r.Watch {
			f.Emit(probe.Looked{At: began, Failure: &probe.Failure{Kind: probe.KindRefused}, Next: began.Add(10 * time.Second)})
			<-ctx.Done()
		}
		return refusedReport()
	}
	s.shows("m watch", "Next: m watches")
	s.press("m")
	s.pump(func() bool { return len(s.shared.Run.Looks) == 1 })
	if r := <-asked; !r.Watch || r.From != nil {
		t.Errorf("asked for %+v", r)
	}
	s.shows("WATCHING", "refused", "sends no password")
	s.press("r")
	s.settle()
	if r := <-asked; r.Watch {
		t.Error("r goes on watching")
	}
	s.press("m")
	s.pump(func() bool { return len(s.shared.Run.Looks) == 1 })
	s.press("x")
	s.settle()
	if s.shared.Run.State != pane.Finished {
		t.Error("x does not end the watch")
	}
}

// x and Ctrl+C stop a run; the second Ctrl+C leaves, with the code of the
// stopped run.
func TestStop(t *testing.T) {
	for _, key := range []string{"x", "ctrl+c"} {
		s := newScreen(t, Config{Go: true, Start: func(ctx context.Context, _ Request, f probe.Front) *probe.Report {
			f.Emit(probe.Planned{Steps: exampleSteps()})
			f.Emit(probe.StepStarted{Step: exampleSteps()[0]})
			<-ctx.Done()
			return stoppedReport()
		}}, 80, 24)
		s.do(s.Init())
		s.pump(func() bool { return s.shared.Run.Current != "" })
		began := time.Now()
		s.press(key)
		s.settle()
		if d := time.Since(began); d > 100*time.Millisecond {
			t.Errorf("%s took %v", key, d)
		}
		s.shows("■ STOPPED", "This is not a verdict.")
		s.lacks("Stopping.")
		_, cmd := s.Update(keyMsg("ctrl+c"))
		if cmd == nil || s.code != 130 {
			t.Errorf("%s: code %d, want 130", key, s.code)
		}
	}
}

func TestCtrlCWithoutARun(t *testing.T) {
	s := newScreen(t, Config{}, 80, 24)
	if _, cmd := s.Update(keyMsg("ctrl+c")); cmd == nil || s.code != 130 {
		t.Errorf("code %d, want 130", s.code)
	}
	s = newScreen(t, Config{}, 80, 24)
	s.press("tab", "tab", "tab")
	if _, cmd := s.Update(keyMsg("q")); cmd == nil || s.code != 0 {
		t.Errorf("code %d, want 0 when nothing has run", s.code)
	}
}

// Space asks for a pause; the run stops before its next step.
func TestPause(t *testing.T) {
	on := make(chan struct{})
	s := newScreen(t, Config{Go: true, Start: func(ctx context.Context, _ Request, f probe.Front) *probe.Report {
		f.Emit(probe.Planned{Steps: exampleSteps()})
		f.Emit(probe.StepStarted{Step: exampleSteps()[0]})
		<-on
		f.Emit(probe.StepDone{Result: probe.Result{Step: probe.StepName, Layer: 1, Outcome: probe.Passed}})
		if f.BeforeStep(ctx, exampleSteps()[1]) != nil {
			return stoppedReport()
		}
		return deniedReport()
	}}, 80, 24)
	s.do(s.Init())
	s.pump(func() bool { return s.shared.Run.Current != "" })
	s.press(" ")
	s.shows("Pausing before the next step.")
	close(on)
	s.pump(func() bool { return s.asked != nil })
	s.shows("WAITING FOR YOU", "Next: connect to port 135")
	s.press("x")
	s.settle()
	s.shows("■ STOPPED")
}
