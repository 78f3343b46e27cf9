package report

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

// Document puts a report, the fixes that were found for it and the guide's
// sections of a fault into the promised shape. sections may be nil.
func Document(r *probe.Report, fixes []probe.Fix, sections func(probe.FaultID) []string) Doc {
	d := Doc{
		Schema: Schema, Tool: r.Tool, Started: Instant(r.Started), MS: Millis(r.Took),
		RoundTrips: r.RoundTrips, Outcome: r.Outcome,
		Target: target(r), Account: account(r.Account), Verdict: verdict(r.Verdict, sections),
		Trials: []Trial{}, Fixes: append([]probe.Fix{}, fixes...), Warnings: []Warning{},
		Facts: append([]Fact{}, Facts(r)...), Rows: rows(r), HostFacts: r.HostFacts,
	}
	for _, l := range probe.Layers() {
		d.Layers = append(d.Layers, layer(r, l))
	}
	for _, t := range r.Trials {
		trial := Trial{Experiment: t.Experiment, Steps: []Step{}}
		for _, res := range t.Results {
			s := step(res)
			s.Layer = res.Layer.ID()
			trial.Steps = append(trial.Steps, s)
		}
		d.Trials = append(d.Trials, trial)
	}
	for _, w := range r.Verdict.Warnings {
		d.Warnings = append(d.Warnings, Warning(w))
	}
	return named(r, d)
}

// Write writes a document as indented JSON with a line end.
func Write(w io.Writer, d Doc) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(d); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func target(r *probe.Report) Target {
	t := r.Target
	d := Target{
		Host: t.Host, Port: t.Port, Addresses: []string{}, Namespace: t.Namespace, Query: t.Query,
		Auth: t.Auth, Realm: t.Realm, KDC: t.KDC, SPN: t.SPN,
		Callback: t.Callback, CallbackAddress: t.CallbackAddress, CallbackPort: t.CallbackPort,
		StepTimeout: Millis(t.StepTimeout), TotalTimeout: Millis(t.TotalTimeout),
		OnlyAnonymous: t.OnlyAnonymous, Experiments: t.Experiments,
	}
	if n, ok := probe.Learnt[*probe.Names](r.Result(probe.StepName)); ok {
		for _, a := range n.Addresses {
			d.Addresses = append(d.Addresses, a.String())
		}
	}
	return d
}

func account(a probe.Account) Account {
	return Account{
		Name: a.Name(), Protocol: a.Protocol, Sent: a.SentCount, Accepted: a.AcceptedCount, Rejected: a.RejectedCount,
		Typed: a.Typed, Authority: a.Authority, User: a.User, SentAs: a.Sent, Package: a.Package,
	}
}

func layer(r *probe.Report, l probe.Layer) Layer {
	d := Layer{Number: int(l), ID: l.ID(), Title: l.Title(), Outcome: r.LayerOutcome(l), Because: r.LayerBecause(l), Steps: []Step{}}
	var took time.Duration
	for _, res := range r.Results {
		if res.Layer == l {
			took += res.Took
			d.RoundTrips += res.RoundTrips
			d.Steps = append(d.Steps, step(res))
		}
	}
	d.MS = Millis(took)
	return d
}

func step(r probe.Result) Step {
	s := Step{
		ID: r.Step, Label: r.Label, Title: r.Title, Outcome: r.Outcome, MS: Millis(r.Took),
		RoundTrips: r.RoundTrips, Because: r.Because, Error: failure(r.Failure), Evidence: append([]Item{}, Describe(r)...),
	}
	if r.Learnt != nil {
		if data, err := encodeData(r.Learnt); err == nil {
			s.Data = data
		}
	}
	return s
}

func failure(f *probe.Failure) *Error {
	if f == nil {
		return nil
	}
	e := &Error{
		Kind: f.Kind, Space: f.Code.Space, Code: f.Code.String(), Text: f.Text, Phase: f.Phase, Call: f.Call,
		Reason: f.Reason, Size: f.Size, Executed: f.Executed, Extended: f.Extended, NotFound: f.NotFound,
	}
	if f.At.IsValid() {
		e.At = f.At.String()
	}
	if entry, ok := code.Lookup(f.Code); ok && !f.Code.IsZero() {
		e.Name = entry.Name
		if e.Text == "" {
			e.Text = entry.Text
		}
	}
	return e
}

func verdict(v probe.Verdict, sections func(probe.FaultID) []string) Verdict {
	d := Verdict{
		Layer: v.Layer.ID(), Step: v.Step, Headline: v.Headline, Summary: v.Summary,
		Causes: []Cause{}, Possible: []Suspect{}, RuledOut: []Suspect{}, Decide: []Decision{},
	}
	for _, c := range v.Causes {
		cause := Cause{Fault: c.Fault, Title: c.Title, Confidence: c.Confidence, Mark: c.Mark,
			Because: append([]string{}, c.Because...), Owner: c.Owner, Sections: []string{}}
		if sections != nil {
			cause.Sections = append(cause.Sections, sections(c.Fault)...)
		}
		d.Causes = append(d.Causes, cause)
	}
	for _, s := range v.Possible {
		d.Possible = append(d.Possible, Suspect(s))
	}
	for _, s := range v.RuledOut {
		d.RuledOut = append(d.RuledOut, Suspect(s))
	}
	for _, x := range v.Decide {
		d.Decide = append(d.Decide, Decision(x))
	}
	return d
}

// rows are the first rows of the query, five at most.
func rows(r *probe.Report) []Row {
	out := []Row{}
	got, ok := probe.Learnt[*probe.Rows](r.Result(probe.StepNext))
	if !ok {
		return out
	}
	for _, row := range got.First[:min(len(got.First), 5)] {
		out = append(out, Row(row))
	}
	return out
}
