// Package sink hosts one callback of WMI: the object resolver that the host
// asks where our object lives, the exporter it lives in, and IWbemObjectSink
// itself. It writes down everything that arrives, in order, and decides nothing.
//
// Windows resolves our reference before it runs the method that carries it
// (MS-DCOM 3.1.1.5.4), so the sink answers from the moment Listen returns.
package sink

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemobjectsink/v0"

	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/trace"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// Options say where the callback is expected and from whom.
type Options struct {
	Network network.Network
	// Local is the one address listened on: that of the route to the host.
	Local netip.Addr
	// Published is the address in our reference, Local where it is not valid.
	Published netip.Addr
	// ResolverPort is 135, which is where Windows looks whatever a reference
	// says; any other port is published with the address.
	ResolverPort uint16
	// SinkPorts are tried in turn for the object port; none means any free one.
	SinkPorts []uint16
	// Serves says whose calls are answered; others are written down and cut
	// off. nil serves everybody.
	Serves func(netip.Addr) bool

	Trace  trace.Sink
	Number func() int
}

// StandardPort is the well-known endpoint of an object resolver (MS-DCOM 1.9).
const StandardPort = 135

// Hard limits against strangers: a callback needs a handful of connections and
// rows of a few kilobytes.
const (
	maxConns   = 32
	maxRequest = 1 << 20
	idle       = 30 * time.Second
	maxRows    = 10_000
)

// Sink is one callback being hosted.
type Sink struct {
	options  Options
	resolver netip.AddrPort
	object   netip.AddrPort
	exporter *dcom.Exporter
	ref      *dcom.ObjRef
	log      log

	cancel context.CancelFunc
	wait   sync.WaitGroup
}

// Listen opens both ports and answers from then on. The error is a
// *network.Error of the port that could not be had. Close ends it.
func Listen(ctx context.Context, o Options) (*Sink, error) {
	if o.ResolverPort == 0 {
		o.ResolverPort = StandardPort
	}
	if !o.Published.IsValid() {
		o.Published = o.Local
	}
	s := &Sink{options: o}
	s.log.changed = make(chan struct{})
	s.exporter = dcom.NewExporter(dcom.ExporterLimits{Objects: 4, Gone: func(*dcom.Object) { s.log.add(Event{Port: Object, Kind: Released}) }})
	resolver, err := o.Network.Listen(ctx, netip.AddrPortFrom(o.Local, o.ResolverPort))
	if err != nil {
		return nil, err
	}
	object, err := listenFirst(ctx, o)
	if err != nil {
		resolver.Close()
		return nil, err
	}
	s.resolver, s.object = addressOf(resolver), addressOf(object)
	if err := s.export(); err != nil {
		return nil, errors.Join(err, resolver.Close(), object.Close())
	}
	ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	for port, l := range map[Port]net.Listener{Resolver: resolver, Object: object} {
		server := s.server(port)
		s.wait.Go(func() { _ = server.Serve(ctx, &guarded{Listener: l, sink: s, port: port}) })
	}
	return s, nil
}

func listenFirst(ctx context.Context, o Options) (l net.Listener, err error) {
	ports := o.SinkPorts
	if len(ports) == 0 {
		ports = []uint16{0}
	}
	for _, p := range ports {
		if l, err = o.Network.Listen(ctx, netip.AddrPortFrom(o.Local, p)); err == nil {
			return l, nil
		}
	}
	return nil, err
}

func addressOf(l net.Listener) netip.AddrPort {
	a, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	p := a.AddrPort()
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}

// export makes the one object and the reference to it. Its security bindings
// name NTLM alone: Windows then logs on with NTLM, which tells as whom, and
// tries again without a logon when that is refused.
func (s *Sink) export() error {
	_, std, err := s.exporter.Export(s, 5, dcom.IIDObjectSink)
	if err != nil {
		return err
	}
	s.ref = &dcom.ObjRef{Kind: dcom.Standard, IID: dcom.IIDObjectSink, Std: std, Resolver: s.resolverBindings()}
	return nil
}

