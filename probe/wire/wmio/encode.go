package wmio

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strings"
)

// Encode writes an EncodingUnit (MS-WMIO 2.2.1): the class definition, or the
// instance with its class. Every property gets the CIMTYPE qualifier that
// Windows gives it (and 2.3.1 and 2.3.2 demand) unless it has one. A class is
// written without methods; the superclass that goes before it is made up of
// what the class tells of it.
func Encode(o *Object) ([]byte, error) {
	e := &encoding{}
	block := e.objectBlock(o, true)
	if e.err != nil {
		return nil, e.err
	}
	b := le.AppendUint32(make([]byte, 0, 8+len(block)), signature)
	b = le.AppendUint32(b, uint32(len(block)))
	return append(b, block...), nil
}

// objectBlock writes an ObjectBlock (MS-WMIO 2.2.5). Without its class an
// instance is an EncodingUnitInstanceNoClass (2.2.3).
func (e *encoding) objectBlock(o *Object, withClass bool) []byte {
	if e.depth++; e.depth > MaxDepth {
		e.fail("more than %d objects inside one another", MaxDepth)
	}
	defer func() { e.depth-- }()
	if o == nil || o.Class == nil {
		e.fail("no class")
	}
	if e.err != nil {
		return nil
	}
	flags := byte(flagClass)
	if o.Instance {
		flags = flagInstance
	}
	decorated := o.Server != "" || o.Namespace != ""
	if decorated {
		flags |= flagDecor
	}
	b := []byte{flags}
	if decorated {
		b = e.appendText(b, o.Server)
		b = e.appendText(b, o.Namespace)
	}
	switch {
	case !o.Instance:
		b = append(b, e.classPart(o.Class.superclass())...)
		b = append(b, noMethods...)
		b = append(b, e.classPart(o.Class)...)
		b = append(b, noMethods...)
	case withClass:
		b = append(b, e.classPart(o.Class)...)
		b = append(b, e.instance(o)...)
	default:
		b = append(b, e.instance(o)...)
	}
	if len(b) > math.MaxInt32 {
		e.fail("class %s: object of %d bytes", o.Class.Name, len(b))
	}
	return b
}

// noMethods is a MethodsPart with nothing in it (MS-WMIO 2.2.38).
var noMethods = []byte{12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80}

// superclass returns the immediate superclass as far as the class tells: its
// inherited properties. Without one it is the nameless class of 2.2.11.
func (class *Class) superclass() *Class {
	super := &Class{}
	if len(class.Derivation) == 0 {
		return super
	}
	super.Name, super.Derivation = class.Derivation[0], class.Derivation[1:]
	for _, p := range class.Properties {
		if !p.Inherited {
			continue
		}
		p.Inherited = p.Origin != "" && !strings.EqualFold(p.Origin, super.Name)
		p.DefaultInherited = p.DefaultInherited && p.Inherited
		super.Properties = append(super.Properties, p)
	}
	return super
}

// classPart writes a ClassPart (MS-WMIO 2.2.15).
func (e *encoding) classPart(class *Class) []byte {
	h := &heapWriter{encoding: e}
	name := uint32(null)
	if class.Name != "" {
		name = h.name(class.Name)
	}
	var derivation []byte
	for _, super := range class.Derivation {
		before := len(derivation)
		derivation = e.appendText(derivation, super)
		derivation = le.AppendUint32(derivation, uint32(len(derivation)-before))
	}
	qualifiers := h.qualifiers(class.Qualifiers)
	lookup := h.properties(class)
	tables := h.tables(class, 0xFF, func(i int) (any, bool) {
		return class.Properties[i].Default, class.Properties[i].DefaultInherited
	})

	b := []byte{0} // ReservedOctet
	b = le.AppendUint32(b, name)
	b = le.AppendUint32(b, uint32(len(tables)))
	b = append(b, sized(derivation)...)
	b = append(b, qualifiers...)
	b = le.AppendUint32(b, uint32(len(class.Properties)))
	b = append(b, lookup...)
	b = append(b, tables...)
	b = append(b, h.bytes()...)
	return sized(b)
}

// lookupOrder returns the indices of the properties as the PropertyLookupTable
// has them: by name, without regard to case, which is how they are looked up.
func (class *Class) lookupOrder() []int {
	order := make([]int, len(class.Properties))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(strings.ToUpper(class.Properties[a].Name), strings.ToUpper(class.Properties[b].Name))
	})
	return order
}

