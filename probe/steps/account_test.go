package steps_test

import (
	"testing"
	"testing/synctest"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// Under which name a credential is sent (contract, section 2; a bare name gets
// the domain of the host, "." its computer name), and how often.
func TestWhatIsSent(t *testing.T) {
	for _, c := range []struct {
		name, account, password string
		only                    bool
		sent                    string
		count, rejected         int
		outcome                 probe.Outcome
		failed                  probe.StepID
	}{
		{"domain", `LAB\svc-mon`, machine.Password, false, `LAB\svc-mon`, 2, 0, probe.Passed, ""},
		{"bare", `svc-mon`, machine.Password, false, `LAB\svc-mon`, 2, 0, probe.Passed, ""},
		{"UPN", `svc-mon@lab.test`, machine.Password, false, `svc-mon@lab.test`, 2, 0, probe.Passed, ""},
		{"of the host", `.\nobody`, machine.Password, false, `WINHOST\nobody`, 1, 1, probe.Failed, probe.StepSPNEGO},
		{"wrong password", `LAB\svc-mon`, "not-the-password", false, `LAB\svc-mon`, 1, 1, probe.Failed, probe.StepSPNEGO},
		{"empty password", `LAB\svc-mon`, "", false, `LAB\svc-mon`, 1, 1, probe.Failed, probe.StepSPNEGO},
		{"only anonymous", `LAB\svc-mon`, machine.Password, true, "", 0, 0, probe.Incomplete, ""},
		{"no account", "", "", false, "", 0, 0, probe.Incomplete, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := winhost.New(machine.New(), winhost.Options{})
				n := h.Network()
				defer n.Close()
				v := visitTo("winhost.lab.test", 135, n)
				v.account, v.password, v.target.OnlyAnonymous = c.account, c.password, c.only
				r := v.run(t.Context(), t)
				failed, _ := r.FirstFailed()
				a := r.Account
				if a.Sent != c.sent || a.SentCount != c.count || a.RejectedCount != c.rejected || r.Outcome != c.outcome || failed.Step != c.failed {
					t.Errorf("sent %q %d times, %d rejected, run %v at %s; want %+v", a.Sent, a.SentCount, a.RejectedCount, r.Outcome, failed.Step, c)
					tell(t, r)
				}
				if got := h.Count(); got.Submitted != c.count || got.Rejected != c.rejected {
					t.Errorf("the host counts %+v", got)
				}
			})
		})
	}
}
