package guide_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/wmidoctor/wmidoctor/guide"
	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/steps"
	"github.com/wmidoctor/wmidoctor/probe/verdict"
	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/console"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
	"github.com/wmidoctor/wmidoctor/probe/winhost/scenario"
)

// silent is a front that shows nothing and agrees to nothing.
type silent struct{}

func (silent) Emit(probe.Event)                               {}
func (silent) BeforeStep(context.Context, probe.Step) error   { return nil }
func (silent) Consent(context.Context, probe.Experiment) bool { return false }

// practice is the practice host set up with one fault.
type practice struct {
	t    *testing.T
	host *winhost.Host
	asks scenario.Target
}

func play(t *testing.T, s scenario.Scenario) *practice {
	h := winhost.New(machine.New(), winhost.Options{})
	return &practice{t: t, host: h, asks: scenario.Play(h.Machine(), h.Path(), s)}
}

// run walks every step but the callback against the host.
func (p *practice) run() *probe.Report {
	p.t.Helper()
	account, err := probe.ParseAccount(p.asks.User)
	if err != nil {
		p.t.Fatal(err)
	}
	target := p.asks.Probe("192.0.2.10", probe.DefaultPort)
	target.Callback = probe.CallbackOff
	purse := probe.NewPurse(probe.Credential{Account: account, Password: probe.NewSecret(p.asks.Password)})
	n := p.host.Network()
	defer n.Close()
	return probe.Runner{Target: target, Judge: verdict.Judge, Front: silent{}}.Run(p.t.Context(), steps.Plan(target, purse, n))
}

// typed gives the console a command, and the host a restart where the title
// says that it needs one.
func (p *practice) typed(shell, title, text string) error {
	var err error
	p.host.Machine().Do(func(m *machine.Machine) {
		_, err = new(console.Session).In(console.Shell(shell), m, text)
		if strings.Contains(title, "restart") {
			m.Reboot()
		}
	})
	return err
}

func passed(r *probe.Report) bool { return r.Outcome == probe.Passed || r.Outcome == probe.Warned }

// fixes are the commands for a fault that can be typed there, least risk first.
func fixes(r *probe.Report, fault probe.FaultID) (list []probe.Fix) {
	asked := *r
	asked.Verdict = probe.Verdict{Causes: []probe.Cause{{Fault: fault}}}
	for _, f := range guide.Prescribe(&asked) {
		if (f.Shell == "cmd" || f.Shell == "powershell") && f.Where != "jump-box" {
			list = append(list, f)
		}
	}
	return list
}

