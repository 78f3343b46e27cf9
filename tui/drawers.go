package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/tui/pane"
)

// closeDrawer gives the focus back where it was.
func (m *model) closeDrawer() {
	m.drawer, m.question, m.behind = nil, nil, false
}

// askPerson opens a question; then is called with the answer.
func (m *model) askPerson(q *pane.Question, then func(pane.Action) tea.Cmd) {
	m.drawer, m.question, m.behind = q, then, false
}

// openConsole opens the practice console.
func (m *model) openConsole() {
	if !m.shared.Run.Practice {
		m.message = "o: the console belongs to practice."
		return
	}
	if !m.hasConsole() {
		m.message = "o: this practice host has no console."
		return
	}
	if m.console == nil {
		m.console = pane.NewConsole(m.shared, m.shared.Run.Host())
	}
	m.drawer, m.question, m.behind = m.console, nil, false
}

// hasConsole reports whether lines can be typed at the practice host.
func (m *model) hasConsole() bool {
	return m.shared.Run.Practice && m.cfg.Practice != nil && m.cfg.Practice.Console != nil
}

// openSave opens the save drawer.
func (m *model) openSave() {
	run := m.shared.Run
	switch {
	case run.Report == nil || m.busy():
		m.message = "s: there is no result yet."
		return
	case m.cfg.Save == nil:
		m.message = "s: saving is not offered here."
		return
	}
	s := pane.NewSave(m.shared, run.Report)
	if m.cfg.Render != nil {
		s.Preview = func(kind string, redacted bool) string { return m.cfg.Render(kind, redacted, run.Report) }
	}
	m.drawer, m.question, m.behind = s, nil, false
}

// openPicker shows the faults.
func (m *model) openPicker() {
	if m.cfg.Practice == nil || m.cfg.Practice.Faults == nil {
		m.message = "Practice is not offered here."
		return
	}
	faults := append([]Fault{}, m.cfg.Practice.Faults()...)
	for i := range faults {
		faults[i].Healed = faults[i].Healed || m.practice.healed[faults[i].ID]
	}
	m.picker = pane.NewPicker(m.shared, faults)
	m.closeDrawer()
	if m.screen != onPicker {
		m.back = m.screen
	}
	m.screen = onPicker
}

// act does what a pane asked for.
func (m *model) act(a pane.Action) tea.Cmd {
	switch a := a.(type) {
	case pane.Start:
		return m.connect(a)
	case pane.OpenPicker:
		m.openPicker()
	case pane.Practise:
		return m.play(a.Fault, a.Surprise)
	case pane.Close:
		return m.closed()
	case pane.Chosen, pane.Typed:
		then := m.question
		m.closeDrawer()
		if then != nil {
			return then(a)
		}
	case pane.ShowEvidence:
		m.show(tabEvidence)
	case pane.CopyLine:
		return m.copy(a.Line)
	case pane.SaveAs:
		return m.save(a)
	case pane.Console:
		run := m.cfg.Practice.Console
		return func() tea.Msg { return answered{run(a.Line)} }
	case pane.Say:
		m.message = a.Text
	}
	return nil
}

// closed closes the drawer, or leaves the picker or form.
func (m *model) closed() tea.Cmd {
	if m.screen == onPicker {
		m.screen = m.back
		if m.screen == onPicker {
			m.screen = onForm
		}
		return nil
	}
	m.closeDrawer()
	return nil
}
