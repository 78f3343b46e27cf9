package console

import (
	"strconv"
	"strings"
)

// maxRounds bounds a loop; no command of the guide needs more ports than that.
const maxRounds = 20000

// forLoop runs FOR /L %i IN (start,step,end) DO … and FOR %i IN (a b c) DO ….
// At the prompt the variable has one percent sign and is case-sensitive.
func (c *command) forLoop(rest string) error {
	rest = strings.TrimSpace(rest)
	counted := false
	if len(rest) > 2 && strings.EqualFold(rest[:2], "/l") {
		counted, rest = true, strings.TrimSpace(rest[2:])
	} else if strings.HasPrefix(rest, "/") {
		word, _, _ := strings.Cut(rest, " ")
		return fail(1, "%s was unexpected at this time.", word)
	}
	variable, rest, _ := strings.Cut(rest, " ")
	if len(variable) != 2 || variable[0] != '%' || variable[1] == '%' {
		return fail(1, "%s was unexpected at this time.", variable)
	}
	rest = strings.TrimSpace(rest)
	if len(rest) < 2 || !strings.EqualFold(rest[:2], "in") {
		return fail(1, "%s was unexpected at this time.", firstWord(rest))
	}
	rest = strings.TrimSpace(rest[2:])
	end := strings.IndexByte(rest, ')')
	if !strings.HasPrefix(rest, "(") || end < 0 {
		return fail(1, "%s was unexpected at this time.", firstWord(rest))
	}
	set, body := rest[1:end], strings.TrimSpace(rest[end+1:])
	if len(body) < 3 || !strings.EqualFold(body[:2], "do") || body[2] != ' ' && body[2] != '(' {
		return fail(1, "%s was unexpected at this time.", firstWord(body))
	}
	values, err := rounds(set, counted)
	if err != nil {
		return err
	}
	return c.each(variable, values, strings.TrimSpace(body[2:]))
}

func firstWord(s string) string {
	if f := strings.Fields(s); len(f) > 0 {
		return f[0]
	}
	return s
}

func rounds(set string, counted bool) ([]string, error) {
	words := strings.FieldsFunc(set, func(r rune) bool { return strings.ContainsRune(" \t,;=", r) })
	if !counted {
		return words, nil
	}
	var n [3]int64
	for i := range n {
		if i < len(words) {
			v, err := strconv.ParseInt(words[i], 0, 32)
			if err != nil {
				v = 0 // cmd reads what is no number as 0
			}
			n[i] = v
		}
	}
	start, step, end := n[0], n[1], n[2]
	var out []string
	for i := start; step >= 0 && i <= end || step < 0 && i >= end; i += step {
		if len(out) >= maxRounds {
			return nil, fail(1, "The loop was ended: more than %d rounds.", maxRounds)
		}
		out = append(out, strconv.FormatInt(i, 10))
	}
	return out, nil
}

// each runs the body once per value. The body is parsed anew each time, so that
// a value is seen where the variable stood.
func (c *command) each(variable string, values []string, body string) error {
	if c.depth > maxDepth {
		return fail(1, "The maximum recursion level has been reached.")
	}
	var last error
	for _, v := range values {
		if c.scope.commands > maxCommands {
			return fail(1, "The loop was ended: more than %d commands.", maxCommands)
		}
		text := strings.ReplaceAll(body, variable, v)
		list, err := parseCMD(text)
		if err != nil {
			return fail(1, "%v", err)
		}
		if last != nil {
			c.out.line("%s", last)
		}
		c.out.line("\n%s%s", prompt, text)
		last = sequence(c.m, c.scope, list, c.out, c.depth+1)
	}
	return last
}
