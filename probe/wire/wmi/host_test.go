package wmi

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	mswmi "github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/ienumwbemclassobject/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemfetchsmartenum/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemlevel1login/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemservices/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemwcosmartenum/v0"
	"go.uber.org/goleak"

	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/trace"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmio"
)

// host is as much of a WMI service as the client can tell apart: one class,
// rows by number, refusals by query and namespace.
type host struct {
	t        *testing.T
	exporter *dcom.Exporter
	class    *wmio.Class
	login    dcom.StdObjRef

	mu       sync.Mutex
	resource string // of the last login
	query    string
	sink     *dcom.ObjRef
	calls    []string // interface and opnum of each request
	releases int
	turns    int  // from a frame of the client to one of the host
	spoil    bool // answer with an object that cannot be read
}

func newHost(t *testing.T) *host {
	h := &host{t: t, exporter: dcom.NewExporter(dcom.ExporterLimits{}), class: &wmio.Class{Name: "Win32_Thing",
		Properties: []wmio.Property{{Name: "Number", Type: wmio.UInt32}, {Name: "Name", Type: wmio.String}}}}
	var err error
	if _, h.login, err = h.exporter.Export(nil, 5, dcom.IIDLevel1Login); err != nil {
		t.Fatal(err)
	}
	return h
}

// activation is what an activator would have answered.
func (h *host) activation() *dcom.Activation {
	return &dcom.Activation{OXID: h.exporter.OXID(), RemUnknown: h.exporter.RemUnknown(), AuthnHint: 5, Version: dcom.Newest,
		Interfaces: []dcom.Activated{{IID: dcom.IIDLevel1Login, Ref: h.ref(dcom.IIDLevel1Login, h.login)}}}
}

func (h *host) ref(iid dcom.GUID, std dcom.StdObjRef) *dcom.ObjRef {
	return &dcom.ObjRef{Kind: dcom.Standard, IID: iid, Std: std}
}

func (h *host) export(impl any, iids ...dcom.GUID) *ms.InterfacePointer {
	_, std, err := h.exporter.Export(impl, 5, iids...)
	if err != nil {
		h.t.Error(err)
	}
	return h.ref(iids[0], std).Pointer()
}

func (h *host) object(number int) *wmio.Object {
	o, err := h.class.New(map[string]any{"Number": uint32(number), "Name": "Ding"})
	if err != nil {
		h.t.Error(err)
	}
	return o
}

// serve starts the host on loopback and returns a connection to it.
func (h *host) serve(accept func(*rpc.Peer, dcerpc.AuthType, rpc.Level) (rpc.Mechanism, error)) *rpc.Conn {
	unknown := (&dcom.RemUnknownServer{Exporter: h.exporter, Resolver: func() dcom.Bindings { return dcom.Bindings{} },
		Released: func(context.Context, []dcom.Refs) { h.mu.Lock(); h.releases++; h.mu.Unlock() }}).Handle()
	server := &rpc.Server{Accept: accept, Interfaces: []rpc.Interface{
		{Syntax: dcom.IIDRemUnknown.Syntax(), Handle: unknown},
		{Syntax: dcom.IIDLevel1Login.Syntax(), Handle: iwbemlevel1login.NewLevel1LoginServerHandle(loginServer{h: h})},
		{Syntax: dcom.IIDServices.Syntax(), Handle: iwbemservices.NewServicesServerHandle(servicesServer{h: h})},
		{Syntax: dcom.IIDEnumObject.Syntax(), Handle: ienumwbemclassobject.NewEnumClassObjectServerHandle(enumServer{h: h})},
		{Syntax: dcom.IIDFetchSmart.Syntax(), Handle: iwbemfetchsmartenum.NewFetchSmartEnumServerHandle(fetchServer{h: h})},
		{Syntax: dcom.IIDSmartEnum.Syntax(), Handle: iwbemwcosmartenum.NewWCOSmartEnumServerHandle(smartServer{h: h})},
	}, Hook: func(e *rpc.Event) rpc.Action {
		if e.Moment == rpc.AtRequest {
			h.mu.Lock()
			h.calls = append(h.calls, dcom.Name(dcom.GUIDOf(e.Request.Interface.IfUUID)))
			h.mu.Unlock()
		}
		return rpc.Action{}
	}, Failed: func(_ *rpc.Peer, err error) { h.t.Errorf("server: %v", err) }}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		h.t.Fatal(err)
	}
	before := goleak.IgnoreCurrent()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, l) }()
	out := false // the frame before went out
	trace := func(f trace.Frame) {
		h.mu.Lock()
		defer h.mu.Unlock()
		if out && !f.Out {
			h.turns++
		}
		out = f.Out && f.Type != "connect"
	}
	conn, err := (&rpc.Dialer{Network: network.System(), Trace: trace}).Dial(ctx, l.Addr().(*net.TCPAddr).AddrPort())
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		conn.Close()
		cancel()
		if err := <-ended; err != nil {
			h.t.Error(err)
		}
		goleak.VerifyNone(h.t, before)
	})
	return conn
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// cursor is the state of one result.
type cursor struct {
	next, end int
	late      bool  // answers every Next too late
	fails     int32 // ends with this instead of WBEM_S_FALSE
	cache     wmio.ClassCache
}

