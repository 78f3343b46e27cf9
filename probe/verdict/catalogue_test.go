package verdict

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

// entry is one line of the catalogue's facts.
type entry struct {
	id, layer, step, owner string
	marks, lookAlikes      []string
}

func catalogueFacts(t *testing.T) map[string]entry {
	t.Helper()
	text, err := os.ReadFile("testdata/catalogue.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]entry{}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		out[f[0]] = entry{f[0], f[1], f[2], f[3], strings.Split(f[4], ","), strings.Split(f[5], ",")}
	}
	return out
}

// Ids, steps, layers, owners, marks and look-alikes are the catalogue's.
func TestRowsAgreeWithTheCatalogue(t *testing.T) {
	facts := catalogueFacts(t)
	if len(facts) != 160 {
		t.Fatalf("%d faults in the catalogue, not 160", len(facts))
	}
	weakest := []string{"spec", "doc", "source", "inferred"}
	for _, f := range Catalogue() {
		e, ok := facts[string(f.ID)]
		if !ok {
			t.Errorf("%s is not in the catalogue", f.ID)
			continue
		}
		delete(facts, string(f.ID))
		mark := slices.MaxFunc(e.marks, func(a, b string) int { return slices.Index(weakest, a) - slices.Index(weakest, b) })
		if string(f.Step) != e.step || string(f.Owner) != e.owner || string(f.Mark) != mark || string(rune('0'+f.Layer())) != e.layer {
			t.Errorf("%s: step %s owner %s mark %s layer %d, the catalogue says %v", f.ID, f.Step, f.Owner, f.Mark, f.Layer(), e)
		}
		for _, id := range e.lookAlikes {
			if !lookAlike(f, probe.FaultID(id)) {
				t.Errorf("%s: %s is a look-alike in the catalogue", f.ID, id)
			}
		}
	}
	for id := range facts {
		t.Errorf("%s has no row", id)
	}
}

// lookAlike: named as one, or with a sign in common.
func lookAlike(f Fault, id probe.FaultID) bool {
	if slices.Contains(f.LookAlikes, id) {
		return true
	}
	g, _ := ByID(id)
	for _, a := range f.Signs {
		for _, b := range g.Signs {
			if a.Step == b.Step && a.Kind == b.Kind {
				return true
			}
		}
	}
	return false
}

// What the longest usual names make of the sentences.
func TestSentencesFitTheScreen(t *testing.T) {
	r := &probe.Report{Target: probe.Target{Host: "srv01.corp.example"}, Account: probe.Account{Typed: `CORP\svc-mon`}}
	for _, f := range Catalogue() {
		if n := lines(fill(r, f.Plain), summaryWidth); n > summaryLines {
			t.Errorf("%s: plain takes %d lines", f.ID, n)
		}
		if n := lines(f.Title, 39); n > 2 {
			t.Errorf("%s: title takes %d lines", f.ID, n)
		}
	}
}

// met is one event of the catalogue's signature column, and what must come of
// it: the fault as first cause with a confidence, or only among the possible.
type met struct {
	fault  probe.FaultID
	layer  probe.Layer
	step   probe.StepID
	kind   probe.Kind
	code   code.Code
	want   probe.Confidence // of the first cause; NoConfidence: it is named, not first
	change []func(*probe.Report)
}

