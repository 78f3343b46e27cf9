package ntlm

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"time"
)

// unhex reads hex with blanks in it.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func wantHex(t *testing.T, what string, got []byte, want string) {
	t.Helper()
	if w := unhex(t, want); !bytes.Equal(got, w) {
		t.Errorf("%s:\n got %x\nwant %x", what, got, w)
	}
}

// Common values of MS-NLMP 4.2.1: User, Password, Domain, Server, COMPUTER.
const (
	specNonce       = "0123456789abcdef"
	specClientNonce = "aaaaaaaaaaaaaaaa"
	specSessionKey  = "55555555555555555555555555555555"
	specPlaintext   = "50006c00610069006e007400650078007400" // "Plaintext"
)

// MS-NLMP 4.2.4.3. The flags of the CHALLENGE are e28a8233; the AUTHENTICATE
// has a Version but neither timestamp nor MIC.
const (
	specChallenge2 = `4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef
		00000000000000002400240044000000060070170000000f5300650072007600
		6500720002000c0044006f006d00610069006e0001000c005300650072007600
		6500720000000000`
	specAuthenticate2 = `4e544c4d5353500003000000180018006c00000054005400840000000c000c00
		480000000800080054000000100010005c00000010001000d8000000358288e2
		0501280a0000000f44006f006d00610069006e00550073006500720043004f00
		4d005000550054004500520086c35097ac9cec102554764a57cccc19aaaaaaaa
		aaaaaaaa68cd0ab851e51c96aabc927bebef6a1c010100000000000000000000
		00000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e00
		01000c005300650072007600650072000000000000000000c5dad2544fc97990
		94ce1ce90bc9d03e`
)

// MS-NLMP 4.2.3.3: NTLMv1 with extended session security, no key exchange.
const specAuthenticate1Extended = `4e544c4d5353500003000000180018006c00000018001800840000000c000c00
	480000000800080054000000100010005c000000000000009c00000035820882
	0501280a0000000f44006f006d00610069006e00550073006500720043004f00
	4d0050005500540045005200aaaaaaaaaaaaaaaa000000000000000000000000
	000000007537f803ae367128ca458204bde7caf81e97ed2683267232`

func TestPasswordHashes(t *testing.T) {
	wantHex(t, "NTOWFv1, 4.2.2.1.2", ntowfv1("Password"), "a4f49c406510bdcab6824ee7c30fd852")
	wantHex(t, "NTOWFv2, 4.2.4.1.1", ntowfv2("Password", "User", "Domain"), "0c868a403bfd7a93a3001ef22ef02e3f")
	wantHex(t, "NTOWFv2 of another case", ntowfv2("Password", "uSER", "Domain"), "0c868a403bfd7a93a3001ef22ef02e3f")
}

func TestNTLMv1Response(t *testing.T) {
	lm := append(unhex(t, specClientNonce), make([]byte, 16)...)
	for _, c := range []struct {
		section       string
		extended      bool
		response, key string
	}{
		{"4.2.2", false, "67c43011f30298a2ad35ece64f16331c44bdbed927841f94", "d87262b0cde4b1cb7499becccdf10784"},
		{"4.2.3", true, "7537f803ae367128ca458204bde7caf81e97ed2683267232", "eb93429a8bd952f8b89c55b87f475edc"},
	} {
		response, key := ntlmv1Response("Password", unhex(t, specNonce), lm, c.extended)
		wantHex(t, c.section+" response", response, c.response)
		wantHex(t, c.section+" key exchange key", key, c.key)
	}
	wantHex(t, "4.2.2.2.3 encrypted session key",
		rc4K(unhex(t, "d87262b0cde4b1cb7499becccdf10784"), unhex(t, specSessionKey)), "518822b1b3f350c8958682ecbb3e3cb7")
}

