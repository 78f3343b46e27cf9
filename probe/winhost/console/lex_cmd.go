package console

import (
	"errors"
	"strings"
)

// cmdCommand is one command of a line after cmd's own parsing: its text as the
// program gets it, and where its output goes.
type cmdCommand struct {
	text   string
	op     string // how it is joined to the one before: "", "&", "&&", "||", "|"
	file   string // target of > or >>
	append bool
	toNull bool // stderr or stdout to nul
	group  []cmdCommand
}

// expandPercent replaces %NAME%, %NAME:~a,b% and %NAME:old=new% as cmd does at
// the prompt: a name that isn't set stays as it was written, and the second
// percent sign may begin another one.
func expandPercent(line string, env func(string) (string, bool)) string {
	var b strings.Builder
	for i := 0; i < len(line); {
		if line[i] != '%' {
			b.WriteByte(line[i])
			i++
			continue
		}
		end := strings.IndexByte(line[i+1:], '%')
		if end < 0 {
			b.WriteString(line[i:])
			break
		}
		body := line[i+1 : i+1+end]
		name, change, changed := strings.Cut(body, ":")
		value, ok := env(name)
		if ok && changed {
			value, ok = modify(value, change)
		}
		if !ok || name == "" {
			b.WriteByte('%')
			i++
			continue
		}
		b.WriteString(value)
		i += end + 2
	}
	return b.String()
}

// modify applies the :~from,length and :old=new forms.
func modify(value, how string) (string, bool) {
	if rest, ok := strings.CutPrefix(how, "~"); ok {
		from, length, both := strings.Cut(rest, ",")
		a, okA := number(from)
		n, okN := number(length)
		if !okA || both && !okN {
			return "", false
		}
		size := int64(len(value))
		if a < 0 {
			a = max(0, size+a)
		}
		a = min(a, size)
		end := size
		if both && n >= 0 {
			end = min(size, a+min(n, size))
		} else if both {
			end = max(a, size+n)
		}
		return value[a:end], true
	}
	old, fresh, ok := strings.Cut(how, "=")
	if !ok || old == "" {
		return "", false
	}
	return replaceFold(value, old, fresh), true
}

func replaceFold(s, old, fresh string) string {
	var b strings.Builder
	for {
		i := strings.Index(strings.ToLower(s), strings.ToLower(old))
		if i < 0 || len(strings.ToLower(s)) != len(s) {
			return b.String() + s
		}
		b.WriteString(s[:i] + fresh)
		s = s[i+len(old):]
	}
}

//lint:ignore ST1005 these are Windows' own words
var errCMDSyntax = errors.New("The syntax of the command is incorrect.")

// cmdParser reads a line after percent expansion.
type cmdParser struct {
	s     string
	pos   int
	depth int
}

const maxDepth = 40

// parseCMD splits a line into its commands. Quotes protect everything up to
// the next quote or the end; ^ protects one character outside quotes.
func parseCMD(line string) ([]cmdCommand, error) {
	p := &cmdParser{s: line}
	out, err := p.sequence(false)
	if err == nil && p.pos < len(p.s) {
		err = unexpected(p.s[p.pos:])
	}
	return out, err
}

func unexpected(rest string) error {
	word, _, _ := strings.Cut(rest, " ")
	if len(word) > 20 {
		word = word[:20]
	}
	return errors.New(word + " was unexpected at this time.")
}

func (p *cmdParser) sequence(inside bool) ([]cmdCommand, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, errCMDSyntax
	}
	defer func() { p.depth-- }()
	var out []cmdCommand
	op := ""
	for {
		c, err := p.command(inside)
		if err != nil {
			return nil, err
		}
		empty := c.text == "" && c.group == nil
		c.op = op
		if empty && (op != "" && op != "&" && op != "\n") {
			return nil, unexpected(strings.TrimSpace(op))
		}
		if !empty {
			out = append(out, c)
		}
		if p.pos >= len(p.s) || inside && p.s[p.pos] == ')' {
			return out, nil
		}
		if op = p.operator(); op == "" {
			return out, nil
		}
		if empty && op != "\n" {
			return nil, unexpected(op)
		}
		if op == "\n" {
			op = "&"
		}
	}
}

func (p *cmdParser) operator() string {
	for _, op := range []string{"&&", "||", "&", "|", "\n"} {
		if strings.HasPrefix(p.s[p.pos:], op) {
			p.pos += len(op)
			return op
		}
	}
	return ""
}