func (c *cursor) take(count int) (from, to int, status int32) {
	if c.late {
		return 0, 0, int32(StatusTimedOut)
	}
	from, to = c.next, min(c.next+count, c.end)
	c.next = to
	switch {
	case to-from == count:
		return from, to, 0
	case c.fails != 0:
		return from, to, c.fails
	}
	return from, to, int32(StatusEnd)
}

// cursorOf finds the object that a call is for, by its IPID.
func (h *host) cursorOf(ctx context.Context) (*cursor, error) {
	o, _, ok := h.exporter.Find(dcom.GUIDOf(rpc.IncomingFrom(ctx).Object))
	if !ok {
		return nil, &rpc.Fault{Status: dcom.InvalidObject}
	}
	return o.Impl.(*cursor), nil
}

func negative(code uint32) int32 { return int32(code) }

type loginServer struct {
	iwbemlevel1login.UnimplementedLevel1LoginServer
	h *host
}

func (s loginServer) NTLMLogin(_ context.Context, in *iwbemlevel1login.NTLMLoginRequest) (*iwbemlevel1login.NTLMLoginResponse, error) {
	s.h.mu.Lock()
	s.h.resource = in.NetworkResource
	s.h.mu.Unlock()
	out := &iwbemlevel1login.NTLMLoginResponse{That: &ms.ORPCThat{}}
	switch _, path := SplitResource(in.NetworkResource); {
	case in.PreferredLocale != "" || in.Flags != 0 || in.Context != nil:
		out.Return = negative(0x80041008)
	case path == `root\denied`:
		out.Return = negative(0x80041003)
	case path != `root\cimv2` && path != `root\größe`:
		out.Return = negative(0x8004100E)
	default:
		out.Namespace = (*mswmi.Services)(s.h.export(nil, dcom.IIDServices))
	}
	return out, nil
}

type servicesServer struct {
	iwbemservices.UnimplementedServicesServer
	h *host
}

func (s servicesServer) ExecQuery(_ context.Context, in *iwbemservices.ExecQueryRequest) (*iwbemservices.ExecQueryResponse, error) {
	s.h.mu.Lock()
	s.h.query = in.Query.Data
	s.h.mu.Unlock()
	out := &iwbemservices.ExecQueryResponse{That: &ms.ORPCThat{}}
	results := map[string]*cursor{
		"none": {}, "one": {end: 1}, "many": {end: 250}, "late": {late: true}, "broken": {end: 3, fails: negative(0x80041003)}, "größer": {end: 1},
	}
	c, ok := results[in.Query.Data]
	if !ok || in.QueryLanguage.Data != "WQL" || in.Flags != int32(FlagsSemiSync) {
		out.Return = negative(0x80041017)
		return out, nil
	}
	out.Enum = (*mswmi.EnumClassObject)(s.h.export(c, dcom.IIDEnumObject, dcom.IIDFetchSmart))
	return out, nil
}

func (s servicesServer) ExecQueryAsync(_ context.Context, in *iwbemservices.ExecQueryAsyncRequest) (*iwbemservices.ExecQueryAsyncResponse, error) {
	ref, err := dcom.FromPointer(in.ResponseHandler.InterfacePointer())
	if err != nil {
		s.h.t.Error(err)
	}
	s.h.mu.Lock()
	s.h.sink = ref
	s.h.mu.Unlock()
	out := &iwbemservices.ExecQueryAsyncResponse{That: &ms.ORPCThat{}}
	if in.Query.Data == "unreachable" {
		out.Return = negative(0x800706BA)
	}
	return out, nil
}

