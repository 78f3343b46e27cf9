package probe

import (
	"net/netip"
	"time"
)

// Tool is which program wrote a report.
type Tool struct {
	Version string `json:"version"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

// Result is what became of one step.
type Result struct {
	Step       StepID
	Layer      Layer
	Label      string // at most 14 cells
	Title      string // at most 44 cells
	Outcome    Outcome
	Because    string // of a skipped step: what it depended on, in words
	Took       time.Duration
	RoundTrips int
	Failure    *Failure
	Learnt     Evidence
}

// Trial is an experiment that was carried out, with its steps.
type Trial struct {
	Experiment ExperimentID
	Results    []Result
}

// Report is everything a run found out. It holds no secret, for it has no
// field for one.
type Report struct {
	Tool       Tool
	Started    time.Time
	Took       time.Duration
	RoundTrips int
	Outcome    Outcome
	Target     Target
	Account    Account
	Results    []Result
	Trials     []Trial
	Verdict    Verdict
	HostFacts  *HostFacts // what host-facts printed on the host, where it was given
	// StandIns is set in a redacted report only: what its addresses are to be
	// called, in order.
	StandIns []StandIn
}

// StandIn is an address that was put in the place of a real one. It is of the
// same kind, so that a redacted report can be judged like the real one.
type StandIn struct {
	Name string // "addr-1"
	Addr netip.Addr
}

// Result returns the result of a step, the zero Result when it is not in the
// report.
func (r *Report) Result(id StepID) Result { return find(r.Results, id) }

// TrialResult returns the result of a step within an experiment, the zero
// Result when that was not carried out.
func (r *Report) TrialResult(e ExperimentID, id StepID) Result {
	for _, t := range r.Trials {
		if t.Experiment == e {
			return find(t.Results, id)
		}
	}
	return Result{}
}

// Tried reports whether an experiment was carried out.
func (r *Report) Tried(e ExperimentID) bool {
	for _, t := range r.Trials {
		if t.Experiment == e {
			return true
		}
	}
	return false
}

// FirstFailed returns the first failed step of the run itself.
func (r *Report) FirstFailed() (Result, bool) {
	for _, s := range r.Results {
		if s.Outcome == Failed {
			return s, true
		}
	}
	return Result{}, false
}

func find(rs []Result, id StepID) Result {
	for _, r := range rs {
		if r.Step == id {
			return r
		}
	}
	return Result{}
}

// HostFacts is the document the read-only script of the host's administrator
// printed (contract section 6).
type HostFacts struct {
	Computer string            `json:"computer"`
	Taken    string            `json:"taken"`
	Facts    map[string]any    `json:"facts"`
	Errors   map[string]string `json:"errors"`
}
