package rpc

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/midl/uuid"
	"github.com/oiweiwei/go-msrpc/ndr"

	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/trace"
)

// fakeMech is a mechanism of three or four legs with a real signature, so that
// tests see what a mechanism sees. Both ends count what they protect.
type fakeMech struct {
	server   bool
	even     bool // the acceptor answers the proof, as SPNEGO does
	password string
	leg      int
	sent     uint32
	received uint32
	refuse   error // what the acceptor says to a wrong password
}

var errWrongPassword = errors.New("wrong password")

func (m *fakeMech) Next(in []byte) ([]byte, bool, error) {
	m.leg++
	switch {
	case !m.server && m.leg == 1:
		return []byte("hello"), false, nil
	case !m.server && m.leg == 2 && string(in) == "challenge":
		return []byte("secret:" + m.password), !m.even, nil
	case !m.server && m.leg == 3 && m.even && string(in) == "welcome":
		return nil, true, nil
	case m.server && m.leg == 1 && string(in) == "hello":
		return []byte("challenge"), false, nil
	case m.server && m.leg == 2 && string(in) == "secret:"+m.password:
		if m.even {
			return []byte("welcome"), true, nil
		}
		return nil, true, nil
	case m.server && m.leg == 2:
		if m.refuse != nil {
			return nil, false, m.refuse
		}
		return nil, false, errWrongPassword
	}
	return nil, false, errors.New("unexpected token")
}

func (m *fakeMech) SignatureSize(seal bool) int { return 16 }

func (m *fakeMech) sum(n uint32, parts ...[]byte) []byte {
	h := hmac.New(md5.New, []byte(m.password))
	_ = binary.Write(h, binary.LittleEndian, n)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func (m *fakeMech) Protect(seal bool, header, body, trailer []byte) ([]byte, error) {
	m.sent++
	s := m.sum(m.sent, header, body, trailer)
	if seal {
		for i := range body {
			body[i] ^= 0x5A
		}
	}
	return s, nil
}

func (m *fakeMech) Unprotect(seal bool, header, body, trailer, signature []byte) error {
	m.received++
	if seal {
		for i := range body {
			body[i] ^= 0x5A
		}
	}
	if !hmac.Equal(signature, m.sum(m.received, header, body, trailer)) {
		return errors.New("signature differs")
	}
	return nil
}

// rawOp is an operation whose stubs are plain bytes.
type rawOp struct {
	num     int
	in, out []byte
}

func (o *rawOp) OpNum() int     { return o.num }
func (o *rawOp) OpName() string { return "/test/v1/Echo" }
func (o *rawOp) MarshalNDRRequest(_ context.Context, w ndr.Writer) error {
	_, err := w.Write(o.in)
	return err
}
func (o *rawOp) UnmarshalNDRRequest(_ context.Context, r ndr.Reader) (err error) {
	o.in = append([]byte(nil), r.Bytes()...)
	return nil
}
func (o *rawOp) MarshalNDRResponse(_ context.Context, w ndr.Writer) error {
	_, err := w.Write(o.out)
	return err
}
func (o *rawOp) UnmarshalNDRResponse(_ context.Context, r ndr.Reader) error {
	o.out = append([]byte(nil), r.Bytes()...)
	return nil
}

func testSyntax(n uint32) *dcerpc.SyntaxID {
	return &dcerpc.SyntaxID{IfUUID: uuid.New(n, 1, 2, 3, 4, [6]byte{5}), IfVersionMajor: 1}
}

var echoSyntax, guardedSyntax, unknownSyntax = testSyntax(1), testSyntax(2), testSyntax(3)

// echo answers operation 0 with its request, 1 with 16 bytes naming the object,
// 2 with a fault, 3 with a panic, 4 with the level, 5 not at all until ctx ends.
func echo(ctx context.Context, num int, r ndr.Reader) (dcerpc.Operation, error) {
	op := &rawOp{num: num}
	if err := op.UnmarshalNDRRequest(ctx, r); err != nil {
		return nil, err
	}
	in := IncomingFrom(ctx)
	switch num {
	case 0:
		op.out = op.in
	case 1:
		op.out = in.Object.EncodeBinary()
	case 2:
		return nil, &Fault{Status: 0x1C010014, DidNotExecute: true, Extended: []byte("extended")}
	case 3:
		panic("handler")
	case 4:
		op.out = []byte{byte(in.Level)}
	case 5:
		<-ctx.Done()
		return nil, ctx.Err()
	default:
		return nil, nil
	}
	return op, nil
}

// testServer offers the echo twice: to all, and from integrity level on.
func testServer(password string) *Server {
	return &Server{
		Interfaces: []Interface{{Syntax: echoSyntax, Handle: echo}, {Syntax: guardedSyntax, MinLevel: LevelIntegrity, Handle: echo}},
		Accept: func(_ *Peer, t dcerpc.AuthType, _ Level) (Mechanism, error) {
			switch t {
			case dcerpc.AuthTypeWinNT:
				return &fakeMech{server: true, password: password}, nil
			case dcerpc.AuthTypeGSSNegotiate:
				return &fakeMech{server: true, even: true, password: password}, nil
			}
			return nil, nil
		},
	}
}

func testAuth(t dcerpc.AuthType, level Level, password string) *Auth {
	return &Auth{Type: t, Level: level, Mechanism: &fakeMech{even: t == dcerpc.AuthTypeGSSNegotiate, password: password}}
}

// pipes is a network whose every dial ends at one server, over in-memory
// pipes, which work in a synctest bubble. meddle may wrap the server's end.
type pipes struct {
	network.Network
	ctx    context.Context
	server *Server
	meddle func(net.Conn) net.Conn
	all    sync.WaitGroup
}

func (p *pipes) Dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	ours, theirs := pipe(p.server.peerAddr(), to)
	var end net.Conn = theirs
	if p.meddle != nil {
		end = p.meddle(theirs)
	}
	p.all.Go(func() { p.server.ServeConn(p.ctx, end) })
	return ours, nil
}

