package pane

import (
	"net/netip"
	"strings"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/trace"
)

// keepFrames is how many frames of a run are kept.
const keepFrames = 1 << 15

// State is where a run stands.
type State uint8

// The states of a run. Idle: none has been started.
const (
	Idle State = iota
	Running
	Waiting // in step mode, before the next step
	Deciding
	Watching
	Finished
)

// Frame is a frame on the wire and the step it belongs to.
type Frame struct {
	Step probe.StepID
	trace.Frame
}

// Look is one line of a watch: looks that answered alike are one line.
type Look struct {
	At    time.Time
	Text  string
	Times int
}

// Run is one run as the screens see it, built from its events.
type Run struct {
	State    State
	Target   probe.Target
	Account  string
	Practice bool
	Fault    string    // of practice
	Saved    time.Time // when the report was saved; zero: it ran here
	Started  time.Time

	Steps   []probe.Step // as planned
	Current probe.StepID // running, waited for, or the last that ran
	Ended   bool         // Current has a result; the next has not begun
	Since   time.Time    // when Current began
	Slow    bool
	Frames  []Frame
	Missed  int // frames that came too fast to be kept
	lost    int // frames beyond what is kept
	Looks   []Look
	Next    time.Time // the next look
	Every   time.Duration
	Report  *probe.Report
	Fixes   []probe.Fix
	Ask     *probe.Experiment // consent the engine waits for
	Heal    *Heal             // practice: what the person's line changed
	Paused  time.Duration     // how long the program was suspended meanwhile
	Hidden  bool              // practice, surprise: the verdict is the person's
	results map[probe.StepID]probe.Result
	trial   probe.Step     // of an experiment, not in the plan
	extra   []probe.StepID // done without having been planned
}

// Heal says what a practice run was before and is now.
type Heal struct {
	Before, Now probe.Result
	Layer       probe.Layer
	Account     string
	Runs, Lines int
	Hints       int
}

// NewRun is a run that is about to start.
func NewRun(t probe.Target, account string, now time.Time) *Run {
	return &Run{State: Running, Target: t, Account: account, Started: now, results: map[probe.StepID]probe.Result{}}
}

// OpenRun shows a report that was made before.
func OpenRun(r *probe.Report) *Run {
	run := NewRun(r.Target, r.Account.Name(), r.Started)
	run.finish(r)
	return run
}

// Apply takes one event in.
func (r *Run) Apply(ev probe.Event, now time.Time) {
	switch ev := ev.(type) {
	case probe.Planned:
		r.Steps = ev.Steps
		r.extra = nil
		clear(r.results)
	case probe.StepStarted:
		r.State, r.Current, r.Since, r.Slow, r.Ended = Running, ev.Step.ID, now, false, false
		if ev.Experiment == "" {
			r.known(ev.Step.ID)
		} else {
			r.trial = ev.Step
		}
	case probe.StepSlow:
		r.Slow = r.Current == ev.Step
	case probe.FrameSeen:
		if len(r.Frames) >= keepFrames {
			r.lost++
			break
		}
		r.Frames = append(r.Frames, Frame{ev.Step, ev.Frame})
	case probe.StepDone:
		if ev.Experiment == "" {
			r.known(ev.Result.Step)
			r.results[ev.Result.Step] = ev.Result
		}
		if r.Current == ev.Result.Step {
			r.Ended, r.Slow = true, false
		}
	case probe.Looked:
		r.look(ev)
	case probe.Judged:
		r.Report = ev.Report
		r.name(ev.Report)
		if rep := ev.Report; rep != nil && rep.Outcome == probe.NotRun { // a snapshot of a run that goes on
			rep.Refold()
			if rep.Took == 0 {
				rep.Took = now.Sub(r.Started)
			}
		}
	case probe.Done:
		r.finish(ev.Report)
	}
}

func (r *Run) finish(rep *probe.Report) {
	r.State, r.Current, r.Slow, r.Ask, r.Report = Finished, "", false, nil, rep
	if rep == nil {
		return
	}
	for _, s := range rep.Results {
		r.known(s.Step)
		r.results[s.Step] = s
	}
	r.name(rep)
}

func (r *Run) name(rep *probe.Report) {
	if rep == nil {
		return
	}
	if n := rep.Account.Name(); n != "" {
		r.Account = n
	}
}

func (r *Run) known(id probe.StepID) {
	for _, s := range r.Steps {
		if s.ID == id {
			return
		}
	}
	for _, s := range r.extra {
		if s == id {
			return
		}
	}
	r.extra = append(r.extra, id)
}

