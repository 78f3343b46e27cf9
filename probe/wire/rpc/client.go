package rpc

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"

	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/trace"
)

// Dialer opens connections. Its zero value needs only Network. It is used by
// pointer and not copied after the first Dial.
type Dialer struct {
	Network network.Network
	// Trace receives every frame, and "connect" and "connected". May be nil.
	Trace trace.Sink
	// Number gives each connection its number within the run. nil counts this
	// dialer's own connections from 1.
	Number func() int
	// MaxResponse bounds a reassembled answer in bytes; 0 means 16 MiB.
	MaxResponse int
	// OneAtATime sends nothing before the answer to the frame before it is
	// in: more turns, for hosts or devices that take offence.
	OneAtATime bool

	dialled atomic.Int64
}

const defaultMaxResponse = 16 << 20

// Conn is one client connection. Its use is serialised: it may be shared by
// goroutines, and one flight goes at a time. After a timeout or a cancel in
// mid-flight, or an unreadable or wrongly signed answer, it is closed.
type Conn struct {
	dialer        *Dialer
	nc            net.Conn
	in            *reader
	number        int
	local, remote netip.AddrPort
	close         sync.Once

	turn chan struct{} // holds one value while somebody uses what follows

	failed     error // why the connection is closed
	asked      bool  // a bind was sent
	maxSend    int   // longest fragment the host takes, once it said so
	group      uint32
	headerSign bool
	lastCall   uint32
	securities uint32
	contexts   []*presentation
	queued     []sending // auth3 frames that leave with the next flight
	pending    map[uint32]*exchange
}

// Dial opens a connection; nothing of RPC is sent. Its error is an *Error of
// phase dial around a *network.Error.
func (d *Dialer) Dial(ctx context.Context, to netip.AddrPort) (*Conn, error) {
	c := &Conn{dialer: d, remote: to, turn: make(chan struct{}, 1), pending: make(map[uint32]*exchange)}
	if d.Number != nil {
		c.number = d.Number()
	} else {
		c.number = int(d.dialled.Add(1))
	}
	c.note("connect", true, nil)
	nc, err := d.Network.Dial(ctx, to)
	if err != nil {
		failed := network.Classify("dial", to, err)
		if answered(failed.Kind) {
			c.note(string(failed.Kind), false, failed)
		}
		return nil, &Error{Phase: PhaseDial, Addr: to, Err: failed}
	}
	c.nc, c.in = nc, newReader(nc)
	c.local = addrPort(nc.LocalAddr())
	c.note("connected", false, nil)
	return c, nil
}

// answered says whether a failed dial had an answer from the wire.
func answered(k network.Kind) bool {
	return k == network.Refused || k == network.Unreachable || k == network.Prohibited || k == network.Reset
}

// note traces what happens to the connection itself.
func (c *Conn) note(what string, out bool, failed error) {
	if c.dialer.Trace == nil {
		return
	}
	f := trace.Frame{At: time.Now(), Conn: c.number, Local: c.local, Remote: c.remote, Out: out, Type: what}
	if failed != nil {
		f.Bad, f.Status = true, what
	}
	c.dialer.Trace(f)
}

// addrPort reads a TCP address; other kinds of connections have none.
func addrPort(a net.Addr) netip.AddrPort {
	if t, ok := a.(interface{ AddrPort() netip.AddrPort }); ok {
		p := t.AddrPort()
		return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
	}
	return netip.AddrPort{}
}

// Close closes the connection. A call that waits returns at once.
func (c *Conn) Close() error {
	var err error
	c.close.Do(func() { err = c.nc.Close() })
	return err
}

// LocalAddr is our end of the connection.
func (c *Conn) LocalAddr() netip.AddrPort { return c.local }

// RemoteAddr is the host's end of the connection.
func (c *Conn) RemoteAddr() netip.AddrPort { return c.remote }

// Number is the connection's number within the run, as in the trace.
func (c *Conn) Number() int { return c.number }

