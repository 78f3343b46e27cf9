package tui

import (
	"context"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
)

// drain fetches batches until the engine has ended.
func drain(t *testing.T, b *bridge, on func(batch)) (events []probe.Event) {
	t.Helper()
	for range 10000 {
		m := b.next().(batch)
		events = append(events, m.events...)
		if on != nil {
			on(m)
		}
		if m.ended && len(m.events) == 0 || m.ended && b.done {
			return events
		}
	}
	t.Fatal("the run never ended")
	return nil
}

func TestBridgeKeepsResults(t *testing.T) {
	const steps = 300
	b := open(context.Background(), 1, false, func(_ context.Context, f probe.Front) *probe.Report {
		for i := range steps {
			for range 200 {
				f.Emit(probe.FrameSeen{})
			}
			f.Emit(probe.StepDone{Result: probe.Result{RoundTrips: i}})
		}
		rep := &probe.Report{}
		f.Emit(probe.Done{Report: rep})
		return rep
	})
	<-b.ended // nobody looked: frames beyond the room are counted, results kept
	done, results, frames := 0, 0, 0
	for _, e := range drain(t, b, nil) {
		switch e := e.(type) {
		case probe.StepDone:
			if e.Result.RoundTrips != results {
				t.Fatalf("result %d came at place %d", e.Result.RoundTrips, results)
			}
			results++
		case probe.FrameSeen:
			frames++
		case probe.Done:
			done++
		}
	}
	if results != steps || done != 1 {
		t.Errorf("%d results and %d ends, want %d and 1", results, done, steps)
	}
	if frames > room || frames+b.missed != steps*200 {
		t.Errorf("%d frames kept and %d counted of %d", frames, b.missed, steps*200)
	}
}

func TestBridgeRecoversAPanic(t *testing.T) {
	b := open(context.Background(), 1, false, func(_ context.Context, f probe.Front) *probe.Report {
		f.Emit(probe.StepStarted{Step: probe.Step{ID: probe.StepActivate, Layer: 3, Label: "start WMI"}})
		panic("secret-password in a panic")
	})
	events := drain(t, b, nil)
	last, ok := events[len(events)-1].(probe.Done)
	if !ok {
		t.Fatalf("the last event is %T", events[len(events)-1])
	}
	r := last.Report.Result(probe.StepActivate)
	if r.Outcome != probe.Failed || r.Failure == nil || r.Failure.Kind != probe.KindInternal {
		t.Errorf("the step is %+v", r)
	}
	if got := r.Failure.Text; got != "this program crashed (string)" {
		t.Errorf("the text is %q: what a panic says may hold a secret", got)
	}
}

func TestBridgeAsksAndStops(t *testing.T) {
	var agreed, declined bool
	b := open(context.Background(), 1, true, func(ctx context.Context, f probe.Front) *probe.Report {
		if f.BeforeStep(ctx, probe.Step{ID: probe.StepName}) != nil {
			t.Error("the step was refused")
		}
		agreed = f.Consent(ctx, probe.Experiment{ID: "smb-logon"})
		declined = !f.Consent(ctx, probe.Experiment{ID: "other"})
		if f.BeforeStep(ctx, probe.Step{ID: probe.StepTCP135}) == nil {
			t.Error("a stopped run went on")
		}
		return &probe.Report{}
	})
	n := 0
	drain(t, b, func(m batch) {
		for _, a := range m.asks {
			switch n {
			case 0, 1:
				a.reply(true)
				a.reply(false) // too late, harmless
			case 2:
				a.reply(false)
			case 3:
				b.cancel()
			}
			n++
		}
	})
	if !agreed || !declined || n != 4 {
		t.Errorf("agreed %v, declined %v, %d questions", agreed, declined, n)
	}
}

func TestBridgeClosesInTime(t *testing.T) {
	b := open(context.Background(), 1, false, func(ctx context.Context, f probe.Front) *probe.Report {
		<-ctx.Done()
		return &probe.Report{Outcome: probe.Cancelled}
	})
	start := time.Now()
	if rep := b.close(); rep == nil || rep.Outcome != probe.Cancelled {
		t.Errorf("the report is %+v", rep)
	}
	if d := time.Since(start); d > 100*time.Millisecond {
		t.Errorf("it took %v", d)
	}
}
