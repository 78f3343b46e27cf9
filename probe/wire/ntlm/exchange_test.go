package ntlm

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

var errRefused = errors.New("refused")

// host is a server that knows alice and, if wanted, lets nobody in.
func host() ServerOptions {
	return ServerOptions{
		NetBIOSComputer: "SRV01", NetBIOSDomain: "LAB", DNSComputer: "srv01.lab.test",
		DNSDomain: "lab.test", DNSTree: "lab.test", Major: 10, Build: 20348,
		Verify: func(a *Attempt) error {
			user, _, _ := strings.Cut(strings.ToLower(a.User), "@")
			if a.Anonymous || user == "alice" && a.CheckPassword("Passw0rd!") {
				return nil
			}
			return errRefused
		},
	}
}

func alice(Challenge) (Credential, error) {
	return Credential{User: "alice", Domain: "LAB", Password: "Passw0rd!", Workstation: "JUMP", TargetName: "RPCSS/srv01.lab.test"}, nil
}

type nexter interface {
	Next([]byte) ([]byte, bool, error)
}

// handshake runs the three messages; change may tamper with each.
func handshake(c, s nexter, change func(kind int, token []byte) []byte) error {
	if change == nil {
		change = func(_ int, token []byte) []byte { return token }
	}
	negotiate, done, err := c.Next(nil)
	if err != nil || done {
		return fmt.Errorf("NEGOTIATE: done %v, %w", done, err)
	}
	challenge, done, err := s.Next(change(1, negotiate))
	if err != nil || done {
		return fmt.Errorf("CHALLENGE: done %v, %w", done, err)
	}
	authenticate, done, err := c.Next(change(2, challenge))
	if err != nil || !done {
		return fmt.Errorf("AUTHENTICATE: done %v, %w", done, err)
	}
	out, done, err := s.Next(change(3, authenticate))
	if err == nil && (!done || len(out) != 0) {
		return fmt.Errorf("end: done %v, out %x", done, out)
	}
	return err
}

type protector interface {
	Protect(seal bool, header, body, trailer []byte) ([]byte, error)
	Unprotect(seal bool, header, body, trailer, signature []byte) error
}

// pass sends one message and returns what arrived.
func pass(from, to protector, seal bool, body string) (string, error) {
	b := []byte(body)
	sig, err := from.Protect(seal, []byte("header"), b, []byte("trailer"))
	if err != nil {
		return "", err
	}
	if seal && body != "" && string(b) == body {
		return "", errors.New("the body was not encrypted")
	}
	if !seal && string(b) != body {
		return "", errors.New("the body was encrypted")
	}
	err = to.Unprotect(seal, []byte("header"), b, []byte("trailer"), sig)
	return string(b), err
}

func talk(t *testing.T, c, s protector, seal bool) {
	t.Helper()
	for i := range 5 {
		text := strings.Repeat("stub ", 3*i)
		if got, err := pass(c, s, seal, text); err != nil || got != text {
			t.Fatalf("request %d: %q, %v", i, got, err)
		}
		if got, err := pass(s, c, seal, text+"answer"); err != nil || got != text+"answer" {
			t.Fatalf("response %d: %q, %v", i, got, err)
		}
	}
}

