// Package verdict is what the evidence means: one row per fault, catalogue
// entry and rule in one, and the judge that walks them. It is a pure function
// of a report and works on one that was saved on another machine.
package verdict

import (
	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

// Mark says what the wire signature of a fault rests on.
type Mark string

// From the strongest down.
const (
	Spec     Mark = "spec"     // an open specification
	Doc      Mark = "doc"      // a product page, or a dump of Windows' own rules
	Source   Mark = "source"   // public code, an issue thread or a capture
	Inferred Mark = "inferred" // trade knowledge; not seen on Windows
)

// Fault is one root cause: what it is called, who acts, and how the evidence
// speaks for or against it.
type Fault struct {
	ID    probe.FaultID
	Step  probe.StepID // where it is met
	Name  string       // short, for lists of what was ruled out; at most 24 cells
	Title string       // at most 2 lines of 39 cells
	Plain string       // for a helpdesk reader to say aloud; at most 4 lines of 49 cells
	Head  string       // what the layer did, for the headline: "access denied"; at most 28 cells

	Owner   probe.Owner
	Windows string // which versions, "" for all
	Mark    Mark
	Source  string

	// Ceiling is the most that signs and clues may claim. Where the mark is
	// Inferred it is never more than Likely.
	Ceiling probe.Confidence

	Signs  []Sign // any one makes it a suspect
	Needs  []Clue // yes: a reason; no: ruled out; unknown: only possible
	Proof  []Clue // any yes: certain, below the ceiling
	Notice *Clue  // yes: a warning although nothing failed

	// LookAlikes are faults with the same face beyond those that share a sign.
	LookAlikes []probe.FaultID
}

// Layer is where the fault is met.
func (f Fault) Layer() probe.Layer { return LayerOf(f.Step) }

// Sign is a wire event that makes faults suspects: data, so that explain and
// the tests read it as well. No codes means any code.
type Sign struct {
	Step   probe.StepID
	Kind   probe.Kind
	Codes  []code.Code
	Reason []uint16 // of a bind_nak or rejected context; none means any
}

func (s Sign) shows(r probe.Result) bool {
	f := r.Failure
	if f == nil || r.Step != s.Step || f.Kind != s.Kind {
		return false
	}
	return (len(s.Codes) == 0 || has(s.Codes, f.Code)) && (len(s.Reason) == 0 || has(s.Reason, f.Reason))
}

func has[T comparable](list []T, x T) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

// LayerOf returns the layer a step belongs to.
func LayerOf(id probe.StepID) probe.Layer {
	switch id {
	case probe.StepName, probe.StepTCP135, probe.StepBind135, probe.StepAlive, probe.StepEptMap, probe.StepHostUp:
		return probe.LayerEndpointMapper
	case probe.StepNTLM, probe.StepSPNEGO, probe.StepKerbAS, probe.StepKerbTGS, probe.StepKerbAP,
		probe.StepIdentity, probe.StepAccountState, probe.StepSMBLogon:
		return probe.LayerAuthentication
	case probe.StepActivate, probe.StepBindings, probe.StepTCPObject, probe.StepCallObject, probe.StepSimplePing:
		return probe.LayerActivation
	case probe.StepNTLMLogin:
		return probe.LayerNamespace
	case probe.StepExec, probe.StepNext:
		return probe.LayerQuery
	case probe.StepListen, probe.StepTCP135Back, probe.StepResolve, probe.StepTCPSink, probe.StepRQI,
		probe.StepIndicate, probe.StepSetStatus:
		return probe.LayerCallback
	}
	return probe.LayerNone
}
