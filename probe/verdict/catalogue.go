package verdict

import (
	"slices"
	"sync"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

// rows is the catalogue, built once. Nobody changes it.
var rows = sync.OnceValue(func() []Fault {
	var all []Fault
	for _, group := range [][]Fault{
		nameRows(), tcp135Rows(), bindRows(), ntlmRows(), identityRows(), kerberosRows(), activateRows(), bindingsRows(), objectRows(), namespaceRows(), queryRows(), callbackRows(),
	} {
		all = append(all, group...)
	}
	return all
})

// Catalogue returns every fault, in the order in which a client meets their
// steps; within a step a narrow row stands above a broad one, and a frequent
// one above a rare one.
func Catalogue() []Fault { return slices.Clone(rows()) }

// ByID returns one row.
func ByID(id probe.FaultID) (Fault, bool) {
	for _, f := range rows() {
		if f.ID == id {
			return f, true
		}
	}
	return Fault{}, false
}

// Meaning returns the faults that a code is a sign of, in the order of the
// catalogue. Signs without a code are no meaning of one.
func Meaning(c code.Code) []Fault {
	var out []Fault
	for _, f := range rows() {
		for _, s := range f.Signs {
			if has(s.Codes, c) {
				out = append(out, f)
				break
			}
		}
	}
	return out
}

// ByLayer groups the catalogue by the layer in which its faults are met.
func ByLayer() map[probe.Layer][]Fault {
	out := map[probe.Layer][]Fault{}
	for _, f := range rows() {
		out[f.Layer()] = append(out[f.Layer()], f)
	}
	return out
}