// begin waits for the turn and puts the deadline of ctx on the socket; a
// cancelled ctx makes the socket's calls return at once. end gives both back.
func (c *Conn) begin(ctx context.Context) (end func(), err error) {
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, c.cause(ctx, "read", ctx.Err())
	}
	if err = ctx.Err(); err != nil {
		err = c.cause(ctx, "read", err)
	} else {
		err = c.failed
	}
	if err != nil {
		<-c.turn
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	_ = c.nc.SetDeadline(deadline) // of a closed connection only; the next call tells
	cancelled := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(cancelled)
		_ = c.nc.SetDeadline(time.Unix(1, 0))
	})
	return func() {
		if !stop() {
			<-cancelled // or it would strike the next flight
		}
		<-c.turn
	}, nil
}

// cause is what a failed socket call or an unreadable answer is reported as.
func (c *Conn) cause(ctx context.Context, op string, err error) error {
	var (
		truncated *Truncated
		foreign   *NotRPC
		malformed *Malformed
		signature *BadSignature
	)
	switch {
	case errors.As(err, &truncated), errors.As(err, &foreign), errors.As(err, &malformed), errors.As(err, &signature):
		return err
	case errors.Is(ctx.Err(), context.Canceled):
		return network.Classify(op, c.remote, errors.Join(context.Canceled, err))
	case errors.Is(err, io.EOF):
		return &Closed{}
	case ctx.Err() != nil:
		return &network.Error{Op: op, Kind: network.Timeout, Addr: c.remote, Err: err}
	}
	return network.Classify(op, c.remote, err)
}

// fail closes the connection and ends every exchange on it.
func (c *Conn) fail(ctx context.Context, op string, err error) {
	cause := c.cause(ctx, op, err)
	c.failed = cause
	c.noteEnd(cause)
	for id, x := range c.pending {
		own := cause
		if errors.Is(err, io.EOF) && x.answer.begun {
			own = &Truncated{}
		}
		x.fail(c, own)
		delete(c.pending, id)
	}
	_ = c.Close() // the connection is given up; why is known already
}

// noteEnd traces an end that came from the wire.
func (c *Conn) noteEnd(cause error) {
	var broken *network.Error
	var closed *Closed
	var truncated *Truncated
	switch {
	case errors.As(cause, &broken) && broken.Kind == network.Reset:
		c.note("reset", false, cause)
	case errors.As(cause, &closed), errors.As(cause, &truncated):
		c.note("closed", false, cause)
	}
}

// sending is a finished frame and what its trace says about it.
type sending struct {
	raw    []byte
	call   string
	syntax *dcerpc.SyntaxID
	sec    *security
}

// write sends frames, and those that were waiting, in one write.
func (c *Conn) write(ctx context.Context, frames ...sending) error {
	frames = append(c.queued, frames...)
	c.queued = nil
	var flight []byte
	for _, f := range frames {
		flight = append(flight, f.raw...)
	}
	if _, err := c.nc.Write(flight); err != nil {
		c.unsent(ctx, err)
		return c.failed
	}
	for _, f := range frames {
		c.trace(f.raw, true, f.call, f.syntax, f.sec)
	}
	return nil
}

// unsent ends the connection after a failed write. Where the host had closed it
// before, what it said last and how it closed stand in what is still to be read.
func (c *Conn) unsent(ctx context.Context, err error) {
	if network.Classify("write", c.remote, err).Kind != network.Reset {
		c.fail(ctx, "write", err)
		return
	}
	for c.failed == nil {
		f, err := c.in.next()
		if err == nil {
			err = c.take(&f)
		}
		if err != nil {
			c.fail(ctx, "read", err)
		}
	}
}

func (c *Conn) trace(raw []byte, out bool, call string, syntax *dcerpc.SyntaxID, sec *security) {
	if c.dialer.Trace == nil {
		return
	}
	d := dissection{out: out, call: call, syntax: syntax}
	if sec != nil {
		d.redact = sec.redact
	}
	f := d.frame(raw)
	f.Conn, f.Local, f.Remote = c.number, c.local, c.remote
	c.dialer.Trace(f)
}

// nextCall is a call identifier nobody used on this connection.
func (c *Conn) nextCall() uint32 { c.lastCall++; return c.lastCall }
