package tui

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/tui/pane"
)

// number uses the line with a number.
func (m *model) number(n int) tea.Cmd {
	run := m.shared.Run
	if run.Hidden && m.tab == tabMain && !m.showStep() {
		switch n {
		case 1:
			m.hint()
		case 2:
			m.reveal()
		}
		return nil
	}
	var line pane.Copyable
	var ok bool
	var last int
	switch m.tab {
	case tabGuide:
		line, ok, last = m.guide.Numbered(n)
	case tabMain:
		if m.showStep() {
			m.message = strconv.Itoa(n) + ": no lines to copy while the run goes on."
			return nil
		}
		line, ok, last = m.verdict.Numbered(n)
	default:
		m.message = strconv.Itoa(n) + ": the numbered lines are in Verdict and Guide."
		return nil
	}
	if !ok {
		m.message = "There is no line " + strconv.Itoa(n) + " here; the last is " + strconv.Itoa(last) + "."
		if last == 0 {
			m.message = "There is no line to copy here."
		}
		return nil
	}
	return m.use(line)
}

// use copies a line; in practice it is also put at the prompt.
func (m *model) use(line pane.Copyable) tea.Cmd {
	if m.hasConsole() {
		m.openConsole()
		m.console.Put(line.Command)
	}
	return m.copy(line)
}

// marked copies or prints the marked line.
func (m *model) marked(key string) tea.Cmd {
	var line pane.Copyable
	ok := false
	switch m.tab {
	case tabMain:
		if !m.showStep() && !m.shared.Run.Hidden {
			line, ok = m.verdict.Current()
		}
	case tabGuide:
		line, ok = m.guide.Current()
	case tabEvidence:
		line, ok = m.evidence.Current()
	case tabFacts:
		line, ok = m.facts.Current()
	case tabWire:
		line.Command = m.wire.Line()
		line.Title, ok = "a frame", line.Command != ""
	}
	if !ok {
		m.message = key + ": no line is marked here."
		return nil
	}
	if key == "p" {
		return m.print(line)
	}
	return m.copy(line)
}
