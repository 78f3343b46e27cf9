package winhost

import (
	"context"
	"encoding/binary"

	"github.com/oiweiwei/go-msrpc/msrpc/epm/epm/v3"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// newMapper is the RPC server on port 135: RPCSS.
func (h *Host) newMapper() *rpc.Server {
	resolver := &dcom.ResolverServer{Alive: h.alive, Resolve: h.resolve, Ping: h.ping, Change: h.change}
	activator := &dcom.ActivatorServer{Create: h.activate}
	return &rpc.Server{
		Interfaces: []rpc.Interface{
			{Syntax: epm.EpmSyntaxV3_0, Handle: epm.NewEpmServerHandle(&endpointMapper{host: h})},
			{Syntax: dcom.IIDObjectExporter.Syntax(), Handle: resolver.Handle()},
			{Syntax: dcom.IIDRemoteSCMActivator.Syntax(), Handle: activator.SCMHandle()},
			{Syntax: dcom.IIDActivation.Syntax(), Handle: activator.ActivationHandle()},
		},
		Accept: h.accept, Hook: h.onBind, Redact: redact, Trace: h.options.Trace,
	}
}

// onBind asks the machine about every bind.
func (h *Host) onBind(e *rpc.Event) rpc.Action {
	if e.Moment != rpc.AtBind {
		return rpc.Action{}
	}
	var rejected []rpc.Rejected
	for _, s := range e.Syntaxes {
		var d machine.Denial
		h.machine.Do(func(m *machine.Machine) { d = m.MayBind(dcom.GUIDOf(s.IfUUID).String(), uint8(e.AuthType), e.Fragment) })
		switch {
		case d.Kind == machine.Rejected:
			rejected = append(rejected, rpc.Rejected{Syntax: s, Result: providerRejection, Reason: abstractSyntax})
		case d.Refused():
			return bindAction(d)
		}
	}
	return rpc.Action{Reject: rejected}
}

// Results of a presentation context (C706 12.6.3.1).
const (
	providerRejection = 2
	abstractSyntax    = 1 // abstract syntax not supported
)

// question asks the machine about a call of the resolver or endpoint mapper.
func (h *Host) question(ctx context.Context, call string, q machine.Question) error {
	var d machine.Denial
	h.machine.Do(func(m *machine.Machine) { d = m.MayAsk(callerOf(ctx), q) })
	return refuse(ctx, call, d)
}

func (h *Host) alive(ctx context.Context) (dcom.Alive, error) {
	q, name := machine.AskServerAlive2, "ServerAlive2"
	if rpc.IncomingFrom(ctx).OpNum == opServerAlive {
		q, name = machine.AskServerAlive, "ServerAlive"
	}
	if err := h.question(ctx, name, q); err != nil {
		return dcom.Alive{}, err
	}
	var a dcom.Alive
	h.machine.Do(func(m *machine.Machine) {
		a.Version.Major, a.Version.Minor = m.System.COMVersion()
		a.Bindings = h.resolverBindings(m)
	})
	return a, nil
}

const opServerAlive = 3 // MS-DCOM 3.1.2.5.1

// unknown reports whether the machine's only objection to a call is that it
// does not know the object; the host knows its own.
func unknown(err error, code uint32) bool {
	status, ok := err.(*dcom.Status)
	return ok && status.Code.Number == code
}

func (h *Host) resolve(ctx context.Context, oxid uint64, _ []uint16) (dcom.Resolved, error) {
	err := h.question(ctx, "ResolveOxid2", machine.AskResolve)
	if err != nil && !(oxid == h.exporter.OXID() && unknown(err, dcom.InvalidOXID)) {
		return dcom.Resolved{}, err
	}
	r := dcom.Resolved{RemUnknown: h.exporter.RemUnknown()}
	h.machine.Do(func(m *machine.Machine) {
		r.Bindings = h.objectBindings(m)
		r.AuthnHint = uint32(m.AuthnHint())
		r.Version.Major, r.Version.Minor = m.System.COMVersion()
	})
	return r, nil
}

func (h *Host) ping(ctx context.Context, set uint64) error {
	if err := h.question(ctx, "SimplePing", machine.AskPing); err != nil && !unknown(err, dcom.InvalidSet) {
		return err
	}
	return h.sets.Ping(set)
}

func (h *Host) change(ctx context.Context, c dcom.PingChange) (dcom.Pinged, error) {
	if err := h.question(ctx, "ComplexPing", machine.AskPing); err != nil && !unknown(err, dcom.InvalidSet) {
		return dcom.Pinged{}, err
	}
	return h.sets.Change(c)
}

// header reads version and flags of an ORPCTHIS, the first words of the stub
// of every ORPC call (MS-DCOM 2.2.13.3).
func header(stub []byte) (major, minor uint16, flags uint32) {
	if len(stub) < 8 {
		return 0, 0, 0
	}
	return binary.LittleEndian.Uint16(stub), binary.LittleEndian.Uint16(stub[2:]), binary.LittleEndian.Uint32(stub[4:])
}
