package rpc

import (
	"context"
	"net/netip"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/midl/uuid"

	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/trace"
)

// Dialer opens connections. Its zero value needs only Network.
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
}

// Conn is one client connection. Its use is serialised: it may be shared by
// goroutines, and one flight goes at a time. After a timeout or a cancel in
// mid-flight, or any unreadable or wrongly signed answer, it is closed.
type Conn struct{}

// Dial opens a connection; nothing of RPC is sent. Its error is an *Error of
// phase dial around a *network.Error.
func (d *Dialer) Dial(ctx context.Context, to netip.AddrPort) (*Conn, error) { panic("todo") }

// Close closes the connection. A call that waits returns at once.
func (c *Conn) Close() error { panic("todo") }

// LocalAddr is our end of the connection.
func (c *Conn) LocalAddr() netip.AddrPort { panic("todo") }

// RemoteAddr is the host's end of the connection.
func (c *Conn) RemoteAddr() netip.AddrPort { panic("todo") }

// Number is the connection's number within the run, as in the trace.
func (c *Conn) Number() int { panic("todo") }

// Start sends the first leg of a logon, a bind on a new connection and an
// alter_context later, for these interfaces, and returns when the first answer
// is in. Nothing secret was sent by then and nothing is proved. auth must not
// be nil.
func (c *Conn) Start(ctx context.Context, auth *Auth, interfaces ...*dcerpc.SyntaxID) (*Handshake, error) {
	panic("todo")
}

// Bind is Start and Finish. With a nil auth it binds anonymously. A rejected
// interface is no error here: its first call, or Binding.Rejected, tells.
func (c *Conn) Bind(ctx context.Context, auth *Auth, interfaces ...*dcerpc.SyntaxID) ([]*Binding, error) {
	panic("todo")
}

// Use returns a binding for an interface under the security of another
// binding, nil for none. Nothing is sent: where the interface is not bound on
// this connection yet, its bind or alter_context leaves together with its
// first request. An interface that was rejected before is offered again.
func (c *Conn) Use(syntax *dcerpc.SyntaxID, under *Binding) *Binding { panic("todo") }

// Handshake is a logon under way.
type Handshake struct{}

// Token is the host's first token: the NTLM CHALLENGE, or SPNEGO around it.
func (h *Handshake) Token() []byte { panic("todo") }

// Finish goes the remaining legs. A mechanism with an odd number of legs (raw
// NTLM, Kerberos) ends with an auth3 that has no answer: it waits and leaves in
// one write with the first request, whose answer is then the verdict on the
// logon. With SPNEGO the answer to alter_context is the verdict.
func (h *Handshake) Finish(ctx context.Context) error { panic("todo") }

// Binding returns the binding of the i-th interface given to Start. It may be
// used once Finish returned nil.
func (h *Handshake) Binding(i int) *Binding { panic("todo") }

// Binding is one interface on a connection under one security context. It is
// a dcerpc.Conn for the generated stubs: pass it to their constructors
// together with dcom.Superclass(binding) where they ask for it.
type Binding struct{}

var _ dcerpc.Conn = (*Binding)(nil)

// Conn is the connection it belongs to.
func (b *Binding) Conn() *Conn { panic("todo") }

// Level is the authentication level its calls are made at.
func (b *Binding) Level() Level { panic("todo") }

// Rejected is how the host rejected the interface, nil if it accepted it or
// was not asked yet.
func (b *Binding) Rejected() *Rejected { panic("todo") }

// Send writes a request and returns without waiting for the answer. An object
// (the IPID of an ORPC call) is given by dcerpc.WithObjectUUID.
func (b *Binding) Send(ctx context.Context, op dcerpc.Operation, opts ...dcerpc.CallOption) (*Call, error) {
	panic("todo")
}

// Call is a request whose answer is to be waited for.
type Call struct{}

// Bound waits for the answer to the bind or alter_context that left together
// with the request, and returns at once if there was none. So a step "bind" and
// a step "first call" can be told apart although both left in one flight.
func (c *Call) Bound(ctx context.Context) error { panic("todo") }

// Wait waits for the answer and decodes it into the operation. A return value
// is not looked at.
func (c *Call) Wait(ctx context.Context) error { panic("todo") }

// Refused is the fault that answered the request when it was sent together
// with its alter_context, if the call was then repeated in plain order; nil
// normally. It is evidence about the host, not a failure.
func (c *Call) Refused() *Fault { panic("todo") }

func (b *Binding) Bind(context.Context, ...dcerpc.Option) (dcerpc.Conn, error) { return b, nil }
func (b *Binding) AlterContext(context.Context, ...dcerpc.Option) error        { return nil }
func (b *Binding) Context() context.Context                                    { return context.Background() }
func (b *Binding) Invoke(ctx context.Context, op dcerpc.Operation, opts ...dcerpc.CallOption) error {
	panic("todo")
}
func (b *Binding) InvokeObject(ctx context.Context, ipid *uuid.UUID, op dcerpc.Operation, opts ...dcerpc.CallOption) error {
	panic("todo")
}
func (b *Binding) Close(context.Context) error                          { return nil }
func (b *Binding) RegisterServer(dcerpc.ServerHandle, ...dcerpc.Option) {}
func (b *Binding) Error(ctx context.Context, value any) error           { return &Returned{value} }
