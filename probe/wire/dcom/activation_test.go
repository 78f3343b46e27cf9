package dcom

import (
	"encoding/binary"
	"errors"
	"reflect"
	"testing"

	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iremotescmactivator/v0"
)

func sampleActivation() *Activation {
	return &Activation{
		OXID: sampleStd.OXID, RemUnknown: must("00003000-0324-0000-fbe2-b94156d3697a"), AuthnHint: 5, Version: Newest,
		Bindings: Bindings{Strings: []StringBinding{{TowerPipe, `\\SRV01[\PIPE\atsvc]`}, TCP("SRV01", 49154)}, Security: sampleBindings.Security},
		Interfaces: []Activated{
			{IID: IIDLevel1Login, Ref: &ObjRef{Kind: Standard, IID: IIDLevel1Login, Std: sampleStd, Resolver: sampleBindings}},
			{IID: IIDServices, HResult: NoInterface},
		},
	}
}

func TestActivationRoundTrip(t *testing.T) {
	want := sampleActivation()
	ref, err := want.propertiesOut()
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseActivation(ref.Bytes())
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v, %v; want %+v", got, err, want)
	}
	if got.Interface(IIDLevel1Login) == nil || got.Interface(IIDServices) != nil {
		t.Error("Interface finds what was refused, or not what was given")
	}
	if port := got.Bindings.Port(); port != 49154 {
		t.Errorf("port %d", port)
	}
}

// Some clients take the properties by their place: PropsOutInfo first.
func TestActivationOrder(t *testing.T) {
	ref, err := sampleActivation().propertiesOut()
	if err != nil {
		t.Fatal(err)
	}
	properties, err := splitProperties(ref.Data)
	if err != nil || len(properties) != 2 || properties[0].class != propPropertiesOut || properties[1].class != propSCMReply {
		t.Errorf("properties %v, %v", properties, err)
	}
	if ref.IID != iidPropertiesOut || ref.Class != classPropertiesOut {
		t.Errorf("a reference of %s by %s", Name(ref.IID), Name(ref.Class))
	}
}

// go-msrpc's parser of the same BLOB is the independent witness.
func TestActivationAgainstGoMSRPC(t *testing.T) {
	want := sampleActivation()
	ref, err := want.propertiesOut()
	if err != nil {
		t.Fatal(err)
	}
	var theirs ms.ActivationProperties
	if err := theirs.Parse(ref.Pointer()); err != nil {
		t.Fatal(err)
	}
	reply, out := theirs.SCMReplyInfoData().RemoteReply, theirs.PropertiesOutInfo()
	if reply.OXID != want.OXID || guidOf(reply.IPIDRemoteUnknown.GUID()) != want.RemUnknown || reply.AuthnHint != 5 || len(reply.OXIDBindings.GetStringBindings()) != 2 {
		t.Errorf("they read %+v", reply)
	}
	if stdOf(out.InterfaceData[0].GetStandardObjectReference().Std) != sampleStd || uint32(out.HResults[1]) != NoInterface || out.InterfaceData[1] != nil {
		t.Errorf("they read %+v", out)
	}

	request := ActivationRequest{Class: ClassLevel1Login, IIDs: []GUID{IIDLevel1Login, IIDUnknown}, Version: Version{5, 6}}
	if ref, err = request.propertiesIn(); err != nil {
		t.Fatal(err)
	}
	theirs = ms.ActivationProperties{}
	if err := theirs.Parse(ref.Pointer()); err != nil {
		t.Fatal(err)
	}
	inst, _ := theirs.Properties[0].(*ms.InstantiationInfoData)
	if inst == nil || guidOf(inst.ClassID.GUID()) != ClassLevel1Login || len(inst.IID) != 2 || versionOf(inst.ClientCOMVersion) != request.Version {
		t.Errorf("they read %+v", inst)
	}
	if q := theirs.SCMRequestInfoData().RemoteRequest; q.ClientImpLevel != 2 || !reflect.DeepEqual(q.RequestedProtocolSequences, []uint16{7}) {
		t.Errorf("they read %+v", q)
	}
	var c ms.Context
	if err := c.Parse(theirs.ActivationContextInfoData().IfdClientContext); err != nil || c.MajorVersion != 1 || c.Flags != 2 || !c.Frozen || c.Count != 0 {
		t.Errorf("they read the client's context as %+v, %v", c, err)
	}
}

