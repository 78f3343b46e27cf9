package rpc

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"

	"github.com/wmidoctor/wmidoctor/probe/network"
)

// middle meddles with what one end of a connection writes.
type middle struct {
	net.Conn
	bend  func(at int, b []byte) []byte // changes bytes; at counts those before
	bytes bool                          // one at a time
	cut   int                           // -1 or the number of bytes let through
	then  Ending
	sent  int
	over  bool
}

func (m *middle) Write(p []byte) (int, error) {
	b := append([]byte(nil), p...)
	if m.bend != nil {
		b = m.bend(m.sent, b)
	}
	end := len(b)
	if m.cut >= 0 && m.sent+len(b) >= m.cut {
		end, m.over = max(0, min(end, m.cut-m.sent)), true
	}
	m.sent += len(p)
	step := max(1, end)
	if m.bytes {
		step = 1
	}
	for i := 0; i < end; i += step {
		if _, err := m.Conn.Write(b[i:min(i+step, end)]); err != nil {
			return i, err
		}
	}
	if m.over && m.then != Stall {
		if m.then == Reset {
			_ = m.Conn.(*buffered).SetLinger(0)
		}
		_ = m.Conn.Close()
	}
	return len(p), nil
}

func (m *middle) CloseWrite() error { return m.Conn.(*buffered).CloseWrite() }

// session is a whole conversation: anonymous bind and call in one flight, a
// logon at integrity on the same connection, a call of several fragments.
func session(ctx context.Context, c *Conn, kind dcerpc.AuthType) error {
	if err := c.Use(echoSyntax, nil).Invoke(ctx, &rawOp{in: []byte("anonymous")}); err != nil {
		return err
	}
	bindings, err := c.Bind(ctx, testAuth(kind, LevelIntegrity, "pw"), echoSyntax)
	if err != nil {
		return err
	}
	in := bytes.Repeat([]byte("protected"), 900)
	op := &rawOp{in: in}
	if err := bindings[0].Invoke(ctx, op); err != nil {
		return err
	}
	if !bytes.Equal(op.out, in) {
		return errWrongAnswer
	}
	return nil
}

var errWrongAnswer = errors.New("a wrong answer was believed")

// run walks a session over a meddled connection in fake time.
func run(t *testing.T, kind dcerpc.AuthType, m middle, client bool) (took time.Duration, err error) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, testServer("pw"))
		b.meddle = func(c net.Conn) net.Conn {
			if client {
				return c
			}
			own := m
			own.Conn = c
			return &own
		}
		if client {
			b.dialer.Network = meddler{b.pipes, m}
		}
		c := b.dial(t)
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		began := time.Now()
		err = session(ctx, c, kind)
		took = time.Since(began)
	})
	return took, err
}

// length is how many bytes the server sends in a healthy session.
func length(t *testing.T, kind dcerpc.AuthType) int {
	n := 0
	_, err := run(t, kind, middle{cut: -1, bend: func(at int, b []byte) []byte { n = at + len(b); return b }}, false)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// One byte at a time in both directions changes nothing.
func TestOneByteAtATime(t *testing.T) {
	for _, client := range []bool{false, true} {
		if _, err := run(t, dcerpc.AuthTypeGSSNegotiate, middle{cut: -1, bytes: true}, client); err != nil {
			t.Error(err)
		}
	}
}

// Cut at every byte: FIN, RST and silence are told apart, each in time.
func TestCutAtEveryByte(t *testing.T) {
	all := length(t, dcerpc.AuthTypeWinNT)
	for n := range all {
		for _, then := range []Ending{Close, Reset, Stall} {
			if n%16 != 0 && (testing.Short() || then == Reset || n%4 != 0 && then == Stall) {
				continue // each ending alone tells its own story
			}
			took, err := run(t, dcerpc.AuthTypeWinNT, middle{cut: n, then: then}, false)
			var e *Error
			if err == nil || !errors.As(err, &e) {
				t.Fatalf("cut at %d, ending %d: %v", n, then, err)
			}
			right := is[*Closed](err) || is[*Truncated](err)
			switch then {
			case Reset:
				right = isKind(network.Reset)(err)
			case Stall:
				right = isKind(network.Timeout)(err)
			}
			if !right || took > 10*time.Second {
				t.Errorf("cut at %d, ending %d: %v after %v", n, then, err, took)
			}
		}
	}
}

// A flipped bit, in either direction, is noticed or without meaning: an answer
// under protection is right or there is none.
func TestFlippedBits(t *testing.T) {
	all := length(t, dcerpc.AuthTypeWinNT)
	step := 5
	if testing.Short() {
		step = 61
	}
	for _, client := range []bool{false, true} {
		for n := 0; n < all; n += step {
			flip := func(at int, b []byte) []byte {
				if i := n - at; i >= 0 && i < len(b) {
					b[i] ^= 1 << (n % 8)
				}
				return b
			}
			took, err := run(t, dcerpc.AuthTypeWinNT, middle{cut: -1, bend: flip}, client)
			if errors.Is(err, errWrongAnswer) || took > 10*time.Second {
				t.Errorf("bit of byte %d, client %v: %v after %v", n, client, err, took)
			}
		}
	}
}

// The client's end meddles instead of the server's.
type meddler struct {
	*pipes
	m middle
}

func (m meddler) Dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	c, err := m.pipes.Dial(ctx, to)
	own := m.m
	own.Conn = c
	return &own, err
}

