package probe

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Runner walks a plan and keeps the report. It starts no goroutine for a step,
// so it cannot abandon one: a step that returns is over.
type Runner struct {
	Tool      Tool
	Target    Target
	HostFacts *HostFacts
	Judge     func(*Report) Verdict
	Front     Front
	// From is the report to run on from: what passed there and is not needed by
	// the steps to come is taken over, the rest is walked anew. A report of
	// another target or account is not used.
	From *Report
	// Agreed lists experiments whose price the person has been told and accepted
	// before the run. They are carried out even where the verdict does not ask.
	Agreed []ExperimentID
}

// Run walks a plan without further options.
func Run(ctx context.Context, p Planner, judge func(*Report) Verdict, f Front) *Report {
	return Runner{Judge: judge, Front: f}.Run(ctx, p)
}

// Run walks the plan to its end, carries out the experiments that decide
// between causes, and returns the whole report. When ctx is done the running
// step ends as cancelled and the rest is not run; the report is whole all the
// same.
func (r Runner) Run(ctx context.Context, p Planner) *Report {
	s := r.open(ctx, p)
	s.voice.emit(Planned{Steps: s.plan.Steps})
	s.walk()
	s.judge()
	s.decide()
	s.close()
	s.voice.last(Done{Report: s.report})
	return s.report
}

// session is one run under way.
type session struct {
	Runner
	person context.Context // the caller's; done: the person stopped the run
	ctx    context.Context // the same with the limit of the whole run
	limit  *limit
	voice  *voice
	plan   Plan
	report *Report
	roots  map[StepID]Result // of a skipped step: the step that kept it from running
	before [3]int            // what the purse had counted before this run
	halted bool              // the front ended the run in BeforeStep
}

func (r Runner) open(ctx context.Context, p Planner) *session {
	s := &session{
		Runner: r, person: ctx, voice: &voice{front: r.Front, waiting: map[int]bool{}},
		roots:  map[StepID]Result{},
		report: &Report{Tool: r.Tool, Started: time.Now().UTC(), Target: r.Target, HostFacts: r.HostFacts},
	}
	total := r.Target.TotalTimeout
	if total <= 0 {
		total = DefaultTotalTimeout
	}
	s.ctx, s.limit = withLimit(ctx, total)
	s.plan = p(s.voice.frame)
	if s.plan.Purse != nil {
		s.before[0], s.before[1], s.before[2] = s.plan.Purse.Count()
	}
	s.account()
	return s
}

// walk does the steps of the plan in their order.
func (s *session) walk() {
	taken := s.takenOver()
	for _, step := range s.plan.Steps {
		res, ok := taken[step.ID]
		switch {
		case ok:
			s.voice.emit(StepDone{Result: res})
		case s.over():
			res = blankResult(step)
		default:
			res = s.take(step, "", s.report.Results)
		}
		s.report.Results = append(s.report.Results, res)
		s.account()
	}
}

// take does one step, unless something it needs has not passed. Needs are
// looked up in the given results, the first list first.
func (s *session) take(step Step, e ExperimentID, results ...[]Result) Result {
	res := blankResult(step)
	if root, because, missing := s.unmet(step, results); missing {
		res.Outcome, res.Because = Skipped, because
		if e == "" {
			s.roots[step.ID] = root
		}
		s.voice.emit(StepDone{Result: res, Experiment: e})
		return res
	}
	if err := s.beforeStep(step); err != nil {
		s.halted = true
		return res
	}
	if s.over() {
		return res
	}
	res = s.perform(step, e)
	s.voice.emit(StepDone{Result: res, Experiment: e})
	return res
}

// unmet looks for a need of the step that neither passed nor warned. A need
// that is in none of the lists is no need of this plan.
func (s *session) unmet(step Step, results [][]Result) (root Result, because string, missing bool) {
	for _, need := range step.Needs {
		got, found := lookup(results, need)
		if !found || got.Outcome == Passed || got.Outcome == Warned {
			continue
		}
		root = got
		if r, ok := s.roots[need]; ok && got.Outcome == Skipped {
			root = r
		}
		switch {
		case root.Outcome == Skipped:
			return root, root.Because, true
		case root.Outcome != Failed:
			return root, root.Label + " was not run", true
		case root.Layer == step.Layer:
			return root, root.Label + " failed", true
		}
		return root, fmt.Sprintf("layer %d failed", root.Layer), true
	}
	return Result{}, "", false
}

func lookup(lists [][]Result, id StepID) (Result, bool) {
	for _, list := range lists {
		if i := slices.IndexFunc(list, func(r Result) bool { return r.Step == id }); i >= 0 {
			return list[i], true
		}
	}
	return Result{}, false
}

func blankResult(s Step) Result {
	return Result{Step: s.ID, Layer: s.Layer, Label: s.Label, Title: s.Title}
}

// beforeStep asks the front; the limit of the run stands still meanwhile,
// since a person may be reading.
func (s *session) beforeStep(step Step) error {
	s.limit.pause()
	defer s.limit.resume()
	return s.Front.BeforeStep(s.person, step)
}

// over reports whether nothing more may be started.
func (s *session) over() bool { return s.halted || s.ctx.Err() != nil }

// account copies what is known of the account into the report, with what was
// sent during this run.
func (s *session) account() {
	switch {
	case s.plan.Account != nil:
		s.report.Account = s.plan.Account()
	case s.plan.Purse != nil:
		s.report.Account = s.plan.Purse.Account()
	}
	if p := s.plan.Purse; p != nil {
		sent, accepted, rejected := p.Count()
		a := &s.report.Account
		a.SentCount, a.AcceptedCount, a.RejectedCount = sent-s.before[0], accepted-s.before[1], rejected-s.before[2]
	}
}

// close ends what the plan holds open and completes the report.
func (s *session) close() {
	stopped := s.halted || s.person.Err() != nil
	s.limit.stop()
	if s.plan.Close != nil {
		func() {
			defer func() { _ = recover() }() // the report matters more than a failed farewell
			s.plan.Close()
		}()
	}
	s.report.Took = time.Since(s.report.Started)
	s.report.RoundTrips = s.voice.all()
	s.report.Outcome = s.report.outcome(stopped)
}
