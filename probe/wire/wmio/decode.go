package wmio

// signature opens an EncodingUnit (MS-WMIO 2.2.77).
const signature = 0x12345678

// The ObjectFlags of MS-WMIO 2.2.6 that say how to read on. The others (a
// prototype of a query's result, keys left out) change nothing here.
const (
	flagClass    = 0x01
	flagInstance = 0x02
	flagDecor    = 0x04
)

// Decode reads an EncodingUnit (MS-WMIO 2.2.1), the object data of an
// OBJREF_CUSTOM of CLSID_WbemClassObject. Bytes after the unit are ignored.
func Decode(b []byte) (*Object, error) {
	d := newDecoding(len(b))
	c := cursor{b, d}
	if s := c.u32("signature"); d.ok() && s != signature {
		d.fail("signature is %#08x", s)
	}
	// ObjectEncodingLength doesn't count itself (MS-WMIO 2.2.4).
	block := c.sub(c.u32("object length"), "object")
	o := block.objectBlock(nil)
	return o, d.err
}

// objectBlock reads an ObjectBlock (MS-WMIO 2.2.5), which may be followed by
// unused bytes. With a known class it is an EncodingUnitInstanceNoClass
// (MS-WMIO 2.2.3).
func (c *cursor) objectBlock(known *Class) *Object {
	if c.depth++; c.depth > MaxDepth {
		c.fail("more than %d objects inside one another", MaxDepth)
	}
	defer func() { c.depth-- }()
	flags := c.u8("object flags")
	o := &Object{Class: known, Instance: flags&flagInstance != 0}
	if flags&flagDecor != 0 {
		o.Server = c.text("server name")
		o.Namespace = c.text("namespace")
	}
	switch {
	case !c.ok():
	case o.Instance == (flags&flagClass != 0):
		c.fail("object flags %#02x say neither class nor instance, or both", flags)
	case !o.Instance && known != nil:
		c.fail("a class where an instance should be")
	case !o.Instance:
		c.block("superclass") // the class repeats what matters of it
		c.block("methods of the superclass")
		o.Class = c.classPart()
		c.block("methods")
	default:
		if known == nil {
			o.Class = c.classPart()
		}
		c.instance(o)
	}
	if !c.ok() {
		return nil
	}
	return o
}

// classPart reads a ClassPart (MS-WMIO 2.2.15).
func (c *cursor) classPart() *Class {
	part := c.block("class part")
	part.u8("reserved octet")
	name := part.u32("class name")
	class := &Class{tables: part.u32("length of the value table")}

	list := part.block("derivation list")
	for list.ok() && len(list.b) > 0 {
		class.Derivation = append(class.Derivation, list.text("superclass"))
		list.u32("length of a superclass name") // known already
	}
	qualifiers := part.block("class qualifiers")
	count := part.u32("property count")
	if part.ok() && uint64(count)*8 > uint64(len(part.b)) {
		part.fail("%d properties in %d bytes", count, len(part.b))
	}
	lookup := part.sub(count*8, "property table")
	tables := part.sub(class.tables, "value table")
	h := part.heap("class heap")

	class.Name, _ = h.text(name, "class name")
	class.Qualifiers = qualifiers.qualifiers(h)
	class.properties(lookup, int(count), h)
	if part.ok() {
		class.defaults(tables, h)
	}
	return class
}

// properties reads the PropertyLookupTable (MS-WMIO 2.2.21), which is sorted
// by name, and puts each property where its declaration order says.
func (class *Class) properties(lookup cursor, count int, h heap) {
	if !h.ok() {
		return
	}
	class.Properties = make([]Property, count)
	class.offsets = make([]uint32, count)
	placed := make([]bool, count)
	for range count {
		name, _ := h.text(lookup.u32("property name"), "property name")
		ref := lookup.u32("property")
		info := h.at(ref, "property")
		before := len(info.b)
		rawType := Type(info.u32("property type")) // only 16 bits are used (2.2.82)
		order := int(info.u16("declaration order"))
		offset := info.u32("value offset")
		origin := info.u32("class of origin")
		qualifiers := info.block("property qualifiers")
		h.spend(before - len(info.b))
		if h.ok() && (order >= count || placed[order]) {
			h.fail("property %.60q: declaration order %d is taken or too high", name, order)
		}
		p := Property{
			Name: name, Type: rawType &^ inheritedFlag, Inherited: rawType&inheritedFlag != 0,
			Origin: class.ancestor(origin), Qualifiers: qualifiers.qualifiers(h),
		}
		if h.ok() && p.Type.slot() == 0 {
			h.fail("property %.60q: unknown %s", name, p.Type)
		}
		if !h.ok() {
			return
		}
		class.Properties[order], class.offsets[order], placed[order] = p, offset, true
		class.lookup = append(class.lookup, order)
	}
}

