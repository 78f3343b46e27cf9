package tui

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/clip"
	"github.com/wmidoctor/wmidoctor/tui/page"
	"github.com/wmidoctor/wmidoctor/tui/pane"
)

// started records what the engine was asked for and answers with a report.
type started struct {
	requests []Request
	report   func() *probe.Report
}

func (s *started) run(_ context.Context, r Request, _ probe.Front) *probe.Report {
	s.requests = append(s.requests, r)
	return s.report()
}

func (s *screenTest) shows(words ...string) {
	s.Helper()
	for _, w := range words {
		if !strings.Contains(s.View(), w) {
			s.Errorf("the screen lacks %q:\n%s", w, s.View())
		}
	}
}

func (s *screenTest) lacks(words ...string) {
	s.Helper()
	for _, w := range words {
		if strings.Contains(s.View(), w) {
			s.Errorf("the screen has %q:\n%s", w, s.View())
		}
	}
}

func typeIn(s *screenTest, text string) {
	for _, r := range text {
		s.press(string(r))
	}
}

func TestFormStartsARun(t *testing.T) {
	e := &started{report: deniedReport}
	s := newScreen(t, Config{Start: e.run}, 80, 24)
	typeIn(s, "srv01")
	s.press("enter")
	typeIn(s, "CORP/svc-mon")
	s.press("enter") // the field is looked at when it is left
	s.shows("use a backslash: CORP\\svc-mon", "Nothing has been sent yet")
	s.press("shift+tab")
	for range 8 {
		s.press("backspace")
	}
	typeIn(s, `\svc-mon`)
	s.press("enter")
	typeIn(s, "hunter2?q")
	s.lacks("hunter2")
	s.press("enter", "enter")
	s.settle()
	if len(e.requests) != 1 {
		t.Fatalf("%d runs", len(e.requests))
	}
	r := e.requests[0]
	if r.Target.Host != "srv01" || r.Account != `CORP\svc-mon` || r.Password.Reveal() != "hunter2?q" {
		t.Errorf("asked for %+v with %q", r, r.Password.Reveal())
	}
	if r.Target.Namespace != probe.DefaultNamespace || r.Target.Query != probe.DefaultQuery || r.Target.Auth != probe.AuthAuto {
		t.Errorf("the defaults are %+v", r.Target)
	}
	s.shows("× FAILED", "access denied")
}

// A pasted text with line ends, bracketed or not, starts no run.
func TestPasteStartsNothing(t *testing.T) {
	e := &started{report: deniedReport}
	s := newScreen(t, Config{Start: e.run}, 80, 24)
	s.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("srv01\nCORP\\x\nsecret\n"), Paste: true})
	s.shows("Host      ► srv01█")
	s.lacks("secret")
	s = newScreen(t, Config{Start: e.run}, 80, 24)
	for _, k := range []string{"a", "enter", "b", "enter", "c", "enter", "enter", "enter", "enter"} {
		s.send(keyMsg(k)) // all within the same instant, as a console without bracketed paste delivers it
	}
	if len(e.requests) != 0 {
		t.Errorf("%d runs were started", len(e.requests))
	}
	rep := finishedRun(t, deniedReport(), 80, 24)
	before := rep.View()
	rep.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("1qra"), Paste: true})
	if rep.View() != before {
		t.Error("a paste was taken for keys")
	}
}

func TestCopyTakesTheStoredLine(t *testing.T) {
	var out bytes.Buffer
	s := finishedRun(t, deniedReport(), 40, 12)
	s.cfg.Clip = &clip.Board{Mode: "osc52", Out: &out}
	s.press("1")
	s.shows("Sent [1] to the terminal")
	want := bytes.Buffer{}
	_, _ = (&clip.Board{Mode: "osc52", Out: &want}).Copy(context.Background(), exampleFixes(deniedReport())[0].Run)
	if out.String() != want.String() {
		t.Errorf("sent %q", out.String())
	}
	out.Reset()
	s.press("9")
	s.shows("There is no line 9 here; the last is")
	if out.Len() != 0 {
		t.Error("something was sent")
	}
	s.press("down", "c") // the marked line, drawn cut in the middle
	want.Reset()
	_, _ = (&clip.Board{Mode: "osc52", Out: &want}).Copy(context.Background(), exampleFixes(deniedReport())[0].Undo)
	if out.String() != want.String() {
		t.Errorf("sent %q", out.String())
	}
}

