package sink

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	mswmi "github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemobjectsink/v0"

	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/ntlm"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmi"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmio"
)

// listening hosts a callback on loopback, at a free port instead of 135.
func listening(t *testing.T, change func(*Options)) *Sink {
	t.Helper()
	free, err := network.System().Listen(t.Context(), netip.MustParseAddrPort("127.13.6.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	port := addressOf(free).Port()
	free.Close()
	o := Options{Network: network.System(), Local: netip.MustParseAddr("127.13.6.1"), ResolverPort: port}
	if change != nil {
		change(&o)
	}
	s, err := Listen(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func dial(t *testing.T, to netip.AddrPort) *rpc.Conn {
	t.Helper()
	c, err := (&rpc.Dialer{Network: network.System()}).Dial(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func machineAccount() *rpc.Auth {
	return &rpc.Auth{Type: dcerpc.AuthTypeWinNT, Level: rpc.LevelConnect, Mechanism: ntlm.NewClient(ntlm.ClientOptions{Sign: true},
		func(ntlm.Challenge) (ntlm.Credential, error) {
			return ntlm.Credential{User: "WINHOST$", Domain: "LAB", Password: "whatever it is"}, nil
		})}
}

// The way of a callback as Windows goes it (captures.md, capture 13): resolver
// without security, then with NTLM, which is refused, then without again; then
// the object.
func TestCallbackAsWindowsMakesIt(t *testing.T) {
	s := listening(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	exporter := dcom.IIDObjectExporter.Syntax()

	if _, err := dcom.ServerAlive2(ctx, dial(t, s.Resolver()).Use(exporter, nil)).Wait(ctx); err != nil {
		t.Fatal(err)
	}
	secured, err := dial(t, s.Resolver()).Bind(ctx, machineAccount(), exporter)
	if err != nil {
		t.Fatal(err)
	}
	_, err = dcom.ResolveOXID2(ctx, secured[0], s.ObjRef().Std.OXID).Wait(ctx)
	var fault *rpc.Fault
	if !errors.As(err, &fault) || fault.Status != accessDenied {
		t.Fatalf("a logon that cannot be verified: %v, want fault 5", err)
	}
	found, err := dcom.ResolveOXID2(ctx, dial(t, s.Resolver()).Use(exporter, nil), s.ObjRef().Std.OXID).Wait(ctx)
	if err != nil || found.Bindings.Port() != s.Object().Port() || found.AuthnHint != uint32(rpc.LevelNone) {
		t.Fatalf("%+v, %v", found, err)
	}
	object := dial(t, s.Object())
	deliver(t, ctx, object, s)
	unknown := dcom.Proxy{Binding: object.Use(dcom.IIDRemUnknown2.Syntax(), nil), IPID: found.RemUnknown}
	std := s.ObjRef().Std
	if _, err := dcom.RemRelease(ctx, unknown, dcom.Refs{IPID: std.IPID, Public: std.PublicRefs}).Wait(ctx); err != nil {
		t.Fatal(err)
	}
	checkLog(t, s.Events())
}

// deliver calls Indicate with one row, and SetStatus.
func deliver(t *testing.T, ctx context.Context, c *rpc.Conn, s *Sink) {
	t.Helper()
	row, err := (&wmio.Class{Name: "Win32_OperatingSystem", Properties: []wmio.Property{{Name: "Caption", Type: wmio.String}}}).
		New(map[string]any{"Caption": "a Windows"})
	if err != nil {
		t.Fatal(err)
	}
	ref, err := wmi.ObjectRef(row)
	if err != nil {
		t.Fatal(err)
	}
	p := dcom.Proxy{Binding: c.Use(dcom.IIDObjectSink.Syntax(), nil), IPID: s.ObjRef().Std.IPID}
	in := &iwbemobjectsink.IndicateRequest{This: p.This(), ObjectCount: 1, ObjectArray: []*mswmi.ClassObject{(*mswmi.ClassObject)(ref.Pointer())}}
	indicated := &iwbemobjectsink.IndicateResponse{}
	if _, err := dcom.Send(ctx, p.Binding, in, indicated, func() (int32, error) { return indicated.Return, nil }, p.Call()).Wait(ctx); err != nil {
		t.Fatal(err)
	}
	end := &iwbemobjectsink.SetStatusResponse{}
	if _, err := dcom.Send(ctx, p.Binding, &iwbemobjectsink.SetStatusRequest{This: p.This()}, end,
		func() (int32, error) { return end.Return, nil }, p.Call()).Wait(ctx); err != nil {
		t.Fatal(err)
	}
}

func checkLog(t *testing.T, events []Event) {
	t.Helper()
	var identity string
	var rows, ended, released int
	var calls []string
	for _, e := range events {
		switch e.Kind {
		case Identified:
			identity = e.Identity
		case Called:
			calls = append(calls, e.Call)
		case Indicated:
			rows += len(e.Rows)
			if v, _ := e.Rows[0].Object.Value("Caption"); v != "a Windows" {
				t.Errorf("row: %v", v)
			}
		case Ended:
			ended++
		case Released:
			released++
		}
	}
	if identity != `LAB\WINHOST$` || rows != 1 || ended != 1 || released != 1 {
		t.Errorf("identity %q, %d rows, %d ends, %d releases", identity, rows, ended, released)
	}
	want := []string{"ServerAlive2", "ResolveOxid2", "Indicate", "SetStatus", "RemRelease"}
	if len(calls) != len(want) {
		t.Fatalf("calls %v, want %v", calls, want)
	}
	for i := range want {
		if calls[i] != want[i] {
			t.Errorf("calls %v, want %v", calls, want)
		}
	}
}

func TestOthersAreNotServed(t *testing.T) {
	s := listening(t, func(o *Options) { o.Serves = func(a netip.Addr) bool { return a.String() == "192.0.2.1" } })
	c := dial(t, s.Resolver())
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if _, err := dcom.ServerAlive2(ctx, c.Use(dcom.IIDObjectExporter.Syntax(), nil)).Wait(ctx); err == nil {
		t.Error("a stranger was answered")
	}
	if e, err := s.Wait(ctx, func(e Event) bool { return e.Kind == Refused }); err != nil || !e.From.Addr().IsLoopback() {
		t.Errorf("the stranger was not written down: %v", err)
	}
}

func TestUnknownObjectsAreRefused(t *testing.T) {
	s := listening(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if _, err := dcom.ResolveOXID2(ctx, dial(t, s.Resolver()).Use(dcom.IIDObjectExporter.Syntax(), nil), 4711).Wait(ctx); err == nil {
		t.Error("an unknown OXID was resolved")
	}
	p := dcom.Proxy{Binding: dial(t, s.Object()).Use(dcom.IIDObjectSink.Syntax(), nil), IPID: dcom.NewGUID()}
	end := &iwbemobjectsink.SetStatusResponse{}
	_, err := dcom.Send(ctx, p.Binding, &iwbemobjectsink.SetStatusRequest{This: p.This()}, end, func() (int32, error) { return end.Return, nil }, p.Call()).Wait(ctx)
	var fault *rpc.Fault
	if !errors.As(err, &fault) || fault.Status != dcom.InvalidObject {
		t.Errorf("%v, want fault %#x", err, dcom.InvalidObject)
	}
}
