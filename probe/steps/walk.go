// Package steps is what is done: one method per step on one private struct
// that holds whatever a later step needs alive. What a step learnt leaves as
// plain evidence; what it means is for others to say.
package steps

import (
	"context"
	"io"
	"net/netip"
	"sync"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/trace"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmi"
)

// asked is what a branch of the walk may change.
type asked struct {
	target probe.Target
	level  rpc.Level // on port 135
	// objectLevel is the floor of the level on the object port; the host's hint
	// may raise it.
	objectLevel rpc.Level
	raw         bool // NTLM without SPNEGO around it
	kerberos    bool // a ticket is wanted, raw or inside SPNEGO
}

// walk is the way as far as it has been walked. A step reads what the steps
// before it found and sets its own; Needs in the table guarantees that it is
// there.
type walk struct {
	asked
	network network.Network
	dialer  *rpc.Dialer
	purse   *probe.Purse

	*shared

	names     []netip.Addr
	found     *found
	introduce *introduced
	refusal   error // the host turned the package down
	granted   *granted
	// withoutKerberos is why NTLM is used although a ticket was wanted.
	withoutKerberos error
	admitted        *admitted
	started         *started
	object          *object
	opened          *opened
}

// shared is what every branch of a walk has in common.
type shared struct {
	mu      sync.Mutex
	account probe.Account
	open    []io.Closer   // connections, in the order they were opened
	clients []*wmi.Client // what the host handed out is theirs to give back
}

// fork is a branch of the walk for an experiment: it has come as far, one
// setting is changed, and what it finds is its own.
func (w *walk) fork(change func(*walk)) *walk {
	branch := *w
	change(&branch)
	return &branch
}

// found is layer 1: the address that answered and its connection to 135.
type found struct {
	address netip.Addr
	conn    *rpc.Conn
	alive   *dcom.Pending[dcom.Alive] // ServerAlive2, on its way since the bind
	version dcom.Version
}

// introduced is the host after it sent its CHALLENGE: the logon can go on.
type introduced struct {
	conn      *rpc.Conn
	handshake *rpc.Handshake
	passport  probe.Passport
	spnego    bool
	kerberos  bool // with a ticket: no credential is spent
}

// admitted is layer 2: a connection to 135 with a proven logon.
type admitted struct {
	conn      *rpc.Conn
	activator *rpc.Binding // IRemoteSCMActivator, under the logon
}

// started is layer 3 as far as the activator's answer: an object somewhere.
type started struct {
	activation dcom.Activation
	port       netip.AddrPort
}

// object is the rest of layer 3: the connection to the object port and the
// answer to the first call there.
type object struct {
	conn     *rpc.Conn
	level    rpc.Level
	client   *wmi.Client
	services *wmi.Services // nil where NTLMLogin said no
	answer   error         // of NTLMLogin
}

// opened is layer 4: the services of a namespace.
type opened struct {
	rows *wmi.Enumerator
}

// Plan returns the planner of one run against one host.
func Plan(t probe.Target, purse *probe.Purse, n network.Network) probe.Planner {
	return func(sink trace.Sink) probe.Plan {
		w := newWalk(t, purse, n, sink)
		return probe.Plan{
			Steps:       w.table(),
			Experiments: w.experiments(),
			Purse:       purse,
			Account:     w.whoAsks,
			Classify:    failureOf,
			Close:       w.close,
		}
	}
}

func newWalk(t probe.Target, purse *probe.Purse, n network.Network, sink trace.Sink) *walk {
	var mu sync.Mutex
	count := 0
	number := func() int {
		mu.Lock()
		defer mu.Unlock()
		count++
		return count
	}
	return &walk{
		asked: asked{
			target:      t,
			level:       rpc.LevelIntegrity,
			objectLevel: rpc.LevelIntegrity,
			raw:         t.Auth == probe.AuthNTLM,
			kerberos:    wantsKerberos(t, purse),
		},
		network: n,
		dialer:  &rpc.Dialer{Network: n, Trace: sink, Number: number},
		purse:   purse,
		shared:  &shared{account: purse.Account()},
	}
}

func (w *walk) whoAsks() probe.Account {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.account
	a.SentCount, a.AcceptedCount, a.RejectedCount = w.purse.Count()
	return a
}

// keep remembers what must be closed when the run ends.
func (w *walk) keep(c io.Closer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open = append(w.open, c)
}

// farewell bounds the last words to the host: the answer to them changes
// nothing for us.
const farewell = 2 * time.Second

// close gives back what the host handed out, in one call whose answer changes
// nothing and is not waited for, and closes every connection: what was written
// arrives before the end of the connection does.
func (w *walk) close() {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	for _, c := range w.clients {
		c.Release(ctx)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.open {
		c.Close()
	}
	w.open = nil
}

// dial opens one connection within the time that one answer to a SYN is worth.
func (w *walk) dial(ctx context.Context, to netip.AddrPort) (*rpc.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, w.within(connectWithin))
	defer cancel()
	c, err := w.dialer.Dial(ctx, to)
	if err != nil {
		return nil, err
	}
	w.keep(c)
	return c, nil
}

// within is the deadline of one step: the person's, where one was given.
func (w *walk) within(d time.Duration) time.Duration {
	if w.target.StepTimeout > 0 {
		return w.target.StepTimeout
	}
	return d
}