func TestCopyWithoutAClipboard(t *testing.T) {
	s := finishedRun(t, deniedReport(), 80, 24)
	s.press("1")
	s.golden("12b-by-hand")
	lines := strings.Split(s.View(), "\n")
	found := false
	for _, l := range lines {
		found = found || strings.TrimRight(l, " ") == exampleFixes(deniedReport())[0].Run
	}
	if !found {
		t.Error("the raw line does not begin in column 1")
	}
	s.press("esc")
	s.shows("Next: press 1")
}

func TestRefusedPasswordIsPriced(t *testing.T) {
	for _, key := range []string{"r", "a"} {
		e := &started{report: openReport}
		s := finishedRun(t, openReport(), 80, 24)
		s.bridge, s.cfg.Start = nil, e.run
		s.last.Account = `CORP\svc-mon`
		s.press(key)
		s.shows("Send the refused password again?", "►[1] No, send nothing")
		s.press("enter")
		if len(e.requests) != 0 {
			t.Fatal("the marked answer sent something")
		}
		s.press(key, "esc")
		if len(e.requests) != 0 {
			t.Fatal("Esc sent something")
		}
		s.press(key, "3")
		s.settle()
		if len(e.requests) != 1 || !e.requests[0].SendAgain || (e.requests[0].From != nil) != (key == "r") {
			t.Fatalf("asked for %+v", e.requests)
		}
		s.press(key, "2")
		typeIn(s, "new one")
		s.lacks("new one")
		s.press("enter")
		s.settle()
		if len(e.requests) != 2 || !e.requests[1].Retyped || e.requests[1].SendAgain || e.requests[1].Password.Reveal() != "new one" {
			t.Fatalf("asked for %+v", e.requests[1:])
		}
	}
}

// The engine asks for consent while its connections live; the verdict so far
// is on the screen, and the marked answer sends nothing.
func TestConsent(t *testing.T) {
	answers := make(chan bool, 1)
	s := newScreen(t, Config{Start: func(ctx context.Context, _ Request, f probe.Front) *probe.Report {
		rep := openReport()
		f.Emit(probe.Planned{Steps: exampleSteps()})
		for _, r := range rep.Results {
			f.Emit(probe.StepDone{Result: r})
		}
		f.Emit(probe.Judged{Report: rep})
		answers <- f.Consent(ctx, probe.Experiment{ID: "smb-logon", Title: "ask over SMB", SendsAgain: true, Words: probe.ExperimentWords{
			Does: "logs on to srv01 over SMB (port 445) and reads the exact reason", Sends: `the password of CORP\svc-mon a second time`,
			Costs: rep.Verdict.Decide[0].Costs, Tells: rep.Verdict.Decide[0].Tells}})
		f.Emit(probe.Done{Report: rep})
		return rep
	}, Go: true, Request: Request{Target: probe.Target{Host: "srv01.corp.example"}, Account: `CORP\svc-mon`}}, 80, 24)
	s.do(s.Init())
	s.pump(func() bool { return s.asked != nil })
	s.shows("FAILED, CAUSE OPEN", "Decide    d  ask over SMB", "Next: d decides")
	s.press("d")
	s.golden("04-decide")
	s.press("3")
	select {
	case yes := <-answers:
		if !yes {
			t.Error("the answer was no")
		}
	case <-time.After(time.Second):
		t.Fatal("the engine still waits")
	}
	s.settle()
	if s.shared.Run.State != pane.Finished {
		t.Errorf("the run stands at %v", s.shared.Run.State)
	}
}

