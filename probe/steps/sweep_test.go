package steps_test

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"reflect"
	"testing"
	"testing/synctest"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// spoil is what happens to the host's bytes of a run at one place. Connections
// follow one another in a run, so their bytes are counted through.
type spoil struct {
	how  string // "cut" (FIN), "stall" or "flip" (one bit)
	at   int
	read int
}

type spoiled struct {
	net.Conn
	*spoil
}

func (s spoiled) Read(p []byte) (int, error) {
	if s.how == "flip" || s.read < s.at {
		if s.how != "flip" {
			p = p[:min(len(p), s.at-s.read)]
		}
		n, err := s.Conn.Read(p)
		if i := s.at - s.read; s.how == "flip" && i >= 0 && i < n {
			p[i] ^= 1 << (s.at % 8)
		}
		s.read += n
		return n, err
	}
	if s.how == "cut" {
		return 0, io.EOF
	}
	for { // the bytes that still come are lost
		if _, err := s.Conn.Read(make([]byte, 4096)); err != nil {
			return 0, err
		}
	}
}

// spoiledRun is a run within the process whose answers are spoilt.
func spoiledRun(t *testing.T, auth probe.AuthChoice, s *spoil) (*probe.Report, *listener, winhost.Count) {
	h := winhost.New(machine.New(), winhost.Options{})
	h.Path().Wrap = func(_ netip.AddrPort, c net.Conn) net.Conn { return spoiled{c, s} }
	n := h.Network()
	defer n.Close()
	v := visitTo("winhost.lab.test", 135, n)
	v.target.Auth = auth
	return v.run(t.Context(), t), v.front, h.Count()
}

// owner is which step waits for the byte at an offset, and in which frame: the
// healthy run tells.
type owner struct {
	step  probe.StepID
	first bool // of its frame
}

func owners(l *listener) (list []owner) {
	for _, f := range l.frames() {
		if f.Frame.Out || len(f.Frame.Raw) == 0 {
			continue
		}
		for i := range f.Frame.Size {
			list = append(list, owner{step: f.Step, first: i == 0})
		}
	}
	return list
}

// The answers of a healthy run are cut, stalled and changed at every byte. A
// run must then end by its deadlines, blame the step that was waiting or say
// that it does not know, show nothing secret, and never send a credential
// again. That nothing is left running is the bubble's to say.
func TestSpoiltAtEveryByte(t *testing.T) {
	every := 1
	if testing.Short() {
		every = 16
	}
	for _, auth := range []probe.AuthChoice{probe.AuthNTLM, probe.AuthAuto} {
		var bytes []owner
		var healthy *probe.Report
		synctest.Test(t, func(t *testing.T) {
			var l *listener
			healthy, l, _ = spoiledRun(t, auth, &spoil{how: "flip", at: -1})
			bytes = owners(l)
		})
		if healthy.Outcome != probe.Passed || len(bytes) < 2000 {
			t.Fatalf("%s: healthy run: %v with %d bytes", auth, healthy.Outcome, len(bytes))
		}
		for _, how := range []string{"cut", "stall", "flip"} {
			t.Run(fmt.Sprintf("%s/%s", auth, how), func(t *testing.T) {
				t.Parallel()
				for at := 0; at < len(bytes); at += every {
					synctest.Test(t, func(t *testing.T) {
						s := &spoil{how: how, at: at}
						r, l, count := spoiledRun(t, auth, s)
						whole(t, r, l)
						secretive(t, r, l)
						frugal(t, r, count)
						if how == "flip" {
							believable(t, r, healthy, bytes[at])
						} else {
							blamed(t, r, bytes[at], how)
						}
						if t.Failed() {
							tell(t, r)
							t.Fatalf("%s at byte %d of %d, which %s waits for", how, at, len(bytes), bytes[at].step)
						}
					})
				}
			})
		}
	}
}

// whole checks that every step has a result, none of them this program's own
// mistake, and that none took longer than it may.
func whole(t *testing.T, r *probe.Report, l *listener) {
	planned := l.planned()
	if len(r.Results) != len(planned) {
		t.Errorf("%d results of %d steps", len(r.Results), len(planned))
		return
	}
	for i, s := range r.Results {
		if s.Took > planned[i].Within {
			t.Errorf("%s took %v, more than its %v", s.Step, s.Took, planned[i].Within)
		}
		if s.Outcome == probe.NotRun || s.Outcome == probe.Failed && s.Failure == nil {
			t.Errorf("%s: %v without a failure", s.Step, s.Outcome)
		}
		if s.Failure != nil && s.Failure.Kind == probe.KindInternal {
			t.Errorf("%s: %s", s.Step, s.Failure.Text)
		}
	}
}

// frugal checks the lockout rule, on both ends.
func frugal(t *testing.T, r *probe.Report, host winhost.Count) {
	a := r.Account
	switch {
	case host.Rejected > 1, host.Submitted > 2, a.RejectedCount > 1, a.SentCount > 2:
		t.Errorf("the host counts %+v, the purse %d sent and %d rejected", host, a.SentCount, a.RejectedCount)
	case a.SentCount < host.Submitted:
		t.Errorf("%d sent, but the host saw %d", a.SentCount, host.Submitted)
	case a.SentCount > 1 && a.AcceptedCount == 0:
		t.Errorf("sent a second time though the first was not accepted")
	}
}

// blamed checks the step and kind of a run whose answer did not come: a FIN
// before any byte of a frame is closed, one within it truncated.
func blamed(t *testing.T, r *probe.Report, o owner, how string) {
	if o.step == "" { // the farewell after the last step
		if r.Outcome != probe.Passed {
			t.Errorf("%v, though only the farewell went unanswered", r.Outcome)
		}
		return
	}
	want := probe.KindTimeout
	if how == "cut" {
		want = probe.KindTruncated
		if o.first {
			want = probe.KindClosed
		}
	}
	failed, ok := r.FirstFailed()
	if !ok || failed.Step != o.step || failed.Failure.Kind != want {
		t.Errorf("failed: %s %+v, want %s %s", failed.Step, failed.Failure, o.step, want)
	}
}

// believable checks a run in which one bit was wrong: whoever failed was not
// before the step that read it, and what is signed is not believed. What no
// signature covers may pass, but then the rows are the healthy ones.
func believable(t *testing.T, r, healthy *probe.Report, o owner) {
	failed, bad := r.FirstFailed()
	if o.step == "" {
		return
	}
	if bad && order(r, failed.Step) < order(r, o.step) {
		t.Errorf("%s failed, before the bit of %s was wrong", failed.Step, o.step)
	}
	if !bad && order(r, o.step) >= order(r, probe.StepActivate) && o.step != probe.StepCallObject {
		t.Errorf("a signed answer to %s was believed though it was changed", o.step)
	}
	rows, _ := probe.Learnt[*probe.Rows](r.Result(probe.StepNext))
	want, _ := probe.Learnt[*probe.Rows](healthy.Result(probe.StepNext))
	if rows != nil && rows.Count > 0 && !reflect.DeepEqual(rows, want) {
		t.Errorf("rows %+v, want none or %+v", rows, want)
	}
}

func order(r *probe.Report, id probe.StepID) int {
	for i, s := range r.Results {
		if s.Step == id {
			return i
		}
	}
	return len(r.Results)
}
