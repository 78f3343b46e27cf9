package wmio

import (
	"crypto/rand"
	"slices"
)

// The fixed parts of an ObjectArray (MS-WMI 2.2.14).
const (
	arraySignature = "WBEMDATA"
	arrayHeader1   = 0x1A
	arrayHeader2   = 8
	arrayHeader3   = 12
	packetHeader   = 9
	classHeader    = 8
	instanceHeader = 0x18
)

// The bObjectType of MS-WMI 2.2.14.1.
const (
	typeClass           = 1
	typeInstance        = 2
	typeInstanceNoClass = 3
)

// maxClasses is how many classes one call may name. The deepest query of a
// Windows namespace meets some hundreds.
const maxClasses = 4096

// ClassID is the GUID that stands for a class in the rows after the first one.
type ClassID [16]byte

// ClassCache is what both ends of an enumeration or asynchronous call remember
// of it: the classes sent so far. The zero value is ready; one side of one
// call keeps one, and where there is but one packet nil will do. It is not safe
// for concurrent use.
type ClassCache struct {
	byID map[ClassID]*Class // received
	ids  map[*Class]ClassID // sent
}

// DecodeArray reads the objects of an ObjectArray (MS-WMI 2.2.14), as
// IWbemWCOSmartEnum::Next returns it and the new style of
// IWbemObjectSink::Indicate carries it. A class it names is kept in the cache,
// one it only refers to must be there.
func DecodeArray(b []byte, cache *ClassCache) ([]*Object, error) {
	if cache == nil {
		cache = &ClassCache{}
	}
	d := newDecoding(len(b))
	c := cursor{b, d}
	if order := c.u32("byte order"); order != 0 {
		d.fail("byte order %#x", order)
	}
	if s := c.take(8, "signature"); d.ok() && string(s) != arraySignature {
		d.fail("signature %q", s)
	}
	c.expect(arrayHeader1, "first header")
	c = c.after(c.u32("first data size"), 4+1+1, "object array") // flags, version, packet type
	c.expect(arrayHeader2, "second header")
	c = c.after(c.u32("second data size"), 0, "object array")
	c.expect(arrayHeader3, "third header")
	size := c.u32("third data size")
	count := c.u32("object count")
	c = c.sub(size, "objects")

	var objects []*Object
	for range count {
		if o := c.packet(cache); o != nil {
			objects = append(objects, o)
		}
		if !d.ok() {
			return nil, d.err
		}
	}
	return objects, d.err
}

// expect reads a header size that can have one value only.
func (c *cursor) expect(want uint32, what string) {
	if got := c.u32(what); c.ok() && got != want {
		c.fail("%s: size %d, not %d", what, got, want)
	}
}

// after skips the rest of a header and returns the size bytes behind it.
func (c *cursor) after(size, rest uint32, what string) cursor {
	c.take(rest, what)
	return c.sub(size, what)
}

// packet reads a WBEM_DATAPACKET_OBJECT (MS-WMI 2.2.14.1).
func (c *cursor) packet(cache *ClassCache) *Object {
	c.expect(packetHeader, "packet header")
	size := c.u32("packet size")
	kind := c.u8("object type")
	p := c.sub(size, "packet")
	switch {
	case !p.ok():
	case kind == typeClass:
		p.expect(classHeader, "class header")
		block := p.sub(p.u32("class size"), "class")
		return block.objectBlock(nil)
	case kind == typeInstance || kind == typeInstanceNoClass:
		p.expect(instanceHeader, "instance header")
		length := p.u32("instance size")
		var id ClassID
		copy(id[:], p.take(16, "class id"))
		block := p.sub(length, "instance")
		return block.row(kind, id, cache)
	default:
		p.fail("object type %d", kind)
	}
	return nil
}

// row reads an instance, learning its class or finding it in the cache.
func (c *cursor) row(kind uint8, id ClassID, cache *ClassCache) *Object {
	var known *Class
	if kind == typeInstanceNoClass {
		if known = cache.byID[id]; known == nil {
			c.fail("instance of a class that was not sent, %x", id)
		}
	}
	o := c.objectBlock(known)
	if o == nil || kind == typeInstanceNoClass {
		return o
	}
	if !o.Instance {
		c.fail("a class where an instance should be")
		return nil
	}
	if len(cache.byID) >= maxClasses {
		c.fail("more than %d classes", maxClasses)
		return nil
	}
	if cache.byID == nil {
		cache.byID = map[ClassID]*Class{}
	}
	cache.byID[id] = o.Class
	return o
}

// EncodeArray writes an ObjectArray (MS-WMI 2.2.14). The first instance of a
// class that the cache doesn't know goes out with its class, under a random
// GUID; the others refer to it. Instances are of one class when they share the
// *Class.
func EncodeArray(objects []*Object, cache *ClassCache) ([]byte, error) {
	if cache == nil {
		cache = &ClassCache{}
	}
	e := &encoding{}
	var body []byte
	added := map[*Class]ClassID{}
	for _, o := range objects {
		body = append(body, e.packet(o, cache, added)...)
		if e.err != nil {
			return nil, e.err
		}
	}
	if cache.ids == nil {
		cache.ids = map[*Class]ClassID{}
	}
	for class, id := range added {
		cache.ids[class] = id
	}
	size := uint32(len(body))
	b := append(le.AppendUint32(nil, 0), arraySignature...)
	b = le.AppendUint32(b, arrayHeader1)
	b = le.AppendUint32(b, size+arrayHeader3+arrayHeader2)
	b = append(b, 0, 0, 0, 0, 1, 0) // flags, version, packet type
	b = le.AppendUint32(b, arrayHeader2)
	b = le.AppendUint32(b, size+arrayHeader3)
	b = le.AppendUint32(b, arrayHeader3)
	b = le.AppendUint32(b, size)
	b = le.AppendUint32(b, uint32(len(objects)))
	return append(b, body...), nil
}

// packet writes a WBEM_DATAPACKET_OBJECT. The class it sends is noted in added.
func (e *encoding) packet(o *Object, cache *ClassCache, added map[*Class]ClassID) []byte {
	if o == nil || o.Class == nil {
		e.fail("no object")
		return nil
	}
	if !o.Instance {
		block := e.objectBlock(o, true)
		header := le.AppendUint32(le.AppendUint32(nil, classHeader), uint32(len(block)))
		return packetOf(typeClass, slices.Concat(header, block))
	}
	id, sent := cache.ids[o.Class]
	if !sent {
		id, sent = added[o.Class]
	}
	kind := byte(typeInstanceNoClass)
	if !sent {
		kind = typeInstance
		rand.Read(id[:]) // never fails
		added[o.Class] = id
	}
	block := e.objectBlock(o, !sent)
	header := le.AppendUint32(le.AppendUint32(nil, instanceHeader), uint32(len(block)))
	return packetOf(kind, slices.Concat(header, id[:], block))
}

func packetOf(kind byte, data []byte) []byte {
	b := le.AppendUint32(le.AppendUint32(nil, packetHeader), uint32(len(data)))
	return append(append(b, kind), data...)
}
