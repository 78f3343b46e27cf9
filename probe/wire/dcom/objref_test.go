package dcom

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/ndr"
)

var sampleStd = StdObjRef{PublicRefs: 5, OXID: 0xae7b0ea252bdc7bc, OID: 0xdfaa95f6969c9ca4, IPID: must("0001182d-0324-0000-f731-bceb124abee6")}

var sampleBindings = Bindings{
	Strings:  []StringBinding{TCP("SRV01", 0), TCP("10.0.0.5", 0)},
	Security: []SecurityBinding{{Authn: 0x0a, Authz: 0xffff}, {0x09, 0xffff, `NT AUTHORITY\SYSTEM`}},
}

func samples() map[string]*ObjRef {
	class := must("00000017-0000-0000-c000-000000000046")
	return map[string]*ObjRef{
		"standard":          {Kind: Standard, IID: IIDServices, Std: sampleStd, Resolver: sampleBindings},
		"standard, nowhere": {Kind: Standard, IID: IIDServices, Std: sampleStd},
		"handler":           {Kind: Handler, IID: IIDServices, Std: sampleStd, Class: class, Resolver: sampleBindings},
		"custom":            {Kind: Custom, IID: IIDClassObject, Class: ClassObject, Data: []byte("an object")},
		"custom, empty":     {Kind: Custom, IID: IIDClassObject, Class: ClassObject, Data: []byte{}},
		"extended":          {Kind: Extended, IID: IIDServices, Std: sampleStd, Resolver: sampleBindings, DataID: classContext, Data: []byte("eleven bytes")},
	}
}

func TestObjRefRoundTrip(t *testing.T) {
	for name, want := range samples() {
		got, err := ParseObjRef(want.Bytes())
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, want)
		}
		for n := range len(want.Bytes()) {
			if want.Kind == Custom && n >= 48 {
				break // custom data ends where the bytes end
			}
			if _, err := ParseObjRef(want.Bytes()[:n]); !errors.Is(err, ErrMalformed) {
				t.Errorf("%s cut at %d: %v", name, n, err)
			}
		}
	}
}

// go-msrpc's encoder of the same structure is the independent witness.
func TestObjRefAgainstGoMSRPC(t *testing.T) {
	want, err := ndr.Marshal(&ms.ObjectReference{
		Signature: []byte(ms.ObjectReferenceCustomSignature), Flags: ms.ObjectReferenceTypeStandard, IID: (*ms.IID)(IIDServices.dtyp()),
		ObjectReference: &ms.ObjectReference_ObjectReference{Value: &ms.ObjectReference_Standard{
			Standard: &ms.ObjectReferenceStandard{Std: sampleStd.ndr(), ResolverAddr: sampleBindings.ndr()}}},
	}, ndr.Opaque)
	if err != nil {
		t.Fatal(err)
	}
	if got := samples()["standard"].Bytes(); !bytes.Equal(got, want) {
		t.Errorf("ours\n%x, theirs\n%x", got, want)
	}
	p := samples()["standard"].Pointer()
	theirs := p.GetStandardObjectReference()
	if stdOf(theirs.Std) != sampleStd || len(theirs.ResolverAddr.GetStringBindings()) != 2 {
		t.Errorf("they read %+v", theirs)
	}
}

func TestObjRefThatLies(t *testing.T) {
	good := samples()["extended"].Bytes()
	at := func(i int, b byte) []byte {
		p := bytes.Clone(good)
		p[i] = b
		return p
	}
	for name, p := range map[string][]byte{
		"nothing":              nil,
		"another signature":    at(0, 'm'),
		"no kind":              at(4, 0),
		"two kinds":            at(4, 3),
		"extension signature":  at(24+stdSize, 0),
		"a size beyond itself": append(bytes.Clone(good[:len(good)-24]), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
	} {
		if got, err := ParseObjRef(p); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: read as %+v, %v", name, got, err)
		}
	}
}

func TestGUID(t *testing.T) {
	g, err := ParseGUID("{8BC3F05E-D86B-11D0-A075-00C04FB68820}")
	if err != nil || g != ClassLevel1Login || g.String() != "8bc3f05e-d86b-11d0-a075-00c04fb68820" {
		t.Errorf("%s, %v", g, err)
	}
	// As it stands in the activation request of a Windows client.
	if want := []byte{0x5e, 0xf0, 0xc3, 0x8b, 0x6b, 0xd8, 0xd0, 0x11, 0xa0, 0x75, 0, 0xc0, 0x4f, 0xb6, 0x88, 0x20}; !bytes.Equal(g[:], want) {
		t.Errorf("on the wire %x", g[:])
	}
	if GUIDOf(g.UUID()) != g || guidOf(g.dtyp()) != g || g.UUID().String() != g.String() {
		t.Error("conversions differ")
	}
	for _, s := range []string{"", "8bc3f05e", "8bc3f05e-d86b-11d0-a075-00c04fb6882g", "8bc3f05ed86b-11d0-a075-00c04fb68820-"} {
		if _, err := ParseGUID(s); err == nil {
			t.Errorf("%q was read", s)
		}
	}
	if Name(ClassLevel1Login) != "WbemLevel1Login" || Name(GUID{}) != "00000000-0000-0000-0000-000000000000" {
		t.Error("names")
	}
}

func FuzzObjRef(f *testing.F) {
	for _, o := range samples() {
		f.Add(o.Bytes())
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		o, err := ParseObjRef(p)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		again, err := ParseObjRef(o.Bytes())
		if err != nil || !reflect.DeepEqual(again, o) {
			t.Fatalf("read %+v, written and read %+v, %v", o, again, err)
		}
	})
}
