package ntlm

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// need skips a test whose peer is not on this machine, and fails it where
// WMIDOCTOR_PEERS=all says that every peer has to be there.
func need(t *testing.T, name string, ok bool) {
	t.Helper()
	if ok {
		return
	}
	if os.Getenv("WMIDOCTOR_PEERS") == "all" {
		t.Fatal("needs " + name)
	}
	t.Skip("needs " + name)
}

// lines is a peer that answers one line with one line.
type lines struct {
	in  io.Writer
	out *bufio.Reader
}

func startPeer(t *testing.T, name string, args ...string) *lines {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	return &lines{in, bufio.NewReader(out)}
}

func (l *lines) ask(line string) (verb, rest string, err error) {
	if _, err := fmt.Fprintln(l.in, line); err != nil {
		return "", "", err
	}
	answer, err := l.out.ReadString('\n')
	verb, rest, _ = strings.Cut(strings.TrimSpace(answer), " ")
	return verb, rest, err
}

// ntlmAuth is Samba's NTLM client behind ntlm_auth.
type ntlmAuth struct{ *lines }

func (p ntlmAuth) Next(in []byte) ([]byte, bool, error) {
	request := "YR"
	if len(in) > 0 {
		request = "TT " + base64.StdEncoding.EncodeToString(in)
	}
	verb, rest, err := p.ask(request)
	if err != nil {
		return nil, false, err
	}
	if verb != "YR" && verb != "KK" && verb != "AF" {
		return nil, false, fmt.Errorf("ntlm_auth: %s %s", verb, rest)
	}
	token, err := base64.StdEncoding.DecodeString(rest)
	return token, verb == "AF", err
}

func TestServerAgainstSamba(t *testing.T) {
	path, err := exec.LookPath("ntlm_auth")
	need(t, "ntlm_auth (winbind)", err == nil)
	for _, c := range []struct {
		name, user, password string
		features             []string
		ok                   bool
	}{
		{"plain", "alice", "Passw0rd!", nil, true},
		{"session key", "alice", "Passw0rd!", []string{"SF NTLMSSP_FEATURE_SESSION_KEY"}, true},
		{"sign", "alice", "Passw0rd!", []string{"SF NTLMSSP_FEATURE_SIGN"}, true},
		{"seal", "ALICE", "Passw0rd!", []string{"SF NTLMSSP_FEATURE_SEAL"}, true},
		{"wrong password", "alice", "wrong", nil, false},
		{"unknown user", "bob", "Passw0rd!", nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			peer := startPeer(t, path, "--helper-protocol=ntlmssp-client-1", "--configfile=/dev/null",
				"--username="+c.user, "--domain=LAB", "--password="+c.password)
			for _, line := range c.features {
				if verb, rest, err := peer.ask(line); err != nil || verb != "OK" {
					t.Fatalf("%s: %s %s %v", line, verb, rest, err)
				}
			}
			server := NewServer(host())
			err := handshake(ntlmAuth{peer}, server, nil)
			if (err == nil) != c.ok {
				t.Fatal(err)
			}
			t.Logf("attempt %+v", server.Attempt().Authenticate)
			if !c.ok {
				return
			}
			// Samba makes a MIC only where it is asked for a session.
			if server.Attempt().MIC != (c.features != nil) {
				t.Errorf("MIC: %v", server.Attempt().MIC)
			}
			verb, rest, err := peer.ask("GK")
			if err != nil || verb != "GK" {
				t.Fatalf("session key: %s %s %v", verb, rest, err)
			}
			key, err := base64.StdEncoding.DecodeString(rest)
			if err != nil {
				t.Fatal(err)
			}
			if want := signKey(key, clientToServer); string(want) != string(server.session.in.signKey) {
				t.Errorf("its session key %x is not ours", key)
			}
		})
	}
}

