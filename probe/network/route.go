package network

import (
	"errors"
	"net"
	"net/netip"
	"syscall"
)

// discard is the port that a route look-up names. Connecting a UDP socket asks
// the routing table and sends nothing.
const discard = 9

// SourceFor connects a UDP socket, which sends nothing, and reads its address.
func (system) SourceFor(to netip.Addr) (from netip.Addr, onLink bool, err error) {
	to = to.Unmap()
	at := netip.AddrPortFrom(to, discard)
	c, err := net.DialUDP(family("udp", to), nil, net.UDPAddrFromAddrPort(at))
	if err != nil {
		return netip.Addr{}, false, Classify("route", at, err)
	}
	defer c.Close()
	local, ok := c.LocalAddr().(*net.UDPAddr)
	if !ok {
		return netip.Addr{}, false, Classify("route", at, errors.New("the socket has no address"))
	}
	from = local.AddrPort().Addr().Unmap()
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return netip.Addr{}, false, Classify("route", at, err)
	}
	return from, attached(addrs, from, to), nil
}

// attached reports whether the subnet of the address from holds to.
func attached(addrs []net.Addr, from, to netip.Addr) bool {
	from, to = from.WithZone(""), to.WithZone("")
	if from == to {
		return true
	}
	for _, a := range addrs {
		ip, ok := a.(*net.IPNet)
		if !ok {
			continue
		}
		addr, ok := netip.AddrFromSlice(ip.IP)
		if !ok {
			continue
		}
		bits, _ := ip.Mask.Size()
		subnet := netip.PrefixFrom(addr.Unmap(), bits)
		loopback := from.IsLoopback() && subnet.Addr().IsLoopback() // all of 127.0.0.0/8 is ours
		if (subnet.Addr() == from || loopback) && subnet.Masked().Contains(to) {
			return true
		}
	}
	return false
}

// routeProhibited tells a prohibit route, which refuses every protocol, from a
// local firewall that refuses this connection.
func routeProhibited(to netip.Addr) bool {
	_, _, err := system{}.SourceFor(to) // asks no resolver
	return errors.Is(err, syscall.EACCES)
}
