package probe

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/trace"
)

func looks(front *watcher) (n int, last Looked) {
	for _, e := range front.events {
		if l, ok := e.(Looked); ok {
			n, last = n+1, l
		}
	}
	return n, last
}

func port(openAfter time.Duration) Planner {
	start := time.Now()
	return func(trace.Sink) Plan {
		return Plan{Steps: []Step{{ID: StepTCP135, Layer: LayerEndpointMapper, Do: func(context.Context) (Evidence, error) {
			if time.Since(start) < openAfter {
				return nil, errors.New("refused")
			}
			return nil, nil
		}}}}
	}
}

func TestWatchRunsOnceWhenThePortOpens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		front := &watcher{}
		start := time.Now()
		r := Watch(t.Context(), port(25*time.Second), planOf(nil), unjudged, front)
		n, last := looks(front)
		if n != 4 || last.Failure != nil || !last.Next.IsZero() || time.Since(start) != 30*time.Second || r.Outcome != Passed {
			t.Fatal(n, last, time.Since(start), r.Outcome)
		}
	})
}

func TestWatchEndsAfterTwoHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		front := &watcher{}
		start := time.Now()
		r := Watch(t.Context(), port(24*time.Hour), planOf(nil), unjudged, front)
		if n, last := looks(front); n != 721 || last.Failure == nil || time.Since(start) != 2*time.Hour || r.Outcome != Failed {
			t.Fatal(n, time.Since(start), r.Outcome)
		}
	})
}

func TestWatchStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 33*time.Second)
		defer cancel()
		r := Watch(ctx, port(time.Hour), planOf(nil), unjudged, &watcher{})
		if r.Outcome != Cancelled {
			t.Fatal(r.Outcome)
		}
	})
}

func TestRunOnTakesOverOnlyWhatNobodyNeeds(t *testing.T) {
	first := Run(t.Context(), planOf(map[StepID]do{StepActivate: fails("denied")}), unjudged, &watcher{})
	walked := map[StepID]int{}
	count := func(id StepID) do {
		return func(context.Context) (Evidence, error) { walked[id]++; return nil, nil }
	}
	again := planOf(map[StepID]do{StepAlive: count(StepAlive), StepEptMap: count(StepEptMap), StepIdentity: count(StepIdentity), StepActivate: count(StepActivate)})
	r := Runner{From: first, Judge: unjudged, Front: &watcher{}}.Run(t.Context(), again)
	if r.Outcome != Passed || walked[StepEptMap] != 0 || walked[StepAlive] != 1 || walked[StepIdentity] != 1 || walked[StepActivate] != 1 {
		t.Fatal(r.Outcome, walked)
	}
	if r := (Runner{Target: Target{Host: "other"}, From: first, Judge: unjudged, Front: &watcher{}}).Run(t.Context(), again); r.Outcome != Passed || walked[StepEptMap] != 1 {
		t.Fatal("results of another host were taken over", walked)
	}
}
