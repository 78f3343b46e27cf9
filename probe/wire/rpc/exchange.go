package rpc

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/oiweiwei/go-msrpc/dcerpc"
)

// presentation is one interface offered on a connection.
type presentation struct {
	id       uint16
	syntax   *dcerpc.SyntaxID
	accepted bool
	rejected *Rejected
	waiting  *exchange // the offer that is not answered yet
}

// exchange is one frame of ours, or the fragments of one request, and its
// answer.
type exchange struct {
	callID uint32
	phase  string
	call   string
	syntax *dcerpc.SyntaxID
	sec    *security // whose logon it is, or whose protection the answer carries
	bind   bool      // a bind or alter_context, to be answered by one of their answers
	offers []*presentation

	done   bool
	err    error // an *Error
	token  []byte
	answer assembly
	order  binary.ByteOrder
}

func (x *exchange) fail(c *Conn, err error) {
	x.settle(&Error{Phase: x.phase, Addr: c.remote, Call: x.call, Err: err})
}

// unsentError is the error of an exchange whose write failed.
func (c *Conn) unsentError(x *exchange) error {
	if x.err != nil {
		return x.err
	}
	return &Error{Phase: x.phase, Addr: c.remote, Call: x.call, Err: c.failed} // a host that answered before it was asked
}

// settle ends the exchange; an offer that failed may be made again.
func (x *exchange) settle(err error) {
	x.done, x.err = true, err
	for _, p := range x.offers {
		if p.waiting == x {
			p.waiting = nil
		}
	}
}

// await reads frames until the exchange has its answer.
func (c *Conn) await(ctx context.Context, x *exchange) error {
	for !x.done {
		f, err := c.in.next()
		if err == nil {
			err = c.take(&f)
		}
		if err != nil {
			c.fail(ctx, "read", err)
		}
	}
	return x.err
}

// take gives one frame to the exchange it answers. Its error makes the
// connection useless.
func (c *Conn) take(f *frame) error {
	x := c.pending[f.callID]
	if x == nil {
		c.trace(f.raw, false, "", nil, nil)
		if f.kind == typeShutdown {
			return nil // the host wants the connection closed when it is idle
		}
		return malformed(f, fmt.Errorf("call %d was never made or is answered", f.callID))
	}
	c.trace(f.raw, false, x.call, x.syntax, x.sec)
	var err error
	switch {
	case f.kind == typeFault:
		err = c.takeFault(x, f)
	case x.bind && (f.kind == typeBindAck || f.kind == typeAlterResp):
		err = c.takeAck(x, f)
	case x.bind && f.kind == typeBindNak:
		err = c.takeNak(x, f)
	case !x.bind && f.kind == typeResponse:
		err = c.takeResponse(x, f)
	case f.kind == typeShutdown:
		return nil
	default:
		err = malformed(f, errors.New("not the answer that was asked for"))
	}
	if x.done {
		delete(c.pending, f.callID)
	}
	return err
}

func (c *Conn) takeFault(x *exchange, f *frame) error {
	// Windows sends faults without a verifier, on protected connections too.
	if x.sec.protects() && !x.bind && f.auth != 0 {
		if _, err := x.sec.open(f, callBody); err != nil {
			return err
		}
	}
	fault, err := parseFault(f)
	if err != nil {
		return malformed(f, err)
	}
	phase := x.phase
	if !x.bind {
		phase = PhaseFault
	}
	x.settle(&Error{Phase: phase, Addr: c.remote, Call: x.call, Err: fault})
	return nil
}

// takeNak ends the connection: nothing can be bound on it any more.
func (c *Conn) takeNak(x *exchange, f *frame) error {
	nak, err := parseNak(f)
	if err != nil {
		return malformed(f, err)
	}
	x.fail(c, nak)
	c.failed = nak
	for id, other := range c.pending {
		if other != x {
			other.fail(c, nak)
		}
		delete(c.pending, id)
	}
	_ = c.Close() // nothing can be done on it any more
	return nil
}

func (c *Conn) takeAck(x *exchange, f *frame) error {
	ack, err := parseAck(f)
	if err != nil {
		return malformed(f, err)
	}
	if len(ack.results) < len(x.offers) {
		return malformed(f, fmt.Errorf("%d results for %d interfaces", len(ack.results), len(x.offers)))
	}
	if f.kind == typeBindAck {
		c.maxSend = max(mustReceive, min(int(ack.maxReceive), fragmentSize))
		c.group = ack.group
	}
	c.headerSign = c.headerSign || f.flags&flagHeaderSign != 0
	if x.sec != nil && !x.sec.done {
		x.sec.headerSign = c.headerSign
	}
	if v, ok, err := f.verifier(bindFixed); err != nil {
		return malformed(f, err)
	} else if ok {
		x.token = append([]byte(nil), v.secret...)
	}
	for i, p := range x.offers {
		r := ack.results[i]
		p.accepted, p.rejected = r.result == resultAccepted, nil
		if !p.accepted {
			p.rejected = &Rejected{Syntax: p.syntax, Result: r.result, Reason: r.reason}
		}
	}
	x.settle(nil)
	return nil
}

func (c *Conn) takeResponse(x *exchange, f *frame) error {
	stub, err := x.sec.open(f, callBody)
	if err != nil {
		return err
	}
	if err := x.answer.add(f.flags, stub); err != nil {
		return malformed(f, err)
	}
	x.order = f.order
	if x.answer.whole {
		x.settle(nil)
	}
	return nil
}

// offer returns the presentation of an interface, a new one if there is none.
func (c *Conn) offer(syntax *dcerpc.SyntaxID) *presentation {
	for _, p := range c.contexts {
		if p.syntax.Is(syntax) {
			return p
		}
	}
	p := &presentation{id: uint16(len(c.contexts)), syntax: syntax}
	c.contexts = append(c.contexts, p)
	return p
}

// ask prepares a bind, or an alter_context on a connection that has one. A
// call identifier of 0 takes the next; later legs of a logon keep the first's.
func (c *Conn) ask(callID uint32, offers []*presentation, sec *security, token []byte) (*exchange, sending, error) {
	body := bindBody{maxSend: fragmentSize, maxReceive: fragmentSize, group: c.group}
	kind := typeBind
	if c.asked {
		kind = typeAlter
	}
	for _, p := range offers {
		body.contexts = append(body.contexts, contextOffer{p.id, p.syntax, []*dcerpc.SyntaxID{dcerpc.TransferNDRSyntaxV2_0}})
	}
	if kind == typeBind {
		body.contexts = append(body.contexts, contextOffer{uint16(len(c.contexts)), offers[0].syntax, []*dcerpc.SyntaxID{featureSyntax()}})
	}
	if callID == 0 {
		callID = c.nextCall()
	}
	raw, err := sec.finish(body.appendBind(nil), kind, flagWhole|flagHeaderSign, callID, token)
	if err != nil {
		return nil, sending{}, &Error{Phase: PhaseBind, Addr: c.remote, Err: &Malformed{What: kind.String(), Err: err}}
	}
	c.asked = true
	x := &exchange{callID: callID, phase: PhaseBind, sec: sec, bind: true, offers: offers}
	for _, p := range offers {
		p.waiting = x
	}
	c.pending[callID] = x
	return x, sending{raw: raw, sec: sec}, nil
}
