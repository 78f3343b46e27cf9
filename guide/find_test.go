package guide

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe"
)

func TestForRanks(t *testing.T) {
	for fault, want := range map[probe.FaultID]string{
		"act-machine-launch": "dcom-rights", "fw135-drop": "firewall", "ns-remote-enable": "namespace-rights", "winmgmt-disabled": "wmi-service",
		"cb-anon-forbidden": "callback-anonymous", "uac-filtered-dcom": "uac", "krb-clock-skew": "clock", "acct-locked": "account-state",
		"dcom-disabled": "dcom-off", "fw-profile-public": "firewall-profile", "krb-etype": "kerberos", "q-quota": "providers",
	} {
		if list := For(fault); len(list) == 0 || list[0].ID != want {
			t.Errorf("%s: %v, want %s first", fault, list, want)
		}
	}
	if len(For("no-such-fault")) != 0 {
		t.Error("a page for a fault that is none")
	}
}

func TestSearch(t *testing.T) {
	for words, want := range map[string]string{"firewall": "firewall", "uac": "uac", "Remote Enable": "namespace-rights", "24158": "fixed-port", "AllowAnonymousCallback": "callback-anonymous", "cb-no-syn": "callback"} {
		found := Search(words)
		if !slices.ContainsFunc(found[:min(3, len(found))], func(s Section) bool { return s.ID == want }) {
			t.Errorf("%q: %s is not among the first of %d", words, want, len(found))
		}
	}
	if n := len(Search("xyzzy plugh")); n != 0 {
		t.Errorf("%d pages for words that are nowhere", n)
	}
	if len(Search("")) != len(Sections()) {
		t.Error("no words must give every page")
	}
}

// TestVariants: which command comes first for which host.
func TestVariants(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault probe.FaultID
		v     Values
		want  string   // the first
		never []string // not among them
	}{
		{"2003", "fw135-drop", Values{Build: 3790}, "remote-admin", []string{"enable-wmi-group", "enable-wmi-domain"}},
		{"Vista", "fw135-drop", Values{Build: 6002, Role: InDomain}, "rule-dcom", []string{"remote-admin", "enable-wmi-domain"}},
		{"2022 in a domain", "fw135-drop", Values{Build: 20348, Role: InDomain}, "enable-wmi-domain", []string{"remote-admin", "enable-wmi-workgroup"}},
		{"2022 alone", "fw135-drop", Values{Build: 20348, Role: Workgroup}, "enable-wmi-workgroup", []string{"enable-wmi-domain"}},
		{"not known", "fw135-drop", Values{}, "enable-wmi-domain", []string{"remote-admin"}},
		{"a controller", "act-machine-launch", Values{Build: 20348, Role: DomainController}, "join-dcom-users-dc", []string{"join-dcom-users", "join-dcom-users-by-sid"}},
		{"a member", "act-machine-launch", Values{Build: 20348, Role: Member}, "join-dcom-users", []string{"join-dcom-users-dc"}},
		{"2012", "act-machine-launch", Values{Build: 9200, Role: Member}, "join-dcom-users", []string{"join-dcom-users-by-sid"}},
		{"a long name", "act-machine-launch", Values{Build: 20348, Role: Member, User: "a-name-of-more-than-twenty"}, "join-dcom-users-by-sid", []string{"join-dcom-users"}},
		{"last resort last", "uac-filtered-dcom", Values{Build: 20348, Role: Workgroup}, "uac-join-dcom-users", nil},
	} {
		list := chosen(c.fault, c.v)
		var ids []string
		for i, x := range list {
			ids = append(ids, x.ID)
			if i > 0 && slices.Index(risks, x.Risk) < slices.Index(risks, list[i-1].Risk) {
				t.Errorf("%s: %s has less risk than the one before it", c.name, x.ID)
			}
		}
		if len(ids) == 0 || ids[0] != c.want {
			t.Errorf("%s: %v, want %s first", c.name, ids, c.want)
		}
		for _, no := range c.never {
			if slices.Contains(ids, no) {
				t.Errorf("%s: %s is not for it", c.name, no)
			}
		}
	}
}