// ancestor returns the class a ClassOfOrigin stands for (MS-WMIO 2.2.35).
// 0 is the top-most class, as the examples of section 3 have it; "" is the
// class itself.
func (class *Class) ancestor(origin uint32) string {
	n := uint64(len(class.Derivation))
	if uint64(origin) >= n {
		return ""
	}
	return class.Derivation[n-1-uint64(origin)]
}

// ndSize is the length of an NdTable: two bits a property (MS-WMIO 2.2.26).
func ndSize(properties int) int { return (properties + 3) / 4 }

// ndBits are the NullAndDefaultFlag of MS-WMIO 2.2.27. They are kept in
// declaration order: in MyClass of section 3 the first pair is that of Id, the
// first property declared and the last of the lookup table.
func ndBits(table []byte, i int) (isNull, inherited bool) {
	bits := table[i/4] >> (i % 4 * 2)
	return bits&1 != 0, bits&2 != 0
}

// defaults reads the NdTable and ValueTable of a class.
func (class *Class) defaults(tables cursor, h heap) {
	nd := class.ndTable(&tables)
	for i := range class.Properties {
		if !h.ok() {
			return
		}
		p := &class.Properties[i]
		slot := class.slot(tables, i)
		isNull, inherited := ndBits(nd, i)
		p.DefaultInherited = inherited
		// 2.2.29 has the slot of an inherited default ignored, but its
		// examples and Windows fill it, and an instance has no other place
		// to find the value.
		if isNull {
			continue
		}
		p.Default = slot.value(p.Type, h)
	}
}

// ndTable takes the NdTable off a cursor on both tables and checks that the
// ValueTable has room for all values. That also keeps the number of properties
// of each row below the length of the row.
func (class *Class) ndTable(tables *cursor) []byte {
	nd := tables.take(uint32(ndSize(len(class.Properties))), "null and default table")
	need := 0
	for _, p := range class.Properties {
		need += p.Type.slot()
	}
	if tables.ok() && need > len(tables.b) {
		tables.fail("value table of class %.60q has %d bytes for %d", class.Name, len(tables.b), need)
	}
	if !tables.ok() {
		return make([]byte, ndSize(len(class.Properties)))
	}
	return nd
}

// slot returns the place of a property in a ValueTable.
func (class *Class) slot(values cursor, i int) cursor {
	offset, size := uint64(class.offsets[i]), uint64(class.Properties[i].Type.slot())
	if values.ok() && offset+size > uint64(len(values.b)) {
		values.fail("property %.60q: value at %d in a table of %d bytes", class.Properties[i].Name, offset, len(values.b))
	}
	if !values.ok() {
		return cursor{nil, values.decoding}
	}
	return cursor{values.b[offset : offset+size], values.decoding}
}

// instance reads what follows the class in an InstanceType (MS-WMIO 2.2.53).
func (c *cursor) instance(o *Object) {
	part := c.block("instance part")
	part.u8("instance flags")
	part.u32("class name") // the class has it too
	if !part.ok() {
		return
	}
	class := o.Class
	tables := part.sub(class.tables, "value table")
	qualifiers := part.block("instance qualifiers")
	var sets []cursor // of the properties, in the order of the lookup table
	switch flag := part.u8("property qualifier flag"); {
	case !part.ok() || flag == 1:
	case flag == 2:
		for range class.lookup {
			sets = append(sets, part.block("property qualifiers"))
		}
	default:
		part.fail("property qualifier flag %d", flag)
	}
	h := part.heap("instance heap")
	nd := class.ndTable(&tables)
	if !part.ok() {
		return
	}
	o.Qualifiers = qualifiers.qualifiers(h)
	o.Values = make([]Value, len(class.Properties))
	for i, p := range class.Properties {
		isNull, fromClass := ndBits(nd, i)
		v := Value{Default: fromClass}
		switch {
		case isNull:
		case fromClass:
			v.Data = p.Default
		default:
			slot := class.slot(tables, i)
			v.Data = slot.value(p.Type, h)
		}
		o.Values[i] = v
	}
	for n, set := range sets {
		o.Values[class.lookup[n]].Qualifiers = set.qualifiers(h)
	}
}

// qualifiers reads what a QualifierSet holds (MS-WMIO 2.2.59).
func (c cursor) qualifiers(h heap) []Qualifier {
	var list []Qualifier
	for c.ok() && len(c.b) > 0 {
		name, _ := h.text(c.u32("qualifier name"), "qualifier name")
		q := Qualifier{Name: name, Flavor: Flavor(c.u8("qualifier flavor")), Type: Type(c.u32("qualifier type"))}
		if c.ok() && q.Type.slot() == 0 {
			c.fail("qualifier %.60q: unknown %s", name, q.Type)
		}
		q.Value = c.value(q.Type, h)
		list = append(list, q)
	}
	return list
}
