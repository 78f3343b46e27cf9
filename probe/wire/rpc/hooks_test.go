package rpc

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"

	"github.com/wmidoctor/wmidoctor/probe/network"
)

// at applies an action at one moment.
func at(m Moment, a Action) Hook {
	return func(e *Event) Action {
		if e.Moment == m {
			return a
		}
		return Action{}
	}
}

// bound makes one call under integrity, in SPNEGO's order so that each leg has
// an answer, and returns the first error.
func bound(ctx context.Context, c *Conn, kind dcerpc.AuthType) error {
	bindings, err := c.Bind(ctx, testAuth(kind, LevelIntegrity, "pw"), echoSyntax)
	if err != nil {
		return err
	}
	return bindings[0].Invoke(ctx, &rawOp{in: []byte("0123456789")})
}

func isKind(k network.Kind) func(error) bool {
	return func(err error) bool {
		var e *network.Error
		return errors.As(err, &e) && e.Kind == k
	}
}

func is[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

// Each action of a hook, and what the client makes of it: the classes of
// failure are those of the outside contract, section 3.
func TestHooks(t *testing.T) {
	for _, tt := range []struct {
		name  string
		hook  Hook
		kind  dcerpc.AuthType
		phase string
		want  func(error) bool
	}{
		{"garbage first", at(AtAccept, Action{First: []byte("SSH-2.0-OpenSSH_9.2\r\n")}), 9, PhaseBind, func(err error) bool {
			var e *NotRPC
			return errors.As(err, &e) && bytes.HasPrefix(e.First, []byte("SSH-2.0-OpenSSH_9.2\r\n")) && len(e.First) <= 64
		}},
		{"closed at once", at(AtAccept, Action{End: Close}), 9, PhaseBind, is[*Closed]},
		{"reset at once", at(AtAccept, Action{End: Reset}), 9, PhaseBind, isKind(network.Reset)},
		{"nak", at(AtBind, Action{Nak: &BindNak{Reason: 2, Versions: []Version{{5, 1}, {5, 0}}}}), 9, PhaseBind, func(err error) bool {
			var e *BindNak
			return errors.As(err, &e) && e.Reason == 2 && len(e.Versions) == 2 && e.Versions[0] == Version{5, 1}
		}},
		{"bind answered by a fault", at(AtBind, Action{Fault: &Fault{Status: 5}}), 9, PhaseBind, func(err error) bool { return isFault(err, 5) }},
		{"bind never answered", at(AtBind, Action{End: Stall}), 9, PhaseBind, isKind(network.Timeout)},
		{"bind closed", at(AtBind, Action{End: Close}), 9, PhaseBind, is[*Closed]},
		{"bind cut", at(AtBind, Action{End: Close, After: 20}), 9, PhaseBind, func(err error) bool {
			var e *Truncated
			return errors.As(err, &e) && e.Got == 20 && e.Want > 20
		}},
		{"bind cut in its header", at(AtBind, Action{End: Close, After: 7}), 9, PhaseBind, func(err error) bool {
			var e *Truncated
			return errors.As(err, &e) && e.Got == 7 && e.Want == 0
		}},
		{"bind reset after some bytes", at(AtBind, Action{End: Reset, After: 20}), 9, PhaseBind, isKind(network.Reset)},
		{"bind stalled after some bytes", at(AtBind, Action{End: Stall, After: 20}), 9, PhaseBind, isKind(network.Timeout)},
		{"context rejected", at(AtBind, Action{Reject: []Rejected{{Syntax: echoSyntax, Result: 2, Reason: 3}}}), 9, PhaseBind, func(err error) bool {
			var e *Rejected
			return errors.As(err, &e) && e.Result == 2 && e.Reason == 3
		}},
		{"logon answered by a fault", func(e *Event) Action {
			if e.Moment == AtBind && e.Alter {
				return Action{Fault: &Fault{Status: 0x721}}
			}
			return Action{}
		}, 9, PhaseAuth, func(err error) bool { return isFault(err, 0x721) }},
		{"auth3 refused", at(AtAuth3, Action{Fault: &Fault{Status: 5}}), 10, PhaseFault, func(err error) bool { return isFault(err, 5) }},
		{"auth3 closed", at(AtAuth3, Action{End: Close}), 10, PhaseStream, is[*Closed]},
		{"request answered by a fault", at(AtRequest, Action{Fault: &Fault{Status: 0x1C010014, DidNotExecute: true}}), 10, PhaseFault, func(err error) bool {
			var f *Fault
			return errors.As(err, &f) && f.Status == 0x1C010014 && f.DidNotExecute && f.Flags == 0x23
		}},
		{"request never answered", at(AtRequest, Action{End: Stall}), 10, PhaseStream, isKind(network.Timeout)},
		{"request reset", at(AtRequest, Action{End: Reset}), 10, PhaseStream, isKind(network.Reset)},
		{"request closed", at(AtRequest, Action{End: Close}), 10, PhaseStream, is[*Closed]},
		{"answer cut", at(AtRequest, Action{End: Close, After: 50}), 10, PhaseStream, is[*Truncated]},
		{"late answer", at(AtRequest, Action{Delay: 30 * time.Second}), 10, PhaseStream, isKind(network.Timeout)},
		{"slow answer", at(AtRequest, Action{Delay: 3 * time.Second}), 10, "", nil},
		{"own stub", at(AtRequest, Action{Stub: []byte("own")}), 10, "", nil},
		{"garbage before the answer", at(AtRequest, Action{First: []byte{5, 9, 9}}), 10, PhaseStream, is[*Malformed]},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := testServer("pw")
				s.Hook = Chain(nil, func(*Event) Action { return Action{} }, tt.hook)
				c := newBench(t, s).dial(t)
				ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
				defer cancel()
				began := time.Now()
				err := bound(ctx, c, tt.kind)
				if tt.want == nil {
					if err != nil {
						t.Fatal(err)
					}
					return
				}
				var e *Error
				if err == nil || !tt.want(err) || !errors.As(err, &e) {
					t.Fatalf("%v (%T)", err, err)
				}
				if e.Phase != tt.phase {
					t.Errorf("phase %q, want %q (%v)", e.Phase, tt.phase, err)
				}
				if took := time.Since(began); took > 10*time.Second {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

// A cancel ends every wait at once, and the connection.
func TestCancel(t *testing.T) {
	for _, m := range []Moment{AtBind, AtRequest} {
		synctest.Test(t, func(t *testing.T) {
			s := testServer("pw")
			s.Hook = at(m, Action{End: Stall})
			c := newBench(t, s).dial(t)
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(time.Second, cancel)
			began := time.Now()
			err := bound(ctx, c, dcerpc.AuthTypeWinNT)
			if !isKind(network.Cancelled)(err) || time.Since(began) != time.Second {
				t.Errorf("after %v: %v", time.Since(began), err)
			}
			if err := bound(context.Background(), c, dcerpc.AuthTypeWinNT); err == nil {
				t.Error("the connection lives after a cancel in mid-flight")
			}
		})
	}
}

// A caller that waits for its turn is cancelled too, and the call of the other
// goes on.
func TestCancelWhileWaitingForTheTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer("pw")
		s.Hook = at(AtRequest, Action{Delay: 5 * time.Second})
		b := newBench(t, s).dial(t).Use(echoSyntax, nil)
		done := make(chan error)
		go func() { done <- b.Invoke(context.Background(), &rawOp{}) }()
		time.Sleep(time.Second)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := b.Invoke(ctx, &rawOp{}); !isKind(network.Timeout)(err) {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// Close wakes whoever waits.
func TestCloseWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer("pw")
		s.Hook = at(AtRequest, Action{End: Stall})
		c := newBench(t, s).dial(t)
		time.AfterFunc(time.Second, func() { _ = c.Close() })
		if err := c.Use(echoSyntax, nil).Invoke(context.Background(), &rawOp{}); !isKind(network.Cancelled)(err) {
			t.Error(err)
		}
	})
}

// A host that refuses a request sent together with its alter_context gets it
// again in plain order, and the refusal is kept.
func TestPipelineFallback(t *testing.T) {
	for _, status := range []uint32{statusUnknownInterface, statusProtocolError, statusContextMismatch} {
		s := testServer("pw")
		requests := 0
		s.Hook = func(e *Event) Action {
			if e.Moment == AtRequest {
				if requests++; requests == 2 {
					return Action{Fault: &Fault{Status: status, DidNotExecute: true}}
				}
			}
			return Action{}
		}
		ctx := context.Background()
		c := newBench(t, s).dial(t)
		first := c.Use(echoSyntax, nil)
		wantEcho(t, first, 4)
		s.Interfaces[1].MinLevel = 0
		op := &rawOp{in: []byte("again")}
		sent, err := c.Use(guardedSyntax, nil).Send(ctx, op)
		if err != nil {
			t.Fatal(err)
		}
		if err := sent.Wait(ctx); err != nil || string(op.out) != "again" {
			t.Fatalf("%v, %q", err, op.out)
		}
		if sent.Refused() == nil || sent.Refused().Status != status || requests != 3 {
			t.Errorf("refused %v after %d requests", sent.Refused(), requests)
		}
	}
}

// The idle limit ends a connection that says nothing, and one that stops in
// the middle of a frame.
func TestIdle(t *testing.T) {
	for _, sent := range []string{"", "\x05\x00\x0b"} {
		synctest.Test(t, func(t *testing.T) {
			s := testServer("pw")
			s.Limits.Idle = 7 * time.Second
			b := newBench(t, s)
			ours, err := b.Dial(context.Background(), hostAddr)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = ours.Write([]byte(sent))
			began := time.Now()
			n, err := ours.Read(make([]byte, 1))
			if n != 0 || err == nil || time.Since(began) != 7*time.Second {
				t.Errorf("%d bytes, %v after %v", n, err, time.Since(began))
			}
		})
	}
}
