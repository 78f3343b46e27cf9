// Package winhost puts a simulated Windows machine on the wire: endpoint
// mapper, object resolver, activator, and the objects of WMI, over the same
// frames the client speaks. Every decision is the machine's; nothing here looks
// at what is expected of it.
package winhost

import (
	"context"
	"sync"

	"github.com/wmidoctor/wmidoctor/probe/trace"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// Options say how a host is offered.
type Options struct {
	Trace trace.Sink // every frame the host sends and reads; may be nil
}

// Host is one simulated Windows machine.
type Host struct {
	machine  *machine.Machine
	options  Options
	exporter *dcom.Exporter
	sets     dcom.PingSets
	path     *Path       // what lies between the host and who asks, in process
	mapper   *rpc.Server // port 135
	objects  *rpc.Server // the object port

	mu          sync.Mutex
	count       Count
	connections int
	port        uint16 // the object port as it is really listened at; 0: the machine's own
}

// New puts a machine on the wire. It listens nowhere yet.
func New(m *machine.Machine, o Options) *Host {
	h := &Host{machine: m, options: o, exporter: dcom.NewExporter(dcom.ExporterLimits{}), path: newPath()}
	h.mapper = h.newMapper()
	h.objects = h.newObjects()
	h.mapper.Number, h.objects.Number = h.number, h.number
	return h
}

// number counts connections over both ports.
func (h *Host) number() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.connections++
	return h.connections
}

// Machine is the machine behind the host, to be used through its Do.
func (h *Host) Machine() *machine.Machine { return h.machine }

// Path is what lies between the host and whoever asks it. Change it before the
// first question.
func (h *Host) Path() *Path { return h.path }

// callerOf is who makes the call that a handler's context belongs to.
func callerOf(ctx context.Context) machine.Caller {
	return callerIn(rpc.IncomingFrom(ctx))
}

func callerIn(in *rpc.Incoming) machine.Caller {
	if l, ok := in.Mechanism.(*logon); ok {
		return l.caller
	}
	return machine.Unknown(in.Peer.Remote.Addr().Unmap())
}

// resolverBindings are what the resolver says of itself, at the address the
// caller reached it by where the machine's own is not on any real network.
func (h *Host) resolverBindings(m *machine.Machine) dcom.Bindings {
	return bindingsOf(m.ResolverBindings())
}

// objectBindings are where the WMI object exporter listens.
func (h *Host) objectBindings(m *machine.Machine) dcom.Bindings {
	b := bindingsOf(m.Bindings())
	h.mu.Lock()
	port := h.port
	h.mu.Unlock()
	if port == 0 {
		return b
	}
	for i, s := range b.Strings {
		if host, p, ok := s.Split(); s.Tower == dcom.TowerTCP && ok && p != 0 {
			b.Strings[i] = dcom.TCP(host, port)
		}
	}
	return b
}

func bindingsOf(list []machine.Binding) dcom.Bindings {
	var b dcom.Bindings
	for _, s := range list {
		b.Strings = append(b.Strings, dcom.StringBinding{Tower: s.Tower, Address: s.Address})
	}
	for _, service := range []uint16{0x09, 0x1e, 0x10, 0x0a, 0x16, 0x1f, 0x0e} { // Windows 10's order
		b.Security = append(b.Security, dcom.SecurityBinding{Authn: service, Authz: 0xffff})
	}
	return b
}
