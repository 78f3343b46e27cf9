package winhost_test

import (
	"context"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/steps"
	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

type front struct{ t *testing.T }

func (f front) Emit(e probe.Event) {
	switch e := e.(type) {
	case probe.FrameSeen:
		dir := "<-"
		if e.Frame.Out {
			dir = "->"
		}
		fmt.Printf("   %-12s %d %s %-14s %-24s %s %d\n", e.Step, e.Frame.Conn, dir, e.Frame.Type, e.Frame.Operation, e.Frame.Status, e.Frame.Size)
	case probe.StepDone:
		fmt.Printf("%-10s %-10s rt=%d %v %v %+v\n", e.Result.Step, e.Result.Outcome, e.Result.RoundTrips, e.Result.Took.Round(time.Microsecond), e.Result.Because, e.Result.Failure)
	}
}
func (front) BeforeStep(context.Context, probe.Step) error     { return nil }
func (front) Consent(context.Context, probe.Experiment) bool { return false }

func TestScratch(t *testing.T) {
	for _, auth := range []probe.AuthChoice{probe.AuthAuto, probe.AuthNTLM} {
		h := winhost.New(machine.New(), winhost.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		where, wait, err := h.Listen(ctx, network.System(), netip.MustParseAddrPort("127.0.0.1:0"))
		if err != nil {
			t.Fatal(err)
		}
		a, _ := probe.ParseAccount(`LAB\svc-mon`)
		target := probe.Target{Host: "127.0.0.1", Port: where.Mapper.Port(), Namespace: probe.DefaultNamespace, Query: probe.DefaultQuery, Auth: auth}
		p := steps.Plan(target, probe.NewPurse(probe.Credential{Account: a, Password: probe.NewSecret(machine.Password)}), network.System())
		r := probe.Runner{Target: target, Judge: func(*probe.Report) probe.Verdict { return probe.Verdict{} }, Front: front{t}}.Run(ctx, p)
		fmt.Println("outcome", r.Outcome, "round trips", r.RoundTrips, r.Took, r.Account)
		if rows, ok := probe.Learnt[*probe.Rows](r.Result(probe.StepNext)); ok {
			fmt.Println(rows.First)
		}
		cancel()
		fmt.Println(wait())
	}
}