// healed are the faults that a command of the guide heals on the practice host,
// each with the commands, which must all be prescribed for the fault they stand
// beside. The table was written by hand; the test plays every row.
var healed = []struct {
	fault    probe.FaultID
	commands []cure
	// then is a step that fails even when the fault is healed, because the
	// scenario asks something more. once says why the undo does not bring the
	// fault back, though it takes back what the command did.
	then probe.StepID
	once string
}{
	{fault: "fw135-drop", commands: cures("enable-wmi-domain")},
	{fault: "fw135-drop", commands: cures("enable-wmi-group")},
	{fault: "fw135-drop", commands: []cure{{"rule-dcom", ""}, {"rule-wmi", "objport-drop"}}},
	{fault: "fw135-localsubnet", commands: cures("widen-wmi-scope")},
	{fault: "fw135-localsubnet", commands: cures("rule-dcom", "rule-wmi")},
	{fault: "fw-profile-public", commands: cures("restart-nla"), once: "Windows looks again, nothing is changed"},
	{fault: "fw-profile-public", commands: cures("restart-adapter")},
	{fault: "fw-block-rule", commands: cures("disable-block-rules")},
	{fault: "rpcss-hang", commands: cures("restart-host")},
	{fault: "bindnak-resources", commands: cures("restart-host")},
	{fault: "rpc-too-busy", commands: cures("restart-host")},
	{fault: "acct-locked", commands: cures("unlock-account")},
	{fault: "acct-disabled", commands: cures("enable-account")},
	{fault: "acct-expired", commands: cures("extend-account")},
	{fault: "pwd-must-change", commands: cures("no-change-at-logon")},
	{fault: "smartcard-required", commands: cures("no-smartcard")},
	{fault: "guest-only", commands: cures("classic-sharing")},
	{fault: "trust-broken", commands: cures("repair-trust")},
	{fault: "act-machine-launch", commands: cures("join-dcom-users")},
	{fault: "act-machine-launch", commands: cures("join-dcom-users-by-sid")},
	{fault: "act-machine-access", commands: cures("access-limit-script")},
	{fault: "uac-filtered-dcom", commands: []cure{{"uac-join-dcom-users", ""}, {"grant-remote-enable", "uac-filtered-namespace"}}},
	{fault: "uac-filtered-dcom", commands: cures("no-token-filter")},
	{fault: "uac-filtered-rid500", commands: []cure{{"uac-join-dcom-users", ""}, {"grant-remote-enable", "uac-filtered-namespace"}}},
	{fault: "uac-filtered-rid500", commands: cures("unfilter-admin")},
	{fault: "dcom-disabled", commands: cures("enable-dcom")},
	{fault: "class-not-registered", commands: cures("repair-windows")},
	{fault: "winmgmt-disabled", commands: cures("enable-winmgmt")},
	{fault: "server-exec-failure", commands: cures("restart-winmgmt")},
	{fault: "act-no-answer", commands: cures("end-winmgmt", "restart-host-for-wmi")},
	{fault: "objport-drop", commands: cures("enable-winmgmt-domain")},
	{fault: "objport-drop", commands: cures("rule-wmi")},
	{fault: "fixedport-not-applied", commands: cures("fixed-port")},
	{fault: "fixedport-not-applied", commands: cures("fixed-port-cmd")},
	{fault: "ns-remote-enable", commands: cures("grant-remote-enable")},
	{fault: "ns-enable", commands: cures("remove-deny")},
	{fault: "uac-filtered-namespace", commands: cures("grant-remote-enable")},
	{fault: "uac-filtered-namespace", commands: cures("no-token-filter")},
	{fault: "ns-acl-not-inherited", commands: cures("grant-remote-enable"), then: probe.StepExec},
	{fault: "ns-repository-damaged", commands: cures("salvage-repository")},
	{fault: "ns-quota", commands: cures("restart-winmgmt")},
	{fault: "q-perf-missing", commands: cures("rebuild-counters"), once: "the counters' settings come back, WMI keeps its classes"},
	{fault: "q-class-denied", commands: cures("grant-services")},
	{fault: "q-privilege-not-held", commands: cures("join-log-readers")},
	{fault: "q-privilege-not-held", commands: cures("join-log-readers-cmd")},
	{fault: "q-quota", commands: cures("raise-quota"), once: "the heavy client ended with the restart"},
	{fault: "q-arbitrator-throttle", commands: cures("restart-winmgmt")},
}

// cure is a command and the fault it is prescribed for, "" for that of the row.
type cure struct {
	id    string
	fault probe.FaultID
}

func cures(ids ...string) (list []cure) {
	for _, id := range ids {
		list = append(list, cure{id, ""})
	}
	return list
}

