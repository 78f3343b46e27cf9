package console

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// scope holds what lives longer than a statement.
type scope struct {
	vars        map[string]any
	filter      *machine.Filter // a rule of netsh rpc filter that is being made
	interactive bool
	commands    int // run for the present line
}

// maxCommands bounds what one line may run: a FOR over every port that 2003
// uses for RPC, and some more.
const maxCommands = 6000

// spend counts a command that is about to run.
func (s *scope) spend() error {
	if s.commands++; s.commands > maxCommands {
		return terminating{fail(1, "The line was ended: more than %d commands.", maxCommands)}
	}
	return nil
}

func newScope() *scope { return &scope{vars: map[string]any{}} }

// interpreter runs scripts on a machine.
type interpreter struct {
	m     *machine.Machine
	scope *scope
	out   *printer
	steps int
	depth int
}

// maxSteps bounds a script; handling text costs a step for each 64 bytes.
const maxSteps = 200_000

// errLeave ends a script early without being an error.
type errLeave struct{}

func (errLeave) Error() string { return "" }

// terminating is an error that ends the script: throw, or too many steps.
type terminating struct{ error }

// run runs every statement. An error ends its own statement; the script goes on
// unless $ErrorActionPreference says Stop.
func (in *interpreter) run(s script) error {
	var failed []string
	code := 1
	for _, n := range s {
		values, err := in.statement(n)
		if len(failed) > 0 && len(values) > 0 || len(values) > 0 {
			in.show(values)
		}
		switch e := err.(type) {
		case nil:
			continue
		case errLeave:
			return joinFailures(failed, code)
		case terminating:
			return joinFailures(append(failed, e.Error()), code)
		case *Failure:
			code = e.Code
		}
		if failed = append(failed, err.Error()); len(failed) >= 10 || strings.EqualFold(asText(in.scope.vars["erroractionpreference"]), "stop") {
			break
		}
	}
	return joinFailures(failed, code)
}

func joinFailures(list []string, code int) error {
	if len(list) == 0 {
		return nil
	}
	return &Failure{Text: strings.Join(list, "\n"), Code: code}
}

