//go:build unix

package network

import "syscall"

// kindOf reads the numbers of Linux, macOS and the BSDs.
//
// EACCES is ambiguous on a dial: a prohibit route or a local policy; Dial asks
// the routing table. EINVAL is what Linux says to a link-local address without
// a zone and to a blackhole route; ENOPROTOOPT is its word for ICMP protocol
// unreachable.
func kindOf(op string, e syscall.Errno) Kind {
	switch e {
	case syscall.ECONNREFUSED:
		return Refused
	case syscall.ETIMEDOUT:
		return Timeout
	case syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.ENETDOWN,
		syscall.EADDRNOTAVAIL, syscall.ENOPROTOOPT, syscall.EINVAL:
		if op == "listen" {
			return Other
		}
		return Unreachable
	case syscall.EPERM, syscall.EACCES:
		return LocalDenied
	case syscall.EADDRINUSE:
		return InUse
	case syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED:
		return Reset
	case syscall.ECANCELED:
		return Cancelled
	}
	return Other
}