func TestNTLMv2Response(t *testing.T) {
	info := writeAVPairs([]avPair{{avNetBIOSDomain, utf16le("Domain")}, {avNetBIOSComputer, utf16le("Server")}})
	blob := append(unhex(t, "01010000000000000000000000000000"+specClientNonce+"00000000"), info...)
	blob = append(blob, 0, 0, 0, 0)
	owf := ntowfv2("Password", "User", "Domain")
	response, key := ntlmv2Response(owf, unhex(t, specNonce), blob)
	wantHex(t, "4.2.4.2.2 NTProofStr", response[:16], "68cd0ab851e51c96aabc927bebef6a1c")
	wantHex(t, "4.2.4.1.2 session base key", key, "8de40ccadbc14a82f15cb0ad0de95ca3")
	wantHex(t, "4.2.4.2.3 encrypted session key", rc4K(key, unhex(t, specSessionKey)), "c5dad2544fc9799094ce1ce90bc9d03e")
	wantHex(t, "4.2.4.2.1 LMv2 response", lmv2Response(owf, unhex(t, specNonce), unhex(t, specClientNonce)),
		"86c35097ac9cec102554764a57cccc19"+specClientNonce)
}

// TestWrap seals the plaintext of MS-NLMP 4.2.x.4 and opens it at the other end.
func TestWrap(t *testing.T) {
	for _, c := range []struct {
		section           string
		flags             uint32
		key               string
		signKey, sealKey  string
		sealed, signature string
	}{
		{"4.2.2.4 NTLMv1", 0xe2028233, specSessionKey, "", specSessionKey,
			"56fe04d861f9319af0d7238a2e3b4d457fb8", "010000000000000009dcd1df2e459d36"},
		{"4.2.3.4 NTLMv1 with client challenge", 0x820a8233, "eb93429a8bd952f8b89c55b87f475edc",
			"60e799be5c72fc92922ae8ebe961fb8d", "04dd7f014d8504d265a25cc86a3a7c06",
			"a02372f6530273f3aa1eb90190ce5200c99d", "01000000ff2aeb52f681793a00000000"},
		{"4.2.4.4 NTLMv2", 0xe28a8233, specSessionKey,
			"4788dc861b4782f35d43fd98fe1a2d39", "59f600973cc4960a25480a7c196e4c58",
			"54e50165bf1936dc996020c1811b0f06fb5f", "010000007fb38ec5c55d497600000000"},
	} {
		t.Run(c.section, func(t *testing.T) {
			client, server := newSession(c.flags, unhex(t, c.key), false), newSession(c.flags, unhex(t, c.key), true)
			wantHex(t, "seal key", client.out.sealKey, c.sealKey)
			if c.signKey != "" {
				wantHex(t, "sign key", client.out.signKey, c.signKey)
			}
			body := unhex(t, specPlaintext)
			sig, err := client.Protect(true, nil, body, nil)
			if err != nil {
				t.Fatal(err)
			}
			wantHex(t, "sealed", body, c.sealed)
			wantHex(t, "signature", sig, c.signature)
			if err := server.Unprotect(true, nil, body, nil, sig); err != nil {
				t.Fatal(err)
			}
			wantHex(t, "opened", body, specPlaintext)
		})
	}
}