// body runs the statements of a block and gives all they put out. The first
// error ends it.
func (in *interpreter) body(s script) ([]any, error) {
	var out []any
	for _, n := range s {
		values, err := in.statement(n)
		out = append(out, values...)
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

func (in *interpreter) step() error { return in.charge(1) }

// charge counts work done.
func (in *interpreter) charge(n int) error {
	if in.steps += n; in.steps > maxSteps || in.depth > maxDepth {
		return terminating{fail(1, "The script was ended: too many steps.")}
	}
	return nil
}

// statement runs one node for its output.
func (in *interpreter) statement(n node) ([]any, error) {
	if err := in.step(); err != nil {
		return nil, err
	}
	switch n := n.(type) {
	case pipe:
		return in.pipe(n)
	case assign:
		return nil, in.assign(n)
	case whileLoop:
		var out []any
		for {
			ok, err := in.truth(n.cond)
			if err != nil || !ok {
				return out, err
			}
			values, err := in.body(n.body)
			if out = append(out, values...); err != nil {
				return out, err
			}
			if err := in.step(); err != nil {
				return out, err
			}
		}
	case choice:
		for i, cond := range n.conds {
			if ok, err := in.truth(cond); err != nil || ok {
				if err != nil {
					return nil, err
				}
				return in.body(n.bodies[i])
			}
		}
		return in.body(n.otherwise)
	case eachLoop:
		return in.each(n)
	case throwing:
		v, err := in.value(n.x)
		if err != nil {
			return nil, err
		}
		return nil, terminating{fail(1, "%s", asText(v))}
	case leave:
		if n.x == nil {
			return nil, errLeave{}
		}
		out, err := in.statement(n.x)
		if err == nil {
			err = errLeave{}
		}
		return out, err
	}
	v, err := in.value(n)
	return unroll(v), err
}

func (in *interpreter) each(n eachLoop) ([]any, error) {
	list, err := in.value(n.list)
	if err != nil {
		return nil, err
	}
	var out []any
	for _, v := range unroll(list) {
		in.scope.vars[strings.ToLower(n.v.name)] = v
		values, err := in.body(n.body)
		if out = append(out, values...); err != nil {
			return out, err
		}
		if err := in.step(); err != nil {
			return out, err
		}
	}
	return out, nil
}

func (in *interpreter) truth(n node) (bool, error) {
	v, err := in.value(n)
	return isTrue(v), err
}

// pipe runs the stages one after the other.
func (in *interpreter) pipe(n pipe) ([]any, error) {
	var values []any
	var err error
	for i, e := range n.elements {
		if c, ok := e.(commandNode); ok {
			values, err = in.command(c, values, i > 0)
		} else if i > 0 {
			return nil, fail(1, "Expressions are only allowed as the first element of a pipeline.")
		} else if a, ok := e.(assign); ok { // $i++ stands for itself
			err = in.assign(a)
		} else {
			var v any
			v, err = in.value(e)
			values = unroll(v)
		}
		if err != nil {
			break
		}
	}
	if n.quiet && err != nil {
		if _, ends := err.(terminating); !ends {
			err = nil
		}
	}
	if n.file != nil && err == nil {
		target, e := in.value(n.file)
		if e != nil || target == nil {
			return nil, e // > $null
		}
		var text printer
		(&interpreter{m: in.m, scope: in.scope, out: &text}).show(values)
		path := filePath(asText(target))
		if n.append {
			in.m.Files[path] = append(in.m.Files[path], text.String()...)
		} else {
			in.m.Files[path] = []byte(text.String())
		}
		return nil, nil
	}
	return values, err
}

// value evaluates an expression.
func (in *interpreter) value(n node) (any, error) {
	if err := in.step(); err != nil {
		return nil, err
	}
	in.depth++
	defer func() { in.depth-- }()
	switch n := n.(type) {
	case literal:
		return n.v, nil
	case bare:
		return n.text, nil
	case variable:
		return in.variable(n.name), nil
	case joined:
		return in.join(n)
	case array:
		return in.items(n.items)
	case wrapped:
		v, err := in.value(n.x)
		return unroll(v), err
	case group:
		if len(n.body) == 1 {
			if x, plain := expressionOf(n.body[0]); plain {
				return in.value(x)
			}
		}
		out, err := in.body(n.body)
		return rolled(out), err
	case pipe, whileLoop, choice, eachLoop, leave, throwing:
		if x, plain := expressionOf(n); plain {
			return in.value(x)
		}
		out, err := in.statement(n)
		return rolled(out), err
	case assign:
		if err := in.assign(n); err != nil {
			return nil, err
		}
		return nil, nil
	case hash:
		return in.hash(n)
	case typeLiteral:
		return typeValue(n.name), nil
	case blockNode:
		return n, nil
	case negation:
		v, err := in.value(n.x)
		return !isTrue(v), err
	case cast:
		v, err := in.value(n.x)
		if err != nil {
			return nil, err
		}
		return in.convert(n.typ, v)
	case operation:
		return in.operate(n)
	case member:
		return in.member(n)
	case invoke:
		return in.invoke(n)
	case index:
		return in.index(n)
	case commandNode:
		out, err := in.command(n, nil, false)
		return rolled(out), err
	}
	return nil, nil
}

// expressionOf says whether a statement is one expression and no more: its value
// is then kept as it is, a list in one piece, where a pipeline takes it apart.
func expressionOf(n node) (node, bool) {
	p, ok := n.(pipe)
	if !ok || len(p.elements) != 1 || p.file != nil || p.quiet {
		return nil, false
	}
	switch p.elements[0].(type) {
	case commandNode, assign:
		return nil, false
	}
	return p.elements[0], true
}

func (in *interpreter) items(list []node) (any, error) {
	out := make([]any, 0, len(list))
	for _, item := range list {
		v, err := in.value(item)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (in *interpreter) join(n joined) (any, error) {
	var b strings.Builder
	for _, part := range n.parts {
		v, err := in.value(part)
		if err != nil {
			return nil, err
		}
		if b.WriteString(asText(v)); b.Len() > maxOutput {
			return nil, terminating{fail(1, "The text is too long.")}
		}
	}
	return b.String(), in.charge(b.Len() / 64)
}

func (in *interpreter) hash(n hash) (any, error) {
	out := newTable()
	for i := range n.keys {
		k, err := in.value(n.keys[i])
		if err != nil {
			return nil, err
		}
		v, err := in.value(n.values[i])
		if err != nil {
			return nil, err
		}
		out.set(asText(k), v)
	}
	return out, nil
}

func (in *interpreter) variable(name string) any {
	name = strings.ToLower(name)
	for _, prefix := range []string{"global:", "script:", "local:", "private:"} {
		name = strings.TrimPrefix(name, prefix)
	}
	if env, ok := strings.CutPrefix(name, "env:"); ok {
		v, _ := environment(in.m)(env)
		return v
	}
	switch name {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	return in.scope.vars[name]
}

func (in *interpreter) assign(n assign) error {
	v, err := in.value(n.value)
	if err != nil {
		return err
	}
	if n.op != "=" {
		old, err := in.value(n.to)
		if err != nil {
			return err
		}
		if err = in.charge(weight(old) + weight(v)); err != nil {
			return err
		}
		if v, err = calculate(n.op[:1], old, v); err != nil {
			return err
		}
	}
	switch to := n.to.(type) {
	case variable:
		name := strings.ToLower(to.name)
		if name == "true" || name == "false" || name == "null" && v != nil {
			if name != "null" {
				return fail(1, "Cannot overwrite variable %s because it is read-only or constant.", to.name)
			}
			return nil
		}
		for _, prefix := range []string{"global:", "script:", "local:"} {
			name = strings.TrimPrefix(name, prefix)
		}
		in.scope.vars[name] = v
	case member:
		of, err := in.value(to.of)
		if err != nil {
			return err
		}
		return setMember(of, to.name, v)
	case index:
		of, err := in.value(to.of)
		if err != nil {
			return err
		}
		i, err := in.value(to.i)
		if err != nil {
			return err
		}
		return setIndex(of, i, v)
	}
	return nil
}
