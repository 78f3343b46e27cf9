package rpc

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"

	"github.com/wmidoctor/wmidoctor/probe/network"
)

// stranger speaks to a server frame by frame.
type stranger struct {
	t  *testing.T
	nc net.Conn
	in *reader
}

func newStranger(t *testing.T, s *Server) *stranger {
	b := newBench(t, s)
	nc, err := b.Dial(context.Background(), hostAddr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	_ = nc.SetDeadline(time.Now().Add(5 * time.Second))
	return &stranger{t, nc, newReader(nc)}
}

func (s *stranger) send(raw []byte, kind frameType, flags uint8, call uint32) {
	s.t.Helper()
	putHeader(raw, kind, flags, call, 0)
	if _, err := s.nc.Write(raw); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stranger) next(want frameType) *frame {
	s.t.Helper()
	f, err := s.in.next()
	if err != nil || f.kind != want {
		s.t.Fatalf("%s, %v; want %s", f.kind, err, want)
	}
	return &f
}

func ndr20() *dcerpc.SyntaxID { return dcerpc.TransferNDRSyntaxV2_0 }
func ndr64() *dcerpc.SyntaxID { return dcerpc.TransferNDR64SyntaxV1_0 }

// What a bind of a 64-bit Windows client offers, and more: the results are
// those of captures (0, 2, 3: NDR64 rejected with reason 2, features granted).
func TestNegotiation(t *testing.T) {
	s := newStranger(t, testServer("pw"))
	body := bindBody{maxSend: 4280, maxReceive: 4280, contexts: []contextOffer{
		{0, echoSyntax, []*dcerpc.SyntaxID{ndr20()}},
		{1, echoSyntax, []*dcerpc.SyntaxID{ndr64()}},
		{2, echoSyntax, []*dcerpc.SyntaxID{featureSyntax()}},
		{3, unknownSyntax, []*dcerpc.SyntaxID{ndr20()}},
		{4, echoSyntax, []*dcerpc.SyntaxID{ndr64(), ndr20()}},
	}}
	for i := range 20 {
		body.contexts = append(body.contexts, contextOffer{uint16(100 + i), guardedSyntax, []*dcerpc.SyntaxID{ndr20()}})
	}
	s.send(body.appendBind(nil), typeBind, flagWhole|flagMultiplex, 9)
	f := s.next(typeBindAck)
	ack, err := parseAck(f)
	if err != nil {
		t.Fatal(err)
	}
	var got [][2]uint16
	for _, r := range ack.results[:6] {
		got = append(got, [2]uint16{r.result, r.reason})
	}
	if want := [][2]uint16{{0, 0}, {2, 2}, {3, 3}, {2, 1}, {0, 0}, {0, 0}}; !slices.Equal(got, want) {
		t.Errorf("results %v, want %v", got, want)
	}
	if len(ack.results) != 25 || f.callID != 9 || f.flags != flagWhole|flagMultiplex || ack.port != "135" || ack.group == 0 || ack.maxSend != 4280 {
		t.Errorf("%+v %+v", f, ack)
	}
	// a call on a rejected context, and one on a context that never was
	for _, context := range []uint16{1, 3, 77} {
		frames, err := (&outgoing{kind: typeRequest, callID: 10, context: context}).fragments(nil, 1432)
		if err != nil {
			t.Fatal(err)
		}
		s.send(frames[0], typeRequest, flagWhole, 10)
		fault, err := parseFault(s.next(typeFault))
		if err != nil || fault.Status != 0x1C010003 || fault.Flags != 0x23 {
			t.Errorf("context %d: %+v %v", context, fault, err)
		}
	}
}

// Requests of two calls whose fragments arrive interleaved; a cancel and an
// orphaned frame between them change nothing or drop the call.
func TestInterleavedRequests(t *testing.T) {
	s := newStranger(t, testServer("pw"))
	body := bindBody{maxSend: 4280, maxReceive: 4280, contexts: []contextOffer{{0, echoSyntax, []*dcerpc.SyntaxID{ndr20()}}}}
	s.send(body.appendBind(nil), typeBind, flagWhole, 1)
	s.next(typeBindAck)
	part := func(call uint32, flags uint8, stub string) {
		raw := append(make([]byte, callBody), stub...)
		s.send(raw, typeRequest, flags, call)
	}
	part(2, flagFirst, "ab")
	part(3, flagFirst, "12")
	part(4, flagFirst, "gone")
	s.send(make([]byte, headerSize), typeCancel, flagWhole, 2)
	s.send(make([]byte, headerSize), typeOrphaned, flagWhole, 4)
	part(3, flagLast, "3")
	part(2, 0, "c")
	part(2, flagLast, "d")
	for _, want := range []struct {
		call uint32
		stub string
	}{{3, "123"}, {2, "abcd"}} {
		f := s.next(typeResponse)
		if f.callID != want.call || string(f.raw[callBody:]) != want.stub {
			t.Errorf("call %d: %q", f.callID, f.raw[callBody:])
		}
	}
}

// Frames out of place end the connection, and nothing else does.
func TestOutOfPlace(t *testing.T) {
	bind := func() []byte {
		b := bindBody{maxSend: 4280, maxReceive: 4280, contexts: []contextOffer{{0, echoSyntax, []*dcerpc.SyntaxID{ndr20()}}}}
		return b.appendBind(nil)
	}
	for name, send := range map[string]func(*stranger){
		"alter_context before a bind": func(s *stranger) { s.send(bind(), typeAlter, flagWhole, 1) },
		"two binds": func(s *stranger) {
			s.send(bind(), typeBind, flagWhole, 1)
			s.next(typeBindAck)
			s.send(bind(), typeBind, flagWhole, 2)
		},
		"a response":              func(s *stranger) { s.send(make([]byte, callBody), typeResponse, flagWhole, 1) },
		"auth3 without a token":   func(s *stranger) { s.send(make([]byte, headerSize+4), typeAuth3, flagWhole, 1) },
		"a request without body":  func(s *stranger) { s.send(make([]byte, headerSize), typeRequest, flagWhole, 1) },
		"HTTP":                    func(s *stranger) { _, _ = s.nc.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n")) },
		"a bind without contexts": func(s *stranger) { s.send((&bindBody{}).appendBind(nil), typeBind, flagWhole, 1) },
	} {
		s := newStranger(t, testServer("pw"))
		send(s)
		if f, err := s.in.next(); err != io.EOF {
			t.Errorf("%s: %v %v", name, f.kind, err)
		}
	}
}

// Serve ends with its context, with connections open and a call in progress,
// and turns the one connection too many away.
func TestServe(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := testServer("pw")
	s.Limits.MaxConns = 2
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx, l) }()
	d := &Dialer{Network: network.System()}
	at := l.Addr().(*net.TCPAddr).AddrPort()
	var conns []*Conn
	for range 2 {
		c, err := d.Dial(context.Background(), at)
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, c)
		wantEcho(t, c.Use(echoSyntax, nil), 10)
	}
	third, err := d.Dial(context.Background(), at)
	if err != nil {
		t.Fatal(err)
	}
	err = third.Use(echoSyntax, nil).Invoke(context.Background(), &rawOp{})
	if err == nil {
		t.Error("a third connection was served")
	}
	sent, err := conns[0].Use(echoSyntax, nil).Send(context.Background(), &rawOp{num: 5})
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(50*time.Millisecond, cancel)
	if err := sent.Wait(context.Background()); err == nil {
		t.Error("a call was answered after the server's end")
	}
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("Serve did not return")
	}
}

// A panic in an owner's function costs its connection only.
func TestOwnersPanic(t *testing.T) {
	s := testServer("pw")
	s.Accept = func(*Peer, dcerpc.AuthType, Level) (Mechanism, error) { panic("owner") }
	reported := make(chan error, 1)
	s.Failed = func(_ *Peer, err error) { reported <- err }
	_, err := newBench(t, s).dial(t).Bind(context.Background(), testAuth(dcerpc.AuthTypeWinNT, LevelPkt, "pw"), echoSyntax)
	var closed *Closed
	if !errors.As(err, &closed) {
		t.Error(err)
	}
	if err := <-reported; err == nil {
		t.Error("nobody was told")
	}
}
