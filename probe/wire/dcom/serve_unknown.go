package dcom

import (
	"context"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iremunknown/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iremunknown2/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iunknown/v0"
)

// RemUnknownServer answers IRemUnknown and IRemUnknown2 from an exporter.
type RemUnknownServer struct {
	Exporter *Exporter
	// Resolver is what references from RemQueryInterface2 name as the
	// resolver.
	Resolver func() Bindings
	// Released is told of each RemRelease, after it took effect. May be nil.
	Released func(ctx context.Context, refs []Refs)
}

// Handle serves IRemUnknown2, whose first six operations are IRemUnknown's, so
// both interfaces may be offered with it.
func (s *RemUnknownServer) Handle() dcerpc.ServerHandle {
	return iremunknown2.NewRemoteUnknown2ServerHandle(remUnknownServer{s: s})
}

type remUnknownServer struct {
	iunknown.UnimplementedUnknownServer
	s *RemUnknownServer
}

// summed is the return value of a query (MS-DCOM draft 4.1): S_FALSE when some
// interfaces were refused, E_NOINTERFACE when all were.
func summed(results []int32) int32 {
	refused := 0
	for _, r := range results {
		if r != 0 {
			refused++
		}
	}
	switch {
	case refused == 0:
		return int32(OK)
	case refused == len(results):
		return results[0]
	}
	return int32(False)
}

func (u remUnknownServer) query(ipid, iid GUID, refs uint32) (StdObjRef, int32) {
	std, result := u.s.Exporter.QueryInterface(ipid, iid, refs)
	return std, int32(result)
}

func (u remUnknownServer) RemoteQueryInterface(_ context.Context, in *iremunknown.RemoteQueryInterfaceRequest) (*iremunknown.RemoteQueryInterfaceResponse, error) {
	out := &iremunknown.RemoteQueryInterfaceResponse{IIDsCount: in.IIDsCount, That: &ms.ORPCThat{}}
	ipid := guidOf(in.IPID)
	if _, _, ok := u.s.Exporter.Find(ipid); !ok {
		out.Return = hr(InvalidObject)
		return out, nil
	}
	var results []int32
	for _, iid := range in.IIDs {
		std, result := u.query(ipid, guidOf(iid.GUID()), in.ReferencesCount)
		results = append(results, result)
		out.QueryInterfaceResults = append(out.QueryInterfaceResults, &ms.RemoteQueryInterfaceResult{HResult: result, Std: std.ndr()})
	}
	out.Return = summed(results)
	return out, nil
}

func (u remUnknownServer) RemoteQueryInterface2(_ context.Context, in *iremunknown2.RemoteQueryInterface2Request) (*iremunknown2.RemoteQueryInterface2Response, error) {
	const refs = 5 // what Windows gives
	out := &iremunknown2.RemoteQueryInterface2Response{IIDsCount: in.IIDsCount, That: &ms.ORPCThat{}}
	ipid := guidOf(in.IPID)
	if _, _, ok := u.s.Exporter.Find(ipid); !ok {
		out.Return = hr(InvalidObject)
		return out, nil
	}
	for _, id := range in.IIDs {
		iid := guidOf(id.GUID())
		std, result := u.query(ipid, iid, refs)
		var ref *ObjRef
		if result == 0 {
			ref = &ObjRef{Kind: Standard, IID: iid, Std: std, Resolver: u.s.Resolver()}
		}
		out.HResult = append(out.HResult, result)
		out.Interface = append(out.Interface, ref.Pointer())
	}
	out.Return = summed(out.HResult)
	return out, nil
}

func (u remUnknownServer) RemoteAddReference(_ context.Context, in *iremunknown.RemoteAddReferenceRequest) (*iremunknown.RemoteAddReferenceResponse, error) {
	out := &iremunknown.RemoteAddReferenceResponse{InterfaceReferencesCount: in.InterfaceReferencesCount, That: &ms.ORPCThat{}}
	for _, r := range refsOf(in.InterfaceReferences) {
		out.Results = append(out.Results, hr(u.s.Exporter.AddRef(r)))
	}
	return out, nil
}

func (u remUnknownServer) RemoteRelease(ctx context.Context, in *iremunknown.RemoteReleaseRequest) (*iremunknown.RemoteReleaseResponse, error) {
	refs := refsOf(in.InterfaceReferences)
	u.s.Exporter.Release(refs...)
	if u.s.Released != nil {
		u.s.Released(ctx, refs)
	}
	return &iremunknown.RemoteReleaseResponse{That: &ms.ORPCThat{}}, nil
}

func refsOf(list []*ms.RemoteInterfaceReference) []Refs {
	refs := make([]Refs, 0, len(list))
	for _, r := range list {
		if r != nil {
			refs = append(refs, Refs{guidOf(r.IPID.GUID()), r.PublicReferencesCount, r.PrivateReferencesCount})
		}
	}
	return refs
}

// hr turns a result into the signed number of the generated structures.
func hr(result uint32) int32 { return int32(result) }
