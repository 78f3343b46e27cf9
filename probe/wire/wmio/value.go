package wmio

import "math"

// value reads an EncodedValue (MS-WMIO 2.2.71): a number in place, or a
// reference to a string, array or object in the heap.
func (c *cursor) value(t Type, h heap) any {
	if !t.IsArray() {
		return c.scalar(t, h)
	}
	if ref := c.u32("array"); ref != null && c.ok() {
		return h.array(t, ref)
	}
	return nil
}

func (c *cursor) scalar(t Type, h heap) any {
	switch t {
	case SInt8:
		return int8(c.u8("sint8"))
	case UInt8:
		return c.u8("uint8")
	case SInt16:
		return int16(c.u16("sint16"))
	case UInt16, Char16:
		return c.u16("uint16")
	case SInt32:
		return int32(c.u32("sint32"))
	case UInt32:
		return c.u32("uint32")
	case SInt64:
		return int64(c.u64("sint64"))
	case UInt64:
		return c.u64("uint64")
	case Real32:
		return c.real32()
	case Real64:
		return c.real64()
	case Boolean:
		return c.boolean()
	case String, DateTime, Reference:
		if s, ok := h.text(c.u32("string"), "string"); ok {
			return s
		}
	case Embedded:
		if o := h.object(c.u32("object")); o != nil {
			return o
		}
	}
	return nil
}

func (c *cursor) real32() float32 { return math.Float32frombits(c.u32("real32")) }
func (c *cursor) real64() float64 { return math.Float64frombits(c.u64("real64")) }

// boolean: TRUE is sent as 0xFFFF (MS-WMIO 2.2.75).
func (c *cursor) boolean() bool { return c.u16("boolean") != 0 }

// object reads an embedded object, nil for NULL.
func (h heap) object(ref uint32) *Object {
	if ref == null || !h.ok() {
		return nil
	}
	c := h.at(ref, "embedded object")
	before := len(c.b)
	block := c.sub(c.u32("embedded object"), "embedded object")
	if !h.spend(before - len(c.b)) {
		return nil
	}
	return block.objectBlock(nil)
}

// array reads an Encoded-Array (MS-WMIO 2.2.79).
func (h heap) array(t Type, ref uint32) any {
	c := h.at(ref, "array")
	n := c.u32("array count")
	size := uint64(n) * uint64(t.Base().slot())
	if c.ok() && size > uint64(len(c.b)) {
		c.fail("array of %d elements in %d bytes", n, len(c.b))
	}
	if !c.ok() || !h.spend(4+int(size)) {
		return nil
	}
	switch t.Base() {
	case SInt8:
		return list(n, func() int8 { return int8(c.u8("sint8")) })
	case UInt8:
		return list(n, func() uint8 { return c.u8("uint8") })
	case SInt16:
		return list(n, func() int16 { return int16(c.u16("sint16")) })
	case UInt16, Char16:
		return list(n, func() uint16 { return c.u16("uint16") })
	case SInt32:
		return list(n, func() int32 { return int32(c.u32("sint32")) })
	case UInt32:
		return list(n, func() uint32 { return c.u32("uint32") })
	case SInt64:
		return list(n, func() int64 { return int64(c.u64("sint64")) })
	case UInt64:
		return list(n, func() uint64 { return c.u64("uint64") })
	case Real32:
		return list(n, c.real32)
	case Real64:
		return list(n, c.real64)
	case Boolean:
		return list(n, c.boolean)
	case String, DateTime, Reference:
		return list(n, func() string { s, _ := h.text(c.u32("string"), "string"); return s })
	case Embedded:
		return list(n, func() *Object { return h.object(c.u32("object")) })
	}
	return nil
}

// list reads n elements; the caller has checked that there are so many.
func list[T any](n uint32, read func() T) []T {
	s := make([]T, n)
	for i := range s {
		s[i] = read()
	}
	return s
}