func signatures() []met {
	const first, second, third, fourth, fifth = probe.LayerEndpointMapper, probe.LayerAuthentication, probe.LayerActivation, probe.LayerNamespace, probe.LayerQuery
	const named, possible, likely, certain = probe.NoConfidence, probe.Possible, probe.Likely, probe.Certain
	with := func(f ...func(*probe.Report)) []func(*probe.Report) { return f }
	failure := func(change func(*probe.Failure)) func(*probe.Report) {
		return func(r *probe.Report) {
			for _, s := range r.Results {
				if s.Failure != nil {
					change(s.Failure)
				}
			}
		}
	}
	nak := func(n uint16) func(*probe.Report) { return failure(func(f *probe.Failure) { f.Reason = n }) }
	learn := func(change func(probe.Evidence)) func(*probe.Report) {
		return func(r *probe.Report) {
			for _, s := range r.Results {
				if s.Learnt != nil {
					change(s.Learnt)
				}
			}
		}
	}
	link := func(same bool) func(*probe.Report) {
		return learn(func(e probe.Evidence) {
			if d, ok := e.(*probe.Dial); ok {
				d.OnLink = &same
			}
		})
	}
	asked := func(ns string) func(*probe.Report) { return func(r *probe.Report) { r.Target.Namespace = ns } }
	class := func(name string) func(*probe.Report) {
		return learn(func(e probe.Evidence) {
			if x, ok := e.(*probe.Exec); ok {
				x.Class = name
			}
		})
	}
	port := func(p uint16) func(*probe.Report) {
		return func(r *probe.Report) {
			if d, ok := r.Result(probe.StepTCPObject).Learnt.(*probe.Dial); ok {
				d.To = netipAddrPort(p)
			}
		}
	}
	kdc := func(n uint32) func(*probe.Report) {
		return after("kdc-without-password", probe.StepAccountState, probe.Passed, &probe.KDCAnswer{Code: krb(n)})
	}
	smb := func(n uint32) func(*probe.Report) {
		return after("smb-logon", probe.StepSMBLogon, probe.Failed, &probe.SMBSession{Status: ntstatus(n)})
	}
	up := after("host-up", probe.StepHostUp, probe.Passed, &probe.Dial{Attempts: []probe.Attempt{{To: netipAddrPort(445)}}})
	down := after("host-up", probe.StepHostUp, probe.Failed, &probe.Dial{Attempts: []probe.Attempt{{To: netipAddrPort(445), Kind: probe.KindTimeout}}})
	past := after("simple-ping", probe.StepSimplePing, probe.Passed, &probe.Ping{Status: win(0x778)})
	stopped := after("simple-ping", probe.StepSimplePing, probe.Passed, &probe.Ping{Status: win(5)})
	local := func(r *probe.Report) { r.Account.Authority = "SRV01" }
	fact := func(key string, v any) func(*probe.Report) {
		return func(r *probe.Report) { r.HostFacts = &probe.HostFacts{Facts: map[string]any{key: v}} }
	}
	alsoFact := func(key string, v any) func(*probe.Report) {
		return func(r *probe.Report) { r.HostFacts.Facts[key] = v }
	}
	privacy := after("login-at-privacy", probe.StepNTLMLogin, probe.Passed, &probe.Login{Level: 6})
	cimv2 := after("cimv2-namespace", probe.StepNTLMLogin, probe.Passed, &probe.Login{})
	simple := after("simple-query", probe.StepNext, probe.Passed, &probe.Rows{})
	again := after("activate-again", probe.StepTCPObject, probe.Passed, &probe.Dial{})
	unsigned := learn(func(e probe.Evidence) {
		if a, ok := e.(*probe.Activation); ok {
			a.Level = 2
		}
	})
	notFound := failure(func(f *probe.Failure) { f.NotFound = true })
	f5, denied := rpc(5), wbem(0x80041003)
	return []met{
		{"dns-name-unknown", first, probe.StepName, probe.KindDNS, none, likely, with(notFound)},
		{"dns-server-silent", first, probe.StepName, probe.KindTimeout, none, likely, nil},
		{"fw135-drop", first, probe.StepTCP135, probe.KindTimeout, none, likely, with(up, link(true))},
		{"fw135-drop", first, probe.StepTCP135, probe.KindTimeout, none, possible, nil},
		{"fw135-path-drop", first, probe.StepTCP135, probe.KindTimeout, none, named, with(up, link(false))},
		{"fw135-localsubnet", first, probe.StepTCP135, probe.KindTimeout, none, named, with(link(false))},
		{"fw-profile-public", first, probe.StepTCP135, probe.KindTimeout, none, likely, with(fact(factProfile, true))},
		{"fw-block-rule", first, probe.StepTCP135, probe.KindTimeout, none, likely, with(fact(factBlockRule, true))},
		{"fw-third-party", first, probe.StepTCP135, probe.KindTimeout, none, named, nil},
		{"ipsec-required", first, probe.StepTCP135, probe.KindTimeout, none, named, nil},
		{"host-down", first, probe.StepTCP135, probe.KindTimeout, none, likely, with(down)},
		{"host-down", first, probe.StepTCP135, probe.KindUnreachable, none, possible, nil},
		{"fw135-reject", first, probe.StepTCP135, probe.KindProhibited, none, likely, nil},
		{"rpcss-not-listening", first, probe.StepTCP135, probe.KindRefused, none, likely, nil},
		{"jump-egress-blocked", first, probe.StepTCP135, probe.KindLocalDenied, none, likely, nil},
		{"not-rpc-on-135", first, probe.StepBind135, probe.KindNotRPC, none, certain, nil},
		{"middlebox-cuts-rpc", first, probe.StepBind135, probe.KindReset, none, likely, nil},
		{"rpcss-hang", first, probe.StepBind135, probe.KindTimeout, none, likely, nil},
		{"bindnak-resources", first, probe.StepBind135, probe.KindBindNak, none, certain, with(nak(2))},
		{"bindnak-protocol", first, probe.StepBind135, probe.KindBindNak, none, likely, with(nak(4))},
		{"resolver-if-missing", first, probe.StepBind135, probe.KindContextRejected, none, certain, nil},
		{"path-mtu", first, probe.StepAlive, probe.KindTimeout, none, named, nil},
		{"rpc-too-busy", third, probe.StepActivate, probe.KindFault, rpc(0x1C010014), likely, nil},
		{"ntlm-bad-password", second, probe.StepSPNEGO, probe.KindFault, f5, possible, nil},
		{"ntlm-bad-password", second, probe.StepSPNEGO, probe.KindFault, f5, likely, with(kdc(25), smb(0xC000006D))},
		{"ntlm-unknown-user", second, probe.StepSPNEGO, probe.KindFault, f5, likely, with(kdc(6))},
		{"acct-locked", second, probe.StepSPNEGO, probe.KindFault, f5, likely, with(kdc(18))},
		{"acct-locked", second, probe.StepSPNEGO, probe.KindFault, f5, likely, with(smb(0xC0000234))},
		{"acct-disabled", second, probe.StepSPNEGO, probe.KindFault, f5, certain, with(smb(0xC0000072))},
		{"acct-expired", second, probe.StepSPNEGO, probe.KindFault, f5, certain, with(smb(0xC0000193))},
		{"pwd-expired", second, probe.StepSPNEGO, probe.KindFault, f5, certain, with(smb(0xC0000071))},
		{"pwd-must-change", second, probe.StepSPNEGO, probe.KindFault, f5, certain, with(smb(0xC0000224))},
		{"logon-hours", second, probe.StepSPNEGO, probe.KindFault, f5, certain, with(smb(0xC000006F))},
		{"logon-workstation", second, probe.StepSPNEGO, probe.KindFault, f5, likely, with(smb(0xC0000070))},
		{"blank-password", second, probe.StepSPNEGO, probe.KindFault, f5, likely, with(smb(0xC000006E))},
		{"protected-user", second, probe.StepSPNEGO, probe.KindFault, f5, named, with(smb(0xC000006E))},
		{"network-logon-denied", second, probe.StepSPNEGO, probe.KindFault, f5, likely, with(smb(0xC000015B))},
		{"trust-broken", second, probe.StepSPNEGO, probe.KindFault, f5, likely, with(smb(0xC000018D))},
		{"no-logon-server", second, probe.StepSPNEGO, probe.KindFault, f5, likely, with(smb(0xC000005E))},
		{"selective-auth", second, probe.StepSPNEGO, probe.KindFault, f5, likely, with(smb(0xC0000413))},
		{"ntlm-blocked-in", second, probe.StepSPNEGO, probe.KindFault, f5, likely, with(smb(0xC0000418))},
		{"ntlm-blocked-in", second, probe.StepSPNEGO, probe.KindFault, rpc(0x721), likely, nil},
		{"guest-only", second, probe.StepSPNEGO, probe.KindFault, f5, named, nil},
		{"bindnak-authtype", second, probe.StepSPNEGO, probe.KindBindNak, none, certain, with(nak(8))},
		{"legs-mismatch", second, probe.StepSPNEGO, probe.KindFault, rpc(0x1C00001B), likely, nil},
		{"sign-mismatch", second, probe.StepIdentity, probe.KindSignature, none, likely, nil},
		{"act-hardening-integrity", third, probe.StepActivate, probe.KindFault, f5, likely, with(unsigned, past)},
		{"act-machine-launch", third, probe.StepActivate, probe.KindFault, f5, likely, with(past)},
		{"act-machine-launch", third, probe.StepActivate, probe.KindFault, f5, possible, nil},
		{"act-machine-access", third, probe.StepActivate, probe.KindFault, f5, likely, with(stopped)},
		{"uac-filtered-dcom", third, probe.StepActivate, probe.KindFault, f5, likely, with(local, past)},
		{"dcom-disabled", third, probe.StepActivate, probe.KindFault, f5, named, with(past)},
		{"act-limits-gpo", third, probe.StepActivate, probe.KindFault, f5, likely, with(past, fact(factMember562, true), alsoFact(factPolicy, true))},
		{"act-limits-gpo", third, probe.StepActivate, probe.KindFault, f5, named, with(past)},
		{"rpc-filter", third, probe.StepActivate, probe.KindFault, f5, named, with(past)},
		{"home-edition", third, probe.StepActivate, probe.KindFault, f5, named, with(past)},
		{"act-app-launch", third, probe.StepActivate, probe.KindHResult, hr(0x80070005), likely, nil},
		{"class-not-registered", third, probe.StepActivate, probe.KindHResult, hr(0x80040154), likely, nil},
		{"winmgmt-disabled", third, probe.StepActivate, probe.KindHResult, hr(0x80070422), likely, nil},
		{"server-exec-failure", third, probe.StepActivate, probe.KindHResult, hr(0x80080005), likely, nil},
		{"act-no-answer", third, probe.StepActivate, probe.KindTimeout, none, likely, nil},
		{"act-logon-failure-runas", third, probe.StepActivate, probe.KindHResult, hr(0x8000401A), certain, nil},
		{"act-version-mismatch", third, probe.StepActivate, probe.KindHResult, hr(0x80010110), certain, nil},
		{"act-invalid-header", third, probe.StepActivate, probe.KindHResult, hr(0x80010111), certain, nil},
		{"objport-exhausted", third, probe.StepActivate, probe.KindHResult, hr(0x800706B9), possible, nil},
		{"binding-no-tcp", third, probe.StepBindings, probe.KindUnreachable, none, likely, nil},
		{"objport-drop", third, probe.StepTCPObject, probe.KindTimeout, none, likely, with(link(true))},
		{"objport-path-drop", third, probe.StepTCPObject, probe.KindTimeout, none, named, with(link(false))},
		{"objport-range-changed", third, probe.StepTCPObject, probe.KindTimeout, none, likely, with(port(5005))},
		{"fixedport-not-applied", third, probe.StepTCPObject, probe.KindTimeout, none, likely, with(port(24158))},
		{"objport-refused", third, probe.StepTCPObject, probe.KindRefused, none, likely, with(again)},
		{"orpc-access-denied", third, probe.StepCallObject, probe.KindFault, f5, likely, nil},
		{"objport-spn", third, probe.StepCallObject, probe.KindBindNak, none, likely, with(nak(9))},
		{"orpc-disconnected", third, probe.StepCallObject, probe.KindFault, rpc(0x80010108), likely, nil},
		{"iface-not-registered", third, probe.StepCallObject, probe.KindContextRejected, none, likely, nil},
		{"edr-blocks-wmi", third, probe.StepCallObject, probe.KindReset, none, possible, nil},
		{"ns-remote-enable", fourth, probe.StepNTLMLogin, probe.KindWBEM, denied, likely, nil},
		{"ns-requires-encryption", fourth, probe.StepNTLMLogin, probe.KindWBEM, denied, certain, with(privacy, asked(`root\MSCluster`))},
		{"uac-filtered-namespace", fourth, probe.StepNTLMLogin, probe.KindWBEM, denied, likely, with(local)},
		{"ns-enable", fourth, probe.StepNTLMLogin, probe.KindWBEM, denied, named, nil},
		{"ns-not-found", fourth, probe.StepNTLMLogin, probe.KindWBEM, wbem(0x8004100E), likely, with(asked(`root\nowhere`), cimv2)},
		{"ns-repository-damaged", fourth, probe.StepNTLMLogin, probe.KindWBEM, wbem(0x8004100E), likely, nil},
		{"ns-bad-syntax", fourth, probe.StepNTLMLogin, probe.KindWBEM, wbem(0x80041008), likely, nil},
		{"ns-local-credentials", fourth, probe.StepNTLMLogin, probe.KindWBEM, wbem(0x80041064), likely, nil},
		{"ns-init-failure", fourth, probe.StepNTLMLogin, probe.KindWBEM, wbem(0x80041014), likely, nil},
		{"ns-shutting-down", fourth, probe.StepNTLMLogin, probe.KindWBEM, wbem(0x80041033), certain, nil},
		{"ns-quota", fourth, probe.StepNTLMLogin, probe.KindWBEM, wbem(0x8004106C), likely, nil},
		{"q-syntax", fifth, probe.StepExec, probe.KindWBEM, wbem(0x80041017), certain, nil},
		{"q-language", fifth, probe.StepExec, probe.KindWBEM, wbem(0x80041018), certain, nil},
		{"q-class-missing", fifth, probe.StepExec, probe.KindWBEM, wbem(0x80041010), likely, nil},
		{"q-perf-missing", fifth, probe.StepExec, probe.KindWBEM, wbem(0x80041010), likely, with(class("Win32_PerfFormattedData_PerfOS_System"))},
		{"q-server-busy", fifth, probe.StepExec, probe.KindWBEM, wbem(0x80041045), certain, nil},
		{"q-not-capable", fifth, probe.StepExec, probe.KindWBEM, wbem(0x80041024), likely, nil},
		{"q-class-denied", fifth, probe.StepNext, probe.KindWBEM, denied, likely, with(simple)},
		{"q-privilege-not-held", fifth, probe.StepNext, probe.KindWBEM, wbem(0x80041062), likely, nil},
		{"q-provider-load", fifth, probe.StepNext, probe.KindWBEM, wbem(0x80041013), likely, nil},
		{"q-provider-failure", fifth, probe.StepNext, probe.KindWBEM, wbem(0x80041004), likely, nil},
		{"q-provider-crash", fifth, probe.StepNext, probe.KindHResult, hr(0x800706BE), likely, nil},
		{"q-quota", fifth, probe.StepNext, probe.KindWBEM, wbem(0x8004106C), certain, nil},
		{"q-memory", fifth, probe.StepNext, probe.KindWBEM, wbem(0x80041006), certain, nil},
		{"q-slow", fifth, probe.StepNext, probe.KindWBEM, wbem(0x00040004), likely, nil},
		{"q-arbitrator-throttle", fifth, probe.StepNext, probe.KindWBEM, wbem(0x00040004), named, nil},
		{"conn-cut-idle", fifth, probe.StepNext, probe.KindTimeout, none, likely, nil},
		{"q-cancelled", fifth, probe.StepNext, probe.KindWBEM, wbem(0x80041032), likely, nil},
		{"q-decode", fifth, probe.StepNext, probe.KindMalformed, none, likely, nil},
	}
}

