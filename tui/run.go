package tui

import (
	"context"
	"slices"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/page"
	"github.com/wmidoctor/wmidoctor/tui/pane"
)

func span(d time.Duration) string {
	if d < time.Minute {
		return strconv.Itoa(int(d.Seconds())) + " s"
	}
	return page.Took(d)
}

// start begins a run. One that is still under way has been stopped before.
func (m *model) start(r Request, steps bool) tea.Cmd {
	if m.cfg.Start == nil {
		m.message = "There is nothing here that could run."
		return nil
	}
	m.end()
	m.last = r
	m.last.From, m.last.Agreed, m.last.SendAgain, m.last.Retyped, m.last.Watch = nil, nil, false, false, false
	run := pane.NewRun(r.Target, r.Account, m.cfg.Now())
	run.Practice, run.Fault = r.Practice, r.Fault
	run.Hidden = r.Practice && m.shared.Run.Hidden
	if r.Watch {
		run.State = pane.Watching
	}
	console := m.isConsole() && r.Practice
	m.adopt(run)
	if console { // the console stays open below, the panes have the focus
		m.drawer, m.behind = m.console, true
	}
	m.runs++
	m.message, m.last.Note = r.Note, ""
	m.bridge = open(m.ctx, m.runs, steps, func(ctx context.Context, f probe.Front) *probe.Report {
		return m.cfg.Start(ctx, r, f)
	})
	return tea.Batch(m.bridge.next, m.beat())
}

// end stops the run under way and lets go of it; tui.Run waits for all.
func (m *model) end() {
	if m.bridge != nil {
		m.answer(false)
		if run := m.shared.Run; run.Busy() && run.Report != nil {
			run.State = pane.Finished
		}
		m.bridge.cancel()
		m.past = append(slices.DeleteFunc(m.past, func(b *bridge) bool {
			select {
			case <-b.ended:
				return true
			default:
				return false
			}
		}), m.bridge)
		m.bridge = nil
	}
}

// stop is the key x: the run ends as stopped, the screens stay.
func (m *model) stop() {
	run := m.shared.Run
	if !run.Busy() || m.bridge == nil {
		m.message = "x: nothing is running."
		return
	}
	m.stopping = true
	deciding := run.State == pane.Deciding
	m.closeDrawer()
	m.answer(false)
	if !deciding {
		m.bridge.cancel()
	}
	m.message = "Stopping."
}

// pause is the space key: step mode, or the next step in it.
func (m *model) pause() {
	switch run := m.shared.Run; run.State {
	case pane.Waiting:
		m.answer(true)
	case pane.Running:
		m.bridge.paused.Store(true)
		m.message = "Pausing before the next step."
	default:
		m.message = "space: nothing is running."
	}
}

// again runs on from the first step that did not pass, or everything.
func (m *model) again(on bool) tea.Cmd {
	run := m.shared.Run
	key := "a"
	if on {
		key = "r"
	}
	switch {
	case !run.Saved.IsZero():
		m.message = key + ": this is a saved report; there is no live host behind it."
		return nil
	case on && run.State == pane.Waiting:
		m.bridge.paused.Store(false)
		m.answer(true)
		return nil
	case on && run.State == pane.Watching:
		r := m.last
		return m.start(r, false)
	case m.busy():
		m.message = key + ": a run is under way; x stops it."
		return nil
	case run.Report == nil:
		m.message = key + ": nothing has run yet."
		return nil
	}
	r := m.last
	if on {
		r.From = run.Report
	}
	return m.priced(r)
}

// priced starts a run, after asking where a refused credential would be sent
// again.
func (m *model) priced(r Request) tea.Cmd {
	rep := m.shared.Run.Report
	if rep == nil || rep.Account.RejectedCount == 0 || r.Account == "" || r.Practice {
		return m.start(r, false)
	}
	n := rep.Account.RejectedCount
	name := m.shared.Run.Account
	m.askPerson(&pane.Question{Shared: m.shared, Heading: "Send the refused password again?",
		Lines: [][2]string{
			{"Does", "runs again, which logs on with the password that was refused"},
			{"Sends", "the password of " + name + " once more"},
			{"Costs", "one more failed logon if it is still wrong; this run has " + strconv.Itoa(n) + ". Many domains lock an account after 3 to 10. Ask if you do not know."},
		},
		Answers: []string{"No, send nothing", "Type the password again first", "Yes, send it once more"}, Retype: 2},
		func(a pane.Action) tea.Cmd {
			switch a := a.(type) {
			case pane.Typed:
				r.Password, r.Retyped = a.Password, true
				return m.start(r, false)
			case pane.Chosen:
				if a.Answer == 3 {
					r.SendAgain = true
					return m.start(r, false)
				}
			}
			return nil
		})
	return nil
}

