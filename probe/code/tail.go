package code

import (
	"strings"
	"sync"

	"github.com/oiweiwei/go-msrpc/msrpc/erref/hresult"
	"github.com/oiweiwei/go-msrpc/msrpc/erref/ntstatus"
	"github.com/oiweiwei/go-msrpc/msrpc/erref/win32"
)

// The long tail of MS-ERREF, some 7,000 numbers, comes from go-msrpc. This file
// is the only one to import those packages, for they have a side effect: each
// appends a mapper to a process-wide list in go-msrpc's dcerpc/errors, in the
// order hresult, ntstatus, win32. From then on errors.New(ctx, number), which
// generated stubs reach through dcerpc.Conn.Error, turns a number without a
// space into the first of the three that knows it: 5 becomes Win32's
// ERROR_ACCESS_DENIED in whatever space it stood, and 0x103 an NTSTATUS.
// It harms nobody who answers Conn.Error himself, as our dcerpc.Conn does.

// fromTail looks the number up in go-msrpc's tables.
func fromTail(c Code) (Entry, bool) {
	var name, text string
	switch c.Space {
	case Win32:
		if e, ok := win32.FromCode(c.Number).(*win32.Error); ok {
			name, text = e.Name, e.Details
		}
	case NTStatus:
		if e, ok := ntstatus.FromCode(c.Number).(*ntstatus.Error); ok {
			name, text = e.Name, e.Details
		}
	case HResult:
		if e, ok := hresult.FromCode(c.Number).(*hresult.Error); ok {
			name, text = e.Name, e.Details
		}
	}
	if name == "" {
		return Entry{}, false
	}
	return Entry{Code: c, Name: name, Text: strings.Join(strings.Fields(text), " ")}, true
}

// usedHighs are the upper words (severity and facility) that MS-ERREF uses.
func usedHighs(space Space) []uint32 {
	if space == HResult {
		return []uint32{
			0x0000, 0x0003, 0x0004, 0x0008, 0x0009, 0x000D, 0x001F, 0x0026, 0x0030, 0x0034, 0x0DEA, 0x400D,
			0x4026, 0x8000, 0x8001, 0x8002, 0x8003, 0x8004, 0x8007, 0x8008, 0x8009, 0x800B, 0x800C, 0x800D,
			0x800F, 0x8010, 0x8011, 0x801F, 0x8026, 0x8028, 0x8029, 0x8030, 0x8031, 0x8032, 0x8034, 0x8DEA,
			0xC009, 0xC00D, 0xC026,
		}
	}
	return []uint32{
		0x0000, 0x0001, 0x001C, 0x4000, 0x4001, 0x4002, 0x400A, 0x4015, 0x4019, 0x401A, 0x401B, 0x401E,
		0x4023, 0x8000, 0x8001, 0x8013, 0x8019, 0x801B, 0x801C, 0x8021, 0xC000, 0xC001, 0xC002, 0xC003,
		0xC004, 0xC00A, 0xC00B, 0xC013, 0xC014, 0xC015, 0xC019, 0xC01A, 0xC01B, 0xC01C, 0xC01D, 0xC01E,
		0xC021, 0xC022, 0xC023, 0xC036, 0xC038, 0xC03A, 0xC05D,
	}
}

// lowsIn bounds the lower words under an upper one: few facilities use the top.
func lowsIn(high uint32) uint32 {
	switch high {
	case 0x0004, 0x0DEA, 0x8002, 0x8004, 0x8009, 0x8028, 0x8DEA, 0xC000, 0xC036:
		return 0x10000
	}
	return 0x3400
}

// tailNames indexes the tail by upper-case name. go-msrpc has no such index, so
// the ranges MS-ERREF uses are swept, once, when a name asks for it.
var tailNames = sync.OnceValue(func() map[string][]Entry {
	index := map[string][]Entry{}
	add := func(space Space, n uint32) {
		if e, ok := fromTail(Code{space, n}); ok {
			key := strings.ToUpper(e.Name)
			index[key] = append(index[key], e)
		}
	}
	for n := uint32(1); n < 0x4000; n++ {
		add(Win32, n)
	}
	for _, space := range []Space{HResult, NTStatus} {
		for _, high := range usedHighs(space) {
			for low := range lowsIn(high) {
				add(space, high<<16|low)
			}
		}
	}
	return index
})
