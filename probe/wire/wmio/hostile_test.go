package wmio

import (
	"bytes"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"
)

// seeds are honest objects for the tests that spoil them.
func seeds(t testing.TB) [][]byte {
	every := &Object{Class: everyClass(), Instance: true, Server: "HOST", Namespace: `root\cimv2`}
	for _, e := range everyType {
		every.Values = append(every.Values, Value{Data: e.v})
	}
	return [][]byte{
		vector(t, "base"), vector(t, "myclass"), vector(t, "instance"),
		mustEncode(t, every), mustEncode(t, &Object{Class: everyClass()}),
	}
}

func TestEveryTruncationIsAnError(t *testing.T) {
	for n, seed := range seeds(t) {
		for i := range seed {
			if o, err := Decode(seed[:i]); !errors.Is(err, ErrMalformed) || o != nil {
				t.Fatalf("seed %d cut at %d: %v, %v", n, i, o, err)
			}
		}
	}
}

// TestSpoiltBytes puts values that lengths, counts and references fear into
// every position. What decodes must be something that can be shown.
func TestSpoiltBytes(t *testing.T) {
	for _, seed := range seeds(t) {
		for i := range seed {
			for _, with := range []string{"\xff", "\x00\x00\x00\x00", "\xff\xff\xff\x7f", "\xff\xff\xff\xff"} {
				spoilt := bytes.Clone(seed)
				copy(spoilt[i:], with)
				show(Decode(spoilt))
			}
		}
	}
}

func show(o *Object, err error) {
	if err != nil {
		return
	}
	for p, v := range o.All() {
		Format(p.Type, v)
		o.Value(p.Name)
	}
	o.Value("__PATH")
}

// measure returns what f allocates and how long it takes.
func measure(f func()) (uint64, time.Duration) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	f()
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, took
}

// TestSharedHeapItem: qualifiers that all point at one long string would make
// a small object grow with the square of its size.
func TestSharedHeapItem(t *testing.T) {
	const size = 1 << 18
	class := &Class{Name: "C", Qualifiers: make([]Qualifier, size/16)}
	for i := range class.Qualifiers {
		class.Qualifiers[i] = Qualifier{Name: "key", Type: String}
	}
	class.Properties = []Property{{Name: "Long", Type: String, Default: strings.Repeat("x", size)}}
	b := mustEncode(t, &Object{Class: class})
	long := bytes.Index(b, bytes.Repeat([]byte{'x'}, size)) - 1
	heap := bytes.LastIndex(b[:long], []byte("\x00C\x00")) // the first item
	qualifier := []byte{1, 0, 0, 0x80, 0, byte(String), 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF}
	shared := le.AppendUint32(bytes.Clone(qualifier[:9]), uint32(long-heap))
	b = bytes.ReplaceAll(b, qualifier, shared)

	var err error
	allocated, took := measure(func() { _, err = Decode(b) })
	if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), "more than once") {
		t.Errorf("error: %v", err)
	}
	if limit := uint64(len(b)) * 64; allocated > limit {
		t.Errorf("%d bytes allocated for %d of input", allocated, len(b))
	}
	if took > 2*time.Second {
		t.Errorf("took %v", took)
	}
}

// nest embeds an object of one property in itself depth-1 times.
func nest(depth int) *Object {
	o := embedded("innermost")
	for range depth - 1 {
		class := &Class{Name: "Outer", Properties: []Property{{Name: "In", Type: Embedded}}}
		o = &Object{Class: class, Instance: true, Values: []Value{{Data: o}}}
	}
	return o
}

func TestDepth(t *testing.T) {
	deepest := mustEncode(t, nest(MaxDepth))
	mustDecode(t, deepest)
	if _, err := Encode(nest(MaxDepth + 1)); !errors.Is(err, ErrInvalid) {
		t.Errorf("encoding one deeper: %v", err)
	}
	// What we refuse to write: the whole put into one more object by hand.
	outer := nest(2)
	inner := mustEncode(t, outer.Values[0].Data.(*Object))[4:]
	b := mustEncode(t, outer)
	at := bytes.Index(b, inner)
	b = append(b[:at], deepest[4:]...)
	grown := uint32(len(deepest[4:]) - len(inner))
	le.PutUint32(b[4:], le.Uint32(b[4:])+grown)
	instance := bytes.LastIndex(b[:at], []byte("\x00Outer\x00")) // the instance heap's first item
	le.PutUint32(b[instance-4:], le.Uint32(b[instance-4:])+grown)
	length := 8 + 1 + int(le.Uint32(b[9:])) // of the instance part, behind flags and class
	le.PutUint32(b[length:], le.Uint32(b[length:])+grown)
	if _, err := Decode(b); !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), "inside one another") {
		t.Errorf("decoding one deeper: %v", err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		offset int // into the instance of MS-WMIO 3.1
		bytes  []byte
		want   string
	}{
		{"signature", 0, []byte{0}, "signature"},
		{"length beyond the end", 4, []byte{0xD4}, "object"},
		{"neither class nor instance", 8, []byte{4}, "flags"},
		{"class and instance", 8, []byte{7}, "flags"},
		{"string of unknown form", 9, []byte{2}, "unknown form"},
		{"length shorter than itself", 0x1C, []byte{3, 0, 0, 0}, "shorter than itself"},
		{"two billion properties", 0x48, []byte{0xFF, 0xFF, 0xFF, 0x7F}, "properties"},
		{"name outside the heap", 0x4C, []byte{0xFF, 0xFF}, "heap"},
		{"no such dictionary entry", 0x4C, []byte{11, 0, 0, 0x80}, "dictionary"},
		{"no such type", 0xAF, []byte{0x63}, "unknown type"},
		{"two properties in one place", 0xB3, []byte{2}, "declaration order"},
		{"declared beyond the last", 0xB3, []byte{4}, "declaration order"},
		{"property qualifier flag", 0x1B0, []byte{3}, "flag"},
		{"value outside the table", 0xB5, []byte{13}, "value at"},
		{"array longer than the heap", 0x1BE, []byte{8}, "array"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := vector(t, "instance")
			copy(b[tt.offset:], tt.bytes)
			o, err := Decode(b)
			if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), tt.want) || o != nil {
				t.Errorf("%v, %v; want an error with %q", o, err, tt.want)
			}
		})
	}
}

func TestTrailingBytesAreIgnored(t *testing.T) {
	b := vector(t, "instance")
	equal(t, "with trailing bytes", mustDecode(t, b), mustDecode(t, append(b, 1, 2, 3)))
}
