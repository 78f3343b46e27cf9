package console

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// Shell is one of the two command languages.
type Shell string

// The shells.
const (
	CMD        Shell = "cmd"
	PowerShell Shell = "powershell"
)

// maxInput bounds a command or script; cmd itself takes 8,191 characters.
const maxInput = 64 << 10

// maxOutput bounds what one command prints.
const maxOutput = 1 << 20

// Failure is a command that failed: what Windows prints and the exit code.
type Failure struct {
	Text string
	Code int
}

func (f *Failure) Error() string { return f.Text }

func fail(code int, format string, args ...any) error {
	return &Failure{Text: strings.TrimRight(fmt.Sprintf(format, args...), "\r\n"), Code: code}
}

// Run runs one line, or a script of several, in the shell it is written for.
// The output is what was printed; an error holds the text of what failed. It
// must be called while the machine is locked (see [machine.Machine.Do]).
func Run(m *machine.Machine, line string) (string, error) {
	return new(Session).Run(m, line)
}

// Session keeps what outlives a line: PowerShell's variables, so that a script
// may come line by line. The zero value is ready; it must not be shared.
type Session struct {
	scope   *scope
	pending string // the beginning of a block or string that goes on
}

// Run is as the function Run. A text that isn't finished yet (an open brace, a
// here-string) is kept, and the next line goes on with it.
func (s *Session) Run(m *machine.Machine, text string) (string, error) {
	if s.pending != "" {
		text = s.pending + "\n" + text
	}
	return s.In(guess(text), m, text)
}

// In runs the text in a given shell.
func (s *Session) In(shell Shell, m *machine.Machine, text string) (string, error) {
	s.pending = ""
	if len(text) > maxInput {
		return "", fail(1, "The command line is too long.")
	}
	if s.scope == nil {
		s.scope = newScope()
	}
	s.scope.commands = 0
	var out printer
	var err error
	if shell == PowerShell {
		err = s.powershell(m, text, &out)
	} else {
		err = runCMD(m, s.scope, text, &out)
	}
	return out.String(), err
}

func (s *Session) powershell(m *machine.Machine, text string, out *printer) error {
	script, err := parseScript(text)
	if errors.Is(err, errUnfinished) && s.scope.interactive {
		s.pending = text
		return nil
	}
	if err != nil {
		return fail(1, "%v", err)
	}
	return (&interpreter{m: m, scope: s.scope, out: out}).run(script)
}

// Interactive tells the session that more lines may follow, so that an
// unfinished one is kept rather than refused. Waiting says whether one is kept.
func (s *Session) Interactive() {
	if s.scope == nil {
		s.scope = newScope()
	}
	s.scope.interactive = true
}

// Waiting says whether the last line goes on.
func (s *Session) Waiting() bool { return s.pending != "" }

// guess tells the shell from the first word: a cmdlet, a variable or an
// expression is PowerShell, everything else cmd.
func guess(text string) Shell {
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		word := line
		if i := strings.IndexFunc(line, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("|;,=({", r) }); i >= 0 {
			word = line[:i]
		}
		switch {
		case strings.ContainsRune("$([&'", rune(line[0])), strings.HasPrefix(line, "@("), strings.HasPrefix(line, "@{"):
			return PowerShell
		case strings.EqualFold(word, "if") && strings.HasPrefix(strings.TrimSpace(line[2:]), "("):
			return PowerShell
		case isCmdlet(word), keyword(word) && !strings.HasPrefix(strings.ToLower(line), "for /") && !strings.HasPrefix(strings.ToLower(line), "for %"):
			return PowerShell
		}
		return CMD
	}
	return CMD
}

func keyword(word string) bool {
	switch strings.ToLower(word) {
	case "while", "foreach", "for", "throw":
		return true
	}
	return false
}

// isCmdlet says whether a word has the form Verb-Noun.
func isCmdlet(word string) bool {
	verb, noun, ok := strings.Cut(strings.Map(plainDash, word), "-")
	return ok && verb != "" && noun != "" && onlyLetters(verb) && unicode.IsLetter(rune(noun[0])) && !strings.ContainsAny(noun, `\/.:`)
}

func onlyLetters(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

// printer collects output up to a bound.
type printer struct {
	b   strings.Builder
	cut bool
}

func (p *printer) String() string { return p.b.String() }

func (p *printer) print(s string) {
	if p.b.Len()+len(s) > maxOutput {
		if !p.cut {
			p.b.WriteString("…\n")
		}
		p.cut = true
		return
	}
	p.b.WriteString(s)
}

func (p *printer) line(format string, args ...any) {
	p.print(fmt.Sprintf(format, args...) + "\n")
}
