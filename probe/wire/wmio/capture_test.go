package wmio

import (
	"bytes"
	"encoding/hex"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe/peers"
)

// clsidClassObject is CLSID_WbemClassObject, which in an OBJREF_CUSTOM says
// that an object of ours follows (MS-WMI 1.9).
var clsidClassObject, _ = hex.DecodeString("12f890453a1dd011891f00aa004b2e24")

// TestCaptures decodes the objects real Windows machines sent at packet
// integrity, in clear, and compares them with what impacket makes of them.
func TestCaptures(t *testing.T) {
	peers.Need(t, peers.Tshark, peers.Impacket)
	folder := peers.Captures(t)
	for _, tt := range []struct {
		file string
		want []string // class of each object, in the order of the streams
	}{
		// the arguments of Create, Win32_Process twice (GetObject), what Create returned
		{"01_win7_wmi_denied_then_ok_krb.pcapng", []string{"__PARAMETERS", "Win32_Process", "Win32_Process", "__PARAMETERS"}},
		{"02_invoke_wmiexec_ntlm_client_is_dc.pcap", []string{"__PARAMETERS", "Win32_Process", "Win32_Process", "__PARAMETERS"}},
	} {
		t.Run(tt.file, func(t *testing.T) {
			units := unitsOf(t, filepath.Join(folder, tt.file))
			var objects []*Object
			var names []string
			for _, b := range units {
				o := mustDecode(t, b)
				objects = append(objects, o)
				names = append(names, o.Class.Name)
				again := mustDecode(t, mustEncode(t, o))
				equal(t, o.Class.Name+" written and read again", o, again)
				if o.Class.Name == "Win32_Process" {
					checkOrigins(t, o.Class)
				}
			}
			equal(t, "classes", tt.want, names)
			for i, theirs := range impacket(t, units...) {
				sameClass(t, objects[i], theirs)
				if !objects[i].Instance {
					continue
				}
				for n, p := range theirs.Properties {
					equal(t, p.Name, inPythonsWords(objects[i].Values[n].Data), p.Value)
				}
			}
		})
	}
}

// checkOrigins: the class that declares each of these is the one the CIM
// schema documents.
func checkOrigins(t *testing.T, class *Class) {
	t.Helper()
	for name, want := range map[string]string{"Caption": "CIM_ManagedSystemElement", "Handle": "CIM_Process", "ExecutablePath": ""} {
		if got := class.Properties[class.Property(name)].Origin; got != want {
			t.Errorf("%s comes from %q, not %q", name, got, want)
		}
	}
	if !class.Properties[class.Property("Handle")].Key() {
		t.Error("Handle is no key")
	}
}

// unitsOf returns the EncodingUnits in the requests and responses of a capture.
func unitsOf(t *testing.T, file string) [][]byte {
	t.Helper()
	var units [][]byte
	for _, stream := range streams(t, file) {
		for _, stub := range stubs(stream) {
			for {
				i := bytes.Index(stub, clsidClassObject)
				if i < 0 || len(stub) < i+24+8 {
					break
				}
				stub = stub[i+24:] // CLSID, cbExtension, size
				if le.Uint32(stub) == signature {
					units = append(units, stub[:8+le.Uint32(stub[4:])])
				}
			}
		}
	}
	return units
}

// streams returns the bytes of each direction of each TCP connection, clients
// first, as tshark counts them.
func streams(t *testing.T, file string) [][]byte {
	t.Helper()
	out, err := exec.Command("tshark", "-r", file, "-Y", "tcp.payload", "-T", "fields",
		"-e", "tcp.stream", "-e", "tcp.srcport", "-e", "tcp.seq", "-e", "tcp.payload").Output()
	if err != nil {
		t.Fatalf("tshark: %v", err)
	}
	type direction struct {
		segments map[int][]byte
		bytes    []byte
	}
	all := map[string]*direction{}
	var order []string
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		seq, errSeq := strconv.Atoi(f[2])
		data, errData := hex.DecodeString(strings.ReplaceAll(f[3], ":", ""))
		if errSeq != nil || errData != nil {
			t.Fatalf("tshark wrote %q", line)
		}
		name := f[0] + " " + f[1]
		d := all[name]
		if d == nil {
			d = &direction{segments: map[int][]byte{}}
			all[name] = d
			order = append(order, name)
		}
		d.segments[seq] = data
	}
	var joined [][]byte
	for _, name := range order {
		d := all[name]
		next := -1
		var seqs []int
		for seq := range d.segments {
			seqs = append(seqs, seq)
		}
		slices.Sort(seqs)
		for _, seq := range seqs {
			if next < 0 {
				next = seq
			}
			if skip := next - seq; skip < len(d.segments[seq]) { // what was sent again is left out
				d.bytes = append(d.bytes, d.segments[seq][max(skip, 0):]...)
				next = seq + len(d.segments[seq])
			}
		}
		joined = append(joined, d.bytes)
	}
	return joined
}

// stubs joins the fragments of the RPC requests and responses in a stream
// (C706 12.6.4). Not every stream is RPC; what isn't ends it.
func stubs(b []byte) [][]byte {
	var all [][]byte
	var stub []byte
	for len(b) >= 24 && b[0] == 5 && b[1] == 0 {
		size, authSize := int(le.Uint16(b[8:])), int(le.Uint16(b[10:]))
		if size < 16 || size > len(b) {
			break
		}
		frame := b[:size]
		b = b[size:]
		if kind := frame[2]; (kind != 0 && kind != 2) || size < 24 {
			continue
		}
		body := frame[24:]
		if trailer := len(body) - authSize - 8; authSize > 0 && trailer >= 0 {
			body = body[:max(trailer-int(body[trailer+2]), 0)] // auth_pad_length
		}
		stub = append(stub, body...)
		if frame[3]&2 != 0 { // last fragment
			all, stub = append(all, stub), nil
		}
	}
	return all
}
