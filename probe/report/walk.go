package report

import (
	"net/netip"
	"reflect"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/code"
)

// rewrite is what a walk does with each text and address it meets. Named
// string types (step ids, kinds, owners) are words of ours and stay.
type rewrite struct {
	text func(string) string
	addr func(netip.Addr) netip.Addr
}

var (
	stringType   = reflect.TypeFor[string]()
	addrType     = reflect.TypeFor[netip.Addr]()
	addrPortType = reflect.TypeFor[netip.AddrPort]()
	timeType     = reflect.TypeFor[time.Time]()
	instantType  = reflect.TypeFor[Instant]()
	codeType     = reflect.TypeFor[code.Code]()
)

// rewritten returns a deep copy of v with every text and address rewritten.
func rewritten[T any](v T, w rewrite) T {
	in := reflect.ValueOf(&v).Elem()
	out := reflect.New(in.Type()).Elem()
	w.copy(out, in)
	return out.Interface().(T)
}

func (w rewrite) copy(out, in reflect.Value) {
	switch in.Type() {
	case stringType:
		out.SetString(w.text(in.String()))
		return
	case addrType:
		out.Set(reflect.ValueOf(w.addr(in.Interface().(netip.Addr))))
		return
	case addrPortType:
		ap := in.Interface().(netip.AddrPort)
		out.Set(reflect.ValueOf(netip.AddrPortFrom(w.addr(ap.Addr()), ap.Port())))
		return
	case timeType, instantType, codeType:
		out.Set(in)
		return
	}
	switch in.Kind() {
	case reflect.Pointer, reflect.Interface:
		if in.IsNil() {
			return
		}
		inner := reflect.New(in.Elem().Type())
		w.copy(inner.Elem(), in.Elem())
		if in.Kind() == reflect.Pointer {
			out.Set(inner)
		} else {
			out.Set(inner.Elem())
		}
	case reflect.Struct:
		for i := range in.NumField() {
			w.copy(out.Field(i), in.Field(i))
		}
	case reflect.Slice:
		if in.IsNil() {
			return
		}
		out.Set(reflect.MakeSlice(in.Type(), in.Len(), in.Len()))
		for i := range in.Len() {
			w.copy(out.Index(i), in.Index(i))
		}
	case reflect.Map:
		if in.IsNil() {
			return
		}
		out.Set(reflect.MakeMapWithSize(in.Type(), in.Len()))
		for _, key := range in.MapKeys() {
			k, v := reflect.New(key.Type()).Elem(), reflect.New(in.Type().Elem()).Elem()
			w.copy(k, key)
			w.copy(v, in.MapIndex(key))
			out.SetMapIndex(k, v)
		}
	default:
		out.Set(in)
	}
}
