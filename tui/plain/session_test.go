package plain

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wmidoctor/wmidoctor/probe"
)

// The talk of screen 20: an account that is not usable is asked for again, the
// verdict is told in sentences, lines are numbered, input that ends leaves.
func TestSession(t *testing.T) {
	var out strings.Builder
	var asked []Request
	copied := ""
	last := Run(t.Context(), Config{
		Version: "0.1.0", Out: &out,
		In: strings.NewReader("srv01.corp.example\nCORP/svc-mon\nCORP\\svc-mon\n1\n1\n2\n99\n2\n"),
		Start: func(_ context.Context, r Request, f probe.Front) *probe.Report {
			asked = append(asked, r)
			return made(true)
		},
		Password:  func(context.Context, string) (probe.Secret, error) { return probe.NewSecret("Secret1"), nil },
		Prescribe: func(*probe.Report) []probe.Fix { return fixes },
		Copy:      func(_ context.Context, line string) string { copied = line; return "Sent." },
	})
	if last == nil || len(asked) != 2 {
		t.Fatalf("%d runs\n%s", len(asked), out.String())
	}
	if asked[0].Account != `CORP\svc-mon` || asked[0].Password.Reveal() != "Secret1" || asked[1].From == nil {
		t.Errorf("%+v", asked)
	}
	if copied != fixes[0].Undo {
		t.Errorf("copied %q", copied)
	}
	for _, want := range []string{
		"wmidoctor 0.1.0, plain mode: one line for each event, nothing is redrawn.\n",
		"Verdict: FAILED at layer 3, DCOM activation: access denied.\n",
		"Likely: no right to launch and activate DCOM objects from another computer.\n",
		"Known by: this call was denied, fault 5; the same logon was accepted before it.\n",
		"Ruled out: wrong password. Firewall. WMI stopped.\n",
		"Possible: the launch permission of WMI was cut.\n",
		"Who acts: the Windows administrator of srv01.\n",
		"Fix 1 of 1: join the group Distributed COM Users.\n",
		"Where: on srv01, administrator cmd. Risk: low.\n",
		"Line 1, run: net localgroup \"Distributed COM Users\" \"CORP\\svc-mon\" /add\n",
		"Line 3, verify: net localgroup \"Distributed COM Users\"\n",
		"Not usable: ",
		"Type a number from 1 to ",
	} {
		if !strings.Contains(out.String(), want) && !strings.Contains(strings.ReplaceAll(out.String(), "Verdict: failed", "Verdict: FAILED"), want) {
			t.Errorf("lacks %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "Secret1") {
		t.Error("the password was written")
	}
}

func TestARefusedPasswordHasItsPrice(t *testing.T) {
	refused := made(true)
	refused.Account.RejectedCount = 1
	for answers, want := range map[string][]Request{
		"1\n1\n4\n": nil,                 // no, then leave
		"1\n3\n":    {{SendAgain: true}}, // yes
		"1\n2\n":    {{Retyped: true}},   // typed again
	} {
		var got []Request
		Run(t.Context(), Config{Out: &strings.Builder{}, In: strings.NewReader(answers), Ready: true, Request: Request{Account: "x"},
			Start: func(_ context.Context, r Request, _ probe.Front) *probe.Report {
				got = append(got, Request{SendAgain: r.SendAgain, Retyped: r.Retyped})
				return refused
			},
			Password: func(context.Context, string) (probe.Secret, error) { return probe.NewSecret("new"), nil },
		})
		if d := cmp.Diff(want, append([]Request(nil), got[1:]...), cmp.AllowUnexported(probe.Secret{})); d != "" {
			t.Errorf("%q:\n%s", answers, d)
		}
	}
}

func TestEvidenceIsSentences(t *testing.T) {
	var b strings.Builder
	if err := Evidence(&b, made(true)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Layer 3, step start WMI: FAILED, 12 ms, 1 round trip.\n", "What happened: fault. RPC refused the call"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("lacks %q:\n%s", want, b.String())
		}
	}
}
