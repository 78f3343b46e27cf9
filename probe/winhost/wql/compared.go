package wql

import "fmt"

// Compared returns the properties that every match must equal a constant in,
// by the name as written, with the constant as text. Providers that need a key
// look for it there.
func (q Query) Compared() map[string]string {
	out := map[string]string{}
	collect(q.Where, out)
	return out
}

func collect(e Expr, out map[string]string) {
	switch e := e.(type) {
	case all:
		for _, part := range e {
			collect(part, out)
		}
	case comparison:
		if text, ok := e.constant.(string); ok && e.operator == "=" {
			out[e.property] = text
		} else if e.operator == "=" {
			out[e.property] = fmt.Sprint(e.constant)
		}
	}
}
