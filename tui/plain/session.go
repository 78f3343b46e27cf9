package plain

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Request is what a run is asked to do.
type Request struct {
	Target   probe.Target
	Account  string // as typed; empty: anonymous steps only
	Password probe.Secret
	From     *probe.Report // to run on from
	// Retyped and SendAgain say how the person answered after a refusal.
	Retyped, SendAgain bool
	Practice           bool
}

// Config is all that plain mode is given. Functions that are nil are not
// offered.
type Config struct {
	Version   string
	In        io.Reader
	Out       io.Writer
	Start     func(context.Context, Request, probe.Front) *probe.Report
	Password  func(ctx context.Context, prompt string) (probe.Secret, error)
	Prescribe func(*probe.Report) []probe.Fix
	// Page is the page of the guide for a fault, as text.
	Page func(probe.FaultID, *probe.Report) string
	// Copy takes a line to the clipboard and says how it went.
	Copy func(ctx context.Context, line string) string
	// Save writes a ticket or a report under a name of its own choice.
	Save func(kind string, r *probe.Report) (path string, err error)
	// Console runs one line on the practice host.
	Console func(line string) string

	Request Request
	Ready   bool // start at once
	Steps   bool // ask before each step
	Once    bool // run once and ask nothing
}

// session is plain mode under way.
type session struct {
	Config
	lines chan string
	steps bool
	last  *probe.Report
	copy  []string
}

// Run talks with the person line by line and returns the report of the last
// finished run, nil if there was none. It ends when input ends.
func Run(ctx context.Context, c Config) *probe.Report {
	s := &session{Config: c, lines: make(chan string), steps: c.Steps}
	if !c.Once {
		go s.read(ctx) // a read of standard input cannot be interrupted; it ends with the program
	}
	s.say("wmidoctor %s, plain mode: one line for each event, nothing is redrawn.", c.Version)
	request := c.Request
	if !c.Ready && !s.form(ctx, &request) {
		return nil
	}
	for ctx.Err() == nil {
		s.run(ctx, request)
		if c.Once || !s.menu(ctx, &request) {
			break
		}
	}
	return s.last
}

func (s *session) read(ctx context.Context) {
	defer close(s.lines)
	in := bufio.NewScanner(s.In)
	for in.Scan() {
		select {
		case s.lines <- in.Text():
		case <-ctx.Done():
			return
		}
	}
}

func (s *session) say(format string, args ...any) {
	w := newWriter(s.Out)
	w.prose(fmt.Sprintf(format, args...))
	_ = w.flush()
}

// prompt asks for one line; ok is false when there is no more input.
func (s *session) prompt(ctx context.Context, question string) (line string, ok bool) {
	fmt.Fprint(s.Out, page.Visible(question)+": ")
	select {
	case line, ok = <-s.lines:
		if !ok {
			fmt.Fprintln(s.Out)
		}
		return strings.TrimSpace(line), ok
	case <-ctx.Done():
		fmt.Fprintln(s.Out)
		return "", false
	}
}

// ask poses a numbered question; 0 means that there is no more input.
func (s *session) ask(ctx context.Context, question string, answers ...string) int {
	parts := make([]string, len(answers))
	for i, a := range answers {
		parts[i] = fmt.Sprintf("%d %s", i+1, a)
	}
	for {
		line, ok := s.prompt(ctx, question+" "+strings.Join(parts, ", ")+". Number")
		if !ok {
			return 0
		}
		if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(answers) {
			return n
		}
		s.say("Type a number from 1 to %d.", len(answers))
	}
}

// form asks for host, account and password. An account that cannot be used is
// asked for again.
func (s *session) form(ctx context.Context, r *Request) bool {
	for r.Target.Host == "" {
		line, ok := s.prompt(ctx, "Host, name or address")
		if !ok {
			return false
		}
		r.Target.Host = line
	}
	for r.Account == "" && r.Password.Empty() {
		line, ok := s.prompt(ctx, `Account, DOM\user, user@dom.example or .\user, empty for none`)
		if !ok {
			return false
		}
		if _, err := probe.ParseAccount(line); err != nil {
			s.say("Not usable: %s.", err)
			continue
		}
		if r.Account = line; line == "" {
			break
		}
	}
	if r.Account != "" && r.Password.Empty() && !s.password(ctx, r) {
		return false
	}
	switch s.ask(ctx, "Start the run?", "yes", "step by step", "change something") {
	case 1:
		s.steps = false
	case 2:
		s.steps = true
	case 3:
		r.Target.Host, r.Account, r.Password = "", "", probe.Secret{}
		return s.form(ctx, r)
	default:
		return false
	}
	return true
}

