package verdict

import "github.com/wmidoctor/wmidoctor/probe"

// ruleOutByPassedSteps says of the first cause's look-alikes that their step
// passed, where it did: what would have failed there did not.
func ruleOutByPassedSteps(r *probe.Report, v *probe.Verdict) {
	if len(v.Causes) == 0 {
		return
	}
	top, _ := ByID(v.Causes[0].Fault)
	for _, id := range top.LookAlikes {
		f, ok := ByID(id)
		if !ok || mentioned(v, id) {
			continue
		}
		if s := r.Result(f.Step); s.Outcome == probe.Passed {
			v.RuledOut = append(v.RuledOut, probe.Suspect{Fault: id, Title: f.Name, Because: "the step \"" + s.Label + "\" passed"})
		}
	}
}

func mentioned(v *probe.Verdict, id probe.FaultID) bool {
	for _, c := range v.Causes {
		if c.Fault == id {
			return true
		}
	}
	for _, list := range [][]probe.Suspect{v.Possible, v.RuledOut} {
		for _, s := range list {
			if s.Fault == id {
				return true
			}
		}
	}
	return false
}

// warnings are the faults whose notice speaks although they did not stop the
// run.
func warnings(r *probe.Report) []probe.Warning {
	var out []probe.Warning
	for _, f := range Catalogue() {
		if f.Notice == nil {
			continue
		}
		if a := f.Notice.Ask(r); a.Truth == Yes {
			out = append(out, probe.Warning{Fault: f.ID, Title: f.Title, Text: a.Because, Owner: f.Owner})
		}
	}
	return out
}
