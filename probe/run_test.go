package probe

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/trace"
)

// watcher is a front that remembers.
type watcher struct {
	mu      sync.Mutex
	events  []Event
	before  func(Step) error
	consent func(Experiment) bool
}

func (w *watcher) Emit(e Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, e)
}

func (w *watcher) BeforeStep(_ context.Context, s Step) error {
	if w.before == nil {
		return nil
	}
	return w.before(s)
}

func (w *watcher) Consent(_ context.Context, e Experiment) bool {
	return w.consent != nil && w.consent(e)
}

type do = func(context.Context) (Evidence, error)

func passes(context.Context) (Evidence, error) { return nil, nil }

func fails(text string) do {
	return func(context.Context) (Evidence, error) { return nil, errors.New(text) }
}

func waits(ctx context.Context) (Evidence, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func waitsFor(d time.Duration) do {
	return func(ctx context.Context) (Evidence, error) {
		select {
		case <-time.After(d):
			return nil, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// way is a plan through all six layers; change replaces what a step does.
func way(change map[StepID]do) []Step {
	steps := []Step{
		{ID: StepAlive, Layer: LayerEndpointMapper, Label: "ServerAlive2"},
		{ID: StepEptMap, Layer: LayerEndpointMapper, Label: "endpoint map", Optional: true},
		{ID: StepIdentity, Layer: LayerAuthentication, Label: "identity proof", Needs: []StepID{StepAlive}},
		{ID: StepActivate, Layer: LayerActivation, Label: "start WMI", Needs: []StepID{StepIdentity}},
		{ID: StepCallObject, Layer: LayerActivation, Label: "object bind", Needs: []StepID{StepActivate}},
		{ID: StepNTLMLogin, Layer: LayerNamespace, Label: "open namespace", Needs: []StepID{StepCallObject}},
		{ID: StepNext, Layer: LayerQuery, Label: "first rows", Needs: []StepID{StepNTLMLogin}},
		{ID: StepSetStatus, Layer: LayerCallback, Label: "end arrives", Needs: []StepID{StepNTLMLogin}},
	}
	for i := range steps {
		steps[i].Do, steps[i].Within = passes, 10*time.Second
		if d := change[steps[i].ID]; d != nil {
			steps[i].Do = d
		}
	}
	return steps
}

func named() *Purse {
	return NewPurse(Credential{Account: Account{Typed: `LAB\svc`, Authority: "LAB", User: "svc"}})
}

func planOf(change map[StepID]do, experiments ...Experiment) Planner {
	return func(trace.Sink) Plan {
		return Plan{Steps: way(change), Experiments: experiments, Purse: named()}
	}
}

func unjudged(*Report) Verdict { return Verdict{} }

func outcomes(r *Report) string {
	var words []string
	for _, s := range r.Results {
		words = append(words, s.Outcome.String())
	}
	return strings.Join(words, " ")
}

func TestHealthyRunPasses(t *testing.T) {
	front := &watcher{}
	r := Run(t.Context(), planOf(nil), unjudged, front)
	if r.Outcome != Passed || outcomes(r) != "passed passed passed passed passed passed passed passed" {
		t.Fatalf("outcome %v, steps %s", r.Outcome, outcomes(r))
	}
	if _, ok := front.events[0].(Planned); !ok {
		t.Errorf("first event is %T", front.events[0])
	}
	if d, ok := front.events[len(front.events)-1].(Done); !ok || d.Report != r {
		t.Errorf("last event is %T", front.events[len(front.events)-1])
	}
}

func TestDependantsOfAFailureAreSkippedWithTheReason(t *testing.T) {
	r := Run(t.Context(), planOf(map[StepID]do{StepActivate: fails("denied")}), unjudged, &watcher{})
	if got := outcomes(r); got != "passed passed passed failed skipped skipped skipped skipped" {
		t.Fatal(got)
	}
	for step, want := range map[StepID]string{
		StepCallObject: "start WMI failed", StepNTLMLogin: "layer 3 failed", StepNext: "layer 3 failed",
	} {
		if got := r.Result(step).Because; got != want {
			t.Errorf("%s is skipped because %q, want %q", step, got, want)
		}
	}
	if r.Outcome != Failed {
		t.Error(r.Outcome)
	}
}

func TestSkipAndWarnAndOptional(t *testing.T) {
	warning := &Failure{Kind: KindTimeout, Text: "clock"}
	r := Run(t.Context(), planOf(map[StepID]do{
		StepEptMap:    fails("no answer"),
		StepIdentity:  func(context.Context) (Evidence, error) { return nil, &Warn{warning} },
		StepSetStatus: func(context.Context) (Evidence, error) { return nil, &Skip{"port 135 is in use here"} },
	}), unjudged, &watcher{})
	if got := outcomes(r); got != "passed warned warned passed passed passed passed skipped" {
		t.Fatal(got)
	}
	if r.Result(StepIdentity).Failure != warning || r.Result(StepSetStatus).Because != "port 135 is in use here" {
		t.Error("the words of the step were lost")
	}
	if r.Outcome != Warned {
		t.Errorf("a run with warnings and without a callback is %v", r.Outcome)
	}
}

func TestStepsKeepTheirDeadline(t *testing.T) {
	for _, c := range []struct {
		name   string
		target Target
		want   time.Duration
	}{
		{"of the plan", Target{}, 10 * time.Second},
		{"of --timeout", Target{StepTimeout: 2 * time.Second}, 2 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := Runner{Target: c.target, Judge: unjudged, Front: &watcher{}}.
					Run(t.Context(), planOf(map[StepID]do{StepActivate: waits}))
				got := r.Result(StepActivate)
				if got.Outcome != Failed || got.Took != c.want || got.Failure.Kind != KindTimeout {
					t.Fatalf("%v after %v: %+v", got.Outcome, got.Took, got.Failure)
				}
			})
		})
	}
}

func TestCancelKeepsTheWholeReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		closed := false
		start := time.Now()
		r := Run(ctx, func(trace.Sink) Plan {
			return Plan{Steps: way(map[StepID]do{StepActivate: waits}), Purse: named(), Close: func() { closed = true }}
		}, unjudged, &watcher{})
		if took := time.Since(start) - 3*time.Second; took > 100*time.Millisecond {
			t.Errorf("came back %v after cancel", took)
		}
		if got := outcomes(r); got != "passed passed passed cancelled not-run not-run not-run not-run" {
			t.Error(got)
		}
		if r.Outcome != Cancelled || !closed || r.Result(StepActivate).Because != "you stopped the run" {
			t.Error(r.Outcome, closed, r.Result(StepActivate).Because)
		}
		if r.LayerOutcome(LayerActivation) != Cancelled || r.LayerOutcome(LayerNamespace) != NotRun {
			t.Error(r.LayerOutcome(LayerActivation), r.LayerOutcome(LayerNamespace))
		}
	})
}

