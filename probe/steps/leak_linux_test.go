package steps_test

import (
	"context"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// On real sockets: a run that is cancelled at any frame, and one that is not,
// leaves no goroutine and no descriptor behind.
func TestNothingIsLeftOpen(t *testing.T) {
	_, where := serve(t, machine.New(), "127.13.9.11:0")
	run := func(cancelAt int) (frames int) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		v := visitTo("127.13.9.11", where.Mapper.Port(), network.System())
		v.front.heard = func(e probe.Event) {
			if _, ok := e.(probe.FrameSeen); ok {
				if frames++; frames == cancelAt {
					cancel()
				}
			}
		}
		v.run(ctx, t)
		return frames
	}
	frames := run(0) // opens what the runtime itself keeps open
	settled := goleak.IgnoreCurrent()
	before := descriptors(t)
	for at := range frames {
		run(at)
	}
	if err := goleak.Find(settled); err != nil {
		t.Error(err)
	}
	for end := time.Now().Add(2 * time.Second); descriptors(t) > before; { // the host closes its ends a moment later
		if time.Now().After(end) {
			t.Fatalf("%d descriptors, %d before %d runs", descriptors(t), before, frames)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}
