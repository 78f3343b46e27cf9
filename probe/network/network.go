// Package network is the outside world as one interface: names, routes,
// connections and listeners. The practice host implements it as well, so that
// firewalls and address translation can be played in one process.
package network

import (
	"context"
	"fmt"
	"net"
	"net/netip"
)

// Network is everything that leaves or enters this machine.
type Network interface {
	// LookupHost returns the addresses of a name, in the resolver's order. A
	// literal address is returned as it is. Its error is an *Error of kind DNS.
	LookupHost(ctx context.Context, name string) ([]netip.Addr, error)

	// LookupKDC returns the Kerberos servers that DNS names for a realm
	// (SRV _kerberos._tcp, RFC 4120 7.2.3.2), best first.
	LookupKDC(ctx context.Context, realm string) ([]netip.AddrPort, error)

	// Dial opens one TCP connection to one address. Addresses are never raced:
	// each answer to a SYN is evidence. Its error is an *Error.
	Dial(ctx context.Context, to netip.AddrPort) (net.Conn, error)

	// Listen accepts TCP connections at one local address. Its error is an
	// *Error of kind LocalDenied where a privilege is missing, InUse where the
	// port is taken.
	Listen(ctx context.Context, at netip.AddrPort) (net.Listener, error)

	// SourceFor returns the local address that a packet to the given address
	// would carry, and whether that address is on a directly attached subnet.
	SourceFor(to netip.Addr) (from netip.Addr, onLink bool, err error)
}

// Kind is the class of a network failure. The five answers to a SYN (open,
// refused, timeout, unreachable, prohibited) are never folded together.
type Kind string

// The words are those of the outside contract, error.kind.
const (
	DNS         Kind = "dns"          // the name has no address, or the resolver did not answer
	Refused     Kind = "refused"      // RST to the SYN
	Timeout     Kind = "timeout"      // nothing came back
	Unreachable Kind = "unreachable"  // ICMP or ARP: no way to the host or network
	Prohibited  Kind = "prohibited"   // ICMP administratively prohibited, where the system tells
	LocalDenied Kind = "local-denied" // this machine forbids it: firewall, policy, privilege
	InUse       Kind = "in-use"       // the local port is taken
	Reset       Kind = "reset"        // RST on an open connection
	Closed      Kind = "closed"       // FIN on an open connection
	Cancelled   Kind = "cancelled"    // the caller's context was cancelled
	Other       Kind = "internal"     // an error number we do not know
)

// Error is the one error type of this package.
type Error struct {
	Op    string         // "lookup", "dial", "listen", "route", "read", "write"
	Kind  Kind           // what kind of answer it was
	Addr  netip.AddrPort // whom it concerned; zero for a name
	Name  string         // the name that was looked up
	Errno uintptr        // the operating system's number, 0 if there was none
	// NotFound distinguishes, within kind DNS, an answer that says no such
	// name (NXDOMAIN, no data) from a resolver that did not answer.
	NotFound bool
	Err      error
}

func (e *Error) Error() string {
	about := e.Name
	if e.Addr.IsValid() {
		about = e.Addr.String()
	}
	return fmt.Sprintf("%s %s: %s: %v", e.Op, about, e.Kind, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }
