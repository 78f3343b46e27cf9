package tui

import "github.com/wmidoctor/wmidoctor/tui/pane"

// sync gives every visible pane its size, its focus and the newest state. It
// runs at the end of each update, so that View has nothing left to do but
// draw.
func (m *model) sync() {
	l := m.layout()
	switch m.screen {
	case onForm:
		m.form.SetSize(l.w, l.body)
	case onPicker:
		m.picker.SetSize(l.w, l.body)
	default:
		m.syncRun(l)
	}
	if m.help != nil {
		m.help.SetSize(l.w, l.body)
	}
}

func (m *model) syncRun(l layout) {
	upper := l.body
	if m.drawer != nil {
		d := l.drawer(m.drawer.Height(l.w), m.isConsole())
		m.drawer.SetSize(l.w, max(d-1, 0))
		upper = l.body - d
	}
	main := upper
	if l.dock > 0 && m.drawer == nil && m.tab == tabMain && !m.busy() {
		main = upper - l.dock
		m.dock.SetSize(l.right, l.dock-1)
		m.dock.Refresh()
	}
	m.ladder.SetSize(l.ladder, upper)
	focused := m.drawer == nil || m.behind
	m.ladder.Focus(m.left && focused)
	m.verdict.Cover(m.drawer != nil)
	m.verdict.Console = m.drawer != nil && m.isConsole()
	right := !m.left && focused
	switch m.tab {
	case tabMain:
		if m.showStep() {
			m.step.SetSize(l.right, main)
			m.step.Focus(right)
			m.step.Refresh()
		} else {
			m.verdict.SetSize(l.right, main)
			m.verdict.Focus(right)
		}
	case tabEvidence:
		m.evidence.SetSize(l.right, main)
		m.evidence.Focus(right)
		m.evidence.Refresh()
	case tabGuide:
		m.guide.SetSize(l.right, main)
		m.guide.Focus(right)
	case tabWire:
		m.wire.SetSize(l.right, main)
		m.wire.Focus(right)
	case tabFacts:
		m.facts.SetSize(l.right, main)
		m.facts.Focus(right)
		m.facts.Refresh()
	}
	if l.third > 0 {
		m.live.SetSize(l.third, upper)
	}
	if c := m.console; c != nil {
		c.Focus(m.isConsole() && !m.behind)
	}
}

func (m *model) isConsole() bool {
	_, ok := m.drawer.(*pane.ConsolePane)
	return ok
}

// busy reports whether the first tab explains the step instead of the
// verdict.
func (m *model) busy() bool { return m.shared.Run.Busy() && m.shared.Run.State != pane.Deciding }

// showStep: while running, and before anything was judged.
func (m *model) showStep() bool { return m.busy() || m.shared.Run.Report == nil }

// current is the pane on the right.
func (m *model) current() pane.Pane {
	switch m.tab {
	case tabEvidence:
		return m.evidence
	case tabGuide:
		return m.guide
	case tabWire:
		return m.wire
	case tabFacts:
		return m.facts
	}
	if m.showStep() {
		return m.step
	}
	return m.verdict
}
