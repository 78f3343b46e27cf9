package probe

import (
	"context"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/trace"
)

// StepWords is what a step says of itself before it does anything. Does, Why,
// Proves, Sends, Costs, Changes and Limit: at most 3 lines of 39 cells each;
// SlowBecause: 3 lines of 49.
type StepWords struct {
	Does, Why, Proves, Sends, Costs, Changes, Limit, SlowBecause string
	// GoesWrong lists what can go wrong here: sign and meaning.
	GoesWrong [][2]string
}

// Step is one observable action.
type Step struct {
	ID       StepID
	Layer    Layer
	Label    string // at most 14 cells
	Title    string // at most 44 cells
	Words    StepWords
	Needs    []StepID      // each must have passed or warned
	Optional bool          // failing warns, dependants go on
	Within   time.Duration // its deadline
	// Do returns what was learnt and what failed; both may come back. An error
	// of type *Skip means that the step did not apply.
	Do func(context.Context) (Evidence, error)
}

// Skip is the error of a step that found it has nothing to do.
type Skip struct{ Because string }

func (s *Skip) Error() string { return "skipped: " + s.Because }

// Warn is the error of a step that passed with something worth a warning.
type Warn struct{ Failure *Failure }

func (w *Warn) Error() string { return "warning: " + w.Failure.Text }

// ExperimentWords is what is said before an experiment is agreed to; each at
// most 2 lines of 68 cells.
type ExperimentWords struct{ Does, Sends, Costs, Tells, Instead string }

// Experiment is an extra probe that separates causes.
type Experiment struct {
	ID         ExperimentID
	Title      string
	Words      ExperimentWords
	SendsAgain bool // sends the credential again: asked for first
	AskedOnly  bool // leaves a mark on the host (an event): never by itself
	Steps      []Step
}

// Plan is the table of steps for one run.
type Plan struct {
	Steps       []Step
	Experiments []Experiment
	Purse       *Purse
	Account     func() Account       // as far as it is known by now
	Classify    func(error) *Failure // the one place where errors become words
	Close       func()               // releases what is alive, waits for it
}

// Planner makes a plan whose frames go to the given sink.
type Planner func(trace trace.Sink) Plan

// Front is all that the interface, the plain text and the JSON differ in.
type Front interface {
	// Emit receives events, never twice at once. It must not block for long.
	Emit(Event)
	// BeforeStep returns at once except in step mode. Its error ends the run
	// as cancelled.
	BeforeStep(context.Context, Step) error
	// Consent is asked before a credential is sent again.
	Consent(context.Context, Experiment) bool
}
