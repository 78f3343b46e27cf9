package plain

import (
	"context"
	"fmt"
	"io"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Front writes a run as lines while it goes: one for each layer, or one for
// each step. It asks through Ask; without one it agrees to nothing.
type Front struct {
	Out io.Writer
	// Each writes a line for every step instead of every layer.
	Each bool
	// Stepwise asks before each step.
	Stepwise bool
	// Ask poses a numbered question and returns the number chosen, 0 for none.
	Ask func(ctx context.Context, question string, answers ...string) int

	planned map[probe.Layer]int
	done    []probe.Result
	waiting []probe.Layer // skipped layers not told yet
	told    map[probe.Layer]bool
	labels  map[probe.StepID]probe.Step
}

// Emit writes what an event has to say.
func (f *Front) Emit(e probe.Event) {
	switch e := e.(type) {
	case probe.Planned:
		f.plan(e.Steps)
	case probe.StepStarted:
		if e.Experiment != "" {
			f.say("To decide between causes (%s): %s.", e.Experiment, e.Step.Title)
		}
		f.labels[e.Step.ID] = e.Step
	case probe.StepSlow:
		s := f.labels[e.Step]
		f.say("Layer %d of 6, %s: still waiting after %s. %s", s.Layer, s.Label, page.Seconds(e.Waited), oneParagraph(s.Words.SlowBecause))
	case probe.StepDone:
		f.step(e)
	case probe.Judged:
		f.skipped()
	case probe.Looked:
		f.looked(e)
	}
}

func (f *Front) plan(steps []probe.Step) {
	f.planned, f.told, f.labels = map[probe.Layer]int{}, map[probe.Layer]bool{}, map[probe.StepID]probe.Step{}
	f.done, f.waiting = nil, nil
	for _, s := range steps {
		f.planned[s.Layer]++
	}
}

func (f *Front) step(e probe.StepDone) {
	r := e.Result
	if f.Each || e.Experiment != "" {
		line := fmt.Sprintf("Layer %d of 6, step %s: %s, %s", r.Layer, r.Label, outcomeWord(r.Outcome), page.Took(r.Took))
		switch {
		case r.Because != "":
			line = fmt.Sprintf("Layer %d of 6, step %s: %s because %s", r.Layer, r.Label, outcomeWord(r.Outcome), r.Because)
		case r.Failure != nil:
			line += ", " + failure(r.Failure)
		}
		f.say("%s.", line)
	}
	if e.Experiment != "" {
		return
	}
	f.done = append(f.done, r)
	n := 0
	for _, d := range f.done {
		if d.Layer == r.Layer {
			n++
		}
	}
	if n == f.planned[r.Layer] && !f.Each {
		f.layer(r.Layer)
	}
}

// layer tells a finished layer. Skipped ones are gathered into one line.
func (f *Front) layer(l probe.Layer) {
	f.told[l] = true
	r := &probe.Report{Results: f.done}
	if r.LayerOutcome(l) == probe.Skipped {
		f.waiting = append(f.waiting, l)
		return
	}
	f.skipped()
	line := fmt.Sprintf("Layer %d of 6, %s: %s", l, layerName(l), outcomeWord(r.LayerOutcome(l)))
	for _, s := range f.done {
		if s.Layer == l && s.Outcome == probe.Failed {
			line += " in step " + s.Label
			break
		}
	}
	line += ", " + took(r, l) + "."
	if n := note(r, l); n != "" && l != probe.LayerAuthentication {
		line += " " + title(n) + "."
	} else if r.LayerOutcome(l) == probe.Passed && l == probe.LayerAuthentication {
		line += " Logon accepted."
	} else if n != "" {
		line += " " + title(n) + "."
	}
	f.say("%s", line)
}

// skipped tells the layers that were skipped, those with one reason together.
func (f *Front) skipped() {
	r := &probe.Report{Results: f.done}
	for len(f.waiting) > 0 {
		first, n := f.waiting[0], 1
		for n < len(f.waiting) && f.waiting[n] == first+probe.Layer(n) && r.LayerBecause(f.waiting[n]) == r.LayerBecause(first) {
			n++
		}
		which := fmt.Sprintf("Layer %d of 6, %s", first, layerName(first))
		if n > 1 {
			which = fmt.Sprintf("Layers %d to %d", first, f.waiting[n-1])
		}
		reason := because(r, first)
		if reason != "" {
			reason = " " + reason
		}
		f.say("%s: skipped%s.", which, reason)
		f.waiting = f.waiting[n:]
	}
}

func (f *Front) looked(e probe.Looked) {
	at := e.At.Local().Format("15:04:05")
	switch {
	case e.Failure == nil:
		f.say("%s: the port is open.", at)
	case e.Next.IsZero():
		f.say("%s: %s. This was the last look.", at, failure(e.Failure))
	default:
		f.say("%s: %s. Next look at %s.", at, failure(e.Failure), e.Next.Local().Format("15:04:05"))
	}
}

func (f *Front) say(format string, args ...any) {
	w := newWriter(f.Out)
	w.prose(fmt.Sprintf(format, args...))
	_ = w.flush()
}

// errDeclined ends a run in step mode.
type errDeclined struct{}

func (errDeclined) Error() string { return "the person ended the run" }

// BeforeStep tells what the step will do and asks, in step mode only.
func (f *Front) BeforeStep(ctx context.Context, s probe.Step) error {
	if !f.Stepwise || f.Ask == nil {
		return ctx.Err()
	}
	f.say("Next, layer %d of 6: %s.", s.Layer, s.Title)
	for _, part := range [][2]string{{"Does", s.Words.Does}, {"Why", s.Words.Why}, {"Proves", s.Words.Proves},
		{"Sends", s.Words.Sends}, {"Costs", s.Words.Costs}, {"Changes", s.Words.Changes}} {
		if part[1] != "" {
			f.say("%s: %s", part[0], oneParagraph(part[1]))
		}
	}
	switch f.Ask(ctx, "Take this step?", "yes", "all the rest without asking", "stop here") {
	case 1:
		return nil
	case 2:
		f.Stepwise = false
		return nil
	}
	return errDeclined{}
}

// Consent names the price of an experiment and asks.
func (f *Front) Consent(ctx context.Context, e probe.Experiment) bool {
	if f.Ask == nil {
		return false
	}
	f.say("One more test would decide: %s.", e.Title)
	for _, part := range [][2]string{{"Does", e.Words.Does}, {"Sends", e.Words.Sends}, {"Costs", e.Words.Costs},
		{"Tells", e.Words.Tells}, {"Instead", e.Words.Instead}} {
		if part[1] != "" {
			f.say("%s: %s", part[0], oneParagraph(part[1]))
		}
	}
	return f.Ask(ctx, "Do it?", "no, leave the cause open", "yes, do it") == 2
}
