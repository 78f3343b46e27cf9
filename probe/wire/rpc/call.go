package rpc

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/midl/uuid"
	"github.com/oiweiwei/go-msrpc/ndr"
)

// Binding is one interface on a connection under one security context. It is
// a dcerpc.Conn for the generated stubs: pass it to their constructors
// together with dcom.Superclass(binding) where they ask for it.
type Binding struct {
	conn   *Conn
	syntax *dcerpc.SyntaxID
	sec    *security // nil: none
	last   atomic.Pointer[string]
	broken error // a mistake of the caller, reported by Send
}

var _ dcerpc.Conn = (*Binding)(nil)

// Use returns a binding for an interface under the security of another binding
// of this connection, nil for none. Nothing is sent: where the interface is not
// bound here yet, its bind or alter_context leaves together with its first
// request. An interface that was rejected before is offered again.
func (c *Conn) Use(syntax *dcerpc.SyntaxID, under *Binding) *Binding {
	b := &Binding{conn: c, syntax: syntax}
	if under != nil {
		b.sec = under.sec
		if under.conn != c {
			b.broken = errors.New("the security of another connection was asked for")
		}
	}
	return b
}

// Conn is the connection it belongs to.
func (b *Binding) Conn() *Conn { return b.conn }

// Syntax is the interface.
func (b *Binding) Syntax() *dcerpc.SyntaxID { return b.syntax }

// Level is the authentication level its calls are made at.
func (b *Binding) Level() Level {
	if b.sec == nil {
		return LevelNone
	}
	return b.sec.level
}

// Rejected is how the host rejected the interface, nil if it accepted it or
// has not said yet.
func (b *Binding) Rejected() *Rejected {
	b.conn.turn <- struct{}{}
	defer func() { <-b.conn.turn }()
	for _, p := range b.conn.contexts {
		if p.syntax.Is(b.syntax) {
			return p.rejected
		}
	}
	return nil
}

// Call is a request whose answer is to be waited for.
type Call struct {
	binding *Binding
	op      dcerpc.Operation
	name    string
	object  *uuid.UUID
	stub    []byte
	context *presentation
	offer   *exchange // the bind or alter_context whose answer comes first, nil if none
	x       *exchange // nil while the request is not sent
	refused *Fault
}

// Send writes a request and returns without waiting for the answer. An object
// (the IPID of an ORPC call) is given by dcerpc.WithObjectUUID.
func (b *Binding) Send(ctx context.Context, op dcerpc.Operation, opts ...dcerpc.CallOption) (*Call, error) {
	call := &Call{binding: b, op: op, name: shortName(op)}
	b.last.Store(&call.name)
	c := b.conn
	if b.broken != nil {
		return nil, call.error(PhaseBind, b.broken)
	}
	if u, ok := dcerpc.HasObjectUUID(opts); ok {
		call.object = u
	}
	var err error
	if call.stub, err = marshal(ctx, op); err != nil {
		return nil, call.error(PhaseStream, &Malformed{What: "request of " + call.name, Err: err})
	}
	end, err := c.begin(ctx)
	if err != nil {
		return nil, call.error(PhaseStream, err)
	}
	defer end()
	if b.sec != nil && !b.sec.done {
		return nil, call.error(PhaseAuth, errUnfinished)
	}
	call.context = c.offer(b.syntax)
	var frames []sending
	switch p := call.context; {
	case p.accepted:
	case p.waiting != nil:
		call.offer = p.waiting
	default:
		x, frame, err := c.ask(0, []*presentation{p}, nil, nil)
		if err != nil {
			return nil, err
		}
		x.call, x.syntax = "", b.syntax
		call.offer = x
		frames = append(frames, frame)
	}
	if c.dialer.OneAtATime && call.offer != nil {
		if len(frames) > 0 && c.write(ctx, frames...) != nil {
			return nil, c.unsentError(call.offer)
		}
		if c.await(ctx, call.offer) != nil || !call.context.accepted {
			return call, nil // Bound tells
		}
		frames = nil
	}
	if err := call.send(ctx, frames); err != nil {
		return nil, err
	}
	return call, nil
}

// send writes the request behind the frames given.
func (call *Call) send(ctx context.Context, frames []sending) error {
	b, c := call.binding, call.binding.conn
	most := c.maxSend
	if most == 0 {
		most = mustReceive
	}
	out := outgoing{kind: typeRequest, callID: c.nextCall(), context: call.context.id, opnum: uint16(call.op.OpNum()),
		object: call.object, stub: call.stub}
	parts, err := out.fragments(b.sec, most)
	if err != nil {
		return call.error(PhaseStream, err)
	}
	for _, raw := range parts {
		frames = append(frames, sending{raw: raw, call: call.name, syntax: b.syntax, sec: b.sec})
	}
	limit := c.dialer.MaxResponse
	if limit == 0 {
		limit = defaultMaxResponse
	}
	call.x = &exchange{callID: out.callID, phase: PhaseStream, call: call.name, syntax: b.syntax, sec: b.sec, answer: assembly{atMost: limit}}
	c.pending[out.callID] = call.x
	if c.write(ctx, frames...) != nil {
		return c.unsentError(call.x)
	}
	return nil
}

