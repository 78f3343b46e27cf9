package tui

import (
	"math/rand/v2"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/pane"
)

// play sets the practice host up with a fault and runs against it. A surprise
// is a fault chosen here and not named.
func (m *model) play(fault string, surprise bool) tea.Cmd {
	p := m.cfg.Practice
	if p == nil || p.Play == nil {
		m.message = "Practice is not offered here."
		return nil
	}
	if surprise {
		var can []string
		for _, f := range p.Faults() {
			if f.Needs == "" || f.Needs == "none" {
				can = append(can, f.ID)
			}
		}
		if len(can) == 0 {
			m.message = "There is no fault to choose from."
			return nil
		}
		fault = can[rand.IntN(len(can))]
	}
	return func() tea.Msg {
		r, err := p.Play(fault)
		return played{fault, surprise, r, err}
	}
}

// played starts the run once the host stands.
func (m *model) played(p played) tea.Cmd {
	if p.err != nil {
		m.message = "This fault cannot be played: " + p.err.Error()
		return nil
	}
	r, fault, surprise := p.request, p.fault, p.surprise
	r.Practice, r.Fault = true, fault
	var hints []string
	if ask := m.cfg.Practice.Hints; ask != nil && fault != "" {
		hints = ask(fault)
	}
	m.practice = practiceState{fault: fault, hints: hints, healed: m.practice.healed}
	m.verdict.HintsLeft, m.verdict.HintsGiven = len(hints), nil
	m.console = nil
	m.shared.Run.Hidden = surprise
	return m.start(r, false)
}

// practised compares a finished practice run with the one before: a fault that
// was there and is gone was healed by the person's lines.
func (m *model) practised() {
	run, was := m.shared.Run, m.practice.before
	m.practice.runs++
	lines := 0
	if m.console != nil {
		lines = m.console.Lines
	}
	if was != nil && run.Report != nil && lines > m.practice.lines && m.practice.fault != "" {
		if failed, ok := was.FirstFailed(); ok && run.Report.Verdict.Layer == probe.LayerNone {
			run.Heal = &pane.Heal{Before: failed, Now: run.Report.Result(failed.Step), Layer: failed.Layer, Account: run.Account,
				Runs: m.practice.runs, Lines: lines, Hints: m.practice.given}
			if failed.Layer < probe.LayerAuthentication {
				run.Heal.Account = ""
			}
			run.Fixes = m.cfg.Texts.Prescribe(was)
			m.practice.healed[m.practice.fault] = true
			run.Hidden = false
		}
	}
	m.practice.before, m.practice.lines = run.Report, lines
}

// hint gives the next hint of the fault being played.
func (m *model) hint() {
	p := &m.practice
	if p.given >= len(p.hints) {
		m.message = "There is no hint left."
		return
	}
	p.given++
	m.verdict.HintsLeft, m.verdict.HintsGiven = len(p.hints)-p.given, p.hints[:p.given]
	m.verdict.Refresh()
}

// reveal shows the verdict of a surprise.
func (m *model) reveal() {
	m.shared.Run.Hidden = false
	m.verdict.Refresh()
	m.guide.Refresh()
}
