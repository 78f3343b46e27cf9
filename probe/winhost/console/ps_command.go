package console

import (
	"slices"
	"strings"
)

// call is one cmdlet being run.
type call struct {
	*interpreter
	name   string
	params map[string]any // by lower-case full name
	given  []any          // positional values that no parameter takes
	in     []any          // what came through the pipeline
	piped  bool
}

// cmdlet is a cmdlet's parameters and what it does. A parameter is written
// Name, Name=0 for the first position, Name? for a switch; (!) marks one that
// must be there.
type cmdlet struct {
	params string
	run    func(*call) ([]any, error)
}

const commonParameters = " ErrorAction WarningAction InformationAction OutVariable ErrorVariable Confirm? WhatIf? Verbose? Debug?"

// command runs a cmdlet, or a program with its arguments as text.
func (in *interpreter) command(n commandNode, piped []any, isPiped bool) ([]any, error) {
	if err := in.scope.spend(); err != nil {
		return nil, err
	}
	v, err := in.value(n.name)
	if err != nil {
		return nil, err
	}
	if b, ok := v.(blockNode); ok {
		return in.body(b.body)
	}
	name := asText(v)
	c, known := findCmdlet(name)
	if !known {
		return in.native(name, n, piped)
	}
	k := &call{interpreter: in, name: name, params: map[string]any{}, in: piped, piped: isPiped}
	if err := k.bind(c, n.args); err != nil {
		return nil, err
	}
	if k.on("whatif") {
		in.out.line("What if: Performing the operation \"%s\".", name)
		return nil, nil
	}
	out, err := c.run(k)
	if err != nil {
		if _, ends := err.(terminating); !ends && k.silent() {
			return out, nil
		}
		if f, ok := err.(*Failure); ok && !strings.HasPrefix(f.Text, name) {
			err = &Failure{Text: name + " : " + f.Text, Code: f.Code}
		}
		if strings.EqualFold(k.text("erroraction"), "stop") {
			err = terminating{err}
		}
	}
	return out, err
}

func (k *call) silent() bool {
	switch strings.ToLower(k.text("erroraction")) {
	case "silentlycontinue", "ignore", "0":
		return true
	}
	return false
}

// native runs a program from PowerShell.
func (in *interpreter) native(name string, n commandNode, piped []any) ([]any, error) {
	run := program(name)
	if run == nil || strings.EqualFold(name, "type") || strings.EqualFold(name, "dir") || strings.EqualFold(name, "ver") {
		return nil, fail(1, "%s : The term '%s' is not recognized as the name of a cmdlet, function, script file, or operable program. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.", name, name)
	}
	var args []string
	for _, a := range n.args {
		text, err := in.nativeArgument(a)
		if err != nil {
			return nil, err
		}
		args = append(args, text...)
	}
	var text printer
	for _, p := range piped {
		text.line("%s", asText(p))
	}
	var own printer
	err := run(&command{m: in.m, scope: in.scope, out: &own, in: text.String(), args: args, shell: PowerShell, depth: in.depth})
	if own.String() == "" {
		return nil, err
	}
	return plain(strings.Split(strings.TrimSuffix(own.String(), "\n"), "\n")).([]any), err
}

func (in *interpreter) nativeArgument(a argument) ([]string, error) {
	text := ""
	if a.param != "" {
		text = "-" + a.param
		if a.bound {
			text += ":"
		}
	}
	if a.value == nil {
		return []string{text}, nil
	}
	if _, block := a.value.(blockNode); block {
		return nil, fail(1, "A script block is no argument for a program: quote what stands in braces.")
	}
	v, err := in.value(a.value)
	if err != nil {
		return nil, err
	}
	if list, ok := v.([]any); ok { // a list is passed on as it was written
		parts := make([]string, len(list))
		for i, x := range list {
			parts[i] = asText(x)
		}
		return []string{text + strings.Join(parts, ",")}, nil
	}
	return []string{text + asText(v)}, nil
}

