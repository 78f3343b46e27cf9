package winhost

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/network"
)

// pipeRoom is how many bytes one direction holds before a writer waits, like a
// socket's buffer.
const pipeRoom = 256 << 10

// half is one direction of a pipe.
type half struct {
	mu    sync.Mutex
	ready sync.Cond
	data  []byte
	fin   bool // the writer has ended its side
	reset bool // the connection was reset
}

func newHalf() *half {
	h := &half{}
	h.ready.L = &h.mu
	return h
}

// pipeConn is one end of a connection inside the process. Unlike net.Pipe it
// has room, so that a flight of frames leaves in one write, and it ends like
// TCP: with FIN, half-closed, or with RST.
type pipeConn struct {
	in, out       *half
	local, remote netip.AddrPort

	mu     sync.Mutex
	closed bool
	linger bool // SetLinger(0): Close resets
	read   deadline
	write  deadline
}

// newPipe connects two addresses.
func newPipe(a, b netip.AddrPort) (*pipeConn, *pipeConn) {
	left, right := newHalf(), newHalf()
	x := &pipeConn{in: left, out: right, local: a, remote: b}
	y := &pipeConn{in: right, out: left, local: b, remote: a}
	return x, y
}

// deadline wakes whoever waits in a half when its time is over.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) set(at time.Time, h *half) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	d.at = at
	if wait := time.Until(at); !at.IsZero() && wait > 0 {
		d.timer = time.AfterFunc(wait, func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.ready.Broadcast()
		})
	}
	h.ready.Broadcast()
}

func (d *deadline) over() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

func (c *pipeConn) Read(p []byte) (int, error) {
	h := c.in
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.reset:
			return 0, c.wasReset("read")
		case c.isClosed():
			return 0, net.ErrClosed
		case len(h.data) > 0 || len(p) == 0:
			n := copy(p, h.data)
			h.data = h.data[n:]
			h.ready.Broadcast()
			return n, nil
		case h.fin:
			return 0, io.EOF
		case c.read.over():
			return 0, os.ErrDeadlineExceeded
		}
		h.ready.Wait()
	}
}

func (c *pipeConn) Write(p []byte) (int, error) {
	h := c.out
	h.mu.Lock()
	defer h.mu.Unlock()
	written := 0
	for {
		switch {
		case h.reset:
			return written, c.wasReset("write")
		case c.isClosed() || h.fin:
			return written, net.ErrClosed
		case written == len(p):
			return written, nil
		case c.write.over():
			return written, os.ErrDeadlineExceeded
		}
		if n := min(pipeRoom-len(h.data), len(p)-written); n > 0 {
			h.data = append(h.data, p[written:written+n]...)
			written += n
			h.ready.Broadcast()
			continue
		}
		h.ready.Wait()
	}
}

var errReset = errors.New("connection reset by peer")

func (c *pipeConn) wasReset(op string) error {
	return &network.Error{Op: op, Kind: network.Reset, Addr: c.remote, Err: errReset}
}

func (c *pipeConn) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// Close ends both directions: with FIN, or with RST after SetLinger(0).
func (c *pipeConn) Close() error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return net.ErrClosed
	}
	c.closed = true
	reset := c.linger
	c.mu.Unlock()
	for _, h := range []*half{c.out, c.in} {
		h.mu.Lock()
		h.fin = h.fin || h == c.out
		h.reset = h.reset || reset
		h.ready.Broadcast()
		h.mu.Unlock()
	}
	c.read.set(time.Time{}, c.in)
	c.write.set(time.Time{}, c.out)
	return nil
}

// CloseWrite ends our direction alone.
func (c *pipeConn) CloseWrite() error {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	c.out.fin = true
	c.out.ready.Broadcast()
	return nil
}

// SetLinger with 0 makes Close reset the connection.
func (c *pipeConn) SetLinger(seconds int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.linger = seconds == 0
	return nil
}

func (c *pipeConn) LocalAddr() net.Addr  { return net.TCPAddrFromAddrPort(c.local) }
func (c *pipeConn) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.remote) }

func (c *pipeConn) SetDeadline(t time.Time) error {
	c.read.set(t, c.in)
	c.write.set(t, c.out)
	return nil
}

func (c *pipeConn) SetReadDeadline(t time.Time) error {
	c.read.set(t, c.in)
	return nil
}

func (c *pipeConn) SetWriteDeadline(t time.Time) error {
	c.write.set(t, c.out)
	return nil
}
