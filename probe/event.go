package probe

import (
	"time"

	"github.com/wmidoctor/wmidoctor/probe/trace"
)

// Event is something a run tells its front. The set is closed; events come
// one at a time.
type Event interface{ event() }

// Planned comes first: the steps that will be walked.
type Planned struct{ Steps []Step }

// StepStarted says that a step begins. Experiment is empty for the run itself.
type StepStarted struct {
	Step       Step
	Experiment ExperimentID
}

// StepSlow says that a step has not ended after its SlowAfter; it comes once a step.
type StepSlow struct {
	Step   StepID
	Waited time.Duration
}

// FrameSeen is a frame on the wire, within the step that was running.
type FrameSeen struct {
	Step  StepID
	Frame trace.Frame
}

// StepDone is the result of a step. It is never dropped or merged.
type StepDone struct {
	Result     Result
	Experiment ExperimentID
}

// Judged is the verdict so far.
type Judged struct{ Report *Report }

// Done is the last event of a run.
type Done struct{ Report *Report }

// Looked is one look of a watch.
type Looked struct {
	At      time.Time
	Failure *Failure  // nil: the port is open
	Results []Result  // of the steps of this look
	Next    time.Time // zero: this was the last look
}

func (Planned) event()     {}
func (StepStarted) event() {}
func (StepSlow) event()    {}
func (FrameSeen) event()   {}
func (StepDone) event()    {}
func (Judged) event()      {}
func (Done) event()        {}
func (Looked) event()      {}
