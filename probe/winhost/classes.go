package winhost

import (
	"fmt"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmio"
)

// classOf makes the class definition of a machine's class as WMI sends it. With
// columns it is the projection of a SELECT: these properties alone, in the
// class's own order.
func classOf(c *machine.Class, columns []string) *wmio.Class {
	out := &wmio.Class{Name: c.Name, Derivation: c.Derivation, Qualifiers: []wmio.Qualifier{
		{Name: "provider", Type: wmio.String, Value: c.Provider, Flavor: wmio.ToInstance | wmio.ToSubclass},
	}}
	if c.Provider == "" {
		out.Qualifiers = nil
	}
	if c.Abstract {
		out.Qualifiers = append(out.Qualifiers, wmio.Qualifier{Name: "abstract", Type: wmio.Boolean, Value: true})
	}
	for _, p := range c.Properties {
		if columns != nil && !selected(columns, p.Name) {
			continue
		}
		property := wmio.Property{Name: p.Name, Type: cimType(p)}
		if p.Key {
			property.Qualifiers = append(property.Qualifiers, wmio.Qualifier{Name: "key", Type: wmio.Boolean, Value: true,
				Flavor: wmio.ToInstance | wmio.ToSubclass})
		}
		out.Properties = append(out.Properties, property)
	}
	return out
}

func selected(columns []string, name string) bool {
	for _, c := range columns {
		if strings.EqualFold(c, name) {
			return true
		}
	}
	return false
}

func cimType(p machine.Property) wmio.Type {
	t := map[string]wmio.Type{
		machine.CIMString: wmio.String, machine.CIMBool: wmio.Boolean, machine.CIMUint8: wmio.UInt8,
		machine.CIMUint16: wmio.UInt16, machine.CIMUint32: wmio.UInt32, machine.CIMUint64: wmio.UInt64,
		machine.CIMSint16: wmio.SInt16, machine.CIMSint32: wmio.SInt32, machine.CIMDatetime: wmio.DateTime,
	}[p.Type]
	if p.Array {
		t |= wmio.Array
	}
	return t
}

// instance makes the object of one row.
func instance(class *wmio.Class, row machine.Row, server, namespace string) (*wmio.Object, error) {
	values := map[string]any{}
	for name, v := range row {
		if class.Property(name) >= 0 {
			values[name] = v
		}
	}
	o, err := class.New(values)
	if err != nil {
		return nil, fmt.Errorf("row of %s: %w", class.Name, err)
	}
	o.Server, o.Namespace = server, namespace
	return o, nil
}
