package wmio

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// vector reads an example of the specification, padded with zeros to the
// length it states where the example is cut short.
func vector(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name + ".hex")
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(raw), "\n") // the first line names the source
	b, err := hex.DecodeString(strings.Join(strings.Fields(body), ""))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if want := 8 + int(le.Uint32(b[4:])); len(b) < want {
		b = append(b, make([]byte, want-len(b))...)
	}
	return b
}

func mustDecode(t testing.TB, b []byte) *Object {
	t.Helper()
	o, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func mustEncode(t testing.TB, o *Object) []byte {
	t.Helper()
	b, err := Encode(o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// alike compares what objects say, not where their bytes lay.
var alike = cmp.Options{cmpopts.IgnoreUnexported(Class{}), cmpopts.EquateEmpty()}

func equal(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, alike); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// The MOF of section 3, as its prose and tables explain it.
var (
	myClass = &Class{
		Name:       "MyClass",
		Derivation: []string{"Base"},
		Qualifiers: []Qualifier{{Name: "Description", Type: String, Value: "MyClass Example"}},
		Properties: []Property{
			{Name: "Id", Type: SInt32, Inherited: true, Origin: "Base", DefaultInherited: true, Qualifiers: []Qualifier{
				{"CIMTYPE", ToInstance | ToSubclass | Propagated, String, "sint32"},
				{"key", ToInstance | ToSubclass | NotOverridable | Propagated, Boolean, true},
			}},
			{Name: "Data1", Type: String, Qualifiers: []Qualifier{
				{"CIMTYPE", ToInstance | ToSubclass, String, "string"},
				{"read", 0, Boolean, true},
				{"write", 0, Boolean, true},
			}},
			{Name: "Data2", Type: String, Default: "defaultValue", Qualifiers: []Qualifier{
				{"CIMTYPE", ToInstance | ToSubclass, String, "string"},
			}},
			{Name: "Array", Type: UInt32 | Array, Qualifiers: []Qualifier{
				{"CIMTYPE", ToInstance | ToSubclass, String, "uint32"},
			}},
		},
	}
)

func TestSpecificationExamples(t *testing.T) {
	for _, tt := range []struct {
		name string // of the vector
		want *Object
	}{
		{"base", &Object{Class: &Class{
			Name: "Base",
			Properties: []Property{{Name: "Id", Type: SInt32, Qualifiers: []Qualifier{
				{"CIMTYPE", ToInstance | ToSubclass, String, "sint32"},
				{"key", ToInstance | ToSubclass | NotOverridable, Boolean, true},
			}}},
		}}},
		{"myclass", &Object{Class: myClass}},
		{"instance", &Object{Class: myClass, Instance: true, Values: []Value{
			{Data: int32(123)},
			{Data: "StringField"},
			{Data: "defaultValue", Default: true},
			{Data: []uint32{1, 2, 3}},
		}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.Server, tt.want.Namespace = "DPRAVAT-DEV", "ROOT"
			equal(t, "decoded", tt.want, mustDecode(t, vector(t, tt.name)))
			equal(t, "encoded and decoded", tt.want, mustDecode(t, mustEncode(t, tt.want)))
		})
	}
}

// TestPropertyQualifiersOfInstance: the second instance of MS-WMIO 3.1, whose
// Data1 has a qualifier of its own. The sets come in the order of the lookup
// table (Array, Data1, Data2, Id).
func TestPropertyQualifiersOfInstance(t *testing.T) {
	want := mustDecode(t, vector(t, "instance"))
	want.Qualifiers = []Qualifier{{"whole", 0, SInt32, int32(-1)}}
	want.Values[1].Qualifiers = []Qualifier{{"test", 0, Boolean, true}}
	b := mustEncode(t, want)
	equal(t, "decoded", want, mustDecode(t, b))
	sets := "02" + "04000000" + "0f000000" // flag, Array: nothing, Data1: 15 bytes
	if !strings.Contains(hex.EncodeToString(b), sets) {
		t.Errorf("no %s in %x", sets, b)
	}
}

// TestSortedLookup: 2.2.21 wants the table sorted, and the one of
// Win32_Process that Windows sends ignores case in doing so
// (CreationDate before CSName).
func TestSortedLookup(t *testing.T) {
	class := &Class{Name: "C", Properties: []Property{
		{Name: "CSName", Type: String}, {Name: "Zeta", Type: UInt8}, {Name: "CreationDate", Type: DateTime}, {Name: "alpha", Type: UInt64},
	}}
	got := mustDecode(t, mustEncode(t, &Object{Class: class})).Class
	var names []string
	for _, i := range got.lookup {
		names = append(names, got.Properties[i].Name)
	}
	equal(t, "lookup order", []string{"alpha", "CreationDate", "CSName", "Zeta"}, names)
	equal(t, "offsets in declaration order", []uint32{0, 4, 5, 9}, got.offsets)
}
