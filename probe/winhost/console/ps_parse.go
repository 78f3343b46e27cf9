package console

import (
	"strconv"
	"strings"
	"unicode"
)

// parseScript reads a whole text.
func parseScript(text string) (script, error) {
	p := &scanner{src: []rune(text)}
	s, err := p.statements(0)
	if err == nil && !p.done() {
		err = p.unexpected()
	}
	return s, err
}

// statements reads up to the end or the closing sign.
func (p *scanner) statements(closing rune) (script, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.unexpected()
	}
	defer func() { p.depth-- }()
	var out script
	for {
		p.blanks(true)
		for p.at(0) == ';' {
			p.pos++
			p.blanks(true)
		}
		if p.done() {
			if closing != 0 {
				return nil, errUnfinished
			}
			return out, nil
		}
		if p.at(0) == closing {
			return out, nil
		}
		n, err := p.statement()
		if err != nil {
			return nil, err
		}
		out = append(out, n)
		p.blanks(false)
		if !p.done() && !strings.ContainsRune(";\r\n", p.at(0)) && p.at(0) != closing && !(p.at(-1) == '}') {
			return nil, p.unexpected()
		}
	}
}

func (p *scanner) statement() (node, error) {
	switch {
	case p.word("while"):
		p.pos += 5
		cond, body, err := p.condition()
		return whileLoop{cond, body}, err
	case p.word("if"):
		p.pos += 2
		return p.ifElse()
	case p.word("foreach") && p.follows(7, '('):
		p.pos += 7
		return p.foreach()
	case p.word("throw"):
		p.pos += 5
		n, err := p.pipeline()
		return throwing{n}, err
	case p.word("return"), p.word("exit"):
		p.pos += map[bool]int{true: 6, false: 4}[p.word("return")]
		p.blanks(false)
		if p.done() || strings.ContainsRune(";\r\n}", p.at(0)) {
			return leave{}, nil
		}
		n, err := p.pipeline()
		return leave{n}, err
	}
	return p.pipeline()
}

// follows says whether a sign comes next after n runes and blanks.
func (p *scanner) follows(n int, r rune) bool {
	for unicode.IsSpace(p.at(n)) {
		n++
	}
	return p.at(n) == r
}

func (p *scanner) condition() (node, script, error) {
	if err := p.expect('('); err != nil {
		return nil, nil, err
	}
	cond, err := p.pipeline()
	if err != nil {
		return nil, nil, err
	}
	if err := p.expect(')'); err != nil {
		return nil, nil, err
	}
	body, err := p.block()
	return cond, body, err
}

func (p *scanner) block() (script, error) {
	if err := p.expect('{'); err != nil {
		return nil, err
	}
	body, err := p.statements('}')
	if err != nil {
		return nil, err
	}
	return body, p.expect('}')
}

func (p *scanner) ifElse() (node, error) {
	var n choice
	for {
		cond, body, err := p.condition()
		if err != nil {
			return nil, err
		}
		n.conds, n.bodies = append(n.conds, cond), append(n.bodies, body)
		save := p.pos
		p.blanks(true)
		switch {
		case p.word("elseif"):
			p.pos += 6
			continue
		case p.word("else"):
			p.pos += 4
			n.otherwise, err = p.block()
			return n, err
		}
		p.pos = save
		return n, nil
	}
}

func (p *scanner) foreach() (node, error) {
	if err := p.expect('('); err != nil {
		return nil, err
	}
	p.blanks(true)
	if p.at(0) != '$' {
		return nil, p.unexpected()
	}
	v, err := p.variable()
	if err != nil {
		return nil, err
	}
	p.blanks(true)
	if !p.word("in") {
		return nil, p.unexpected()
	}
	p.pos += 2
	list, err := p.pipeline()
	if err != nil {
		return nil, err
	}
	if err := p.expect(')'); err != nil {
		return nil, err
	}
	body, err := p.block()
	return eachLoop{v.(variable), list, body}, err
}