// ObjRef is the reference to hand to IWbemServices::ExecQueryAsync.
func (s *Sink) ObjRef() *dcom.ObjRef { return s.ref }

// Resolver and Object are the addresses listened on.
func (s *Sink) Resolver() netip.AddrPort { return s.resolver }

// Object is the address of the object port.
func (s *Sink) Object() netip.AddrPort { return s.object }

// Close ends every connection and listener and waits until nothing runs.
func (s *Sink) Close() error {
	s.cancel()
	s.wait.Wait()
	return nil
}

func securityBindings() []dcom.SecurityBinding {
	return []dcom.SecurityBinding{{Authn: 0x0a, Authz: 0xffff}}
}

func (s *Sink) resolverBindings() dcom.Bindings {
	port := uint16(0)
	if s.resolver.Port() != StandardPort {
		port = s.resolver.Port()
	}
	return dcom.Bindings{Strings: []dcom.StringBinding{dcom.TCP(s.options.Published.String(), port)}, Security: securityBindings()}
}

func (s *Sink) objectBindings() dcom.Bindings {
	return dcom.Bindings{Strings: []dcom.StringBinding{dcom.TCP(s.options.Published.String(), s.object.Port())}, Security: securityBindings()}
}

// server answers one of the two ports.
func (s *Sink) server(port Port) *rpc.Server {
	server := &rpc.Server{
		Accept: s.accept(port), Hook: s.note(port), Redact: redact,
		Limits: rpc.Limits{MaxConns: maxConns, Idle: idle, MaxRequest: maxRequest},
		Trace:  s.options.Trace, Number: s.options.Number,
	}
	if port == Resolver {
		resolver := &dcom.ResolverServer{Alive: s.alive, Resolve: s.resolve}
		server.Interfaces = []rpc.Interface{{Syntax: dcom.IIDObjectExporter.Syntax(), Handle: resolver.Handle()}}
		return server
	}
	unknown := (&dcom.RemUnknownServer{Exporter: s.exporter, Resolver: s.resolverBindings}).Handle()
	server.Interfaces = []rpc.Interface{
		{Syntax: dcom.IIDRemUnknown.Syntax(), Handle: unknown},
		{Syntax: dcom.IIDRemUnknown2.Syntax(), Handle: unknown},
		{Syntax: dcom.IIDObjectSink.Syntax(), Handle: iwbemobjectsink.NewObjectSinkServerHandle(objectSink{sink: s})},
	}
	server.Dispatch = s.addressed
	return server
}

// addressed refuses calls to objects that were never handed out; the interface
// of the presentation context answers the others.
func (s *Sink) addressed(in *rpc.Incoming) (dcerpc.ServerHandle, error) {
	if in.Object == nil {
		return nil, &rpc.Fault{Status: dcom.InvalidObject}
	}
	ipid := dcom.GUIDOf(in.Object)
	if _, _, ok := s.exporter.Find(ipid); !ok && ipid != s.exporter.RemUnknown() {
		return nil, &rpc.Fault{Status: dcom.InvalidObject}
	}
	return nil, nil
}

// alive and resolve are the resolver's answers. ServerAlive2 comes without
// security and must be answered (MS-DCOM 3.2.4.1.2.1).
func (s *Sink) alive(context.Context) (dcom.Alive, error) {
	return dcom.Alive{Version: dcom.Newest, Bindings: s.resolverBindings()}, nil
}

func (s *Sink) resolve(_ context.Context, oxid uint64, _ []uint16) (dcom.Resolved, error) {
	if oxid != s.exporter.OXID() {
		return dcom.Resolved{}, dcom.Returned("ResolveOxid2", dcom.InvalidOXID)
	}
	return dcom.Resolved{
		Bindings: s.objectBindings(), RemUnknown: s.exporter.RemUnknown(),
		AuthnHint: uint32(rpc.LevelNone), Version: dcom.Newest,
	}, nil
}
