package wql

import (
	"fmt"
	"strings"
)

// matches is a LIKE condition.
type matches struct {
	property string
	pattern  []element
}

func (m matches) match(get Get) (bool, error) {
	v, err := read(get, m.property)
	if v == nil || err != nil {
		return false, err
	}
	s, ok := v.(string)
	if !ok {
		return false, fmt.Errorf("%w: %s LIKE, where it is a %T", ErrOperand, m.property, v)
	}
	return like(m.pattern, []rune(strings.ToUpper(s))), nil
}

// element of a pattern: any string for %, else one character out of ranges.
// The table is that of "LIKE Operator".
type element struct {
	any     bool // %
	negated bool // [^…]; of no ranges: _
	ranges  []span
}

type span struct{ low, high rune }

func (e element) accepts(r rune) bool {
	for _, s := range e.ranges {
		if s.low <= r && r <= s.high {
			return !e.negated
		}
	}
	return e.negated
}

// compile reads a pattern. Both it and the strings it is held against are in
// upper case.
func compile(pattern token) ([]element, error) {
	rest := []rune(strings.ToUpper(pattern.s))
	var list []element
	for len(rest) > 0 {
		r := rest[0]
		rest = rest[1:]
		switch r {
		case '%':
			list = append(list, element{any: true})
		case '_':
			list = append(list, element{negated: true})
		case '[':
			e, n := set(rest)
			if n == 0 {
				return nil, syntaxError(pattern.at, "a [ without ] in the pattern")
			}
			list = append(list, e)
			rest = rest[n:]
		default:
			list = append(list, element{ranges: []span{{r, r}}})
		}
	}
	return list, nil
}

// set reads what follows a [ and returns its length, 0 when there is no ]. A ]
// that comes first belongs to the set.
func set(rest []rune) (element, int) {
	var e element
	n := 0
	if n < len(rest) && rest[n] == '^' {
		e.negated = true
		n++
	}
	for first := n; n < len(rest); n++ {
		if rest[n] == ']' && n > first {
			return e, n + 1
		}
		s := span{rest[n], rest[n]}
		if n+2 < len(rest) && rest[n+1] == '-' && rest[n+2] != ']' {
			s.high = rest[n+2]
			n += 2
		}
		e.ranges = append(e.ranges, s)
	}
	return element{}, 0
}

// like matches in time proportional to the product of both lengths: after a
// mismatch only the last % is tried again, one character further on.
func like(pattern []element, s []rune) bool {
	p, i := 0, 0
	star, from := -1, 0 // the last % and where its string ended
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p].any:
			star, from = p, i
			p++
		case p < len(pattern) && pattern[p].accepts(s[i]):
			p++
			i++
		case star >= 0:
			from++
			p, i = star+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p].any {
		p++
	}
	return p == len(pattern)
}
