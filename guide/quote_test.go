package guide

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
	"unicode/utf8"
)

// The parsers below were written from the documentation of each shell, apart
// from the quoting, and read a whole command line.

// cmdWords is the interactive prompt of cmd with delayed expansion off, and then
// the splitting of the Microsoft C runtime. Phase 1 replaces %NAME% and
// %NAME:…% of any variable that exists, quotes or not, and leaves what it does
// not know. Phase 2 removes carets outside quotes and ends the command at an
// operator.
func cmdWords(line string, env map[string]string) (words []string, ended bool) {
	var phase1 strings.Builder
	for i := 0; i < len(line); i++ {
		if line[i] == '%' {
			if n := strings.IndexByte(line[i+1:], '%'); n > 0 {
				name, _, _ := strings.Cut(line[i+1:i+1+n], ":")
				if value, ok := env[strings.ToUpper(name)]; ok {
					phase1.WriteString(value)
					i += n + 1
					continue
				}
			}
		}
		phase1.WriteByte(line[i])
	}
	var phase2 []rune
	quoted, text := false, []rune(phase1.String())
	for i := 0; i < len(text); i++ {
		switch r := text[i]; {
		case r == '"':
			quoted = !quoted
			phase2 = append(phase2, r)
		case quoted:
			phase2 = append(phase2, r)
		case r == '^':
			if i++; i < len(text) {
				phase2 = append(phase2, text[i])
			}
		case strings.ContainsRune("&|<>()", r):
			return crtWords(string(phase2)), true
		default:
			phase2 = append(phase2, r)
		}
	}
	return crtWords(string(phase2)), false
}

// crtWords splits as "Parsing C command-line arguments" of Microsoft's C
// documentation says.
func crtWords(line string) []string {
	var words []string
	var word []rune
	open, quoted, slashes := false, false, 0
	put := func(n int) {
		for range n {
			word = append(word, '\\')
		}
	}
	text := []rune(line)
	for i := 0; i < len(text); i++ {
		r := text[i]
		if r == '\\' {
			slashes++
			open = true
			continue
		}
		if r == '"' {
			put(slashes / 2)
			odd := slashes%2 == 1
			slashes, open = 0, true
			switch {
			case odd:
				word = append(word, '"')
			case quoted && i+1 < len(text) && text[i+1] == '"':
				word = append(word, '"')
				i++
			default:
				quoted = !quoted
			}
			continue
		}
		put(slashes)
		slashes = 0
		if (r == ' ' || r == '\t') && !quoted {
			if open {
				words, word, open = append(words, string(word)), nil, false
			}
			continue
		}
		word, open = append(word, r), true
	}
	put(slashes)
	if open {
		words = append(words, string(word))
	}
	return words
}

// psWords reads words that are single-quoted strings or bare words, as the
// tokenizer of PowerShell does: any of ' ‘ ’ ‚ ‛ opens and closes, two of them
// in a string are one, the second.
func psWords(line string) ([]string, error) {
	single := func(r rune) bool { return r == '\'' || r == '‘' || r == '’' || r == '‚' || r == '‛' }
	var words []string
	text := []rune(line)
	for i := 0; i < len(text); {
		switch {
		case text[i] == ' ':
			i++
		case single(text[i]):
			var b strings.Builder
			closed := false
			for i++; i < len(text) && !closed; i++ {
				if !single(text[i]) {
					b.WriteRune(text[i])
				} else if i+1 < len(text) && single(text[i+1]) {
					i++
					b.WriteRune(text[i])
				} else {
					closed = true
				}
			}
			if !closed {
				return words, errors.New("the string is not closed")
			}
			words = append(words, b.String())
		default:
			var b strings.Builder
			for ; i < len(text) && text[i] != ' '; i++ {
				if strings.ContainsRune("$`\"'(){};|&,", text[i]) || single(text[i]) {
					return words, fmt.Errorf("%q stands bare", text[i])
				}
				b.WriteRune(text[i])
			}
			words = append(words, b.String())
		}
	}
	return words, nil
}

// shWords reads single quotes, backslashes and blanks; anything else that the
// shell would touch is an error.
func shWords(line string) ([]string, error) {
	var words []string
	var b strings.Builder
	open := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == ' ':
			if open {
				words, open = append(words, b.String()), false
				b.Reset()
			}
		case c == '\'':
			n := strings.IndexByte(line[i+1:], '\'')
			if n < 0 {
				return words, errors.New("the string is not closed")
			}
			b.WriteString(line[i+1 : i+1+n])
			i += n + 1
			open = true
		case c == '\\' && i+1 < len(line):
			i++
			b.WriteByte(line[i])
			open = true
		case strings.IndexByte("$`\"&|;<>()*?[]#~!{}", c) >= 0:
			return words, fmt.Errorf("%q stands bare", c)
		default:
			b.WriteByte(c)
			open = true
		}
	}
	if open {
		words = append(words, b.String())
	}
	return words, nil
}

