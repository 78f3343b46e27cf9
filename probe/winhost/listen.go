package winhost

import (
	"context"
	"errors"
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
// find a way back in its bindings. The host answers from the moment Listen
// returns, and ends with ctx; wait for it with the returned function.
func (h *Host) Listen(ctx context.Context, n network.Network, at netip.AddrPort) (Listening, func() error, error) {
	h.machine.Do(func(m *machine.Machine) {
		m.Network.Addresses = []netip.Prefix{netip.PrefixFrom(at.Addr(), at.Addr().BitLen())}
	})
	mapper, err := n.Listen(ctx, at)
	if err != nil {
		return Listening{}, nil, err
	}
	object, err := h.listenObject(ctx, n, at.Addr())
	if err != nil {
		mapper.Close()
		return Listening{}, nil, err
	}
	where := Listening{addressOf(mapper), addressOf(object)}
	h.mu.Lock()
	h.port = where.Object.Port()
	h.mu.Unlock()
	return where, h.serveBoth(ctx, mapper, object), nil
}

func (h *Host) listenObject(ctx context.Context, n network.Network, at netip.Addr) (net.Listener, error) {
	var port uint16
	h.machine.Do(func(m *machine.Machine) { port = m.ObjectPort() })
	l, err := n.Listen(ctx, netip.AddrPortFrom(at, port))
	var taken *network.Error
	if port != 0 && errors.As(err, &taken) && taken.Kind == network.InUse {
		return n.Listen(ctx, netip.AddrPortFrom(at, 0))
	}
	return l, err
}

// serveBoth serves the two ports until ctx is done; the returned function waits
// for their end.
func (h *Host) serveBoth(ctx context.Context, mapper, object net.Listener) func() error {
	var wait sync.WaitGroup
	errs := make([]error, 2)
	for i, one := range []struct {
		server *rpc.Server
		at     net.Listener
	}{{h.mapper, mapper}, {h.objects, object}} {
		wait.Go(func() { errs[i] = one.server.Serve(ctx, one.at) })
	}
	return func() error {
		wait.Wait()
		return errors.Join(errs...)
	}
}

func addressOf(l net.Listener) netip.AddrPort {
	a, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	p := a.AddrPort()
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}
