package verdict

import (
	"fmt"
	"slices"

	"github.com/wmidoctor/wmidoctor/probe"
)

// ruleOutByPassedSteps says of the first cause's look-alikes that every step
// where they would have shown passed.
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
		if because := passedWhereItShows(r, f); because != "" {
			v.RuledOut = append(v.RuledOut, probe.Suspect{Fault: id, Title: f.Name, Because: because})
		}
	}
}

// passedWhereItShows is the sentence that rules a fault out, empty where one
// of its steps did not pass. Of a refused logon the signed call is the judge,
// whichever package it went by.
func passedWhereItShows(r *probe.Report, f Fault) string {
	if len(f.Signs) == 0 {
		return ""
	}
	because := ""
	for _, s := range f.Signs {
		if s.Step == probe.StepSPNEGO || s.Step == probe.StepKerbAS {
			if proven := identityProven().Ask(r); proven.Truth == Yes {
				because = proven.Because
				continue
			}
		}
		if !passed(r, s.Step) {
			return ""
		}
		if because == "" {
			because = fmt.Sprintf("the step %q passed", r.Result(s.Step).Label)
		}
	}
	if f.Layer() == probe.LayerAuthentication {
		if proven := identityProven().Ask(r); proven.Truth == Yes {
			return proven.Because
		}
	}
	return because
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
// run, and are not its cause anyway.
func warnings(r *probe.Report, causes []probe.Cause) []probe.Warning {
	var out []probe.Warning
	for _, f := range rows() {
		if f.Notice == nil || slices.ContainsFunc(causes, func(c probe.Cause) bool { return c.Fault == f.ID }) {
			continue
		}
		if a := f.Notice.Ask(r); a.Truth == Yes {
			out = append(out, probe.Warning{Fault: f.ID, Title: f.Title, Text: a.Because, Owner: f.Owner})
		}
	}
	return out
}
