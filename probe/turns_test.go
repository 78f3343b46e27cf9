package probe

import (
	"context"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe/trace"
)

// A turn is a request and its answer that the step waited for; a TCP connect
// is one (contract, section 3).
func TestTurns(t *testing.T) {
	out := func(conn int, kind string) trace.Frame { return trace.Frame{Conn: conn, Out: true, Type: kind} }
	in := func(conn int, kind string) trace.Frame { return trace.Frame{Conn: conn, Type: kind} }
	served := func(f trace.Frame) trace.Frame { f.Served = true; return f }
	for _, c := range []struct {
		name   string
		frames []trace.Frame
		want   int
	}{
		{"nothing", nil, 0},
		{"connect", []trace.Frame{out(1, "connect"), in(1, "connected")}, 1},
		{"connect, both marked as ours", []trace.Frame{out(1, "connect"), out(1, "connected")}, 1},
		{"connect without an answer", []trace.Frame{out(1, "connect"), out(1, "connect")}, 0},
		{"two fragments each way", []trace.Frame{out(1, "request"), out(1, "request"), in(1, "response"), in(1, "response")}, 1},
		{"auth3 and request in one flight", []trace.Frame{out(1, "auth3"), out(1, "request"), in(1, "response")}, 1},
		{"two connections at once", []trace.Frame{out(1, "request"), out(2, "bind"), in(2, "bind_ack"), in(1, "response")}, 2},
		{"the host calls us", []trace.Frame{served(out(3, "response")), served(in(3, "request")), served(out(3, "response")), served(in(3, "request"))}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sink trace.Sink
			front := &watcher{}
			r := Run(t.Context(), func(s trace.Sink) Plan {
				sink = s
				return Plan{Steps: []Step{
					{ID: StepAlive, Layer: LayerEndpointMapper, Do: func(context.Context) (Evidence, error) {
						for _, f := range c.frames {
							sink(f)
						}
						return nil, nil
					}},
					{ID: StepIdentity, Layer: LayerAuthentication, Do: passes},
				}, Close: func() { sink(in(9, "fin")) }}
			}, unjudged, front)
			if got := r.Result(StepAlive).RoundTrips; got != c.want || r.RoundTrips != c.want || r.Result(StepIdentity).RoundTrips != 0 {
				t.Errorf("%d turns in the step, %d in the run, want %d", got, r.RoundTrips, c.want)
			}
			for _, e := range front.events {
				if f, ok := e.(FrameSeen); ok && f.Frame.Conn != 9 && f.Step != StepAlive {
					t.Errorf("frame of step %q", f.Step)
				}
			}
			before := len(front.events)
			if sink(in(1, "late")); len(front.events) != before {
				t.Error("a frame was told after the end")
			}
		})
	}
}