func (s *session) password(ctx context.Context, r *Request) bool {
	if s.Password == nil {
		return true
	}
	p, err := s.Password(ctx, "Password, not shown while you type: ")
	if err != nil {
		s.say("The password could not be read.")
		return false
	}
	r.Password = p
	return true
}

func (s *session) run(ctx context.Context, r Request) {
	front := &Front{Out: s.Out, Stepwise: s.steps}
	if !s.Once {
		front.Ask = s.ask
	}
	s.last = s.Start(ctx, r, front)
	if s.last == nil {
		return
	}
	var fixes []probe.Fix
	if s.Prescribe != nil {
		fixes = s.Prescribe(s.last)
	}
	s.copy, _ = Narrate(s.Out, s.last, fixes)
}

// choice is one thing that can be done next.
type choice struct {
	title string
	do    func() (again bool)
}

// menu asks what next; it returns true for another run, false to leave.
func (s *session) menu(ctx context.Context, r *Request) bool {
	for ctx.Err() == nil {
		choices := s.choices(ctx, r)
		s.say("What next?")
		for i, c := range choices {
			s.say("%d %s", i+1, c.title)
		}
		s.say("%d quit", len(choices)+1)
		line, ok := s.prompt(ctx, "Number")
		if !ok {
			return false
		}
		n, err := strconv.Atoi(line)
		switch {
		case err != nil || n < 1 || n > len(choices)+1:
			s.say("Type a number from 1 to %d.", len(choices)+1)
		case n == len(choices)+1:
			return false
		case choices[n-1].do():
			return true
		}
	}
	return false
}

func (s *session) choices(ctx context.Context, r *Request) (list []choice) {
	rep := s.last
	if len(s.copy) > 0 && s.Copy != nil {
		list = append(list, choice{"copy a line", func() bool { s.copyLine(ctx); return false }})
	}
	if rep != nil && rep.Verdict.Layer != probe.LayerNone {
		list = append(list, choice{fmt.Sprintf("run from layer %d again", rep.Verdict.Layer), func() bool { r.From = rep; return s.again(ctx, r) }})
		if s.Page != nil && len(rep.Verdict.Causes) > 0 {
			list = append(list, choice{"read the guide section", func() bool { s.page(rep); return false }})
		}
	}
	list = append(list, choice{"run all again", func() bool { r.From = nil; return s.again(ctx, r) }},
		choice{"show the evidence", func() bool { _ = Evidence(s.Out, rep); return false }})
	if s.Save != nil {
		list = append(list, choice{"save a ticket", func() bool { s.save("ticket"); return false }},
			choice{"save a report", func() bool { s.save("report"); return false }})
	}
	if s.Console != nil {
		list = append(list, choice{"type commands on the practice host", func() bool { s.console(ctx); return false }})
	}
	return list
}

// again asks first where a refused credential would be sent once more.
func (s *session) again(ctx context.Context, r *Request) bool {
	r.Retyped, r.SendAgain = false, false
	if s.last == nil || s.last.Account.RejectedCount == 0 || r.Account == "" || r.Practice {
		return true
	}
	s.say("The host refused this password %s. Sending it again is one more failed logon if it is still wrong; many domains lock an account after 3 to 10.",
		page.Plural(s.last.Account.RejectedCount, "time", "times"))
	switch s.ask(ctx, "Send it again?", "no", "type the password again first", "yes, send it once more") {
	case 2:
		r.Retyped = s.password(ctx, r)
		return r.Retyped
	case 3:
		r.SendAgain = true
		return true
	}
	return false
}

func (s *session) copyLine(ctx context.Context) {
	n := 1
	if len(s.copy) > 1 {
		line, ok := s.prompt(ctx, fmt.Sprintf("Which line, 1 to %d", len(s.copy)))
		if !ok {
			return
		}
		var err error
		if n, err = strconv.Atoi(line); err != nil || n < 1 || n > len(s.copy) {
			s.say("There is no such line.")
			return
		}
	}
	s.say("%s", s.Copy(ctx, s.copy[n-1]))
}

func (s *session) page(r *probe.Report) {
	text := s.Page(r.Verdict.Causes[0].Fault, r)
	if text == "" {
		s.say("We have no guide page for this. The evidence holds what is known.")
		return
	}
	w := newWriter(s.Out)
	w.command(text)
	_ = w.flush()
}

func (s *session) save(kind string) {
	path, err := s.Save(kind, s.last)
	if err != nil {
		s.say("The %s could not be saved: %s.", kind, err)
		return
	}
	s.say("The %s is in %s, names hidden.", kind, path)
}

func (s *session) console(ctx context.Context) {
	s.say("This is the practice host. An empty line leads back.")
	for {
		line, ok := s.prompt(ctx, "C:\\>")
		if !ok || line == "" {
			return
		}
		w := newWriter(s.Out)
		w.command(s.Console(line))
		_ = w.flush()
	}
}
