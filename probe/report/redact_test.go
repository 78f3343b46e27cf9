package report

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/wmidoctor/wmidoctor/probe"
)

// private is every form in which the report of denied points at somebody.
var private = []string{"srv01", "SRV01", "corp.example", "CORP", "svc-mon", "192.0.2.7", "10.20.0.7", "198.51.100.20", "fe80::77:1", "ZELDA", "joe"}

func identifying() *probe.Report {
	r := denied()
	hello := "HTTP/1.1 200 OK Server: SRV01"
	wide := string(utf16le("welcome to srv01.corp.example"))
	r.Results = append(r.Results,
		probe.Result{Step: probe.StepBind135, Layer: probe.LayerEndpointMapper, Outcome: probe.Failed, Learnt: &probe.Bind{FirstBytes: hex.EncodeToString([]byte(hello + wide))}},
		probe.Result{Step: probe.StepNext, Layer: probe.LayerQuery, Outcome: probe.Passed, Learnt: &probe.Rows{Count: 1,
			First: []probe.Row{{{Name: "CSName", Value: "Srv01"}, {Name: "User", Value: `CORP\svc-mon`}, {Name: "IPs", Value: "{10.20.0.7, fe80::77:1}"}}}}},
		probe.Result{Step: probe.StepRQI, Layer: probe.LayerCallback, Outcome: probe.Passed, Learnt: &probe.CallbackStage{
			From:  netip.MustParseAddrPort("[fe80::77:1%eth0]:49800"),
			Tries: []probe.CallbackTry{{Identity: `CORP\SRV01$`, Call: "IRemUnknown2::RemAddRef"}, {Identity: `ZELDA\joe`, Call: "IWbemLevel1Login::EstablishPosition"}}}})
	r.Target.SPN, r.Target.KDC, r.Target.Realm = "RPCSS/srv01.corp.example", "192.0.2.7:88", "CORP.EXAMPLE"
	r.HostFacts = &probe.HostFacts{Computer: "SRV01", Facts: map[string]any{"members": []any{`CORP\svc-mon`, "S-1-5-32-562"}}}
	return r
}