// environment knows every variable a nasty value may name.
var environment = map[string]string{"PATH": `C:\Windows`, "USERNAME": "x", "A": "REPLACED", "NAME": "REPLACED", "SYSTEMROOT": `C:\Windows`, "^NAME": "", "CD": `C:\`}

func readBack(t *testing.T, shell Shell, value, quoted string) {
	t.Helper()
	var words []string
	var err error
	line := "prog before " + quoted + " after"
	switch shell {
	case CMD:
		var ended bool
		if words, ended = cmdWords(line+" %SystemRoot%", environment); ended {
			err = errors.New("an operator ended the command")
		} else if n := len(words); n > 0 && words[n-1] != `C:\Windows` {
			err = fmt.Errorf("the variable of the template became %q", words[n-1])
		} else {
			words = words[:n-1]
		}
	case PowerShell:
		words, err = psWords(line)
	case SH:
		words, err = shWords(line)
	}
	if err != nil || len(words) != 4 || words[2] != value {
		t.Errorf("%s: %q was written %s and read as %q, %v", shell, value, quoted, words, err)
	}
}

var nasty = []string{
	`CORP\svc-mon`, `CORP\svc mon`, `svc-mon@corp.example`, `%PATH%`, `100%`, `%`, `%%`, `a%NAME%b`, `%NAME%%NAME%`, `%PATH:~0,3%`, `%A%B%A%`,
	`CORP\`, `CORP\\`, `CORP\%A%`, `%A%\`, `\`, `\\`, `a\ b\`, `^`, `a^b`, `^%A%`, `%^NAME%`, `a&b`, `a|b`, `(a)`, `a>b`, `!A!`, `a!b`,
	`$(calc)`, "`calc`", `$env:PATH`, `O'Brien`, `O’Brien`, `‘x’`, `‚x‛`, `''`, `'`, `;calc`, `a;b`, `a,b`, `--help`, `*`, `?`, `~`, `#`, `{a}`, `@a`,
	`Ünï čødé`, `日本語`, `a  b`, ` a`, `a `, `=`, `a=b`, `<account>`, `/add`,
}

func TestQuoteReachesTheProgramUnchanged(t *testing.T) {
	for _, shell := range []Shell{CMD, PowerShell, SH} {
		for _, v := range nasty {
			q, err := Quote(shell, v)
			if err != nil {
				t.Errorf("%s: %q: %v", shell, v, err)
				continue
			}
			readBack(t, shell, v, q)
		}
	}
}

// TestQuoteRandomly joins pieces that shells care about, from a fixed seed.
func TestQuoteRandomly(t *testing.T) {
	pieces := []string{"%", "NAME", "A", `\`, "^", "&", "|", "!", "'", "’", "‘", "$", "`", "(", ")", " ", "<", ">", ":", "~0,3", "=", "é", "-", ";", "%A%"}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		var b strings.Builder
		for range 1 + r.IntN(9) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		for _, shell := range []Shell{CMD, PowerShell, SH} {
			q, err := Quote(shell, b.String())
			if err != nil {
				t.Fatal(err)
			}
			readBack(t, shell, b.String(), q)
		}
	}
}

func TestQuoteExamples(t *testing.T) {
	for _, c := range []struct {
		shell       Shell
		value, want string
	}{
		{CMD, `CORP\svc-mon`, `"CORP\svc-mon"`},
		{CMD, `CORP\%NAME%`, `"CORP\\"%"NAME"%`},
		{CMD, `CORP\`, `"CORP\\"`},
		{PowerShell, `O'Brien`, `'O''Brien'`},
		{PowerShell, `O’Brien`, `'O’’Brien'`},
		{SH, `O'Brien`, `'O'\''Brien'`},
		{GUI, `O'Brien`, `O'Brien`},
	} {
		if got, err := Quote(c.shell, c.value); err != nil || got != c.want {
			t.Errorf("%s %q: %s, %v, want %s", c.shell, c.value, got, err, c.want)
		}
	}
}

func TestQuoteRefuses(t *testing.T) {
	for _, v := range []string{`a"b`, "a\nb", "a\rb", "a\x00b", "a\x1bb", "a\u0085b", "a\u2028b", "a\u202eb", "\xff", strings.Repeat("a", maxValue+1)} {
		for _, shell := range Shells {
			if q, err := Quote(shell, v); !errors.Is(err, ErrValue) || q != "" {
				t.Errorf("%s: %q was written as %q, %v", shell, v, q, err)
			}
		}
	}
	if _, err := Quote("fish", "a"); !errors.Is(err, ErrValue) {
		t.Error("an unknown shell was taken")
	}
}

// TestQuoteInARealShell lets /bin/sh read what was written.
func TestQuoteInARealShell(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("needs sh")
	}
	for _, v := range nasty {
		q, _ := Quote(SH, v)
		out, err := exec.Command(sh, "-c", "printf %s "+q).Output()
		if err != nil || string(out) != v {
			t.Errorf("%q was written %s and read as %q, %v", v, q, out, err)
		}
	}
}

func FuzzQuote(f *testing.F) {
	for _, v := range nasty {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v string) {
		for _, shell := range []Shell{CMD, PowerShell, SH} {
			q, err := Quote(shell, v)
			if (err == nil) != (Usable(v) == nil) {
				t.Fatalf("%q: %v", v, err)
			}
			if err == nil && v != "" {
				readBack(t, shell, v, q)
			}
		}
	})
}

func FuzzFill(f *testing.F) {
	f.Add("cmd", `net user {{user}} {{account}}`, `O'B%A%`)
	f.Add("powershell", `$a={{account}}; {{`, `’`)
	f.Add("sh", `echo {{host}}{{unknown}}`, `-x`)
	f.Fuzz(func(t *testing.T, shell, template, value string) {
		v := Values{Host: value, Account: value, User: value, Namespace: value, Jump: value, Realm: value, FQDN: value, Address: value}
		out, err := Fill(Shell(shell), template, v)
		if err != nil && (out != "" || !errors.Is(err, ErrValue)) {
			t.Fatalf("%q, %v", out, err)
		}
		if err == nil && utf8.ValidString(template) && !utf8.ValidString(out) {
			t.Fatalf("%q", out)
		}
		if err == nil && !strings.Contains(template, "{{") && out != template {
			t.Fatalf("%q became %q", template, out)
		}
	})
}
