package pane

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// fixes writes the fixes of the causes; those of warnings stand with them.
func (v *Verdict) fixes(t *text, w, marked int, a arrangement) {
	n := 0
	for _, f := range v.Run.Fixes {
		if v.ofWarning(f) {
			continue
		}
		if n++; n > 1 {
			t.add("")
		}
		place := report.Place(f, v.Run.Host())
		label := "Fix " + itoa(n)
		switch {
		case a == tight && n == 1:
			t.add(v.labelled(label, strings.TrimSuffix(place, ", "+f.Risk+" risk"), w)...)
		case a == consoleOpen:
			t.add(v.strongLabelled(label, f.Title, w)...)
		default:
			t.add(v.strongLabelled(label, f.Title, w)...)
			lines := v.labelled("", place, w)
			if f.Risk == "last-resort" {
				for i, l := range lines {
					lines[i] = page.Paint(v.Last, l)
				}
			}
			t.add(lines...)
		}
		v.Commands(t, w, marked, f)
	}
}

func (v *Verdict) ofWarning(f probe.Fix) bool {
	for _, c := range v.Run.Report.Verdict.Causes {
		if c.Fault == f.Fault {
			return false
		}
	}
	for _, x := range v.Run.Report.Verdict.Warnings {
		if x.Fault == f.Fault {
			return true
		}
	}
	return false
}

// Commands writes run, undo and verify of a fix as copyable lines.
func (r *reader) Commands(t *text, w, marked int, f probe.Fix) {
	r.command(t, w, marked, f, "run", f.Run, "")
	r.command(t, w, marked, f, "undo", f.Undo, "")
	r.command(t, w, marked, f, "verify", f.Verify, "")
}

// command writes one copyable line. The first run line is uncut; others are
// one line, cut in the middle, uncut when marked. A text of several lines
// shows its first, and how many there are.
func (r *reader) command(t *text, w, marked int, f probe.Fix, part, command, place string) {
	if command == "" {
		return
	}
	id, n := len(t.items), 0
	for _, it := range t.items {
		if it.Number > 0 {
			n++
		}
	}
	c := Copyable{Command: command, Title: f.Title, Place: report.Place(f, r.Run.Host())}
	number := "[ ]"
	if n < 9 {
		c.Number = n + 1
		number = "[" + itoa(c.Number) + "]"
	}
	t.items = append(t.items, c)

	key, label := page.Paint(r.Key, number), ""
	if part != "run" {
		label = page.Pad(part, 8)
		if w < 48 {
			label = page.Pad(part, 7)
		}
	}
	room := max(prose(w)-5-len(label), 8)
	drawn := page.Visible(command)
	if first, rest, many := strings.Cut(command, "\n"); many {
		drawn = page.Visible(first) + "  (" + itoa(strings.Count(rest, "\n")+2) + " lines)"
	}
	var lines []string
	switch {
	case r.opened == id+1:
		for i, l := range strings.Split(command, "\n") {
			w := room
			if i > 0 {
				w = room - 2
			}
			lines = append(lines, page.WrapCommand(page.Visible(strings.TrimRight(l, "\r")), w, room-2)...)
		}
	case place != "" && page.Width(drawn)+10 <= room:
		lines = []string{page.Pad(drawn, room-max(8, page.Width(place))-1) + " " + place}
	case part == "run" || id == marked:
		lines = page.WrapCommand(drawn, room, room-2)
	default:
		lines = []string{page.CutMiddle(drawn, room, r.Symbols.Cut)}
	}
	if id == 0 {
		t.must = len(t.rows) + len(lines)
	}
	for i, l := range lines {
		l = strings.TrimRight(l, " ")
		if i == 0 {
			t.rows = append(t.rows, row{" " + key + " " + page.Paint(r.Faint, label) + l, id})
		} else {
			t.rows = append(t.rows, row{strings.Repeat(" ", 7+len(label)) + l, id})
		}
	}
}
