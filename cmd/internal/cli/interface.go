package cli

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/atotto/clipboard"
	"github.com/charmbracelet/x/term"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui"
	"github.com/wmidoctor/wmidoctor/tui/clip"
	"github.com/wmidoctor/wmidoctor/tui/plain"
)

// visit is one stay in the interface or in plain mode.
type visit struct {
	show    *showFlags
	bench   *bench
	request request
	fault   string        // that the practice host was set up with
	ready   bool          // start at once
	opened  *probe.Report // a saved report to show
	opening time.Time
	done    func(*probe.Report) // after each finished run; may be nil
	debug   *debugLog
	memory  string // file of what the form keeps, "" where it keeps nothing
	kept    bool   // something had been kept
}

// interactive shows the interface where the terminal can, else plain mode.
func (a *app) interactive(ctx context.Context, v visit) error {
	if v.show.plain || !a.screen() {
		return a.plainMode(ctx, v)
	}
	in := a.in
	if !term.IsTerminal(in.Fd()) {
		tty, _, err := openTerminal()
		if err != nil {
			return a.plainMode(ctx, v)
		}
		defer tty.Close()
		in = tty
	}
	code, err := tui.Run(ctx, tui.Config{
		Version: tool().Version, Start: v.startScreen, Practice: v.practiceScreen(), Opened: v.opened, OpenedAt: v.opening,
		Save: save, Render: render,
		Request: v.screenRequest(), Go: v.ready,
		In: in, Out: os.Stdout, Env: os.Getenv, Clip: a.board(v.show),
		ASCII: v.show.ascii || asciiLocale(a.env), NoColor: a.noColor(v.show), Now: time.Now,
	})
	a.code = code
	if err != nil {
		return &complaint{code: exitInternal, what: "the interface failed", todo: "Try --plain.", err: err}
	}
	return nil
}

// screen reports whether there is a terminal that can be drawn on.
func (a *app) screen() bool {
	if v, _ := a.env("ACCESSIBLE"); v != "" && v != "0" {
		return false
	}
	if t, _ := a.env("TERM"); t == "dumb" || t == "" && runtime.GOOS != "windows" {
		return false
	}
	out, ok := a.out.(*os.File)
	return ok && term.IsTerminal(out.Fd())
}

func (a *app) noColor(s *showFlags) bool {
	if s.color.value != "auto" {
		return s.color.value == "never"
	}
	v, _ := a.env("NO_COLOR")
	return v != ""
}

// asciiLocale reports whether the locale is not UTF-8, or draws our signs two
// cells wide. Windows has no such variables and draws them.
func asciiLocale(env func(string) (string, bool)) bool {
	if runtime.GOOS == "windows" {
		return false
	}
	locale := ""
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v, _ := env(name); v != "" {
			locale = strings.ToLower(v)
			break
		}
	}
	for _, wide := range []string{"zh", "ja", "ko"} {
		if strings.HasPrefix(locale, wide) {
			return true
		}
	}
	return !strings.Contains(locale, "utf-8") && !strings.Contains(locale, "utf8")
}

// board is the clipboard chain of this machine.
func (a *app) board(s *showFlags) *clip.Board {
	b := &clip.Board{Mode: s.clipboard.value, Env: os.Getenv, Tmux: tmux}
	if !clipboard.Unsupported {
		b.Native = clipboard.WriteAll
	}
	return b
}

func tmux(ctx context.Context, line string) error {
	cmd := exec.CommandContext(ctx, "tmux", "load-buffer", "-w", "-")
	cmd.Stdin = strings.NewReader(line)
	return cmd.Run()
}

func (v *visit) screenRequest() tui.Request {
	q := v.request
	return tui.Request{Target: q.target, Account: q.account, Password: q.password, Practice: q.practice, Fault: v.fault, Remember: v.kept}
}

func (v *visit) startScreen(ctx context.Context, r tui.Request, f probe.Front) *probe.Report {
	if v.memory != "" && !r.Practice {
		memory{Host: r.Target.Host, Account: r.Account, Namespace: r.Target.Namespace}.keep(v.memory, r.Remember)
	}
	return v.start(ctx, request{
		target: r.Target, account: r.Account, password: r.Password, retyped: r.Retyped, sendAgain: r.SendAgain,
		from: r.From, agreed: r.Agreed, watch: r.Watch, practice: r.Practice,
	}, f)
}

