package plain

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/trace"
)

// made is the example run of the screens: fault 5 at activation, or healthy.
func made(failing bool) *probe.Report {
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	res := func(id probe.StepID, l probe.Layer, label string, took int, e probe.Evidence) probe.Result {
		return probe.Result{Step: id, Layer: l, Label: label, Outcome: probe.Passed, Took: ms(took), RoundTrips: 1, Learnt: e}
	}
	r := &probe.Report{
		Took: ms(150), RoundTrips: 9, Outcome: probe.Passed,
		Target:  probe.Target{Host: "srv01.corp.example", Port: 135, Namespace: `root\cimv2`},
		Account: probe.Account{Typed: `CORP\svc-mon`, Authority: "CORP", User: "svc-mon", Sent: `CORP\svc-mon`, Protocol: "ntlm"},
		Results: []probe.Result{
			res(probe.StepTCP135, probe.LayerEndpointMapper, "port 135", 10, &probe.Dial{To: netip.MustParseAddrPort("192.0.2.7:135")}),
			res(probe.StepAlive, probe.LayerEndpointMapper, "ServerAlive2", 11, nil),
			res(probe.StepIdentity, probe.LayerAuthentication, "identity proof", 38, nil),
		},
	}
	if !failing {
		r.Results = append(r.Results,
			res(probe.StepBindings, probe.LayerActivation, "object address", 14, &probe.Bindings{Chosen: netip.MustParseAddrPort("192.0.2.7:49731")}),
			res(probe.StepCallObject, probe.LayerActivation, "object bind", 0, nil),
			res(probe.StepNTLMLogin, probe.LayerNamespace, "open namespace", 11, nil),
			res(probe.StepNext, probe.LayerQuery, "first rows", 19, &probe.Rows{Count: 1, First: []probe.Row{{
				{Name: "Caption", Value: "Microsoft Windows Server 2022 Standard"}, {Name: "Version", Value: "10.0.20348"}, {Name: "BuildNumber", Value: "20348"}}}}),
			res(probe.StepIndicate, probe.LayerCallback, "rows arrive", 47, &probe.CallbackStage{Rows: 1}),
			res(probe.StepSetStatus, probe.LayerCallback, "end arrives", 0, nil))
		return r
	}
	r.Outcome = probe.Failed
	bad := res(probe.StepActivate, probe.LayerActivation, "start WMI", 12, nil)
	bad.Outcome, bad.Failure = probe.Failed, &probe.Failure{Kind: probe.KindFault, Code: code.Code{Space: code.RPC, Number: 5}}
	r.Results = append(r.Results, bad)
	for _, l := range []probe.Layer{probe.LayerNamespace, probe.LayerQuery, probe.LayerCallback} {
		r.Results = append(r.Results, probe.Result{Step: probe.StepID("x" + l.ID()), Layer: l, Label: "x", Outcome: probe.Skipped, Because: "layer 3 failed"})
	}
	r.Verdict = probe.Verdict{Layer: probe.LayerActivation, Step: probe.StepActivate, Headline: "DCOM activation: access denied",
		Summary: "srv01 accepted the password of CORP\\svc-mon but\ndoes not let this account start WMI from another\ncomputer.",
		Causes: []probe.Cause{{Fault: "act-machine-launch", Title: "no right to launch and activate DCOM\nobjects from another computer", Confidence: probe.Likely,
			Because: []string{"this call was denied, fault 5", "the same logon was accepted before it"}, Owner: probe.OwnerWindows}},
		RuledOut: []probe.Suspect{{Title: "wrong password"}, {Title: "firewall"}, {Title: "WMI stopped"}},
		Possible: []probe.Suspect{{Fault: "act-app-launch", Title: "the launch permission of WMI was cut"}}}
	return r
}

var fixes = []probe.Fix{{Fault: "act-machine-launch", Section: "dcom-rights", ID: "join-dcom-users", Title: "join the group Distributed COM Users",
	Shell: "cmd", Where: "host", Elevated: true, Risk: "low", Run: `net localgroup "Distributed COM Users" "CORP\svc-mon" /add`,
	Undo: `net localgroup "Distributed COM Users" "CORP\svc-mon" /delete`, Verify: `net localgroup "Distributed COM Users"`}}