func TestActivationRequestRoundTrip(t *testing.T) {
	want := &ActivationRequest{Class: ClassLevel1Login, IIDs: []GUID{IIDLevel1Login, IIDUnknown}, Version: Version{5, 6},
		Protseqs: []uint16{TowerTCP, TowerPipe}, Impersonation: 3}
	ref, err := want.propertiesIn()
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseActivationRequest(ref.Bytes())
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

// An HRESULT in place of activation properties: captured, MS-ERREF 2.1 names it
// RPC_S_SERVER_UNAVAILABLE as an HRESULT.
func TestCreateInstanceRefused(t *testing.T) {
	out := &iremotescmactivator.RemoteCreateInstanceResponse{}
	decode(t, stubOf(vector(t, "createinstance_800706ba.hex")), out)
	if uint32(out.Return) != 0x800706BA || out.ActPropertiesOut != nil {
		t.Errorf("return value %#x, properties %v", uint32(out.Return), out.ActPropertiesOut)
	}
}

func TestFailed(t *testing.T) {
	for result, want := range map[uint32]bool{0: false, 1: false, 5: true, 0x80070005: true, 0x00040004: false, 0x000401F0: false, 0x776: true} {
		if failed(result) != want {
			t.Errorf("failed(%#x) = %t", result, !want)
		}
	}
}

func TestActivationThatLies(t *testing.T) {
	ref, err := sampleActivation().propertiesOut()
	if err != nil {
		t.Fatal(err)
	}
	good := ref.Bytes()
	const blob, header = 48, 48 + 8 + serialHeader
	for name, spoil := range map[string]func(p []byte){
		"class of a request":      func(p []byte) { p[24] = 0x38 },
		"size of the blob":        func(p []byte) { binary.LittleEndian.PutUint32(p[blob:], 1<<31) },
		"serialization version":   func(p []byte) { p[blob+8] = 2 },
		"size of the header":      func(p []byte) { binary.LittleEndian.PutUint32(p[blob+16:], 0xffffffff) },
		"place of the properties": func(p []byte) { binary.LittleEndian.PutUint32(p[header+4:], 0xffffffff) },
		"number of properties":    func(p []byte) { binary.LittleEndian.PutUint32(p[header+48:], 0x10000000) },
		"no such property":        func(p []byte) { p[header+52] = 0 },
	} {
		p := append([]byte(nil), good...)
		spoil(p)
		if got, err := ParseActivation(p); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: read as %+v, %v", name, got, err)
		}
	}
	for n := range good {
		if _, err := ParseActivation(good[:n]); !errors.Is(err, ErrMalformed) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
}

func FuzzActivation(f *testing.F) {
	ref, err := sampleActivation().propertiesOut()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(ref.Bytes())
	f.Fuzz(func(t *testing.T, p []byte) {
		a, err := ParseActivation(p)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		if len(a.Interfaces) > maxInterfaces {
			t.Fatalf("%d interfaces", len(a.Interfaces))
		}
	})
}

func FuzzActivationRequest(f *testing.F) {
	ref, err := ActivationRequest{Class: ClassLevel1Login, IIDs: []GUID{IIDLevel1Login}}.propertiesIn()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(ref.Bytes())
	f.Fuzz(func(t *testing.T, p []byte) {
		if _, err := ParseActivationRequest(p); err != nil && !errors.Is(err, ErrMalformed) {
			t.Fatalf("an error of another kind: %v", err)
		}
	})
}
