package tui

import (
	"fmt"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/trace"
)

// many is a finished run with ten thousand frames, on the tab that lists them.
func many(t *testing.T, w, h int) *screenTest {
	s := finishedRun(t, deniedReport(), w, h)
	var events []probe.Event
	for i := range 10000 {
		events = append(events, probe.FrameSeen{Step: probe.StepNext, Frame: trace.Frame{At: began.Add(time.Duration(i) * time.Millisecond), Out: i%2 == 0,
			Type: "request", Operation: fmt.Sprintf("Next %d", i), Size: 100 + i, Raw: make([]byte, 512)}})
	}
	s.feed(events...)
	s.press("w")
	return s
}

// The measures of the design: a key is answered within 16 ms with 10,000
// frames, the first frame stands within 50 ms.
func TestFrameInTime(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {200, 50}} {
		s := many(t, size[0], size[1])
		for _, key := range []string{"up", "pgup", "home", "end", "enter", "esc"} {
			best := time.Hour
			for range 5 { // the best of five, for other work on this machine
				start := time.Now()
				s.Update(keyMsg(key))
				_ = s.View()
				best = min(best, time.Since(start))
			}
			if best > 16*time.Millisecond {
				t.Errorf("%v: %s took %v", size, key, best)
			}
		}
	}
	best := time.Hour
	for range 3 {
		start := time.Now()
		s := newScreen(t, Config{}, 200, 50)
		_ = s.View()
		best = min(best, time.Since(start))
	}
	if best > 50*time.Millisecond {
		t.Errorf("the first frame took %v", best)
	}
}

func BenchmarkKeyToFrame(b *testing.B) {
	s := many(&testing.T{}, 200, 50)
	for b.Loop() {
		s.Update(keyMsg("up"))
		_ = s.View()
	}
}

func BenchmarkVerdictFrame(b *testing.B) {
	s := finishedRun(&testing.T{}, deniedReport(), 200, 50)
	for b.Loop() {
		_ = s.View()
	}
}
