package wmio

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func rows(t testing.TB, n int) []*Object {
	t.Helper()
	class := &Class{Name: "Row", Properties: []Property{
		{Name: "Number", Type: UInt32, Qualifiers: []Qualifier{cimTypeOf(UInt32), {"key", 0, Boolean, true}}},
		{Name: "Name", Type: String, Default: "nameless", Qualifiers: []Qualifier{cimTypeOf(String)}},
	}}
	list := make([]*Object, n)
	for i := range list {
		o, err := class.New(map[string]any{"Number": uint32(i)})
		if err != nil {
			t.Fatal(err)
		}
		o.Server, o.Namespace = "HOST", `ROOT\cimv2`
		list[i] = o
	}
	return list
}

func arraySeeds(t testing.TB) [][]byte {
	mixed := append(rows(t, 3), &Object{Class: myClass}, embedded("a row of another class"), nest(3))
	one, err := EncodeArray(mixed, nil)
	if err != nil {
		t.Fatal(err)
	}
	empty, err := EncodeArray(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return [][]byte{one, empty}
}

func TestArrayRoundTrip(t *testing.T) {
	var sender, receiver ClassCache
	all := rows(t, 5)
	all = append(all, embedded("another class"), &Object{Class: myClass}, all[0])
	for _, part := range [][]*Object{all[:2], all[2:6], all[6:], nil} { // one call of Next each
		b, err := EncodeArray(part, &sender)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeArray(b, &receiver)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "rows", part, got)
	}
	if len(sender.ids) != 2 || len(receiver.byID) != 2 {
		t.Errorf("classes remembered: %d and %d, want 2", len(sender.ids), len(receiver.byID))
	}
}

// TestArrayLayout compares with the offsets and constants of MS-WMI 2.2.14.
func TestArrayLayout(t *testing.T) {
	b, err := EncodeArray(rows(t, 2), nil)
	if err != nil {
		t.Fatal(err)
	}
	n := uint32(len(b))
	for _, tt := range []struct {
		name   string
		offset int
		want   uint32
	}{
		{"dwByteOrdering", 0, 0},
		{"dwSizeOfHeader1", 12, 0x1A},
		{"dwDataSize1: from dwSizeOfHeader2 on", 16, n - 26},
		{"dwFlags", 20, 0},
		{"dwSizeOfHeader2", 26, 8},
		{"dwDataSize2: after this field", 30, n - 34},
		{"dwSizeOfHeader3", 34, 12},
		{"dwDataSize3: wbemObjects", 38, n - 46},
		{"dwNumObjects", 42, 2},
		{"dwSizeOfHeader of the packet", 46, 9},
		{"dwSizeOfHeader of the instance", 55, 0x18},
		{"its data: the packet's less its header", 59, le.Uint32(b[50:]) - 0x18},
	} {
		if got := le.Uint32(b[tt.offset:]); got != tt.want {
			t.Errorf("%s = %#x, want %#x", tt.name, got, tt.want)
		}
	}
	second := 55 + int(le.Uint32(b[50:]))
	if b[24] != 1 || string(b[4:12]) != "WBEMDATA" || b[54] != 2 || b[second+8] != 3 {
		t.Errorf("version %d, signature %q, types %d and %d", b[24], b[4:12], b[54], b[second+8])
	}
	if id := b[63:79]; !bytes.Equal(id, b[second+17:second+33]) || bytes.Equal(id, make([]byte, 16)) {
		t.Errorf("class ids %x and %x", id, b[second+17:second+33])
	}
}

func TestArrayRefuses(t *testing.T) {
	both, err := EncodeArray(rows(t, 2), nil)
	if err != nil {
		t.Fatal(err)
	}
	var sender ClassCache
	if _, err := EncodeArray(rows(t, 1), &sender); err != nil {
		t.Fatal(err)
	}
	list := rows(t, 2)
	if _, err := EncodeArray(list[:1], &sender); err != nil {
		t.Fatal(err)
	}
	later, err := EncodeArray(list[1:], &sender)
	if err != nil {
		t.Fatal(err)
	}
	spoil := func(offset int, with ...byte) []byte {
		b := bytes.Clone(both)
		copy(b[offset:], with)
		return b
	}
	for _, tt := range []struct {
		name string
		b    []byte
		want string
	}{
		{"class never sent", later, "not sent"},
		{"big endian", spoil(0, 0xFF, 0xFF, 0xFF, 0xFF), "byte order"},
		{"signature", spoil(4, 'w'), "signature"},
		{"header size", spoil(12, 0x1B), "first header"},
		{"too many objects", spoil(42, 3), "packet header"},
		{"four billion objects", spoil(42, 0xFF, 0xFF, 0xFF, 0xFF), "packet header"},
		{"data beyond the end", spoil(38, 0xFF, 0xFF, 0xFF, 0x7F), "objects"},
		{"unknown type", spoil(54, 4), "object type 4"},
		{"class announced, instance sent", spoil(54, 1), "class header"},
		{"nothing", nil, "byte order"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := DecodeArray(tt.b, nil)
			if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), tt.want) || got != nil {
				t.Errorf("%v, %v; want an error with %q", got, err, tt.want)
			}
		})
	}
	for i := range both {
		if _, err := DecodeArray(both[:i], nil); !errors.Is(err, ErrMalformed) {
			t.Fatalf("cut at %d: %v", i, err)
		}
	}
	for name, o := range map[string]*Object{"nil": nil, "no class": {}} {
		if _, err := EncodeArray([]*Object{o}, nil); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestFailedArrayTeachesNothing: a class that didn't go out must not be
// referred to later.
func TestFailedArrayTeachesNothing(t *testing.T) {
	var cache ClassCache
	list := rows(t, 1)
	if _, err := EncodeArray(append(list, nil), &cache); err == nil {
		t.Fatal("no error")
	}
	b, err := EncodeArray(list, &cache)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := DecodeArray(b, nil); err != nil {
		t.Error(err)
	}
}
