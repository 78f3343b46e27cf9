package rpc

import (
	"context"
	"errors"
	"strconv"

	"github.com/oiweiwei/go-msrpc/dcerpc"
)

// bind answers a bind or alter_context.
func (c *serverConn) bind(ctx context.Context, f *frame) error {
	v, signed, err := f.verifier(bindFixed)
	if err != nil {
		return malformed(f, err)
	}
	asked, err := parseBind(f)
	if err != nil {
		return malformed(f, err)
	}
	if f.kind == typeAlter && !c.bound || f.kind == typeBind && c.bound {
		c.trace(f.raw, false, "", nil)
		return malformed(f, errors.New("not at this point of a connection"))
	}
	event := &Event{Moment: AtBind, Alter: f.kind == typeAlter, Fragment: asked.maxSend, Level: LevelNone}
	for _, o := range asked.contexts {
		event.Syntaxes = append(event.Syntaxes, o.abstract)
	}
	if signed {
		event.AuthType, event.Level = dcerpc.AuthType(v.kind), v.level
	}
	sec, refused := c.security(v, signed)
	c.trace(f.raw, false, "", nil)
	a := c.ask(event)
	var out []byte
	if a.Nak == nil && a.Fault == nil && sec != nil && refused == nil {
		out, refused = c.accept(sec, v.secret)
	}
	switch {
	case a.Nak != nil:
		return c.answer(ctx, a, nakFrame(f.callID, a.Nak))
	case a.Fault != nil:
		return c.answer(ctx, a, faultFrame(f.callID, 0, a.Fault))
	case refused != nil && f.kind == typeBind:
		return c.answer(ctx, a, nakFrame(f.callID, nakOf(refused)))
	case refused != nil:
		if err := c.answer(ctx, a, faultFrame(f.callID, 0, faultOf(refused, statusPackage))); err != nil {
			return err
		}
		c.hangUp()
		return errOver
	}
	ack, err := c.ack(f, asked, a, sec, out)
	if err != nil {
		return err
	}
	return c.answer(ctx, a, ack)
}

// security returns the security context a token belongs to, a new one if it
// opens one.
func (c *serverConn) security(v verifier, signed bool) (*security, error) {
	if !signed {
		return nil, nil
	}
	if sec := c.securities[v.id]; sec != nil && !sec.done {
		return sec, sec.failed
	}
	sec := &security{id: v.id, kind: dcerpc.AuthType(v.kind), level: v.level}
	c.latest = sec // before the mechanism is asked: the trace goes by its type
	if c.server.Accept == nil || len(c.securities) >= maxSecurities {
		return nil, errUnknownType
	}
	mech, err := c.server.Accept(c.peer, sec.kind, sec.level)
	if err != nil {
		return nil, err
	}
	if mech == nil {
		return nil, errUnknownType
	}
	sec.mech = mech
	c.securities[v.id] = sec
	return sec, nil
}

// maxSecurities bounds the logons on one connection.
const maxSecurities = 64

var errUnknownType = errors.New("authentication type is not supported")

// accept runs one leg of an acceptor.
func (c *serverConn) accept(sec *security, token []byte) ([]byte, error) {
	out, done, err := sec.next(token)
	if err != nil {
		sec.failed = err
		return nil, err
	}
	sec.done = done
	return out, nil
}

// nakOf is the answer to a refused first leg: 8 for an unknown type, else 9
// (MS-RPCE 3.3.1.5.2), unless the owner says otherwise.
func nakOf(refused error) *BindNak {
	var nak *BindNak
	switch {
	case errors.As(refused, &nak):
		return nak
	case errors.Is(refused, errUnknownType):
		return &BindNak{Reason: NakAuthType}
	}
	return &BindNak{Reason: NakAuthFailed}
}

// faultOf is the fault an error carries, or one with the status given.
func faultOf(err error, otherwise uint32) *Fault {
	var fault *Fault
	if errors.As(err, &fault) {
		return fault
	}
	return &Fault{Status: otherwise}
}

