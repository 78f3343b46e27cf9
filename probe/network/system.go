package network

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"
)

// System is the network of this machine.
func System() Network { return system{&net.Resolver{Dial: dialNameserver}} }

// dialNameserver reaches a name server for Go's own resolver, which looks at
// its context between packets only: a cancelled look-up would wait out its five
// seconds in the background. Windows and macOS ask their system instead.
func dialNameserver(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) }) // ctx ends with the exchange
	return c, nil
}

type system struct{ resolver *net.Resolver }

// LookupHost asks the system's resolver for A and AAAA.
func (s system) LookupHost(ctx context.Context, name string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(name); err == nil {
		return []netip.Addr{a}, nil
	}
	found, err := s.resolver.LookupNetIP(ctx, "ip", name)
	if err != nil {
		return nil, lookupError(ctx, name, err)
	}
	seen := make(map[netip.Addr]bool)
	addrs := make([]netip.Addr, 0, len(found))
	for _, a := range found {
		if a = a.Unmap(); !seen[a] {
			seen[a] = true
			addrs = append(addrs, a)
		}
	}
	return addrs, nil
}

// LookupKDC asks for the realm's SRV records and then for their targets. A
// target without an address is passed over unless it is the only one.
func (s system) LookupKDC(ctx context.Context, realm string) ([]netip.AddrPort, error) {
	_, records, err := s.resolver.LookupSRV(ctx, "kerberos", "tcp", realm)
	if err != nil {
		return nil, lookupError(ctx, realm, err)
	}
	var kdcs []netip.AddrPort
	var failed error
	for _, r := range records {
		addrs, err := s.LookupHost(ctx, r.Target)
		if err != nil {
			failed = err
			continue
		}
		for _, a := range addrs {
			kdcs = append(kdcs, netip.AddrPortFrom(a, r.Port))
		}
	}
	switch {
	case len(kdcs) > 0:
		return kdcs, nil
	case failed != nil:
		return nil, failed
	}
	return nil, &Error{Op: "lookup", Kind: DNS, Name: realm, NotFound: true, Err: errors.New("no Kerberos server is registered")}
}

// lookupError is an *Error of kind DNS, or Cancelled.
func lookupError(ctx context.Context, name string, err error) *Error {
	e := &Error{Op: "lookup", Kind: DNS, Name: name, Err: err}
	if errors.Is(ctx.Err(), context.Canceled) {
		e.Kind = Cancelled
		return e
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		e.NotFound = dns.IsNotFound
	}
	return e
}

// Dial sends SYNs until the host answers or ctx is done. The deadline is the
// caller's: three seconds see two SYNs of Linux, Windows and macOS, which
// repeat an unanswered one after a second.
func (s system) Dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	to = netip.AddrPortFrom(to.Addr().Unmap(), to.Port())
	var listen icmp
	defer listen.close()
	d := net.Dialer{FallbackDelay: -1, ControlContext: listen.control}
	d.SetMultipathTCP(false)
	c, err := d.DialContext(ctx, family("tcp", to.Addr()), to.String())
	if err == nil {
		listen.connected()
		return c, nil
	}
	e := Classify("dial", to, contextFirst(ctx, err))
	switch {
	case listen.prohibited():
		e.Kind = Prohibited
	case e.Kind == LocalDenied && routeProhibited(to.Addr()):
		e.Kind = Prohibited
	}
	return nil, e
}

// Listen opens one listener; ctx does not close it.
func (system) Listen(ctx context.Context, at netip.AddrPort) (net.Listener, error) {
	at = netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
	var lc net.ListenConfig
	lc.SetMultipathTCP(false)
	l, err := lc.Listen(ctx, family("tcp", at.Addr()), at.String())
	if err != nil {
		return nil, Classify("listen", at, contextFirst(ctx, err))
	}
	return l, nil
}

// family names the network so that the address decides between IPv4 and IPv6.
func family(network string, a netip.Addr) string {
	switch {
	case a.Is4():
		return network + "4"
	case a.Is6():
		return network + "6"
	}
	return network
}

// contextFirst prefers the reason of ctx: a cancelled dial and one that ran
// into its deadline may come back as the same timeout.
func contextFirst(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return errors.Join(context.Canceled, err)
	}
	if d, ok := ctx.Deadline(); ok && !time.Now().Before(d) && ctx.Err() != nil {
		return errors.Join(ctx.Err(), err)
	}
	return err
}
