package tui

import (
	"strconv"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/pane"
)

// next is the one best next action.
func (m *model) next() string {
	switch {
	case m.help != nil:
		return ""
	case m.screen == onForm:
		return m.form.Note()
	case m.screen == onPicker:
		return m.picker.Note()
	case m.drawer != nil && !m.behind:
		if note := m.drawer.Note(); note != "" || !m.isConsole() {
			return note
		}
	}
	run := m.shared.Run
	switch m.tab {
	case tabFacts:
		return m.shared.Open + " " + m.shared.Close + " marks text the host sent us. We show it, we do not vouch for it."
	case tabGuide:
		if run.Report != nil && !m.guide.Listing() {
			return m.filledIn()
		}
		return ""
	case tabEvidence, tabWire:
		return ""
	}
	switch run.State {
	case pane.Waiting:
		return "Next: space does this step and stops before the one after it."
	case pane.Watching:
		return "You can leave this open. It looks again by itself and sends no password."
	case pane.Running, pane.Idle:
		return ""
	}
	return m.nextAfter(run)
}

// filledIn says with what the commands of the guide were filled.
func (m *model) filledIn() string {
	run := m.shared.Run
	s := "Filled in for this run: host"
	if run.Account != "" {
		s += ", account"
	}
	if p, ok := run.Passport(); ok && p.Build != 0 {
		s += ", Windows build " + strconv.Itoa(int(p.Build))
	}
	return s + "."
}

// nextAfter is the best action after a run.
func (m *model) nextAfter(run *pane.Run) string {
	rep := run.Report
	if rep == nil {
		return ""
	}
	v := rep.Verdict
	switch {
	case !run.Saved.IsZero():
		return "A saved report, judged again by this version. There is no live host behind it."
	case run.Hidden:
		return "Look at the evidence, say which layer and why, then press 2."
	case run.Heal != nil:
		return "Next: undo it and run again to see the fault come back, or t for another."
	case rep.Outcome == probe.Cancelled:
		return m.afterStop(run)
	case v.Layer == probe.LayerNone && rep.Outcome == probe.Incomplete:
		return "Next: t adds an account, so that the other layers can be tried."
	case v.Layer == probe.LayerNone:
		if run.Practice {
			return "Next: t picks a fault to find."
		}
		return "Next: s saves this result, t tests another host."
	case run.Open() && len(v.Decide) > 0:
		return "Next: d decides between the causes; what it costs is said before it is paid."
	case v.Layer == probe.LayerCallback && run.Outcome(probe.LayerQuery) == probe.Passed:
		return "Next: most tools need layer 5 only. If yours needs callbacks, scroll to fix 1."
	case m.hasFix(run) && m.hasConsole():
		return "Next: o opens the console of the host; type the fix there, then press a."
	case m.hasFix(run):
		return "Next: press 1 to copy the fix, have it run " + fixPlace(run) + ", then press r here."
	case watchable(run):
		return "Next: m watches until the port opens; s saves a ticket for who must act."
	}
	return "Next: s saves a ticket for whoever must act, e shows the evidence."
}

func (m *model) afterStop(run *pane.Run) string {
	for _, s := range run.Report.Results {
		if s.Outcome == probe.Cancelled {
			return "Next: r goes on from " + s.Label + ", a starts again from layer 1."
		}
	}
	return "Next: a starts again from layer 1."
}

func (m *model) hasFix(run *pane.Run) bool {
	return len(run.Fixes) > 0 && run.Fixes[0].Run != "" && len(run.Report.Verdict.Causes) > 0
}

func fixPlace(run *pane.Run) string {
	switch run.Fixes[0].Where {
	case "jump-box":
		return "on this machine"
	case "domain-controller":
		return "on a domain controller"
	case "network":
		return "by the network team"
	}
	return "on " + run.Host()
}

// hints are the keys the footer offers, and whether a text field has the
// focus.
func (m *model) hints() ([]pane.Hint, bool) {
	th := m.shared.Theme
	switch {
	case m.help != nil:
		return m.help.Hints(), false
	case m.drawer != nil && !m.behind:
		return m.drawer.Hints(), m.drawer.Typing()
	case m.screen == onForm:
		return m.form.Hints(), true
	case m.screen == onPicker:
		return m.picker.Hints(), true
	case m.w < narrow:
		return m.narrowHints(), m.typing()
	case m.typing():
		return m.current().Hints(), true
	}
	run := m.shared.Run
	switch run.State {
	case pane.Running:
		return []pane.Hint{{Key: "x", Words: "stop"}, {Key: "space", Words: "pause"}, {Key: "e", Words: "evidence"}, {Key: "w", Words: "wire"}}, false
	case pane.Waiting:
		return []pane.Hint{{Key: "space", Words: "do it"}, {Key: "r", Words: "run the rest"}, {Key: "x", Words: "stop here"}, {Key: "g", Words: "guide"}}, false
	case pane.Watching:
		return []pane.Hint{{Key: "x", Words: "stop"}, {Key: "r", Words: "run now"}, {Key: "w", Words: "wire"}}, false
	}
	switch m.tab {
	case tabEvidence:
		if m.left {
			return append([]pane.Hint{{Key: th.Arrows(), Words: "step"}}, append(m.evidence.Hints(), pane.Hint{Key: "s", Words: "save"})...), false
		}
		return append([]pane.Hint{{Key: th.Arrows(), Words: "scroll"}}, m.evidence.Hints()...), false
	case tabGuide, tabWire, tabFacts:
		return append(m.current().Hints(), pane.Hint{Key: "s", Words: "save"}), false
	}
	return m.verdictHints(run), false
}