// The signatures of the catalogue, layers 1 to 5, each judged. Run with -v for
// the table.
func TestCatalogueSignatures(t *testing.T) {
	right, ids := 0, map[probe.FaultID]bool{}
	for _, m := range signatures() {
		v := Judge(made(m.step, m.kind, m.code, m.change...))
		got, confidence := probe.FaultID("cannot tell"), probe.NoConfidence
		if len(v.Causes) > 0 {
			got, confidence = v.Causes[0].Fault, v.Causes[0].Confidence
		}
		ok := v.Layer == m.layer && v.Step == m.step
		if m.want == probe.NoConfidence {
			ok = ok && mayBe(v, m.fault)
		} else {
			ok = ok && got == m.fault && confidence == m.want
		}
		ids[m.fault] = true
		if ok {
			right++
		} else {
			t.Errorf("%s: layer %d step %s first %s %v, want %v", m.fault, v.Layer, v.Step, got, confidence, m.want)
		}
		t.Logf("%-24s layer %d %-12s want %-8s got %s %s", m.fault, m.layer, m.step, m.want, got, confidence)
	}
	t.Logf("%d of %d signatures as expected, %d faults", right, len(signatures()), len(ids))
}

// mayBe reports whether a fault is a cause or possible.
func mayBe(v probe.Verdict, id probe.FaultID) bool {
	return slices.ContainsFunc(v.Causes, func(c probe.Cause) bool { return c.Fault == id }) ||
		slices.ContainsFunc(v.Possible, func(s probe.Suspect) bool { return s.Fault == id })
}

