package wmio

import (
	"fmt"
	"math"
	"testing"
)

// everyType has a property of each CIM type and of each array type, declared
// in an order that is not the alphabet's, with the extreme values.
var everyType = []struct {
	t Type
	v any
}{
	{UInt64, uint64(math.MaxUint64)},
	{SInt8, int8(-128)},
	{UInt8, uint8(255)},
	{SInt16, int16(-32768)},
	{UInt16, uint16(65535)},
	{SInt32, int32(math.MinInt32)},
	{UInt32, uint32(math.MaxUint32)},
	{SInt64, int64(math.MinInt64)},
	{Real32, float32(-1.5)},
	{Real64, math.Pi},
	{Boolean, true},
	{Boolean, false},
	{String, "Größe"}, // one byte a character
	{String, "日本語 😀"}, // UTF-16
	{String, ""},      // not NULL
	{String, "key"},   // in the dictionary, but a value
	{DateTime, "20260102030405.678901+060"},
	{Reference, `\\HOST\root\cimv2:C.Name="a"`},
	{Char16, uint16('Z')},
	{Embedded, embedded("inner")},
	{SInt8 | Array, []int8{-1, 0, 1}},
	{UInt8 | Array, []uint8{1, 2, 255}},
	{SInt16 | Array, []int16{-1, 1}},
	{UInt16 | Array, []uint16{7}},
	{SInt32 | Array, []int32{-1, 1}},
	{UInt32 | Array, []uint32{}}, // empty, not NULL
	{SInt64 | Array, []int64{-1}},
	{UInt64 | Array, []uint64{1 << 63}},
	{Real32 | Array, []float32{0.5}},
	{Real64 | Array, []float64{-0.25, 4}},
	{Boolean | Array, []bool{true, false, true}},
	{String | Array, []string{"a", "", "Ωmega", "read"}},
	{DateTime | Array, []string{"00000001020304.000000:000"}},
	{Reference | Array, []string{"C=@"}},
	{Char16 | Array, []uint16{'a', 'b'}},
	{Embedded | Array, []*Object{embedded("x"), embedded("y")}},
}

func embedded(s string) *Object {
	class := &Class{Name: "Inner", Properties: []Property{{Name: "Text", Type: String, Qualifiers: []Qualifier{cimTypeOf(String)}}}}
	return &Object{Class: class, Instance: true, Values: []Value{{Data: s}}}
}

func cimTypeOf(t Type) Qualifier {
	p := Property{Type: t}
	return p.cimType()
}

func everyClass() *Class {
	class := &Class{Name: "Every", Derivation: []string{"Parent", "Grandparent"}, Qualifiers: []Qualifier{{"dynamic", ToInstance, Boolean, true}, {"provider", ToInstance, String, "CIMWin32"}}}
	for i, e := range everyType {
		p := Property{Name: fmt.Sprintf("%c%02d", 'z'-i%26, i), Type: e.t, Qualifiers: []Qualifier{cimTypeOf(e.t), {"read", 0, Boolean, true}}}
		class.Properties = append(class.Properties, p)
	}
	return class
}

func TestRoundTripValues(t *testing.T) {
	want := &Object{Class: everyClass(), Instance: true, Server: "HOST", Namespace: `root\cimv2`}
	for _, e := range everyType {
		want.Values = append(want.Values, Value{Data: e.v})
	}
	got := mustDecode(t, mustEncode(t, want))
	equal(t, "instance", want, got)

	for i := range want.Values {
		want.Values[i] = Value{}
	}
	equal(t, "all NULL", want, mustDecode(t, mustEncode(t, want)))
}

func TestRoundTripDefaultsAndInheritance(t *testing.T) {
	class := everyClass()
	for i := range class.Properties {
		p := &class.Properties[i]
		p.Default = everyType[i].v
		switch i % 3 {
		case 1:
			p.Inherited, p.Origin, p.DefaultInherited = true, "Parent", true
		case 2:
			p.Inherited, p.Origin = true, "Grandparent"
		}
	}
	equal(t, "class", class, mustDecode(t, mustEncode(t, &Object{Class: class})).Class)

	o, err := class.New(map[string]any{"Z00": uint64(1), "y01": nil})
	if err != nil {
		t.Fatal(err)
	}
	got := mustDecode(t, mustEncode(t, o))
	equal(t, "instance with defaults", o, got)
	if v, ok := got.Value("x02"); !ok || v != uint8(255) {
		t.Errorf("value from the class: %v, %v", v, ok)
	}
}

func TestRoundTripQualifierTypes(t *testing.T) {
	class := &Class{Name: "Q"}
	for i, e := range everyType {
		class.Qualifiers = append(class.Qualifiers, Qualifier{fmt.Sprintf("q%d", i), Amended, e.t, e.v})
	}
	equal(t, "class", class, mustDecode(t, mustEncode(t, &Object{Class: class})).Class)
}

