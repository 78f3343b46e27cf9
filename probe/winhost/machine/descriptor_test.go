package machine

import (
	"encoding/hex"
	"testing"
)

func TestSDDLRoundTrip(t *testing.T) {
	for name, text := range map[string]string{
		"root\\cimv2 (faults.md chapter d)": "O:BAG:BAD:(A;CIID;CCDCLCSWRPWPRCWD;;;BA)(A;CIID;CCDCRP;;;NS)(A;CIID;CCDCRP;;;LS)(A;CIID;CCDCRP;;;AU)",
		"service control manager":           StockManager,
		"a service":                         defaultSvc,
		"launch limit":                      defaultLaunchLimit,
		"access limit":                      defaultAccessLimit,
		"launch default":                    defaultLaunch,
		"WMI launch":                        wmiLaunch,
		"protected, denied, a mask in hex":  "D:PAI(D;;0x200;;;S-1-5-7-1)(A;;CC;;;AU)",
		"empty list":                        "D:",
		"an account of a domain":            "O:S-1-5-21-1-2-3-500G:SYD:(A;;CCWP;;;S-1-5-21-1-2-3-1104)",
	} {
		d, err := ParseSDDL(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := d.SDDL(); got != text {
			t.Errorf("%s: printed as\n%s, want\n%s", name, got, text)
		}
		again, err := DecodeDescriptor(d.Encode())
		if err != nil || again.SDDL() != text {
			t.Errorf("%s: through bytes: %s, %v", name, again.SDDL(), err)
		}
	}
}

func TestSDDLRefuses(t *testing.T) {
	for _, text := range []string{"", "x", "D", "D:(A;;CC;;;AU", "D:(A;;ZZ;;;AU)", "D:(A;;CC;;;QQ)", "D:(X;;CC;;;AU)", "D:(A;;CC;;AU)",
		"D:Q(A;;CC;;;AU)", "D:(A;;CC;1234;;AU)", "D:(A;;CC;;;S-1-5-99999999999)", "O:D:", "D:(A;Z;CC;;;AU)", "D:(A;;C;;;AU)"} {
		if d, err := ParseSDDL(text); err == nil {
			t.Errorf("%q was read as %s", text, d.SDDL())
		}
	}
}

// The bytes were made by Samba (security.descriptor.from_sddl, ndr_pack).
func TestDecodeDescriptorOfAnother(t *testing.T) {
	b, err := hex.DecodeString(sambaDescriptor)
	if err != nil {
		t.Fatal(err)
	}
	d, err := DecodeDescriptor(b)
	want := "O:BAG:BAD:(D;;CCWP;;;AN)(A;CIID;CCDCLCSWRPWPRCWD;;;BA)(A;CI;CCDCRP;;;S-1-5-21-3623811015-3361044348-30300820-1104)"
	if err != nil || d.SDDL() != want {
		t.Errorf("got %s, %v, want %s", d.SDDL(), err, want)
	}
}

// MS-DTYP 2.5.3.2: the order of entries decides, every bit must be granted.
func TestAllows(t *testing.T) {
	user := Caller{User: "S-1-5-21-1-2-3-1104", Groups: []SID{AuthenticatedUsers, Users}}
	filtered := Caller{User: "S-1-5-21-1-2-3-1104", Groups: []SID{AuthenticatedUsers}, DenyOnly: []SID{Administrators}}
	for _, c := range []struct {
		name, sddl string
		who        Caller
		mask       uint32
		want       bool
	}{
		{"no list grants all", "O:BA", user, 0x21, true},
		{"an empty list grants nothing", "D:", user, 0x1, false},
		{"granted in two entries", "D:(A;;CC;;;AU)(A;;WP;;;BU)", user, 0x21, true},
		{"one bit is missing", "D:(A;;CC;;;AU)", user, 0x21, false},
		{"refused first", "D:(D;;WP;;;BU)(A;;CCWP;;;AU)", user, 0x21, false},
		{"refused too late", "D:(A;;CCWP;;;AU)(D;;WP;;;BU)", user, 0x21, true},
		{"an inherit-only entry is for children", "D:(A;CIIO;CCWP;;;AU)", user, 0x21, false},
		{"a deny-only group grants nothing", "D:(A;;CCWP;;;BA)", filtered, 0x21, false},
		{"a deny-only group still refuses", "D:(D;;CC;;;BA)(A;;CCWP;;;AU)", filtered, 0x21, false},
	} {
		if got := mustSDDL(c.sddl).Allows(c.who, c.mask); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func FuzzDecodeDescriptor(f *testing.F) {
	f.Add(mustSDDL(StockManager).Encode())
	b, _ := hex.DecodeString(sambaDescriptor)
	f.Add(b)
	f.Add([]byte{1, 0, 4, 0x80})
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := DecodeDescriptor(b)
		if err != nil {
			return
		}
		again, err := DecodeDescriptor(d.Encode())
		if err != nil || again.SDDL() != d.SDDL() {
			t.Errorf("%s became %s, %v", d.SDDL(), again.SDDL(), err)
		}
	})
}

func FuzzParseSDDL(f *testing.F) {
	f.Add(StockManager)
	f.Add(stockNamespaceSecurity)
	f.Add("D:PAI(A;;0x1;;;S-1-5-7)S:AR(AU;SAFA;KA;;;WD)")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseSDDL(text)
		if err != nil {
			return
		}
		again, err := ParseSDDL(d.SDDL())
		if err != nil || again.SDDL() != d.SDDL() {
			t.Errorf("%q printed as %q, which reads as %q, %v", text, d.SDDL(), again.SDDL(), err)
		}
	})
}

func FuzzParseSID(f *testing.F) {
	f.Add("S-1-5-32-562")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSID(text)
		if err != nil {
			return
		}
		got, _, err := decodeSID(s.appendBinary(nil))
		if err != nil || got != s {
			t.Errorf("%q became %q, %v", s, got, err)
		}
	})
}

const sambaDescriptor = "0100048014000000240000000000000034000000010200000000000520000000200200000102000000000005200000002002000004005800030000000100140021000000010100000000000507000000001218003f000600010200000000000520000000200200000002240013000000010500000000000515000000c7f7fed77c7755c8945ace0150040000"
