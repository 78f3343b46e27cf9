package winhost

import (
	"errors"
	"net"
	"sync"
)

// Flow bends what passes on one connection, seen from the host. A device in
// between works like this: it loses, cuts or rewrites, and never makes up an
// answer of its own.
type Flow struct {
	// In gets what the client sent before the host does, Out what the host
	// sends. Each returns what goes on. Nil functions change nothing.
	In, Out func([]byte) []byte
}

// flowing is a connection of the host whose bytes pass through a Flow.
type flowing struct {
	net.Conn
	flow *Flow
	mu   sync.Mutex // one read at a time
	left []byte     // let in and not read yet
}

// flow puts the path's bend on a connection that the host accepted.
func (p *Path) flow(port uint16, c net.Conn) net.Conn {
	if p.Flow == nil {
		return c
	}
	f := p.Flow(port)
	if f == nil {
		return c
	}
	return &flowing{Conn: c, flow: f}
}

func (c *flowing) Read(p []byte) (int, error) {
	if c.flow.In == nil {
		return c.Conn.Read(p)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.left) == 0 {
		buffer := make([]byte, 64<<10)
		n, err := c.Conn.Read(buffer)
		c.left = c.flow.In(buffer[:n])
		if err != nil && len(c.left) == 0 {
			return 0, err
		}
	}
	n := copy(p, c.left)
	c.left = c.left[n:]
	return n, nil
}

func (c *flowing) Write(p []byte) (int, error) {
	if c.flow.Out != nil {
		if out := c.flow.Out(append([]byte(nil), p...)); len(out) > 0 {
			if _, err := c.Conn.Write(out); err != nil {
				return 0, err
			}
		}
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// CloseWrite ends the host's direction, where the connection can.
func (c *flowing) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

// SetLinger is passed on, where the connection can.
func (c *flowing) SetLinger(seconds int) error {
	if l, ok := c.Conn.(interface{ SetLinger(int) error }); ok {
		return l.SetLinger(seconds)
	}
	return errors.ErrUnsupported
}

// bentListener hands out connections through the path.
type bentListener struct {
	net.Listener
	path *Path
	port uint16
}

func (l bentListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.path.flow(l.port, c), nil
}
