package tui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/guide"
	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/page"
	"github.com/wmidoctor/wmidoctor/tui/pane"
)

// screen is what fills the window.
type screen uint8

const (
	onForm screen = iota
	onPicker
	onRun
)

// tab is what the right side shows.
type tab uint8

const (
	tabMain tab = iota // Verdict, or Step while running
	tabEvidence
	tabGuide
	tabWire
	tabFacts
	tabs
)

// model is the whole program. It is used by pointer: one copy, one truth.
type model struct {
	cfg    Config
	ctx    context.Context
	shared *pane.Shared

	w, h    int
	screen  screen
	back    screen // where the form or picker returns to
	tab     tab
	zoomed  [tabs]bool
	left    bool // the ladder has the focus
	touched bool // the person moved during this run
	keys    keystream
	message string // until the next key
	read    string // which verdict is on the screen
	turn    int    // of the dot; stale ticks are dropped

	form     *pane.Form
	picker   *pane.Picker
	help     *pane.Help // nil: closed
	drawer   pane.Drawer
	question func(pane.Action) tea.Cmd // what the drawer's answer does
	console  *pane.ConsolePane
	behind   bool // the console is open but the panes have the focus

	ladder   *pane.Ladder
	step     *pane.Step
	verdict  *pane.Verdict
	evidence *pane.Evidence
	dock     *pane.Evidence
	guide    *pane.GuidePane
	wire     *pane.Wire
	facts    *pane.Facts
	live     *pane.Wire // the third column

	bridge    *bridge
	past      []*bridge // let go of, perhaps still ending
	runs      int
	last      Request
	asked     *ask // the engine waits for this answer
	stopping  bool
	code      int
	summary   *pane.Run // of the last finished run
	saved     string    // where it was saved
	suspended time.Time
	practice  practiceState
}

// practiceState is what practice remembers of the fault being played.
type practiceState struct {
	fault  string
	runs   int
	hints  []string
	given  int
	lines  int // typed when the first run of the fault began
	before *probe.Report
	healed map[string]bool
}

func newModel(ctx context.Context, cfg Config, theme *page.Theme) *model {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Texts.Describe == nil {
		cfg.Texts.Describe = report.Describe
	}
	if cfg.Texts.Facts == nil {
		cfg.Texts.Facts = report.Facts
	}
	if cfg.Texts.Prescribe == nil {
		cfg.Texts.Prescribe = guide.Prescribe
	}
	if cfg.Texts.Guide.Sections == nil {
		cfg.Texts.Guide = pane.Pages()
	}
	sh := &pane.Shared{Theme: theme, Run: &pane.Run{}, Now: cfg.Now, Text: cfg.Texts}
	m := &model{cfg: cfg, ctx: ctx, shared: sh, last: cfg.Request}
	m.practice.healed = map[string]bool{}
	m.ladder = pane.NewLadder(sh)
	m.step = pane.NewStep(sh, m.ladder)
	m.verdict = pane.NewVerdict(sh)
	m.evidence = pane.NewEvidence(sh, m.ladder)
	m.dock = pane.NewEvidence(sh, m.ladder)
	m.dock.Docked = true
	m.guide = pane.NewGuide(sh)
	m.wire, m.live = pane.NewWire(sh), pane.NewWire(sh)
	m.facts = pane.NewFacts(sh)
	m.zoomed[tabWire] = true
	m.newForm(cfg.Request)
	return m
}

// Init starts what was asked for on the command line.
func (m *model) Init() tea.Cmd {
	switch {
	case m.cfg.Opened != nil:
		m.showSaved()
	case m.cfg.Practice != nil && m.cfg.Practice.Begin:
		return m.play(m.cfg.Practice.Fault, false)
	case m.cfg.Go:
		return m.start(m.cfg.Request, m.cfg.Steps)
	}
	return nil
}

// showSaved puts a saved report on the screens.
func (m *model) showSaved() {
	run := pane.OpenRun(m.cfg.Opened)
	run.Saved = m.cfg.OpenedAt
	if run.Saved.IsZero() {
		run.Saved = m.cfg.Opened.Started
	}
	m.adopt(run)
	m.finished()
}

// adopt makes a run the one on the screens.
func (m *model) adopt(run *pane.Run) {
	m.shared.Run = run
	m.screen, m.tab, m.left, m.touched = onRun, tabMain, true, false
	m.closeDrawer()
	m.help = nil
	m.ladder.Reset()
	m.wire.Reset()
	m.live.Reset()
	m.stopping, m.read = false, ""
	m.evidence.Filter, m.facts.Filter = "", ""
}

// finished takes the verdict in once a run is over.
func (m *model) finished() {
	run := m.shared.Run
	m.judged()
	if run.Report != nil {
		m.code = exitCode(run.Report)
		if run.Saved.IsZero() {
			m.summary, m.saved = run, ""
		}
	}
	if run.Practice {
		m.practised()
	}
	m.readVerdict()
	if !m.touched {
		m.tab, m.left = tabMain, false
	}
}

// judged asks for the fixes of a verdict.
func (m *model) judged() {
	run := m.shared.Run
	if run.Report == nil {
		return
	}
	run.Fixes = m.cfg.Texts.Prescribe(run.Report)
}

// readVerdict shows a verdict from its top when it is new, and leaves the
// place being read alone when it says the same as before.
func (m *model) readVerdict() {
	fault := "none"
	if rep := m.shared.Run.Report; rep != nil {
		fault = string(rep.Verdict.Step) + " " + rep.Outcome.String()
		if c := rep.Verdict.Causes; len(c) > 0 {
			fault = string(c[0].Fault)
		}
	}
	if fault == m.read {
		m.verdict.Again()
		return
	}
	m.read = fault
	m.verdict.Refresh()
	m.guide.Refresh()
}

// exitCode is what a finished run ends the program with.
func exitCode(r *probe.Report) int {
	switch r.Outcome {
	case probe.Passed:
		return 0
	case probe.Failed:
		return 3
	case probe.Cancelled:
		return 130
	}
	return 4
}

// layout is the layout of the run screen as it stands.
func (m *model) layout() layout { return arrange(m.w, m.h, m.zoomed[m.tab]) }