// Leaving while the engine waits for consent answers no.
func TestQuitDeclines(t *testing.T) {
	got := make(chan bool, 1)
	s := newScreen(t, Config{Start: func(ctx context.Context, _ Request, f probe.Front) *probe.Report {
		f.Emit(probe.Judged{Report: openReport()})
		got <- f.Consent(ctx, probe.Experiment{ID: "smb-logon", SendsAgain: true})
		return openReport()
	}, Go: true}, 80, 24)
	s.do(s.Init())
	s.pump(func() bool { return s.asked != nil })
	s.press("q")
	if yes := <-got; yes {
		t.Error("quitting agreed")
	}
	if s.code != 3 {
		t.Errorf("code %d, want 3: the verdict stood", s.code)
	}
}

func TestStepMode(t *testing.T) {
	walked := make(chan probe.StepID, 32)
	s := newScreen(t, Config{Start: func(ctx context.Context, _ Request, f probe.Front) *probe.Report {
		f.Emit(probe.Planned{Steps: exampleSteps()})
		for _, st := range exampleSteps()[:4] {
			if f.BeforeStep(ctx, st) != nil {
				return stoppedReport()
			}
			f.Emit(probe.StepStarted{Step: st})
			walked <- st.ID
			f.Emit(probe.StepDone{Result: probe.Result{Step: st.ID, Layer: st.Layer, Label: st.Label, Outcome: probe.Passed}})
		}
		return stoppedReport()
	}, Go: true, Steps: true}, 80, 24)
	s.do(s.Init())
	wait := func() { s.pump(func() bool { return s.asked != nil }) }
	wait()
	s.shows("WAITING FOR YOU", "Next: find the address of the host", "space do it")
	if len(walked) != 0 {
		t.Fatal("a step was walked unasked")
	}
	s.press(" ")
	wait()
	if len(walked) != 1 {
		t.Fatalf("%d steps walked, want 1", len(walked))
	}
	s.press("r")
	s.settle()
	if len(walked) != 4 {
		t.Errorf("%d steps walked, want the rest", len(walked))
	}
}

func TestKeysSayWhyTheyDoNothing(t *testing.T) {
	s := finishedRun(t, deniedReport(), 80, 24)
	s.bridge = nil
	for key, want := range map[string]string{"d": "d: nothing is left to decide.", "x": "x: nothing is running.", " ": "space: nothing is running.",
		"m": "m: watching waits for a port", "o": "o: the console belongs to practice.", "/": "/: search works in"} {
		s.press(key)
		s.shows(want)
	}
	s.press("down")
	s.shows("Next: press 1") // a message stays until the next key
	saved := newScreen(t, Config{Opened: worksReport(), OpenedAt: began}, 80, 24)
	saved.do(saved.Init())
	saved.send(nil)
	saved.shows("SAVED 2026-01-02 0304")
	for _, k := range []string{"r", "a", "d", "m"} {
		saved.press(k)
		saved.shows(k + ": this is a saved report")
	}
}

// Esc, digits and capitals never do anything that cannot be taken back.
func TestEscapeClosesWhatWasOpenedLast(t *testing.T) {
	s := finishedRun(t, deniedReport(), 80, 24)
	s.bridge = nil
	first := s.View()
	for _, open := range [][]string{{"?"}, {"s"}, {"z"}, {"1"}} {
		s.press(open...)
		if s.View() == first {
			t.Errorf("%v opened nothing", open)
		}
		s.press("esc")
		if s.View() != first {
			t.Errorf("after %v Esc does not lead back:\n%s", open, s.View())
		}
	}
	s.press("esc", "esc", "Q", "X")
	s.lacks("quit a run")
	if s.screen != onRun {
		t.Error("Esc left the screen")
	}
}

func TestExactlyOneMark(t *testing.T) {
	for name, keys := range map[string][]string{"verdict": nil, "ladder": {"tab"}, "evidence": {"e"}, "guide": {"g"}, "wire": {"w"}, "save": {"s"}, "by hand": {"1"}, "sections": {"i"}} {
		s := finishedRun(t, deniedReport(), 80, 24)
		s.press(keys...)
		if n := strings.Count(s.View(), "►"); n != 1 && name != "by hand" || n > 1 {
			t.Errorf("%s: %d marks\n%s", name, n, s.View())
		}
	}
}