// pipeline reads an assignment, or elements joined by |.
func (p *scanner) pipeline() (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.unexpected()
	}
	defer func() { p.depth-- }()
	p.blanks(true)
	var elements []node
	for {
		n, assigned, err := p.element(len(elements) == 0)
		if err != nil || assigned {
			return n, err
		}
		elements = append(elements, n)
		p.blanks(false)
		if p.at(0) != '|' || p.at(1) == '|' {
			break
		}
		p.pos++
		p.blanks(true)
	}
	return p.redirection(elements)
}

// redirection reads > file, >> file and 2>$null after a pipeline.
func (p *scanner) redirection(elements []node) (node, error) {
	out := pipe{elements: elements}
	for {
		p.blanks(false)
		if p.at(0) == '2' && p.at(1) == '>' || p.at(0) == '*' && p.at(1) == '>' {
			p.pos++
			out.quiet = true
		} else if p.at(0) != '>' {
			return out, nil
		}
		p.pos++
		appending := p.at(0) == '>'
		if appending {
			p.pos++
		}
		p.blanks(false)
		if p.at(0) == '&' {
			p.pos += 2
			continue
		}
		target, err := p.argument()
		if err != nil {
			return nil, err
		}
		if !out.quiet || out.file != nil {
			out.file, out.append = target, appending
		}
	}
}

// element reads one stage: an expression (with an assignment where it is the
// first) or a command.
func (p *scanner) element(first bool) (n node, assigned bool, err error) {
	r := p.at(0)
	call := r == '&' && p.at(1) != '&'
	if call {
		p.pos++
		p.blanks(false)
	}
	if call || !p.expressionAhead() {
		n, err = p.command(call)
		return n, false, err
	}
	n, err = p.expression()
	if err != nil {
		return nil, false, err
	}
	p.blanks(false)
	for _, op := range []string{"=", "+=", "-="} {
		if !first || !p.starts(op) {
			continue
		}
		p.pos += len(op)
		value, err := p.statement()
		if err != nil {
			return nil, false, err
		}
		switch n.(type) {
		case variable, member, index:
			return assign{n, op, value}, true, nil
		}
		if c, ok := n.(cast); ok {
			if v, ok := c.x.(variable); ok {
				return assign{v, op, cast{c.typ, value}}, true, nil
			}
		}
		return nil, false, p.unexpected()
	}
	return n, false, nil
}

func (p *scanner) expressionAhead() bool {
	r := p.at(0)
	switch {
	case r == '$', r == '(', r == '[', r == '!', isSingle(r), isDouble(r), unicode.IsDigit(r):
		return true
	case r == '@':
		return p.at(1) == '(' || p.at(1) == '{' || isSingle(p.at(1)) || isDouble(p.at(1))
	case r == '-' && unicode.IsDigit(p.at(1)), isDash(r) && p.word("-not"), r == '+' && p.at(1) == '+':
		return true
	}
	return p.done() || strings.ContainsRune(")}|;,", r)
}

// command reads a name and its arguments.
func (p *scanner) command(call bool) (node, error) {
	var c commandNode
	var err error
	if call && p.expressionAhead() {
		c.name, err = p.primary()
	} else {
		c.name, err = p.bareword()
	}
	if err != nil {
		return nil, err
	}
	for {
		p.blanks(false)
		if p.done() || strings.ContainsRune(";|)}\r\n", p.at(0)) || p.at(0) == '&' {
			if p.at(0) == '&' {
				return nil, p.unexpected()
			}
			return c, nil
		}
		if p.at(0) == '>' || (p.at(0) == '2' || p.at(0) == '*') && p.at(1) == '>' {
			return c, nil
		}
		a, err := p.commandArgument()
		if err != nil {
			return nil, err
		}
		c.args = append(c.args, a)
	}
}

