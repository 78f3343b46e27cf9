package dcom

import (
	"errors"
	"reflect"
	"testing"

	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iobjectexporter/v0"
)

// The values are those that captures of the exchange show in tshark.
func TestServerAlive2OfWindows7(t *testing.T) {
	out := &iobjectexporter.ServerAlive2Response{}
	decode(t, stubOf(vector(t, "serveralive2_win7.hex")), out)
	got, err := bindingsOf(out.ObjectResolverBindings)
	if err != nil {
		t.Fatal(err)
	}
	if v := versionOf(out.COMVersion); v != (Version{5, 7}) {
		t.Errorf("version %s", v)
	}
	want := Bindings{Strings: []StringBinding{{TowerTCP, "SnickleFritz"}, {TowerTCP, "192.168.1.195"}}}
	for _, authn := range []uint16{0x09, 0x1e, 0x10, 0x0a, 0x0e, 0x16, 0x1f} {
		want.Security = append(want.Security, SecurityBinding{Authn: authn, Authz: 0xffff})
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("bindings %+v, want %+v", got, want)
	}
	if got.Port() != 0 {
		t.Errorf("port %d of a resolver", got.Port())
	}
	words, security := got.words()
	if len(words) != 52 || security != 30 {
		t.Errorf("written again: %d words, security at %d; the host wrote 52 and 30", len(words), security)
	}
	if !reflect.DeepEqual(words, out.ObjectResolverBindings.StringArray) {
		t.Errorf("written again %x, the host wrote %x", words, out.ObjectResolverBindings.StringArray)
	}
}

// Capture 13 shows Windows going on after an answer of 16 zero bytes.
func TestServerAlive2Empty(t *testing.T) {
	out := &iobjectexporter.ServerAlive2Response{}
	decode(t, make([]byte, 16), out)
	got, err := bindingsOf(out.ObjectResolverBindings)
	if err != nil || got.Strings != nil || got.Security != nil {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestResolveOXID2Request(t *testing.T) {
	in := &iobjectexporter.ResolveOxid2Request{}
	decode(t, stubOf(vector(t, "resolveoxid2_request.hex"))[:18], in)
	if in.OXID != 0x80cdc14a2d25d971 || !reflect.DeepEqual(in.RequestedProtocolSequences, []uint16{TowerTCP}) {
		t.Errorf("OXID %#x, protocol sequences %v", in.OXID, in.RequestedProtocolSequences)
	}
}

func TestBindingsThatLie(t *testing.T) {
	for name, c := range map[string]struct {
		words    []uint16
		security int
	}{
		"security beyond the end":    {[]uint16{7, 'a', 0, 0, 0}, 6},
		"security before the start":  {[]uint16{0, 0}, -1},
		"address without end":        {[]uint16{7, 'a', 'b'}, 3},
		"address into the security":  {[]uint16{7, 'a', 'b', 0, 0}, 2},
		"tower alone":                {[]uint16{7}, 1},
		"security cut after one":     {[]uint16{0, 10}, 1},
		"principal without end":      {[]uint16{0, 10, 0xffff, 'x'}, 1},
		"security that never begins": {[]uint16{0, 10, 0xffff}, 1},
	} {
		if got, err := ReadBindings(c.words, c.security); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: read as %+v, %v", name, got, err)
		}
	}
}

func TestStringBindingSplit(t *testing.T) {
	for _, c := range []struct {
		address, host string
		port          uint16
		ok            bool
	}{
		{"172.18.39.6[65082]", "172.18.39.6", 65082, true},
		{"WORKSTATION6[65082]", "WORKSTATION6", 65082, true},
		{"SnickleFritz", "SnickleFritz", 0, true},
		{"fe80::1%4[49154]", "fe80::1%4", 49154, true},
		{"[2001:db8::1]", "2001:db8::1", 0, true},
		{"[2001:db8::1][49154]", "2001:db8::1", 49154, true},
		{`\\\\SNICKLEFRITZ[\\PIPE\\atsvc]`, `\\\\SNICKLEFRITZ`, 0, false},
		{"host[0]", "host", 0, false},
		{"host[65536]", "host", 0, false},
		{"host[-1]", "host", 0, false},
		{"[49154]", "49154", 0, true}, // no host before it: taken for one
		{"", "", 0, false},
	} {
		host, port, ok := StringBinding{TowerTCP, c.address}.Split()
		if host != c.host || port != c.port || ok != c.ok {
			t.Errorf("%q: %q %d %t, want %q %d %t", c.address, host, port, ok, c.host, c.port, c.ok)
		}
	}
}

func TestBindingsNames(t *testing.T) {
	b := Bindings{Strings: []StringBinding{TCP("SRV01", 49154), TCP("10.0.0.5", 49154), TCP("10.0.0.5", 0), {TowerPipe, "PIPEHOST"}}}
	if got := b.Hosts(); !reflect.DeepEqual(got, []string{"SRV01", "10.0.0.5"}) {
		t.Errorf("hosts %q", got)
	}
	for host, want := range map[string]bool{"srv01": true, "10.0.0.5": true, "10.0.0.6": false, "PIPEHOST": false, "": false} {
		if b.Names(host) != want {
			t.Errorf("Names(%q) = %t", host, !want)
		}
	}
	if b.Port() != 49154 {
		t.Errorf("port %d", b.Port())
	}
}

func FuzzBindings(f *testing.F) {
	f.Add(stubOf(vector(f, "serveralive2_win7.hex"))[12:])
	f.Add([]byte{0, 0, 0, 0})
	f.Add([]byte{3, 0, 9, 0, 7, 0, 65, 0, 0, 0})
	f.Add([]byte{0xff, 0xff, 1, 0})
	f.Fuzz(func(t *testing.T, p []byte) {
		b, rest, err := parseBindings(p)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		if len(rest) > len(p)-4 {
			t.Fatalf("%d bytes left of %d", len(rest), len(p))
		}
		if n := len(b.Strings) + len(b.Security); n > len(p)/4 {
			t.Fatalf("%d bindings out of %d bytes", n, len(p))
		}
		again, rest, err := parseBindings(b.appendTo(nil))
		if err != nil || len(rest) != 0 {
			t.Fatalf("what was written cannot be read: %v, %d bytes left", err, len(rest))
		}
		if !reflect.DeepEqual(again, b) {
			t.Fatalf("read %+v, written and read %+v", b, again)
		}
		for _, s := range b.Strings {
			s.Split()
		}
	})
}
