package rpc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/midl/uuid"

	"github.com/wmidoctor/wmidoctor/probe/trace"
)

// Interface is one interface that a server offers.
type Interface struct {
	Syntax   *dcerpc.SyntaxID
	MinLevel Level               // requests below it get fault 5; 0 takes all
	Handle   dcerpc.ServerHandle // a generated NewXxxServerHandle
}

// Server answers like a Windows host's RPC runtime. Its fields are not changed
// while it serves; its functions are called from one goroutine per connection.
type Server struct {
	// Interfaces are offered always.
	Interfaces []Interface
	// Find offers further interfaces, decided at bind. May be nil.
	Find func(*Peer, *dcerpc.SyntaxID) (Interface, bool)
	// Accept starts the acceptor of one security context. A nil mechanism is
	// refused as unknown (bind_nak 8). nil refuses all.
	Accept func(*Peer, dcerpc.AuthType, Level) (Mechanism, error)
	// Dispatch picks the handler of a request, whatever presentation context
	// carries it: COM goes by the object. An error that is a *Fault goes out
	// as it is; a nil handle falls back to the context's interface. May be nil.
	Dispatch func(*Incoming) (dcerpc.ServerHandle, error)
	// Hook may bend any answer. May be nil.
	Hook Hook
	// Redact returns what a trace may show of a token. nil blanks it.
	Redact func(t dcerpc.AuthType, token []byte) []byte
	Limits Limits
	Trace  trace.Sink
	Number func() int // numbers of connections, as in Dialer
	// Failed is told what went wrong on a connection that is then closed, and
	// of panics in handlers. May be nil.
	Failed func(*Peer, error)

	accepted atomic.Int64 // connections, when Number is nil
	groups   atomic.Uint32
}

// Limits bound what strangers can take. Zero values mean the defaults.
type Limits struct {
	MaxConns   int           // open at once, 64; more are closed at once
	Idle       time.Duration // without a whole frame, 5 min; a connection is then closed
	MaxRequest int           // reassembled requests of one connection in bytes, 4 MiB
}

// Peer is who is at the other end of a connection.
type Peer struct {
	Number        int // of the connection
	Local, Remote netip.AddrPort
}

// Incoming is one request as it arrived, reassembled, verified and opened.
type Incoming struct {
	Peer      *Peer
	Interface *dcerpc.SyntaxID // of its presentation context
	OpNum     int
	Object    *uuid.UUID // the IPID of an ORPC call, nil if there was none
	CallID    uint32
	Level     Level           // LevelNone without authentication
	AuthType  dcerpc.AuthType // 0 without authentication
	Mechanism Mechanism       // nil without authentication; the identity is its owner's
	Stub      []byte
}

// IncomingFrom returns the request that a handler's context belongs to.
func IncomingFrom(ctx context.Context) *Incoming {
	in, _ := ctx.Value(incomingKey{}).(*Incoming)
	return in
}

type incomingKey struct{}

// Serve accepts connections until ctx is done or the listener fails, and
// returns when everything it started has ended: ctx closes listener and
// connections. A handler's error that is a *Fault goes out as fault. The error
// is nil when ctx ended it.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = l.Close() }) // its error says no more than Accept's
	defer stop()
	slots := make(chan struct{}, or(s.Limits.MaxConns, 64))
	for failures := 0; ; {
		nc, err := l.Accept()
		if err != nil {
			if failures++; ctx.Err() != nil || errors.Is(err, net.ErrClosed) || failures > 20 || wait(ctx, 50*time.Millisecond) != nil {
				if ctx.Err() != nil {
					return nil
				}
				return fmt.Errorf("accept at %s: %w", l.Addr(), err)
			}
			continue
		}
		failures = 0
		select {
		case slots <- struct{}{}:
		default:
			_ = nc.Close() // too many; the stranger may come again
			continue
		}
		all.Go(func() {
			defer func() { <-slots }()
			s.ServeConn(ctx, nc)
		})
	}
}

// ServeConn serves one connection, until ctx is done or the peer leaves, and
// closes it. Hooks that end it with FIN or RST need its CloseWrite and
// SetLinger, as *net.TCPConn has them.
func (s *Server) ServeConn(ctx context.Context, nc net.Conn) {
	stop := context.AfterFunc(ctx, func() { _ = nc.Close() })
	defer stop()
	defer nc.Close()
	c := &serverConn{
		server: s, nc: nc, in: newReader(nc),
		peer:     &Peer{Local: addrPort(nc.LocalAddr()), Remote: addrPort(nc.RemoteAddr())},
		contexts: make(map[uint16]Interface), securities: make(map[uint32]*security), parts: make(map[uint32]*part),
		maxSend: mustReceive,
	}
	if s.Number != nil {
		c.peer.Number = s.Number()
	} else {
		c.peer.Number = int(s.accepted.Add(1))
	}
	defer func() {
		if r := recover(); r != nil {
			s.report(c.peer, fmt.Errorf("panic: %v", r))
		}
	}()
	if err := c.serve(ctx); err != nil && ctx.Err() == nil {
		s.report(c.peer, err)
	}
}

func (s *Server) report(p *Peer, err error) {
	if s.Failed != nil {
		s.Failed(p, err)
	}
}

// wait waits, or returns the error of ctx.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// or is a limit, or its default.
func or[T int | time.Duration](value, otherwise T) T {
	if value <= 0 {
		return otherwise
	}
	return value
}