func (s servicesServer) CancelAsyncCall(_ context.Context, in *iwbemservices.CancelAsyncCallRequest) (*iwbemservices.CancelAsyncCallResponse, error) {
	return &iwbemservices.CancelAsyncCallResponse{That: &ms.ORPCThat{}}, nil
}

func (s servicesServer) OpenNamespace(_ context.Context, in *iwbemservices.OpenNamespaceRequest) (*iwbemservices.OpenNamespaceResponse, error) {
	out := &iwbemservices.OpenNamespaceResponse{That: &ms.ORPCThat{}}
	if in.Namespace.Data != "größe" {
		out.Return = negative(0x8004100E)
		return out, nil
	}
	out.WorkingNamespace = (*mswmi.Services)(s.h.export(nil, dcom.IIDServices))
	return out, nil
}

func (s servicesServer) GetObject(_ context.Context, in *iwbemservices.GetObjectRequest) (*iwbemservices.GetObjectResponse, error) {
	out := &iwbemservices.GetObjectResponse{That: &ms.ORPCThat{}}
	if in.ObjectPath.Data != s.h.class.Name {
		out.Return = negative(0x80041002)
		return out, nil
	}
	ref, err := ObjectRef(&wmio.Object{Class: s.h.class})
	if err != nil {
		s.h.t.Error(err)
	}
	out.Object = (*mswmi.ClassObject)(ref.Pointer())
	return out, nil
}

type enumServer struct {
	ienumwbemclassobject.UnimplementedEnumClassObjectServer
	h *host
}

func (s enumServer) Next(ctx context.Context, in *ienumwbemclassobject.NextRequest) (*ienumwbemclassobject.NextResponse, error) {
	c, err := s.h.cursorOf(ctx)
	if err != nil {
		return &ienumwbemclassobject.NextResponse{}, err
	}
	out := &ienumwbemclassobject.NextResponse{That: &ms.ORPCThat{}, Count: in.Count}
	var from, to int
	from, to, out.Return = c.take(int(in.Count))
	for i := from; i < to; i++ {
		ref, err := ObjectRef(s.h.object(i))
		if err != nil {
			s.h.t.Error(err)
		}
		if s.h.spoil {
			ref.Data = ref.Data[:len(ref.Data)/2]
		}
		out.Objects = append(out.Objects, (*mswmi.ClassObject)(ref.Pointer()))
	}
	out.Returned = uint32(len(out.Objects))
	return out, nil
}

func (s enumServer) Reset(context.Context, *ienumwbemclassobject.ResetRequest) (*ienumwbemclassobject.ResetResponse, error) {
	return &ienumwbemclassobject.ResetResponse{That: &ms.ORPCThat{}, Return: negative(0x80041016)}, nil
}

type fetchServer struct {
	iwbemfetchsmartenum.UnimplementedFetchSmartEnumServer
	h *host
}

func (s fetchServer) GetSmartEnum(ctx context.Context, _ *iwbemfetchsmartenum.GetSmartEnumRequest) (*iwbemfetchsmartenum.GetSmartEnumResponse, error) {
	c, err := s.h.cursorOf(ctx)
	if err != nil {
		return &iwbemfetchsmartenum.GetSmartEnumResponse{}, err
	}
	return &iwbemfetchsmartenum.GetSmartEnumResponse{That: &ms.ORPCThat{}, SmartEnum: (*mswmi.WCOSmartEnum)(s.h.export(c, dcom.IIDSmartEnum))}, nil
}

type smartServer struct {
	iwbemwcosmartenum.UnimplementedWCOSmartEnumServer
	h *host
}

func (s smartServer) Next(ctx context.Context, in *iwbemwcosmartenum.NextRequest) (*iwbemwcosmartenum.NextResponse, error) {
	c, err := s.h.cursorOf(ctx)
	if err != nil {
		return &iwbemwcosmartenum.NextResponse{}, err
	}
	out := &iwbemwcosmartenum.NextResponse{That: &ms.ORPCThat{}}
	var from, to int
	from, to, out.Return = c.take(int(in.Count))
	var objects []*wmio.Object
	for i := from; i < to; i++ {
		objects = append(objects, s.h.object(i))
	}
	if len(objects) > 0 {
		if out.Buffer, err = wmio.EncodeArray(objects, &c.cache); err != nil {
			s.h.t.Error(err)
		}
	}
	out.Returned, out.BufferSize = uint32(len(objects)), uint32(len(out.Buffer))
	return out, nil
}