func TestTheLimitOfTheRunIsNoVerdictAndNoInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := Runner{Target: Target{TotalTimeout: 4 * time.Second}, Judge: unjudged, Front: &watcher{}}.
			Run(t.Context(), planOf(map[StepID]do{StepActivate: waits}))
		if r.Outcome != Incomplete || r.Took != 4*time.Second {
			t.Fatal(r.Outcome, r.Took)
		}
		if got := r.Result(StepActivate); got.Outcome != Cancelled || got.Because != "the run reached its limit of 4s" {
			t.Errorf("%+v", got)
		}
	})
}

func TestTheLimitStandsStillWhileAPersonReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		front := &watcher{before: func(s Step) error { time.Sleep(time.Minute); return nil }}
		r := Runner{Target: Target{TotalTimeout: 5 * time.Second}, Judge: unjudged, Front: front}.
			Run(t.Context(), planOf(map[StepID]do{StepActivate: waitsFor(3 * time.Second)}))
		if r.Outcome != Passed {
			t.Fatal(r.Outcome, outcomes(r))
		}
	})
}

func TestStepModeMayEndTheRun(t *testing.T) {
	front := &watcher{before: func(s Step) error {
		if s.ID == StepActivate {
			return errors.New("no further")
		}
		return nil
	}}
	r := Run(t.Context(), planOf(nil), unjudged, front)
	if got := outcomes(r); r.Outcome != Cancelled || got != "passed passed passed not-run not-run not-run not-run not-run" {
		t.Fatal(r.Outcome, got)
	}
}

func TestAPanicBecomesAnOutcome(t *testing.T) {
	const secret = "Hunter2!"
	r := Run(t.Context(), planOf(map[StepID]do{
		StepActivate:  func(context.Context) (Evidence, error) { panic("password " + secret) },
		StepSetStatus: func(context.Context) (Evidence, error) { var s []int; return nil, errors.New(string(rune(s[1]))) },
	}), unjudged, &watcher{})
	f := r.Result(StepActivate).Failure
	if f == nil || f.Kind != KindInternal || strings.Contains(f.Text, secret) || strings.Contains(f.Text, "goroutine") {
		t.Fatalf("%+v", f)
	}
	if r.Outcome != Failed || r.Result(StepNTLMLogin).Outcome != Skipped {
		t.Error("the run did not go on without the step")
	}
}

func TestAJudgeThatCrashesCannotTell(t *testing.T) {
	r := Run(t.Context(), planOf(map[StepID]do{StepActivate: fails("denied")}),
		func(*Report) Verdict { panic("mistake") }, &watcher{})
	if r.Verdict.Layer != LayerActivation || r.Verdict.Step != StepActivate || len(r.Verdict.Causes) != 0 || r.Verdict.Summary == "" {
		t.Fatalf("%+v", r.Verdict)
	}
}

func TestASlowStepSaysSoOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		front := &watcher{}
		Run(t.Context(), planOf(map[StepID]do{StepActivate: waitsFor(5 * time.Second), StepNext: waitsFor(900 * time.Millisecond)}), unjudged, front)
		var slow []StepSlow
		for _, e := range front.events {
			if s, ok := e.(StepSlow); ok {
				slow = append(slow, s)
			}
		}
		if len(slow) != 1 || slow[0].Step != StepActivate || slow[0].Waited != time.Second {
			t.Fatal(slow)
		}
	})
}

func TestWithoutAnAccountTheRunIsIncomplete(t *testing.T) {
	anonymous := func(trace.Sink) Plan {
		return Plan{Purse: NewPurse(Credential{}), Steps: way(map[StepID]do{
			StepIdentity: func(context.Context) (Evidence, error) { return nil, &Skip{"no account was given"} },
		})}
	}
	r := Run(t.Context(), anonymous, unjudged, &watcher{})
	if r.Outcome != Incomplete || r.LayerBecause(LayerQuery) != "no account was given" {
		t.Fatal(r.Outcome, r.LayerBecause(LayerQuery))
	}
}

func TestALayerWithoutItsProofHasNotPassed(t *testing.T) {
	r := &Report{Results: []Result{
		{Step: StepNTLM, Layer: LayerAuthentication, Outcome: Passed},
		{Step: StepIdentity, Layer: LayerAuthentication, Outcome: Skipped, Because: "no account was given"},
	}}
	if r.LayerOutcome(LayerAuthentication) != Skipped || r.LayerBecause(LayerAuthentication) != "no account was given" {
		t.Fatal(r.LayerOutcome(LayerAuthentication), r.LayerBecause(LayerAuthentication))
	}
}
