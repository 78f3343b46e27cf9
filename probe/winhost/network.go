package winhost

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// Network is the world as a client of this host sees it, inside the process:
// the host's name, its firewall, its ports, and the path between. Connections
// are in memory and carry the same bytes as a socket. Close ends what was
// started for it.
type Network struct {
	host *Host
	path *Path

	ctx    context.Context
	cancel context.CancelFunc
	wait   sync.WaitGroup

	mu    sync.Mutex
	ports uint16 // the client's last ephemeral port
}

var _ network.Network = (*Network)(nil)

// Network makes the world around the host.
func (h *Host) Network() *Network {
	ctx, cancel := context.WithCancel(context.Background())
	return &Network{host: h, path: h.path, ctx: ctx, cancel: cancel, ports: 50000}
}

// Close ends every connection and waits until nothing of it runs any more.
func (n *Network) Close() error {
	n.cancel()
	n.wait.Wait()
	return nil
}

// LookupHost knows the host by its names, and whatever the path names.
func (n *Network) LookupHost(ctx context.Context, name string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(name); err == nil {
		return []netip.Addr{a}, nil
	}
	fail := func(err error, notFound bool) error {
		return &network.Error{Op: "lookup", Kind: network.DNS, Name: name, NotFound: notFound, Err: err}
	}
	if n.path.Silent {
		<-ctx.Done()
		return nil, fail(errors.New("the name server does not answer"), false)
	}
	key := strings.ToLower(strings.TrimSuffix(name, "."))
	if list, ok := n.path.Names[key]; ok {
		if len(list) == 0 {
			return nil, fail(errors.New("no such host"), true)
		}
		return list, nil
	}
	var known bool
	var addresses []netip.Addr
	n.host.machine.Do(func(m *machine.Machine) {
		known = key == strings.ToLower(m.Computer) || key == m.FQDN()
		for _, p := range m.Network.Addresses {
			addresses = append(addresses, p.Addr())
		}
	})
	if !known || len(addresses) == 0 {
		return nil, fail(errors.New("no such host"), true)
	}
	return addresses, nil
}

// LookupKDC finds no Kerberos server: this world has none.
func (n *Network) LookupKDC(_ context.Context, realm string) ([]netip.AddrPort, error) {
	return nil, &network.Error{Op: "lookup", Kind: network.DNS, Name: realm, NotFound: true, Err: errors.New("no Kerberos server is registered")}
}

// SourceFor is the client's address on the path.
func (n *Network) SourceFor(netip.Addr) (netip.Addr, bool, error) {
	return n.path.Client, n.path.OnLink, nil
}

// Dial opens a connection to the host, if the path and the host's firewall let
// it through.
func (n *Network) Dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	if a := to.Addr(); a.IsLinkLocalUnicast() && a.Is6() && a.Zone() == "" {
		// Linux says EINVAL before a packet leaves
		return nil, &network.Error{Op: "dial", Kind: network.Unreachable, Addr: to, Errno: uintptr(syscall.EINVAL), Err: syscall.EINVAL}
	}
	if n.path.Delay > 0 {
		if err := n.pause(ctx, to, n.path.Delay); err != nil {
			return nil, err
		}
	}
	treatment := Pass
	if n.path.Dial != nil {
		treatment = n.path.Dial(to)
	}
	inside, known := to, true
	if n.path.Translate != nil {
		if t, ok := n.path.Translate(to); ok {
			inside = t
		}
	}
	switch treatment {
	case Pass:
		known = n.belongs(inside.Addr())
	case NotRPC, CutFirst, SwallowData:
		return n.strange(to, treatment), nil
	default:
		return nil, n.refusal(ctx, to, treatment)
	}
	if !known {
		return nil, n.refusal(ctx, to, NoRoute)
	}
	return n.knock(ctx, to, inside)
}

func (n *Network) belongs(a netip.Addr) (yes bool) {
	n.host.machine.Do(func(m *machine.Machine) {
		for _, p := range m.Network.Addresses {
			yes = yes || p.Addr() == a.Unmap()
		}
	})
	return yes
}

