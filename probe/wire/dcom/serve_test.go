package dcom

import (
	"context"
	"reflect"
	"testing"

	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iactivation/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iobjectexporter/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iremotescmactivator/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iremunknown/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iremunknown2/v0"

	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

func TestRemUnknownServer(t *testing.T) {
	e := NewExporter(ExporterLimits{})
	var released []Refs
	s := &RemUnknownServer{Exporter: e, Resolver: func() Bindings { return sampleBindings },
		Released: func(_ context.Context, refs []Refs) { released = append(released, refs...) }}
	_, std, _ := e.Export(nil, 5, IIDEnumObject, IIDFetchSmart)
	query := func(ipid GUID, iids ...GUID) *iremunknown.RemoteQueryInterfaceResponse {
		in := &iremunknown.RemoteQueryInterfaceRequest{This: this(Newest), IPID: ipid.dtyp(), ReferencesCount: 5, IIDsCount: uint16(len(iids))}
		for _, iid := range iids {
			in.IIDs = append(in.IIDs, (*ms.IID)(iid.dtyp()))
		}
		out := &iremunknown.RemoteQueryInterfaceResponse{}
		if err := serve(t, s.Handle(), in, out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	// The sums are S_OK, S_FALSE and E_NOINTERFACE; the captures show the first
	// and the last for one interface.
	for _, c := range []struct {
		ipid   GUID
		iids   []GUID
		sum    uint32
		single []uint32
	}{
		{std.IPID, []GUID{IIDFetchSmart}, OK, []uint32{OK}},
		{std.IPID, []GUID{IIDFetchSmart, IIDServices}, False, []uint32{OK, NoInterface}},
		{std.IPID, []GUID{IIDServices, IIDContext}, NoInterface, []uint32{NoInterface, NoInterface}},
		{NewGUID(), []GUID{IIDFetchSmart}, InvalidObject, nil},
	} {
		out := query(c.ipid, c.iids...)
		if uint32(out.Return) != c.sum {
			t.Errorf("%v: returned %#x, want %#x", c.iids, uint32(out.Return), c.sum)
		}
		for i, want := range c.single {
			if got := uint32(out.QueryInterfaceResults[i].HResult); got != want {
				t.Errorf("%v: result %d is %#x, want %#x", c.iids, i, got, want)
			}
		}
	}

	in2 := &iremunknown2.RemoteQueryInterface2Request{This: this(Newest), IPID: std.IPID.dtyp(), IIDsCount: 2,
		IIDs: []*ms.IID{(*ms.IID)(IIDServices.dtyp()), (*ms.IID)(IIDFetchSmart.dtyp())}}
	out2 := &iremunknown2.RemoteQueryInterface2Response{}
	if err := serve(t, s.Handle(), in2, out2); err != nil {
		t.Fatal(err)
	}
	ref, err := FromPointer(out2.Interface[1])
	if err != nil || uint32(out2.Return) != False || out2.Interface[0] != nil || ref.IID != IIDFetchSmart || !reflect.DeepEqual(ref.Resolver, sampleBindings) {
		t.Errorf("RemQueryInterface2: %#x, %+v, %v", uint32(out2.Return), ref, err)
	}

	release := &iremunknown.RemoteReleaseRequest{This: this(Newest), InterfaceReferencesCount: 3, InterfaceReferences: remoteRefs([]Refs{
		{IPID: std.IPID, Public: 5}, {IPID: NewGUID(), Public: 5}, {IPID: ref.Std.IPID, Public: 100}})}
	done := &iremunknown.RemoteReleaseResponse{}
	if err := serve(t, s.Handle(), release, done); err != nil || done.Return != 0 {
		t.Errorf("RemRelease: %#x, %v", uint32(done.Return), err)
	}
	if e.Len() != 0 || len(released) != 3 {
		t.Errorf("%d objects left, told of %d", e.Len(), len(released))
	}
}

func TestResolverServer(t *testing.T) {
	const ours = 0x80cdc14a2d25d971
	fault := &rpc.Fault{Status: 5}
	sets := &PingSets{}
	s := &ResolverServer{
		Alive: func(context.Context) (Alive, error) { return Alive{Newest, sampleBindings}, nil },
		Resolve: func(_ context.Context, oxid uint64, _ []uint16) (Resolved, error) {
			switch oxid {
			case ours:
				return Resolved{sampleBindings, sampleStd.IPID, 5, Newest}, nil
			case 1:
				return Resolved{}, fault
			}
			return Resolved{}, Returned("ResolveOxid2", InvalidOXID)
		},
		Ping: func(_ context.Context, set uint64) error { return sets.Ping(set) },
		Change: func(_ context.Context, c PingChange) (Pinged, error) {
			return sets.Change(c)
		},
	}
	alive := &iobjectexporter.ServerAlive2Response{}
	if err := serve(t, s.Handle(), &iobjectexporter.ServerAlive2Request{}, alive); err != nil {
		t.Fatal(err)
	}
	if b, err := bindingsOf(alive.ObjectResolverBindings); err != nil || !reflect.DeepEqual(b, sampleBindings) || versionOf(alive.COMVersion) != Newest {
		t.Errorf("ServerAlive2: %+v, %v", b, err)
	}
	for oxid, want := range map[uint64]uint32{ours: 0, 2: InvalidOXID} {
		out := &iobjectexporter.ResolveOxid2Response{}
		in := &iobjectexporter.ResolveOxid2Request{OXID: oxid, RequestedProtocolSequencesCount: 1, RequestedProtocolSequences: []uint16{7}}
		if err := serve(t, s.Handle(), in, out); err != nil || out.Return != want || (out.OXIDBindings != nil) != (want == 0) {
			t.Errorf("ResolveOxid2 of %#x: %#x, bindings %v, %v", oxid, out.Return, out.OXIDBindings, err)
		}
		old := &iobjectexporter.ResolveOXIDResponse{}
		inOld := &iobjectexporter.ResolveOXIDRequest{OXID: oxid, RequestedProtocolSequencesCount: 1, RequestedProtocolSequences: []uint16{7}}
		if err := serve(t, s.Handle(), inOld, old); err != nil || old.Return != want {
			t.Errorf("ResolveOxid of %#x: %#x, %v", oxid, old.Return, err)
		}
	}
	if err := serve(t, s.Handle(), &iobjectexporter.ResolveOxid2Request{OXID: 1}, &iobjectexporter.ResolveOxid2Response{}); err != error(fault) {
		t.Errorf("a fault came back as %v", err)
	}
	ping := &iobjectexporter.SimplePingResponse{}
	if err := serve(t, s.Handle(), &iobjectexporter.SimplePingRequest{SetID: 4711}, ping); err != nil || ping.Return != InvalidSet {
		t.Errorf("SimplePing of a made-up set: %#x, %v", ping.Return, err)
	}
	made := &iobjectexporter.ComplexPingResponse{}
	if err := serve(t, s.Handle(), &iobjectexporter.ComplexPingRequest{SequenceNum: 1, AddToSetCount: 1, AddToSet: []uint64{9}}, made); err != nil || made.Return != 0 || made.SetID == 0 {
		t.Errorf("ComplexPing: %+v, %v", made, err)
	}
	if err := serve(t, s.Handle(), &iobjectexporter.SimplePingRequest{SetID: made.SetID}, ping); err != nil || ping.Return != 0 {
		t.Errorf("SimplePing of that set: %#x, %v", ping.Return, err)
	}
}

func TestActivatorServer(t *testing.T) {
	var asked []ActivationRequest
	s := &ActivatorServer{Create: func(_ context.Context, r ActivationRequest) (Activation, error) {
		asked = append(asked, r)
		if r.Class != ClassLevel1Login {
			return Activation{}, Returned("activation", ClassNotReg)
		}
		a := *sampleActivation()
		a.Interfaces = a.Interfaces[:len(r.IIDs)]
		return a, nil
	}}
	request := ActivationRequest{Class: ClassLevel1Login, IIDs: []GUID{IIDLevel1Login}, Version: Version{5, 6}, Protseqs: []uint16{7}, Impersonation: 2}
	properties, err := request.propertiesIn()
	if err != nil {
		t.Fatal(err)
	}
	out := &iremotescmactivator.RemoteCreateInstanceResponse{}
	if err := serve(t, s.SCMHandle(), &iremotescmactivator.RemoteCreateInstanceRequest{ORPCThis: this(request.Version), ActPropertiesIn: properties.Pointer()}, out); err != nil {
		t.Fatal(err)
	}
	a, err := ParseActivation(out.ActPropertiesOut.Data)
	if err != nil || a.OXID != sampleStd.OXID || a.Interface(IIDLevel1Login) == nil {
		t.Errorf("RemoteCreateInstance: %+v, %v", a, err)
	}

	in := &iactivation.RemoteActivationRequest{ORPCThis: this(request.Version), ClassID: request.Class.dtyp(), ClientImpLevel: 2, Interfaces: 1,
		IIDs: []*ms.IID{(*ms.IID)(IIDLevel1Login.dtyp())}, RequestedProtocolSequencesCount: 1, RequestedProtocolSequences: []uint16{7}}
	old := &iactivation.RemoteActivationResponse{}
	if err := serve(t, s.ActivationHandle(), in, old); err != nil {
		t.Fatal(err)
	}
	b, err := activationOf(old, request.IIDs)
	if err != nil || !reflect.DeepEqual(&b, a) {
		t.Errorf("RemoteActivation: %+v, %v; want %+v", b, err, a)
	}
	if !reflect.DeepEqual(asked, []ActivationRequest{request, request}) {
		t.Errorf("asked %+v, want %+v twice", asked, request)
	}

	in.ClassID = NewGUID().dtyp()
	if err := serve(t, s.ActivationHandle(), in, old); err != nil || uint32(old.HResult) != ClassNotReg || old.Return != 0 {
		t.Errorf("an unknown class: phr %#x, returned %#x, %v", uint32(old.HResult), old.Return, err)
	}
	bad := &ms.InterfacePointer{Data: []byte("MEOW and nothing more")}
	if err := serve(t, s.SCMHandle(), &iremotescmactivator.RemoteCreateInstanceRequest{ORPCThis: this(Newest), ActPropertiesIn: bad}, out); err != nil || uint32(out.Return) != InvalidObjRef {
		t.Errorf("hostile properties: %#x, %v", uint32(out.Return), err)
	}
}
