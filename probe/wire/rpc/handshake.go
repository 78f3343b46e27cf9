package rpc

import (
	"context"
	"errors"

	"github.com/oiweiwei/go-msrpc/dcerpc"
)

// Handshake is a logon under way.
type Handshake struct {
	conn   *Conn
	sec    *security
	first  *exchange
	token  []byte
	offers []*presentation
}

var (
	errNoToken    = errors.New("no authentication token")
	errStopped    = errors.New("the mechanism stopped before it was done")
	errNothing    = errors.New("no interface to bind")
	errUnfinished = errors.New("the logon is not finished")
)

// Start sends the first leg of a logon, a bind on a new connection and an
// alter_context later, for these interfaces, and returns when the first answer
// is in. Nothing secret was sent by then and nothing is proved. auth must not
// be nil.
func (c *Conn) Start(ctx context.Context, auth *Auth, interfaces ...*dcerpc.SyntaxID) (*Handshake, error) {
	end, err := c.begin(ctx)
	if err != nil {
		return nil, c.error(PhaseBind, err)
	}
	defer end()
	sec := &security{id: c.securities, kind: auth.Type, level: auth.Level, mech: auth.Mechanism, redact: auth.Redact}
	if sec.level == LevelCall {
		sec.level = LevelPkt // as the runtime does on TCP (MS-RPCE 2.2.1.1.8)
	}
	c.securities++
	token, _, err := sec.next(nil)
	if err != nil {
		return nil, c.error(PhaseAuth, &AuthLeg{1, err})
	}
	x, err := c.bind(ctx, sec, token, interfaces)
	if err != nil {
		return nil, err
	}
	if len(x.token) == 0 {
		for _, p := range x.offers {
			if p.rejected != nil {
				return nil, c.error(PhaseBind, p.rejected)
			}
		}
		return nil, c.error(PhaseBind, &Malformed{What: "answer to an authenticated bind", Err: errNoToken})
	}
	return &Handshake{conn: c, sec: sec, first: x, token: x.token, offers: x.offers}, nil
}

// bind offers interfaces and waits for the answer.
func (c *Conn) bind(ctx context.Context, sec *security, token []byte, interfaces []*dcerpc.SyntaxID) (*exchange, error) {
	if len(interfaces) == 0 {
		return nil, c.error(PhaseBind, errNothing)
	}
	var offers []*presentation
	for _, s := range interfaces {
		offers = append(offers, c.offer(s))
	}
	x, frame, err := c.ask(0, offers, sec, token)
	if err != nil {
		return nil, err
	}
	if c.write(ctx, frame) != nil {
		return nil, c.unsentError(x)
	}
	return x, c.await(ctx, x)
}

// Bind is Start and Finish. With a nil auth it binds anonymously. A rejected
// interface is no error here: its first call, or Binding.Rejected, tells.
func (c *Conn) Bind(ctx context.Context, auth *Auth, interfaces ...*dcerpc.SyntaxID) ([]*Binding, error) {
	if auth == nil {
		return c.bindAnonymous(ctx, interfaces)
	}
	h, err := c.Start(ctx, auth, interfaces...)
	if err != nil {
		return nil, err
	}
	if err := h.Finish(ctx); err != nil {
		return nil, err
	}
	bindings := make([]*Binding, len(interfaces))
	for i := range bindings {
		bindings[i] = h.Binding(i)
	}
	return bindings, nil
}

func (c *Conn) bindAnonymous(ctx context.Context, interfaces []*dcerpc.SyntaxID) ([]*Binding, error) {
	end, err := c.begin(ctx)
	if err != nil {
		return nil, c.error(PhaseBind, err)
	}
	defer end()
	x, err := c.bind(ctx, nil, nil, interfaces)
	if err != nil {
		return nil, err
	}
	bindings := make([]*Binding, len(interfaces))
	for i, p := range x.offers {
		bindings[i] = &Binding{conn: c, syntax: p.syntax}
	}
	return bindings, nil
}

// Token is the host's first token: the NTLM CHALLENGE, or SPNEGO around it.
func (h *Handshake) Token() []byte { return h.token }

// Finish goes the remaining legs. A mechanism with an odd number of legs (raw
// NTLM, Kerberos) ends with an auth3 that has no answer: it waits and leaves in
// one write with the first request, whose answer is then the verdict on the
// logon. With SPNEGO the answer to alter_context is the verdict.
func (h *Handshake) Finish(ctx context.Context) error {
	c := h.conn
	end, err := c.begin(ctx)
	if err != nil {
		return c.error(PhaseAuth, err)
	}
	defer end()
	in := h.token
	for leg := 2; !h.sec.done; leg++ {
		out, done, err := h.sec.next(in)
		switch {
		case err != nil:
			return c.error(PhaseAuth, &AuthLeg{leg, err})
		case len(out) == 0 && !done:
			return c.error(PhaseAuth, &AuthLeg{leg, errStopped})
		case len(out) == 0:
			h.sec.done = true
			return nil
		case h.sec.kind.Legs() == dcerpc.LegsOdd:
			return h.auth3(out, leg, done)
		}
		if in, err = h.leg(ctx, out, done); err != nil {
			return err
		}
	}
	return nil
}

// auth3 prepares the last, unanswered leg.
func (h *Handshake) auth3(token []byte, leg int, done bool) error {
	if !done {
		return h.conn.error(PhaseAuth, &AuthLeg{leg, errStopped})
	}
	raw, err := h.sec.finish(make([]byte, headerSize+4), typeAuth3, flagWhole, h.first.callID, token)
	if err != nil {
		return h.conn.error(PhaseAuth, &AuthLeg{leg, err})
	}
	h.conn.queued = append(h.conn.queued, sending{raw: raw, sec: h.sec})
	h.sec.done = true
	return nil
}

// leg sends a token by alter_context and returns the answer's token. done says
// that the mechanism needs none.
func (h *Handshake) leg(ctx context.Context, token []byte, done bool) ([]byte, error) {
	c := h.conn
	x, frame, err := c.ask(h.first.callID, h.offers, h.sec, token)
	if err != nil {
		return nil, err
	}
	x.phase = PhaseAuth
	if c.write(ctx, frame) != nil {
		return nil, c.unsentError(x)
	}
	if err := c.await(ctx, x); err != nil {
		return nil, err
	}
	if done && len(x.token) == 0 {
		h.sec.done = true
		return nil, nil
	}
	if len(x.token) == 0 {
		return nil, c.error(PhaseAuth, &Malformed{What: "answer to a leg of the logon", Err: errNoToken})
	}
	return x.token, nil
}

// Binding returns the binding of the i-th interface given to Start. It may be
// used once Finish returned nil.
func (h *Handshake) Binding(i int) *Binding {
	return &Binding{conn: h.conn, syntax: h.offers[i].syntax, sec: h.sec}
}

// error wraps err unless it is wrapped already.
func (c *Conn) error(phase string, err error) error {
	var known *Error
	if errors.As(err, &known) {
		return err
	}
	return &Error{Phase: phase, Addr: c.remote, Err: err}
}