func (call *Call) error(phase string, err error) error {
	var known *Error
	if errors.As(err, &known) {
		return err
	}
	return &Error{Phase: phase, Addr: call.binding.conn.remote, Call: call.name, Err: err}
}

// Bound waits for the answer to the bind or alter_context that left together
// with the request, and returns at once if there was none. So a step "bind" and
// a step "first call" can be told apart although both left in one flight.
func (call *Call) Bound(ctx context.Context) error {
	if call.offer == nil {
		return nil
	}
	end, err := call.begin(ctx, call.offer)
	if err != nil {
		return call.error(PhaseBind, err)
	}
	defer end()
	return call.bound(ctx)
}

// begin takes the turn, also on a connection that failed after the answer came.
func (call *Call) begin(ctx context.Context, x *exchange) (func(), error) {
	end, err := call.binding.conn.begin(ctx)
	if err != nil && ctx.Err() == nil && x != nil && x.done {
		return func() {}, nil
	}
	return end, err
}

func (call *Call) bound(ctx context.Context) error {
	if call.offer == nil {
		return nil
	}
	if err := call.binding.conn.await(ctx, call.offer); err != nil {
		return err
	}
	if r := call.context.rejected; r != nil {
		return call.error(PhaseBind, r)
	}
	return nil
}

// Wait waits for the answer and decodes it into the operation. A return value
// is not looked at.
func (call *Call) Wait(ctx context.Context) error {
	if err := call.answer(ctx); err != nil {
		return err
	}
	return call.decode(ctx)
}

// answer waits until the request has one.
func (call *Call) answer(ctx context.Context) error {
	x := call.x
	if x == nil {
		x = call.offer
	}
	end, err := call.begin(ctx, x)
	if err != nil {
		return call.error(PhaseStream, err)
	}
	defer end()
	c := call.binding.conn
	err = call.bound(ctx)
	var fault *Fault
	if err != nil {
		var e *Error
		if call.x == nil || c.failed != nil || !errors.As(err, &fault) || !pipelineRefused(fault) || !errors.As(err, &e) {
			return err
		}
		// The offer itself was refused; whatever answers the request behind
		// it has to be out of the way before it is made again.
		_ = c.await(ctx, call.x)
		return call.repeat(ctx, fault, true)
	}
	err = c.await(ctx, call.x)
	if call.offer != nil && errors.As(err, &fault) && pipelineRefused(fault) && c.failed == nil {
		return call.repeat(ctx, fault, false)
	}
	return err
}

// pipelineRefused holds for the faults that say the request came before its
// context was known; none of them executed anything.
func pipelineRefused(f *Fault) bool {
	switch f.Status {
	case statusUnknownInterface, statusProtocolError, statusContextMismatch:
		return true
	}
	return false
}

// repeat makes the call again in plain order, once.
func (call *Call) repeat(ctx context.Context, refused *Fault, offer bool) error {
	c := call.binding.conn
	if c.failed != nil {
		return call.error(PhaseStream, c.failed)
	}
	call.refused = refused
	if offer {
		x, frame, err := c.ask(0, []*presentation{call.context}, nil, nil)
		if err != nil {
			return err
		}
		call.offer = x
		if c.write(ctx, frame) != nil {
			return c.unsentError(x)
		}
		if err := call.bound(ctx); err != nil {
			return err
		}
	}
	call.offer = nil
	if err := call.send(ctx, nil); err != nil {
		return err
	}
	return c.await(ctx, call.x)
}

// Refused is the fault that answered the request when it was sent together
// with its alter_context, if the call was then repeated in plain order; nil
// normally. It is evidence about the host, not a failure.
func (call *Call) Refused() *Fault { return call.refused }

// decode reads the joined stub. The generated code may panic on hostile input.
func (call *Call) decode(ctx context.Context) (err error) {
	stub, order := call.x.answer.stub, call.x.order
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("decoder: %v", r)
		}
		if err != nil {
			err = call.error(PhaseResponse, &Malformed{What: "response of " + call.name, Err: err, Raw: head64(stub)})
		}
	}()
	return call.op.UnmarshalNDRResponse(ctx, bounded(ndr.NDR20(stub, representation(order))))
}

func marshal(ctx context.Context, op dcerpc.Operation) (stub []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("encoder: %v", r)
		}
	}()
	w := ndr.NDR20(nil)
	if err := op.MarshalNDRRequest(ctx, w); err != nil {
		return nil, err
	}
	return w.Bytes(), nil
}
