package console

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// wildcard makes a pattern of *, ? and [ab] that ignores case.
func wildcard(pattern string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString("(?is)^")
	for _, r := range pattern {
		switch r {
		case '*':
			b.WriteString(".*")
		case '?':
			b.WriteString(".")
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	return regexp.MustCompile(b.String() + "$")
}

func (in *interpreter) operate(n operation) (any, error) {
	left, err := in.value(n.left)
	if err != nil {
		return nil, err
	}
	if n.op == "-and" && !isTrue(left) || n.op == "-or" && isTrue(left) {
		return isTrue(left), nil
	}
	right, err := in.value(n.right)
	if err == nil {
		err = in.charge(weight(left) + weight(right))
	}
	if err != nil {
		return nil, err
	}
	switch n.op {
	case "-and", "-or":
		return isTrue(right), nil
	case "-xor":
		return isTrue(left) != isTrue(right), nil
	case "-contains", "-notcontains":
		return slices.ContainsFunc(unroll(left), func(x any) bool { return equal(x, right) }) == (n.op == "-contains"), nil
	case "-in", "-notin":
		return slices.ContainsFunc(unroll(right), func(x any) bool { return equal(x, left) }) == (n.op == "-in"), nil
	case "+", "-", "*", "/", "%", "-band", "-bor", "-bxor", "..":
		return calculate(n.op, left, right)
	case "-join":
		out := []string{}
		for _, x := range unroll(left) {
			out = append(out, asText(x))
		}
		return strings.Join(out, asText(right)), nil
	case "-split":
		return splitText(asText(left), asText(right))
	case "-replace":
		return replaceText(left, right)
	}
	if list, ok := left.([]any); ok { // a comparison of a list keeps what compares
		var out []any
		for _, x := range list {
			if keep, err := compare(n.op, x, right); err != nil {
				return nil, err
			} else if keep {
				out = append(out, x)
			}
		}
		return out, nil
	}
	return compare(n.op, left, right)
}

// weight is what handling a value costs in steps.
func weight(v any) int {
	switch v := v.(type) {
	case string:
		return len(v) / 64
	case []byte:
		return len(v) / 64
	case []any:
		n := len(v) / 8
		for _, x := range v {
			if s, ok := x.(string); ok {
				n += len(s) / 64
			}
		}
		return n
	}
	return 0
}

func splitText(text, pattern string) (any, error) {
	re, err := regexp.Compile("(?i)" + pattern)
	if err != nil {
		return nil, fail(1, "parsing \"%s\" - the pattern is not valid.", pattern)
	}
	return plain(re.Split(text, -1)), nil
}

func replaceText(left, right any) (any, error) {
	args := unroll(right)
	if len(args) == 0 {
		return left, nil
	}
	with := ""
	if len(args) > 1 {
		with = asText(args[1])
	}
	re, err := regexp.Compile("(?i)" + asText(args[0]))
	if err != nil {
		return nil, fail(1, "The regular expression pattern %s is not valid.", asText(args[0]))
	}
	out := []any{}
	for _, x := range unroll(left) {
		s := re.ReplaceAllString(asText(x), with)
		if len(s) > maxOutput {
			return nil, fail(1, "The text is too long.")
		}
		out = append(out, s)
	}
	return rolled(out), nil
}

func equal(a, b any) bool {
	if x, ok := asInt(a); ok && a != nil {
		if _, text := a.(string); !text {
			y, ok := asInt(b)
			return ok && b != nil && x == y
		}
	}
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return strings.EqualFold(asText(a), asText(b))
}

func compare(op string, a, b any) (bool, error) {
	switch op {
	case "-eq", "-ieq":
		return equal(a, b), nil
	case "-ne", "-ine":
		return !equal(a, b), nil
	case "-ceq":
		return asText(a) == asText(b), nil
	case "-cne":
		return asText(a) != asText(b), nil
	case "-like", "-notlike":
		return wildcard(asText(b)).MatchString(asText(a)) == (op == "-like"), nil
	case "-match", "-notmatch":
		re, err := regexp.Compile("(?i)" + asText(b))
		if err != nil {
			return false, fail(1, "parsing \"%s\" - the pattern is not valid.", asText(b))
		}
		return re.MatchString(asText(a)) == (op == "-match"), nil
	case "-is":
		return typeOf(a) == typeName(asText(b)), nil
	}
	x, okX := asInt(a)
	y, okY := asInt(b)
	c := strings.Compare(strings.ToLower(asText(a)), strings.ToLower(asText(b)))
	if okX && okY {
		c = int(max(-1, min(1, x-y)))
	}
	switch op {
	case "-lt":
		return c < 0, nil
	case "-le":
		return c <= 0, nil
	case "-gt":
		return c > 0, nil
	case "-ge":
		return c >= 0, nil
	}
	return false, fail(1, "The operator %s is not known here.", op)
}

func typeOf(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case int64:
		return "int"
	case bool:
		return "bool"
	case []byte:
		return "byte[]"
	case []any:
		return "array"
	}
	return "object"
}

func calculate(op string, a, b any) (any, error) {
	if op == "+" {
		switch x := a.(type) {
		case string:
			if len(x)+len(asText(b)) > maxOutput {
				return nil, terminating{fail(1, "The text is too long.")}
			}
			return x + asText(b), nil
		case []any:
			return append(slices.Clone(x), unroll(b)...), nil
		}
	}
	x, okX := asInt(a)
	y, okY := asInt(b)
	if !okX || !okY {
		return nil, fail(1, "Cannot convert value \"%s\" to type \"System.Int32\". Error: \"Input string was not in a correct format.\"", asText(map[bool]any{true: a, false: b}[!okX]))
	}
	switch op {
	case "+":
		return x + y, nil
	case "-":
		return x - y, nil
	case "*":
		return x * y, nil
	case "/", "%":
		if y == 0 {
			return nil, fail(1, "Attempted to divide by zero.")
		}
		if op == "%" {
			return x % y, nil
		}
		return x / y, nil
	case "-band":
		return x & y, nil
	case "-bor":
		return x | y, nil
	case "-bxor":
		return x ^ y, nil
	case "..":
		if y-x > 10000 || x-y > 10000 {
			return nil, fail(1, "The range is too long.")
		}
		out := []any{}
		for i := x; i != y; i += 1 - 2*int64(boolInt(y < x)) {
			out = append(out, i)
		}
		return append(out, y), nil
	}
	return nil, fail(1, "The operator %s is not known here.", op)
}

// convert is a cast.
func (in *interpreter) convert(typ string, v any) (any, error) {
	bad := fail(1, "Cannot convert the \"%s\" value to type \"%s\".", asText(v), typ)
	switch typ {
	case "void":
		return nil, nil
	case "string":
		return asText(v), nil
	case "int", "int32", "uint32", "int64", "long", "byte", "uint16", "uint64":
		n, ok := asInt(v)
		if !ok {
			return nil, bad
		}
		return n, nil
	case "bool", "switch":
		return isTrue(v), nil
	case "array", "object[]", "string[]", "int[]":
		return unroll(v), nil
	case "byte[]":
		return toBytes(v)
	case "security.principal.securityidentifier":
		sid, err := machine.ParseSID(asText(v))
		if err != nil {
			return nil, bad
		}
		return sidObject{sid}, nil
	case "security.principal.ntaccount":
		return accountObject{asText(v)}, nil
	case "datetime":
		t, ok := readDate(asText(v))
		if !ok {
			return nil, bad
		}
		return plain(t), nil
	case "pscustomobject":
		if t, ok := v.(*table); ok {
			return &record{table: *t}, nil
		}
	}
	return nil, fail(1, "Unable to find type [%s].", typ)
}

func toBytes(v any) ([]byte, error) {
	if b, ok := v.([]byte); ok {
		return b, nil
	}
	var out []byte
	for _, x := range unroll(v) {
		n, ok := asInt(x)
		if !ok || n < 0 || n > 255 {
			return nil, fail(1, "Cannot convert value \"%s\" to type \"System.Byte\".", asText(x))
		}
		out = append(out, byte(n))
	}
	return out, nil
}

// staticCall is [Type]::Method(args).
func (in *interpreter) staticCall(typ, method string, args []any) (any, error) {
	switch typ + "::" + strings.ToLower(method) {
	case "convert::tobase64string":
		if len(args) == 1 {
			b, err := toBytes(args[0])
			return base64.StdEncoding.EncodeToString(b), err
		}
	case "convert::frombase64string":
		if len(args) == 1 {
			b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(asText(args[0])))
			if err != nil {
				return nil, fail(1, "Exception calling \"FromBase64String\" with \"1\" argument(s): \"The input is not a valid Base-64 string.\"")
			}
			return b, nil
		}
	case "string::isnullorempty":
		if len(args) == 1 {
			return asText(args[0]) == "", nil
		}
	case "convert::toint32", "int::parse":
		if len(args) > 0 {
			return in.convert("int", args[0])
		}
	}
	if strings.EqualFold(method, "new") {
		return in.newObject(typ, args)
	}
	return nil, fail(1, "Method invocation failed because [%s] does not contain a method named '%s'.", typ, method)
}
