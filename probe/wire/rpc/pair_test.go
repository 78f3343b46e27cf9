package rpc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/midl/uuid"
	"go.uber.org/goleak"

	"github.com/wmidoctor/wmidoctor/probe/trace"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Two ends, in process: each level, each kind of logon, stubs of one frame and
// of many.
func TestEcho(t *testing.T) {
	sizes := []int{0, 1, 15, 16, 1400, 5816, 5840, 70000}
	for _, kind := range []dcerpc.AuthType{dcerpc.AuthTypeNone, dcerpc.AuthTypeWinNT, dcerpc.AuthTypeGSSNegotiate} {
		for level := LevelConnect; level <= LevelPrivacy; level++ {
			t.Run(fmt.Sprintf("%d/%s", kind, level), func(t *testing.T) {
				b := newBench(t, testServer("pw"))
				c := b.dial(t)
				var auth *Auth
				if kind != dcerpc.AuthTypeNone {
					auth = testAuth(kind, level, "pw")
				}
				bindings, err := c.Bind(context.Background(), auth, echoSyntax)
				if err != nil {
					t.Fatal(err)
				}
				for _, n := range sizes {
					wantEcho(t, bindings[0], n)
				}
				op := &rawOp{num: 4}
				call(t, bindings[0], op)
				want := level
				switch {
				case kind == dcerpc.AuthTypeNone:
					want = LevelNone
				case level == LevelCall:
					want = LevelPkt
				}
				if got := bindings[0].Level(); got != want || op.out[0] != byte(want) {
					t.Errorf("level %s here and %d at the server, want %s", got, op.out[0], want)
				}
			})
		}
	}
}

// A raw NTLM logon and its first call are two turns: bind, then auth3 with the
// request. SPNEGO takes one more.
func TestFlights(t *testing.T) {
	for _, tt := range []struct {
		kind dcerpc.AuthType
		want int
	}{{dcerpc.AuthTypeNone, 2}, {dcerpc.AuthTypeWinNT, 2}, {dcerpc.AuthTypeGSSNegotiate, 3}} {
		b := newBench(t, testServer("pw"))
		var auth *Auth
		if tt.kind != dcerpc.AuthTypeNone {
			auth = testAuth(tt.kind, LevelIntegrity, "pw")
		}
		bindings, err := b.dial(t).Bind(context.Background(), auth, echoSyntax)
		if err != nil {
			t.Fatal(err)
		}
		wantEcho(t, bindings[0], 8)
		if got := b.flights(); got != tt.want {
			t.Errorf("auth type %d: %d turns, want %d", tt.kind, got, tt.want)
		}
	}
}

