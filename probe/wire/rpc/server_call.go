package rpc

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/ndr"
)

// part is a request of which fragments are still to come.
type part struct {
	in       *Incoming
	context  uint16
	order    binary.ByteOrder
	sec      *security
	assembly assembly
}

const (
	defaultMaxRequest = 4 << 20
	maxParts          = 4 // unfinished requests of one connection
)

// request takes one fragment and answers the call when it is whole.
func (c *serverConn) request(ctx context.Context, f *frame) error {
	start := f.stubStart()
	v, signed, err := f.verifier(start)
	if err != nil || v.start < start {
		return malformed(f, errors.Join(err, errors.New("too short")))
	}
	number := f.order.Uint16(f.raw[20:])
	syntax := c.contexts[number].Syntax
	c.trace(f.raw, false, "", syntax)
	sec, refusal := c.secured(v, signed)
	if refusal != nil {
		return c.refuse(ctx, f, number, refusal)
	}
	stub, err := sec.open(f, start)
	if err != nil {
		c.server.report(c.peer, err)
		return c.refuse(ctx, f, number, &Fault{Status: statusPackage})
	}
	p := c.parts[f.callID]
	if p == nil {
		if len(c.parts) >= maxParts {
			return c.refuse(ctx, f, number, &Fault{Status: statusProtocolError})
		}
		p = &part{context: number, order: f.order, sec: sec, in: c.incoming(f, syntax, sec)}
		c.parts[f.callID] = p
	}
	p.assembly.atMost = or(c.server.Limits.MaxRequest, defaultMaxRequest) - c.assembled(p)
	if p.sec != sec || p.context != number {
		return c.refuse(ctx, f, number, &Fault{Status: statusProtocolError})
	}
	if err := p.assembly.add(f.flags, stub); err != nil {
		c.server.report(c.peer, malformed(f, err))
		return c.refuse(ctx, f, number, &Fault{Status: statusProtocolError})
	}
	if !p.assembly.whole {
		return nil
	}
	delete(c.parts, f.callID)
	p.in.Stub = p.assembly.stub
	return c.call(ctx, p)
}

// assembled is what the connection's other unfinished requests hold: one limit
// is for all of them.
func (c *serverConn) assembled(but *part) (n int) {
	for _, p := range c.parts {
		if p != but {
			n += len(p.assembly.stub)
		}
	}
	return n
}

// secured finds the security context of a request. A request without a
// verifier stands under the latest context if that one protects nothing, and
// under none otherwise.
func (c *serverConn) secured(v verifier, signed bool) (*security, *Fault) {
	sec := c.latest
	if signed {
		if sec = c.securities[v.id]; sec == nil {
			return nil, &Fault{Status: statusPackage}
		}
	}
	switch {
	case sec == nil:
		return nil, nil
	case sec.failed != nil:
		return nil, faultOf(sec.failed, statusAccessDenied)
	case !signed && (sec.protects() || !sec.done):
		return nil, nil
	case !sec.done:
		return nil, &Fault{Status: statusAccessDenied}
	}
	return sec, nil
}

// refuse answers with a fault and ends the connection, as Windows does after a
// failed logon or signature.
func (c *serverConn) refuse(ctx context.Context, f *frame, number uint16, fault *Fault) error {
	if err := c.answer(ctx, Action{}, faultFrame(f.callID, number, fault)); err != nil {
		return err
	}
	c.hangUp()
	return errOver
}

func (c *serverConn) incoming(f *frame, syntax *dcerpc.SyntaxID, sec *security) *Incoming {
	in := &Incoming{Peer: c.peer, Interface: syntax, OpNum: int(f.order.Uint16(f.raw[22:])), CallID: f.callID, Level: LevelNone}
	if f.flags&flagObject != 0 {
		in.Object = (&cursor{b: f.raw, at: callBody, order: f.order}).uuid()
	}
	if sec != nil {
		in.Level, in.AuthType, in.Mechanism = sec.level, sec.kind, sec.mech
		if in.Level == LevelCall {
			in.Level = LevelPkt
		}
	}
	return in
}

