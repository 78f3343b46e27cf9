package winhost

import (
	"context"
	"net"
	"net/netip"
	"os"
	"syscall"
)

// swallowSYNs listens at an address so that no connection is ever set up there:
// the queue of the listener is full, and Linux drops the SYNs of whoever comes
// after. It lasts until ctx is done.
func swallowSYNs(ctx context.Context, at netip.AddrPort) (netip.AddrPort, func(), error) {
	family, address := sockaddr(at)
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return netip.AddrPort{}, nil, os.NewSyscallError("socket", err)
	}
	closed := func(err error) (netip.AddrPort, func(), error) {
		syscall.Close(fd)
		return netip.AddrPort{}, nil, err
	}
	if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return closed(os.NewSyscallError("setsockopt", err))
	}
	if err := syscall.Bind(fd, address); err != nil {
		return closed(os.NewSyscallError("bind", err))
	}
	if err := syscall.Listen(fd, 0); err != nil {
		return closed(os.NewSyscallError("listen", err))
	}
	bound, err := syscall.Getsockname(fd)
	if err != nil {
		return closed(os.NewSyscallError("getsockname", err))
	}
	where := netip.AddrPortFrom(at.Addr(), portOf(bound))
	filler, err := (&net.Dialer{}).DialContext(ctx, "tcp", where.String())
	if err != nil {
		return closed(err)
	}
	return where, func() {
		filler.Close()
		syscall.Close(fd)
	}, nil
}

func sockaddr(at netip.AddrPort) (int, syscall.Sockaddr) {
	if at.Addr().Is4() {
		return syscall.AF_INET, &syscall.SockaddrInet4{Port: int(at.Port()), Addr: at.Addr().As4()}
	}
	return syscall.AF_INET6, &syscall.SockaddrInet6{Port: int(at.Port()), Addr: at.Addr().As16()}
}

func portOf(a syscall.Sockaddr) uint16 {
	switch a := a.(type) {
	case *syscall.SockaddrInet4:
		return uint16(a.Port)
	case *syscall.SockaddrInet6:
		return uint16(a.Port)
	}
	return 0
}
