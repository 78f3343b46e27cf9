package dcom

import (
	"context"
	"errors"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iobjectexporter/v0"
)

// ResolverServer answers IObjectExporter. What it says is its owner's decision.
// A decision that is a *Status goes out as the return value; any other error
// is handed to the RPC server, which answers an *rpc.Fault as one.
type ResolverServer struct {
	// Alive answers ServerAlive and ServerAlive2.
	Alive func(context.Context) (Alive, error)
	// Resolve answers ResolveOxid and ResolveOxid2.
	Resolve func(ctx context.Context, oxid uint64, protseqs []uint16) (Resolved, error)
	// Ping answers SimplePing, Change ComplexPing. nil answers like a resolver
	// without ping sets: every set is unknown, every new one is made.
	Ping   func(ctx context.Context, set uint64) error
	Change func(ctx context.Context, c PingChange) (Pinged, error)
}

// Handle serves IObjectExporter.
func (s *ResolverServer) Handle() dcerpc.ServerHandle {
	return iobjectexporter.NewObjectExporterServerHandle(resolverServer{s})
}

type resolverServer struct{ s *ResolverServer }

// returned splits a decision into a return value and what else it is.
func returned(err error) (uint32, error) {
	var status *Status
	if errors.As(err, &status) {
		return status.Code.Number, nil
	}
	return 0, err
}

func (r resolverServer) ServerAlive(ctx context.Context, _ *iobjectexporter.ServerAliveRequest) (*iobjectexporter.ServerAliveResponse, error) {
	_, err := r.s.Alive(ctx)
	value, err := returned(err)
	return &iobjectexporter.ServerAliveResponse{Return: value}, err
}

func (r resolverServer) ServerAlive2(ctx context.Context, _ *iobjectexporter.ServerAlive2Request) (*iobjectexporter.ServerAlive2Response, error) {
	a, err := r.s.Alive(ctx)
	out := &iobjectexporter.ServerAlive2Response{COMVersion: a.Version.ndr()}
	if err == nil {
		out.ObjectResolverBindings = a.Bindings.ndr()
	}
	out.Return, err = returned(err)
	return out, err
}

func (r resolverServer) ResolveOXID(ctx context.Context, in *iobjectexporter.ResolveOXIDRequest) (*iobjectexporter.ResolveOXIDResponse, error) {
	got, err := r.s.Resolve(ctx, in.OXID, in.RequestedProtocolSequences)
	out := &iobjectexporter.ResolveOXIDResponse{RemoteUnknown: &ms.IPID{}}
	if err == nil {
		out.OXIDBindings, out.RemoteUnknown, out.AuthnHint = got.Bindings.ndr(), (*ms.IPID)(got.RemUnknown.dtyp()), got.AuthnHint
	}
	out.Return, err = returned(err)
	return out, err
}

func (r resolverServer) ResolveOxid2(ctx context.Context, in *iobjectexporter.ResolveOxid2Request) (*iobjectexporter.ResolveOxid2Response, error) {
	got, err := r.s.Resolve(ctx, in.OXID, in.RequestedProtocolSequences)
	out := &iobjectexporter.ResolveOxid2Response{RemoteUnknown: &ms.IPID{}, COMVersion: got.Version.ndr()}
	if err == nil {
		out.OXIDBindings, out.RemoteUnknown, out.AuthnHint = got.Bindings.ndr(), (*ms.IPID)(got.RemUnknown.dtyp()), got.AuthnHint
	}
	out.Return, err = returned(err)
	return out, err
}

func (r resolverServer) SimplePing(ctx context.Context, in *iobjectexporter.SimplePingRequest) (*iobjectexporter.SimplePingResponse, error) {
	err := Returned("SimplePing", InvalidSet)
	if r.s.Ping != nil {
		err = r.s.Ping(ctx, in.SetID)
	}
	value, err := returned(err)
	return &iobjectexporter.SimplePingResponse{Return: value}, err
}

func (r resolverServer) ComplexPing(ctx context.Context, in *iobjectexporter.ComplexPingRequest) (*iobjectexporter.ComplexPingResponse, error) {
	c := PingChange{in.SetID, in.SequenceNum, in.AddToSet, in.DeleteFromSet}
	got := Pinged{Set: c.Set}
	var err error
	switch {
	case r.s.Change != nil:
		got, err = r.s.Change(ctx, c)
	case c.Set == 0:
		got.Set = NewID()
	default:
		err = Returned("ComplexPing", InvalidSet)
	}
	out := &iobjectexporter.ComplexPingResponse{SetID: got.Set, PingBackoffFactor: got.Backoff}
	out.Return, err = returned(err)
	return out, err
}