// knock asks the host's firewall and connects.
func (n *Network) knock(ctx context.Context, to, inside netip.AddrPort) (net.Conn, error) {
	var action machine.Action
	var object uint16
	var absent bool // nobody answers for the address on the subnet itself
	n.host.machine.Do(func(m *machine.Machine) {
		absent = m.System.Off && n.path.OnLink
		action = m.Admits(machine.In, n.path.Client, inside.Port(), "")
		object = m.ObjectPort()
	})
	switch {
	case absent:
		return nil, n.refusal(ctx, to, NoRoute)
	case action == machine.Drop:
		return nil, n.refusal(ctx, to, Swallow)
	case action == machine.Reject:
		return nil, n.refusal(ctx, to, Refuse)
	}
	client, server := newPipe(netip.AddrPortFrom(n.path.Client, n.port()), to)
	serve := n.host.mapper.ServeConn
	switch inside.Port() {
	case 135:
	case object:
		serve = n.host.objects.ServeConn
	default:
		serve = func(ctx context.Context, c net.Conn) { <-ctx.Done(); c.Close() } // another service of the host, which says nothing
	}
	if action == machine.Reset {
		serve = func(_ context.Context, c net.Conn) { resetOnData(c) }
	}
	n.wait.Go(func() { serve(n.ctx, n.path.flow(inside.Port(), server)) })
	if n.path.Wrap != nil {
		return n.path.Wrap(to, client), nil
	}
	return client, nil
}

func (n *Network) port() uint16 {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ports++
	return n.ports
}

// refusal is the error of a SYN that did not get through, after the time that
// it takes.
func (n *Network) refusal(ctx context.Context, to netip.AddrPort, t Treatment) error {
	e := &network.Error{Op: "dial", Addr: to}
	switch t {
	case Refuse:
		e.Kind, e.Err = network.Refused, errors.New("connection refused")
	case NoRoute:
		e.Kind, e.Err = network.Unreachable, errors.New("no route to host")
	case Forbid:
		e.Kind, e.Err = network.Prohibited, errors.New("administratively prohibited")
	case DeniedHere:
		e.Kind, e.Err = network.LocalDenied, errors.New("operation not permitted")
	default:
		<-ctx.Done()
		return network.Classify("dial", to, ctx.Err())
	}
	return e
}

func (n *Network) pause(ctx context.Context, to netip.AddrPort, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return network.Classify("dial", to, ctx.Err())
	}
}

// strange is a connection to something that is no Windows RPC.
func (n *Network) strange(to netip.AddrPort, t Treatment) net.Conn {
	client, server := newPipe(netip.AddrPortFrom(n.path.Client, n.port()), to)
	n.wait.Go(func() { serveStrange(n.ctx, server, t) })
	return client
}

// serveStrange is the other end of such a connection, until it ends or ctx is
// done.
func serveStrange(ctx context.Context, c net.Conn, t Treatment) {
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	switch t {
	case NotRPC:
		answerHTTP(c)
	case CutFirst:
		resetOnData(c)
	default:
		_, _ = io.Copy(io.Discard, c)
	}
}

func resetOnData(c net.Conn) {
	_, _ = c.Read(make([]byte, 1))
	if l, ok := c.(interface{ SetLinger(int) error }); ok {
		_ = l.SetLinger(0)
	}
	c.Close()
}

// answerHTTP is a web server on the wrong port.
func answerHTTP(c net.Conn) {
	_, _ = c.Read(make([]byte, 1024))
	body := "<html><body>400 Bad Request</body></html>"
	fmt.Fprintf(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(body), body)
	c.Close()
}

// Listen is refused: nothing in this world calls back.
func (n *Network) Listen(_ context.Context, at netip.AddrPort) (net.Listener, error) {
	return nil, &network.Error{Op: "listen", Kind: network.LocalDenied, Addr: at, Err: errors.New("not possible in practice")}
}
