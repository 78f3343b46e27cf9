package pane

import (
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/probe/trace"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// shared is what a pane reads, without colour and with a clock that stands.
func shared() *Shared {
	r := lipgloss.NewRenderer(os.Stderr)
	r.SetColorProfile(termenv.Ascii)
	return &Shared{Theme: page.NewTheme(r, true, false), Run: NewRun(probe.Target{Host: "srv01.corp.example"}, `CORP\svc-mon`, noon),
		Now: func() time.Time { return noon }, Text: Texts{Describe: report.Describe, Facts: report.Facts}}
}

func pressed(name string) tea.KeyMsg {
	named := map[string]tea.KeyType{"enter": tea.KeyEnter, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab, "esc": tea.KeyEscape, "up": tea.KeyUp,
		"down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
		"backspace": tea.KeyBackspace}
	if t, ok := named[name]; ok {
		return tea.KeyMsg{Type: t}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

// give sends keys and returns the last action.
func give(p interface{ Update(tea.KeyMsg) Action }, names ...string) (last Action) {
	for _, n := range names {
		last = p.Update(pressed(n))
	}
	return last
}

func letters(p interface{ Update(tea.KeyMsg) Action }, text string) {
	for _, r := range text {
		p.Update(pressed(string(r)))
	}
}

func TestReaderCountsWhatIsNotSeen(t *testing.T) {
	r := reader{Shared: shared(), marked: -1}
	r.feed = func(int, int) text {
		t := &text{}
		for i := range 30 {
			t.add(fmt.Sprintf("line %d", i))
		}
		return *t
	}
	r.SetSize(40, 10)
	lines := strings.Split(r.View(), "\n")
	if len(lines) != 10 || lines[0] != "line 0" || strings.TrimSpace(lines[9]) != "▼ 21 more lines" {
		t.Errorf("at the top: %q", lines)
	}
	give(&r, "down", "down")
	lines = strings.Split(r.View(), "\n")
	if strings.TrimSpace(lines[0]) != "▲ 2 above" || lines[1] != "line 2" || strings.TrimSpace(lines[9]) != "▼ 20 more lines" {
		t.Errorf("scrolled: %q", lines)
	}
	give(&r, "end")
	lines = strings.Split(r.View(), "\n")
	if lines[len(lines)-1] != "line 29" || len(lines) != 10 {
		t.Errorf("at the end: %q", lines)
	}
	give(&r, "home")
	if !strings.HasPrefix(r.View(), "line 0\n") {
		t.Error("home is not the top")
	}
}

// A text of several lines shows its first and how many there are; Enter opens
// it, and what is copied is always the whole.
func TestEnterOpensACommand(t *testing.T) {
	s := shared()
	script := "$a = 1\n$b = 2\n$a + $b"
	r := reader{Shared: s}
	r.feed = func(w, marked int) text {
		t := &text{}
		r.Commands(t, w, marked, probe.Fix{Title: "add", Shell: "powershell", Where: "host", Risk: "low", Run: script})
		return *t
	}
	r.SetSize(60, 10)
	if got := r.View(); got != " [1] $a = 1  (3 lines)" {
		t.Errorf("closed: %q", got)
	}
	give(&r, "enter")
	if got := r.View(); got != " [1] $a = 1\n       $b = 2\n       $a + $b" {
		t.Errorf("opened: %q", got)
	}
	if c, ok, _ := r.Numbered(1); !ok || c.Command != script {
		t.Errorf("copies %q", c.Command)
	}
	give(&r, "enter")
	if got := r.View(); got != " [1] $a = 1  (3 lines)" {
		t.Errorf("closed again: %q", got)
	}
}

func TestWireFollowsFiltersAndOpens(t *testing.T) {
	s := shared()
	s.Run.Steps = []probe.Step{{ID: probe.StepNTLM, Layer: 2, Label: "NTLM challenge"}, {ID: probe.StepActivate, Layer: 3, Label: "start WMI"}}
	w := NewWire(s)
	w.SetSize(80, 20)
	w.Focus(true)
	if !strings.Contains(w.View(), "No frame yet. The first is sent in step port 135.") {
		t.Errorf("without frames: %s", w.View())
	}
	add := func(step probe.StepID, op string) {
		s.Run.Apply(probe.FrameSeen{Step: step, Frame: trace.Frame{At: noon, Type: "request", Operation: op, Out: true, Raw: make([]byte, 40), Remote: netip.MustParseAddrPort("192.0.2.7:135")}}, noon)
		w.Refresh()
	}
	for i := range 12 {
		add(probe.StepNTLM, fmt.Sprintf("one %d", i))
	}
	if !strings.Contains(w.View(), "frame 12 of 12, end") {
		t.Errorf("it does not follow: %s", w.View())
	}
	give(w, "up", "up")
	add(probe.StepActivate, "RemoteCreateInstance")
	if !strings.Contains(w.View(), "frame 10 of 13") {
		t.Errorf("a new frame moved the place: %s", w.View())
	}
	give(w, "end")
	add(probe.StepActivate, "RemoteCreateInstance")
	if !strings.Contains(w.View(), "frame 14 of 14, end") {
		t.Errorf("End does not follow again: %s", w.View())
	}
	w.Show(probe.StepNTLM)
	if !strings.Contains(w.View(), "frame 12 of 14") {
		t.Errorf("the ladder's step is not marked: %s", w.View())
	}
	w.Filter()
	letters(w, "remotecreate")
	if !strings.Contains(w.View(), "of 2") || !strings.Contains(w.View(), "   13  ") {
		t.Errorf("filtered: %s", w.View())
	}
	letters(w, "xyz")
	if !strings.Contains(w.View(), `Nothing matches "remotecreatexyz". Esc shows all 14 again.`) {
		t.Errorf("no hit: %s", w.View())
	}
	if !w.Close() || strings.Contains(w.View(), "Nothing") {
		t.Error("Esc does not show all again")
	}
	give(w, "enter")
	if !strings.HasPrefix(w.View(), "── Frame") || !strings.Contains(w.View(), "0020  00 00") {
		t.Errorf("all bytes: %s", w.View())
	}
}

// The rows of bytes are those of the design: 16 a row in 80 cells, 8 in 49.
func TestHexRows(t *testing.T) {
	raw := []byte{5, 0, 3, 3, 0x10, 0, 0, 0, 0x20, 0, 0, 0, 3, 0, 0, 0, 'A'}
	for _, c := range []struct {
		w    int
		want []string
	}{
		{80, []string{"  0000  05 00 03 03 10 00 00 00  20 00 00 00 03 00 00 00  ........  .......", "  0010  41                                                A"}},
		{49, []string{"  0000  05 00 03 03 10 00 00 00  ........", "  0008  20 00 00 00 03 00 00 00   .......", "  0010  41                       A"}},
	} {
		got := hexRows(raw, c.w)
		for i := range c.want {
			if got[i] != c.want[i] {
				t.Errorf("width %d row %d: %q, want %q", c.w, i, got[i], c.want[i])
			}
		}
	}
}

func TestFormRefusesByName(t *testing.T) {
	for _, c := range []struct{ host, account, field, why string }{
		{"user:pw@host", "", "host", "only the host here, no user or password"},
		{"a b", "", "host", "a name holds no blank"},
		{`\\srv01`, "", "host", `without \\ in front`},
		{"srv01", "CORP/svc", "account", `use a backslash: CORP\svc`},
		{"srv01", `CORP\a\b`, "account", "it holds two backslashes"},
		{"", "", "host", "type the name of a computer"},
	} {
		f := NewForm(shared(), Start{Host: c.host, Account: c.account}, false)
		f.SetSize(80, 20)
		f.at, f.lastKey = stopConnect, noon.Add(-time.Hour)
		if a := give(f, "enter"); a != nil {
			t.Errorf("%q %q: it connects: %v", c.host, c.account, a)
		}
		if !strings.Contains(f.View(), c.why) || !strings.Contains(f.Note(), "Change the "+c.field) {
			t.Errorf("%q %q: %s\n%s", c.host, c.account, f.Note(), f.View())
		}
	}
}

func TestFormChoices(t *testing.T) {
	s := shared()
	at := noon
	s.Now = func() time.Time { at = at.Add(time.Second); return at }
	f := NewForm(s, Start{Host: "srv01"}, false)
	f.SetSize(80, 20)
	give(f, "tab", "tab", "right", "tab", "tab", "tab", "left", "tab", " ", "tab")
	a, ok := give(f, "enter").(Start)
	if !ok || a.Auth != probe.AuthKerberos || a.Callback != probe.CallbackOff || !a.Remember || a.Steps {
		t.Errorf("asked for %+v", a)
	}
	f.at = stopSteps
	if a := give(f, "enter").(Start); !a.Steps {
		t.Error("step by step is not asked for")
	}
}

func TestFormNeverShowsThePassword(t *testing.T) {
	f := NewForm(shared(), Start{Host: "h", Account: `a\b`}, true)
	letters(f, "tr0ub4dor")
	for _, w := range []int{10, 40, 80, 200} {
		for _, h := range []int{1, 5, 12, 20, 40} {
			f.SetSize(w, h)
			if strings.Contains(f.View(), "tr0u") {
				t.Fatalf("%dx%d: %s", w, h, f.View())
			}
		}
	}
	if got := fmt.Sprintf("%v %+v", f.start(false), f.start(false)); strings.Contains(got, "tr0ub4dor") {
		t.Errorf("what the form says holds the password in print: %s", got)
	}
}

func TestPickerSearches(t *testing.T) {
	p := NewPicker(shared(), []Fault{{ID: "fw135-drop", Layer: 1, Title: "Firewall drops port 135"}, {ID: "ntlm-bad-password", Layer: 2, Title: "Wrong password"}})
	p.SetSize(80, 20)
	if a := give(p, "enter"); a != (Practise{}) {
		t.Errorf("the first row is the healthy host, not %v", a)
	}
	if a := give(p, "down", "enter"); a != (Practise{Surprise: true}) {
		t.Errorf("then the surprise, not %v", a)
	}
	if a := give(p, "down", "down", "enter"); a != (Practise{Fault: "ntlm-bad-password"}) {
		t.Errorf("headings are passed over: %v", a)
	}
	letters(p, "drop")
	if a := give(p, "enter"); a != (Practise{Fault: "fw135-drop"}) {
		t.Errorf("the only hit is marked: %v", a)
	}
	letters(p, "zzz")
	if !strings.Contains(p.View(), `Nothing matches "dropzzz". Esc shows all 2`) || give(p, "enter") != nil {
		t.Errorf("no hit: %s", p.View())
	}
	if a := give(p, "esc"); a != nil {
		t.Error("Esc leaves before it shows all again")
	}
	if a := give(p, "esc"); a != (Close{}) {
		t.Error("Esc does not leave")
	}
}

func TestConsoleKeepsEarlierLines(t *testing.T) {
	c := NewConsole(shared(), "winhost")
	c.SetSize(60, 8)
	letters(c, "net start winmgmt")
	if a := give(c, "enter"); a != (Console{"net start winmgmt"}) {
		t.Errorf("asked for %v", a)
	}
	if a := give(c, "enter"); a != nil {
		t.Error("a line is run while another is")
	}
	c.Print("The service\r\nwas \x1b[31mstarted.\r\n")
	if !strings.Contains(c.View(), `was \x1b[31mstarted.`) {
		t.Errorf("output: %s", c.View())
	}
	letters(c, "sc query")
	give(c, "enter")
	c.Print("")
	give(c, "up", "up")
	if got := c.in.value(); got != "net start winmgmt" {
		t.Errorf("recalled %q", got)
	}
	give(c, "down", "down")
	if got := c.in.value(); got != "" {
		t.Errorf("recalled %q", got)
	}
	c.Put(`net localgroup "Distributed COM Users" "LAB\svc-mon" /add`)
	if a := give(c, "enter"); a != (Console{`net localgroup "Distributed COM Users" "LAB\svc-mon" /add`}) {
		t.Errorf("asked for %v", a)
	}
	if c.Lines != 3 {
		t.Errorf("%d lines typed", c.Lines)
	}
}

// A file name that is proposed never holds text the host sent.
func TestSaveProposesAName(t *testing.T) {
	d := NewSave(shared(), &probe.Report{Started: noon, Target: probe.Target{Host: "../../etc/passwd"}})
	d.SetSize(80, 10)
	if got := d.file.value(); got != "wmidoctor-2026-01-02-1200.md" {
		t.Errorf("proposes %q", got)
	}
	give(d, "right")
	if got := d.file.value(); got != "wmidoctor-2026-01-02-1200.json" {
		t.Errorf("proposes %q for a report", got)
	}
	give(d, "tab", "right", "tab")
	letters(d, "x")
	give(d, "enter")
	if a := give(d, "enter"); a != (SaveAs{Kind: "report", Path: "wmidoctor-2026-01-02-1200.jsonx"}) {
		t.Errorf("asked for %+v", a)
	}
	give(d, "tab")
	if a := give(d, "enter"); a != (SaveAs{Kind: "report", Print: true}) {
		t.Errorf("asked for %+v", a)
	}
}

func TestQuestionMarksTheHarmlessAnswer(t *testing.T) {
	ask := func() *Question {
		return &Question{Shared: shared(), Lines: [][2]string{{"Sends", "the password"}}, Answers: []string{"No", "Type it again", "Yes"}, Retype: 2}
	}
	if a := give(ask(), "enter"); a != (Chosen{1}) {
		t.Errorf("Enter takes %v", a)
	}
	if a := give(ask(), "esc"); a != (Close{}) {
		t.Errorf("Esc takes %v", a)
	}
	if a := give(ask(), "9"); a != nil {
		t.Errorf("9 takes %v", a)
	}
	q := ask()
	give(q, "2")
	letters(q, "3new")
	if a, ok := give(q, "enter").(Typed); !ok || a.Password.Reveal() != "3new" {
		t.Errorf("typed %v", a)
	}
	if strings.Contains(q.View(), "3new") {
		t.Error("the password is shown")
	}
}

func TestLadderFollowsUntilAnArrow(t *testing.T) {
	s := shared()
	steps := []probe.Step{{ID: probe.StepName, Layer: 1, Label: "find address"}, {ID: probe.StepTCP135, Layer: 1, Label: "port 135"}, {ID: probe.StepNTLM, Layer: 2, Label: "NTLM challenge"}}
	l := NewLadder(s)
	l.SetSize(28, 20)
	l.Focus(true)
	s.Run.Apply(probe.Planned{Steps: steps}, noon)
	run := func(i int) {
		s.Run.Apply(probe.StepStarted{Step: steps[i]}, noon)
	}
	done := func(i int) {
		s.Run.Apply(probe.StepDone{Result: probe.Result{Step: steps[i].ID, Layer: steps[i].Layer, Label: steps[i].Label, Outcome: probe.Passed}}, noon)
	}
	run(0)
	if l.Marked() != probe.StepName {
		t.Errorf("marked %q", l.Marked())
	}
	done(0)
	if !strings.Contains(l.View(), "● 1 Endpoint mapper") || l.Marked() != probe.StepName {
		t.Errorf("between two steps the layer folds: %s", l.View())
	}
	run(1)
	done(1)
	if !strings.Contains(l.View(), "√ 1 Endpoint mapper") {
		t.Errorf("the layer has passed: %s", l.View())
	}
	run(2)
	if l.Marked() != probe.StepNTLM {
		t.Errorf("marked %q", l.Marked())
	}
	give(l, "home")
	done(2)
	if m := l.place(); m.layer != probe.LayerEndpointMapper {
		t.Errorf("the run moved the mark to %v", m)
	}
	give(l, "enter")
	if !strings.Contains(l.View(), "find address") {
		t.Errorf("Enter does not open the layer: %s", l.View())
	}
}
