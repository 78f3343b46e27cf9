package dcom

import (
	"context"
	"fmt"
	"sync"

	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iremunknown/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iremunknown2/v0"
)

// The calls of IRemUnknown and IRemUnknown2 (MS-DCOM 3.1.1.5.6 and .7). The
// proxy's IPID is the exporter's RemUnknown.

// Refs is a number of references to one interface.
type Refs struct {
	IPID            GUID
	Public, Private uint32
}

func remoteRefs(refs []Refs) []*ms.RemoteInterfaceReference {
	list := make([]*ms.RemoteInterfaceReference, len(refs))
	for i, r := range refs {
		list[i] = &ms.RemoteInterfaceReference{IPID: (*ms.IPID)(r.IPID.dtyp()), PublicReferencesCount: r.Public, PrivateReferencesCount: r.Private}
	}
	return list
}

// RemRelease gives references back, all in one call (opnum 5).
func RemRelease(ctx context.Context, remUnknown Proxy, refs ...Refs) *Pending[struct{}] {
	in := &iremunknown.RemoteReleaseRequest{This: remUnknown.This(), InterfaceReferencesCount: uint16(len(refs)), InterfaceReferences: remoteRefs(refs)}
	out := &iremunknown.RemoteReleaseResponse{}
	return Send(ctx, remUnknown.Binding, in, out, func() (struct{}, error) {
		return struct{}{}, Returned("RemRelease", uint32(out.Return))
	}, remUnknown.Call())
}

// RemAddRef takes further references (opnum 4) and gives the result of each.
func RemAddRef(ctx context.Context, remUnknown Proxy, refs ...Refs) *Pending[[]uint32] {
	in := &iremunknown.RemoteAddReferenceRequest{This: remUnknown.This(), InterfaceReferencesCount: uint16(len(refs)), InterfaceReferences: remoteRefs(refs)}
	out := &iremunknown.RemoteAddReferenceResponse{}
	return Send(ctx, remUnknown.Binding, in, out, func() ([]uint32, error) {
		results := make([]uint32, len(out.Results))
		for i, r := range out.Results {
			results[i] = uint32(r)
		}
		return results, Returned("RemAddRef", uint32(out.Return))
	}, remUnknown.Call())
}

// Queried is the answer for one interface of a RemQueryInterface.
type Queried struct {
	HResult uint32 // NoInterface is an ordinary answer
	Std     StdObjRef
}

// RemQueryInterface asks an object, by any of its IPIDs, for further interfaces
// (opnum 3), each with a number of references. The results of the interfaces
// stand in the answer; NoInterface for all of them and S_FALSE are no error.
func RemQueryInterface(ctx context.Context, remUnknown Proxy, ipid GUID, refs uint32, iids ...GUID) *Pending[[]Queried] {
	const call = "RemQueryInterface"
	in := &iremunknown.RemoteQueryInterfaceRequest{This: remUnknown.This(), IPID: ipid.dtyp(), ReferencesCount: refs, IIDsCount: uint16(len(iids))}
	for _, iid := range iids {
		in.IIDs = append(in.IIDs, (*ms.IID)(iid.dtyp()))
	}
	out := &iremunknown.RemoteQueryInterfaceResponse{}
	return Send(ctx, remUnknown.Binding, in, out, func() ([]Queried, error) {
		var results []Queried
		for _, r := range out.QueryInterfaceResults {
			results = append(results, Queried{uint32(r.HResult), stdOf(r.Std)})
		}
		return results, queryError(call, uint32(out.Return), len(results), len(iids))
	}, remUnknown.Call())
}

// Queried2 is the answer for one interface of a RemQueryInterface2.
type Queried2 struct {
	HResult uint32
	Ref     *ObjRef // nil where HResult is an error
}

// RemQueryInterface2 is RemQueryInterface with whole references (opnum 6 of
// IRemUnknown2), for interfaces whose objects marshal themselves.
func RemQueryInterface2(ctx context.Context, remUnknown Proxy, ipid GUID, iids ...GUID) *Pending[[]Queried2] {
	const call = "RemQueryInterface2"
	in := &iremunknown2.RemoteQueryInterface2Request{This: remUnknown.This(), IPID: ipid.dtyp(), IIDsCount: uint16(len(iids))}
	for _, iid := range iids {
		in.IIDs = append(in.IIDs, (*ms.IID)(iid.dtyp()))
	}
	out := &iremunknown2.RemoteQueryInterface2Response{}
	return Send(ctx, remUnknown.Binding, in, out, func() ([]Queried2, error) {
		err := queryError(call, uint32(out.Return), min(len(out.HResult), len(out.Interface)), len(iids))
		if err != nil {
			return nil, err
		}
		var results []Queried2
		for i := range iids[:min(len(iids), len(out.HResult), len(out.Interface))] {
			got, err := activated(iids[i], out.HResult[i], out.Interface[i])
			if err != nil {
				return results, err
			}
			results = append(results, Queried2{got.HResult, got.Ref})
		}
		return results, nil
	}, remUnknown.Call())
}

// queryError judges a query's return value: with a result for each interface,
// NoInterface and S_FALSE only sum them up.
func queryError(call string, returned uint32, got, want int) error {
	if returned == NoInterface || returned == False {
		if got == want {
			return nil
		}
		return Returned(call, returned)
	}
	if err := Returned(call, returned); err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("%w: %d results for %d interfaces", ErrMalformed, got, want)
	}
	return nil
}

// Held is the list of references that came with answers and are to be given
// back in the end. Its zero value is empty; it is safe for concurrent use.
type Held struct {
	mu   sync.Mutex
	refs []Refs
}

// Add takes note of the references that came with ref. Custom references hold
// none, nil is nothing.
func (h *Held) Add(ref *ObjRef) {
	if ref != nil && ref.Kind != Custom {
		h.AddStd(ref.Std)
	}
}

// AddStd takes note of the references that came with a STDOBJREF.
func (h *Held) AddStd(std StdObjRef) {
	if std.PublicRefs == 0 || std.IPID.IsZero() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refs = append(h.refs, Refs{IPID: std.IPID, Public: std.PublicRefs})
}

// Take empties the list and returns it.
func (h *Held) Take() []Refs {
	h.mu.Lock()
	defer h.mu.Unlock()
	refs := h.refs
	h.refs = nil
	return refs
}