func TestRedactionLeavesNoName(t *testing.T) {
	r := Redact(identifying())
	var doc bytes.Buffer
	fixes := joinGroup
	fixes = []probe.Fix{fixes[0]}
	fixes[0].Run = `net localgroup "Distributed COM Users" "` + r.Account.Name() + `" /add`
	fixes[0].Undo, fixes[0].Verify = "", "ping "+r.Result(probe.StepTCP135).Learnt.(*probe.Dial).To.Addr().String()
	if err := Write(&doc, Document(r, fixes, nil)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"report": doc.String(), "ticket": Ticket(r, fixes)} {
		lower := strings.ToLower(text)
		for _, p := range private {
			for form, s := range map[string]string{"plain": p, "hex": hex.EncodeToString([]byte(p)), "hex of UTF-16": hex.EncodeToString(utf16le(p))} {
				if strings.Contains(lower, strings.ToLower(s)) {
					i := strings.Index(lower, strings.ToLower(s))
					t.Errorf("%s still holds %q (%s): …%s…", name, p, form, text[max(0, i-60):min(len(text), i+60)])
				}
			}
		}
		for _, s := range []string{"198.18.", "10.77.", "fe80:", "127.77."} {
			if strings.Contains(text, s) {
				t.Errorf("%s shows a stand-in address %s instead of its name", name, s)
			}
		}
	}
	var out map[string]any
	if err := json.Unmarshal(doc.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]any{
		"target.host": "host-1", "target.addresses.0": "addr-1", "account.name": "account-1", "account.authority": "domain-1",
		"target.spn": "RPCSS/host-1", "target.kdc": "addr-1:88", "layers.1.steps.0.data.computer": "host-1", "layers.1.steps.0.data.domain": "domain-1",
		"verdict.summary":                        "host-1 accepted the password of account-1 but\ndoes not let this account start WMI.",
		"layers.5.steps.0.data.tries.0.identity": `domain-1\host-1$`, "layers.5.steps.0.data.tries.0.call": "IRemUnknown2::RemAddRef",
		"layers.5.steps.0.data.tries.1.call": "IWbemLevel1Login::EstablishPosition", "layers.5.steps.0.data.tries.1.identity": "account-2",
		"layers.2.steps.0.error.text": "host-1 denied RemoteCreateInstance to account-1", "layers.2.steps.0.error.at": "addr-1:135",
		"fixes.0.run": `net localgroup "Distributed COM Users" "account-1" /add`, "fixes.0.verify": "ping addr-1",
		"rows.0.IPs": "{addr-3, addr-4}",
	} {
		if got := at(t, out, path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
}

func TestARedactedReportReadsBackAsItself(t *testing.T) {
	r := Redact(identifying())
	got, err := Read(bytes.NewReader(written(t, r, nil)))
	if err != nil {
		t.Fatal(err)
	}
	sortResults := cmpopts.SortSlices(func(a, b probe.Result) bool { return a.Step < b.Step }) // a document lists them by layer
	if d := cmp.Diff(r, got, byValue, sortResults, cmpopts.IgnoreFields(probe.Report{}, "Verdict")); d != "" {
		t.Error(d)
	}
}

// What the judge asks of an address or an account must have the same answer.
func TestRedactionKeepsWhatTheJudgeAsks(t *testing.T) {
	for _, s := range []string{"127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.9.9", "8.8.8.8", "::1", "fe80::1%eth0", "fd00::1", "2a00::1"} {
		a := netip.MustParseAddr(s)
		r := &probe.Report{Target: probe.Target{Host: s}, Results: []probe.Result{{Step: probe.StepName, Layer: probe.LayerEndpointMapper, Learnt: &probe.Names{Literal: true, Addresses: []netip.Addr{a}}}}}
		b := Redact(r).Results[0].Learnt.(*probe.Names).Addresses[0]
		if a == b && s != "::1" || a.Is4() != b.Is4() || a.IsLoopback() != b.IsLoopback() || a.IsPrivate() != b.IsPrivate() || a.IsLinkLocalUnicast() != b.IsLinkLocalUnicast() || a.Zone() != b.Zone() {
			t.Errorf("%v became %v", a, b)
		}
		doc := Document(Redact(r), nil, nil)
		if doc.Target.Host != "host-1" || !strings.HasPrefix(doc.Target.Addresses[0], "addr-1") {
			t.Errorf("%s is written as %s, %s", s, doc.Target.Host, doc.Target.Addresses)
		}
		back, err := Read(bytes.NewReader(written(t, Redact(r), nil)))
		if err != nil || back.Target.Host != b.String() {
			t.Errorf("%s reads back as %v, %v", s, back, err)
		}
	}
	for _, typed := range []string{`CORP\svc`, "svc@corp.example", `.\svc`, "svc", `srv01\svc`} {
		a, err := probe.ParseAccount(typed)
		if err != nil {
			t.Fatal(err)
		}
		r := denied()
		r.Account = a
		b := Redact(r)
		p := b.Result(probe.StepNTLM).Learnt.(*probe.Passport)
		if b.Account.UPN() != a.UPN() || b.Account.Bare() != a.Bare() || (b.Account.Authority == ".") != (a.Authority == ".") ||
			strings.EqualFold(b.Account.Authority, p.Computer) != strings.EqualFold(a.Authority, "SRV01") ||
			strings.EqualFold(b.Account.Authority, p.Domain) != strings.EqualFold(a.Authority, "CORP") || !strings.HasPrefix(b.Account.Typed, "account-1") && a.Authority != "." {
			t.Errorf("%s became %+v", typed, b.Account)
		}
	}
}

func TestRedactionTouchesNothingButNames(t *testing.T) {
	r := denied()
	before := denied()
	Redact(r)
	if d := cmp.Diff(before, r, byValue); d != "" {
		t.Error("the report itself was changed:", d)
	}
}

func TestTicketIsSafeToPaste(t *testing.T) {
	r := denied()
	r.Results[3].Learnt.(*probe.Passport).Computer = "SRV01<img src=x>\x1b[31m|`\u202e"
	fix := joinGroup[0]
	fix.Run = "echo ```"
	text := Ticket(r, []probe.Fix{fix})
	for _, bad := range []string{" <img", "1<img", "\x1b", "\u202e"} {
		if strings.Contains(text, bad) {
			t.Errorf("the ticket holds %q", bad)
		}
	}
	for _, want := range []string{"# srv01: DCOM activation: access denied", "**Who acts:** the Windows administrator of srv01", "````bat\necho ```\n````",
		"- Port 135: open, 2.1 ms", "10.20.0.7", "act-machine-launch", "on srv01, administrator cmd, low risk"} {
		if !strings.Contains(text, want) {
			t.Errorf("the ticket lacks %q:\n%s", want, text)
		}
	}
}
