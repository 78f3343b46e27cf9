package tui

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/probe"
)

const (
	// pace is how often the screen hears of frames and starts.
	pace = 50 * time.Millisecond
	// room is how many events may wait; beyond it frames are counted, not kept.
	room = 1 << 14
)

var errStopped = errors.New("stopped by the person")

// bridge is a probe.Front whose other end is the screen. The engine runs in
// one goroutine, which the bridge starts, recovers and waits for; the screen
// fetches what happened with next.
type bridge struct {
	id      int
	cancel  context.CancelFunc
	ended   chan struct{} // closed when the engine has returned
	wake    chan struct{} // something waits
	urgent  chan struct{} // something that must be seen at once
	paused  atomic.Bool   // ask before each step
	mu      sync.Mutex
	waiting []probe.Event
	asks    []ask
	missed  int
	done    bool // Done is among what was emitted
	current probe.Step
	results []probe.Result
	report  *probe.Report
	sent    time.Time
}

// ask is a question of the engine. Answering it twice is harmless.
type ask struct {
	step       *probe.Step
	experiment *probe.Experiment
	answer     chan bool
}

func (a ask) reply(yes bool) {
	select {
	case a.answer <- yes:
	default:
	}
}

// batch is what happened since the last one.
type batch struct {
	run    int
	events []probe.Event
	asks   []ask
	missed int
	ended  bool
}

// open starts a run.
func open(ctx context.Context, id int, paused bool, run func(context.Context, probe.Front) *probe.Report) *bridge {
	ctx, cancel := context.WithCancel(ctx)
	b := &bridge{id: id, cancel: cancel, ended: make(chan struct{}), wake: make(chan struct{}, 1), urgent: make(chan struct{}, 1)}
	b.paused.Store(paused)
	go func() {
		defer close(b.ended)
		defer cancel()
		defer func() {
			if p := recover(); p != nil {
				b.crashed(p)
			}
		}()
		rep := run(ctx, b)
		b.mu.Lock()
		done := b.done
		b.mu.Unlock()
		if !done {
			b.Emit(probe.Done{Report: rep})
		}
	}()
	return b
}

// crashed turns a panic of the engine into the end of the run.
func (b *bridge) crashed(p any) {
	b.mu.Lock()
	res := probe.Result{Step: b.current.ID, Layer: b.current.Layer, Label: b.current.Label, Title: b.current.Title,
		Outcome: probe.Failed, Failure: &probe.Failure{Kind: probe.KindInternal, Text: fmt.Sprintf("this program crashed (%T)", p)}}
	rep := &probe.Report{Started: time.Now(), Outcome: probe.Failed, Results: append(append([]probe.Result{}, b.results...), res),
		Verdict: probe.Verdict{Layer: b.current.Layer, Step: b.current.ID, Headline: "our own mistake",
			Summary: "This is our mistake, not the host's. s saves a report to send us."}}
	b.mu.Unlock()
	b.Emit(probe.Done{Report: rep})
}

// Emit takes an event. It never blocks.
func (b *bridge) Emit(ev probe.Event) {
	b.mu.Lock()
	at := b.wake
	switch e := ev.(type) {
	case probe.StepStarted:
		b.current = e.Step
	case probe.StepDone:
		at = b.urgent
		if e.Experiment == "" {
			b.results = append(b.results, e.Result)
		}
	case probe.Judged:
		at = b.urgent
	case probe.Done:
		at, b.done, b.report = b.urgent, true, e.Report
	case probe.FrameSeen:
		if len(b.waiting) >= room {
			b.missed++
			b.mu.Unlock()
			return
		}
	}
	b.waiting = append(b.waiting, ev)
	b.mu.Unlock()
	poke(at)
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// BeforeStep waits for the person in step mode.
func (b *bridge) BeforeStep(ctx context.Context, s probe.Step) error {
	if !b.paused.Load() {
		return ctx.Err()
	}
	if !b.ask(ctx, ask{step: &s}) {
		return errStopped
	}
	return nil
}

// Consent waits for the person's answer.
func (b *bridge) Consent(ctx context.Context, e probe.Experiment) bool {
	return b.ask(ctx, ask{experiment: &e})
}

func (b *bridge) ask(ctx context.Context, a ask) bool {
	a.answer = make(chan bool, 1)
	b.mu.Lock()
	b.asks = append(b.asks, a)
	b.mu.Unlock()
	poke(b.urgent)
	select {
	case yes := <-a.answer:
		return yes
	case <-ctx.Done():
		return false
	}
}

// next is a command: it returns when something has happened, at most once in
// a pace unless it is urgent, and says when the engine has ended.
func (b *bridge) next() tea.Msg {
	select {
	case <-b.urgent:
	case <-b.ended:
	case <-b.wake:
		if wait := pace - time.Since(b.sent); wait > 0 {
			t := time.NewTimer(wait)
			select {
			case <-b.urgent:
			case <-b.ended:
			case <-t.C:
			}
			t.Stop()
		}
	}
	ended := false
	select {
	case <-b.ended:
		ended = true
	default:
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	m := batch{run: b.id, events: b.waiting, asks: b.asks, missed: b.missed, ended: ended}
	b.waiting, b.asks, b.sent = nil, nil, time.Now()
	return m
}

// close stops the run and waits for its end.
func (b *bridge) close() *probe.Report {
	if b == nil {
		return nil
	}
	b.cancel()
	<-b.ended
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.report
}