func (v *visit) start(ctx context.Context, q request, f probe.Front) *probe.Report {
	r := v.bench.start(ctx, q, tee{f, v.debug})
	if v.done != nil {
		v.done(r)
	}
	return r
}

// practiceScreen is the practice host as the interface uses it.
func (v *visit) practiceScreen() *tui.Practice {
	p := v.bench.practice
	if p == nil {
		return nil
	}
	return &tui.Practice{
		Faults: pickable,
		Play: func(fault string) (tui.Request, error) {
			var names []string
			if fault != "" {
				names = []string{fault}
			}
			list, err := scenariosOf(names)
			if err != nil {
				return tui.Request{}, err
			}
			p.play(list...)
			q := p.request()
			return tui.Request{Target: q.target, Account: q.account, Password: q.password, Practice: true, Fault: fault}, nil
		},
		Console: p.console, Hints: hintsOf,
		Fault: v.fault, Begin: v.request.practice,
	}
}

// plainMode talks line by line. Where nobody can answer it runs once.
func (a *app) plainMode(ctx context.Context, v visit) error {
	q := v.request
	talks := term.IsTerminal(a.in.Fd()) || v.show.plain && !q.practice
	if !v.ready && !talks {
		return misuse("Name a host: wmidoctor check HOST.", "there is no terminal to ask for the host")
	}
	c := plain.Config{
		Version: tool().Version, In: a.in, Out: a.out,
		Start: func(ctx context.Context, r plain.Request, f probe.Front) *probe.Report {
			return v.start(ctx, request{target: r.Target, account: r.Account, password: r.Password, retyped: r.Retyped, sendAgain: r.SendAgain,
				from: r.From, practice: r.Practice}, f)
		},
		Password: a.ask, Prescribe: prescribe, Page: pageText, Copy: a.copyLine(v.show), Save: saveHere,
		Request: plain.Request{Target: q.target, Account: q.account, Password: q.password, Practice: q.practice},
		Ready:   v.ready,
		Once:    !talks,
	}
	if q.practice {
		c.Console = v.bench.practice.console
	}
	if r := plain.Run(ctx, c); r != nil {
		a.code = codeOf(r)
	}
	if ctx.Err() != nil {
		a.code = exitInterrupted
	}
	return nil
}

func (a *app) copyLine(s *showFlags) func(context.Context, string) string {
	board := a.board(s)
	board.Out = a.out
	return func(ctx context.Context, line string) string {
		n := len([]rune(line))
		switch way, err := board.Copy(ctx, line); {
		case err != nil:
			return fmt.Sprintf("Not copied: %v.", err)
		case way == clip.Native:
			return fmt.Sprintf("Put the line on the clipboard of this computer, %d characters.", n)
		case way == clip.Tmux:
			return fmt.Sprintf("Sent the line to the terminal through tmux, %d characters. tmux keeps a copy too.", n)
		}
		return fmt.Sprintf("Sent the line to the terminal, %d characters. Terminals do not confirm; paste it.", n)
	}
}

// tee writes the events of an interface to the file of --debug as well.
type tee struct {
	probe.Front
	debug *debugLog
}

func (t tee) Emit(e probe.Event) {
	t.Front.Emit(e)
	t.debug.emit(e)
}

// render is a ticket or a report as it would be saved.
func render(kind string, redacted bool, r *probe.Report) string {
	if redacted {
		r = report.Redact(r)
	}
	if kind == "ticket" {
		return report.Ticket(r, prescribe(r))
	}
	var b bytes.Buffer
	if err := report.Write(&b, report.Document(r, prescribe(r), sections)); err != nil {
		return err.Error()
	}
	return b.String()
}

// save writes a ticket or a report to a file that must not exist yet.
func save(kind, path string, redacted bool, r *probe.Report) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return reasonOf(err)
	}
	_, err = f.WriteString(render(kind, redacted, r))
	if e := f.Close(); err == nil {
		err = e
	}
	return reasonOf(err)
}

// saveHere saves under a name made of the time, which never holds text the
// host sent.
func saveHere(kind string, r *probe.Report) (string, error) {
	ext := map[string]string{"ticket": ".md", "report": ".json"}[kind]
	name := "wmidoctor-" + time.Now().Format("2006-01-02-150405")
	for n := 1; ; n++ {
		path := name + ext
		if n > 1 {
			path = fmt.Sprintf("%s-%d%s", name, n, ext)
		}
		if err := save(kind, path, true, r); err != fs.ErrExist || n > 99 {
			return path, err
		}
	}
}