// TestClosedLoop: set the fault, run: it shows; type the commands, run: it
// passes; type their undo, run: the fault is back.
func TestClosedLoop(t *testing.T) {
	faults, judged, undone := map[probe.FaultID]bool{}, map[probe.FaultID]bool{}, 0
	for _, row := range healed {
		name := string(row.fault) + "/" + row.commands[0].id
		t.Run(name, func(t *testing.T) {
			s, ok := scenario.ByFault(row.fault)
			if !ok {
				t.Fatal("the practice host cannot play it")
			}
			synctest.Test(t, func(t *testing.T) {
				p := play(t, s)
				before := p.run()
				if passed(before) {
					t.Fatal("the fault does not show")
				}
				if c := before.Verdict.Causes; len(c) > 0 && c[0].Fault == row.fault {
					judged[row.fault] = true
					if f := guide.Prescribe(before); len(f) == 0 || f[0].Section != guide.For(row.fault)[0].ID {
						t.Errorf("the verdict's first fix does not stand on the page for its fault")
					}
				}
				var typed []probe.Fix
				last := before
				for _, c := range row.commands {
					f := prescribed(t, last, c, row.fault)
					if err := p.typed(f.Shell, f.Title, f.Run); err != nil {
						t.Fatalf("%s\n%v", f.Run, err)
					}
					typed, last = append(typed, f), p.run()
				}
				if step, _ := last.FirstFailed(); !passed(last) && (row.then == "" || step.Step != row.then) {
					t.Fatalf("not healed: %s fails", step.Step)
				}
				for i := len(typed) - 1; i >= 0; i-- {
					f := typed[i]
					if f.Verify == "" {
						t.Fatalf("%s has no verify", f.ID)
					} else if err := p.typed(f.Shell, "", f.Verify); err != nil {
						t.Errorf("verify %s\n%v", f.Verify, err)
					}
					if f.Undo == "" {
						return
					}
					if err := p.typed(f.Shell, f.Title, f.Undo); err != nil {
						t.Fatalf("undo %s\n%v", f.Undo, err)
					}
				}
				again := p.run()
				was, _ := before.FirstFailed()
				is, _ := again.FirstFailed()
				if back := !passed(again) && was.Step == is.Step; back != (row.once == "") {
					t.Fatalf("after the undo %q fails, before the command %q; %s", is.Step, was.Step, row.once)
				}
				if row.once == "" {
					undone++
				}
			})
			faults[row.fault] = true
		})
	}
	t.Logf("%d ways through the loop for %d faults, %d of them back to the fault by their undo; %d faults were the verdict's first cause",
		len(healed), len(faults), undone, len(judged))
}

func prescribed(t *testing.T, r *probe.Report, c cure, fault probe.FaultID) probe.Fix {
	t.Helper()
	if c.fault != "" {
		fault = c.fault
	}
	for _, f := range fixes(r, fault) {
		if f.ID == c.id {
			return f
		}
	}
	t.Fatalf("%s is not prescribed for %s", c.id, fault)
	return probe.Fix{}
}

// TestNothingIsUndoneThatWasNotDone: on a healthy host the scripts change
// nothing that is there already, and their undo takes nothing away.
func TestNothingIsUndoneThatWasNotDone(t *testing.T) {
	v := guide.Values{Account: `LAB\svc-mon`, User: "svc-mon", Namespace: `root\cimv2`, Build: 20348}
	for _, c := range guide.Commands() {
		if c.Shell != guide.PowerShell || !strings.Contains(c.Undo, "nothing to undo") {
			continue
		}
		m := machine.New()
		p := &practice{t: t, host: winhost.New(m, winhost.Options{})}
		c, err := c.Fill(v)
		if err != nil {
			t.Fatal(err)
		}
		before := state(m)
		if err := p.typed("powershell", "", c.Undo); err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
		if after := state(m); after != before {
			t.Errorf("%s: its undo alone changed the host\n%s\n%s", c.ID, before, after)
		}
		if err := p.typed("powershell", "", c.Run); err != nil {
			continue // nothing there to act on
		}
		if err := p.typed("powershell", "", c.Undo); err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
		if after := state(m); after != before && c.ID != "extend-account" {
			t.Errorf("%s: run and undo left a trace\n%s\n%s", c.ID, before, after)
		}
	}
}

// state is what the scripts can change, as text.
func state(m *machine.Machine) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(m.WMI.Namespaces)) {
		fmt.Fprintln(&b, name, m.WMI.Namespaces[name].ACL)
	}
	for _, r := range m.Firewall.Rules {
		fmt.Fprintln(&b, r.Name, r.Enabled, r.RemoteAddresses)
	}
	fmt.Fprintln(&b, m.Manager, m.Network.Category, m.WMI.QuotaMB, m.Files)
	return b.String()
}
