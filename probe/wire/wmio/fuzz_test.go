package wmio

import (
	"reflect"
	"testing"
)

// FuzzDecode: no input hangs, panics or makes the decoder allocate out of
// proportion, and what it accepts can be written and read back unchanged,
// unless it says something we refuse to write.
func FuzzDecode(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := Decode(b)
		if err != nil {
			return
		}
		show(o, nil)
		if w := weight(o); w > MaxDepth*len(b) {
			t.Fatalf("%d things from %d bytes", w, len(b))
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
		objects, _ := DecodeArray(b, nil)
		w := 0
		for _, o := range objects {
			show(o, nil)
			w += weight(o)
		}
		if w > 2*MaxDepth*len(b) {
			t.Fatalf("%d things from %d bytes", w, len(b))
		}
	})
}

// weight counts the characters and elements of an object: what the decoder
// allocates is proportional to it.
func weight(o *Object) int {
	w := 0
	var count func(v reflect.Value)
	count = func(v reflect.Value) {
		w++
		switch v.Kind() {
		case reflect.Pointer, reflect.Interface:
			if !v.IsNil() {
				count(v.Elem())
			}
		case reflect.String:
			w += v.Len()
		case reflect.Slice:
			for i := range v.Len() {
				count(v.Index(i))
			}
		case reflect.Struct:
			w -= v.NumField() // its fields are counted by what they hold
			for i := range v.NumField() {
				count(v.Field(i))
			}
		}
	}
	for _, v := range o.Values {
		if !v.Default { // a default is the class's, not a copy
			count(reflect.ValueOf(v))
		}
	}
	count(reflect.ValueOf(o.Qualifiers))
	if !o.Instance {
		count(reflect.ValueOf(o.Class))
	}
	return w
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
