package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

// What a report may be at most; more is no report of ours.
const (
	maxBytes = 8 << 20
	maxSteps = 500
)

// ErrNotReport is what errors of Read wrap when the input is something else.
var ErrNotReport = errors.New("not a report of wmidoctor")

// Read reads a document back into a report: target, account, outcomes, errors,
// what the steps learnt, and trials. The verdict is left to a judge; only the
// price of the experiments it named is kept. Input may come from anywhere.
func Read(in io.Reader) (*probe.Report, error) {
	b, err := io.ReadAll(io.LimitReader(in, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	if len(b) > maxBytes {
		return nil, fmt.Errorf("%w: it is larger than %d MiB", ErrNotReport, maxBytes>>20)
	}
	var saved savedDoc
	var head struct {
		Schema   string    `json:"schema"`
		StandIns []StandIn `json:"stand_ins"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotReport, err)
	}
	if head.Schema != Schema {
		return nil, fmt.Errorf("%w: its schema is %.40q, expected %q", ErrNotReport, head.Schema, Schema)
	}
	if b, saved.standIns, err = unnamed(b, head.StandIns); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &saved); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotReport, err)
	}
	return saved.report()
}

// savedDoc is a Doc whose data is not yet typed.
type savedDoc struct {
	Tool       probe.Tool       `json:"tool"`
	Started    Instant          `json:"started"`
	MS         Millis           `json:"ms"`
	RoundTrips int              `json:"round_trips"`
	Outcome    probe.Outcome    `json:"outcome"`
	Target     Target           `json:"target"`
	Account    Account          `json:"account"`
	Layers     []savedLayer     `json:"layers"`
	Trials     []savedTrial     `json:"trials"`
	Verdict    savedVerdict     `json:"verdict"`
	HostFacts  *probe.HostFacts `json:"host_facts"`

	standIns []probe.StandIn
}

type savedLayer struct {
	ID    string      `json:"id"`
	Steps []savedStep `json:"steps"`
}

type savedTrial struct {
	Experiment probe.ExperimentID `json:"experiment"`
	Steps      []savedStep        `json:"steps"`
}

type savedVerdict struct {
	Decide []Decision `json:"decide"`
}

type savedStep struct {
	ID         probe.StepID    `json:"id"`
	Layer      string          `json:"layer"`
	Label      string          `json:"label"`
	Title      string          `json:"title"`
	Outcome    probe.Outcome   `json:"outcome"`
	MS         Millis          `json:"ms"`
	RoundTrips int             `json:"round_trips"`
	Because    string          `json:"because"`
	Error      *Error          `json:"error"`
	Data       json.RawMessage `json:"data"`
}

func (d *savedDoc) report() (*probe.Report, error) {
	t, a := d.Target, d.Account
	if t.Address != "" {
		t.Host = t.Address
	}
	r := &probe.Report{
		Tool: d.Tool, Started: time.Time(d.Started), Took: time.Duration(d.MS), RoundTrips: d.RoundTrips, Outcome: d.Outcome,
		Target: probe.Target{
			Host: t.Host, Port: t.Port, Namespace: t.Namespace, Query: t.Query, Auth: t.Auth, Realm: t.Realm, KDC: t.KDC, SPN: t.SPN,
			Callback: t.Callback, CallbackAddress: t.CallbackAddress, CallbackPort: t.CallbackPort,
			StepTimeout: time.Duration(t.StepTimeout), TotalTimeout: time.Duration(t.TotalTimeout),
			OnlyAnonymous: t.OnlyAnonymous, Experiments: t.Experiments,
		},
		Account: probe.Account{
			Typed: a.Typed, Authority: a.Authority, User: a.User, Sent: a.SentAs, Protocol: a.Protocol, Package: a.Package,
			SentCount: a.Sent, AcceptedCount: a.Accepted, RejectedCount: a.Rejected,
		},
		HostFacts: d.HostFacts, StandIns: d.standIns,
	}
	steps := 0
	for _, l := range d.Layers {
		layer := probe.LayerByID(l.ID)
		if layer == probe.LayerNone {
			return nil, fmt.Errorf("%w: there is no layer %.40q", ErrNotReport, l.ID)
		}
		for _, s := range l.Steps {
			if r.Result(s.ID).Step != "" {
				return nil, fmt.Errorf("%w: step %.40q stands in it twice", ErrNotReport, s.ID)
			}
			res, err := s.result(layer, &steps)
			if err != nil {
				return nil, err
			}
			r.Results = append(r.Results, res)
		}
	}
	for _, t := range d.Trials {
		trial := probe.Trial{Experiment: t.Experiment}
		for _, s := range t.Steps {
			res, err := s.result(probe.LayerByID(s.Layer), &steps)
			if err != nil {
				return nil, err
			}
			trial.Results = append(trial.Results, res)
		}
		r.Trials = append(r.Trials, trial)
	}
	for _, x := range d.Verdict.Decide {
		r.Verdict.Decide = append(r.Verdict.Decide, probe.Decision(x))
	}
	return r, nil
}

func (s *savedStep) result(layer probe.Layer, count *int) (probe.Result, error) {
	if *count++; *count > maxSteps {
		return probe.Result{}, fmt.Errorf("%w: it has more than %d steps", ErrNotReport, maxSteps)
	}
	if s.ID == "" {
		return probe.Result{}, fmt.Errorf("%w: a step has no id", ErrNotReport)
	}
	r := probe.Result{
		Step: s.ID, Layer: layer, Label: s.Label, Title: s.Title, Outcome: s.Outcome,
		Because: s.Because, Took: time.Duration(s.MS), RoundTrips: s.RoundTrips,
	}
	var err error
	if r.Learnt, err = decodeData(s.ID, s.Data); err != nil {
		return r, fmt.Errorf("%w: data of step %.40q: %w", ErrNotReport, s.ID, err)
	}
	if s.Error != nil {
		if r.Failure, err = s.Error.failure(); err != nil {
			return r, fmt.Errorf("%w: error of step %.40q: %w", ErrNotReport, s.ID, err)
		}
	}
	return r, nil
}

func (e *Error) failure() (*probe.Failure, error) {
	f := &probe.Failure{
		Kind: e.Kind, Phase: e.Phase, Call: e.Call, Text: e.Text, Reason: e.Reason,
		Size: e.Size, Executed: e.Executed, Extended: e.Extended, NotFound: e.NotFound,
	}
	var err error
	if e.Code != "" || e.Space != "" {
		if f.Code, err = code.Parse(e.Space, e.Code); err != nil {
			return nil, err
		}
	}
	if e.At != "" {
		if f.At, err = netip.ParseAddrPort(e.At); err != nil {
			return nil, err
		}
	}
	return f, nil
}
