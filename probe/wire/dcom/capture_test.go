package dcom

import (
	"encoding/hex"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iobjectexporter/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iremotescmactivator/v0"

	"github.com/wmidoctor/wmidoctor/probe/peers"
)

// pdu returns one frame's TCP payload, cut out by tshark.
func pdu(t *testing.T, file, frame string) []byte {
	t.Helper()
	peers.Need(t, peers.Tshark)
	out, err := exec.Command("tshark", "-r", filepath.Join(peers.Captures(t), file), "-Y", "frame.number=="+frame, "-T", "fields", "-e", "tcp.payload").Output()
	if err != nil {
		t.Fatalf("tshark: %v", err)
	}
	p, err := hex.DecodeString(strings.ReplaceAll(strings.TrimSpace(string(out)), ":", ""))
	if err != nil || len(p) < 24 {
		t.Fatalf("frame %s of %s: %d bytes, %v", frame, file, len(p), err)
	}
	return p
}

const (
	win7      = "01_win7_wmi_denied_then_ok_krb.pcapng"
	win7ntlm  = "02_invoke_wmiexec_ntlm_client_is_dc.pcap"
	win10     = "04_win10_execmethod.pcap"
	resolved  = "05_resolveoxid2_newconn_newport.pcap"
	refused   = "08_activation_hresult_800706ba.pcapng"
	foreign   = "13_windows_resolves_oxid_at_foreign_135.pcapng"
	princHost = "host/SnickleFritz.picklesworth.local"
	princSys  = `NT AUTHORITY\SYSTEM`
)

func capturedActivation(t *testing.T, file, frame string) *Activation {
	t.Helper()
	out := &iremotescmactivator.RemoteCreateInstanceResponse{}
	decode(t, stubOf(pdu(t, file, frame)), out)
	if out.Return != 0 || out.ActPropertiesOut == nil {
		t.Fatalf("frame %s of %s: return value %#x", frame, file, uint32(out.Return))
	}
	a, err := ParseActivation(out.ActPropertiesOut.Data)
	if err != nil {
		t.Fatalf("frame %s of %s: %v", frame, file, err)
	}
	return a
}

func TestCapturedActivation(t *testing.T) {
	got := capturedActivation(t, win7, "34")
	resolver := Bindings{Strings: []StringBinding{TCP("SnickleFritz", 0), TCP("192.168.1.195", 0)}}
	for _, authn := range []uint16{0x09, 0x1e, 0x10, 0x0a, 0x0e, 0x16, 0x1f} {
		resolver.Security = append(resolver.Security, SecurityBinding{Authn: authn, Authz: 0xffff})
	}
	want := &Activation{
		OXID: 0xae7b0ea252bdc7bc, RemUnknown: must("00003000-0324-0000-fbe2-b94156d3697a"), AuthnHint: 4, Version: Version{5, 7},
		Bindings: Bindings{
			Strings: []StringBinding{{TowerPipe, `\\\\SNICKLEFRITZ[\\PIPE\\atsvc]`}, TCP("SnickleFritz", 49154), TCP("192.168.1.195", 49154), {TowerPipe, `\\\\SNICKLEFRITZ[\\PIPE\\srvsvc]`}},
			Security: []SecurityBinding{{0x0a, 0xffff, princSys}, {0x1e, 0xffff, princSys}, {0x10, 0xffff, princHost},
				{0x09, 0xffff, princHost}, {0x16, 0xffff, princSys}, {0x1f, 0xffff, princSys}},
		},
		Interfaces: []Activated{{IID: IIDLevel1Login, Ref: &ObjRef{Kind: Standard, IID: IIDLevel1Login, Resolver: resolver,
			Std: StdObjRef{PublicRefs: 5, OXID: 0xae7b0ea252bdc7bc, OID: 0x35e69bab2b2f2e13, IPID: must("00012c1b-0324-0000-63ee-db6eea302109")}}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if got.Bindings.Port() != 49154 || !got.Bindings.Names("192.168.1.195") {
		t.Errorf("port %d, hosts %q", got.Bindings.Port(), got.Bindings.Hosts())
	}
}

func TestCapturedActivations(t *testing.T) {
	for _, c := range []struct{ file, request, response string }{{win7, "33", "34"}, {win7ntlm, "53", "55"}, {win10, "12", "13"}} {
		in := &iremotescmactivator.RemoteCreateInstanceRequest{}
		decode(t, stubOf(pdu(t, c.file, c.request)), in)
		r, err := ParseActivationRequest(in.ActPropertiesIn.Data)
		if err != nil || r.Class != ClassLevel1Login || !reflect.DeepEqual(r.IIDs, []GUID{IIDLevel1Login}) || r.Version != Newest || !slices.Contains(r.Protseqs, TowerTCP) {
			t.Errorf("%s frame %s: %+v, %v", c.file, c.request, r, err)
		}
		a := capturedActivation(t, c.file, c.response)
		if ref := a.Interface(IIDLevel1Login); ref == nil || ref.Std.OXID != a.OXID || ref.Std.PublicRefs != 5 {
			t.Errorf("%s frame %s: %+v", c.file, c.response, a)
		}
		if a.Bindings.Port() < 49152 || a.AuthnHint != 4 || a.Version != Newest {
			t.Errorf("%s frame %s: port %d, hint %d, version %s", c.file, c.response, a.Bindings.Port(), a.AuthnHint, a.Version)
		}
	}
}

func TestCapturedRefusal(t *testing.T) {
	out := &iremotescmactivator.RemoteCreateInstanceResponse{}
	decode(t, stubOf(pdu(t, refused, "19")), out)
	if uint32(out.Return) != 0x800706BA || out.ActPropertiesOut != nil {
		t.Errorf("%#x, %v", uint32(out.Return), out.ActPropertiesOut)
	}
}

func TestCapturedResolveOXID2(t *testing.T) {
	read := func(file, frame string) Resolved {
		out := &iobjectexporter.ResolveOxid2Response{}
		decode(t, stubOf(pdu(t, file, frame)), out)
		b, err := bindingsOf(out.OXIDBindings)
		if err != nil || out.Return != 0 {
			t.Fatalf("%s frame %s: %#x, %v", file, frame, out.Return, err)
		}
		return Resolved{b, guidOf(out.RemoteUnknown.GUID()), out.AuthnHint, versionOf(out.COMVersion)}
	}
	principal := `THESHIRE\pgustavo`
	want := Resolved{AuthnHint: 5, Version: Version{5, 7}, RemUnknown: must("0000d802-1c88-1114-d1a9-d674924fb397"),
		Bindings: Bindings{Strings: []StringBinding{TCP("WORKSTATION6", 65082), TCP("172.18.39.6", 65082)}}}
	for _, authn := range []uint16{0x0a, 0x1e, 0x10, 0x09, 0x16, 0x1f} {
		want.Bindings.Security = append(want.Bindings.Security, SecurityBinding{authn, 0xffff, principal})
	}
	if got := read(resolved, "216"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	got := read(foreign, "29")
	if !reflect.DeepEqual(got.Bindings.Strings, []StringBinding{TCP("127.0.0.1", 9997)}) || got.AuthnHint != 2 || got.Version != Newest ||
		!reflect.DeepEqual(got.Bindings.Security, []SecurityBinding{{Authn: 0x0a, Authz: 0xffff}}) {
		t.Errorf("of a foreign host: %+v", got)
	}
}