// decide is the key d: the experiment that separates causes, with its price.
func (m *model) decide() tea.Cmd {
	run := m.shared.Run
	switch {
	case !run.Saved.IsZero():
		m.message = "d: this is a saved report; there is no live host to ask."
	case run.State == pane.Deciding && run.Ask != nil:
		e := run.Ask
		m.askPerson(m.experiment(e.Title, e.Words, e.SendsAgain), func(a pane.Action) tea.Cmd {
			switch a := a.(type) {
			case pane.Typed:
				return m.retry(e.ID, a.Password)
			case pane.Chosen:
				m.answer(m.yes(a, e.SendsAgain))
			}
			return nil
		})
	case run.State == pane.Finished && run.Report != nil && len(run.Report.Verdict.Decide) > 0:
		d := run.Report.Verdict.Decide[0]
		words := probe.ExperimentWords{Does: d.Does, Costs: d.Costs, Tells: d.Tells}
		m.askPerson(m.experiment(d.Title, words, d.SendsCredential), func(a pane.Action) tea.Cmd {
			switch a := a.(type) {
			case pane.Typed:
				return m.retry(d.Experiment, a.Password)
			case pane.Chosen:
				if m.yes(a, d.SendsCredential) {
					r := m.last
					r.From, r.Agreed, r.SendAgain = run.Report, []probe.ExperimentID{d.Experiment}, d.SendsCredential
					return m.start(r, false)
				}
			}
			return nil
		})
	default:
		m.message = "d: nothing is left to decide."
	}
	return nil
}

// yes reports whether an answer agrees: it is the last one.
func (m *model) yes(a pane.Chosen, sends bool) bool {
	return sends && a.Answer == 3 || !sends && a.Answer == 2
}

// retry runs on with a password typed anew and an experiment agreed to.
func (m *model) retry(e probe.ExperimentID, p probe.Secret) tea.Cmd {
	r := m.last
	r.From, r.Password, r.Retyped, r.Agreed = m.shared.Run.Report, p, true, []probe.ExperimentID{e}
	return m.start(r, false)
}

func (m *model) experiment(title string, w probe.ExperimentWords, sends bool) *pane.Question {
	q := &pane.Question{Shared: m.shared, Heading: title + "?"}
	if sends {
		q.Heading = "Send the credential once more?"
	}
	for _, l := range [][2]string{{"Does", w.Does}, {"Sends", w.Sends}, {"Costs", w.Costs}, {"Tells", w.Tells}, {"Instead", w.Instead}} {
		if l[1] != "" {
			q.Lines = append(q.Lines, l)
		}
	}
	q.Answers = []string{"No, leave the cause open", "Yes, do it"}
	if sends {
		q.Answers, q.Retype = []string{"No, leave the cause open", "Type the password again first", "Yes, send it once more"}, 2
	}
	return q
}

// watch is the key m.
func (m *model) watch() tea.Cmd {
	run := m.shared.Run
	switch {
	case !run.Saved.IsZero():
		m.message = "m: this is a saved report; there is no live host to watch."
	case m.busy():
		m.message = "m: a run is under way; x stops it."
	case !watchable(run):
		m.message = "m: watching waits for a port to open, and no port is shut here."
	default:
		r := m.last
		r.Watch = true
		return m.start(r, false)
	}
	return nil
}

// watchable reports whether a run failed at a port.
func watchable(run *pane.Run) bool {
	if run.Report == nil {
		return false
	}
	v := run.Report.Verdict
	return v.Layer == probe.LayerEndpointMapper || v.Step == probe.StepTCPObject
}

// target is the key t: the form with its values, or the picker.
func (m *model) target() tea.Cmd {
	if m.busy() {
		m.message = "t: a run is under way; x stops it."
		return nil
	}
	m.end()
	if m.shared.Run.Practice && m.cfg.Practice != nil {
		m.openPicker()
		return nil
	}
	m.newForm(m.last)
	m.back, m.screen = onRun, onForm
	return nil
}

func (m *model) newForm(r Request) {
	m.form = pane.NewForm(m.shared, pane.Start{Host: r.Target.Host, Account: r.Account, Auth: r.Target.Auth, Password: r.Password,
		Callback: r.Target.Callback, Namespace: r.Target.Namespace, WQL: r.Target.Query, Remember: r.Remember}, m.cfg.Practice != nil)
}

// connect starts what the form says.
func (m *model) connect(s pane.Start) tea.Cmd {
	r := m.last
	r.Target.Host, r.Account, r.Password = s.Host, s.Account, s.Password
	r.Target.Auth, r.Target.Callback, r.Target.Namespace, r.Target.Query = s.Auth, s.Callback, s.Namespace, s.WQL
	r.Target.OnlyAnonymous = r.Target.OnlyAnonymous && s.Account == ""
	r.Remember, r.Practice, r.Fault = s.Remember, false, ""
	m.shared.Run.Hidden = false
	return m.start(r, s.Steps)
}
