package steps_test

import (
	"context"
	"net/netip"
	"sync"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/steps"
	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// listener is a front that agrees to nothing and remembers every event.
type listener struct {
	mu     sync.Mutex
	events []probe.Event
	heard  func(probe.Event) // may be nil
}

func (l *listener) Emit(e probe.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
	if l.heard != nil {
		l.heard(e)
	}
}
func (*listener) BeforeStep(context.Context, probe.Step) error   { return nil }
func (*listener) Consent(context.Context, probe.Experiment) bool { return false }

// frames are the frames heard so far, with the step each belongs to.
func (l *listener) frames() (list []probe.FrameSeen) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.events {
		if f, ok := e.(probe.FrameSeen); ok {
			list = append(list, f)
		}
	}
	return list
}

// planned are the steps of the run.
func (l *listener) planned() []probe.Step {
	for _, e := range l.events {
		if p, ok := e.(probe.Planned); ok {
			return p.Steps
		}
	}
	return nil
}

const account = `LAB\svc-mon` // of the stock machine, with every right it needs

// visit is one run: against whom, as whom, over which network.
type visit struct {
	target   probe.Target
	account  string
	password string
	network  network.Network
	front    *listener
}

// visitTo is an ordinary run against a host.
func visitTo(host string, port uint16, n network.Network) *visit {
	return &visit{
		target: probe.Target{Host: host, Port: port, Namespace: probe.DefaultNamespace, Query: probe.DefaultQuery,
			Auth: probe.AuthAuto, Callback: probe.CallbackOff},
		account: account, password: machine.Password, network: n, front: &listener{},
	}
}

func (v *visit) run(ctx context.Context, t testing.TB) *probe.Report {
	t.Helper()
	who, err := probe.ParseAccount(v.account)
	if err != nil {
		t.Fatal(err)
	}
	purse := probe.NewPurse(probe.Credential{Account: who, Password: probe.NewSecret(v.password)})
	return probe.Runner{Target: v.target, Front: v.front}.Run(ctx, steps.Plan(v.target, purse, v.network))
}

// serve offers a host at a real address until the test ends.
func serve(t testing.TB, m *machine.Machine, at string) (*winhost.Host, winhost.Listening) {
	t.Helper()
	h := winhost.New(m, winhost.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	where, wait, err := h.Listen(ctx, network.System(), netip.MustParseAddrPort(at))
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		if err := wait(); err != nil {
			t.Error(err)
		}
	})
	return h, where
}

// tell prints the steps of a run that went otherwise than it should.
func tell(t testing.TB, r *probe.Report) {
	t.Helper()
	for _, s := range r.Results {
		f := probe.Failure{}
		if s.Failure != nil {
			f = *s.Failure
		}
		t.Logf("%-14s %-9v %8v %d turns %s %s %s %s", s.Step, s.Outcome, s.Took, s.RoundTrips, f.Kind, f.Phase, f.Text, s.Because)
	}
}

func parse(t testing.TB, s string) netip.AddrPort {
	t.Helper()
	a, err := netip.ParseAddrPort(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