func (s *Server) peerAddr() netip.AddrPort { return netip.MustParseAddrPort("192.0.2.1:50000") }

var hostAddr = netip.MustParseAddrPort("192.0.2.7:135")

// bench is a client and a server that see each other, until the test ends.
type bench struct {
	*pipes
	dialer *Dialer
	mu     sync.Mutex
	frames []trace.Frame
}

func newBench(t testing.TB, s *Server) *bench {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	b := &bench{pipes: &pipes{ctx: ctx, server: s}}
	b.dialer = &Dialer{Network: b.pipes, Trace: func(f trace.Frame) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.frames = append(b.frames, f)
	}}
	t.Cleanup(func() { cancel(); b.all.Wait() })
	return b
}

func (b *bench) dial(t testing.TB) *Conn {
	t.Helper()
	c, err := b.dialer.Dial(context.Background(), hostAddr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// flights counts how often the client began to write after it had read.
func (b *bench) flights() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, out := 0, false
	for _, f := range b.frames {
		if f.Type == "connect" || f.Type == "connected" {
			continue
		}
		if f.Out && !out {
			n++
		}
		out = f.Out
	}
	return n
}

func call(t testing.TB, b *Binding, op *rawOp, opts ...dcerpc.CallOption) {
	t.Helper()
	if err := b.Invoke(context.Background(), op, opts...); err != nil {
		t.Fatal(err)
	}
}

func wantEcho(t testing.TB, b *Binding, size int) {
	t.Helper()
	in := bytes.Repeat([]byte{1, 2, 3, 4, 5, 6, 7}, size/7+1)[:size]
	op := &rawOp{in: in}
	call(t, b, op)
	if !bytes.Equal(op.out, in) {
		t.Fatalf("echo of %d bytes differs: %d came back", len(in), len(op.out))
	}
}

// buffered is a connection over memory that, unlike net.Pipe, lets a writer go
// on, and has FIN and RST.
type buffered struct {
	net.Conn
	local, remote netip.AddrPort
	in, out       *stream
	linger        atomic.Bool
}

type stream struct {
	mu       sync.Mutex
	b        []byte
	err      error // what a reader gets once b is empty
	changed  chan struct{}
	deadline time.Time
	timer    *time.Timer
}

func pipe(a, b netip.AddrPort) (*buffered, *buffered) {
	x, y := &stream{changed: make(chan struct{})}, &stream{changed: make(chan struct{})}
	return &buffered{local: a, remote: b, in: x, out: y}, &buffered{local: b, remote: a, in: y, out: x}
}

func (s *stream) wake() { close(s.changed); s.changed = make(chan struct{}) }

func (s *stream) read(p []byte) (int, error) {
	for {
		s.mu.Lock()
		switch {
		case !s.deadline.IsZero() && !time.Now().Before(s.deadline):
			s.mu.Unlock()
			return 0, os.ErrDeadlineExceeded
		case len(s.b) > 0:
			n := copy(p, s.b)
			s.b = s.b[n:]
			s.mu.Unlock()
			return n, nil
		case s.err != nil:
			defer s.mu.Unlock()
			return 0, s.err
		}
		changed := s.changed
		s.mu.Unlock()
		<-changed
	}
}

// end sets what a reader gets after the last byte, once.
func (s *stream) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
		s.wake()
	}
}

func (c *buffered) Read(p []byte) (int, error) {
	n, err := c.in.read(p)
	if err != nil && err != io.EOF {
		err = &net.OpError{Op: "read", Net: "tcp", Err: err}
	}
	return n, err
}

func (c *buffered) Write(p []byte) (int, error) {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	if c.out.err != nil {
		return 0, &net.OpError{Op: "write", Net: "tcp", Err: syscall.EPIPE}
	}
	c.out.b = append(c.out.b, p...)
	c.out.wake()
	return len(p), nil
}

func (c *buffered) CloseWrite() error { c.out.end(io.EOF); return nil }

func (c *buffered) Close() error {
	if c.linger.Load() {
		c.out.end(syscall.ECONNRESET)
	} else {
		c.out.end(io.EOF)
	}
	c.in.end(net.ErrClosed)
	return nil
}

func (c *buffered) SetLinger(int) error { c.linger.Store(true); return nil }

func (c *buffered) SetDeadline(t time.Time) error { return c.SetReadDeadline(t) }

func (c *buffered) SetWriteDeadline(time.Time) error { return nil }

func (c *buffered) SetReadDeadline(t time.Time) error {
	s := c.in
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deadline = t
	if s.timer != nil {
		s.timer.Stop()
	}
	if !t.IsZero() {
		s.timer = time.AfterFunc(time.Until(t), func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.wake()
		})
	}
	s.wake()
	return nil
}

func (c *buffered) LocalAddr() net.Addr  { return net.TCPAddrFromAddrPort(c.local) }
func (c *buffered) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.remote) }
