package rpc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"
)

// serverConn is one connection of a server. One goroutine owns it: requests
// are answered in their order, as the runtime answers a client that does not
// multiplex.
type serverConn struct {
	server *Server
	nc     net.Conn
	in     *reader
	peer   *Peer

	bound      bool
	maxSend    int
	headerSign bool
	contexts   map[uint16]Interface
	securities map[uint32]*security
	latest     *security // the security context begun last
	parts      map[uint32]*part
	mute       bool // a hook stalled the connection for good
}

const defaultIdle = 5 * time.Minute

// errOver ends a connection without a complaint.
var errOver = errors.New("connection is over")

// serve reads frames until the connection ends.
func (c *serverConn) serve(ctx context.Context) error {
	err := c.answer(ctx, c.ask(&Event{Moment: AtAccept}))
	for err == nil {
		_ = c.nc.SetReadDeadline(time.Now().Add(or(c.server.Limits.Idle, defaultIdle))) // fails on a closed connection, as the read does
		var f frame
		if f, err = c.in.next(); err == nil {
			err = c.handle(ctx, &f)
		}
	}
	switch {
	case errors.Is(err, errOver), errors.Is(err, io.EOF):
		return nil
	}
	return err
}

func (c *serverConn) handle(ctx context.Context, f *frame) error {
	switch f.kind {
	case typeBind, typeAlter:
		return c.bind(ctx, f)
	case typeAuth3:
		return c.auth3(ctx, f)
	case typeRequest:
		return c.request(ctx, f)
	case typeCancel:
		c.trace(f.raw, false, "", nil)
		return nil // calls are not interrupted
	case typeOrphaned:
		c.trace(f.raw, false, "", nil)
		delete(c.parts, f.callID)
		return nil
	}
	c.trace(f.raw, false, "", nil)
	return malformed(f, errors.New("no server takes it"))
}

// ask asks the hook; without one everything is ordinary.
func (c *serverConn) ask(e *Event) Action {
	if c.server.Hook == nil {
		return Action{}
	}
	e.Peer = c.peer
	return c.server.Hook(e)
}

// answer sends frames, bent by the action.
func (c *serverConn) answer(ctx context.Context, a Action, frames ...sending) error {
	if a.Delay > 0 {
		if err := wait(ctx, a.Delay); err != nil {
			return err
		}
	}
	if len(a.First) > 0 {
		if err := c.write(a.First); err != nil {
			return err
		}
	}
	if a.End != 0 {
		return c.bend(a, frames)
	}
	for _, f := range frames {
		if err := c.write(f.raw); err != nil {
			return err
		}
		c.trace(f.raw, true, f.call, f.syntax)
	}
	return nil
}

// bend lets so many bytes of the answer through and ends it.
func (c *serverConn) bend(a Action, frames []sending) error {
	left := max(a.After, 0)
	for _, f := range frames {
		n := min(left, len(f.raw))
		if n == 0 {
			break
		}
		if err := c.write(f.raw[:n]); err != nil {
			return err
		}
		if n == len(f.raw) {
			c.trace(f.raw, true, f.call, f.syntax)
		}
		left -= n
	}
	switch a.End {
	case Reset:
		if l, ok := c.nc.(interface{ SetLinger(int) error }); ok {
			_ = l.SetLinger(0) // of a closed connection only
		}
		return errOver
	case Close:
		c.hangUp()
		return errOver
	}
	c.mute = a.After > 0
	return nil
}

// hangTime bounds how long a hung up connection is drained.
const hangTime = 2 * time.Second

// hangUp sends FIN and waits for the peer's: closing a connection with unread
// bytes would send RST and take our last answer back.
func (c *serverConn) hangUp() {
	half, ok := c.nc.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	_ = c.nc.SetReadDeadline(time.Now().Add(hangTime))
	_, _ = io.Copy(io.Discard, c.in.br) // whatever it is, it came too late
}

func (c *serverConn) write(b []byte) error {
	if c.mute {
		return nil
	}
	_ = c.nc.SetWriteDeadline(time.Now().Add(or(c.server.Limits.Idle, defaultIdle)))
	if _, err := c.nc.Write(b); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

func (c *serverConn) trace(raw []byte, out bool, call string, syntax *dcerpc.SyntaxID) {
	if c.server.Trace == nil {
		return
	}
	d := dissection{out: out, served: true, call: call, syntax: syntax}
	d.redact = func(token []byte) []byte {
		if c.server.Redact == nil || c.latest == nil {
			return nil
		}
		return c.server.Redact(c.latest.kind, token)
	}
	t := d.frame(raw)
	t.Conn, t.Local, t.Remote = c.peer.Number, c.peer.Local, c.peer.Remote
	c.server.Trace(t)
}