// command reads up to the next operator outside quotes.
func (p *cmdParser) command(inside bool) (cmdCommand, error) {
	var c cmdCommand
	p.blanks()
	if p.pos < len(p.s) && p.s[p.pos] == '(' {
		p.pos++
		group, err := p.sequence(true)
		if err != nil {
			return c, err
		}
		if p.pos >= len(p.s) || p.s[p.pos] != ')' || len(group) == 0 {
			return c, errCMDSyntax
		}
		p.pos++
		c.group = group
	}
	if c.group == nil && strings.HasPrefix(strings.ToLower(p.s[p.pos:]), "for ") {
		c.text = p.loop(inside) // what follows DO belongs to it, with its own operators
		return c, nil
	}
	var b strings.Builder
	quoted := false
	for p.pos < len(p.s) {
		ch := p.s[p.pos]
		switch {
		case ch == '"':
			quoted = !quoted
		case ch == '\n':
			quoted = false
		}
		if quoted || ch == '"' {
			b.WriteByte(ch)
			p.pos++
			continue
		}
		switch {
		case ch == '^':
			p.pos++
			if strings.HasPrefix(p.s[p.pos:], "\n") {
				p.pos++ // the line goes on
			}
			if p.pos < len(p.s) {
				b.WriteByte(p.s[p.pos])
				p.pos++
			}
		case ch == '&', ch == '|', ch == '\n', ch == ')' && inside:
			c.text = strings.TrimLeft(b.String(), " \t,;=@")
			return c, nil
		case ch == '>' || ch == '<':
			text := b.String()
			handle := byte('1')
			if n := len(text); n > 0 && text[n-1] >= '0' && text[n-1] <= '9' && (n == 1 || strings.ContainsRune(" \t", rune(text[n-2]))) {
				handle = text[n-1]
				b.Reset()
				b.WriteString(text[:n-1])
			}
			if err := p.redirect(&c, ch, handle); err != nil {
				return c, err
			}
		default:
			b.WriteByte(ch)
			p.pos++
		}
	}
	c.text = strings.TrimLeft(b.String(), " \t,;=@")
	if c.group != nil && strings.TrimSpace(c.text) != "" {
		return c, unexpected(strings.TrimSpace(c.text))
	}
	return c, nil
}

// loop takes the rest of the line, or up to the parenthesis that closes the
// group it stands in.
func (p *cmdParser) loop(inside bool) string {
	start, open, quoted := p.pos, 0, false
	for ; p.pos < len(p.s) && p.s[p.pos] != '\n'; p.pos++ {
		switch ch := p.s[p.pos]; {
		case ch == '"':
			quoted = !quoted
		case quoted:
		case ch == '(':
			open++
		case ch == ')':
			if open--; open < 0 && inside {
				return p.s[start:p.pos]
			}
		}
	}
	return p.s[start:p.pos]
}

func (p *cmdParser) redirect(c *cmdCommand, ch, handle byte) error {
	p.pos++
	if strings.HasPrefix(p.s[p.pos:], ">") && ch == '>' {
		c.append = true
		p.pos++
	}
	if strings.HasPrefix(p.s[p.pos:], "&1") || strings.HasPrefix(p.s[p.pos:], "&2") {
		p.pos += 2
		return nil
	}
	p.blanks()
	var b strings.Builder
	quoted := false
	for p.pos < len(p.s) && (quoted || !strings.ContainsRune(" \t\n&|<>()", rune(p.s[p.pos]))) {
		if p.s[p.pos] == '"' {
			quoted = !quoted
		} else {
			b.WriteByte(p.s[p.pos])
		}
		p.pos++
	}
	name := b.String()
	switch {
	case name == "" || ch == '<':
		return errCMDSyntax
	case strings.EqualFold(name, "nul"):
		c.toNull = c.toNull || handle == '1'
	case handle == '1':
		c.file = name
	}
	return nil
}

func (p *cmdParser) blanks() {
	for p.pos < len(p.s) && strings.ContainsRune(" \t", rune(p.s[p.pos])) {
		p.pos++
	}
}

// splitArgs cuts a program's command line into arguments as the C runtime does:
// backslashes are literal unless they stand before a quote, and two quotes
// inside a quoted part are one.
func splitArgs(line string) []string {
	var out []string
	for i := 0; i < len(line); {
		for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
			i++
		}
		if i >= len(line) {
			break
		}
		var b strings.Builder
		quoted := false
		for i < len(line) && (quoted || line[i] != ' ' && line[i] != '\t') {
			slashes := 0
			for i < len(line) && line[i] == '\\' {
				slashes++
				i++
			}
			if i >= len(line) || line[i] != '"' {
				b.WriteString(strings.Repeat(`\`, slashes))
				if slashes == 0 {
					b.WriteByte(line[i])
					i++
				}
				continue
			}
			b.WriteString(strings.Repeat(`\`, slashes/2))
			switch {
			case slashes%2 == 1:
				b.WriteByte('"')
			case quoted && i+1 < len(line) && line[i+1] == '"':
				b.WriteByte('"')
				i++
			default:
				quoted = !quoted
			}
			i++
		}
		out = append(out, b.String())
	}
	return out
}