func TestClientAgainstServer(t *testing.T) {
	for _, c := range []struct {
		name    string
		options ClientOptions
		cred    Credential
		ok      bool
	}{
		{"sign", ClientOptions{Sign: true}, Credential{User: "alice", Domain: "LAB", Password: "Passw0rd!"}, true},
		{"seal", ClientOptions{Seal: true}, Credential{User: "alice", Domain: "LAB", Password: "Passw0rd!"}, true},
		{"connect", ClientOptions{}, Credential{User: "alice", Domain: "LAB", Password: "Passw0rd!"}, true},
		{"identify", ClientOptions{Sign: true, Identify: true}, Credential{User: "alice", Domain: "LAB", Password: "Passw0rd!"}, true},
		{"user in another case", ClientOptions{Sign: true}, Credential{User: "ALICE", Domain: "lab", Password: "Passw0rd!"}, true},
		{"user@domain", ClientOptions{Sign: true}, Credential{User: "alice@lab.test", Password: "Passw0rd!"}, true},
		{"any domain", ClientOptions{Sign: true}, Credential{User: "alice", Domain: "süd.example", Password: "Passw0rd!"}, true},
		{"anonymous, sign", ClientOptions{Sign: true}, Credential{}, true},
		{"anonymous, seal", ClientOptions{Seal: true}, Credential{}, true},
		{"wrong password", ClientOptions{Sign: true}, Credential{User: "alice", Domain: "LAB", Password: "passw0rd!"}, false},
		{"empty password", ClientOptions{Sign: true}, Credential{User: "alice", Domain: "LAB"}, false},
		{"unknown user", ClientOptions{Sign: true}, Credential{User: "bob", Domain: "LAB", Password: "Passw0rd!"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			client := NewClient(c.options, func(ch Challenge) (Credential, error) {
				calls++
				if ch.DNSComputer != "srv01.lab.test" || ch.Build != 20348 || time.Since(ch.Timestamp) > time.Minute {
					t.Errorf("challenge %+v", ch)
				}
				return c.cred, nil
			})
			server := NewServer(host())
			err := handshake(client, server, nil)
			if calls != 1 {
				t.Errorf("the credential was asked for %d times", calls)
			}
			if !c.ok {
				if !errors.Is(err, errRefused) {
					t.Fatalf("got %v", err)
				}
				if err := server.Unprotect(false, nil, nil, nil, make([]byte, 16)); err == nil {
					t.Error("a refused client can go on")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if server.Anonymous() != (c.cred.User == "") || server.Attempt().User != c.cred.User {
				t.Errorf("anonymous %v, attempt %v", server.Anonymous(), server.Attempt())
			}
			switch {
			case c.options.Seal:
				talk(t, client, server, true)
			case c.options.Sign:
				talk(t, client, server, false)
				if _, err := client.Protect(true, nil, []byte("x"), nil); !errors.Is(err, errNotNegotiated) {
					t.Errorf("sealing without its flag: %v", err)
				}
			default:
				if _, err := client.Protect(false, nil, []byte("x"), nil); !errors.Is(err, errNotNegotiated) {
					t.Errorf("signing at CONNECT: %v", err)
				}
			}
		})
	}
}

// TestAuthenticateIsLikeWindows holds the client to what a Windows client
// sends to a host that gives its time (MS-NLMP 3.1.5.1.2).
func TestAuthenticateIsLikeWindows(t *testing.T) {
	var token []byte
	err := handshake(NewClient(ClientOptions{Sign: true}, alice), NewServer(host()), func(kind int, b []byte) []byte {
		if kind == 3 {
			token = b
		}
		return b
	})
	if err != nil {
		t.Fatal(err)
	}
	m, err := readAuthenticate(token)
	if err != nil {
		t.Fatal(err)
	}
	if m.User != "alice" || m.Domain != "LAB" || m.Workstation != "JUMP" || m.TargetName != "RPCSS/srv01.lab.test" {
		t.Errorf("names: %+v", m.Authenticate)
	}
	// e2888215 is what Windows settles at this level (OTRF Security-Datasets, iertutil W6, frame 139).
	if m.Flags != 0xe2888215 || m.Build != clientBuild || !m.MIC || m.start != authPayload {
		t.Errorf("flags %x, build %d, MIC %v, payload at %d", m.Flags, m.Build, m.MIC, m.start)
	}
	if !bytes.Equal(m.lm, make([]byte, 24)) {
		t.Errorf("LM response %x", m.lm)
	}
	pairs, err := readAVPairs(m.nt[ntlmv2Pairs:])
	if bindings, ok := findAV(pairs, avChannelBindings); err != nil || !ok || !bytes.Equal(bindings, make([]byte, 16)) {
		t.Errorf("channel bindings %x, %v, %v", bindings, ok, err)
	}
}

// Pairs of request and answer seen from Windows (published captures: elc invoke-wmiexec, OTRF iertutil W6, scapy).
func TestChallengeFlagsLikeWindows(t *testing.T) {
	for offered, want := range map[uint32]uint32{
		0xa2088207: 0xa2898205, 0xe2088297: 0xe2898215, 0xe20882b7: 0xe2898235, 0xe218b297: 0xe2998215,
	} {
		b := newBuilder(typeNegotiate, 32)
		b.uint32(12, offered)
		token, _ := b.bytes()
		out, _, err := NewServer(host()).Next(token)
		if err != nil {
			t.Fatal(err)
		}
		c, err := ReadChallenge(out)
		if err != nil || c.Flags != want {
			t.Errorf("%x: got %x, want %x, %v", offered, c.Flags, want, err)
		}
	}
}

// TestTampered flips a bit in each byte of each message: no change may pass
// unnoticed where a MIC covers the exchange, and none may panic. (A CHALLENGE
// whose timestamp is damaged makes the client leave the MIC out, and clients
// without one must be let in.)
func TestTampered(t *testing.T) {
	for kind := 1; kind <= 3; kind++ {
		for at := 0; ; at++ {
			size := 0
			client, server := NewClient(ClientOptions{Sign: true}, alice), NewServer(host())
			err := handshake(client, server, func(k int, token []byte) []byte {
				if k != kind {
					return token
				}
				size = len(token)
				b := bytes.Clone(token)
				if at < size {
					b[at] ^= 0x20
				}
				return b
			})
			if at >= size && size > 0 {
				break
			}
			if err == nil && server.Attempt().MIC {
				t.Errorf("message %d, byte %d: passed", kind, at)
			}
		}
	}
}

func TestWrongMessages(t *testing.T) {
	ready := func() (*Client, *Server) {
		c, s := NewClient(ClientOptions{Seal: true}, alice), NewServer(host())
		if err := handshake(c, s, nil); err != nil {
			t.Fatal(err)
		}
		return c, s
	}
	send := func(c *Client, seal bool) (body, sig []byte) {
		body = []byte("request")
		sig, _ = c.Protect(seal, []byte("h"), body, []byte("t"))
		return body, sig
	}
	for _, seal := range []bool{false, true} {
		for name, change := range map[string]func(s *Server, c *Client) error{
			"body": func(s *Server, c *Client) error {
				body, sig := send(c, seal)
				body[0] ^= 1
				return s.Unprotect(seal, []byte("h"), body, []byte("t"), sig)
			},
			"header": func(s *Server, c *Client) error {
				body, sig := send(c, seal)
				return s.Unprotect(seal, []byte("H"), body, []byte("t"), sig)
			},
			"trailer": func(s *Server, c *Client) error {
				body, sig := send(c, seal)
				return s.Unprotect(seal, []byte("h"), body, []byte("T"), sig)
			},
			"signature": func(s *Server, c *Client) error {
				body, sig := send(c, seal)
				sig[5] ^= 1
				return s.Unprotect(seal, []byte("h"), body, []byte("t"), sig)
			},
			"no signature": func(s *Server, c *Client) error {
				body, _ := send(c, seal)
				return s.Unprotect(seal, []byte("h"), body, []byte("t"), nil)
			},
			"left out": func(s *Server, c *Client) error {
				send(c, seal)
				body, sig := send(c, seal)
				return s.Unprotect(seal, []byte("h"), body, []byte("t"), sig)
			},
			"twice": func(s *Server, c *Client) error {
				body, sig := send(c, seal)
				again := bytes.Clone(body)
				if err := s.Unprotect(seal, []byte("h"), body, []byte("t"), sig); err != nil {
					t.Error(err)
				}
				return s.Unprotect(seal, []byte("h"), again, []byte("t"), sig)
			},
			"own": func(s *Server, c *Client) error {
				body, sig := send(c, seal)
				return c.Unprotect(seal, []byte("h"), body, []byte("t"), sig)
			},
		} {
			c, s := ready()
			if err := change(s, c); !errors.Is(err, ErrSignature) {
				t.Errorf("%s, seal %v: %v", name, seal, err)
			}
			body, sig := send(c, seal)
			if err := s.Unprotect(seal, []byte("h"), body, []byte("t"), sig); err == nil && name != "own" {
				t.Errorf("%s, seal %v: the session went on", name, seal)
			}
		}
	}
}

func TestOrder(t *testing.T) {
	c, s := NewClient(ClientOptions{}, alice), NewServer(host())
	if _, _, err := NewClient(ClientOptions{}, alice).Next([]byte("x")); err == nil {
		t.Error("a client takes a token first")
	}
	if _, err := c.Protect(false, nil, nil, nil); !errors.Is(err, errNotReady) {
		t.Errorf("protect before the end: %v", err)
	}
	if err := handshake(c, s, nil); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Next(nil); err == nil {
		t.Error("a client goes on after its last token")
	}
	if _, _, err := s.Next(nil); !errors.Is(err, errOrder) {
		t.Errorf("a server goes on: %v", err)
	}
}

func TestChallengeOnly(t *testing.T) {
	c, s := NewClient(ClientOptions{}, nil), NewServer(host())
	if err := handshake(c, s, nil); !errors.Is(err, ErrNoCredential) {
		t.Fatalf("got %v", err)
	}
	if ch, ok := c.Challenge(); !ok || ch.NetBIOSDomain != "LAB" {
		t.Errorf("challenge %+v, %v", ch, ok)
	}
}

// TestOldHost is one that gives no time: LMv2 is sent, and no MIC.
func TestOldHost(t *testing.T) {
	o := host()
	o.Now = func() time.Time { return time.Time{} }
	s := NewServer(o)
	c := NewClient(ClientOptions{Seal: true}, alice)
	if err := handshake(c, s, nil); err != nil {
		t.Fatal(err)
	}
	if a := s.Attempt(); a.MIC || a.LMResponse != 24 || time.Since(a.Timestamp) > time.Minute {
		t.Errorf("%+v", a.Authenticate)
	}
	talk(t, c, s, true)
}

func TestWeakHostIsRefused(t *testing.T) {
	for _, missing := range []uint32{flagExtendedSecurity, flag128, flagSign} {
		asked := false
		c := NewClient(ClientOptions{Sign: true}, func(Challenge) (Credential, error) { asked = true; return Credential{}, nil })
		err := handshake(c, NewServer(host()), func(kind int, token []byte) []byte {
			if kind == 2 {
				ch, _ := ReadChallenge(token)
				ch.Flags &^= missing
				token, _ = ch.bytes()
			}
			return token
		})
		if err == nil || asked {
			t.Errorf("without %x: %v, credential asked for: %v", missing, err, asked)
		}
	}
}

func TestVerifyMustCheck(t *testing.T) {
	o := host()
	o.Verify = func(*Attempt) error { return nil }
	if err := handshake(NewClient(ClientOptions{}, alice), NewServer(o), nil); !errors.Is(err, errUnproven) {
		t.Errorf("got %v", err)
	}
	o.Verify = nil
	if err := handshake(NewClient(ClientOptions{}, alice), NewServer(o), nil); err == nil {
		t.Error("let in without anybody to decide")
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	cred, _ := alice(Challenge{})
	s := NewServer(host())
	var token []byte
	if err := handshake(NewClient(ClientOptions{}, alice), s, func(k int, b []byte) []byte { token = b; return b }); err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{cred, &cred, s.Attempt(), []any{cred}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			out := fmt.Sprintf(verb, v)
			if strings.Contains(out, "Passw0rd") || strings.Contains(out, fmt.Sprintf("%x", "Passw0rd!")) || len(out) > 80 {
				t.Errorf("%s of %T: %s", verb, v, out)
			}
		}
	}
	m, err := readAuthenticate(token)
	if err != nil {
		t.Fatal(err)
	}
	red := Redact(token)
	shown, err := ReadAuthenticate(red)
	if err != nil || shown.User != "alice" || shown.NTResponse != m.NTResponse || shown.LMResponse != 24 {
		t.Errorf("redacted: %+v, %v", shown, err)
	}
	if len(red) != len(token) || !bytes.Contains(red, utf16le("alice")) || !bytes.Contains(red, utf16le("JUMP")) {
		t.Errorf("public fields are gone: %x", red)
	}
	for _, secret := range [][]byte{m.nt[:16], m.nt[24:40], m.sessionKey, token[authMIC:authPayload]} {
		if len(secret) > 0 && bytes.Contains(red, secret) {
			t.Errorf("%x is still there", secret)
		}
	}
}

// TestOEMNames is a client without Unicode, to a host that gives no time.
func TestOEMNames(t *testing.T) {
	o := host()
	o.Now = func() time.Time { return time.Time{} }
	noUnicode := func(kind int, token []byte) []byte {
		if kind == 1 {
			token[12] &^= byte(flagUnicode)
		}
		return token
	}
	c, s := NewClient(ClientOptions{Seal: true}, alice), NewServer(o)
	if err := handshake(c, s, noUnicode); err != nil {
		t.Fatal(err)
	}
	if ch, _ := c.Challenge(); ch.TargetName != "LAB" || s.Attempt().User != "alice" || s.Attempt().Workstation != "JUMP" {
		t.Errorf("challenge %+v, attempt %+v", ch, s.Attempt().Authenticate)
	}
	talk(t, c, s, true)
	c = NewClient(ClientOptions{}, func(Challenge) (Credential, error) { return Credential{User: "jürgen", Password: "x"}, nil })
	if err := handshake(c, NewServer(o), noUnicode); err == nil || !strings.Contains(err.Error(), "OEM") {
		t.Errorf("a name that can't be sent: %v", err)
	}
}

func TestStandAloneHost(t *testing.T) {
	o := host()
	o.NetBIOSDomain = ""
	c := NewClient(ClientOptions{Sign: true}, alice)
	if err := handshake(c, NewServer(o), nil); err != nil {
		t.Fatal(err)
	}
	if ch, _ := c.Challenge(); ch.DomainMember() || ch.TargetName != "SRV01" || ch.NetBIOSDomain != "SRV01" {
		t.Errorf("%+v", ch)
	}
}