// One flight: an anonymous bind and the first call behind it.
func TestUseOnFreshConnection(t *testing.T) {
	for _, plain := range []bool{false, true} {
		b := newBench(t, testServer("pw"))
		b.dialer.OneAtATime = plain
		binding := b.dial(t).Use(echoSyntax, nil)
		sent, err := binding.Send(context.Background(), &rawOp{in: []byte("x")})
		if err != nil {
			t.Fatal(err)
		}
		if err := sent.Bound(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := sent.Wait(context.Background()); err != nil {
			t.Fatal(err)
		}
		want := 1
		if plain {
			want = 2
		}
		if got := b.flights(); got != want {
			t.Errorf("one at a time %v: %d turns, want %d", plain, got, want)
		}
		wantEcho(t, binding, 5)
	}
}

// Anonymous and two authenticated security contexts on one connection, each
// used in turn, and an interface added under one of them.
func TestSeveralSecurityContexts(t *testing.T) {
	ctx := context.Background()
	b := newBench(t, testServer("pw"))
	c := b.dial(t)
	anonymous := c.Use(echoSyntax, nil)
	wantEcho(t, anonymous, 3)
	signed, err := c.Bind(ctx, testAuth(dcerpc.AuthTypeWinNT, LevelIntegrity, "pw"), echoSyntax)
	if err != nil {
		t.Fatal(err)
	}
	wantEcho(t, signed[0], 30)
	sealed, err := c.Bind(ctx, testAuth(dcerpc.AuthTypeGSSNegotiate, LevelPrivacy, "pw"), echoSyntax)
	if err != nil {
		t.Fatal(err)
	}
	guarded := c.Use(guardedSyntax, signed[0])
	for range 3 {
		wantEcho(t, sealed[0], 300)
		wantEcho(t, anonymous, 3)
		wantEcho(t, guarded, 77)
		wantEcho(t, signed[0], 9000)
	}
	if err := c.Use(guardedSyntax, nil).Invoke(ctx, &rawOp{}); !isFault(err, statusAccessDenied) {
		t.Errorf("unauthenticated call on a guarded interface: %v", err)
	}
}

func isFault(err error, status uint32) bool {
	var f *Fault
	return errors.As(err, &f) && f.Status == status
}

func TestFaults(t *testing.T) {
	b := newBench(t, testServer("pw"))
	binding := b.dial(t).Use(echoSyntax, nil)
	for _, tt := range []struct {
		op     int
		status uint32
		notRun bool
	}{{2, 0x1C010014, true}, {3, statusBadStub, false}, {99, statusUnknownOperation, true}} {
		err := binding.Invoke(context.Background(), &rawOp{num: tt.op})
		var e *Error
		var f *Fault
		if !errors.As(err, &e) || !errors.As(err, &f) {
			t.Fatalf("operation %d: %v", tt.op, err)
		}
		if e.Phase != PhaseFault || e.Call != "Echo" || f.Status != tt.status || f.DidNotExecute != tt.notRun {
			t.Errorf("operation %d: %+v %+v", tt.op, e, f)
		}
		if tt.op == 2 && string(f.Extended) != "extended" {
			t.Errorf("extended error information %q", f.Extended)
		}
	}
	wantEcho(t, binding, 10) // the connection lives
}

func TestObject(t *testing.T) {
	b := newBench(t, testServer("pw"))
	bindings, err := b.dial(t).Bind(context.Background(), testAuth(dcerpc.AuthTypeWinNT, LevelPrivacy, "pw"), echoSyntax)
	if err != nil {
		t.Fatal(err)
	}
	ipid := uuid.New(1, 2, 3, 4, 5, [6]byte{6, 7, 8, 9, 10, 11})
	op := &rawOp{num: 1}
	if err := bindings[0].InvokeObject(context.Background(), ipid, op); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(op.out, ipid.EncodeBinary()) {
		t.Errorf("object came back as % x", op.out)
	}
}

// The owner may pick the handler by object, whatever context carries the call.
func TestDispatch(t *testing.T) {
	s := testServer("pw")
	s.Dispatch = func(in *Incoming) (dcerpc.ServerHandle, error) {
		if in.Object == nil {
			return nil, nil
		}
		if in.Object.TimeLow == 7 {
			return nil, &Fault{Status: 0x80010114}
		}
		return echo, nil
	}
	s.Interfaces[0].Handle = nil
	binding := newBench(t, s).dial(t).Use(echoSyntax, nil)
	ctx := context.Background()
	if err := binding.InvokeObject(ctx, uuid.New(1, 0, 0, 0, 0, [6]byte{}), &rawOp{}); err != nil {
		t.Error(err)
	}
	if err := binding.InvokeObject(ctx, uuid.New(7, 0, 0, 0, 0, [6]byte{}), &rawOp{}); !isFault(err, 0x80010114) {
		t.Error(err)
	}
	if err := binding.Invoke(ctx, &rawOp{}); !isFault(err, statusUnknownInterface) {
		t.Error(err)
	}
}

// A rejected interface is no error of the bind, and is offered again.
func TestRejectedInterface(t *testing.T) {
	ctx := context.Background()
	s := testServer("pw")
	offered := false
	s.Find = func(_ *Peer, syntax *dcerpc.SyntaxID) (Interface, bool) {
		return Interface{Syntax: syntax, Handle: echo}, offered && syntax.Is(unknownSyntax)
	}
	c := newBench(t, s).dial(t)
	bindings, err := c.Bind(ctx, testAuth(dcerpc.AuthTypeWinNT, LevelIntegrity, "pw"), echoSyntax, unknownSyntax)
	if err != nil {
		t.Fatal(err)
	}
	if r := bindings[1].Rejected(); r == nil || r.Result != 2 || r.Reason != 1 {
		t.Errorf("rejected: %+v", r)
	}
	err = bindings[1].Invoke(ctx, &rawOp{})
	var r *Rejected
	var e *Error
	if !errors.As(err, &r) || !errors.As(err, &e) || e.Phase != PhaseBind {
		t.Errorf("call on a rejected interface: %v", err)
	}
	wantEcho(t, bindings[0], 100) // the connection lives
	offered = true
	wantEcho(t, bindings[1], 100)
	if bindings[1].Rejected() != nil {
		t.Error("still rejected")
	}
}

// A refused logon shows where MS-RPCE 3.3.1.5.2 and captures say: raw NTLM on
// the first request, SPNEGO in the answer to alter_context.
func TestWrongPassword(t *testing.T) {
	ctx := context.Background()
	for _, tt := range []struct {
		kind   dcerpc.AuthType
		level  Level
		refuse error
		phase  string
		status uint32
	}{
		{dcerpc.AuthTypeWinNT, LevelIntegrity, nil, PhaseFault, 5},
		{dcerpc.AuthTypeWinNT, LevelConnect, nil, PhaseFault, 5},
		{dcerpc.AuthTypeGSSNegotiate, LevelIntegrity, &Fault{Status: 5}, PhaseAuth, 5},
		{dcerpc.AuthTypeGSSNegotiate, LevelIntegrity, nil, PhaseAuth, 0x721},
	} {
		s := testServer("right")
		accept := s.Accept
		s.Accept = func(p *Peer, a dcerpc.AuthType, l Level) (Mechanism, error) {
			m, err := accept(p, a, l)
			m.(*fakeMech).refuse = tt.refuse
			return m, err
		}
		b := newBench(t, s)
		s.Trace = b.dialer.Trace
		c := b.dial(t)
		var bindings []*Binding
		h, err := c.Start(ctx, testAuth(tt.kind, tt.level, "wrong"), echoSyntax)
		if err != nil {
			t.Fatal(err)
		}
		if string(h.Token()) != "challenge" {
			t.Errorf("token %q", h.Token())
		}
		if err = h.Finish(ctx); err == nil {
			bindings = append(bindings, h.Binding(0))
			err = bindings[0].Invoke(ctx, &rawOp{})
		}
		var e *Error
		if !isFault(err, tt.status) || !errors.As(err, &e) || e.Phase != tt.phase {
			t.Errorf("%d %s: %v", tt.kind, tt.level, err)
		}
		// then the server closes
		err = c.Use(echoSyntax, nil).Invoke(ctx, &rawOp{})
		if err == nil {
			t.Error("the connection lives after a refused logon")
		}
		// and no trace of either end shows the password
		b.mu.Lock()
		defer b.mu.Unlock()
		if !slices.ContainsFunc(b.frames, func(f trace.Frame) bool { return f.Served }) {
			t.Error("the server traced nothing")
		}
		for _, f := range b.frames {
			if bytes.Contains(f.Raw, []byte("wrong")) || strings.Contains(fmt.Sprint(f.Fields), "wrong") {
				t.Errorf("%s shows a secret", f.Type)
			}
		}
	}
}

func TestUnknownAuthType(t *testing.T) {
	c := newBench(t, testServer("pw")).dial(t)
	_, err := c.Start(context.Background(), testAuth(dcerpc.AuthTypeKerberos, LevelIntegrity, "pw"), echoSyntax)
	var nak *BindNak
	if !errors.As(err, &nak) || nak.Reason != NakAuthType || !slices.Equal(nak.Versions, []Version{{5, 0}}) {
		t.Errorf("%v, %+v", err, nak)
	}
}

// Calls in parallel on one connection are serialised, each with its own answer.
func TestParallelCalls(t *testing.T) {
	bindings, err := newBench(t, testServer("pw")).dial(t).Bind(context.Background(), testAuth(dcerpc.AuthTypeWinNT, LevelPrivacy, "pw"), echoSyntax)
	if err != nil {
		t.Fatal(err)
	}
	failed := make(chan error, 8)
	for i := range 8 {
		go func() {
			for j := range 50 {
				in := []byte(fmt.Sprint(i, j))
				op := &rawOp{in: in}
				if err := bindings[0].Invoke(context.Background(), op); err != nil || !bytes.Equal(op.out, in) {
					failed <- fmt.Errorf("%q came back as %q: %w", in, op.out, err)
					return
				}
			}
			failed <- nil
		}()
	}
	for range 8 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
}

// Requests sent before earlier answers were read.
func TestPipelinedCalls(t *testing.T) {
	ctx := context.Background()
	c := newBench(t, testServer("pw")).dial(t)
	binding := c.Use(echoSyntax, nil)
	var calls []*Call
	var ops []*rawOp
	for i := range 4 {
		op := &rawOp{in: []byte{byte(i)}}
		sent, err := binding.Send(ctx, op)
		if err != nil {
			t.Fatal(err)
		}
		calls, ops = append(calls, sent), append(ops, op)
	}
	for _, i := range []int{3, 0, 2, 1} {
		if err := calls[i].Wait(ctx); err != nil || ops[i].out[0] != byte(i) {
			t.Errorf("call %d: %v, %v", i, err, ops[i].out)
		}
	}
}