// The same number in another phase is another event.
func TestOneNumberManyPhases(t *testing.T) {
	for _, c := range []struct {
		step  probe.StepID
		kind  probe.Kind
		code  code.Code
		layer probe.Layer
		never probe.FaultID
	}{
		{probe.StepSPNEGO, probe.KindFault, rpc(5), probe.LayerAuthentication, "act-machine-launch"},
		{probe.StepActivate, probe.KindFault, rpc(5), probe.LayerActivation, "ntlm-bad-password"},
		{probe.StepActivate, probe.KindHResult, hr(0x80070005), probe.LayerActivation, "act-machine-launch"},
		{probe.StepCallObject, probe.KindFault, rpc(5), probe.LayerActivation, "ns-remote-enable"},
		{probe.StepNTLMLogin, probe.KindWBEM, wbem(0x80041003), probe.LayerNamespace, "q-class-denied"},
		{probe.StepNext, probe.KindWBEM, wbem(0x80041003), probe.LayerQuery, "ns-remote-enable"},
		{probe.StepActivate, probe.KindHResult, hr(0x800706BA), probe.LayerActivation, "q-provider-crash"},
	} {
		v := Judge(made(c.step, c.kind, c.code))
		if v.Layer != c.layer || mayBe(v, c.never) {
			t.Errorf("%s %s: layer %v, or %s is still thought of", c.step, c.code, v.Layer, c.never)
		}
	}
	if a, b := Meaning(rpc(5)), Meaning(code.Code{Space: code.Win32, Number: 5}); len(a) == 0 || len(b) != 0 {
		t.Errorf("fault 5 has %d meanings, Win32 5 has %d", len(a), len(b))
	}
}

