package winhost

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// Listening is where a served host can be reached.
type Listening struct {
	Mapper netip.AddrPort // the endpoint mapper
	Object netip.AddrPort // the WMI object exporter
}

// Listen opens the host's ports at one real address: the endpoint mapper where
// it is told, and the object port where the machine has it or, if that is taken,
// at any free one. The machine takes that address for its own, so that clients
// find a way back in its bindings, unless the path translates addresses. What the firewall and the path would do to a
// SYN at this moment happens to the real ports: they serve, refuse, drop, or
// answer as something else. The host answers from the moment Listen returns,
// and ends with ctx; the returned function waits for its end.
func (h *Host) Listen(ctx context.Context, n network.Network, at netip.AddrPort) (Listening, func() error, error) {
	r := &real{host: h, ctx: ctx, network: n}
	mapperBy, objectBy := h.treatment(standardPort), h.treatment(h.ownObjectPort())
	if h.path.Translate == nil {
		h.machine.Do(func(m *machine.Machine) {
			m.Network.Addresses = []netip.Prefix{netip.PrefixFrom(at.Addr(), at.Addr().BitLen())}
		})
	}
	mapper, err := r.open(at, mapperBy, h.mapper, standardPort)
	if err != nil {
		return Listening{}, nil, errors.Join(err, r.end())
	}
	own := h.ownObjectPort()
	object, err := r.open(netip.AddrPortFrom(at.Addr(), own), objectBy, h.objects, own)
	if taken(err) {
		object, err = r.open(netip.AddrPortFrom(at.Addr(), 0), objectBy, h.objects, own)
	}
	if err != nil {
		return Listening{}, nil, errors.Join(err, r.end())
	}
	h.mu.Lock()
	h.port = object.Port()
	h.mu.Unlock()
	return Listening{mapper, object}, r.waitFor, nil
}

const standardPort = 135

func (h *Host) ownObjectPort() (port uint16) {
	h.machine.Do(func(m *machine.Machine) { port = m.ObjectPort() })
	return port
}

func taken(err error) bool {
	var e *network.Error
	return errors.As(err, &e) && e.Kind == network.InUse
}

// treatment is what happens to a SYN of the path's client at one of the host's
// own ports.
func (h *Host) treatment(port uint16) Treatment {
	var own netip.Addr
	var action machine.Action
	h.machine.Do(func(m *machine.Machine) {
		action = m.Admits(machine.In, h.path.Client, port, "")
		if len(m.Network.Addresses) > 0 {
			own = m.Network.Addresses[0].Addr()
		}
	})
	if h.path.Dial != nil {
		if t := h.path.Dial(netip.AddrPortFrom(own, port)); t != Pass {
			return t
		}
	}
	switch action {
	case machine.Drop:
		return Swallow
	case machine.Reject:
		return Refuse
	case machine.Reset:
		return CutFirst
	}
	return Pass
}

// real is what was opened for one Listen.
type real struct {
	host    *Host
	network network.Network
	ctx     context.Context
	wait    sync.WaitGroup
	mu      sync.Mutex
	errs    []error
	stop    []func()
}

// open makes one port behave. own is its number on the machine.
func (r *real) open(at netip.AddrPort, t Treatment, server *rpc.Server, own uint16) (netip.AddrPort, error) {
	if t == Swallow {
		where, release, err := swallowSYNs(r.ctx, at)
		if err == nil {
			r.keep(release)
		}
		return where, err
	}
	if t == NoRoute || t == Forbid || t == DeniedHere {
		return netip.AddrPort{}, fmt.Errorf("this fault of the path needs network namespaces; it cannot be played on a plain address")
	}
	l, err := r.network.Listen(r.ctx, at)
	if err != nil {
		return netip.AddrPort{}, err
	}
	where := addressOf(l)
	switch t {
	case Refuse:
		l.Close()
	case NotRPC, CutFirst, SwallowData:
		r.wait.Go(func() { r.acceptStrange(l, t) })
	default:
		r.wait.Go(func() { r.failed(server.Serve(r.ctx, bentListener{l, r.host.path, own})) })
	}
	return where, nil
}

// acceptStrange serves connections that are no Windows RPC.
func (r *real) acceptStrange(l net.Listener, t Treatment) {
	stop := context.AfterFunc(r.ctx, func() { l.Close() })
	defer stop()
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		r.wait.Go(func() { serveStrange(r.ctx, c, t) })
	}
}

func (r *real) keep(release func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stop = append(r.stop, release)
}

func (r *real) failed(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errs = append(r.errs, err)
}

// waitFor waits until ctx has ended the ports.
func (r *real) waitFor() error {
	<-r.ctx.Done()
	r.wait.Wait()
	return r.end()
}

func (r *real) end() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, release := range r.stop {
		release()
	}
	r.stop = nil
	return errors.Join(r.errs...)
}

func addressOf(l net.Listener) netip.AddrPort {
	a, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	p := a.AddrPort()
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}
