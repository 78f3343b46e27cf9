package wmio

import "testing"

// FuzzDecode: no input hangs, panics or makes the decoder allocate out of
// proportion, and what it accepts can be written and read back unchanged,
// unless it says something we refuse to write.
func FuzzDecode(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var o *Object
		var err error
		allocated, _ := measure(func() { o, err = Decode(b) })
		if limit := uint64(len(b))*2000 + 1<<20; allocated > limit {
			t.Fatalf("%d bytes allocated for %d of input", allocated, len(b))
		}
		show(o, err)
		if err != nil {
			return
		}
		again, err := Encode(o)
		if err != nil {
			return
		}
		if _, err := Decode(again); err != nil {
			t.Fatalf("what we wrote we can't read: %v", err)
		}
	})
}

func FuzzDecodeArray(f *testing.F) {
	for _, seed := range arraySeeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var cache ClassCache
		var objects []*Object
		var err error
		allocated, _ := measure(func() { objects, err = DecodeArray(b, &cache) })
		if limit := uint64(len(b))*2000 + 1<<20; allocated > limit {
			t.Fatalf("%d bytes allocated for %d of input", allocated, len(b))
		}
		for _, o := range objects {
			show(o, err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	every := seeds(b)[3]
	b.SetBytes(int64(len(every)))
	for b.Loop() {
		if _, err := Decode(every); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	o := mustDecode(b, seeds(b)[3])
	for b.Loop() {
		if _, err := Encode(o); err != nil {
			b.Fatal(err)
		}
	}
}
