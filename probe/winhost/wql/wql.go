// Package wql reads the SELECT statement of WQL and tells which objects match
// it: what the practice host needs to answer a query.
//
// It follows the WQL pages of the WMI reference ("WQL (SQL for WMI)", "WQL
// Operators", "WHERE Clause", "LIKE Operator"). Schema queries on meta_class
// read like any other. ASSOCIATORS OF, REFERENCES OF, ISA, event queries
// (WITHIN, GROUP, HAVING), dotted properties and the extra date formats are
// not understood and give ErrSyntax.
package wql

import "errors"

// What is wrong with a query. WMI answers each of them with
// WBEM_E_INVALID_QUERY (0x80041017).
var (
	// ErrSyntax: the text is no SELECT statement that this package knows.
	ErrSyntax = errors.New("WQL syntax error")
	// ErrProperty: WHERE names a property that the object doesn't have.
	ErrProperty = errors.New("no such property")
	// ErrOperand: the constant or operator doesn't go with the property's
	// type, such as < with a boolean, or the property is an array.
	ErrOperand = errors.New("operand of the wrong type")
)

// Limits of a query. They keep reading and matching cheap whatever is sent;
// real queries stay far below.
const (
	MaxLength = 16 << 10 // bytes
	MaxDepth  = 64       // parentheses and NOTs inside one another
)

// Query is a SELECT statement.
type Query struct {
	Class      string
	Properties []string // as written, nil for *; may hold system properties such as __RELPATH
	Where      Expr     // nil without a WHERE clause
}

// Get returns the value of a property, nil for NULL; ok is false when the
// object has no such property. Names come as the query has them and ignore
// case. Integers of any size, floats, bool and string can be compared.
type Get func(property string) (value any, ok bool)

// Expr is a condition of a WHERE clause.
type Expr interface {
	match(Get) (bool, error)
}

// Match tells whether the object that get reads fulfils the WHERE clause. Its
// errors wrap ErrProperty or ErrOperand; which conditions are looked at, and
// so whether there is an error, does not depend on the values of others.
func (q Query) Match(get Get) (bool, error) {
	if q.Where == nil {
		return true, nil
	}
	return q.Where.match(get)
}

// all is conditions joined by AND, either by OR.
type (
	all    []Expr
	either []Expr
	not    struct{ of Expr }
)

func (list all) match(get Get) (bool, error) {
	result := true
	for _, e := range list {
		ok, err := e.match(get)
		if err != nil {
			return false, err
		}
		result = result && ok
	}
	return result, nil
}

func (list either) match(get Get) (bool, error) {
	result := false
	for _, e := range list {
		ok, err := e.match(get)
		if err != nil {
			return false, err
		}
		result = result || ok
	}
	return result, nil
}

func (n not) match(get Get) (bool, error) {
	ok, err := n.of.match(get)
	return !ok && err == nil, err
}
