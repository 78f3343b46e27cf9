package wmio

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf16"
)

// encoding is the state of one call of Encode: its first error and how deep
// the object being written is embedded.
type encoding struct {
	err   error
	depth int
}

func (e *encoding) fail(format string, args ...any) {
	if e.err == nil {
		e.err = fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, args...))
	}
}

var le = binary.LittleEndian

// sized puts an EncodingLength, which counts itself, before body (MS-WMIO 2.2.73).
func sized(body []byte) []byte {
	return append(le.AppendUint32(make([]byte, 0, 4+len(body)), uint32(len(body)+4)), body...)
}

// heapWriter builds a Heap (MS-WMIO 2.2.66). An item that refers to others is
// allotted first and filled in after them, so that the strings of an array
// follow it, which is where impacket looks for them.
type heapWriter struct {
	b []byte
	*encoding
}

// allot reserves n bytes and returns the reference to them.
func (h *heapWriter) allot(n int) uint32 {
	at := len(h.b)
	h.b = append(h.b, make([]byte, n)...)
	return uint32(at)
}

func (h *heapWriter) fill(ref uint32, item []byte) { copy(h.b[ref:], item) }

// text adds an Encoded-String.
func (h *heapWriter) text(s string) uint32 {
	at := uint32(len(h.b))
	h.b = h.appendText(h.b, s)
	return at
}

// name refers to the name of a class, property or qualifier, by its number
// when the dictionary has it (MS-WMIO 2.2.80). Values never use the
// dictionary: impacket doesn't expect it there. The entry for the empty string
// isn't used either, as implementations disagree about it.
func (h *heapWriter) name(s string) uint32 {
	if i := slices.Index(dictionary[:], s); i >= 0 && s != "" {
		return uint32(i) | 1<<31
	}
	return h.text(s)
}

// bytes returns the heap with its HeapLength.
func (h *heapWriter) bytes() []byte {
	return append(le.AppendUint32(nil, uint32(len(h.b))|1<<31), h.b...)
}

// appendText appends an Encoded-String: one byte a character when all are
// below U+0100, else UTF-16 (MS-WMIO 2.2.78).
func (e *encoding) appendText(b []byte, s string) []byte {
	if strings.ContainsRune(s, 0) {
		e.fail("string %.60q has a NUL", s)
	}
	if !strings.ContainsFunc(s, func(r rune) bool { return r > 0xFF }) {
		b = append(b, 0)
		for _, r := range s {
			b = append(b, byte(r))
		}
		return append(b, 0)
	}
	b = append(b, 1)
	for _, unit := range utf16.Encode([]rune(s)) {
		b = le.AppendUint16(b, unit)
	}
	return append(b, 0, 0)
}

// value returns the EncodedValue of v (MS-WMIO 2.2.71), putting what isn't
// stored in place into the heap. NULL can only be written where a reference is.
func (h *heapWriter) value(t Type, v any) []byte {
	if !t.holds(v) {
		h.fail("a %T where %s should be", v, t)
		return make([]byte, t.slot())
	}
	if !t.IsArray() {
		return h.scalar(v)
	}
	if v == nil {
		return le.AppendUint32(nil, null)
	}
	return le.AppendUint32(nil, h.array(v))
}

func (h *heapWriter) scalar(v any) []byte {
	switch v := v.(type) {
	case nil:
		return le.AppendUint32(nil, null)
	case bool:
		if v {
			return []byte{0xFF, 0xFF}
		}
		return []byte{0, 0}
	case string:
		return le.AppendUint32(nil, h.text(v))
	case *Object:
		return le.AppendUint32(nil, h.object(v))
	}
	b, err := binary.Append(nil, le, v)
	if err != nil {
		h.fail("%v", err)
	}
	return b
}

// array adds an Encoded-Array (MS-WMIO 2.2.79).
func (h *heapWriter) array(v any) uint32 {
	switch v := v.(type) {
	case []string:
		return refArray(h, v, h.text)
	case []*Object:
		return refArray(h, v, h.object)
	}
	elements := reflect.ValueOf(v)
	ref := h.allot(4)
	h.fill(ref, le.AppendUint32(nil, uint32(elements.Len())))
	for i := range elements.Len() {
		h.b = append(h.b, h.scalar(elements.Index(i).Interface())...)
	}
	return ref
}

func refArray[T any](h *heapWriter, list []T, add func(T) uint32) uint32 {
	ref := h.allot(4 + refSize*len(list))
	item := le.AppendUint32(nil, uint32(len(list)))
	for _, e := range list {
		item = le.AppendUint32(item, add(e))
	}
	h.fill(ref, item)
	return ref
}

// object adds an embedded object: its length, which doesn't count itself, and
// its ObjectBlock.
func (h *heapWriter) object(o *Object) uint32 {
	if o == nil {
		return null
	}
	block := h.objectBlock(o, true)
	ref := h.allot(4)
	h.fill(ref, le.AppendUint32(nil, uint32(len(block))))
	h.b = append(h.b, block...)
	return ref
}

// qualifiers returns a QualifierSet (MS-WMIO 2.2.59).
func (h *heapWriter) qualifiers(list []Qualifier) []byte {
	var b []byte
	for _, q := range list {
		if q.Value == nil && !q.Type.inHeap() {
			h.fail("qualifier %s of type %s has no value", q.Name, q.Type)
		}
		b = le.AppendUint32(b, h.name(q.Name))
		b = append(b, byte(q.Flavor))
		b = le.AppendUint32(b, uint32(q.Type))
		b = append(b, h.value(q.Type, q.Value)...)
	}
	return sized(b)
}
