package wql

import "strings"

// Parse reads a SELECT statement. Its errors wrap ErrSyntax.
func Parse(query string) (Query, error) {
	if len(query) > MaxLength {
		return Query{}, syntaxError(MaxLength, "longer than %d bytes", MaxLength)
	}
	tokens, err := lex(query)
	if err != nil {
		return Query{}, err
	}
	p := &parser{tokens: tokens}
	q := p.statement()
	if p.err != nil {
		return Query{}, p.err
	}
	return q, nil
}

// parser is a recursive descent over the tokens. After the first error every
// token it sees is the end, so all loops stop.
type parser struct {
	tokens []token
	depth  int
	err    error
}

func (p *parser) peek() token {
	if p.err != nil {
		return token{kind: end}
	}
	return p.tokens[0]
}

func (p *parser) next() token {
	t := p.peek()
	if t.kind != end {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *parser) fail(t token, format string, args ...any) {
	if p.err == nil {
		p.err = syntaxError(t.at, format, args...)
	}
}

// reserved tells the keywords, which can't be names of properties or classes
// ("Querying with WQL" warns of it).
func reserved(word string) bool {
	switch strings.ToUpper(word) {
	case "SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "LIKE", "IS", "ISA", "NULL", "TRUE", "FALSE":
		return true
	}
	return false
}

func (t token) keyword(word string) bool {
	return t.kind == name && strings.EqualFold(t.s, word)
}

// accept takes the keyword or symbol if it comes next.
func (p *parser) accept(s string) bool {
	t := p.peek()
	if t.keyword(s) || t.kind == symbol && t.s == s {
		p.next()
		return true
	}
	return false
}

func (p *parser) expect(s string) {
	if t := p.peek(); !p.accept(s) {
		p.fail(t, "%s where %s should be", t, s)
	}
}

// name takes the name of a class or property.
func (p *parser) name(what string) string {
	t := p.next()
	if t.kind != name || reserved(t.s) {
		p.fail(t, "%s where %s should be", t, what)
	}
	return t.s
}

// statement = "SELECT" ( "*" / name *( "," name ) ) "FROM" name [ "WHERE" condition ]
func (p *parser) statement() Query {
	var q Query
	p.expect("SELECT")
	if !p.accept("*") {
		q.Properties = append(q.Properties, p.name("a property"))
		for p.accept(",") {
			q.Properties = append(q.Properties, p.name("a property"))
		}
	}
	p.expect("FROM")
	q.Class = p.name("a class")
	if p.accept("WHERE") {
		q.Where = p.condition()
	}
	if t := p.peek(); t.kind != end {
		p.fail(t, "%s after the statement", t)
	}
	return q
}

// condition = conjunction *( "OR" conjunction ); OR is evaluated after AND.
func (p *parser) condition() Expr {
	list := either{p.conjunction()}
	for p.accept("OR") {
		list = append(list, p.conjunction())
	}
	if len(list) == 1 {
		return list[0]
	}
	return list
}

// conjunction = factor *( "AND" factor )
func (p *parser) conjunction() Expr {
	list := all{p.factor()}
	for p.accept("AND") {
		list = append(list, p.factor())
	}
	if len(list) == 1 {
		return list[0]
	}
	return list
}

// factor = "NOT" factor / "(" condition ")" / comparison
func (p *parser) factor() Expr {
	t := p.peek()
	if p.depth++; p.depth > MaxDepth {
		p.fail(t, "nested more than %d deep", MaxDepth)
	}
	defer func() { p.depth-- }()
	switch {
	case p.accept("NOT"):
		return not{p.factor()}
	case p.accept("("):
		e := p.condition()
		p.expect(")")
		return e
	}
	return p.comparison()
}

// comparison = name operator constant / constant operator name
//
//	/ name "LIKE" text / name "IS" [ "NOT" ] "NULL"
func (p *parser) comparison() Expr {
	if t := p.peek(); t.kind == text || t.kind == digits || constantWord(t) {
		c, o := p.constant(), p.operator()
		return p.compare(p.name("a property"), mirror(o), c, t)
	}
	t := p.peek()
	property := p.name("a property")
	switch {
	case p.accept("IS"):
		negated := p.accept("NOT")
		p.expect("NULL")
		if negated {
			return not{isNull(property)}
		}
		return isNull(property)
	case p.accept("LIKE"):
		pattern := p.next()
		if pattern.kind != text {
			p.fail(pattern, "%s where a string should be", pattern)
		}
		like, err := compile(pattern)
		if err != nil && p.err == nil {
			p.err = err
		}
		return matches{property, like}
	}
	o := p.operator()
	return p.compare(property, o, p.constant(), t)
}

// operator takes a comparison operator of "WQL Operators".
func (p *parser) operator() string {
	t := p.next()
	switch {
	case t.kind == symbol && t.s == "!=":
		return "<>"
	case t.kind != symbol || mirror(t.s) == "":
		p.fail(t, "%s where an operator should be", t)
	}
	return t.s
}

// mirror turns an operator round, for a constant on its left.
func mirror(operator string) string {
	switch operator {
	case "=", "<>":
		return operator
	case "<":
		return ">"
	case "<=":
		return ">="
	case ">":
		return "<"
	case ">=":
		return "<="
	}
	return ""
}

func constantWord(t token) bool { return t.keyword("NULL") || t.keyword("TRUE") || t.keyword("FALSE") }

// constant takes a string, a number, TRUE, FALSE or NULL.
func (p *parser) constant() any {
	t := p.next()
	switch {
	case t.kind == text:
		return t.s
	case t.kind == digits:
		n, ok := parseNumber(t.s)
		if !ok {
			p.fail(t, "%s is no number", t)
		}
		return n
	case t.keyword("TRUE"):
		return true
	case t.keyword("FALSE"):
		return false
	case !t.keyword("NULL"):
		p.fail(t, "%s where a constant should be", t)
	}
	return nil
}

// compare builds a comparison. NULL and booleans have no order (WHERE Clause).
func (p *parser) compare(property, operator string, constant any, at token) Expr {
	ordered := operator != "=" && operator != "<>"
	switch _, isBool := constant.(bool); {
	case ordered && (constant == nil || isBool):
		p.fail(at, "%s with NULL, TRUE or FALSE", operator)
	case constant == nil && operator == "<>":
		return not{isNull(property)}
	case constant == nil:
		return isNull(property)
	}
	return comparison{property, operator, constant}
}
