//go:build windows

package network

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// kindOf reads the WSA numbers of Windows. Go replaces some of them by its own
// invented ones (syscall.ECONNRESET …), so both forms are named.
func kindOf(op string, e syscall.Errno) Kind {
	switch e {
	case windows.WSAECONNREFUSED, syscall.ECONNREFUSED, windows.ERROR_CONNECTION_REFUSED:
		return Refused
	case windows.WSAETIMEDOUT, syscall.ETIMEDOUT, windows.ERROR_SEM_TIMEOUT:
		return Timeout
	case windows.WSAEHOSTUNREACH, windows.WSAENETUNREACH, windows.WSAEHOSTDOWN, windows.WSAENETDOWN,
		windows.ERROR_HOST_UNREACHABLE, windows.ERROR_NETWORK_UNREACHABLE, windows.ERROR_PORT_UNREACHABLE,
		windows.ERROR_PROTOCOL_UNREACHABLE, windows.WSAEADDRNOTAVAIL, windows.WSAEINVAL,
		syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EADDRNOTAVAIL, syscall.EINVAL:
		if op == "listen" {
			return Other
		}
		return Unreachable
	case windows.WSAEACCES, syscall.EACCES, syscall.EPERM, windows.ERROR_ACCESS_DENIED:
		// Windows has no privileged ports: a refused bind means that somebody
		// holds the port exclusively or that its range is reserved.
		if op == "listen" {
			return InUse
		}
		return LocalDenied
	case windows.WSAEADDRINUSE, syscall.EADDRINUSE:
		return InUse
	case windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.WSAENETRESET, windows.ERROR_NETNAME_DELETED,
		windows.ERROR_CONNECTION_ABORTED, syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE:
		return Reset
	case windows.ERROR_OPERATION_ABORTED, windows.WSA_E_CANCELLED, syscall.ECANCELED:
		return Cancelled
	}
	return Other
}
