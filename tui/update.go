package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/tui/pane"
)

// beat is how often the dot of the running step moves.
const beat = 250 * time.Millisecond

// Messages of the program.
type (
	escDue   struct{ turn int } // the wait for the rest of an Esc is over
	tick     struct{ turn int }
	copied   result
	saved    struct{ path, err string }
	answered struct{ output string }
	printed  struct{ err error }
	played   struct {
		fault    string
		surprise bool
		request  Request
		err      error
	}
)

// Update takes one message. It never blocks.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := m.take(msg)
	m.sync()
	return m, cmd
}

func (m *model) take(msg tea.Msg) tea.Cmd {
	now := m.cfg.Now()
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
	case tea.KeyMsg:
		keys, wait := m.keys.feed(msg, now)
		cmds := m.press(keys)
		if wait {
			turn := m.keys.turn
			cmds = append(cmds, tea.Tick(escWait, func(time.Time) tea.Msg { return escDue{turn} }))
		}
		return tea.Batch(cmds...)
	case escDue:
		return tea.Batch(m.press(m.keys.expire(msg.turn, now))...)
	case batch:
		return m.batch(msg)
	case tick:
		return m.ticked(msg)
	case played:
		return m.played(msg)
	case copied:
		m.copied(msg)
	case saved:
		m.savedAs(msg)
	case answered:
		if m.console != nil {
			m.console.Print(msg.output)
		}
	case printed:
		if msg.err != nil {
			m.message = "It could not be printed: " + msg.err.Error()
		}
	case tea.ResumeMsg:
		m.resumed(now)
	}
	return nil
}

func (m *model) press(keys []tea.KeyMsg) []tea.Cmd {
	var cmds []tea.Cmd
	for _, k := range keys {
		if c := m.key(k); c != nil {
			cmds = append(cmds, c)
		}
		m.sync() // the next key of the same read meets the panes as they now are
	}
	return cmds
}

// batch takes in what the engine did.
func (m *model) batch(b batch) tea.Cmd {
	if m.bridge == nil || b.run != m.bridge.id {
		return nil
	}
	run, now := m.shared.Run, m.cfg.Now()
	was := run.State
	judged := false
	for _, ev := range b.events {
		before := run.Report
		run.Apply(ev, now)
		judged = judged || run.Report != before
	}
	run.Missed = b.missed
	for _, a := range b.asks {
		m.ask(a)
	}
	switch {
	case run.State == pane.Finished && was != pane.Finished:
		if m.stopping {
			m.stopping, m.message = false, ""
		}
		m.finished()
	case judged:
		m.judged()
		m.readVerdict()
	}
	m.wire.Refresh()
	m.live.Refresh()
	var cmds []tea.Cmd
	if b.ended {
		m.bridge = nil
	} else {
		cmds = append(cmds, m.bridge.next)
	}
	if run.State == pane.Running && was != pane.Running {
		cmds = append(cmds, m.beat())
	}
	return tea.Batch(cmds...)
}

// ask takes a question of the engine.
func (m *model) ask(a ask) {
	run := m.shared.Run
	m.asked = &a
	if a.step != nil {
		run.State, run.Current, run.Since, run.Ended = pane.Waiting, a.step.ID, m.cfg.Now(), false
		return
	}
	run.State, run.Ask, run.Current = pane.Deciding, a.experiment, ""
	if run.Report != nil {
		m.code, m.summary, m.saved = exitCode(run.Report), run, ""
	}
	if !m.touched {
		m.tab, m.left = tabMain, false
	}
	if run.Report == nil {
		m.decide()
	}
}

// answer lets the engine go on.
func (m *model) answer(yes bool) {
	if m.asked == nil {
		return
	}
	m.asked.reply(yes)
	m.asked = nil
	m.shared.Run.Ask = nil
	if m.shared.Run.Busy() {
		m.shared.Run.State = pane.Running
	}
}

// beat asks for the next movement of the dot; at most one is under way.
func (m *model) beat() tea.Cmd {
	m.turn++
	turn := m.turn
	return tea.Tick(beat, func(time.Time) tea.Msg { return tick{turn} })
}

func (m *model) ticked(t tick) tea.Cmd {
	if t.turn != m.turn || m.shared.Run.State != pane.Running {
		return nil
	}
	m.ladder.Tick++
	return m.beat()
}

// resumed marks a run that stood still while the program was suspended.
func (m *model) resumed(now time.Time) {
	if m.suspended.IsZero() {
		return
	}
	d := now.Sub(m.suspended)
	m.suspended = time.Time{}
	if m.shared.Run.Busy() {
		m.shared.Run.Paused += d
		m.message = m.shared.Stop + " Interrupted: suspended for " + span(d) + ". Timings after that mean nothing."
	}
}
