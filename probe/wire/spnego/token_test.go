package spnego

import (
	"bytes"
	"encoding/asn1"
	"encoding/hex"
	"strings"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What Windows 10 hosts said to each other on a DCOM connection (OTRF iertutil W6,
// frames 164 to 171): Kerberos fails before its first ticket, the server asks
// for NTLM with request-mic, and both sides sign the mechanism list.
const (
	windowsInit = `60818106062b0601050502a0773075a030302e06092a864882f71201020206092a864886f712010202060a2b060104018237
		02021e060a2b06010401823702020aa241043f603d060a2a864886f712010202030400302da003020105a103020110a21530
		13a003020180a10c300a1b08706775737461766fa30a1b085448455348495245`
	windowsRequestMIC = `a1153013a0030a0103a10c060a2b06010401823702020a`
	windowsNegotiate  = `a1473045a0030a0101a23e043c4e544c4d535350000100000097b218e208000800340000000c000c00280000000a00ba4700
		00000f574f524b53544154494f4e355448455348495245`
	windowsCompleted = `a11b3019a0030a0100a312041001000000cb1a5fef802a29cf00000000`
	// The list alone, over which both MICs are taken.
	windowsList = `302e06092a864882f71201020206092a864886f712010202060a2b06010401823702021e060a2b06010401823702020a`
)

// The unasked first token of a Windows server in SMB: a NegTokenInit2 with its
// negHints (MS-SPNG 2.2.1), put together by hand from the definition.
const windowsHints = `604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa32a3028a0261b246e6f745f646566696e65645f69
	6e5f5246433431373840706c656173655f69676e6f7265`

func TestReadInit(t *testing.T) {
	negoex := asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 2, 2, 30}
	got, err := ReadInit(unhex(t, windowsInit))
	if err != nil {
		t.Fatal(err)
	}
	want := []asn1.ObjectIdentifier{MSKerberos, Kerberos, negoex, NTLM}
	if len(got.Mechs) != len(want) {
		t.Fatalf("%v", got.Mechs)
	}
	for i := range want {
		if !got.Mechs[i].Equal(want[i]) {
			t.Errorf("mechanism %d: %v, want %v", i, got.Mechs[i], want[i])
		}
	}
	if len(got.Token) != 63 || got.Token[0] != 0x60 || len(got.MechListMIC) != 0 || got.HintName != "" {
		t.Errorf("%+v", got)
	}
	if !bytes.Equal(got.list, unhex(t, windowsList)) {
		t.Errorf("list %x", got.list)
	}
	// The same without the GSS-API header.
	if bare, err := ReadInit(unhex(t, windowsInit)[11:]); err != nil || len(bare.Mechs) != 4 {
		t.Errorf("without header: %+v, %v", bare, err)
	}
	hints, err := ReadInit(unhex(t, windowsHints))
	if err != nil || hints.HintName != "not_defined_in_RFC4178@please_ignore" || !hints.Mechs[0].Equal(NTLM) {
		t.Errorf("hints: %+v, %v", hints, err)
	}
}

func TestReadResponse(t *testing.T) {
	for _, c := range []struct {
		token string
		want  Offer
	}{
		{windowsRequestMIC, Offer{State: RequestMIC, SupportedMech: NTLM}},
		{windowsCompleted, Offer{State: AcceptCompleted, MechListMIC: unhex(t, "01000000cb1a5fef802a29cf00000000")}},
		{windowsNegotiate, Offer{State: AcceptIncomplete, ResponseToken: unhex(t, windowsNegotiate)[13:]}},
	} {
		token := unhex(t, c.token)
		got, err := ReadResponse(token)
		if err != nil {
			t.Fatal(err)
		}
		if got.State != c.want.State || !got.SupportedMech.Equal(c.want.SupportedMech) ||
			!bytes.Equal(got.ResponseToken, c.want.ResponseToken) || !bytes.Equal(got.MechListMIC, c.want.MechListMIC) {
			t.Errorf("got %+v, want %+v", got, c.want)
		}
		if again, err := got.bytes(); err != nil || !bytes.Equal(again, token) {
			t.Errorf("encoded again: %x, %v", again, err)
		}
	}
}

func TestMalformed(t *testing.T) {
	for name, token := range map[string]string{
		"empty":                        "",
		"cut":                          "a1153013a0030a0103a10c060a2b060104018237",
		"indefinite length":            "a1803013a0030a0103a10c060a2b06010401823702020a0000",
		"length beyond the end":        "a1163013a0030a0103a10c060a2b06010401823702020a",
		"huge length":                  "a184ffffffff3013a0030a0103",
		"something after it":           "a1153013a0030a0103a10c060a2b06010401823702020a00",
		"state 4":                      "a1073005a0030a0104",
		"state twice":                  "a10c300aa0030a0100a0030a0100",
		"octets with something after":  "a10a3008a2060402aabb0500",
		"not a sequence":               "a1073105a0030a0100",
		"the mechanism in a sequence":  "a1123010a10e300c060a2b06010401823702020a",
		"another mechanism's token":    "600b06092a864886f712010202",
		"NTLM without SPNEGO":          "4e544c4d5353500001000000978208e2",
		"no mechanism":                 "a0063004a0023000",
		"mechanisms that are none":     "a0093007a0053003020101",
		"tokens of the wrong type":     "a1073005a2030c0141",
		"nested in the wrong order":    "3005a0030a0100",
		"an OID with an open last arc": "a1073005a10306012b80",
	} {
		b := unhex(t, token)
		if _, err := ReadResponse(b); err == nil {
			t.Errorf("%s: read as a response", name)
		}
		if _, err := ReadInit(b); err == nil {
			t.Errorf("%s: read as an init", name)
		}
		if red := Redact(b, func(b []byte) []byte { return b }); !bytes.Equal(red, make([]byte, len(b))) {
			t.Errorf("%s: shown as %x", name, red)
		}
	}
}

func TestRedact(t *testing.T) {
	inner := func(b []byte) []byte { return bytes.Repeat([]byte{'x'}, len(b)) }
	for token, want := range map[string]string{
		windowsCompleted:  "a11b3019a0030a0100a312041000000000000000000000000000000000",
		windowsRequestMIC: windowsRequestMIC,
		windowsNegotiate:  "a1473045a0030a0101a23e043c" + strings.Repeat("78", 60),
		windowsInit:       windowsInit[:strings.Index(windowsInit, "043f")+4] + strings.Repeat("78", 63),
	} {
		in := unhex(t, token)
		if got := Redact(in, inner); !bytes.Equal(got, unhex(t, want)) {
			t.Errorf("got  %x\nwant %x", got, unhex(t, want))
		}
		if !bytes.Equal(in, unhex(t, token)) {
			t.Error("the token itself was changed")
		}
	}
	for name, inner := range map[string]func([]byte) []byte{"none": nil, "longer": func(b []byte) []byte { return append(b, 1) }} {
		got := Redact(unhex(t, windowsNegotiate), inner)
		if !bytes.Equal(got[13:], make([]byte, 60)) {
			t.Errorf("inner %s: %x", name, got)
		}
	}
	// A field that RFC 4178 doesn't define may hold anything.
	if got := Redact(unhex(t, "a10f300da0030a0100a506040470617373"), inner); !bytes.Equal(got, make([]byte, 17)) {
		t.Errorf("unknown field: %x", got)
	}
}
