package probe

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"time"
)

// slowAfter is when a step that has not ended is called slow.
const slowAfter = time.Second

// perform does one step under its deadline and turns what it returned into a
// result.
func (s *session) perform(step Step, e ExperimentID) Result {
	within := step.Within
	if s.Target.StepTimeout > 0 {
		within = s.Target.StepTimeout
	}
	ctx, cancel := s.ctx, context.CancelFunc(func() {})
	if within > 0 {
		ctx, cancel = context.WithTimeout(s.ctx, within)
	}
	defer cancel()

	started := time.Now()
	s.voice.begin(step, e)
	slow := time.AfterFunc(slowAfter, func() { s.voice.slow(step.ID, started) })
	learnt, err := guarded(ctx, step)
	slow.Stop()

	res := blankResult(step)
	res.Took = time.Since(started)
	res.RoundTrips = s.voice.end()
	if learnt != nil && !reflect.ValueOf(learnt).IsNil() {
		res.Learnt = learnt
	}
	s.settle(&res, step, err)
	return res
}

// settle reads the error of a step.
func (s *session) settle(res *Result, step Step, err error) {
	var (
		skip  *Skip
		warn  *Warn
		crash *crash
	)
	switch {
	case err == nil:
		res.Outcome = Passed
	case errors.As(err, &skip):
		res.Outcome, res.Because = Skipped, skip.Because
	case errors.As(err, &warn):
		res.Outcome, res.Failure = Warned, warn.Failure
	case errors.As(err, &crash):
		res.Outcome, res.Failure = Failed, &Failure{Kind: KindInternal, Text: crash.Error()}
	case s.person.Err() != nil:
		res.Outcome, res.Because = Cancelled, "you stopped the run"
	case s.ctx.Err() != nil:
		res.Outcome, res.Because = Cancelled, fmt.Sprintf("the run reached its limit of %v", s.limit.whole)
	default:
		res.Outcome, res.Failure = Failed, s.classify(err)
	}
	if res.Outcome == Failed && step.Optional {
		res.Outcome = Warned
	}
}

// classify asks the plan for words; without them the error speaks for itself.
func (s *session) classify(err error) *Failure {
	if s.plan.Classify != nil {
		if f := s.plan.Classify(err); f != nil {
			return f
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &Failure{Kind: KindTimeout, Text: "no answer came in time"}
	}
	return &Failure{Kind: KindInternal, Text: err.Error()}
}

// crash is a panic in a step. It keeps neither the stack nor the value, which
// might hold anything; a runtime error's own sentence is harmless.
type crash struct{ what string }

func (c *crash) Error() string {
	return "this program made a mistake in this step (" + c.what + "); the host is not to blame"
}

func guarded(ctx context.Context, step Step) (learnt Evidence, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case runtime.Error:
			learnt, err = nil, &crash{p.Error()}
		default:
			learnt, err = nil, &crash{fmt.Sprintf("panic of type %T", p)}
		}
	}()
	return step.Do(ctx)
}
