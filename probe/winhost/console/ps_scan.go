package console

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// errUnfinished is a text that ends inside a string, a block or a list.
//
//lint:ignore ST1005 a sentence, as PowerShell prints one
var errUnfinished = errors.New("The text ends before it is complete: a quote, a brace or a parenthesis is still open.")

// scanner walks the runes of a script. Typographic quotes and dashes count as
// their plain forms, as in PowerShell.
type scanner struct {
	src   []rune
	pos   int
	depth int
}

func plainDash(r rune) rune {
	switch r {
	case '–', '—', '―':
		return '-'
	}
	return r
}

func isSingle(r rune) bool { return strings.ContainsRune("'‘’‚‛", r) }
func isDouble(r rune) bool { return strings.ContainsRune("\"“”„", r) }
func isDash(r rune) bool   { return plainDash(r) == '-' }

func (p *scanner) at(n int) rune {
	if p.pos+n < len(p.src) {
		return p.src[p.pos+n]
	}
	return 0
}

func (p *scanner) done() bool { return p.pos >= len(p.src) }

func (p *scanner) starts(text string) bool {
	for i, r := range []rune(text) {
		if unicode.ToLower(plainDash(p.at(i))) != unicode.ToLower(r) {
			return false
		}
	}
	return true
}

// word says whether the text stands here as a whole word.
func (p *scanner) word(text string) bool {
	next := p.at(len([]rune(text)))
	return p.starts(text) && !unicode.IsLetter(next) && !unicode.IsDigit(next) && next != '_' && !isDash(next)
}

// blanks skips blanks, comments and lines that a backtick joins; with lines it
// skips line ends too.
func (p *scanner) blanks(lines bool) {
	for !p.done() {
		switch r := p.at(0); {
		case r == '\n' || r == '\r':
			if !lines {
				return
			}
			p.pos++
		case unicode.IsSpace(r):
			p.pos++
		case r == '`' && (p.at(1) == '\n' || p.at(1) == '\r' && p.at(2) == '\n'):
			p.pos += 2
			if p.at(-1) == '\r' {
				p.pos++
			}
		case r == '#' && (p.pos == 0 || unicode.IsSpace(p.at(-1)) || strings.ContainsRune(";(){}", p.at(-1))):
			for !p.done() && p.at(0) != '\n' {
				p.pos++
			}
		case r == '<' && p.at(1) == '#':
			for !p.done() && !(p.at(0) == '#' && p.at(1) == '>') {
				p.pos++
			}
			p.pos = min(p.pos+2, len(p.src))
		default:
			return
		}
	}
}

func (p *scanner) unexpected() error {
	if p.done() {
		return errUnfinished
	}
	token := string(p.src[p.pos:min(p.pos+20, len(p.src))])
	if f := strings.Fields(token); len(f) > 0 {
		token = f[0]
	}
	line, char := 1, 1
	for _, r := range p.src[:p.pos] {
		if char++; r == '\n' {
			line, char = line+1, 1
		}
	}
	//lint:ignore ST1005 these are PowerShell's own words
	return fmt.Errorf("At line:%d char:%d\nUnexpected token '%s' in expression or statement.", line, char, token)
}

func (p *scanner) expect(r rune) error {
	p.blanks(true)
	if p.at(0) != r {
		return p.unexpected()
	}
	p.pos++
	return nil
}

// name reads letters, digits and _.
func (p *scanner) name() string {
	start := p.pos
	for !p.done() && (unicode.IsLetter(p.at(0)) || unicode.IsDigit(p.at(0)) || p.at(0) == '_') {
		p.pos++
	}
	return string(p.src[start:p.pos])
}

// single reads a '…' string; a doubled quote is one.
func (p *scanner) single() (node, error) {
	p.pos++
	var b strings.Builder
	for !p.done() {
		r := p.at(0)
		p.pos++
		if isSingle(r) {
			if !isSingle(p.at(0)) {
				return literal{b.String()}, nil
			}
			p.pos++
		}
		b.WriteRune(r)
	}
	return nil, errUnfinished
}

