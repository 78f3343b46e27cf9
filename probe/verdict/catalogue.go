package verdict

import "github.com/wmidoctor/wmidoctor/probe"

// Catalogue returns every fault, in the order in which a client meets their
// steps; within a step a narrow row stands above a broad one, and a frequent
// one above a rare one.
func Catalogue() []Fault {
	var all []Fault
	for _, rows := range [][]Fault{nameRows(), noticeRows(), tcp135Rows(), greetingRows(), logonRows(), kerberosRows(),
		activateRows(), objectRows(), namespaceRows(), queryRows()} {
		all = append(all, rows...)
	}
	return all
}

// ByID returns one row.
func ByID(id probe.FaultID) (Fault, bool) {
	for _, f := range Catalogue() {
		if f.ID == id {
			return f, true
		}
	}
	return Fault{}, false
}
