package probe

import (
	"sync"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/trace"
)

// voice is the one way to the front. It holds the only mutex around Emit,
// stamps frames with the step they belong to and counts turns.
type voice struct {
	mu      sync.Mutex
	front   Front
	over    bool         // the last event has been told
	step    StepID       // that is running, empty between steps
	turns   int          // of the running step
	total   int          // of the run
	waiting map[int]bool // by connection: something went out and is not answered
}

func (v *voice) emit(e Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.tell(e)
}

// last tells the last event; what comes later is dropped.
func (v *voice) last(e Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.tell(e)
	v.over = true
}

func (v *voice) tell(e Event) {
	if !v.over {
		v.front.Emit(e)
	}
}

func (v *voice) begin(step Step, e ExperimentID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.step, v.turns = step.ID, 0
	v.tell(StepStarted{Step: step, Experiment: e})
}

// end closes a step and returns its turns.
func (v *voice) end() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.step = ""
	v.total += v.turns
	return v.turns
}

// slow tells that a step is slow, if it is still the running one.
func (v *voice) slow(id StepID, started time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.step == id {
		v.tell(StepSlow{Step: id, Waited: time.Since(started)})
	}
}

// frame is the trace.Sink of the run.
func (v *voice) frame(f trace.Frame) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.turn(f) && v.step != "" {
		v.turns++
	}
	v.tell(FrameSeen{Step: v.step, Frame: f})
}

// turn reports whether the frame ends a turn: the first that comes in on a
// connection after something went out. What the other side opened to us is
// not our waiting.
func (v *voice) turn(f trace.Frame) bool {
	if f.Served {
		return false
	}
	out := f.Out
	switch f.Type {
	case "connect":
		out = true
	case "connected":
		out = false
	}
	if out {
		v.waiting[f.Conn] = true
		return false
	}
	answered := v.waiting[f.Conn]
	v.waiting[f.Conn] = false
	return answered
}

func (v *voice) all() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.total
}