// The two texts are screens 21a and 21b; the name of a code is as long as it is.
func TestText(t *testing.T) {
	for _, c := range []struct {
		name    string
		failing bool
		want    string
	}{
		{"failing", true, `srv01.corp.example  192.0.2.7  CORP\svc-mon  root\cimv2

passed   1 Endpoint mapper   21 ms
passed   2 Authentication    38 ms  NTLM, logon accepted
FAILED   3 DCOM activation   12 ms  start WMI: fault 0x00000005
                                    ERROR_ACCESS_DENIED
skipped  4 Namespace                because layer 3 failed
skipped  5 Query                    because layer 3 failed
skipped  6 Async callback           because layer 3 failed

FAILED at layer 3, DCOM activation: access denied
srv01 accepted the password of CORP\svc-mon but does not let this account start
WMI from another computer.

Likely     no right to launch and activate DCOM objects from another computer
           fault act-machine-launch
Known by   this call was denied, fault 5; the same logon was accepted before it
Ruled out  wrong password, firewall, WMI stopped
Possible   the launch permission of WMI was cut (act-app-launch)
Who acts   the Windows administrator of srv01
Read       wmidoctor guide show dcom-rights

Fix 1      join the group Distributed COM Users
           on srv01, administrator cmd, low risk
run
net localgroup "Distributed COM Users" "CORP\svc-mon" /add
undo
net localgroup "Distributed COM Users" "CORP\svc-mon" /delete
verify
net localgroup "Distributed COM Users"
`},
		{"healthy", false, `srv01.corp.example  192.0.2.7  CORP\svc-mon  root\cimv2

passed   1 Endpoint mapper   21 ms
passed   2 Authentication    38 ms  NTLM, logon accepted
passed   3 DCOM activation   14 ms  WMI port 49731
passed   4 Namespace         11 ms
passed   5 Query             19 ms  1 row
passed   6 Async callback    47 ms  1 row delivered

PASSED: WMI works for CORP\svc-mon. 9 round trips, 150 ms.

First row of 1, from the host
Caption      Microsoft Windows Server 2022 Standard
Version      10.0.20348
BuildNumber  20348
`},
	} {
		var b strings.Builder
		if err := Text(&b, made(c.failing), fixes, func(probe.FaultID) []string { return []string{"dcom-rights"} }); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, b.String()); d != "" {
			t.Errorf("%s:\n%s", c.name, d)
		}
		for _, l := range strings.Split(b.String(), "\n") {
			if len(l) > Width {
				t.Errorf("%s: a line is %d wide: %s", c.name, len(l), l)
			}
		}
	}
}

func TestTextOfTheHostIsHarmless(t *testing.T) {
	r := made(false)
	rows := r.Result(probe.StepNext).Learnt.(*probe.Rows)
	rows.First[0][0].Value = "Win\x1b]0;owned\adows\u202e\nPASSED"
	var b strings.Builder
	if err := Text(&b, r, nil, nil); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(b.String(), "\x1b\a\u202e") || !strings.Contains(b.String(), `Win\x1b]0;owned\x07dows\u202e / PASSED`) {
		t.Errorf("%q", b.String())
	}
}

// A run as plain mode tells it: the lines of screen 20.
func TestFrontTellsLayers(t *testing.T) {
	var b strings.Builder
	f := &Front{Out: &b}
	pass := func(context.Context) (probe.Evidence, error) { return nil, nil }
	fail := func(context.Context) (probe.Evidence, error) { return nil, errors.New("denied") }
	step := func(id probe.StepID, l probe.Layer, label string, do func(context.Context) (probe.Evidence, error), needs ...probe.StepID) probe.Step {
		return probe.Step{ID: id, Layer: l, Label: label, Do: do, Needs: needs}
	}
	probe.Run(t.Context(), func(trace.Sink) probe.Plan {
		return probe.Plan{
			Purse: probe.NewPurse(probe.Credential{Account: probe.Account{Typed: "x"}}),
			Classify: func(error) *probe.Failure {
				return &probe.Failure{Kind: probe.KindFault, Code: code.Code{Space: code.RPC, Number: 5}}
			},
			Steps: []probe.Step{
				step(probe.StepAlive, probe.LayerEndpointMapper, "ServerAlive2", pass),
				step(probe.StepIdentity, probe.LayerAuthentication, "identity proof", pass),
				step(probe.StepActivate, probe.LayerActivation, "start WMI", fail, probe.StepIdentity),
				step(probe.StepCallObject, probe.LayerActivation, "object bind", pass, probe.StepActivate),
				step(probe.StepNTLMLogin, probe.LayerNamespace, "open namespace", pass, probe.StepCallObject),
				step(probe.StepNext, probe.LayerQuery, "first rows", pass, probe.StepNTLMLogin),
				step(probe.StepListen, probe.LayerCallback, "can we listen", pass, probe.StepNext),
			}}
	}, nil, f)
	want := `Layer 1 of 6, endpoint mapper: passed, 0 ms.
Layer 2 of 6, authentication: passed, 0 ms. Logon accepted.
Layer 3 of 6, DCOM activation: FAILED in step start WMI, 0 ms. Start WMI: fault
0x00000005 ERROR_ACCESS_DENIED.
Layers 4 to 6: skipped because layer 3 failed.
`
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
}

func TestStepModeAndConsent(t *testing.T) {
	answer := 0
	f := &Front{Out: &strings.Builder{}, Stepwise: true, Ask: func(context.Context, string, ...string) int { return answer }}
	step := probe.Step{Title: "Connect", Words: probe.StepWords{Does: "connects"}}
	if f.BeforeStep(t.Context(), step) == nil {
		t.Error("no answer took the step")
	}
	if answer = 3; f.BeforeStep(t.Context(), step) == nil {
		t.Error("stop took the step")
	}
	if answer = 1; f.BeforeStep(t.Context(), step) != nil || !f.Stepwise {
		t.Error("yes did not take the step")
	}
	if answer = 2; f.BeforeStep(t.Context(), step) != nil || f.Stepwise {
		t.Error("all the rest still asks")
	}
	for given, want := range map[int]bool{0: false, 1: false, 2: true} {
		if answer = given; f.Consent(t.Context(), probe.Experiment{Title: "ask over SMB"}) != want {
			t.Errorf("answer %d to the price: not %v", given, want)
		}
	}
	if (&Front{Out: &strings.Builder{}}).Consent(t.Context(), probe.Experiment{}) {
		t.Error("a front that cannot ask agreed")
	}
}
