package console

import (
	"strings"
	"unicode"
)

// The binary operators by rising strength.
var operators = [][]string{
	{"-and", "-or", "-xor"},
	{"-band", "-bor", "-bxor"},
	{"-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-like", "-notlike", "-match", "-notmatch", "-contains", "-notcontains", "-in", "-notin", "-replace", "-split", "-join",
		"-ceq", "-cne", "-ieq", "-ine", "-is", "-as"},
	{"+", "-"},
	{"*", "/", "%"},
	{".."},
}

func (p *scanner) expression() (node, error) {
	if p.depth++; p.depth > 4*maxDepth {
		return nil, p.unexpected()
	}
	defer func() { p.depth-- }()
	return p.binary(0)
}

func (p *scanner) binary(level int) (node, error) {
	if level == len(operators) {
		return p.list()
	}
	left, err := p.binary(level + 1)
	if err != nil {
		return nil, err
	}
	for {
		save := p.pos
		p.blanks(false)
		op := p.operatorAt(level)
		if op == "" {
			p.pos = save
			return left, nil
		}
		p.pos += len(op)
		p.blanks(true)
		right, err := p.binary(level + 1)
		if err != nil {
			return nil, err
		}
		left = operation{op, left, right}
	}
}

func (p *scanner) operatorAt(level int) string {
	for _, op := range operators[level] {
		if op[0] == '-' && len(op) > 1 {
			if p.word(op) {
				return op
			}
			continue
		}
		if !p.starts(op) || strings.ContainsRune("=+-", p.at(len(op))) && (p.at(1) == '=' || p.at(1) == p.at(0)) {
			continue
		}
		if op == "-" && unicode.IsLetter(p.at(1)) {
			continue
		}
		return op
	}
	return ""
}

// list reads a,b,c.
func (p *scanner) list() (node, error) {
	first, err := p.unary()
	if err != nil {
		return nil, err
	}
	items := []node{first}
	for {
		save := p.pos
		p.blanks(false)
		if p.at(0) != ',' {
			p.pos = save
			break
		}
		p.pos++
		p.blanks(true)
		n, err := p.unary()
		if err != nil {
			return nil, err
		}
		items = append(items, n)
	}
	if len(items) == 1 {
		return first, nil
	}
	return array{items}, nil
}

func (p *scanner) unary() (node, error) {
	if p.depth++; p.depth > 4*maxDepth {
		return nil, p.unexpected()
	}
	defer func() { p.depth-- }()
	switch {
	case p.at(0) == '!':
		p.pos++
		p.blanks(false)
		x, err := p.unary()
		return negation{x}, err
	case p.word("-not"):
		p.pos += 4
		p.blanks(false)
		x, err := p.unary()
		return negation{x}, err
	case p.word("-bnot"):
		p.pos += 5
		p.blanks(false)
		x, err := p.unary()
		return operation{"-bxor", x, literal{int64(-1)}}, err
	case isDash(p.at(0)) && unicode.IsDigit(p.at(1)):
		p.pos++
		x, err := p.unary()
		return operation{"-", literal{int64(0)}, x}, err
	case p.at(0) == ',':
		p.pos++
		p.blanks(false)
		x, err := p.unary()
		return array{[]node{x}}, err
	case p.at(0) == '[':
		return p.typed()
	}
	return p.postfix()
}

// typed reads [Type]::Member or a cast [Type]x.
func (p *scanner) typed() (node, error) {
	p.pos++
	start, open := p.pos, 1
	for !p.done() && open > 0 {
		switch p.at(0) {
		case '[':
			open++
		case ']':
			open--
		}
		p.pos++
	}
	if open > 0 {
		return nil, errUnfinished
	}
	t := typeName(strings.TrimSpace(string(p.src[start : p.pos-1])))
	if p.at(0) == ':' && p.at(1) == ':' {
		return p.members(typeLiteral{t})
	}
	save := p.pos
	p.blanks(false)
	if p.done() || strings.ContainsRune(");}|,\r\n", p.at(0)) {
		p.pos = save
		return typeLiteral{t}, nil
	}
	x, err := p.unary()
	return cast{t, x}, err
}

// typeName drops System. and lower-cases.
func typeName(s string) string { return strings.TrimPrefix(strings.ToLower(s), "system.") }

func (p *scanner) postfix() (node, error) {
	n, err := p.primary()
	if err != nil {
		return nil, err
	}
	return p.members(n)
}

