package wmio

import (
	"fmt"
	"reflect"
)

// Type is a CIM type as MS-WMIO 2.2.82 numbers it, Array included.
//
// Values have these Go types, arrays being slices of them:
//
//	sint8 … uint64              int8 … uint64
//	real32, real64              float32, float64
//	boolean                     bool
//	char16                      uint16
//	string, datetime, reference string
//	object                      *Object
type Type uint16

// The CIM types.
const (
	SInt16    Type = 2
	SInt32    Type = 3
	Real32    Type = 4
	Real64    Type = 5
	String    Type = 8
	Boolean   Type = 11
	Embedded  Type = 13 // CIM-TYPE-OBJECT
	SInt8     Type = 16
	UInt8     Type = 17
	UInt16    Type = 18
	UInt32    Type = 19
	SInt64    Type = 20
	UInt64    Type = 21
	DateTime  Type = 101
	Reference Type = 102
	Char16    Type = 103

	// Array is or-ed to a type. The table of CIM-ARRAY constants in 2.2.82
	// has wrong numbers for some types; this rule, given there as well, is
	// what the examples of section 3 and Windows follow.
	Array Type = 0x2000
)

// inheritedFlag is or-ed to a PropertyType (MS-WMIO 2.2.32).
const inheritedFlag Type = 0x4000

// IsArray reports whether t is an array type.
func (t Type) IsArray() bool { return t&Array != 0 }

// Base returns the type of the elements of an array, or t itself.
func (t Type) Base() Type { return t &^ Array }

// String returns the type as MOF writes it, with [] for an array.
func (t Type) String() string {
	k, ok := t.kind()
	if !ok {
		return fmt.Sprintf("type %d", uint16(t))
	}
	if t.IsArray() {
		return k.name + "[]"
	}
	return k.name
}

// kind is what the codec has to know about a base type.
type kind struct {
	name          string
	size          int // bytes one value takes where it is stored inline
	scalar, slice any // samples of the Go types
}

const refSize = 4 // a HeapRef

func (t Type) kind() (kind, bool) {
	switch t.Base() {
	case SInt8:
		return kind{"sint8", 1, int8(0), []int8(nil)}, true
	case UInt8:
		return kind{"uint8", 1, uint8(0), []uint8(nil)}, true
	case SInt16:
		return kind{"sint16", 2, int16(0), []int16(nil)}, true
	case UInt16:
		return kind{"uint16", 2, uint16(0), []uint16(nil)}, true
	case SInt32:
		return kind{"sint32", 4, int32(0), []int32(nil)}, true
	case UInt32:
		return kind{"uint32", 4, uint32(0), []uint32(nil)}, true
	case SInt64:
		return kind{"sint64", 8, int64(0), []int64(nil)}, true
	case UInt64:
		return kind{"uint64", 8, uint64(0), []uint64(nil)}, true
	case Real32:
		return kind{"real32", 4, float32(0), []float32(nil)}, true
	case Real64:
		return kind{"real64", 8, float64(0), []float64(nil)}, true
	case Boolean:
		return kind{"boolean", 2, false, []bool(nil)}, true
	case Char16:
		return kind{"char16", 2, uint16(0), []uint16(nil)}, true
	case String:
		return kind{"string", refSize, "", []string(nil)}, true
	case DateTime:
		return kind{"datetime", refSize, "", []string(nil)}, true
	case Reference:
		return kind{"reference", refSize, "", []string(nil)}, true
	case Embedded:
		return kind{"object", refSize, (*Object)(nil), []*Object(nil)}, true
	}
	return kind{}, false
}

// slot returns how many bytes a value of the type takes in a ValueTable or a
// qualifier, 0 for a type that doesn't exist.
func (t Type) slot() int {
	k, ok := t.kind()
	if ok && t.IsArray() {
		return refSize
	}
	return k.size
}

// inHeap reports whether values are stored in the heap and a reference in
// their place.
func (t Type) inHeap() bool {
	switch t {
	case String, DateTime, Reference, Embedded:
		return true
	}
	return t.IsArray()
}

// holds reports whether v is NULL or has the Go type of t.
func (t Type) holds(v any) bool {
	k, ok := t.kind()
	if !ok || v == nil {
		return ok
	}
	want := k.scalar
	if t.IsArray() {
		want = k.slice
	}
	return reflect.TypeOf(v) == reflect.TypeOf(want)
}
