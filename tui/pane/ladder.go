package pane

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/probe"
)

// Ladder is the map: six layers, and the steps of those that are open.
type Ladder struct {
	*Shared
	w, h    int
	Tick    int // of the moving dot
	focused bool
	follows bool // the mark moves with the run
	marked  rung
	opened  map[probe.Layer]bool // by the person
	top     int
}

// rung is a place in the ladder: a layer, or a step of it.
type rung struct {
	layer probe.Layer
	step  probe.StepID
}

// NewLadder makes a ladder whose mark follows the run.
func NewLadder(s *Shared) *Ladder {
	l := &Ladder{Shared: s}
	l.Reset()
	return l
}

// Reset forgets the person's choices, for a new run.
func (l *Ladder) Reset() {
	l.follows, l.opened, l.top = true, map[probe.Layer]bool{}, 0
	l.marked = rung{layer: probe.LayerEndpointMapper}
}

// SetSize takes the size of the pane.
func (l *Ladder) SetSize(w, h int) { l.w, l.h = w, h }

// Focus says whether the mark is drawn.
func (l *Ladder) Focus(on bool) { l.focused = on }

// Hints of the footer while the ladder has the focus.
func (l *Ladder) Hints() []Hint {
	return []Hint{{l.Arrows(), "step"}, {"Enter", "evidence"}}
}

// Marked is the step that Evidence and Wire follow: the marked one, or the one
// that matters most in the marked layer.
func (l *Ladder) Marked() probe.StepID {
	m := l.place()
	if m.step != "" {
		return m.step
	}
	return l.telling(m.layer)
}

// telling is the step of a layer worth looking at: the one that failed or
// warned, else the last that ran, else the first.
func (l *Ladder) telling(layer probe.Layer) probe.StepID {
	steps := l.Run.StepsOf(layer)
	var last probe.StepID
	for _, s := range steps {
		if s.ID == l.Run.Current {
			return s.ID
		}
		switch l.Run.Result(s.ID).Outcome {
		case probe.Failed, probe.Cancelled:
			return s.ID
		case probe.Passed, probe.Warned:
			last = s.ID
		}
	}
	if last == "" && len(steps) > 0 {
		last = steps[0].ID
	}
	return last
}

// place is where the mark is: with the run, until the person moved it.
func (l *Ladder) place() rung {
	if !l.follows {
		return l.marked
	}
	if c := l.Run.Current; c != "" {
		return rung{l.Run.Step(c).Layer, c}
	}
	if l.Run.State == Finished {
		for _, layer := range probe.Layers() {
			switch l.Run.Outcome(layer) {
			case probe.Failed, probe.Cancelled:
				return rung{layer, l.telling(layer)}
			}
		}
		if layer := l.warned(); layer != probe.LayerNone {
			for _, s := range l.Run.StepsOf(layer) {
				if l.Run.Result(s.ID).Outcome == probe.Warned {
					return rung{layer, s.ID}
				}
			}
		}
		if o := l.Run.Outcome(probe.LayerQuery); o == probe.Passed {
			return rung{layer: probe.LayerQuery}
		}
	}
	return l.marked
}

func (l *Ladder) warned() probe.Layer {
	for _, layer := range probe.Layers() {
		if l.Run.Outcome(layer) == probe.Warned {
			return layer
		}
	}
	return probe.LayerNone
}

// roomy reports whether every step is shown.
func (l *Ladder) roomy() bool { return l.w >= 36 && l.h >= 30 }

func (l *Ladder) open(layer probe.Layer) bool {
	if v, ok := l.opened[layer]; ok {
		return v
	}
	ran := l.Run.Outcome(layer)
	if l.roomy() && ran != probe.Skipped && ran != probe.NotRun {
		return true
	}
	if l.Run.Current != "" {
		return l.Run.Step(l.Run.Current).Layer == layer
	}
	if ran == probe.Failed || ran == probe.Cancelled {
		return true
	}
	return ran == probe.Warned && l.warned() == layer && l.Run.State == Finished && !l.anyFailed() ||
		l.Run.Heal != nil && l.Run.Heal.Layer == layer
}

func (l *Ladder) anyFailed() bool {
	for _, layer := range probe.Layers() {
		if o := l.Run.Outcome(layer); o == probe.Failed || o == probe.Cancelled {
			return true
		}
	}
	return false
}

// rungs lists what is drawn; a rung without a layer is an empty row.
func (l *Ladder) rungs() []rung {
	var out []rung
	for i, layer := range probe.Layers() {
		wasOpen := i > 0 && l.open(probe.Layers()[i-1])
		if l.roomy() && (wasOpen || i > 0 && l.open(layer)) {
			out = append(out, rung{})
		}
		out = append(out, rung{layer: layer})
		if l.open(layer) {
			for _, s := range l.Run.StepsOf(layer) {
				if l.Run.State == Watching && l.Run.Result(s.ID).Outcome == probe.NotRun {
					continue
				}
				out = append(out, rung{layer, s.ID})
			}
		}
	}
	return out
}

// Update moves the mark, opens and closes layers.
func (l *Ladder) Update(k tea.KeyMsg) Action {
	rungs := l.rungs()
	at := 0
	for i, r := range rungs {
		if r == l.place() {
			at = i
		}
	}
	to := at
	switch move(k.String()) {
	case "up":
		to = at - 1
	case "down":
		to = at + 1
	case "pgup", "home":
		to = 0
	case "pgdown", "end":
		to = len(rungs) - 1
	default:
		if k.String() == "enter" {
			return l.enter(rungs[at])
		}
		return nil
	}
	l.follows = false
	l.marked = rungs[at]
	for to >= 0 && to < len(rungs) {
		if rungs[to].layer != probe.LayerNone {
			l.marked = rungs[to]
			break
		}
		to += to - at
	}
	return nil
}

func (l *Ladder) enter(at rung) Action {
	if at.step != "" {
		return ShowEvidence{}
	}
	l.follows, l.marked = false, at
	l.opened[at.layer] = !l.open(at.layer)
	return nil
}