// members reads .Name, ::Name, (args), [i], ++ and -- behind a value.
func (p *scanner) members(n node) (node, error) {
	for {
		static := p.at(0) == ':' && p.at(1) == ':'
		switch {
		case p.at(0) == '.' && p.at(1) != '.' || static:
			p.pos += 1 + boolInt(static)
			m := member{of: n, static: static}
			if p.at(0) == '$' {
				v, err := p.variable()
				if err != nil {
					return nil, err
				}
				m.dynamic = v
			} else if isSingle(p.at(0)) || isDouble(p.at(0)) {
				v, err := p.quotedPart(isSingle(p.at(0)))
				if err != nil {
					return nil, err
				}
				m.dynamic = v
			} else if m.name = p.name(); m.name == "" {
				return nil, p.unexpected()
			}
			if p.at(0) == '(' {
				args, err := p.arguments()
				if err != nil {
					return nil, err
				}
				n = invoke{m, args}
				continue
			}
			n = m
		case p.at(0) == '[':
			p.pos++
			p.blanks(true)
			i, err := p.expression()
			if err != nil {
				return nil, err
			}
			if err := p.expect(']'); err != nil {
				return nil, err
			}
			n = index{n, i}
		case p.at(0) == '+' && p.at(1) == '+', p.at(0) == '-' && p.at(1) == '-':
			op := string(p.at(0)) + "="
			p.pos += 2
			return assign{n, op, literal{int64(1)}}, nil
		default:
			return n, nil
		}
	}
}

func (p *scanner) arguments() ([]node, error) {
	p.pos++
	var out []node
	for {
		p.blanks(true)
		if p.at(0) == ')' {
			p.pos++
			return out, nil
		}
		n, err := p.unaryArgument()
		if err != nil {
			return nil, err
		}
		out = append(out, n)
		p.blanks(true)
		if p.at(0) == ',' {
			p.pos++
			continue
		}
		if p.at(0) != ')' {
			return nil, p.unexpected()
		}
	}
}

// unaryArgument is one argument of a method: an expression without a comma.
func (p *scanner) unaryArgument() (node, error) {
	left, err := p.unary()
	if err != nil {
		return nil, err
	}
	for {
		save := p.pos
		p.blanks(true)
		op := ""
		for level := range operators {
			if op = p.operatorAt(level); op != "" {
				break
			}
		}
		if op == "" {
			p.pos = save
			return left, nil
		}
		p.pos += len(op)
		p.blanks(true)
		right, err := p.unary()
		if err != nil {
			return nil, err
		}
		left = operation{op, left, right}
	}
}

func (p *scanner) primary() (node, error) {
	r := p.at(0)
	switch {
	case r == '$' && p.at(1) == '(':
		p.pos++
		return p.paren()
	case r == '$':
		return p.variable()
	case r == '(':
		return p.paren()
	case r == '@' && p.at(1) == '(':
		p.pos++
		n, err := p.paren()
		return wrapped{n}, err
	case r == '@' && p.at(1) == '{':
		p.pos++
		return p.hashtable()
	case r == '@' && (isSingle(p.at(1)) || isDouble(p.at(1))):
		return p.here()
	case isSingle(r):
		return p.single()
	case isDouble(r):
		p.pos++
		return p.expandable(false)
	case unicode.IsDigit(r):
		return p.numberLiteral()
	case r == '{':
		body, err := p.block()
		return blockNode{body}, err
	}
	return nil, p.unexpected()
}

// paren reads ( statements ).
func (p *scanner) paren() (node, error) {
	p.pos++
	body, err := p.statements(')')
	if err != nil {
		return nil, err
	}
	return group{body}, p.expect(')')
}

func (p *scanner) hashtable() (node, error) {
	p.pos++
	var h hash
	for {
		p.blanks(true)
		for p.at(0) == ';' {
			p.pos++
			p.blanks(true)
		}
		if p.at(0) == '}' {
			p.pos++
			return h, nil
		}
		var key node
		var err error
		if unicode.IsLetter(p.at(0)) || p.at(0) == '_' {
			key = literal{p.name()}
		} else if key, err = p.postfix(); err != nil {
			return nil, err
		}
		if err := p.expect('='); err != nil {
			return nil, err
		}
		value, err := p.statement()
		if err != nil {
			return nil, err
		}
		h.keys, h.values = append(h.keys, key), append(h.values, value)
	}
}
