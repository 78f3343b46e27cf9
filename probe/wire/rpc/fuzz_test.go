package rpc

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	iobjectexporter "github.com/oiweiwei/go-msrpc/msrpc/dcom/iobjectexporter/v0"

	"github.com/wmidoctor/wmidoctor/probe/network"
)

// seeds are whole frames of captures and of our own two ends.
func seeds(f *testing.F) [][]byte {
	return [][]byte{unhex(f, canonicalFault), unhex(f, capturedNak), unhex(f, capturedAlive), unhex(f, capturedResolve), unhex(f, capturedBind)}
}

// Any bytes: frames are read, dissected, their bodies parsed; nothing fails but
// with an error, and no field of a dissection lies outside its frame.
func FuzzFrames(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
		f.Add(append(append([]byte{}, s...), s...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := newReader(&fixed{Reader: bytes.NewReader(b)})
		for {
			g, err := r.next()
			if err != nil {
				return
			}
			d := dissection{}.frame(g.raw)
			for _, field := range d.Fields {
				if field.Offset < 0 || field.Size < 0 || field.Offset+field.Size > len(g.raw) {
					t.Fatalf("%+v", field)
				}
			}
			_, _ = parseBind(&g)
			_, _ = parseAck(&g)
			_, _ = parseNak(&g)
			_, _ = parseFault(&g)
			_, _ = (*security)(nil).open(&g, g.stubStart())
		}
	})
}

// canned is a network whose host says the same, whatever it is told.
type canned struct {
	network.Network
	answer []byte
}

func (c canned) Dial(context.Context, netip.AddrPort) (net.Conn, error) {
	ours, theirs := pipe(netip.AddrPort{}, hostAddr)
	_, _ = theirs.Write(c.answer)
	_ = theirs.CloseWrite()
	return ours, nil
}

// A host that sends any bytes: the client ends with an error or an answer, and
// never believes an unsigned one.
func FuzzClient(f *testing.F) {
	record := func(kind dcerpc.AuthType) (b []byte) {
		ours, theirs := pipe(netip.AddrPort{}, hostAddr)
		m := &middle{Conn: theirs, cut: -1, bend: func(_ int, p []byte) []byte { b = append(b, p...); return p }}
		done := make(chan struct{})
		go func() { testServer("pw").ServeConn(context.Background(), m); close(done) }()
		c, err := (&Dialer{Network: one{c: ours}}).Dial(context.Background(), hostAddr)
		if err == nil {
			err = session(context.Background(), c, kind)
		}
		if err != nil {
			f.Fatal(err)
		}
		_ = c.Close()
		<-done
		return b
	}
	f.Add(record(dcerpc.AuthTypeWinNT))
	f.Add(record(dcerpc.AuthTypeGSSNegotiate))
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		for _, kind := range []dcerpc.AuthType{dcerpc.AuthTypeWinNT, dcerpc.AuthTypeGSSNegotiate} {
			c, err := (&Dialer{Network: canned{answer: b}}).Dial(ctx, hostAddr)
			if err != nil {
				t.Fatal(err)
			}
			if err := session(ctx, c, kind); err == errWrongAnswer {
				t.Error(err)
			}
			_ = c.Close()
		}
		c, err := (&Dialer{Network: canned{answer: b}}).Dial(ctx, hostAddr)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = alive(ctx, c.Use(iobjectexporter.ObjectExporterSyntaxV0_0, nil))
		_ = c.Close()
	})
}

// one is a network with one connection.
type one struct {
	network.Network
	c net.Conn
}

func (o one) Dial(context.Context, netip.AddrPort) (net.Conn, error) { return o.c, nil }

// A client that sends any bytes: the server ends the connection or answers.
func FuzzServer(f *testing.F) {
	ours, theirs := pipe(netip.AddrPort{}, hostAddr)
	var sent []byte
	m := &middle{Conn: ours, cut: -1, bend: func(_ int, p []byte) []byte { sent = append(sent, p...); return p }}
	done := make(chan struct{})
	go func() { testServer("pw").ServeConn(context.Background(), theirs); close(done) }()
	c, err := (&Dialer{Network: one{c: m}}).Dial(context.Background(), hostAddr)
	if err == nil {
		err = session(context.Background(), c, dcerpc.AuthTypeWinNT)
	}
	if err != nil {
		f.Fatal(err)
	}
	_ = c.Close()
	<-done
	f.Add(sent)
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s := testServer("pw")
		s.Interfaces = append(s.Interfaces, Interface{Syntax: iobjectexporter.ObjectExporterSyntaxV0_0,
			Handle: iobjectexporter.NewObjectExporterServerHandle(exporter{})})
		s.Limits.MaxRequest = 1 << 16
		ours, theirs := pipe(netip.AddrPort{}, hostAddr)
		_, _ = ours.Write(b)
		_ = ours.CloseWrite()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		s.ServeConn(ctx, theirs)
		if ctx.Err() != nil {
			t.Error("the server did not end")
		}
		answer, _ := io.ReadAll(ours)
		r := newReader(&fixed{Reader: bytes.NewReader(answer)})
		for {
			if _, err := r.next(); err == io.EOF {
				return
			} else if err != nil {
				t.Fatalf("the server sent an unreadable frame: %v", err)
			}
		}
	})
}
