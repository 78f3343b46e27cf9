// Package wmio reads and writes CIM classes and instances in the encoding of
// MS-WMIO, the form in which WMI sends every object.
//
// A class or instance on its own travels as an EncodingUnit inside an
// OBJREF_CUSTOM (Decode, Encode). Rows of an enumeration may travel together
// as an ObjectArray of MS-WMI 2.2.14 (DecodeArray, EncodeArray).
//
// The decoder trusts no length, count or offset it is given: work and memory
// are bounded by the length of the input, and nesting by MaxDepth. Methods of
// a class are skipped, since nothing here calls one.
package wmio

import (
	"errors"
	"fmt"
	"iter"
	"strings"
)

// MaxDepth is how deep objects may be embedded in one another, the outermost
// counting as one. Windows sends two or three.
const MaxDepth = 8

// ErrMalformed is wrapped by every error of Decode and DecodeArray.
var ErrMalformed = errors.New("malformed WMI object")

// ErrInvalid is wrapped by every error of Encode, EncodeArray and Class.New:
// the object handed in can't be written.
var ErrInvalid = errors.New("invalid WMI object")

// Class is a CIM class definition. Objects of one class share a *Class, which
// is read-only once objects refer to it.
type Class struct {
	Name       string
	Derivation []string // superclasses, the immediate one first
	Qualifiers []Qualifier
	Properties []Property // in declaration order

	// Where the values of a decoded class and of its instances lie.
	tables  uint32 // length of NdTable and ValueTable together
	offsets []uint32
	lookup  []int // indices into Properties, in the order of the PropertyLookupTable
}

// Super returns the name of the immediate superclass, "" for a base class.
func (c *Class) Super() string {
	if len(c.Derivation) == 0 {
		return ""
	}
	return c.Derivation[0]
}

// Property returns the index of the named property, or -1. CIM names ignore
// case.
func (c *Class) Property(name string) int {
	for i := range c.Properties {
		if strings.EqualFold(c.Properties[i].Name, name) {
			return i
		}
	}
	return -1
}

// Property declares one property of a class (MS-WMIO 2.2.30).
type Property struct {
	Name       string
	Type       Type
	Inherited  bool   // declared in a superclass
	Origin     string // the class that declared it; "" stands for this class or, when Inherited, the immediate superclass
	Qualifiers []Qualifier

	// Default is the default value, nil for NULL. See Type for the Go types.
	Default any
	// DefaultInherited says that the default, NULL or not, comes from a
	// superclass (MS-WMIO 2.2.27).
	DefaultInherited bool
}

// Key reports whether the property is part of the class's key.
func (p *Property) Key() bool {
	q, ok := find(p.Qualifiers, "key")
	set, isBool := q.Value.(bool)
	return ok && isBool && set
}

// Qualifier is a named remark on a class, property or instance (MS-WMIO 2.2.60).
type Qualifier struct {
	Name   string
	Flavor Flavor
	Type   Type
	Value  any // nil for NULL; see Type
}

func find(qualifiers []Qualifier, name string) (Qualifier, bool) {
	for _, q := range qualifiers {
		if strings.EqualFold(q.Name, name) {
			return q, true
		}
	}
	return Qualifier{}, false
}

// Flavor says where a qualifier comes from and goes to (MS-WMIO 2.2.62).
type Flavor uint8

// The flavors of MS-WMIO 2.2.62.
const (
	ToInstance     Flavor = 0x01
	ToSubclass     Flavor = 0x02
	NotOverridable Flavor = 0x10
	Propagated     Flavor = 0x20 // inherited from a superclass
	SystemOrigin   Flavor = 0x40
	Amended        Flavor = 0x80 // localised
)

// Object is a CIM class definition or an instance of a class.
type Object struct {
	Class    *Class
	Instance bool

	// Server and Namespace say where the object comes from (MS-WMIO 2.2.7).
	// Both empty: not told.
	Server, Namespace string

	// Qualifiers and Values belong to an instance. Values has one entry for
	// each of Class.Properties, in the same order.
	Qualifiers []Qualifier
	Values     []Value
}

// Value is what an instance holds for one property.
type Value struct {
	Data       any  // nil for NULL; see Type
	Default    bool // taken from the class, not set in the instance
	Qualifiers []Qualifier
}

// New returns an instance of the class. Properties that values doesn't name
// keep their default. A nil value is NULL. Names ignore case; a name the class
// doesn't have and a value of the wrong Go type are errors.
func (c *Class) New(values map[string]any) (*Object, error) {
	o := &Object{Class: c, Instance: true, Values: make([]Value, len(c.Properties))}
	for i, p := range c.Properties {
		o.Values[i] = Value{Data: p.Default, Default: true}
	}
	for name, v := range values {
		i := c.Property(name)
		if i < 0 {
			return nil, fmt.Errorf("%w: class %s has no property %s", ErrInvalid, c.Name, name)
		}
		if !c.Properties[i].Type.holds(v) {
			return nil, fmt.Errorf("%w: %s.%s is %s, not %T", ErrInvalid, c.Name, name, c.Properties[i].Type, v)
		}
		o.Values[i] = Value{Data: v}
	}
	return o, nil
}

// Value returns the value of a property, nil when it is NULL; ok is false when
// the class has no such property. For a class definition it is the default.
// The system properties of the object (__CLASS, __RELPATH …) are found too.
func (o *Object) Value(name string) (value any, ok bool) {
	if i := o.Class.Property(name); i >= 0 {
		return o.data(i), true
	}
	return o.system(name)
}

func (o *Object) data(i int) any {
	if !o.Instance {
		return o.Class.Properties[i].Default
	}
	if i >= len(o.Values) {
		return nil
	}
	return o.Values[i].Data
}

// All runs through the properties in declaration order, with their values as
// Value returns them.
func (o *Object) All() iter.Seq2[*Property, any] {
	return func(yield func(*Property, any) bool) {
		for i := range o.Class.Properties {
			if !yield(&o.Class.Properties[i], o.data(i)) {
				return
			}
		}
	}
}
