package wql

import (
	"cmp"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// isNull is the condition that a property is NULL.
type isNull string

func (property isNull) match(get Get) (bool, error) {
	v, err := read(get, string(property))
	return v == nil && err == nil, err
}

func read(get Get, property string) (any, error) {
	v, ok := get(property)
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrProperty, property)
	}
	return v, nil
}

// comparison is a property, an operator and a constant other than NULL.
type comparison struct {
	property, operator string
	constant           any // string, number or bool
}

// match: a property that is NULL compares as false whatever the operator. The
// reference doesn't say so; it only says that NULL is neither 0 nor blank.
func (c comparison) match(get Get) (bool, error) {
	v, err := read(get, c.property)
	if v == nil || err != nil {
		return false, err
	}
	order, err := c.order(v)
	if err != nil {
		return false, err
	}
	switch c.operator {
	case "=":
		return order == 0, nil
	case "<>":
		return order != 0, nil
	case "<":
		return order < 0, nil
	case "<=":
		return order <= 0, nil
	case ">":
		return order > 0, nil
	default:
		return order >= 0, nil
	}
}

// order compares a value with the constant, as numbers where one of them is a
// number: 64-bit integers may be written as strings on either side. Strings
// are compared without regard to case, which also puts datetimes of one
// offset from UTC into their order.
func (c comparison) order(v any) (int, error) {
	switch v := v.(type) {
	case bool:
		want, ok := truth(c.constant)
		if !ok || (c.operator != "=" && c.operator != "<>") {
			return 0, c.mismatch("a boolean")
		}
		return compareBool(v, want), nil
	case string:
		if s, ok := c.constant.(string); ok {
			return strings.Compare(strings.ToUpper(v), strings.ToUpper(s)), nil
		}
	}
	left, ok := toNumber(v)
	if !ok {
		return 0, c.mismatch(fmt.Sprintf("a %T", v))
	}
	right, ok := toNumber(c.constant)
	if !ok {
		return 0, c.mismatch("a number")
	}
	return left.compare(right), nil
}

func (c comparison) mismatch(is string) error {
	return fmt.Errorf("%w: %s %s %.60v, where %s is %s", ErrOperand, c.property, c.operator, c.constant, c.property, is)
}

func compareBool(a, b bool) int {
	if a == b {
		return 0
	}
	return 1
}

// truth reads a constant for a boolean property: TRUE is 1, FALSE is 0 (WHERE
// Clause), and the words may be quoted (the example of LIKE Operator).
func truth(constant any) (value, ok bool) {
	switch c := constant.(type) {
	case bool:
		return c, true
	case string:
		return strings.EqualFold(c, "TRUE"), strings.EqualFold(c, "TRUE") || strings.EqualFold(c, "FALSE")
	case number:
		return c.compare(number{}) != 0, c == number{} || c == number{whole: 1}
	}
	return false, false
}

// number is an integer of 64 bits and a sign, or a real.
type number struct {
	negative bool
	whole    uint64
	isReal   bool
	real     float64
}

func (n number) float() float64 {
	switch {
	case n.isReal:
		return n.real
	case n.negative:
		return -float64(n.whole)
	}
	return float64(n.whole)
}

func (n number) compare(m number) int {
	switch {
	case n.isReal || m.isReal:
		return cmp.Compare(n.float(), m.float())
	case n.negative != m.negative:
		if n.negative {
			return -1
		}
		return 1
	case n.negative:
		return cmp.Compare(m.whole, n.whole)
	}
	return cmp.Compare(n.whole, m.whole)
}

// parseNumber reads a decimal or hexadecimal integer of at most 64 bits, or a
// real.
func parseNumber(s string) (number, bool) {
	body, negative := strings.CutPrefix(s, "-")
	if !negative {
		body = strings.TrimPrefix(s, "+")
	}
	digits, base := body, 10
	if len(body) > 2 && strings.EqualFold(body[:2], "0x") {
		digits, base = body[2:], 16
	}
	if whole, err := strconv.ParseUint(digits, base, 64); err == nil {
		return number{negative: negative && whole != 0, whole: whole}, true
	}
	if base == 16 || body == "" || !isDigit(body[0]) && body[0] != '.' || strings.ContainsAny(body, "_xXpP") {
		return number{}, false
	}
	real, err := strconv.ParseFloat(s, 64)
	return number{isReal: true, real: real}, err == nil
}

// toNumber takes the number of a value or constant, a string of digits
// included.
func toNumber(v any) (number, bool) {
	switch v := v.(type) {
	case number:
		return v, true
	case bool: // a constant, TRUE or FALSE
		if v {
			return number{whole: 1}, true
		}
		return number{}, true
	case string:
		return parseNumber(strings.TrimSpace(v))
	}
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		return parseNumber(strconv.FormatInt(r.Int(), 10))
	case r.CanUint():
		return number{whole: r.Uint()}, true
	case r.CanFloat():
		return number{isReal: true, real: r.Float()}, true
	}
	return number{}, false
}