func (r *Run) look(ev probe.Looked) {
	r.State, r.Next = Watching, ev.Next
	if !ev.Next.IsZero() {
		r.Every = ev.Next.Sub(ev.At)
	}
	for _, res := range ev.Results {
		if res.Outcome == probe.Skipped {
			continue
		}
		r.known(res.Step)
		r.results[res.Step] = res
	}
	text := "the port is open"
	if ev.Failure != nil {
		text = kindPhrase(ev.Failure.Kind)
	}
	if n := len(r.Looks); n > 0 && r.Looks[n-1].Text == text {
		r.Looks[n-1].Times++
		return
	}
	r.Looks = append(r.Looks, Look{ev.At, text, 1})
}

// Result is what became of a step so far.
func (r *Run) Result(id probe.StepID) probe.Result { return r.results[id] }

// Step is a planned step, or one put together from its result.
func (r *Run) Step(id probe.StepID) probe.Step {
	for _, s := range r.Steps {
		if s.ID == id {
			return s
		}
	}
	if r.trial.ID == id && id != "" {
		return r.trial
	}
	res := r.results[id]
	return probe.Step{ID: id, Layer: res.Layer, Label: res.Label, Title: res.Title}
}

// StepsOf lists the steps of a layer in order.
func (r *Run) StepsOf(l probe.Layer) []probe.Step {
	var out []probe.Step
	for _, s := range r.Steps {
		if s.Layer == l {
			out = append(out, s)
		}
	}
	for _, id := range r.extra {
		if s := r.Step(id); s.Layer == l {
			out = append(out, s)
		}
	}
	return out
}

// Active reports whether the run is within a layer: a step of it runs, or has
// passed and another is to follow.
func (r *Run) Active(l probe.Layer) bool {
	if r.Current == "" || r.State == Finished || r.Step(r.Current).Layer != l {
		return false
	}
	if !r.Ended {
		return true
	}
	if o := r.results[r.Current].Outcome; o != probe.Passed && o != probe.Warned {
		return false
	}
	for _, s := range r.StepsOf(l) {
		if _, done := r.results[s.ID]; !done {
			return true
		}
	}
	return false
}

// Outcome folds the steps of a layer into one outcome, as far as they are
// known; a layer the run is within is NotRun.
func (r *Run) Outcome(l probe.Layer) probe.Outcome {
	if r.Active(l) {
		return probe.NotRun
	}
	part := probe.Report{}
	for _, s := range r.StepsOf(l) {
		if res, ok := r.results[s.ID]; ok {
			part.Results = append(part.Results, res)
		}
	}
	return part.LayerOutcome(l)
}

// Took is how long the steps of a layer took together.
func (r *Run) Took(l probe.Layer) time.Duration {
	var sum time.Duration
	for _, s := range r.StepsOf(l) {
		sum += r.results[s.ID].Took
	}
	return sum
}

// Busy reports whether the engine is at work or waits for the person.
func (r *Run) Busy() bool { return r.State != Idle && r.State != Finished }

// Open reports whether a failed run has no cause the evidence speaks for.
func (r *Run) Open() bool {
	if r.Report == nil || r.Report.Verdict.Layer == probe.LayerNone {
		return false
	}
	c := r.Report.Verdict.Causes
	return len(c) == 0 || c[0].Confidence < probe.Likely
}

// Host is how the host is called in a sentence: the first label of its name,
// or its address.
func (r *Run) Host() string {
	h := r.Target.Host
	if _, err := netip.ParseAddr(h); err == nil {
		return h
	}
	if i := strings.IndexByte(h, '.'); i > 0 {
		return h[:i]
	}
	if h == "" {
		return "the host"
	}
	return h
}

// Passport is the host's own description, if it has been read.
func (r *Run) Passport() (*probe.Passport, bool) {
	return probe.Learnt[*probe.Passport](r.results[probe.StepNTLM])
}

// soFar is the report, or what is known of it while the run goes on.
func (r *Run) soFar() *probe.Report {
	if r.Report != nil {
		return r.Report
	}
	rep := &probe.Report{Target: r.Target, Started: r.Started}
	for _, l := range probe.Layers() {
		for _, s := range r.StepsOf(l) {
			if res, ok := r.results[s.ID]; ok {
				rep.Results = append(rep.Results, res)
			}
		}
	}
	return rep
}
