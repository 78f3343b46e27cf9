package dcom

import (
	"context"

	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iobjectexporter/v0"

	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// The calls of IObjectExporter (MS-DCOM 3.1.2.5.1). The binding is one for
// IIDObjectExporter, on port 135 as a rule.

// Alive is a resolver's answer to ServerAlive2.
type Alive struct {
	Version  Version  // 0.0 and no bindings were seen from a working resolver
	Bindings Bindings // the resolver's own addresses, without endpoints
}

// ServerAlive asks whether the resolver is reachable (opnum 3).
func ServerAlive(ctx context.Context, b *rpc.Binding) *Pending[struct{}] {
	out := &iobjectexporter.ServerAliveResponse{}
	return Send(ctx, b, &iobjectexporter.ServerAliveRequest{}, out, func() (struct{}, error) {
		return struct{}{}, Returned("ServerAlive", out.Return)
	})
}

// ServerAlive2 asks for the resolver's version and addresses (opnum 5). The
// resolver must not look at permissions here (3.1.2.5.1.6), so under
// authentication its answer proves the identity and nothing else.
func ServerAlive2(ctx context.Context, b *rpc.Binding) *Pending[Alive] {
	out := &iobjectexporter.ServerAlive2Response{}
	return Send(ctx, b, &iobjectexporter.ServerAlive2Request{}, out, func() (a Alive, err error) {
		a.Version = versionOf(out.COMVersion)
		if err := Returned("ServerAlive2", out.Return); err != nil {
			return a, err
		}
		a.Bindings, err = bindingsOf(out.ObjectResolverBindings)
		return a, err
	})
}

// Resolved is where an object exporter can be reached.
type Resolved struct {
	Bindings   Bindings
	RemUnknown GUID
	AuthnHint  uint32
	Version    Version // zero from ResolveOXID, which does not tell
}

// ResolveOXID2 asks where an exporter listens (opnum 4). No protocol sequences
// means TCP.
func ResolveOXID2(ctx context.Context, b *rpc.Binding, oxid uint64, protseqs ...uint16) *Pending[Resolved] {
	if len(protseqs) == 0 {
		protseqs = []uint16{TowerTCP}
	}
	in := &iobjectexporter.ResolveOxid2Request{OXID: oxid, RequestedProtocolSequencesCount: uint16(len(protseqs)), RequestedProtocolSequences: protseqs}
	out := &iobjectexporter.ResolveOxid2Response{}
	return Send(ctx, b, in, out, func() (r Resolved, err error) {
		if err := Returned("ResolveOxid2", out.Return); err != nil {
			return r, err
		}
		r.RemUnknown, r.AuthnHint, r.Version = guidOf(out.RemoteUnknown.GUID()), out.AuthnHint, versionOf(out.COMVersion)
		r.Bindings, err = bindingsOf(out.OXIDBindings)
		return r, err
	})
}

// ResolveOXID is the older call (opnum 0), for resolvers without the other.
func ResolveOXID(ctx context.Context, b *rpc.Binding, oxid uint64, protseqs ...uint16) *Pending[Resolved] {
	if len(protseqs) == 0 {
		protseqs = []uint16{TowerTCP}
	}
	in := &iobjectexporter.ResolveOXIDRequest{OXID: oxid, RequestedProtocolSequencesCount: uint16(len(protseqs)), RequestedProtocolSequences: protseqs}
	out := &iobjectexporter.ResolveOXIDResponse{}
	return Send(ctx, b, in, out, func() (r Resolved, err error) {
		if err := Returned("ResolveOxid", out.Return); err != nil {
			return r, err
		}
		r.RemUnknown, r.AuthnHint = guidOf(out.RemoteUnknown.GUID()), out.AuthnHint
		r.Bindings, err = bindingsOf(out.OXIDBindings)
		return r, err
	})
}

// SimplePing pings a set (opnum 1) and gives the status it returned: 0,
// InvalidSet for a set the resolver does not know, AccessDenied where its
// access limit stands in the way. No status is an error here: with a made-up
// set, InvalidSet is the good answer.
func SimplePing(ctx context.Context, b *rpc.Binding, set uint64) *Pending[uint32] {
	out := &iobjectexporter.SimplePingResponse{}
	return Send(ctx, b, &iobjectexporter.SimplePingRequest{SetID: set}, out, func() (uint32, error) { return out.Return, nil })
}

// PingChange makes or changes a ping set.
type PingChange struct {
	Set         uint64 // 0 for a new one
	Sequence    uint16 // 1 for a new set, one more for each change
	Add, Delete []uint64
}

// Pinged is the answer to a ComplexPing.
type Pinged struct {
	Set     uint64
	Backoff uint16
}

// ComplexPing makes, changes and pings a set of objects (opnum 2).
func ComplexPing(ctx context.Context, b *rpc.Binding, c PingChange) *Pending[Pinged] {
	in := &iobjectexporter.ComplexPingRequest{SetID: c.Set, SequenceNum: c.Sequence,
		AddToSetCount: uint16(len(c.Add)), AddToSet: c.Add, DeleteFromSetCount: uint16(len(c.Delete)), DeleteFromSet: c.Delete}
	out := &iobjectexporter.ComplexPingResponse{}
	return Send(ctx, b, in, out, func() (Pinged, error) {
		return Pinged{out.SetID, out.PingBackoffFactor}, Returned("ComplexPing", out.Return)
	})
}
