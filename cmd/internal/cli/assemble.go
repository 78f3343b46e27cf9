package cli

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/wmidoctor/wmidoctor/guide"
	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/explain"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/steps"
	"github.com/wmidoctor/wmidoctor/probe/trace"
	"github.com/wmidoctor/wmidoctor/probe/verdict"
)

// job is one run to be made.
type job struct {
	target    probe.Target
	purse     *probe.Purse
	network   network.Network // nil: the system's
	hostFacts *probe.HostFacts
	from      *probe.Report
	agreed    []probe.ExperimentID
	watch     bool // look until the port opens, then run
}

// runJob walks the steps against a host and judges what they found.
func runJob(ctx context.Context, j job, f probe.Front) *probe.Report {
	if j.network == nil {
		j.network = network.System()
	}
	runner := probe.Runner{
		Tool: tool(), Target: j.target, HostFacts: j.hostFacts, From: j.from, Agreed: j.agreed,
		Judge: verdict.Judge, Front: f,
	}
	plan := steps.Plan(j.target, j.purse, j.network)
	if j.watch {
		return runner.Watch(ctx, lookout(j), plan)
	}
	return runner.Run(ctx, plan)
}

// lookout is the plan of a watch: layer 1, or the object port alone where that
// was the port that stayed shut. It has no credential.
func lookout(j job) probe.Planner {
	if j.from != nil {
		if b, ok := probe.Learnt[*probe.Bindings](j.from.Result(probe.StepBindings)); ok && j.from.Verdict.Step == probe.StepTCPObject && b.Chosen.IsValid() {
			return portPlan(j, b.Chosen)
		}
	}
	anonymous := j.target
	anonymous.OnlyAnonymous = true
	whole := steps.Plan(anonymous, probe.NewPurse(probe.Credential{}), j.network)
	return func(sink trace.Sink) probe.Plan {
		p := whole(sink)
		p.Steps = slices.DeleteFunc(p.Steps, func(s probe.Step) bool { return s.Layer != probe.LayerEndpointMapper })
		return p
	}
}

// portPlan dials one port and hangs up.
func portPlan(j job, at netip.AddrPort) probe.Planner {
	return func(trace.Sink) probe.Plan {
		return probe.Plan{
			Steps: []probe.Step{{ID: probe.StepTCPObject, Layer: probe.LayerActivation, Label: "object port",
				Title: "Connect to the object port", Within: 3 * time.Second,
				Do: func(ctx context.Context) (probe.Evidence, error) {
					c, err := j.network.Dial(ctx, at)
					if err != nil {
						return nil, err
					}
					return nil, c.Close()
				}}},
			Classify: func(err error) *probe.Failure {
				var n *network.Error
				if errors.As(err, &n) {
					return &probe.Failure{Kind: probe.Kind(n.Kind), Phase: probe.PhaseDial, At: at, Text: n.Error()}
				}
				return nil
			},
		}
	}
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
func prescribe(r *probe.Report) []probe.Fix { return guide.Prescribe(r) }

// sections finds the pages of the guide for a fault.
func sections(f probe.FaultID) []string {
	ids := []string{}
	for _, s := range guide.For(f) {
		ids = append(ids, s.ID)
	}
	return ids
}

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

// bench keeps the purse from one run of the interface to the next, so that a
// second run still knows what the host refused.
type bench struct {
	mu        sync.Mutex
	purse     *probe.Purse
	holds     purseKey
	ccache    string
	keytab    string
	hostFacts *probe.HostFacts
	practice  *practiceHost
}

type purseKey struct {
	host, account string
	password      probe.Secret
}

// request is one run that the interface or plain mode asks for.
type request struct {
	target             probe.Target
	account            string
	password           probe.Secret
	retyped, sendAgain bool
	from               *probe.Report
	agreed             []probe.ExperimentID
	watch, practice    bool
}

// start carries a request out.
func (b *bench) start(ctx context.Context, q request, f probe.Front) *probe.Report {
	j := job{target: q.target, purse: b.purseFor(q), hostFacts: b.hostFacts, from: q.from, agreed: q.agreed, watch: q.watch}
	if q.practice && b.practice != nil {
		net, done := b.practice.network()
		defer done()
		j.network = net
	}
	return runJob(ctx, j, f)
}

// purseFor is the purse of before, unless another host, account or password
// is meant.
func (b *bench) purseFor(q request) *probe.Purse {
	b.mu.Lock()
	defer b.mu.Unlock()
	account, err := probe.ParseAccount(q.account)
	if err != nil || q.target.OnlyAnonymous {
		return probe.NewPurse(probe.Credential{})
	}
	c := probe.Credential{Account: account, Password: q.password, CCache: b.ccache, Keytab: b.keytab}
	if q.practice {
		c.CCache, c.Keytab = "", ""
	}
	key := purseKey{q.target.Host, q.account, q.password}
	switch {
	case b.purse == nil || b.holds != key || q.practice:
		b.purse = probe.NewPurse(c)
	case q.retyped:
		b.purse.Replace(c)
	case q.sendAgain:
		b.purse.Allow()
	}
	b.holds = key
	return b.purse
}
