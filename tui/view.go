package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/wmidoctor/wmidoctor/tui/page"
	"github.com/wmidoctor/wmidoctor/tui/pane"
)

// View draws the frame: never taller than the window, no line wider.
func (m *model) View() string {
	if m.w < 1 || m.h < 1 {
		return ""
	}
	l := m.layout()
	if l.single {
		return m.finish([]string{page.Cut(m.oneLine(), m.w, "")})
	}
	rows := []string{m.header()}
	if l.rule {
		rows = append(rows, m.ruleRow(l))
	}
	body := m.body(l)
	for len(body) < l.body {
		body = append(body, "")
	}
	rows = append(rows, body[:l.body]...)
	foot := m.footer()
	switch note := m.note(); {
	case l.message:
		rows = append(rows, note, foot)
	case l.footer && m.message != "":
		rows = append(rows, note)
	case l.footer:
		rows = append(rows, foot)
	}
	return m.finish(rows)
}

// finish is the last look at every line.
func (m *model) finish(rows []string) string {
	if len(rows) > m.h {
		rows = rows[:m.h]
	}
	for i, r := range rows {
		r = page.Harmless(m.shared.Final(r))
		if page.Width(r) > m.w {
			r = ansi.Truncate(r, m.w, "")
		}
		rows[i] = r
	}
	return strings.Join(rows, "\n")
}

// note is the line above the footer: a message, else the best next action.
func (m *model) note() string {
	s := m.message
	if s == "" {
		s = m.next()
	}
	if s == "" {
		return ""
	}
	return page.Cut(" "+s, m.w, m.shared.Symbols.Cut)
}

// body is everything between the rule and the message.
func (m *model) body(l layout) []string {
	if m.help != nil {
		return split(m.help.View())
	}
	switch m.screen {
	case onForm:
		return split(m.form.View())
	case onPicker:
		return split(m.picker.View())
	}
	upper := l.body
	var drawer []string
	if m.drawer != nil {
		d := l.drawer(m.drawer.Height(l.w), m.isConsole())
		upper = l.body - d
		drawer = append([]string{m.drawerRule(l, upper > 0)}, split(m.drawer.View())...)
		drawer = drawer[:min(len(drawer), d)]
		for len(drawer) < d {
			drawer = append(drawer, "")
		}
	}
	return append(m.panes(l, upper), drawer...)
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// panes joins ladder, tab and the third column.
func (m *model) panes(l layout, h int) []string {
	if !l.two {
		v := m.current().View()
		if m.left {
			v = m.ladder.View()
		}
		out := split(v)
		for len(out) < h {
			out = append(out, "")
		}
		return out[:h]
	}
	th := m.shared.Theme
	bar := " " + page.Paint(th.Faint, th.V) + " "
	left, right := split(m.ladder.View()), split(m.current().View())
	var third []string
	if l.third > 0 {
		third = split(m.live.View())
	}
	docked := l.dock > 0 && m.drawer == nil && m.tab == tabMain && !m.busy()
	if docked {
		for len(right) < h-l.dock {
			right = append(right, "")
		}
		right = append(right[:max(h-l.dock, 0)], "\x00")
		right = append(right, split(m.dock.View())...)
	}
	out := make([]string, h)
	for i := range out {
		line := page.Fit(at(left, i), l.ladder)
		r := at(right, i)
		switch {
		case r == "\x00":
			line += " " + page.Paint(th.Faint, th.Tee+dockTitle(m.dock.Title(), l.right+1, th))
		default:
			line += bar + r
		}
		if l.third > 0 {
			line = page.Fit(line, l.ladder+gap+l.right) + bar + at(third, i)
		}
		out[i] = line
	}
	return out
}

func dockTitle(title string, w int, th *page.Theme) string {
	title = page.Cut(title, w-6, th.Symbols.Cut)
	return th.H + " " + title + " " + th.Rule(w-3-page.Width(title))
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// drawerRule is the upper edge of a drawer.
func (m *model) drawerRule(l layout, joined bool) string {
	th := m.shared.Theme
	title := m.drawer.Title()
	if !l.two || !joined {
		return page.Paint(th.Faint, th.H+" "+page.Cut(title, max(l.w-4, 0), th.Symbols.Cut)+" "+th.Rule(l.w-3-page.Width(title)))
	}
	title = page.Cut(title, max(l.w-l.ladder-6, 0), th.Symbols.Cut)
	line := th.Rule(l.ladder+1) + th.Up + th.H + " " + title + " "
	return page.Paint(th.Faint, line+th.Rule(l.w-page.Width(line)))
}

// footer offers keys; what does not fit is dropped from the right, but never
// the help and the way out.
func (m *model) footer() string {
	th := m.shared.Theme
	hints, typing := m.hints()
	end := []pane.Hint{{Key: "?", Words: "keys"}, {Key: "q", Words: "quit"}}
	if typing {
		end = []pane.Hint{{Key: "Ctrl+C", Words: "quit"}}
	}
	draw := func(h pane.Hint) string { return page.Paint(th.Key, th.Final(h.Key)) + " " + h.Words }
	right := ""
	for i, h := range end {
		if i > 0 {
			right += "  "
		}
		right += draw(h)
	}
	lead, sep := " ", "   "
	if m.w < narrow {
		lead, sep = "", "  "
		if need := page.Width(right) + 12; len(end) > 1 && need > m.w || len(end) > 1 && m.w < 60 && width(hints, draw, sep)+page.Width(right)+2 > m.w {
			right = draw(end[0])
		}
	}
	line := lead
	for i, h := range hints {
		s := draw(h)
		if i > 0 {
			s = sep + s
		}
		if page.Width(line)+page.Width(s)+2+page.Width(right) > m.w-len(lead) {
			break
		}
		line += s
	}
	if m.w < narrow {
		return line + "  " + right
	}
	return page.Pad(line, m.w-page.Width(right)-1) + right
}

func width(hints []pane.Hint, draw func(pane.Hint) string, sep string) int {
	n := 0
	for i, h := range hints {
		if i > 0 {
			n += len(sep)
		}
		n += page.Width(draw(h))
	}
	return n
}
