package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/tui/pane"
)

// key does one key.
func (m *model) key(k tea.KeyMsg) tea.Cmd {
	m.message = ""
	name := k.String()
	if k.Paste {
		return m.paste(k)
	}
	switch name {
	case "ctrl+c":
		return m.interrupt()
	case "ctrl+z":
		m.suspended = m.cfg.Now()
		return tea.Suspend
	case "ctrl+l":
		return tea.ClearScreen
	}
	switch {
	case m.help != nil:
		return m.helpKey(k, name)
	case m.drawer != nil && !m.behind:
		return m.drawerKey(k, name)
	case m.screen == onForm:
		if !m.form.Typing() {
			if cmd, ok := m.everywhere(name); ok {
				return cmd
			}
		}
		if name == "esc" && m.back == onRun && m.shared.Run.State != pane.Idle {
			m.screen = onRun
			return nil
		}
		return m.act(m.form.Update(k))
	case m.screen == onPicker:
		return m.act(m.picker.Update(k))
	}
	return m.runKey(k, name)
}

// paste hands pasted text to a text field, and to nothing else.
func (m *model) paste(k tea.KeyMsg) tea.Cmd {
	switch {
	case m.help != nil:
	case m.drawer != nil && !m.behind:
		if m.drawer.Typing() {
			return m.act(m.drawer.Update(k))
		}
	case m.screen == onForm && m.form.Typing():
		return m.act(m.form.Update(k))
	case m.screen == onPicker:
		return m.act(m.picker.Update(k))
	case m.screen == onRun && m.typing():
		return m.act(m.current().Update(k))
	}
	return nil
}

// typing reports whether a search line of a tab has the focus.
func (m *model) typing() bool {
	switch m.tab {
	case tabWire:
		return m.wire.Typing()
	case tabGuide:
		return !m.left && m.guide.Typing()
	}
	return false
}

// everywhere are the keys that work on every screen outside text fields.
func (m *model) everywhere(name string) (tea.Cmd, bool) {
	switch name {
	case "?":
		m.help = pane.NewHelp(m.shared)
		return nil, true
	case "q":
		return m.quit(), true
	}
	return nil, false
}

// interrupt is Ctrl+C: it stops the run, and ends the program when none runs.
func (m *model) interrupt() tea.Cmd {
	run := m.shared.Run
	if m.screen == onRun && run.Busy() && run.State != pane.Deciding && m.bridge != nil && !m.stopping {
		m.stop()
		return nil
	}
	if m.summary == nil || run.Busy() && run.State != pane.Deciding {
		m.code = 130
	}
	return m.quit()
}

// quit ends the program; tui.Run stops what is under way.
func (m *model) quit() tea.Cmd {
	if run := m.shared.Run; run.Busy() && run.State != pane.Deciding && m.bridge != nil {
		m.code = 130
	}
	m.answer(false)
	return tea.Quit
}

func (m *model) helpKey(k tea.KeyMsg, name string) tea.Cmd {
	switch name {
	case "esc", "?", "enter":
		m.help = nil
		return nil
	}
	if name == "q" {
		return m.quit()
	}
	m.help.Update(k)
	return nil
}

func (m *model) drawerKey(k tea.KeyMsg, name string) tea.Cmd {
	if !m.drawer.Typing() {
		if cmd, ok := m.everywhere(name); ok {
			return cmd
		}
	}
	if hand, ok := m.drawer.(*pane.ByHand); ok {
		switch name {
		case "p":
			return m.print(hand.Line)
		case "s":
			m.closeDrawer()
			return m.saveLine(hand.Line)
		}
	}
	if m.isConsole() && name == "tab" {
		m.behind, m.left = true, false
		return nil
	}
	return m.act(m.drawer.Update(k))
}

