package steps_test

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// A name with a silent IPv6 address first is reached by its IPv4 address, also
// where the person's own deadline is short: each address has its share of it.
func TestSilentFirstAddress(t *testing.T) {
	for _, timeout := range []time.Duration{0, 2 * time.Second, time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			h := winhost.New(machine.New(), winhost.Options{})
			silent, open := netip.MustParseAddr("2001:db8::10"), netip.MustParseAddr("192.0.2.10")
			h.Path().Names["winhost.lab.test"] = []netip.Addr{silent, open}
			h.Path().Dial = func(to netip.AddrPort) winhost.Treatment {
				if to.Addr() == silent {
					return winhost.Swallow
				}
				return winhost.Pass
			}
			n := h.Network()
			defer n.Close()
			v := visitTo("winhost.lab.test", 135, n)
			v.target.StepTimeout = timeout
			r := v.run(t.Context(), t)
			d, _ := probe.Learnt[*probe.Dial](r.Result(probe.StepTCP135))
			if r.Outcome != probe.Passed || d == nil || len(d.Attempts) != 2 || d.Attempts[0].Kind != probe.KindTimeout || d.Attempts[1].Kind != "" {
				t.Errorf("timeout %v: %v, dialled %+v", timeout, r.Outcome, d)
				tell(t, r)
			}
		})
	}
}

// far is a connection to a distant host: what answers a write arrives one
// round trip after it.
type far struct {
	net.Conn
	rtt    time.Duration
	answer time.Time
	wrote  func([]byte)
}

func (f *far) Write(p []byte) (int, error) {
	f.answer = time.Now().Add(f.rtt)
	f.wrote(p)
	return f.Conn.Write(p)
}

func (f *far) Read(p []byte) (int, error) {
	time.Sleep(time.Until(f.answer))
	return f.Conn.Read(p)
}

// Over a long way a run takes its turns times the round trip, and no more: the
// farewell is not waited for. The auth3 of raw NTLM has no answer
// to wait for: it leaves in one write with the first request.
func TestTurnsAreAllTheTimeOfALongWay(t *testing.T) {
	const rtt = 100 * time.Millisecond
	for auth, turns := range map[probe.AuthChoice]int{probe.AuthNTLM: 10, probe.AuthAuto: 12} {
		synctest.Test(t, func(t *testing.T) {
			h := winhost.New(machine.New(), winhost.Options{})
			h.Path().Delay = rtt
			auth3 := 0
			h.Path().Wrap = func(_ netip.AddrPort, c net.Conn) net.Conn {
				return &far{Conn: c, rtt: rtt, wrote: func(p []byte) {
					kinds := frameKinds(p)
					if kinds[16] > 0 {
						auth3++
						if kinds[0] == 0 {
							t.Error("an auth3 left without the request")
						}
					}
				}}
			}
			n := h.Network()
			defer n.Close()
			v := visitTo("winhost.lab.test", 135, n)
			v.target.Auth = auth
			r := v.run(t.Context(), t)
			if r.Outcome != probe.Passed || r.RoundTrips != turns || r.Took != time.Duration(turns)*rtt {
				t.Errorf("%s: %v in %d turns and %v, want %d turns of %v", auth, r.Outcome, r.RoundTrips, r.Took, turns, rtt)
				tell(t, r)
			}
			if want := map[probe.AuthChoice]int{probe.AuthNTLM: 2}[auth]; auth3 != want {
				t.Errorf("%s: %d auth3, want %d", auth, auth3, want)
			}
		})
	}
}

// frameKinds counts the frames of a flight by their type (C706 12.6.3.1).
func frameKinds(p []byte) map[byte]int {
	kinds := map[byte]int{}
	for len(p) >= 16 {
		size := int(p[8]) | int(p[9])<<8
		if size < 16 || size > len(p) {
			break
		}
		kinds[p[2]]++
		p = p[size:]
	}
	return kinds
}

// A run that is cancelled at any frame returns within 100 ms and its report is
// whole; that nothing is left running is the bubble's to say.
func TestCancelAtEveryFrame(t *testing.T) {
	for _, auth := range []probe.AuthChoice{probe.AuthNTLM, probe.AuthAuto} {
		frames := 1
		for at := 0; at < frames; at++ {
			synctest.Test(t, func(t *testing.T) {
				n := winhost.New(machine.New(), winhost.Options{}).Network()
				defer n.Close()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				v := visitTo("winhost.lab.test", 135, n)
				v.target.Auth = auth
				seen, step := 0, probe.StepID("")
				v.front.heard = func(e probe.Event) {
					if f, ok := e.(probe.FrameSeen); ok {
						if seen++; seen == at { // the first run is not cancelled
							step = f.Step
							cancel()
						}
					}
				}
				r := v.run(ctx, t)
				if at == 0 {
					frames = seen
					return
				}
				cancelled(t, r, v.front, step)
			})
		}
		if frames < 20 {
			t.Fatalf("%s: only %d frames", auth, frames)
		}
	}
}

func cancelled(t *testing.T, r *probe.Report, l *listener, step probe.StepID) {
	t.Helper()
	planned := len(l.planned())
	if r.Took > 100*time.Millisecond || len(r.Results) != planned {
		t.Errorf("cancelled in %s: took %v, %d results of %d steps", step, r.Took, len(r.Results), planned)
	}
	if step != "" && r.Outcome != probe.Cancelled {
		t.Errorf("cancelled in %s: the run is %v", step, r.Outcome)
		tell(t, r)
	}
	if _, done := l.events[len(l.events)-1].(probe.Done); !done {
		t.Error("the last event is not Done")
	}
}

// The same while the host says nothing: whatever the run waits for is let go.
func TestCancelWhileTheHostIsSilent(t *testing.T) {
	for at := 0; at < 5000; at += 97 {
		synctest.Test(t, func(t *testing.T) {
			h := winhost.New(machine.New(), winhost.Options{})
			s := &spoil{how: "stall", at: at}
			h.Path().Wrap = func(_ netip.AddrPort, c net.Conn) net.Conn { return spoiled{c, s} }
			n := h.Network()
			defer n.Close()
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			stop := time.AfterFunc(500*time.Millisecond, cancel)
			defer stop.Stop()
			v := visitTo("winhost.lab.test", 135, n)
			began := time.Now()
			r := v.run(ctx, t)
			if took := time.Since(began); took > 600*time.Millisecond && r.Outcome != probe.Passed {
				t.Errorf("stalled at byte %d: returned %v after the cancel", at, took-500*time.Millisecond)
				tell(t, r)
			}
		})
	}
}
