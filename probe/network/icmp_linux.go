package network

import (
	"context"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// icmp keeps a second descriptor of a dialling socket, so that the ICMP message
// that ended the dial can be read after net has closed its own. Linux folds
// "administratively prohibited" into "no route to host"; the error queue holds
// the difference (ip(7), IP_RECVERR).
type icmp struct {
	mu  sync.Mutex
	fd  int
	six bool
	ok  bool
}

func (m *icmp) control(_ context.Context, network, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) {
		m.six = network == "tcp6"
		// Whatever fails here costs only the distinction.
		if m.queue(int(fd), 1) != nil {
			return
		}
		if dup, err := unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 0); err == nil {
			m.mu.Lock()
			m.fd, m.ok = dup, true
			m.mu.Unlock()
		}
	})
}

// queue turns the error queue on or off.
func (m *icmp) queue(fd, on int) error {
	if m.six {
		return unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_RECVERR, on)
	}
	return unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_RECVERR, on)
}

// connected turns the queue off: on an open connection it would make every
// passing ICMP message fatal.
func (m *icmp) connected() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ok {
		_ = m.queue(m.fd, 0) // on until now, so it can be turned off
	}
}

// prohibited reports whether the queue holds an ICMP message that says so:
// IPv4 type 3 code 9, 10 or 13, IPv6 type 1 code 1 or 5.
func (m *icmp) prohibited() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.ok {
		return false
	}
	oob := make([]byte, 512)
	_, n, _, _, err := unix.Recvmsg(m.fd, nil, oob, unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
	if err != nil {
		return false
	}
	messages, err := unix.ParseSocketControlMessage(oob[:n])
	if err != nil {
		return false
	}
	for _, c := range messages {
		// struct sock_extended_err: errno u32, origin, type, code, pad …
		if len(c.Data) < 8 {
			continue
		}
		origin, kind, code := c.Data[4], c.Data[5], c.Data[6]
		switch {
		case c.Header.Level == unix.IPPROTO_IP && c.Header.Type == unix.IP_RECVERR && origin == unix.SO_EE_ORIGIN_ICMP:
			return kind == 3 && (code == 9 || code == 10 || code == 13)
		case c.Header.Level == unix.IPPROTO_IPV6 && c.Header.Type == unix.IPV6_RECVERR && origin == unix.SO_EE_ORIGIN_ICMP6:
			return kind == 1 && (code == 1 || code == 5)
		}
	}
	return false
}

func (m *icmp) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ok {
		unix.Close(m.fd)
		m.ok = false
	}
}