// A response without a verifier, or with another's, is no answer; a fault
// without one is.
func TestUnsignedAnswers(t *testing.T) {
	for _, tt := range []struct {
		name string
		bend func(b []byte) []byte
		want func(error) bool
	}{
		{"response without a verifier", func(b []byte) []byte {
			b = append([]byte(nil), b[:callBody+8]...)
			putHeader(b, typeResponse, flagWhole, 2, 0)
			return b
		}, func(err error) bool {
			var e *BadSignature
			return errors.As(err, &e) && e.Missing
		}},
		{"changed body", func(b []byte) []byte { b[callBody]++; return b }, is[*BadSignature]},
		{"changed header", func(b []byte) []byte { b[16]++; return b }, is[*BadSignature]},
		{"changed signature", func(b []byte) []byte { b[len(b)-1]++; return b }, is[*BadSignature]},
		{"canonical fault", func([]byte) []byte { return faultFrame(2, 0, &Fault{Status: 5}).raw }, func(err error) bool { return isFault(err, 5) }},
		{"fault with a wrong verifier", func([]byte) []byte {
			b := pad((&Fault{Status: 5}).append(nil, 0), 16)
			b = append(append(b, 10, 5, 0, 0, 0, 0, 0, 0), make([]byte, 16)...)
			putHeader(b, typeFault, flagWhole, 2, 16)
			return b
		}, is[*BadSignature]},
		{"answer to another call", func(b []byte) []byte { b[12] = 77; return b }, is[*Malformed]},
		{"bind_ack", func(b []byte) []byte { b[2] = byte(typeBindAck); return b }, is[*Malformed]},
		{"second half only", func(b []byte) []byte { b[3] = flagLast; return b }, is[*BadSignature]},
	} {
		b := newBench(t, testServer("pw"))
		b.meddle = func(c net.Conn) net.Conn {
			return &middle{Conn: c, cut: -1, bend: func(_ int, p []byte) []byte {
				if frameType(p[2]) == typeResponse {
					return tt.bend(p)
				}
				return p
			}}
		}
		c := b.dial(t)
		if err := bound(context.Background(), c, dcerpc.AuthTypeWinNT); !tt.want(err) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// What the frame of an answer may not do to our memory.
func TestBounds(t *testing.T) {
	b := newBench(t, testServer("pw"))
	b.dialer.MaxResponse = 10000
	binding := b.dial(t).Use(echoSyntax, nil)
	wantEcho(t, binding, 10000)
	if err := binding.Invoke(context.Background(), &rawOp{in: make([]byte, 10001)}); !is[*Malformed](err) {
		t.Error(err)
	}
	s := testServer("pw")
	s.Limits.MaxRequest = 10000
	binding = newBench(t, s).dial(t).Use(echoSyntax, nil)
	wantEcho(t, binding, 10000)
	if err := binding.Invoke(context.Background(), &rawOp{in: make([]byte, 10001)}); !isFault(err, statusProtocolError) {
		t.Error(err)
	}
}

func TestAssembly(t *testing.T) {
	for _, tt := range []struct {
		name  string
		parts []string // flag characters f and l, then the bytes
		want  string
		err   error
	}{
		{"whole", []string{"fl:abc"}, "abc", nil},
		{"two", []string{"f:ab", "l:c"}, "abc", nil},
		{"empty last", []string{"f:ab", ":c", "l:"}, "abc", nil},
		{"no first", []string{":ab"}, "", errNoFirst},
		{"last without first", []string{"l:ab"}, "", errNoFirst},
		{"two firsts", []string{"f:ab", "f:c"}, "", errTwoFirst},
		{"nothing in the middle", []string{"f:ab", ":"}, "", errEmpty},
		{"too long", []string{"f:abcd", "l:efg"}, "", errTooLong},
	} {
		a := assembly{atMost: 6}
		var err error
		for _, p := range tt.parts {
			marks, stub, _ := bytes.Cut([]byte(p), []byte(":"))
			flags := uint8(0)
			if bytes.Contains(marks, []byte("f")) {
				flags |= flagFirst
			}
			if bytes.Contains(marks, []byte("l")) {
				flags |= flagLast
			}
			if err = a.add(flags, stub); err != nil {
				break
			}
		}
		if !errors.Is(err, tt.err) || err == nil && (string(a.stub) != tt.want || !a.whole) {
			t.Errorf("%s: %q %v", tt.name, a.stub, err)
		}
	}
}