// A healthy run has neither cause nor warning.
func TestHealthyRunIsQuiet(t *testing.T) {
	v := Judge(made("", "", none))
	if v.Layer != probe.LayerNone || len(v.Causes) != 0 || len(v.Warnings) != 0 {
		t.Errorf("%+v", v)
	}
}

// An event that no row knows stays without a cause, and says where it was.
func TestCannotTell(t *testing.T) {
	v := Judge(made(probe.StepActivate, probe.KindHResult, hr(0x8BADF00D)))
	if len(v.Causes) != 0 || v.Step != probe.StepActivate || !strings.Contains(v.Summary, "cannot tell") {
		t.Errorf("%+v", v)
	}
}

// Whatever a saved file holds, judging it does not crash.
func FuzzJudge(f *testing.F) {
	f.Add("activate", "fault", "rpc", uint32(5), uint16(0), byte(3))
	f.Add("next", "wbem", "wbem", uint32(0x80041003), uint16(9), byte(0))
	f.Fuzz(func(t *testing.T, step, kind, space string, n uint32, reason uint16, blank byte) {
		r := made(probe.StepID(step), probe.Kind(kind), code.Code{Space: code.Space(space), Number: n})
		for i := range r.Results {
			if r.Results[i].Failure != nil {
				r.Results[i].Failure.Reason = reason
			}
			if blank&(1<<(i%8)) != 0 {
				r.Results[i].Learnt = nil
			}
		}
		Judge(r)
		Judge(&probe.Report{Results: r.Results})
		Judge(&probe.Report{Results: []probe.Result{{Step: probe.StepID(step), Outcome: probe.Failed}}})
	})
}
