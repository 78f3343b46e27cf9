package dcom

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// host serves interfaces on loopback until the test ends, and returns a
// connection to it.
func host(t *testing.T, interfaces ...rpc.Interface) *rpc.Conn {
	t.Helper()
	before := goleak.IgnoreCurrent()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- (&rpc.Server{Interfaces: interfaces, Failed: func(_ *rpc.Peer, err error) { t.Errorf("server: %v", err) }}).Serve(ctx, l)
	}()
	conn, err := (&rpc.Dialer{Network: network.System()}).Dial(ctx, l.Addr().(*net.TCPAddr).AddrPort())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Close()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		goleak.VerifyNone(t, before)
	})
	return conn
}

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func statusOf(err error) code.Code {
	var s *Status
	if errors.As(err, &s) {
		return s.Code
	}
	return code.Code{}
}

func TestResolverOverTheWire(t *testing.T) {
	sets := &PingSets{}
	want := Resolved{sampleBindings, sampleStd.IPID, 5, Newest}
	var seqs []uint16
	conn := host(t, rpc.Interface{Syntax: IIDObjectExporter.Syntax(), Handle: (&ResolverServer{
		Alive: func(context.Context) (Alive, error) { return Alive{Newest, sampleBindings}, nil },
		Resolve: func(_ context.Context, oxid uint64, protseqs []uint16) (Resolved, error) {
			seqs = protseqs
			switch oxid {
			case sampleStd.OXID:
				return want, nil
			case 1:
				return Resolved{}, &rpc.Fault{Status: 5}
			}
			return Resolved{}, Returned("ResolveOxid2", InvalidOXID)
		},
		Ping:   func(_ context.Context, set uint64) error { return sets.Ping(set) },
		Change: func(_ context.Context, c PingChange) (Pinged, error) { return sets.Change(c) },
	}).Handle()})
	ctx, b := within(t), conn.Use(IIDObjectExporter.Syntax(), nil)

	first := ServerAlive2(ctx, b) // leaves together with the bind
	if err := first.Bound(ctx); err != nil {
		t.Fatalf("bind: %v", err)
	}
	if a, err := first.Wait(ctx); err != nil || !reflect.DeepEqual(a, Alive{Newest, sampleBindings}) {
		t.Errorf("ServerAlive2: %+v, %v", a, err)
	}
	if _, err := ServerAlive(ctx, b).Wait(ctx); err != nil {
		t.Errorf("ServerAlive: %v", err)
	}
	if r, err := ResolveOXID2(ctx, b, sampleStd.OXID).Wait(ctx); err != nil || !reflect.DeepEqual(r, want) || !reflect.DeepEqual(seqs, []uint16{7}) {
		t.Errorf("ResolveOxid2: %+v, %v, asked with %v", r, err, seqs)
	}
	old := want
	old.Version = Version{}
	if r, err := ResolveOXID(ctx, b, sampleStd.OXID, TowerPipe, TowerTCP).Wait(ctx); err != nil || !reflect.DeepEqual(r, old) || len(seqs) != 2 {
		t.Errorf("ResolveOxid: %+v, %v, asked with %v", r, err, seqs)
	}
	if _, err := ResolveOXID2(ctx, b, 2).Wait(ctx); statusOf(err) != (code.Code{Space: code.Win32, Number: InvalidOXID}) {
		t.Errorf("ResolveOxid2 of a made-up OXID: %v", err)
	}
	var fault *rpc.Fault
	if _, err := ResolveOXID2(ctx, b, 1).Wait(ctx); !errors.As(err, &fault) || fault.Status != 5 || statusOf(err) != (code.Code{}) {
		t.Errorf("a fault came as %v", err)
	}
	if status, err := SimplePing(ctx, b, 4711).Wait(ctx); err != nil || status != InvalidSet {
		t.Errorf("SimplePing of a made-up set: %#x, %v", status, err)
	}
	set, err := ComplexPing(ctx, b, PingChange{Sequence: 1, Add: []uint64{sampleStd.OID}}).Wait(ctx)
	if err != nil || set.Set == 0 {
		t.Fatalf("ComplexPing: %+v, %v", set, err)
	}
	if status, err := SimplePing(ctx, b, set.Set).Wait(ctx); err != nil || status != 0 {
		t.Errorf("SimplePing: %#x, %v", status, err)
	}
}

func TestActivationOverTheWire(t *testing.T) {
	var result Activation
	var refusal error
	s := &ActivatorServer{Create: func(context.Context, ActivationRequest) (Activation, error) { return result, refusal }}
	conn := host(t, rpc.Interface{Syntax: IIDRemoteSCMActivator.Syntax(), Handle: s.SCMHandle()},
		rpc.Interface{Syntax: IIDActivation.Syntax(), Handle: s.ActivationHandle()})
	ctx := within(t)
	request := ActivationRequest{Class: ClassLevel1Login, IIDs: []GUID{IIDLevel1Login, IIDServices}}
	scm, old := conn.Use(IIDRemoteSCMActivator.Syntax(), nil), conn.Use(IIDActivation.Syntax(), nil)
	ways := map[string]func() (Activation, error){
		"RemoteCreateInstance": func() (Activation, error) { return Activate(ctx, scm, request).Wait(ctx) },
		"RemoteActivation":     func() (Activation, error) { return RemoteActivation(ctx, old, request).Wait(ctx) },
	}
	for name, activate := range ways {
		result, refusal = *sampleActivation(), nil
		if got, err := activate(); err != nil || !reflect.DeepEqual(got, result) {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, result)
		}
		for number, space := range map[uint32]code.Space{ClassNotReg: code.HResult, 0x80070005: code.HResult, 0x80070422: code.HResult, AccessDenied: code.Win32} {
			refusal = Returned(name, number)
			got, err := activate()
			if statusOf(err) != (code.Code{Space: space, Number: number}) || got.HResult != number {
				t.Errorf("%s refused with %#x: %+v, %v", name, number, got, err)
			}
		}
		refusal = &rpc.Fault{Status: 5}
		var fault *rpc.Fault
		if got, err := activate(); !errors.As(err, &fault) || got.HResult != 0 {
			t.Errorf("%s with a fault: %+v, %v", name, got, err)
		}
	}
}

