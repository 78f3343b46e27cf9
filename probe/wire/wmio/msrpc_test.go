package wmio

import (
	"testing"

	peerwmi "github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi"
	peer "github.com/oiweiwei/go-msrpc/msrpc/dcom/wmio"
)

// peerTypes are the types whose values go-msrpc's codec reads and writes
// right. It takes the bytes of a compressed string for UTF-8 and mixes up
// classes whose declaration order is not the alphabet's, so the test sends
// none. It writes arrays of char16 as sint16.
func peerTypes() (*Class, map[string]any) {
	class := &Class{Name: "Every", Derivation: []string{"Parent", "Grandparent"}, Qualifiers: []Qualifier{{"dynamic", ToInstance, Boolean, true}}}
	values := map[string]any{}
	for i, e := range everyType {
		if s, ok := e.v.(string); ok && s == "Größe" || e.t == Char16|Array || e.t.Base() == Embedded {
			continue
		}
		name := string([]byte{'A' + byte(i/26), 'a' + byte(i%26)})
		class.Properties = append(class.Properties, Property{Name: name, Type: e.t, Qualifiers: []Qualifier{cimTypeOf(e.t), {"key", 0, Boolean, true}, {"Values", 0, String | Array, []string{"a", "b"}}}})
		values[name] = e.v
	}
	return class, values
}

func TestGoMSRPCReadsOurs(t *testing.T) {
	class, values := peerTypes()
	o, err := class.New(values)
	if err != nil {
		t.Fatal(err)
	}
	o.Server, o.Namespace = "HOST", `ROOT\cimv2`
	got, err := peer.Unmarshal(mustEncode(t, o))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "class", []string{"Every", "Parent", "Grandparent", "HOST", `ROOT\cimv2`},
		append(append([]string{got.Instance.CurrentClass.Name}, got.Instance.CurrentClass.Derivation...), got.Decoration.ServerName, got.Decoration.Namespace))
	for i, p := range got.Instance.Properties {
		want := class.Properties[i]
		if p.Name != want.Name || uint32(p.Value.Type) != uint32(want.Type) || len(got.Instance.CurrentClass.Properties[i].Qualifiers) != 3 {
			t.Errorf("property %d is %s, type %v", i, p.Name, p.Value.Type)
		}
		equal(t, p.Name, values[p.Name], p.Value.Value)
	}

	read, err := peer.Unmarshal(mustEncode(t, &Object{Class: class}))
	if err != nil {
		t.Fatal(err)
	}
	if name, n := read.Class.CurrentClass.Name, len(read.Class.CurrentClass.Properties); name != "Every" || n != len(class.Properties) || read.Class.ParentClass.Name != "Parent" {
		t.Errorf("class %s with %d properties, superclass %s", name, n, read.Class.ParentClass.Name)
	}
}

func TestWeReadGoMSRPCs(t *testing.T) {
	class, values := peerTypes()
	theirs := peer.Class{Name: class.Name, Derivation: class.Derivation}
	for i, p := range class.Properties {
		theirs.Properties = append(theirs.Properties, &peer.Property{
			Name: p.Name, Order: uint16(i), Nullable: true, Value: peer.Value{Type: peer.CIMType(p.Type)},
			ClassOfOrigin: 2, Qualifiers: []*peer.Qualifier{{Name: "key", Value: peer.Value{Type: peer.Bool, Value: true}}},
		})
	}
	instance := &peer.Instance{CurrentClass: theirs, ClassName: class.Name}
	for i, p := range theirs.Properties {
		v := peer.Value{Type: p.Value.Type, Value: values[p.Name]}
		instance.Properties = append(instance.Properties, &peer.Property{Name: p.Name, Order: uint16(i), Value: v})
	}
	b, err := peer.Marshal(&peer.Object{Decoration: &peer.Decoration{ServerName: "HOST", Namespace: "ROOT"}, Instance: instance})
	if err != nil {
		t.Fatal(err)
	}
	got := mustDecode(t, b)
	equal(t, "class name", class.Name, got.Class.Name)
	equal(t, "derivation", class.Derivation, got.Class.Derivation)
	equal(t, "server", "HOST", got.Server)
	for p, v := range got.All() {
		if values[p.Name] == "" {
			continue // go-msrpc writes the empty string as NULL
		}
		equal(t, p.Name, values[p.Name], v)
		if !p.Key() {
			t.Errorf("%s: qualifiers %v", p.Name, p.Qualifiers)
		}
	}
}

// TestGoMSRPCReadsOurArray also shows that rows without their class can be
// read by the class sent before.
func TestGoMSRPCReadsOurArray(t *testing.T) {
	list := rows(t, 3)
	b, err := EncodeArray(list, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := peerwmi.UnmarshalObjectArrayWithClasses(b, map[string]*peer.Class{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Objects) != len(list) {
		t.Fatalf("%d objects", len(got.Objects))
	}
	for i, o := range got.Objects {
		equal(t, "Number", uint32(i), o.Object.Values()["Number"])
		equal(t, "server", "HOST", o.Object.Decoration.ServerName)
	}
}
