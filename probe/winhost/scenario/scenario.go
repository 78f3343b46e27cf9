// Package scenario is how to bring each fault about on the practice host: an
// account is locked, a right is missing, a rule drops a port. A scenario
// changes the machine and what lies between, never an answer on the wire: what
// the client meets then follows by itself.
package scenario

import (
	"slices"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// What practice serve needs to play a scenario.
const (
	NeedsNone = "none" // plays at a loopback address
	NeedsRoot = "root" // needs network namespaces, or plays within one process
)

// Scenario is one fault as it can be played.
type Scenario struct {
	Fault probe.FaultID
	Story string   // for a learner; 2 to 5 lines of 30 cells
	Learn string   // completes "You learn"; at most 3 lines of 18 to 30 cells
	Level int      // 1 to 3
	Hints []string // three, from vague to nearly the answer
	Needs string   // NeedsNone or NeedsRoot
	// Set changes a healthy machine and an open path.
	Set func(*machine.Machine, *winhost.Path)
	// Target changes how a client asks, where the fault is one of the question.
	// May be nil.
	Target func(*Target)
}

// All lists every scenario in the order in which a client meets the faults.
func All() []Scenario {
	return slices.Concat(endpointMapper(), authentication(), activation(), namespaces(), queries())
}

// ByFault finds the scenario of a fault.
func ByFault(id probe.FaultID) (Scenario, bool) {
	for _, s := range All() {
		if s.Fault == id {
			return s, true
		}
	}
	return Scenario{}, false
}

// Play sets a machine and its path up with one or more scenarios, in the order
// given, and returns the question that meets them.
func Play(m *machine.Machine, p *winhost.Path, list ...Scenario) Target {
	t := Plain()
	for _, s := range list {
		if s.Set != nil {
			s.Set(m, p)
		}
		if s.Target != nil {
			s.Target(&t)
		}
	}
	return t
}

// play is a scenario at plain loopback; root makes it one that needs more.
func play(fault probe.FaultID, level int, story, learn string, hints [3]string, set func(*machine.Machine, *winhost.Path), target ...func(*Target)) Scenario {
	s := Scenario{Fault: fault, Level: level, Story: story, Learn: learn, Hints: hints[:], Needs: NeedsNone, Set: set}
	if len(target) > 0 {
		s.Target = target[0]
	}
	return s
}

func (s Scenario) root() Scenario {
	s.Needs = NeedsRoot
	return s
}