func TestRemUnknownOverTheWire(t *testing.T) {
	e := NewExporter(ExporterLimits{})
	s := &RemUnknownServer{Exporter: e, Resolver: func() Bindings { return sampleBindings }}
	conn := host(t, rpc.Interface{Syntax: IIDRemUnknown.Syntax(), Handle: s.Handle()}, rpc.Interface{Syntax: IIDRemUnknown2.Syntax(), Handle: s.Handle()})
	ctx := within(t)
	_, std, _ := e.Export(nil, 5, IIDEnumObject, IIDFetchSmart)
	one := Proxy{Binding: conn.Use(IIDRemUnknown.Syntax(), nil), IPID: e.RemUnknown(), Version: Newest}
	two := Proxy{Binding: conn.Use(IIDRemUnknown2.Syntax(), nil), IPID: e.RemUnknown(), Version: Newest}
	var held Held
	held.AddStd(std)

	found, err := RemQueryInterface(ctx, one, std.IPID, 3, IIDFetchSmart, IIDServices).Wait(ctx)
	if err != nil || len(found) != 2 || found[0].HResult != 0 || found[0].Std.PublicRefs != 3 || found[1].HResult != NoInterface {
		t.Fatalf("RemQueryInterface: %+v, %v", found, err)
	}
	held.AddStd(found[0].Std)
	held.AddStd(found[1].Std)
	if found, err := RemQueryInterface(ctx, one, std.IPID, 3, IIDServices).Wait(ctx); err != nil || found[0].HResult != NoInterface {
		t.Errorf("refused for every interface: %+v, %v", found, err)
	}
	if _, err := RemQueryInterface(ctx, one, NewGUID(), 3, IIDServices).Wait(ctx); statusOf(err).Number != InvalidObject {
		t.Errorf("of a made-up object: %v", err)
	}
	whole, err := RemQueryInterface2(ctx, two, std.IPID, IIDServices, IIDFetchSmart).Wait(ctx)
	if err != nil || len(whole) != 2 || whole[0].HResult != NoInterface || whole[0].Ref != nil || whole[1].Ref.Std.IPID != found[0].Std.IPID {
		t.Fatalf("RemQueryInterface2: %+v, %v", whole, err)
	}
	held.Add(whole[1].Ref)
	results, err := RemAddRef(ctx, one, Refs{IPID: std.IPID, Public: 2}, Refs{IPID: NewGUID(), Public: 1}).Wait(ctx)
	if err != nil || !reflect.DeepEqual(results, []uint32{OK, ObjectNotReg}) {
		t.Errorf("RemAddRef: %#x, %v", results, err)
	}
	held.AddStd(StdObjRef{IPID: std.IPID, PublicRefs: 2})
	if _, err := RemRelease(ctx, one, held.Take()...).Wait(ctx); err != nil || e.Len() != 0 {
		t.Errorf("RemRelease: %v, %d objects left", err, e.Len())
	}
	if _, err := RemRelease(ctx, two, Refs{IPID: NewGUID(), Public: 5}).Wait(ctx); err != nil {
		t.Errorf("RemRelease of what never was: %v", err)
	}
}

// A host may answer anything.
func TestAnswersThatLie(t *testing.T) {
	stub := make([]byte, 0, 64)
	hook := func(e *rpc.Event) rpc.Action {
		if e.Moment == rpc.AtRequest {
			return rpc.Action{Stub: stub}
		}
		return rpc.Action{}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	ended := make(chan error, 1)
	server := &rpc.Server{Hook: hook, Interfaces: []rpc.Interface{{Syntax: IIDObjectExporter.Syntax(), Handle: (&ResolverServer{}).Handle()}}}
	go func() { ended <- server.Serve(ctx, l) }()
	defer func() { cancel(); <-ended }()

	good := stubOf(vector(t, "serveralive2_win7.hex"))
	lies := map[string][]byte{
		"empty":              {1},
		"cut":                good[:40],
		"security offset":    append(append(append([]byte(nil), good[:14]...), 0xff, 0xff), good[16:]...),
		"length beyond":      append(append(append([]byte(nil), good[:8]...), 0xff, 0xff, 0xff, 0xff), good[12:]...),
		"words beyond array": append(append(append([]byte(nil), good[:12]...), 0xff, 0xff), good[14:]...),
	}
	for name, lie := range lies {
		stub = lie
		conn, err := (&rpc.Dialer{Network: network.System()}).Dial(ctx, netip.MustParseAddrPort(l.Addr().String()))
		if err != nil {
			t.Fatal(err)
		}
		a, err := ServerAlive2(ctx, conn.Use(IIDObjectExporter.Syntax(), nil)).Wait(ctx)
		var bad *rpc.Malformed
		if !errors.As(err, &bad) {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
		conn.Close()
	}
}