func (m *model) verdictHints(run *pane.Run) []pane.Hint {
	h := m.verdict.Hints()
	rep := run.Report
	passed := rep != nil && rep.Verdict.Layer == probe.LayerNone && rep.Outcome != probe.Cancelled
	switch {
	case run.Hidden:
		return []pane.Hint{{Key: "1", Words: "hint"}, {Key: "2", Words: "verdict"}, {Key: "e", Words: "evidence"}, {Key: "w", Words: "wire"}, {Key: "o", Words: "console"}}
	case run.Practice:
		out := []pane.Hint{{Key: "a", Words: "run all again"}}
		if m.hasConsole() {
			out = append(out, pane.Hint{Key: "o", Words: "console"})
		}
		return append(out, pane.Hint{Key: "t", Words: "another fault"}, pane.Hint{Key: "g", Words: "guide"}, pane.Hint{Key: "e", Words: "evidence"}, pane.Hint{Key: "s", Words: "save"})
	case !run.Saved.IsZero():
		return append(h, pane.Hint{Key: "g", Words: "guide"}, pane.Hint{Key: "e", Words: "evidence"}, pane.Hint{Key: "f", Words: "facts"}, pane.Hint{Key: "s", Words: "save"})
	case passed:
		return append(h, pane.Hint{Key: "a", Words: "run again"}, pane.Hint{Key: "f", Words: "facts"}, pane.Hint{Key: "e", Words: "evidence"}, pane.Hint{Key: "s", Words: "save"}, pane.Hint{Key: "t", Words: "target"})
	}
	h = append(h, pane.Hint{Key: "r", Words: "run from here"})
	if rep != nil && rep.Outcome == probe.Cancelled {
		return append(h, pane.Hint{Key: "a", Words: "run all again"}, pane.Hint{Key: "e", Words: "evidence"}, pane.Hint{Key: "s", Words: "save"}, pane.Hint{Key: "t", Words: "target"})
	}
	if len(h) == 1 || m.w >= roomyWidth {
		h = append(h, pane.Hint{Key: "a", Words: "run all again"})
	}
	if rep != nil && len(rep.Verdict.Decide) > 0 {
		h = append(h, pane.Hint{Key: "d", Words: "decide"})
	}
	if watchable(run) {
		h = append(h, pane.Hint{Key: "m", Words: "watch"})
	}
	if m.w >= roomyWidth {
		return append(h, pane.Hint{Key: "g", Words: "guide"}, pane.Hint{Key: "w", Words: "wire"}, pane.Hint{Key: "f", Words: "facts"},
			pane.Hint{Key: "s", Words: "save"}, pane.Hint{Key: "t", Words: "target"}, pane.Hint{Key: "e", Words: "evidence"})
	}
	return append(h, pane.Hint{Key: "g", Words: "guide"}, pane.Hint{Key: "e", Words: "evidence"}, pane.Hint{Key: "s", Words: "save"})
}

func (m *model) narrowHints() []pane.Hint {
	th := m.shared.Theme
	if m.left {
		return []pane.Hint{{Key: "Enter", Words: "evidence"}, {Key: "Tab", Words: "back"}}
	}
	switch m.shared.Run.State {
	case pane.Running, pane.Watching:
		return []pane.Hint{{Key: "x", Words: "stop"}, {Key: th.Sides(), Words: "tabs"}, {Key: "Tab", Words: "layers"}}
	case pane.Waiting:
		return []pane.Hint{{Key: "space", Words: "do it"}, {Key: "x", Words: "stop"}, {Key: "Tab", Words: "layers"}}
	}
	out := []pane.Hint{}
	if m.tab == tabMain || m.tab == tabGuide {
		out = append(out, pane.Hint{Key: "1-9", Words: "copy"})
	}
	return append(out, pane.Hint{Key: th.Sides(), Words: "tabs"}, pane.Hint{Key: "Tab", Words: "layers"})
}
