package guide

import (
	"slices"
	"strings"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe"
)

// full is every value filled, with a plain account.
var full = Values{
	Host: "srv01.corp.example", Address: "192.0.2.7", FQDN: "srv01.corp.example", Computer: "SRV01", Account: `CORP\svc-mon`, User: "svc-mon",
	Namespace: `root\cimv2`, Jump: "198.51.100.20", Realm: "CORP.EXAMPLE", Port: 49731, Sink: 41350, Build: 20348, Role: Member,
}

func TestPagesAreRead(t *testing.T) {
	list, err := load(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if n := len([]rune(s.Title)); n > 36 {
			t.Errorf("%s: the title has %d cells, 36 fit beside the id", s.ID, n)
		}
		if rank(s) == len(order) {
			t.Errorf("%s has no place in the order of pages", s.ID)
		}
	}
	for _, id := range order {
		if _, ok := Find(id); !ok {
			t.Errorf("the order of pages names %s, which is no page", id)
		}
	}
}

// TestBlocksAreFilled renders every page with every value known and looks for
// what was left.
func TestBlocksAreFilled(t *testing.T) {
	for _, v := range []Values{full, {}, {Build: 2600, Role: Workgroup}} {
		for _, s := range Sections() {
			blocks := s.Blocks(v)
			if len(blocks) == 0 {
				t.Errorf("%s has no blocks", s.ID)
			}
			for _, b := range blocks {
				text := strings.Join(append([]string{b.Text, b.Fix.Run, b.Fix.Undo, b.Fix.Verify, b.Fix.Title}, slices.Concat(b.Cells...)...), "\n")
				if strings.Contains(text, "{{") || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' }) {
					t.Errorf("%s: left or unclean: %q", s.ID, text)
				}
				if v == full && strings.Contains(text, "<") && (b.Kind == CommandBlock || b.Kind == Paragraph) {
					t.Logf("%s: holds a placeholder: %q", s.ID, text)
				}
				if b.Kind == Table && len(b.Cells) < 2 {
					t.Errorf("%s: a table without rows", s.ID)
				}
			}
		}
	}
}

func TestPrescribe(t *testing.T) {
	r := &probe.Report{Target: probe.Target{Host: "srv01", Namespace: `root\cimv2`}, Account: probe.Account{Typed: `CORP\svc-mon`, User: "svc-mon", Sent: `CORP\svc-mon`}}
	r.Results = []probe.Result{{Step: probe.StepNTLM, Learnt: &probe.Passport{Computer: "SRV01", Domain: "CORP", DNSComputer: "srv01.corp.example", DNSDomain: "corp.example", Build: 20348}}}
	r.Verdict.Causes = []probe.Cause{{Fault: "act-machine-launch"}}
	fixes := Prescribe(r)
	if len(fixes) == 0 {
		t.Fatal("no fix")
	}
	// The outside contract, section 3.
	if got := fixes[0]; got.Section != "dcom-rights" || got.ID != "join-dcom-users" || got.Run != `net localgroup "Distributed COM Users" "CORP\svc-mon" /add` || got.Risk != "low" || !got.Elevated {
		t.Errorf("%+v", got)
	}
}
