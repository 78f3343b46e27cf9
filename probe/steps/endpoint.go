package steps

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// resolveName finds the addresses of the host.
func (w *walk) resolveName(ctx context.Context) (probe.Evidence, error) {
	began := time.Now()
	names := &probe.Names{Asked: w.target.Host}
	_, err := netip.ParseAddr(w.target.Host)
	names.Literal = err == nil
	list, err := w.network.LookupHost(ctx, w.target.Host)
	names.Addresses, names.Waited = list, time.Since(began)
	if err != nil {
		return names, err
	}
	if len(list) == 0 {
		return names, &network.Error{Op: "lookup", Kind: network.DNS, Name: w.target.Host, NotFound: true,
			Err: errors.New("the name has no address")}
	}
	w.names = list
	return names, nil
}

// connect135 dials one address after another, never two at once: each answer
// is evidence.
func (w *walk) connect135(ctx context.Context) (probe.Evidence, error) {
	evidence := &probe.Dial{}
	began := time.Now()
	var firstErr error
	names := w.names[:min(len(w.names), addressesTried)]
	for i, a := range names {
		own, done := share(ctx, len(names)-i)
		conn, err := w.attempt(own, evidence, netip.AddrPortFrom(a, w.target.Port))
		done()
		evidence.Waited = time.Since(began)
		if err == nil {
			w.found = &found{address: a, conn: conn}
			return evidence, nil
		}
		if firstErr = tellingMore(firstErr, err); ctx.Err() != nil {
			break
		}
	}
	return evidence, firstErr
}

// share is one address's part of the time that is left: a silent address must
// not use up what the others need, however short the person's own deadline.
func share(ctx context.Context, addresses int) (context.Context, context.CancelFunc) {
	end, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(end)/time.Duration(addresses))
}

// attempt dials once and writes the answer down.
func (w *walk) attempt(ctx context.Context, d *probe.Dial, to netip.AddrPort) (*rpc.Conn, error) {
	d.To = to
	if from, onLink, err := w.network.SourceFor(to.Addr()); err == nil {
		d.From, d.OnLink = netip.AddrPortFrom(from, 0), &onLink
	}
	began := time.Now()
	conn, err := w.dial(ctx, to)
	try := probe.Attempt{To: to, Waited: time.Since(began)}
	if err == nil {
		d.From = conn.LocalAddr()
	} else {
		f := failureOf(err)
		try.Kind = f.Kind
		if f.Code.Space == code.Errno {
			try.Errno = f.Code
		}
	}
	d.Attempts = append(d.Attempts, try)
	return conn, err
}

// tellingMore keeps the error that says more: an answer says more than
// silence, and the first answer more than a later one.
func tellingMore(a, b error) error {
	if a == nil || failureOf(a).Kind == probe.KindTimeout && failureOf(b).Kind != probe.KindTimeout {
		return b
	}
	return a
}

// bind135 sends the anonymous bind of the object resolver together with
// ServerAlive2, and waits for the answer to the bind.
func (w *walk) bind135(ctx context.Context) (probe.Evidence, error) {
	evidence := &probe.Bind{Interface: "IObjectExporter"}
	pending := dcom.ServerAlive2(ctx, w.found.conn.Use(dcom.IIDObjectExporter.Syntax(), nil))
	if err := pending.Bound(ctx); err != nil {
		describeBind(evidence, err)
		return evidence, err
	}
	w.found.alive = pending
	return evidence, nil
}

// describeBind keeps what came instead of an answer.
func describeBind(b *probe.Bind, err error) {
	var notRPC *rpc.NotRPC
	if errors.As(err, &notRPC) {
		b.FirstBytes = hex.EncodeToString(notRPC.First[:min(len(notRPC.First), 16)])
	}
	var nak *rpc.BindNak
	if errors.As(err, &nak) {
		for _, v := range nak.Versions {
			b.Versions = append(b.Versions, fmt.Sprintf("%d.%d", v.Major, v.Minor))
		}
	}
}

// alive waits for the answer to ServerAlive2: COM version and the host's own
// addresses. A denial is no obstacle: policy may forbid RPC without a logon,
// and WMI does not need this call. Any other fault says what is wrong.
func (w *walk) alive(ctx context.Context) (probe.Evidence, error) {
	a, err := w.found.alive.Wait(ctx)
	if err != nil {
		var fault *rpc.Fault
		if errors.As(err, &fault) && fault.Status == accessDenied {
			return &probe.Alive{}, &probe.Warn{Failure: failureOf(err)}
		}
		return &probe.Alive{}, err
	}
	w.found.version = a.Version
	return aliveEvidence(a), nil
}

// accessDenied is fault 5, ERROR_ACCESS_DENIED.
const accessDenied = 0x5

func aliveEvidence(a dcom.Alive) *probe.Alive {
	e := &probe.Alive{COMVersion: a.Version.String()}
	e.Bindings, e.Towers = listed(a.Bindings)
	for _, s := range a.Bindings.Security {
		e.Security = append(e.Security, s.Authn)
		if s.Principal != "" {
			e.Principals = append(e.Principals, s.Principal)
		}
	}
	return e
}

func listed(b dcom.Bindings) (addresses []string, towers []uint16) {
	for _, s := range b.Strings {
		addresses = append(addresses, s.Address)
		towers = append(towers, s.Tower)
	}
	return addresses, towers
}