// ack negotiates the contexts and writes the answer.
func (c *serverConn) ack(f *frame, asked *bindBody, a Action, sec *security, token []byte) (sending, error) {
	kind, port := typeAlterResp, ""
	if f.kind == typeBind {
		kind, c.bound = typeBindAck, true
		c.maxSend = max(mustReceive, min(int(asked.maxReceive), fragmentSize))
		port = strconv.Itoa(int(c.peer.Local.Port()))
	}
	body := bindBody{maxSend: min(asked.maxReceive, fragmentSize), maxReceive: min(asked.maxSend, fragmentSize), group: asked.group, port: port}
	for body.group == 0 {
		body.group = c.server.groups.Add(1) + 0x1000
	}
	for _, o := range asked.contexts {
		body.results = append(body.results, c.negotiate(o, a))
	}
	flags := uint8(flagWhole) | f.flags&flagMultiplex
	if f.flags&flagHeaderSign != 0 {
		c.headerSign = true
		flags |= flagHeaderSign
	}
	if sec != nil {
		sec.headerSign = c.headerSign
	}
	raw, err := sec.finish(body.appendAck(nil), kind, flags, f.callID, token)
	return sending{raw: raw}, err
}

// negotiate answers one offered context.
func (c *serverConn) negotiate(o contextOffer, a Action) contextResult {
	for _, r := range a.Reject {
		if r.Syntax == nil || r.Syntax.Is(o.abstract) {
			delete(c.contexts, o.id)
			return contextResult{result: r.Result, reason: r.Reason}
		}
	}
	speaks := false
	for _, t := range o.transfer {
		if mask, ok := askedFeatures(t); ok {
			return contextResult{result: resultNegotiated, reason: mask & features}
		}
		speaks = speaks || t.Is(dcerpc.TransferNDRSyntaxV2_0)
	}
	offered, ok := c.server.find(c.peer, o.abstract)
	switch {
	case !ok:
		return contextResult{result: resultProvider, reason: reasonInterface}
	case !speaks:
		return contextResult{result: resultProvider, reason: reasonTransfer}
	}
	c.contexts[o.id] = offered
	return contextResult{transfer: dcerpc.TransferNDRSyntaxV2_0}
}

func (s *Server) find(p *Peer, syntax *dcerpc.SyntaxID) (Interface, bool) {
	for _, i := range s.Interfaces {
		if i.Syntax.IfUUID.Equals(syntax.IfUUID) && i.Syntax.IfVersionMajor == syntax.IfVersionMajor {
			return i, true
		}
	}
	if s.Find != nil {
		return s.Find(p, syntax)
	}
	return Interface{}, false
}

// auth3 takes the last leg of an odd-legged logon. It has no answer: a refusal
// shows on the next request.
func (c *serverConn) auth3(ctx context.Context, f *frame) error {
	v, signed, err := f.verifier(headerSize)
	if err != nil || !signed {
		return malformed(f, errors.New("no token"))
	}
	sec := c.securities[v.id]
	if sec != nil {
		c.latest = sec
	}
	c.trace(f.raw, false, "", nil)
	if sec == nil || sec.done {
		return malformed(f, errors.New("belongs to no logon under way"))
	}
	a := c.ask(&Event{Moment: AtAuth3, AuthType: sec.kind, Level: sec.level})
	if a.Fault != nil {
		sec.failed = a.Fault
	} else if _, err := c.accept(sec, v.secret); err == nil && !sec.done {
		sec.failed = errors.New("the logon needs more legs")
	}
	return c.answer(ctx, a)
}

func nakFrame(callID uint32, nak *BindNak) sending {
	if nak.Versions == nil {
		own := *nak
		own.Versions = []Version{{5, 0}}
		nak = &own
	}
	raw := nak.append(nil)
	putHeader(raw, typeBindNak, flagWhole, callID, 0)
	return sending{raw: raw}
}

func faultFrame(callID uint32, context uint16, fault *Fault) sending {
	raw := fault.append(nil, context)
	flags := uint8(flagWhole)
	if fault.DidNotExecute {
		flags |= flagNotRun
	}
	putHeader(raw, typeFault, flags, callID, 0)
	return sending{raw: raw}
}