// impacketPeer drives impacket's NTLM client: it makes the messages, and signs
// and seals what it is told to.
const impacketPeer = `
import sys, base64
from impacket import ntlm
b64 = lambda b: base64.b64encode(b).decode()
if sys.argv[1] == 'v1': ntlm.USE_NTLMv2 = False
v2 = sys.argv[1] == 'v2'
t1 = ntlm.getNTLMSSPType1('JUMP', '', signingRequired=True, use_ntlmv2=v2)
ess = 'old' not in sys.argv[5:]
if not ess: t1['flags'] &= ~ntlm.NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY
if '56' in sys.argv[5:]: t1['flags'] &= ~ntlm.NTLMSSP_NEGOTIATE_128
if '40' in sys.argv[5:]: t1['flags'] &= ~(ntlm.NTLMSSP_NEGOTIATE_128 | ntlm.NTLMSSP_NEGOTIATE_56)
if 'own-key' in sys.argv[5:]: t1['flags'] &= ~ntlm.NTLMSSP_NEGOTIATE_KEY_EXCH
signed = lambda b: b'header'+b+b'trailer' if ess else b
def count(way):
    for m in seq:
        if m == way or not ess: seq[m] += 1
handles = {}
for line in sys.stdin:
    verb, _, rest = line.strip().partition(' ')
    if verb == 'YR':
        print('YR', b64(t1.getData()), flush=True)
    if verb == 'TT':
        t3, key = ntlm.getNTLMSSPType3(t1, base64.b64decode(rest), sys.argv[2], sys.argv[3], sys.argv[4], use_ntlmv2=v2)
        flags, seq = t3['flags'], {'Client': 0, 'Server': 0}
        from Cryptodome.Cipher import ARC4
        sign = {m: ntlm.SIGNKEY(flags, key, m) for m in seq}
        for m in seq: handles[m] = ARC4.new(ntlm.SEALKEY(flags, key, m)).encrypt
        if not ess: handles['Client'] = handles['Server'] = ARC4.new(key).encrypt # as its rpcrt does
        print('AF', b64(t3.getData()), flush=True)
    if verb in ('SIGN', 'SEAL'):
        data, way = base64.b64decode(rest), 'Client'
        if verb == 'SEAL':
            out, sig = ntlm.SEAL(flags, sign[way], None, signed(data), data, seq[way], handles[way])
        else:
            out, sig = data, ntlm.SIGN(flags, sign[way], signed(data), seq[way], handles[way])
        count(way)
        print('OK', b64(sig.getData() + out), flush=True)
    if verb == 'OPEN':
        data, way = base64.b64decode(rest), 'Server'
        plain = handles[way](data[16:])
        sig = ntlm.SIGN(flags, sign[way], signed(plain), seq[way], handles[way])
        count(way)
        print('OK' if sig.getData() == data[:16] else 'BAD', b64(plain), flush=True)
`

func TestServerAgainstImpacket(t *testing.T) {
	const python = "/usr/bin/python3"
	need(t, "python3-impacket", exec.Command(python, "-c", "import impacket.ntlm, Cryptodome").Run() == nil)
	for _, c := range []struct {
		name, version, user, password, domain, options string
		allow, ok                                      bool
	}{
		{"NTLMv2", "v2", "alice", "Passw0rd!", "LAB", "", false, true},
		{"no domain", "v2", "alice", "Passw0rd!", "", "", false, true},
		{"56-bit keys", "v2", "alice", "Passw0rd!", "LAB", "56", false, true},
		{"40-bit keys", "v2", "alice", "Passw0rd!", "LAB", "40", false, true},
		{"no key exchange", "v2", "alice", "Passw0rd!", "LAB", "own-key", false, true},
		{"no extended session security", "v2", "alice", "Passw0rd!", "LAB", "old", false, true},
		{"anonymous", "v2", "", "", "", "", false, true},
		{"wrong password", "v2", "alice", "wrong", "LAB", "", false, false},
		{"NTLMv1 refused", "v1", "alice", "Passw0rd!", "LAB", "", false, false},
		{"NTLMv1 allowed", "v1", "alice", "Passw0rd!", "LAB", "", true, true},
		{"NTLMv1, no extended session security", "v1", "alice", "Passw0rd!", "LAB", "old", true, true},
		{"NTLMv1, wrong password", "v1", "alice", "wrong", "LAB", "", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			peer := startPeer(t, python, "-c", impacketPeer, c.version, c.user, c.password, c.domain, c.options)
			o := host()
			o.AllowVersion1 = c.allow
			server := NewServer(o)
			err := handshake(ntlmAuth{peer}, server, nil)
			if (err == nil) != c.ok {
				t.Fatal(err)
			}
			if a := server.Attempt(); a.Version1 != (c.version == "v1") || a.MIC || a.Build != 0 {
				t.Errorf("attempt %+v", a.Authenticate)
			}
			if c.ok {
				talkToImpacket(t, peer, server)
			}
		})
	}
}

func talkToImpacket(t *testing.T, peer *lines, server *Server) {
	t.Helper()
	for i := range 4 {
		text := strings.Repeat("a call ", i+1)
		seal := i%2 == 1
		verb := map[bool]string{true: "SEAL", false: "SIGN"}[seal]
		got, rest, err := peer.ask(verb + " " + base64.StdEncoding.EncodeToString([]byte(text)))
		if err != nil || got != "OK" {
			t.Fatalf("%s: %s %s %v", verb, got, rest, err)
		}
		data, err := base64.StdEncoding.DecodeString(rest)
		if err != nil {
			t.Fatal(err)
		}
		body := data[16:]
		if err := server.Unprotect(seal, []byte("header"), body, []byte("trailer"), data[:16]); err != nil || string(body) != text {
			t.Fatalf("%s %d: %q %v", verb, i, body, err)
		}
		sig, err := server.Protect(true, []byte("header"), body, []byte("trailer"))
		if err != nil {
			t.Fatal(err)
		}
		got, rest, err = peer.ask("OPEN " + base64.StdEncoding.EncodeToString(append(sig, body...)))
		if plain, _ := base64.StdEncoding.DecodeString(rest); err != nil || got != "OK" || string(plain) != text {
			t.Fatalf("open %d: %s %q %v", i, got, plain, err)
		}
	}
}
