package wmio

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode/utf16"
)

// decoding is the state of one call of Decode or DecodeArray.
type decoding struct {
	err    error // the first one; afterwards every read returns zeros
	budget int   // bytes that may yet be read through heap references
	depth  int   // objects around the one being read
}

// newDecoding allows for each byte of the input to be read once at each depth.
// A heap item has one reference (MS-WMIO 2.2.66), so an honest object needs
// less; one whose references all point at the same big item runs out.
func newDecoding(size int) *decoding { return &decoding{budget: size * MaxDepth} }

func (d *decoding) ok() bool { return d.err == nil }

func (d *decoding) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
	}
}

// spend takes n bytes from the budget.
func (d *decoding) spend(n int) bool {
	if d.budget -= n; d.budget < 0 {
		d.fail("heap items are referred to more than once")
	}
	return d.ok()
}

// cursor reads forward through b. A read past the end sets the error of the
// decoding and returns zeros, so callers check once, at the end of a loop's
// turn or before they use what they read.
type cursor struct {
	b []byte
	*decoding
}

func (c *cursor) take(n uint32, what string) []byte {
	if !c.ok() {
		return nil
	}
	if uint64(n) > uint64(len(c.b)) {
		c.fail("%s: %d bytes wanted, %d left", what, n, len(c.b))
		return nil
	}
	head := c.b[:n:n]
	c.b = c.b[n:]
	return head
}

func (c *cursor) u8(what string) uint8 {
	if b := c.take(1, what); b != nil {
		return b[0]
	}
	return 0
}

func (c *cursor) u16(what string) uint16 {
	if b := c.take(2, what); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) u32(what string) uint32 {
	if b := c.take(4, what); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) u64(what string) uint64 {
	if b := c.take(8, what); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// sub reads n bytes as a cursor of their own.
func (c *cursor) sub(n uint32, what string) cursor { return cursor{c.take(n, what), c.decoding} }

// block reads an EncodingLength, which counts itself (MS-WMIO 2.2.73), and
// what it covers.
func (c *cursor) block(what string) cursor {
	n := c.u32(what)
	if c.ok() && n < 4 {
		c.fail("%s: length %d is shorter than itself", what, n)
	}
	return c.sub(n-4, what)
}

// text reads an Encoded-String (MS-WMIO 2.2.78).
func (c *cursor) text(what string) string {
	switch flag := c.u8(what); {
	case !c.ok():
		return ""
	case flag == 0:
		return c.latin1(what)
	case flag == 1:
		return c.utf16(what)
	default:
		c.fail("%s: string of unknown form %d", what, flag)
		return ""
	}
}

func (c *cursor) latin1(what string) string {
	end := bytes.IndexByte(c.b, 0)
	if end < 0 {
		c.fail("%s: string without end", what)
		return ""
	}
	raw := c.b[:end]
	c.b = c.b[end+1:]
	if !bytes.ContainsFunc(raw, func(r rune) bool { return r >= 0x80 }) {
		return string(raw)
	}
	runes := make([]rune, len(raw))
	for i, b := range raw {
		runes[i] = rune(b)
	}
	return string(runes)
}

func (c *cursor) utf16(what string) string {
	for end := 0; end+2 <= len(c.b); end += 2 {
		if c.b[end] != 0 || c.b[end+1] != 0 {
			continue
		}
		units := make([]uint16, end/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(c.b[2*i:])
		}
		c.b = c.b[end+2:]
		return string(utf16.Decode(units))
	}
	c.fail("%s: string without end", what)
	return ""
}

// null is the HeapRef of NULL (MS-WMIO 2.2.69).
const null = 0xFFFFFFFF

// heap is the part of a block that its HeapRefs point into (MS-WMIO 2.2.66).
type heap struct {
	b []byte
	*decoding
}

func (c *cursor) heap(what string) heap {
	// The top bit of a HeapLength is always set and means nothing.
	n := c.u32(what) &^ (1 << 31)
	return heap{c.take(n, what), c.decoding}
}

// at returns a cursor on the item of ref; what is read there must be paid for
// with spend.
func (h heap) at(ref uint32, what string) cursor {
	if h.ok() && uint64(ref) >= uint64(len(h.b)) {
		h.fail("%s: reference %#x into a heap of %d bytes", what, ref, len(h.b))
	}
	if !h.ok() {
		return cursor{nil, h.decoding}
	}
	return cursor{h.b[ref:], h.decoding}
}

// text returns the string of ref, and false for NULL.
func (h heap) text(ref uint32, what string) (string, bool) {
	if ref == null || !h.ok() {
		return "", false
	}
	if ref&(1<<31) != 0 {
		return h.word(ref&^(1<<31), what), true
	}
	c := h.at(ref, what)
	before := len(c.b)
	s := c.text(what)
	h.spend(before - len(c.b))
	return s, true
}

// dictionary holds the strings that are sent as a number (MS-WMIO 2.2.80).
var dictionary = [...]string{`"`, "key", "", "read", "write", "volatile", "provider", "dynamic", "cimwin32", "DWORD", "CIMTYPE"}

func (h heap) word(n uint32, what string) string {
	if uint64(n) >= uint64(len(dictionary)) {
		h.fail("%s: no dictionary entry %d", what, n)
		return ""
	}
	return dictionary[n]
}
