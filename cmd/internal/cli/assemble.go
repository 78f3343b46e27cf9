package cli

import (
	"context"
	"slices"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/explain"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/steps"
	"github.com/wmidoctor/wmidoctor/probe/verdict"
)

// job is one run to be made.
type job struct {
	target    probe.Target
	purse     *probe.Purse
	network   network.Network
	hostFacts *probe.HostFacts
	from      *probe.Report
	agreed    []probe.ExperimentID
}

// runJob walks the steps against a host and judges what they found.
func runJob(ctx context.Context, j job, f probe.Front) *probe.Report {
	if j.network == nil {
		j.network = network.System()
	}
	return probe.Runner{
		Tool: tool(), Target: j.target, HostFacts: j.hostFacts, From: j.from, Agreed: j.agreed,
		Judge: verdict.Judge, Front: f,
	}.Run(ctx, steps.Plan(j.target, j.purse, j.network))
}

// judgeAgain judges a saved report by the rules of this version.
func judgeAgain(r *probe.Report) {
	saved := map[probe.ExperimentID]probe.Decision{}
	for _, d := range r.Verdict.Decide {
		saved[d.Experiment] = d
	}
	r.Verdict = verdict.Judge(r)
	for i, d := range r.Verdict.Decide {
		if s, ok := saved[d.Experiment]; ok { // the price is known to the plan alone
			r.Verdict.Decide[i] = s
		}
	}
	r.Refold()
}

// prescribe finds the fixes for a report.
func prescribe(*probe.Report) []probe.Fix { return nil }

// sections finds the pages of the guide for a fault.
func sections(probe.FaultID) []string { return nil }

func faultID(s string) probe.FaultID { return probe.FaultID(s) }

// meaning asks the catalogue which faults show themselves by a code.
func meaning(c code.Code) (out []explain.Meaning) {
	for _, f := range verdict.Catalogue() {
		if slices.ContainsFunc(f.Signs, func(s verdict.Sign) bool { return slices.Contains(s.Codes, c) }) {
			out = append(out, explain.Meaning{Layer: f.Layer().ID(), Fault: string(f.ID)})
		}
	}
	return out
}
