package winhost_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/steps"
	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// silent is a front that shows nothing and agrees to nothing.
type silent struct{}

func (silent) Emit(probe.Event)                               {}
func (silent) BeforeStep(context.Context, probe.Step) error   { return nil }
func (silent) Consent(context.Context, probe.Experiment) bool { return false }

// visit walks the steps against a host within the process.
func visit(t *testing.T, h *winhost.Host, change func(*probe.Target)) *probe.Report {
	t.Helper()
	n := h.Network()
	defer n.Close()
	account, err := probe.ParseAccount(`LAB\svc-mon`)
	if err != nil {
		t.Fatal(err)
	}
	target := probe.Target{Host: "winhost.lab.test", Port: 135, Namespace: probe.DefaultNamespace, Query: probe.DefaultQuery, Auth: probe.AuthAuto}
	if change != nil {
		change(&target)
	}
	purse := probe.NewPurse(probe.Credential{Account: account, Password: probe.NewSecret(machine.Password)})
	none := func(*probe.Report) probe.Verdict { return probe.Verdict{} }
	return probe.Runner{Target: target, Judge: none, Front: silent{}}.Run(t.Context(), steps.Plan(target, purse, n))
}

// A whole run fits into a bubble, where a goroutine that stays is an error. The
// turns are those of DESIGN: eight in the frames with raw NTLM and ten with
// SPNEGO, and one for each of the two TCP connections.
func TestHealthyRunInProcess(t *testing.T) {
	for auth, turns := range map[probe.AuthChoice]int{probe.AuthAuto: 12, probe.AuthNTLM: 10} {
		synctest.Test(t, func(t *testing.T) {
			r := visit(t, winhost.New(machine.New(), winhost.Options{}), func(target *probe.Target) { target.Auth = auth })
			if r.Outcome != probe.Passed || r.RoundTrips != turns {
				t.Errorf("%s: %v in %d turns, want passed in %d", auth, r.Outcome, r.RoundTrips, turns)
				for _, s := range r.Results {
					t.Logf("%s %v %+v", s.Step, s.Outcome, s.Failure)
				}
			}
			rows, _ := probe.Learnt[*probe.Rows](r.Result(probe.StepNext))
			if rows == nil || rows.Count != 1 || rows.More {
				t.Errorf("rows: %+v", rows)
			}
		})
	}
}

// What the path and the host's firewall do to a SYN, as the client sees it.
func TestAnswersToASYN(t *testing.T) {
	at := netip.MustParseAddrPort("192.0.2.10:135")
	for _, c := range []struct {
		name string
		set  func(*machine.Machine)
		to   netip.AddrPort
		want network.Kind
	}{
		{"open", nil, at, ""},
		{"switched off, on our own subnet", func(m *machine.Machine) { m.System.Off = true }, at, network.Unreachable}, // nobody answers ARP
		{"rules of the WMI group off", func(m *machine.Machine) { disable(m, "135") }, at, network.Timeout},
		{"nothing listens", nil, netip.MustParseAddrPort("192.0.2.10:4711"), network.Timeout}, // Windows' firewall answers no stray SYN
		{"nobody has the address", nil, netip.MustParseAddrPort("192.0.2.99:135"), network.Unreachable},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := machine.New()
				if c.set != nil {
					c.set(m)
				}
				n := winhost.New(m, winhost.Options{}).Network()
				defer n.Close()
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				conn, err := n.Dial(ctx, c.to)
				if err == nil {
					conn.Close()
				}
				var e *network.Error
				if errors.As(err, &e); kindOf(e) != c.want {
					t.Errorf("%v, want kind %q", err, c.want)
				}
			})
		})
	}
}

func kindOf(e *network.Error) network.Kind {
	if e == nil {
		return ""
	}
	return e.Kind
}

// disable turns off every inbound rule that lets a port in.
func disable(m *machine.Machine, port string) {
	for _, r := range m.Firewall.Rules {
		for _, p := range r.LocalPorts {
			if r.Direction == machine.In && (p == port || p == "RPCEPMap") {
				r.Enabled = false
			}
		}
	}
}

// A connection that is reset loses what was not read; one that is closed does
// not.
func TestPipeEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := winhost.New(machine.New(), winhost.Options{})
		n := h.Network()
		defer n.Close()
		c, err := n.Dial(t.Context(), netip.MustParseAddrPort("192.0.2.10:135"))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(make([]byte, 1)); !timedOut(err) {
			t.Errorf("a silent host: %v", err)
		}
		if _, err := c.Write([]byte("GET / HTTP/1.0\r\n\r\n")); err != nil {
			t.Error(err)
		}
		c.SetReadDeadline(time.Time{})
		if _, err := io.ReadAll(c); err != nil {
			t.Errorf("a host that hangs up: %v", err)
		}
		c.Close()
	})
}

func timedOut(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}