// here reads a here-string, which ends with a quote at the start of a line.
func (p *scanner) here() (node, error) {
	quote := isDouble(p.at(1))
	p.pos += 2
	for !p.done() && p.at(0) != '\n' {
		if !unicode.IsSpace(p.at(0)) {
			return nil, p.unexpected()
		}
		p.pos++
	}
	p.pos++
	start := min(p.pos, len(p.src))
	for p.pos < len(p.src) {
		if (p.pos == start || p.at(-1) == '\n') && p.at(1) == '@' && (quote && isDouble(p.at(0)) || !quote && isSingle(p.at(0))) {
			text := strings.TrimSuffix(strings.TrimSuffix(string(p.src[start:p.pos]), "\n"), "\r")
			p.pos += 2
			if !quote {
				return literal{text}, nil
			}
			return (&scanner{src: []rune(text), depth: p.depth}).expandable(true)
		}
		p.pos++
	}
	return nil, errUnfinished
}

// expandable reads the inside of a "…" string up to its quote, or with whole
// set the whole text.
func (p *scanner) expandable(whole bool) (node, error) {
	var parts []node
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			parts = append(parts, literal{b.String()})
			b.Reset()
		}
	}
	for {
		if p.done() {
			if !whole {
				return nil, errUnfinished
			}
			flush()
			return joined{parts}, nil
		}
		r := p.at(0)
		switch {
		case isDouble(r) && !whole:
			p.pos++
			if !isDouble(p.at(0)) {
				flush()
				return joined{parts}, nil
			}
			p.pos++
			b.WriteRune(r)
		case r == '`':
			p.pos++
			b.WriteString(p.escape())
		case r == '$':
			n, ok, err := p.inString()
			if err != nil {
				return nil, err
			}
			if !ok {
				b.WriteRune(r)
				p.pos++
				continue
			}
			flush()
			parts = append(parts, n)
		default:
			b.WriteRune(r)
			p.pos++
		}
	}
}

// escape reads what follows a backtick.
func (p *scanner) escape() string {
	if p.done() {
		return ""
	}
	r := p.at(0)
	p.pos++
	switch r {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'r':
		return "\r"
	case '0':
		return "\x00"
	case '\n':
		return ""
	}
	return string(r)
}

// inString reads $name, ${name} or $(…) inside a string. It is false for a
// dollar sign that begins nothing.
func (p *scanner) inString() (node, bool, error) {
	switch next := p.at(1); {
	case next == '(':
		p.pos++
		n, err := p.paren()
		return n, err == nil, err
	case next == '{' || unicode.IsLetter(next) || next == '_':
		n, err := p.variable()
		return n, err == nil, err
	}
	return nil, false, nil
}

// variable reads $name, ${any name} and $env:NAME.
func (p *scanner) variable() (node, error) {
	p.pos++
	if p.at(0) == '{' {
		start := p.pos + 1
		for !p.done() && p.at(0) != '}' {
			p.pos++
		}
		if p.done() {
			return nil, errUnfinished
		}
		p.pos++
		return variable{string(p.src[start : p.pos-1])}, nil
	}
	if p.at(0) == '?' || p.at(0) == '$' || p.at(0) == '^' {
		p.pos++
		return variable{string(p.at(-1))}, nil
	}
	n := p.name()
	if p.at(0) == ':' && p.at(1) != ':' && (unicode.IsLetter(p.at(1)) || p.at(1) == '_') && strings.ContainsAny(strings.ToLower(n), "abcdefghijklmnopqrstuvwxyz") {
		switch strings.ToLower(n) {
		case "env", "global", "script", "local", "private":
			p.pos++
			n += ":" + p.name()
		}
	}
	if n == "" {
		return nil, p.unexpected()
	}
	return variable{n}, nil
}