// properties adds the PropertyInfo items and returns the PropertyLookup
// entries (MS-WMIO 2.2.23).
func (h *heapWriter) properties(class *Class) []byte {
	if len(class.Properties) > math.MaxUint16 {
		h.fail("class %s has %d properties", class.Name, len(class.Properties))
		return nil
	}
	offsets := make([]uint32, len(class.Properties)+1) // where each value lies
	for i, p := range class.Properties {
		offsets[i+1] = offsets[i] + uint32(p.Type.slot())
	}
	order := class.lookupOrder()
	var b []byte
	for n, i := range order {
		p := &class.Properties[i]
		if n > 0 && strings.EqualFold(p.Name, class.Properties[order[n-1]].Name) {
			h.fail("class %s has two properties %s", class.Name, p.Name)
		}
		b = le.AppendUint32(b, h.name(p.Name))
		b = le.AppendUint32(b, h.property(class, i, offsets[i]))
	}
	return b
}

// property adds a PropertyInfo (MS-WMIO 2.2.30).
func (h *heapWriter) property(class *Class, i int, offset uint32) uint32 {
	p := &class.Properties[i]
	if p.Type.slot() == 0 {
		h.fail("%s.%s has no type", class.Name, p.Name)
	}
	qualifiers := p.Qualifiers
	if _, ok := find(qualifiers, "CIMTYPE"); !ok {
		qualifiers = append([]Qualifier{p.cimType()}, qualifiers...)
	}
	size := 18 + 4
	for _, q := range qualifiers {
		size += 9 + q.Type.slot()
	}
	ref := h.allot(size)
	rawType := p.Type
	if p.Inherited {
		rawType |= inheritedFlag
	}
	item := le.AppendUint32(make([]byte, 0, size), uint32(rawType))
	item = le.AppendUint16(item, uint16(i))
	item = le.AppendUint32(item, offset)
	item = le.AppendUint32(item, h.origin(class, p))
	h.fill(ref, append(item, h.qualifiers(qualifiers)...))
	return ref
}

// cimType is the qualifier that repeats the type of a property in words.
func (p *Property) cimType() Qualifier {
	word := p.Type.Base().String()
	if p.Type.Base() == Reference {
		word = "ref:object"
	}
	flavor := ToInstance | ToSubclass
	if p.Inherited {
		flavor |= Propagated
	}
	return Qualifier{Name: "CIMTYPE", Flavor: flavor, Type: String, Value: word}
}

// origin is the reverse of Class.ancestor.
func (h *heapWriter) origin(class *Class, p *Property) uint32 {
	n := len(class.Derivation)
	switch {
	case !p.Inherited:
		return uint32(n)
	case p.Origin == "" && n > 0:
		return uint32(n - 1)
	}
	i := slices.IndexFunc(class.Derivation, func(super string) bool { return strings.EqualFold(super, p.Origin) })
	if i < 0 {
		h.fail("%s.%s is inherited from %q, which is no superclass", class.Name, p.Name, p.Origin)
	}
	return uint32(n - 1 - i)
}

// tables returns the NdTable and the ValueTable of a class or instance
// (MS-WMIO 2.2.26, 2.2.29); the slots without a value hold filler.
func (h *heapWriter) tables(class *Class, filler byte, value func(i int) (v any, inherited bool)) []byte {
	nd := make([]byte, ndSize(len(class.Properties)))
	var values []byte
	for i, p := range class.Properties {
		v, inherited := value(i)
		if inherited {
			nd[i/4] |= 2 << (i % 4 * 2)
		}
		if v == nil {
			nd[i/4] |= 1 << (i % 4 * 2)
			values = append(values, bytes.Repeat([]byte{filler}, p.Type.slot())...)
			continue
		}
		values = append(values, h.value(p.Type, v)...)
	}
	return append(nd, values...)
}

// instance writes what follows the class in an InstanceType (MS-WMIO 2.2.53).
func (e *encoding) instance(o *Object) []byte {
	class := o.Class
	if len(o.Values) != len(class.Properties) {
		e.fail("instance of %s has %d values for %d properties", class.Name, len(o.Values), len(class.Properties))
		return nil
	}
	h := &heapWriter{encoding: e}
	b := []byte{0} // InstanceFlags
	b = le.AppendUint32(b, h.text(class.Name))
	b = append(b, h.tables(class, 0, func(i int) (any, bool) { return o.Values[i].Data, o.Values[i].Default })...)
	b = append(b, h.qualifiers(o.Qualifiers)...)
	b = append(b, h.propertyQualifiers(o)...)
	b = append(b, h.bytes()...)
	return sized(b)
}

// propertyQualifiers writes an InstancePropQualifierSet (MS-WMIO 2.2.65).
func (h *heapWriter) propertyQualifiers(o *Object) []byte {
	if !slices.ContainsFunc(o.Values, func(v Value) bool { return len(v.Qualifiers) > 0 }) {
		return []byte{1}
	}
	b := []byte{2}
	for _, i := range o.Class.lookupOrder() {
		b = append(b, h.qualifiers(o.Values[i].Qualifiers)...)
	}
	return b
}
