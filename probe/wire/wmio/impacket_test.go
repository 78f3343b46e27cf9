package wmio

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe/peers"
)

// impacketProgram decodes one object a line, in hex, and prints what it
// understood of each.
const impacketProgram = `
import sys, json
from impacket.dcerpc.v5.dcom.wmi import ENCODING_UNIT
def plain(v):
    if isinstance(v, ENCODING_UNIT):
        v['ObjectBlock'].parseObject()
        return v['ObjectBlock'].ctCurrent['name']
    return [plain(x) for x in v] if isinstance(v, list) else v
for line in sys.stdin:
    block = ENCODING_UNIT(bytes.fromhex(line))['ObjectBlock']
    block.parseObject()
    c = block.ctCurrent
    print(json.dumps({'Name': c['name'], 'Instance': block.isInstance(),
        'Qualifiers': {k: plain(v) for k, v in c['qualifiers'].items()},
        'Properties': [{'Name': p['name'], 'Type': p['stype'], 'Inherited': bool(p['inherited']), 'Value': plain(p['value']),
            'Qualifiers': {k: plain(v) for k, v in p['qualifiers'].items()}} for p in c['properties'].values()]}))
`

// impacketObject is what impacket's own decoder made of an object. Its names
// of a class list the superclasses, its properties are in declaration order.
type impacketObject struct {
	Name       string
	Instance   bool
	Qualifiers map[string]any
	Properties []struct {
		Name, Type string
		Inherited  bool
		Value      any
		Qualifiers map[string]any
	}
}

func impacket(t *testing.T, objects ...[]byte) []impacketObject {
	t.Helper()
	peers.Need(t, peers.Impacket)
	var in, out, errs bytes.Buffer
	for _, b := range objects {
		fmt.Fprintln(&in, hex.EncodeToString(b))
	}
	cmd := exec.Command(peers.Python(), "-c", impacketProgram)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &in, &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("impacket: %v\n%s", err, errs.Bytes())
	}
	var list []impacketObject
	for d := json.NewDecoder(&out); d.More(); {
		var o impacketObject
		if err := d.Decode(&o); err != nil {
			t.Fatal(err)
		}
		list = append(list, o)
	}
	if len(list) != len(objects) {
		t.Fatalf("impacket read %d of %d objects", len(list), len(objects))
	}
	return list
}

// sameClass compares names, types and order of the properties, and which
// qualifiers there are.
func sameClass(t *testing.T, ours *Object, theirs impacketObject) {
	t.Helper()
	names := append([]string{ours.Class.Name}, ours.Class.Derivation...)
	var their []string
	for n := range strings.SplitSeq(theirs.Name, ":") {
		their = append(their, strings.TrimSpace(n))
	}
	equal(t, "class and superclasses", names, their)
	equal(t, "instance", theirs.Instance, ours.Instance)
	if len(theirs.Properties) != len(ours.Class.Properties) {
		t.Fatalf("%d properties, impacket has %d", len(ours.Class.Properties), len(theirs.Properties))
	}
	for i, p := range ours.Class.Properties {
		their := theirs.Properties[i]
		word := strings.Replace(p.Type.Base().String(), "boolean", "bool", 1)
		if p.Name != their.Name || word != their.Type || p.Inherited != their.Inherited || len(p.Qualifiers) != len(their.Qualifiers) {
			t.Errorf("property %d: %+v, impacket has %+v", i, p, their)
		}
		for _, q := range p.Qualifiers {
			if _, ok := their.Qualifiers[q.Name]; !ok {
				t.Errorf("%s: impacket has no qualifier %s", p.Name, q.Name)
			}
		}
	}
}

// inPythonsWords turns a value into what impacket makes of it, as JSON tells.
func inPythonsWords(v any) any {
	switch v := v.(type) {
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	case *Object:
		return v.Class.Name
	case []*Object:
		var names []any
		for _, o := range v {
			names = append(names, o.Class.Name)
		}
		return names
	case []uint8: // JSON would make base64 of it
		var numbers []any
		for _, n := range v {
			numbers = append(numbers, float64(n))
		}
		return numbers
	}
	b, _ := json.Marshal(v)
	var plain any
	json.Unmarshal(b, &plain)
	return plain
}

// TestImpacketReadsOurs leaves out what impacket 0.10 does not read: it stops at
// a real, 0xFFFFFFFF is
// NULL to it whatever the type, arrays of boolean, datetime and reference
// come out as numbers, an empty array as an error, a string outside ASCII
// depends on the version.
func TestImpacketReadsOurs(t *testing.T) {
	class := &Class{Name: "Every", Derivation: []string{"Parent", "Grandparent"}, Qualifiers: []Qualifier{{"dynamic", ToInstance, Boolean, true}, {"provider", ToInstance, String, "CIMWin32"}}}
	var values []Value
	for i, e := range everyType {
		switch e.t {
		case Real32, Real64, Boolean | Array, DateTime | Array, Reference | Array, UInt32, UInt32 | Array:
			continue
		}
		if s, ok := e.v.(string); ok && s == "Größe" {
			continue
		}
		class.Properties = append(class.Properties, Property{Name: fmt.Sprintf("%c%02d", 'z'-i%26, i), Type: e.t, Inherited: i%2 == 0,
			Qualifiers: []Qualifier{cimTypeOf(e.t), {"key", 0, Boolean, true}, {"Values", 0, String | Array, []string{"a", "b"}}}})
		values = append(values, Value{Data: e.v})
	}
	o := &Object{Class: class, Instance: true, Server: "HOST", Namespace: `ROOT\cimv2`, Values: values}
	nulls := &Object{Class: class, Instance: true, Values: make([]Value, len(values))}
	got := impacket(t, mustEncode(t, o), mustEncode(t, nulls), mustEncode(t, &Object{Class: class}))
	sameClass(t, o, got[0])
	sameClass(t, nulls, got[1])
	sameClass(t, &Object{Class: class}, got[2])
	for i, p := range got[0].Properties {
		equal(t, p.Name+" "+class.Properties[i].Type.String(), inPythonsWords(values[i].Data), p.Value)
	}
	for i, p := range got[1].Properties {
		if p.Value != nil && !class.Properties[i].Inherited { // it lets an inherited property keep the slot's number
			t.Errorf("NULL %s is %v to impacket", p.Name, p.Value)
		}
	}
	equal(t, "class qualifiers", map[string]any{"dynamic": "True", "provider": "CIMWin32"}, got[0].Qualifiers)
	equal(t, "property qualifiers", map[string]any{"CIMTYPE": "uint64", "key": "True", "Values": []any{"a", "b"}}, got[0].Properties[0].Qualifiers)
}
