package report

import (
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

// stepIDs are all step ids of the vocabulary.
var stepIDs = []probe.StepID{
	probe.StepName, probe.StepTCP135, probe.StepBind135, probe.StepAlive, probe.StepEptMap,
	probe.StepNTLM, probe.StepSPNEGO, probe.StepKerbAS, probe.StepKerbTGS, probe.StepKerbAP, probe.StepIdentity,
	probe.StepActivate, probe.StepBindings, probe.StepTCPObject, probe.StepCallObject,
	probe.StepNTLMLogin, probe.StepExec, probe.StepNext,
	probe.StepListen, probe.StepTCP135Back, probe.StepResolve, probe.StepTCPSink, probe.StepRQI, probe.StepIndicate, probe.StepSetStatus,
	probe.StepSimplePing, probe.StepHostUp, probe.StepAccountState, probe.StepSMBLogon,
}

// full sets every field of an evidence struct to something that is not zero.
func full(t *testing.T, e probe.Evidence) probe.Evidence {
	t.Helper()
	fill(t, reflect.ValueOf(e).Elem())
	return e
}

func fill(t *testing.T, v reflect.Value) {
	switch v.Interface().(type) {
	case netip.Addr:
		v.Set(reflect.ValueOf(netip.MustParseAddr("192.0.2.7")))
		return
	case netip.AddrPort:
		v.Set(reflect.ValueOf(netip.MustParseAddrPort("192.0.2.7:135")))
		return
	case code.Code:
		v.Set(reflect.ValueOf(code.Code{Space: code.NTStatus, Number: 0xC0000234}))
		return
	case time.Duration:
		v.Set(reflect.ValueOf(71_423 * time.Microsecond))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32:
		v.SetInt(7)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		v.SetUint(5)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0))
		fill(t, v.Index(1))
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	default:
		t.Fatalf("no sample for %v", v.Type())
	}
}

func ptr[T any](v T) *T { return &v }

// denied is the run of screen 3: fault 5 at activation of CORP\svc-mon.
func denied() *probe.Report {
	ms := func(f float64) time.Duration { return time.Duration(f * float64(time.Millisecond)) }
	addr := netip.MustParseAddr("192.0.2.7")
	result := func(id probe.StepID, l probe.Layer, label string, e probe.Evidence) probe.Result {
		return probe.Result{Step: id, Layer: l, Label: label, Title: "Title of " + label, Outcome: probe.Passed, Took: ms(2.1), RoundTrips: 1, Learnt: e}
	}
	activate := result(probe.StepActivate, probe.LayerActivation, "start WMI", &probe.Activation{
		Method: "RemoteCreateInstance", Class: "8bc3f05e-d86b-11d0-a075-00c04fb68820", Level: 5, COMVersion: "5.7", Impersonate: 3})
	activate.Outcome = probe.Failed
	activate.Failure = &probe.Failure{Kind: probe.KindFault, Code: code.Code{Space: code.RPC, Number: 5}, Phase: probe.PhaseFault,
		At: netip.AddrPortFrom(addr, 135), Text: "srv01 denied RemoteCreateInstance to CORP\\svc-mon"}
	skipped := probe.Result{Step: probe.StepNTLMLogin, Layer: probe.LayerNamespace, Label: "open namespace", Outcome: probe.Skipped, Because: "layer 3 failed"}
	return &probe.Report{
		Tool:    probe.Tool{Version: "0.1.0", OS: "linux", Arch: "amd64"},
		Started: time.Date(2026, 1, 2, 3, 4, 5, 123e6, time.UTC), Took: ms(71.4), RoundTrips: 5, Outcome: probe.Failed,
		Target: probe.Target{Host: "srv01.corp.example", Port: 135, Namespace: `root\cimv2`, Query: probe.DefaultQuery,
			Auth: probe.AuthNTLM, Callback: probe.CallbackAuto, TotalTimeout: 2 * time.Minute},
		Account: probe.Account{Typed: `CORP\svc-mon`, Authority: "CORP", User: "svc-mon", Sent: `CORP\svc-mon`, Protocol: "ntlm", Package: "raw",
			SentCount: 1, AcceptedCount: 1},
		Results: []probe.Result{
			result(probe.StepName, probe.LayerEndpointMapper, "find address", &probe.Names{Asked: "srv01.corp.example", Addresses: []netip.Addr{addr}, Waited: ms(1)}),
			result(probe.StepTCP135, probe.LayerEndpointMapper, "port 135", &probe.Dial{To: netip.AddrPortFrom(addr, 135),
				From: netip.MustParseAddrPort("198.51.100.20:50123"), OnLink: ptr(false), Waited: ms(2.1),
				Attempts: []probe.Attempt{{To: netip.AddrPortFrom(addr, 135), Waited: ms(2.1)}}}),
			result(probe.StepAlive, probe.LayerEndpointMapper, "ServerAlive2", &probe.Alive{COMVersion: "5.7", Bindings: []string{"SRV01", "192.0.2.7", "10.20.0.7"},
				Towers: []uint16{7, 7, 7}, Security: []uint16{9, 10, 16}}),
			result(probe.StepNTLM, probe.LayerAuthentication, "NTLM challenge", &probe.Passport{Package: "raw", Computer: "SRV01", Domain: "CORP",
				DNSComputer: "srv01.corp.example", DNSDomain: "corp.example", Forest: "corp.example", Version: "10.0", Build: 20348, HasTime: true, ClockSkew: ms(1200)}),
			result(probe.StepIdentity, probe.LayerAuthentication, "identity proof", &probe.Logon{Package: "raw", Protocol: "ntlm", Sent: `CORP\svc-mon`,
				Level: 5, Verified: true, Answered: true, Waited: ms(2)}),
			activate, skipped,
		},
		Trials: []probe.Trial{{Experiment: "ping", Results: []probe.Result{
			result(probe.StepSimplePing, probe.LayerActivation, "simple ping", &probe.Ping{Status: code.Code{Space: code.Win32, Number: 0x778}})}}},
		Verdict: probe.Verdict{Layer: probe.LayerActivation, Step: probe.StepActivate, Headline: "DCOM activation: access denied",
			Summary: "srv01 accepted the password of CORP\\svc-mon but\ndoes not let this account start WMI.",
			Causes: []probe.Cause{{Fault: "act-machine-launch", Title: "no right to launch DCOM objects", Confidence: probe.Likely, Mark: "spec",
				Because: []string{"this call was denied, fault 5", "the logon from 198.51.100.20 was accepted"}, Owner: probe.OwnerWindows}},
			Possible: []probe.Suspect{{Fault: "act-app-launch", Title: "launch permission cut", Because: "not told apart"}},
			RuledOut: []probe.Suspect{{Fault: "ntlm-bad-password", Title: "wrong password", Because: "the logon was accepted"}},
			Decide:   []probe.Decision{{Experiment: "smb-logon", Title: "ask over SMB", Does: "logs on", Costs: "one logon", Tells: "reason", SendsCredential: true}},
		},
	}
}

var joinGroup = []probe.Fix{{Fault: "act-machine-launch", Section: "dcom-rights", ID: "join-dcom-users", Title: "join the group Distributed COM Users",
	Shell: "cmd", Where: "host", Elevated: true, Risk: "low", Run: `net localgroup "Distributed COM Users" "CORP\svc-mon" /add`,
	Undo: `net localgroup "Distributed COM Users" "CORP\svc-mon" /delete`, Verify: `net localgroup "Distributed COM Users"`}}
