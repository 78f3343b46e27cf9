package probe

import (
	"context"
	"time"
)

// How often and how long Watch looks.
const (
	watchEvery = 10 * time.Second
	watchFor   = 2 * time.Hour
)

// Watch looks without further options.
func Watch(ctx context.Context, anonymous, full Planner, judge func(*Report) Verdict, f Front) *Report {
	return Runner{Judge: judge, Front: f}.Watch(ctx, anonymous, full)
}

// Watch walks the anonymous plan every ten seconds until all of it passes,
// for two hours at most, then walks the full plan once. No credential is sent
// while watching: the anonymous plan must have none. It returns the report of
// the full run, or that of the last look when it came to none.
func (r Runner) Watch(ctx context.Context, anonymous, full Planner) *Report {
	until := time.Now().Add(watchFor)
	for {
		looking := r
		looking.Front = looker{r.Front}
		s := looking.open(ctx, anonymous)
		s.walk()
		s.report.Verdict = s.verdict()
		s.close()
		s.voice.last(Done{Report: s.report})
		open := s.report.allPassed()
		next := s.report.Started.Add(watchEvery)
		look := Looked{At: s.report.Started, Results: s.report.Results}
		if failed, ok := s.report.FirstFailed(); ok {
			look.Failure = failed.Failure
		}
		last := ctx.Err() != nil || open || next.After(until)
		if !last {
			look.Next = next
		}
		r.Front.Emit(look)
		switch {
		case open && ctx.Err() == nil:
			return r.Run(ctx, full)
		case last || !sleepUntil(ctx, next):
			if ctx.Err() != nil {
				s.report.Outcome = Cancelled
			}
			r.Front.Emit(Done{Report: s.report})
			return s.report
		}
	}
}

// looker is what a look shows of itself: its frames. It asks nothing.
type looker struct{ front Front }

func (l looker) Emit(e Event) {
	if f, ok := e.(FrameSeen); ok {
		l.front.Emit(f)
	}
}
func (looker) BeforeStep(context.Context, Step) error   { return nil }
func (looker) Consent(context.Context, Experiment) bool { return false }

func (r *Report) allPassed() bool {
	for _, s := range r.Results {
		if s.Outcome != Passed && s.Outcome != Warned && s.Outcome != Skipped {
			return false
		}
	}
	return true
}

// sleepUntil waits; it returns false when ctx was done first.
func sleepUntil(ctx context.Context, t time.Time) bool {
	timer := time.NewTimer(time.Until(t))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