func TestPrescribeOrder(t *testing.T) {
	r := &probe.Report{}
	r.Verdict.Causes = []probe.Cause{{Fault: "uac-filtered-dcom"}, {Fault: "act-machine-launch"}}
	r.Verdict.Warnings = []probe.Warning{{Fault: "krb-clock-skew"}}
	var order []probe.FaultID
	for _, f := range Prescribe(r) {
		if len(order) == 0 || order[len(order)-1] != f.Fault {
			order = append(order, f.Fault)
		}
	}
	if !slices.Equal(order, []probe.FaultID{"uac-filtered-dcom", "act-machine-launch", "krb-clock-skew"}) {
		t.Errorf("%v", order)
	}
	if Prescribe(nil) != nil || Prescribe(&probe.Report{}) != nil {
		t.Error("fixes for nothing")
	}
	for _, id := range catalogue(t) {
		r := &probe.Report{}
		r.Verdict.Causes = []probe.Cause{{Fault: id}}
		if len(Prescribe(r)) == 0 {
			t.Errorf("%s: nothing is prescribed", id)
		}
	}
}

func TestValuesOf(t *testing.T) {
	at := netip.MustParseAddrPort
	r := &probe.Report{
		Target:  probe.Target{Host: "srv01", Namespace: `root\cimv2`},
		Account: probe.Account{Typed: `.\admin`, Authority: ".", User: "admin"},
		Results: []probe.Result{
			{Step: probe.StepTCP135, Learnt: &probe.Dial{To: at("192.0.2.7:135"), From: at("198.51.100.20:40000")}},
			{Step: probe.StepNTLM, Learnt: &probe.Passport{Computer: "SRV01", Domain: "SRV01", DNSComputer: "srv01; calc", Build: 9600}},
			{Step: probe.StepBindings, Learnt: &probe.Bindings{Chosen: at("192.0.2.7:49731")}},
		},
	}
	want := Values{Host: "srv01", Computer: "SRV01", Address: "192.0.2.7", Account: `SRV01\admin`, User: "admin", Namespace: `root\cimv2`, Jump: "198.51.100.20", Port: 49731, Build: 9600, Role: Workgroup}
	if got := ValuesOf(r); got != want {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	r.Account = probe.Account{Typed: `CORP\a"b`, User: `a"b`, Sent: `CORP\a"b`}
	r.Verdict.Causes = []probe.Cause{{Fault: "act-machine-launch"}}
	fixes := Prescribe(r)
	if len(fixes) == 0 || !strings.Contains(fixes[0].Run, `"<account>"`) {
		t.Errorf("a forbidden name must stay out: %+v", fixes)
	}
}

func TestParseRefuses(t *testing.T) {
	head := "title: x\nfaults: a b\n\n"
	for name, text := range map[string]string{
		"no header":        "title: x",
		"no faults":        "title: x\n\ntext",
		"both":             "title: x\nfaults: a\nbackground: yes\n\ntext",
		"unknown header":   "title: x\nfaults: a\ncolour: red\n\ntext",
		"unknown shell":    head + "```fish x run title=\"t\" where=host risk=none\na\n```\n",
		"unknown value":    head + "```cmd x run title=\"t\" where=host risk=none\n{{nobody}}\n```\n",
		"unknown risk":     head + "```cmd x run title=\"t\" where=host risk=some\na\n```\n",
		"unknown place":    head + "```cmd x run title=\"t\" where=moon risk=none\na\n```\n",
		"unknown Windows":  head + "```cmd x run title=\"t\" where=host risk=none windows=12\na\n```\n",
		"unknown role":     head + "```cmd x run title=\"t\" where=host risk=none role=king\na\n```\n",
		"foreign fault":    head + "```cmd x run title=\"t\" where=host risk=none faults=c\na\n```\n",
		"undo before run":  head + "```cmd x undo\na\n```\n",
		"twice":            head + strings.Repeat("```cmd x run title=\"t\" where=host risk=none\na\n```\n", 2),
		"other shell":      head + "```cmd x run title=\"t\" where=host risk=none\na\n```\n```sh x undo\na\n```\n",
		"quote left open":  head + "```cmd x run title=\"t where=host\na\n```\n",
		"no title":         head + "```cmd x run where=host risk=none\na\n```\n",
		"a block of what?": head + "```\na\n```\n",
	} {
		if _, err := parse("x", text); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