func TestReadChallengeOfTheSpecification(t *testing.T) {
	got, err := ReadChallenge(unhex(t, specChallenge2))
	if err != nil {
		t.Fatal(err)
	}
	want := Challenge{TargetName: "Server", NetBIOSComputer: "Server", NetBIOSDomain: "Domain",
		Major: 6, Build: 6000, Flags: 0xe28a8233, Nonce: [8]byte(unhex(t, specNonce))}
	if got != want {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

// Frame 167 of the published capture OTRF Security-Datasets iertutil W6: a Windows 10 build 18362 member of THESHIRE.
const windowsChallenge = `4e544c4d53535000020000001000100038000000158299e299f063865f3bfadc0000000000000000ba00ba0048000000
	0a00ba470000000f5400480045005300480049005200450002001000540048004500530048004900520045000100180057004f0052
	004b00530054004100540049004f004e00360004001c00740068006500730068006900720065002e006c006f00630061006c000300
	360057004f0052004b00530054004100540049004f004e0036002e00740068006500730068006900720065002e006c006f00630061
	006c0005001c00740068006500730068006900720065002e006c006f00630061006c000700080020bdc3d88b9ed60100000000`

func TestReadChallengeOfWindows(t *testing.T) {
	token := unhex(t, windowsChallenge)
	got, err := ReadChallenge(token)
	if err != nil {
		t.Fatal(err)
	}
	want := Challenge{TargetName: "THESHIRE", NetBIOSComputer: "WORKSTATION6", NetBIOSDomain: "THESHIRE",
		DNSComputer: "WORKSTATION6.theshire.local", DNSDomain: "theshire.local", DNSTree: "theshire.local",
		Timestamp: time.Date(2020, 10, 9, 22, 30, 52, 835766400, time.UTC),
		Major:     10, Build: 18362, Flags: 0xe2998215, Nonce: [8]byte{0x99, 0xf0, 0x63, 0x86, 0x5f, 0x3b, 0xfa, 0xdc}}
	if got != want || !got.DomainMember() {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	// Our own encoding of the same facts is the same message.
	again, err := got.bytes()
	if err != nil || !bytes.Equal(again, token) {
		t.Errorf("encoded again:\n got %x\nwant %x (%v)", again, token, err)
	}
}

// TestServerTakesTheSpecification plays the server of MS-NLMP 4.2.3 and 4.2.4.
func TestServerTakesTheSpecification(t *testing.T) {
	for _, c := range []struct {
		name, token, password string
		flags                 uint32
		version1, allow, ok   bool
		sealKey               string
	}{
		{"NTLMv2", specAuthenticate2, "Password", 0xe28a8233, false, false, true, "59f600973cc4960a25480a7c196e4c58"},
		{"NTLMv2, wrong password", specAuthenticate2, "password", 0xe28a8233, false, false, false, ""},
		{"NTLMv1 allowed", specAuthenticate1Extended, "Password", 0x820a8233, true, true, true, "04dd7f014d8504d265a25cc86a3a7c06"},
		{"NTLMv1 by default", specAuthenticate1Extended, "Password", 0x820a8233, true, false, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := NewServer(ServerOptions{AllowVersion1: c.allow, Verify: func(a *Attempt) error {
				if a.User != "User" || a.Domain != "Domain" || a.Workstation != "COMPUTER" || a.Version1 != c.version1 || a.MIC {
					t.Errorf("attempt: %#v", a.Authenticate)
				}
				if !a.CheckPassword(c.password) {
					return errRefused
				}
				return nil
			}})
			s.flags, s.negotiate = c.flags, []byte{}
			copy(s.nonce[:], unhex(t, specNonce))
			_, done, err := s.Next(unhex(t, c.token))
			if done != c.ok || (err == nil) != c.ok {
				t.Fatalf("done %v, %v", done, err)
			}
			if c.ok {
				wantHex(t, "seal key", s.session.in.sealKey, c.sealKey)
			}
		})
	}
}

// TestMechListMIC holds what follows a mechListMIC to MS-SPNG 3.3.5.1, and to
// OTRF Security-Datasets iertutil W6, frames 230 to 232: the mechListMIC has number 0, the first
// message has number 1 and the RC4 stream from its beginning.
func TestMechListMIC(t *testing.T) {
	const flags = 0xe2888235
	key := unhex(t, specSessionKey)
	client, server := newSession(flags, key, false), newSession(flags, key, true)
	client.mic = true
	if able, wanted := client.MechListMIC(); !able || !wanted {
		t.Errorf("able %v, wanted %v", able, wanted)
	}
	list := []byte("the list of mechanisms")
	for _, way := range []struct{ from, to *session }{{client, server}, {server, client}} {
		mic, err := way.from.Protect(false, nil, list, nil)
		if err != nil || !bytes.Equal(mic[12:], []byte{0, 0, 0, 0}) || way.to.Unprotect(false, nil, list, nil, mic) != nil {
			t.Fatalf("%x, %v", mic, err)
		}
	}
	client.MechListMICDone()
	server.MechListMICDone()
	for _, way := range []struct {
		from, to *session
		server   bool
	}{{client, server, false}, {server, client, true}} {
		body, fresh := unhex(t, specPlaintext), unhex(t, specPlaintext)
		sig, err := way.from.Protect(true, nil, body, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := newSession(flags, key, way.server).Protect(true, nil, fresh, nil); err != nil || !bytes.Equal(body, fresh) {
			t.Errorf("the stream did not start again: %x, %x, %v", body, fresh, err)
		}
		if !bytes.Equal(sig[12:], []byte{1, 0, 0, 0}) || way.to.Unprotect(true, nil, body, nil, sig) != nil {
			t.Errorf("signature %x", sig)
		}
	}
	connect := newSession(flags&^(flagSign|flagSeal), key, false)
	connect.mic = true
	if able, wanted := connect.MechListMIC(); able || wanted {
		t.Errorf("without signing: able %v, wanted %v", able, wanted)
	}
}