// runKey are the keys of the screen of a run.
func (m *model) runKey(k tea.KeyMsg, name string) tea.Cmd {
	if m.typing() && name != "tab" && name != "shift+tab" {
		if name == "esc" {
			m.escape()
			return nil
		}
		return m.act(m.current().Update(k))
	}
	if cmd, ok := m.everywhere(name); ok {
		return cmd
	}
	if len(name) == 1 && name[0] >= '1' && name[0] <= '9' {
		return m.number(int(name[0] - '0'))
	}
	switch name {
	case "esc":
		m.escape()
	case "tab", "shift+tab":
		m.swap()
	case "left", "h", "right", "l", "v", "e", "g", "w", "f":
		m.show(m.tabOf(name))
	case "z":
		m.zoomed[m.tab] = !m.zoomed[m.tab]
	case "/":
		m.search()
	case "i":
		m.show(tabGuide)
		m.guide.All(false)
	case "c", "p":
		return m.marked(name)
	case "r", "a":
		return m.again(name == "r")
	case "x":
		m.stop()
	case " ":
		m.pause()
	case "d":
		return m.decide()
	case "m":
		return m.watch()
	case "t":
		return m.target()
	case "s":
		m.openSave()
	case "o":
		m.openConsole()
	default:
		return m.forward(k)
	}
	return nil
}

// tabOf is the tab a key leads to.
func (m *model) tabOf(name string) tab {
	switch name {
	case "left", "h":
		return (m.tab + tabs - 1) % tabs
	case "right", "l":
		return (m.tab + 1) % tabs
	case "e":
		return tabEvidence
	case "g":
		return tabGuide
	case "w":
		return tabWire
	case "f":
		return tabFacts
	}
	return tabMain
}

// forward gives a key to the pane with the focus.
func (m *model) forward(k tea.KeyMsg) tea.Cmd {
	m.touched = true
	if m.left {
		if m.tab == tabWire && m.layout().two {
			defer func() { m.wire.Show(m.ladder.Marked()) }()
		}
		return m.act(m.ladder.Update(k))
	}
	return m.act(m.current().Update(k))
}

// show changes the tab; the focus goes to where its arrows are of use.
func (m *model) show(t tab) {
	m.touched = true
	before := m.tab
	m.tab = t
	two := m.layout().two
	switch t {
	case tabEvidence:
		m.left = two
	case tabWire:
		m.left = false
		if before == tabEvidence && !m.shared.Run.Busy() {
			m.wire.Show(m.ladder.Marked())
		}
	default:
		m.left = m.left && two && m.busy()
	}
}

// swap is Tab: the other pane, or the console.
func (m *model) swap() {
	m.touched = true
	if m.drawer != nil && m.behind {
		if m.left {
			m.behind = false
			return
		}
	}
	m.left = !m.left
}

// escape closes what was opened last.
func (m *model) escape() {
	switch {
	case m.tab == tabWire && m.wire.Close():
	case m.tab == tabGuide && m.guide.Close():
	case m.tab == tabEvidence && m.evidence.Filter != "":
		m.evidence.Filter = ""
	case m.tab == tabFacts && m.facts.Filter != "":
		m.facts.Filter = ""
	case m.drawer != nil:
		m.closeDrawer()
	case m.tab != tabWire && m.zoomed[m.tab]:
		m.zoomed[m.tab] = false
	case m.tab == tabWire:
		m.show(tabMain)
	}
}

// search opens the search line of the tab.
func (m *model) search() {
	m.touched = true
	switch m.tab {
	case tabWire:
		m.left = false
		m.wire.Filter()
	case tabGuide:
		m.left = false
		m.guide.Filter()
	case tabEvidence:
		m.searchIn("Search the evidence", m.evidence.Filter, func(s string) { m.evidence.Filter = s })
	case tabFacts:
		m.searchIn("Search the facts", m.facts.Filter, func(s string) { m.facts.Filter = s })
	default:
		m.message = "/: search works in Evidence, Guide, Wire and Facts."
	}
}

func (m *model) searchIn(title, now string, set func(string)) {
	s := pane.NewSearch(m.shared, title, now, set)
	m.drawer, m.question, m.behind = s, nil, false
}