// call answers one whole request.
func (c *serverConn) call(ctx context.Context, p *part) error {
	a := c.ask(&Event{Moment: AtRequest, Request: p.in})
	stub, fault := a.Stub, a.Fault
	if stub == nil && fault == nil && !(a.End != 0 && a.After == 0) {
		var err error
		stub, fault, err = c.dispatch(ctx, p)
		var unanswered *Unanswered
		if errors.As(err, &unanswered) {
			return c.answer(ctx, Action{Delay: a.Delay, End: unanswered.End})
		}
	}
	if fault != nil {
		return c.answer(ctx, a, faultFrame(p.in.CallID, p.context, fault))
	}
	if a.End != 0 && a.After == 0 {
		return c.answer(ctx, a)
	}
	out := outgoing{kind: typeResponse, callID: p.in.CallID, context: p.context, stub: stub}
	parts, err := out.fragments(p.sec, c.maxSend)
	if err != nil {
		return fmt.Errorf("response: %w", err)
	}
	name := OperationName(p.in.Interface, p.in.OpNum)
	frames := make([]sending, len(parts))
	for i, raw := range parts {
		frames[i] = sending{raw: raw, call: name, syntax: p.in.Interface}
	}
	return c.answer(ctx, a, frames...)
}

// dispatch finds and runs the handler. Its error is an *Unanswered.
func (c *serverConn) dispatch(ctx context.Context, p *part) ([]byte, *Fault, error) {
	offered, ok := c.contexts[p.context]
	if !ok {
		return nil, &Fault{Status: statusUnknownInterface, DidNotExecute: true}, nil
	}
	if p.in.Level < offered.MinLevel {
		return nil, &Fault{Status: statusAccessDenied}, nil
	}
	stub, err := c.run(ctx, p, offered)
	if err != nil {
		var fault *Fault
		var unanswered *Unanswered
		switch {
		case errors.As(err, &fault):
			return nil, fault, nil
		case errors.As(err, &unanswered):
			return nil, nil, unanswered
		}
		c.server.report(c.peer, fmt.Errorf("operation %d of %s: %w", p.in.OpNum, SyntaxName(p.in.Interface), err))
		return nil, &Fault{Status: statusBadStub}, nil
	}
	return stub, nil, nil
}

// run decodes, handles and encodes. Generated code may panic on hostile input,
// and a handler may have a mistake: both end as a fault.
func (c *serverConn) run(ctx context.Context, p *part, offered Interface) (stub []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	handle := offered.Handle
	if c.server.Dispatch != nil {
		found, err := c.server.Dispatch(p.in)
		if err != nil {
			return nil, err
		}
		if found != nil {
			handle = found
		}
	}
	if handle == nil {
		return nil, &Fault{Status: statusUnknownInterface, DidNotExecute: true}
	}
	drep := representation(p.order)
	op, err := handle(context.WithValue(ctx, incomingKey{}, p.in), p.in.OpNum, bounded(ndr.NDR20(p.in.Stub, drep)))
	switch {
	case errors.Is(err, dcerpc.ErrNotImplemented), op == nil && err == nil:
		return nil, &Fault{Status: statusUnknownOperation, DidNotExecute: true}
	case err != nil:
		return nil, err
	}
	w := ndr.NDR20(nil)
	if err := op.MarshalNDRResponse(ctx, w); err != nil {
		return nil, err
	}
	return w.Bytes(), nil
}

// representation is a byte order as NDR names it.
func representation(order binary.ByteOrder) ndr.DataRepresentation {
	if order == binary.BigEndian {
		return ndr.DefaultDataRepresentation &^ ndr.DataRepresentation(ndr.ByteOrderMask)
	}
	return ndr.DefaultDataRepresentation
}