// bind gives arguments to parameters, by name, by an unambiguous beginning of
// it, or by position.
func (k *call) bind(c cmdlet, args []argument) error {
	list := strings.Fields(c.params + commonParameters)
	names := map[string]string{} // lower full name → as declared
	positions := []string{}
	for _, p := range list {
		bare := strings.TrimRight(p, "!?=0123456789")
		names[strings.ToLower(bare)] = p
		if strings.Contains(p, "=") {
			positions = append(positions, strings.ToLower(bare))
		}
	}
	for i := 0; i < len(args); i++ {
		a := args[i]
		if a.param == "" {
			v, err := k.value(a.value)
			if err != nil {
				return err
			}
			if at := slices.IndexFunc(positions, func(p string) bool { _, taken := k.params[p]; return !taken }); at >= 0 {
				k.params[positions[at]] = v
			} else {
				k.given = append(k.given, v)
			}
			continue
		}
		full, err := k.parameter(a.param, names)
		if err != nil {
			return err
		}
		if _, twice := k.params[full]; twice {
			return fail(1, "%s : Cannot bind parameter because parameter '%s' is specified more than once.", k.name, a.param)
		}
		switch {
		case a.bound:
			if k.params[full], err = k.value(a.value); err != nil {
				return err
			}
		case strings.HasSuffix(names[full], "?"):
			k.params[full] = true
		case i+1 < len(args) && args[i+1].param == "":
			i++
			if k.params[full], err = k.value(args[i].value); err != nil {
				return err
			}
		default:
			return fail(1, "%s : Missing an argument for parameter '%s'. Specify a parameter of type 'System.String' and try again.", k.name, a.param)
		}
	}
	if len(k.given) > 0 && !strings.Contains(c.params, "*") {
		return fail(1, "%s : A positional parameter cannot be found that accepts argument '%s'.", k.name, asText(k.given[0]))
	}
	for full, p := range names {
		if _, set := k.params[full]; strings.Contains(p, "!") && !set && len(k.in) == 0 {
			return fail(1, "%s : Cannot process command because of one or more missing mandatory parameters: %s.", k.name, strings.TrimRight(p, "!?=0123456789"))
		}
	}
	return nil
}

func (k *call) parameter(typed string, names map[string]string) (string, error) {
	low := strings.ToLower(typed)
	if alias := map[string]string{"ea": "erroraction", "wa": "warningaction", "psp": "path"}[low]; alias != "" {
		low = alias
	}
	if _, ok := names[low]; ok {
		return low, nil
	}
	var found []string
	for full := range names {
		if strings.HasPrefix(full, low) {
			found = append(found, full)
		}
	}
	switch len(found) {
	case 0:
		return "", fail(1, "%s : A parameter cannot be found that matches parameter name '%s'.", k.name, typed)
	case 1:
		return found[0], nil
	}
	slices.Sort(found)
	return "", fail(1, "%s : Parameter cannot be processed because the parameter name '%s' is ambiguous. Possible matches include: -%s.", k.name, typed, strings.Join(found, " -"))
}

// has says whether a parameter was given, on whether a switch is set.
func (k *call) has(name string) bool { _, ok := k.params[strings.ToLower(name)]; return ok }
func (k *call) on(name string) bool  { return isTrue(k.params[strings.ToLower(name)]) }

// text is a parameter as text, texts as a list.
func (k *call) text(name string) string { return asText(k.params[strings.ToLower(name)]) }

func (k *call) texts(name string) []string {
	var out []string
	for _, v := range unroll(k.params[strings.ToLower(name)]) {
		out = append(out, asText(v))
	}
	return out
}

// word checks a parameter against the values it may have.
func (k *call) word(name string, allowed ...string) (string, error) {
	v := k.text(name)
	for _, a := range allowed {
		if strings.EqualFold(a, v) {
			return a, nil
		}
	}
	return "", fail(1, "Cannot validate argument on parameter '%s'. The argument \"%s\" does not belong to the set \"%s\".", name, v, strings.Join(allowed, ","))
}

// boolean reads True, False, 1, 0 and $true of a parameter.
func (k *call) boolean(name string) (bool, error) {
	switch v := k.params[strings.ToLower(name)].(type) {
	case bool:
		return v, nil
	case int64:
		return v != 0, nil
	case string:
		switch strings.ToLower(v) {
		case "true", "1":
			return true, nil
		case "false", "2", "0":
			return false, nil
		}
	}
	return false, fail(1, "Cannot convert value \"%s\" to type \"System.Boolean\" for parameter '%s'. Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.", k.text(name), name)
}
