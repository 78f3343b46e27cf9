package verdict

import (
	"net/netip"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

// way is the order of the steps of a run with SPNEGO.
var way = []probe.StepID{probe.StepName, probe.StepTCP135, probe.StepBind135, probe.StepAlive, probe.StepNTLM, probe.StepSPNEGO,
	probe.StepIdentity, probe.StepActivate, probe.StepBindings, probe.StepTCPObject, probe.StepCallObject, probe.StepNTLMLogin,
	probe.StepExec, probe.StepNext}

// made is a report written by hand: everything passed up to the step that
// failed.
func made(step probe.StepID, kind probe.Kind, c code.Code, change ...func(*probe.Report)) *probe.Report {
	r := &probe.Report{Outcome: probe.Failed, Target: probe.Target{Host: "srv01.corp.example", Namespace: `root\cimv2`},
		Account: probe.Account{Typed: `CORP\svc-mon`, Authority: "CORP", User: "svc-mon"}}
	failed := false
	for _, id := range way {
		s := probe.Result{Step: id, Layer: LayerOf(id), Label: string(id), Learnt: probe.Blank(id)}
		switch {
		case failed:
			s.Outcome, s.Learnt = probe.Skipped, nil
		case id == step:
			s.Outcome, s.Failure, failed = probe.Failed, &probe.Failure{Kind: kind, Code: c}, true
		default:
			s.Outcome = probe.Passed
		}
		switch l := s.Learnt.(type) {
		case *probe.Passport:
			*l = probe.Passport{Computer: "SRV01", Domain: "CORP", DNSComputer: "srv01.corp.example", Build: 20348}
		case *probe.Logon:
			*l = probe.Logon{Level: 5, Verified: id == probe.StepIdentity && !failed, Answered: true}
		case *probe.Activation:
			l.Level = 5
		case *probe.Dial:
			p := netipAddrPort(135)
			if id == probe.StepTCPObject {
				p = netipAddrPort(49667)
			}
			*l = probe.Dial{To: p, Attempts: []probe.Attempt{{To: p, Kind: kindAt(id == step, kind)}}}
		case *probe.Exec:
			l.Class = "Win32_OperatingSystem"
		case *probe.Login:
			l.Level, l.Imp = 5, 3
		}
		r.Results = append(r.Results, s)
	}
	for _, f := range change {
		f(r)
	}
	return r
}

func after(e probe.ExperimentID, id probe.StepID, o probe.Outcome, learnt probe.Evidence) func(*probe.Report) {
	return func(r *probe.Report) {
		r.Trials = append(r.Trials, probe.Trial{Experiment: e, Results: []probe.Result{{Step: id, Outcome: o, Learnt: learnt}}})
	}
}

var none code.Code

// What the catalogue's signatures say, each with the cause that comes first.
func cases() []struct {
	name       string
	report     *probe.Report
	cause      probe.FaultID
	confidence probe.Confidence
} {
	up := after("host-up", probe.StepHostUp, probe.Passed, &probe.Dial{Attempts: []probe.Attempt{{Kind: ""}}})
	passes := after("simple-ping", probe.StepSimplePing, probe.Passed, &probe.Ping{Status: win(0x778)})
	refuses := after("simple-ping", probe.StepSimplePing, probe.Passed, &probe.Ping{Status: win(5)})
	port := func(p uint16) func(*probe.Report) {
		return func(r *probe.Report) {
			for _, s := range r.Results {
				if b, ok := s.Learnt.(*probe.Bindings); ok {
					b.Chosen = netipAddrPort(p)
				}
				if d, ok := s.Learnt.(*probe.Dial); ok && s.Step == probe.StepTCPObject {
					d.To = netipAddrPort(p)
				}
			}
		}
	}
	smb := func(status uint32) func(*probe.Report) {
		return after("smb-logon", probe.StepSMBLogon, probe.Passed, &probe.SMBSession{Status: ntstatus(status)})
	}
	cimv2 := after("cimv2-namespace", probe.StepNTLMLogin, probe.Passed, &probe.Login{})
	local := func(r *probe.Report) { r.Account.Authority = "SRV01" }
	return []struct {
		name       string
		report     *probe.Report
		cause      probe.FaultID
		confidence probe.Confidence
	}{
		{"no such name", made(probe.StepName, probe.KindDNS, none, func(r *probe.Report) { r.Results[0].Failure.NotFound = true }), "dns-name-unknown", probe.Likely},
		{"DNS silent", made(probe.StepName, probe.KindDNS, none), "dns-server-silent", probe.Likely},
		{"135 silent", made(probe.StepTCP135, probe.KindTimeout, none), "fw135-drop", probe.Possible},
		{"135 silent, 445 answers", made(probe.StepTCP135, probe.KindTimeout, none, up), "fw135-drop", probe.Likely},
		{"135 refused", made(probe.StepTCP135, probe.KindRefused, none), "rpcss-not-listening", probe.Likely},
		{"135 prohibited", made(probe.StepTCP135, probe.KindProhibited, none), "fw135-reject", probe.Likely},
		{"denied here", made(probe.StepTCP135, probe.KindLocalDenied, none), "jump-egress-blocked", probe.Likely},
		{"reset on bind", made(probe.StepBind135, probe.KindReset, none), "middlebox-cuts-rpc", probe.Likely},
		{"silent on bind", made(probe.StepBind135, probe.KindTimeout, none), "rpcss-hang", probe.Likely},
		{"no resolver", made(probe.StepBind135, probe.KindContextRejected, none), "resolver-if-missing", probe.Certain},
		{"logon refused", made(probe.StepSPNEGO, probe.KindFault, rpc(5)), "ntlm-bad-password", probe.Possible},
		{"logon refused, SMB says locked", made(probe.StepSPNEGO, probe.KindFault, rpc(5), smb(0xC0000234)), "acct-locked", probe.Likely},
		{"logon refused, SMB says disabled", made(probe.StepSPNEGO, probe.KindFault, rpc(5), smb(0xC0000072)), "acct-disabled", probe.Certain},
		{"package failed", made(probe.StepSPNEGO, probe.KindFault, rpc(0x721)), "ntlm-blocked-in", probe.Likely},
		{"activation denied", made(probe.StepActivate, probe.KindFault, rpc(5), passes), "act-machine-launch", probe.Likely},
		{"activation and ping denied", made(probe.StepActivate, probe.KindFault, rpc(5), refuses), "act-machine-access", probe.Likely},
		{"activation denied, a HRESULT", made(probe.StepActivate, probe.KindHResult, hr(0x80070005)), "act-app-launch", probe.Likely},
		{"WMI disabled", made(probe.StepActivate, probe.KindHResult, hr(0x80070422)), "winmgmt-disabled", probe.Likely},
		{"class missing", made(probe.StepActivate, probe.KindHResult, hr(0x80040154)), "class-not-registered", probe.Likely},
		{"object port silent", made(probe.StepTCPObject, probe.KindTimeout, none, port(49667)), "objport-drop", probe.Likely},
		{"fixed port silent", made(probe.StepTCPObject, probe.KindTimeout, none, port(24158)), "fixedport-not-applied", probe.Likely},
		{"first call denied", made(probe.StepCallObject, probe.KindFault, rpc(5), refuses), "orpc-access-denied", probe.Likely},
		{"login denied", made(probe.StepNTLMLogin, probe.KindWBEM, wbem(0x80041003)), "ns-remote-enable", probe.Likely},
		{"login denied, local account", made(probe.StepNTLMLogin, probe.KindWBEM, wbem(0x80041003), local), "uac-filtered-namespace", probe.Likely},
		{"no such namespace", made(probe.StepNTLMLogin, probe.KindWBEM, wbem(0x8004100E), func(r *probe.Report) { r.Target.Namespace = `root\nowhere` }, cimv2), "ns-not-found", probe.Likely},
		{"no such class", made(probe.StepExec, probe.KindWBEM, wbem(0x80041010)), "q-class-missing", probe.Likely},
		{"class denied", made(probe.StepNext, probe.KindWBEM, wbem(0x80041003), after("simple-query", probe.StepNext, probe.Passed, &probe.Rows{})), "q-class-denied", probe.Likely},
	}
}

func TestMadeReports(t *testing.T) {
	for _, c := range cases() {
		v := Judge(c.report)
		if len(v.Causes) == 0 {
			t.Errorf("%s: no cause, want %s", c.name, c.cause)
			continue
		}
		if got := v.Causes[0]; got.Fault != c.cause || got.Confidence != c.confidence {
			t.Errorf("%s: %s %v, want %s %v", c.name, got.Fault, got.Confidence, c.cause, c.confidence)
		}
	}
}

// A report that says less never makes a verdict surer: no cause rises, and one
// that an observation had ruled out may only come back below the surest.
func TestTakeAnyResultAway(t *testing.T) {
	type one struct {
		name   string
		report *probe.Report
	}
	var all []one
	for _, c := range cases() {
		all = append(all, one{c.name, c.report})
	}
	for _, m := range signatures() {
		all = append(all, one{string(m.fault), made(m.step, m.kind, m.code, m.change...)})
	}
	for _, c := range all {
		sure, surest := map[probe.FaultID]probe.Confidence{}, probe.NoConfidence
		for _, cause := range Judge(c.report).Causes {
			sure[cause.Fault] = cause.Confidence
			surest = max(surest, cause.Confidence)
		}
		check := func(r *probe.Report, what string) {
			if f, ok := r.FirstFailed(); !ok || f.Step != mustFail(c.report) {
				return
			}
			for _, cause := range Judge(r).Causes {
				before, was := sure[cause.Fault]
				if was && cause.Confidence > before || cause.Confidence > surest {
					t.Errorf("%s without %s: %s becomes %v", c.name, what, cause.Fault, cause.Confidence)
				}
			}
		}
		for i, gone := range c.report.Results {
			less := *c.report
			less.Results = append(append([]probe.Result{}, c.report.Results[:i]...), c.report.Results[i+1:]...)
			check(&less, string(gone.Step))
		}
		for i, gone := range c.report.Trials {
			less := *c.report
			less.Trials = append(append([]probe.Trial{}, c.report.Trials[:i]...), c.report.Trials[i+1:]...)
			check(&less, string(gone.Experiment))
		}
	}
}

func mustFail(r *probe.Report) probe.StepID {
	f, _ := r.FirstFailed()
	return f.Step
}

func TestJudgeLeavesTheReportAlone(t *testing.T) {
	r, same := cases()[14].report, cases()[14].report
	Judge(r)
	if !reflect.DeepEqual(r, same) {
		t.Error("the report was changed")
	}
}

// The lengths that the screens have room for, and the cap of what is inferred.
func TestRows(t *testing.T) {
	seen := map[probe.FaultID]bool{}
	for _, f := range Catalogue() {
		if seen[f.ID] {
			t.Errorf("%s stands twice", f.ID)
		}
		seen[f.ID] = true
		for what, c := range map[string]struct {
			text string
			most int
		}{"name": {f.Name, 24}, "head": {f.Head, 28}, "title": {f.Title, 2 * 39}, "plain": {f.Plain, 4 * 46}} {
			if n := utf8.RuneCountInString(c.text); n == 0 || n > c.most {
				t.Errorf("%s: %s of %d cells, at most %d: %q", f.ID, what, n, c.most, c.text)
			}
		}
		if n := utf8.RuneCountInString(f.Layer().Title() + ": " + f.Head); n > 46 {
			t.Errorf("%s: headline of %d cells", f.ID, n)
		}
		if f.Mark == Inferred && f.Ceiling == probe.Certain {
			t.Errorf("%s is inferred and may not be certain", f.ID)
		}
		if len(f.Signs) == 0 && f.Notice == nil && f.ID != "q-uac-partial" {
			t.Errorf("%s can never be met", f.ID)
		}
	}
}

func netipAddrPort(p uint16) netip.AddrPort {
	return netip.AddrPortFrom(netip.MustParseAddr("192.0.2.7"), p)
}

func rpc(n uint32) code.Code  { return code.Code{Space: code.RPC, Number: n} }
func hr(n uint32) code.Code   { return code.Code{Space: code.HResult, Number: n} }
func wbem(n uint32) code.Code { return code.Code{Space: code.WBEM, Number: n} }
func win(n uint32) code.Code  { return code.Code{Space: code.Win32, Number: n} }

func kindAt(failed bool, k probe.Kind) probe.Kind {
	if failed {
		return k
	}
	return ""
}
