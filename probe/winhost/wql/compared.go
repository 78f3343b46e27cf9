package wql

import (
	"fmt"
	"strconv"
)

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
		if e.operator == "=" {
			out[e.property] = fmt.Sprint(e.constant)
		}
	}
}

// String is the number as WQL writes it.
func (n number) String() string {
	switch {
	case n.isReal:
		return strconv.FormatFloat(n.real, 'g', -1, 64)
	case n.negative:
		return "-" + strconv.FormatUint(n.whole, 10)
	}
	return strconv.FormatUint(n.whole, 10)
}