// A new event moves neither the focus nor the place being read.
func TestEventsLeaveThePlaceAlone(t *testing.T) {
	s := runningObjectPort(t, 80, 24)
	s.press("f", "tab")
	tabBefore, left := s.tab, s.left
	rep := deniedReport()
	for _, r := range rep.Results {
		s.feed(probe.StepDone{Result: r})
	}
	s.feed(probe.Judged{Report: rep}, probe.Done{Report: rep})
	if s.tab != tabBefore || s.left != left {
		t.Error("the end of the run moved the person")
	}
	s.shows("× FAILED")
}

func TestStaleRunsAreDropped(t *testing.T) {
	s := finishedRun(t, deniedReport(), 80, 24)
	before := s.View()
	s.Update(batch{run: 99, events: []probe.Event{probe.Done{Report: worksReport()}}})
	if s.View() != before {
		t.Error("a message of another run changed the screen")
	}
}

func TestSummary(t *testing.T) {
	for name, want := range map[string]struct {
		rep   *probe.Report
		lines []string
		code  int
	}{
		"failed": {deniedReport(), []string{"× srv01.corp.example failed at layer 3, DCOM activation: access denied",
			`net localgroup "Distributed COM Users" "CORP\svc-mon" /add`, "  Windows administrator of srv01 runs it, in an elevated cmd. Not saved."}, 3},
		"open": {openReport(), []string{"× srv01.corp.example failed at layer 2, Authentication: refused, cause open",
			"  Possible: wrong password, expired password, no right to log on over the network", "  To decide: ask over SMB, which names the cause. Not saved."}, 3},
		"works": {worksReport(), []string{`√ srv01.corp.example: WMI works for CORP\svc-mon`,
			"  Caption Microsoft Windows Server 2022 Standard Edition, Version 10.0.20348, BuildNumber 20348", "  Not saved."}, 4},
		"stopped": {stoppedReport(), []string{"■ srv01.corp.example: stopped by you, no verdict", "  Not saved."}, 130},
	} {
		s := finishedRun(t, want.rep, 80, 24)
		if got := strings.Join(s.summaryLines(), "\n"); got != strings.Join(want.lines, "\n") {
			t.Errorf("%s:\n%s", name, got)
		}
		if s.code != want.code {
			t.Errorf("%s: code %d, want %d", name, s.code, want.code)
		}
	}
}

func TestPracticeHeals(t *testing.T) {
	reports := []*probe.Report{deniedReport(), worksReport()}
	var lines []string
	p := examplePractice()
	p.Console = func(l string) string { lines = append(lines, l); return "The command completed successfully." }
	s := newScreen(t, Config{Practice: p, Start: func(context.Context, Request, probe.Front) *probe.Report {
		r := reports[0]
		reports = reports[1:]
		return r
	}}, 80, 24)
	s.press("enter", "down", "down", "down", "enter")
	s.settle()
	s.shows("PRACTICE", "× FAILED", "o opens the console")
	s.press("1") // the line is put at the prompt
	s.shows("Console of winhost")
	s.press("enter")
	if len(lines) != 1 || lines[0] != exampleFixes(deniedReport())[0].Run {
		t.Fatalf("typed %q", lines)
	}
	s.press("tab", "a")
	s.settle()
	s.golden("14b-healed")
	s.shows("√ HEALED", "2 runs, 1 line, no hint", "undo it and run again")
	s.press("t")
	s.shows("2 of 3 healed")
}

func TestThemeWithoutColour(t *testing.T) {
	s := finishedRun(t, deniedReport(), 80, 24)
	for _, w := range []string{"FAILED", "skipped", "►", "√", "×"} {
		s.shows(w)
	}
	a := newScreen(t, Config{ASCII: true}, 80, 24)
	for _, r := range a.View() {
		if r > 0x7e {
			t.Fatalf("%q is not ASCII", r)
		}
	}
	_ = page.ASCII()
}