func TestEncodeRefuses(t *testing.T) {
	loop := embedded("")
	loop.Class = &Class{Name: "Loop", Properties: []Property{{Name: "Self", Type: Embedded}}}
	loop.Values[0].Data = loop
	one := func(p Property) *Object { return &Object{Class: &Class{Name: "C", Properties: []Property{p}}} }
	for name, o := range map[string]*Object{
		"nothing":              nil,
		"no class":             {},
		"no type":              one(Property{Name: "P"}),
		"unknown type":         one(Property{Name: "P", Type: 99}),
		"wrong Go type":        one(Property{Name: "P", Type: UInt32, Default: 1}),
		"NUL in a string":      one(Property{Name: "P", Type: String, Default: "a\x00b"}),
		"strange origin":       one(Property{Name: "P", Type: String, Inherited: true, Origin: "Elsewhere"}),
		"qualifier of no type": one(Property{Name: "P", Type: String, Qualifiers: []Qualifier{{Name: "q"}}}),
		"number that is NULL":  {Class: &Class{Name: "C", Qualifiers: []Qualifier{{Name: "q", Type: SInt32}}}},
		"two of one name":      {Class: &Class{Name: "C", Properties: []Property{{Name: "a", Type: UInt8}, {Name: "A", Type: UInt8}}}},
		"values missing":       {Class: myClass, Instance: true},
		"object in itself":     loop,
	} {
		if b, err := Encode(o); err == nil {
			t.Errorf("%s: encoded as %x", name, b)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for name, values := range map[string]map[string]any{
		"unknown property": {"Nothing": "x"},
		"wrong Go type":    {"Id": 7},
		"array for scalar": {"Data1": []string{"x"}},
	} {
		if _, err := myClass.New(values); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSystemProperties(t *testing.T) {
	disk := &Class{Name: "Win32_Disk", Derivation: []string{"CIM_Disk", "CIM_Element"}, Properties: []Property{
		{Name: "Id", Type: String, Qualifiers: []Qualifier{{"key", 0, Boolean, true}}},
		{Name: "Unit", Type: UInt16, Qualifiers: []Qualifier{{"Key", 0, Boolean, true}}},
	}}
	o, err := disk.New(map[string]any{"id": `C:\"x"`, "unit": uint16(3)})
	if err != nil {
		t.Fatal(err)
	}
	o.Server, o.Namespace = "HOST", `ROOT\cimv2`
	single := &Class{Name: "One", Qualifiers: []Qualifier{{"singleton", 0, Boolean, true}}}
	keyless, err := disk.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	// WMI System Properties, and Describing the Location of a WMI Object, in the WMI reference.
	for _, tt := range []struct {
		o    *Object
		name string
		want any
	}{
		{o, "__CLASS", "Win32_Disk"},
		{o, "__class", "Win32_Disk"},
		{o, "__SUPERCLASS", "CIM_Disk"},
		{o, "__DYNASTY", "CIM_Element"},
		{o, "__DERIVATION", []string{"CIM_Disk", "CIM_Element"}},
		{o, "__GENUS", int32(2)},
		{o, "__PROPERTY_COUNT", int32(2)},
		{o, "__SERVER", "HOST"},
		{o, "__NAMESPACE", `ROOT\cimv2`},
		{o, "__RELPATH", `Win32_Disk.Id="C:\\\"x\"",Unit=3`},
		{o, "__PATH", `\\HOST\ROOT\cimv2:Win32_Disk.Id="C:\\\"x\"",Unit=3`},
		{&Object{Class: disk}, "__RELPATH", "Win32_Disk"},
		{&Object{Class: disk}, "__GENUS", int32(1)},
		{&Object{Class: single, Instance: true}, "__RELPATH", "One=@"},
		{&Object{Class: single}, "__SUPERCLASS", nil},
		{keyless, "__RELPATH", nil},
		{keyless, "__SERVER", nil},
	} {
		got, ok := tt.o.Value(tt.name)
		if !ok {
			t.Errorf("%s: not there", tt.name)
		}
		equal(t, tt.name, tt.want, got)
	}
	if v, ok := o.Value("__NOTHING"); ok {
		t.Errorf("__NOTHING is %v", v)
	}
}

func TestFormat(t *testing.T) {
	for _, tt := range []struct {
		t    Type
		v    any
		want string
	}{
		{String, nil, "NULL"},
		{String, `a "b"`, `a "b"`},
		{Reference, `C.Id="x"`, `C.Id="x"`},
		{UInt64, uint64(18446744073709551615), "18446744073709551615"},
		{Boolean, true, "TRUE"},
		{Char16, uint16('A'), "A"},
		{Char16, uint16(7), "7"},
		{Real64, 0.5, "0.5"},
		// DSP0004 2.2.1, the offset in minutes
		{DateTime, "20240315081530.500000+060", "2024-03-15 08:15:30 +01:00"},
		{DateTime, "20240315081530.500000-300", "2024-03-15 08:15:30 -05:00"},
		{DateTime, "00000012010203.000000:000", "12 d 01:02:03"},
		{DateTime, "2024**********.******+***", "2024**********.******+***"},
		{DateTime, "20241315081530.500000+060", "20241315081530.500000+060"},
		{DateTime, "no datetime", "no datetime"},
		{String | Array, []string{"a", `b"`}, `{"a", "b\""}`},
		{UInt8 | Array, []uint8{1, 2}, "{1, 2}"},
		{UInt32 | Array, []uint32{}, "{}"},
		{Boolean | Array, []bool{false}, "{FALSE}"},
		{Embedded, embedded("x"), "instance of Inner"},
		{Embedded | Array, []*Object{{Class: myClass}, nil}, "{class MyClass, NULL}"},
		{UInt8, "not an uint8", "not an uint8"},
	} {
		if got := Format(tt.t, tt.v); got != tt.want {
			t.Errorf("Format(%v, %#v) = %q, want %q", tt.t, tt.v, got, tt.want)
		}
	}
}
