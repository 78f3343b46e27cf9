package winhost

import (
	"net"
	"net/netip"
	"time"
)

// Path is what lies between the client and the host: names, routes, a network
// firewall, translation, and whatever spoils a connection on the way. The zero
// value with defaults is an open path; scenarios change it.
type Path struct {
	// Client is the address of the machine that asks, as the host sees it.
	Client netip.Addr
	// Names maps a name to addresses. A name that is missing does not exist,
	// except the host's own.
	Names map[string][]netip.Addr
	// Silent: the name server does not answer.
	Silent bool
	// Dial decides on a SYN before the host sees it. May be nil.
	Dial func(to netip.AddrPort) Treatment
	// Wrap may spoil an established connection at the client's end, within the
	// process. May be nil.
	Wrap func(to netip.AddrPort, c net.Conn) net.Conn
	// Flow is what happens to the bytes of a new connection to one of the host's
	// own ports, within the process and at real ports; nil leaves them alone. May
	// be nil.
	Flow func(port uint16) *Flow
	// Translate gives the inside address and port of a dialled one (NAT, port
	// forward). May be nil.
	Translate func(to netip.AddrPort) (netip.AddrPort, bool)
	// OnLink says that client and host share a subnet.
	OnLink bool
	// Delay is added to every answer of a SYN.
	Delay time.Duration
}

// Treatment is what a device on the way does with a SYN.
type Treatment uint8

// The treatments. Pass leaves it to the host.
const (
	Pass        Treatment = iota
	Swallow               // dropped: nothing comes back
	Refuse                // RST
	NoRoute               // ICMP host unreachable
	Forbid                // ICMP administratively prohibited
	DeniedHere            // the client's own machine forbids it
	NotRPC                // something else than RPC answers
	CutFirst              // accepts, and resets on the first data
	SwallowData           // accepts, and swallows all data
)

// newPath is an open way between two machines of one site.
func newPath() *Path {
	return &Path{Client: netip.MustParseAddr("192.0.2.77"), Names: map[string][]netip.Addr{}, OnLink: true}
}