func (p *scanner) commandArgument() (argument, error) {
	if isDash(p.at(0)) && (unicode.IsLetter(p.at(1)) || p.at(1) == '_') {
		save := p.pos
		p.pos++
		name := p.name()
		end := p.done() || unicode.IsSpace(p.at(0)) || strings.ContainsRune(";|)},", p.at(0))
		switch {
		case p.at(0) == ':' && p.at(1) != '\\':
			p.pos++
			p.blanks(false)
			v, err := p.argument()
			return argument{param: name, value: v, bound: true}, err
		case end:
			return argument{param: name}, nil
		}
		p.pos = save
	}
	v, err := p.argument()
	return argument{value: v}, err
}

// argument reads one value in command mode, with the list a comma makes of it.
func (p *scanner) argument() (node, error) {
	n, err := p.oneArgument()
	if err != nil {
		return nil, err
	}
	list := []node{n}
	for {
		save := p.pos
		p.blanks(false)
		if p.at(0) != ',' {
			p.pos = save
			break
		}
		p.pos++
		p.blanks(true)
		if n, err = p.oneArgument(); err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	if len(list) == 1 {
		return list[0], nil
	}
	return array{list}, nil
}

func (p *scanner) oneArgument() (node, error) {
	switch r := p.at(0); {
	case r == '$' && p.at(1) != '(' || r == '(' || r == '$' || r == '@' && strings.ContainsRune("({", p.at(1)):
		return p.postfix()
	case r == '@' && (isSingle(p.at(1)) || isDouble(p.at(1))):
		return p.here()
	case isSingle(r):
		return p.single()
	case isDouble(r):
		p.pos++
		return p.expandable(false)
	case r == '{':
		body, err := p.block()
		return blockNode{body}, err
	}
	return p.bareword()
}

// bareword reads unquoted text; quotes inside it are taken off, variables are
// expanded.
func (p *scanner) bareword() (node, error) {
	var parts []node
	var b strings.Builder
	start := p.pos
	if p.at(0) == '@' && (unicode.IsLetter(p.at(1)) || p.at(1) == '_') {
		return nil, p.unexpected() // the splatting operator: @name must be quoted
	}
	for !p.done() {
		r := p.at(0)
		if unicode.IsSpace(r) || strings.ContainsRune(";|(){},&<>", r) {
			break
		}
		switch {
		case r == '`':
			p.pos++
			b.WriteString(p.escape())
		case isSingle(r), isDouble(r):
			n, err := p.quotedPart(isSingle(r))
			if err != nil {
				return nil, err
			}
			parts = append(parts, literal{b.String()}, n)
			b.Reset()
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
			parts = append(parts, literal{b.String()}, n)
			b.Reset()
		default:
			b.WriteRune(r)
			p.pos++
		}
	}
	if p.pos == start {
		return nil, p.unexpected()
	}
	if len(parts) == 0 {
		return bare{b.String()}, nil
	}
	return joined{append(parts, literal{b.String()})}, nil
}

func (p *scanner) quotedPart(single bool) (node, error) {
	if single {
		return p.single()
	}
	p.pos++
	return p.expandable(false)
}

// numberLiteral reads decimal and 0x numbers, with the size suffixes kb, mb, gb.
func (p *scanner) numberLiteral() (node, error) {
	start := p.pos
	if p.starts("0x") {
		p.pos += 2
	}
	for !p.done() && (unicode.IsDigit(p.at(0)) || unicode.IsLetter(p.at(0))) {
		p.pos++
	}
	text := strings.ToLower(string(p.src[start:p.pos]))
	scale := int64(1)
	for suffix, by := range map[string]int64{"kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30} {
		if t, ok := strings.CutSuffix(text, suffix); ok && !strings.HasPrefix(text, "0x") {
			text, scale = t, by
		}
	}
	n, err := strconv.ParseInt(text, 0, 64)
	if err != nil || len(text) > 1 && text[0] == '0' && text[1] != 'x' {
		if n, err = strconv.ParseInt(text, 10, 64); err != nil {
			p.pos = start
			return nil, p.unexpected()
		}
	}
	return literal{n * scale}, nil
}
