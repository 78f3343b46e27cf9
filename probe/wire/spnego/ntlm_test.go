package spnego

import (
	"bufio"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe/wire/ntlm"
)

var errRefused = errors.New("refused")

func ntlmServer(inner **ntlm.Server) *Server {
	return NewServer(func(oid asn1.ObjectIdentifier) Mechanism {
		if !oid.Equal(NTLM) {
			return nil
		}
		*inner = ntlm.NewServer(ntlm.ServerOptions{
			NetBIOSComputer: "SRV01", NetBIOSDomain: "LAB", DNSComputer: "srv01.lab.test", Major: 10, Build: 20348,
			Verify: func(a *ntlm.Attempt) error {
				if a.Anonymous || a.User == "alice" && a.CheckPassword("Passw0rd!") {
					return nil
				}
				return errRefused
			},
		})
		return *inner
	})
}

func ntlmClient(o ntlm.ClientOptions, user, password string) Mech {
	return Mech{NTLM, ntlm.NewClient(o, func(ntlm.Challenge) (ntlm.Credential, error) {
		return ntlm.Credential{User: user, Domain: "LAB", Password: password}, nil
	})}
}

func talk(t *testing.T, a, b Mechanism, seal bool) {
	t.Helper()
	for i := range 6 {
		body := []byte(strings.Repeat("stub", i))
		plain := string(body)
		sig, err := a.Protect(seal, []byte("header"), body, []byte("trailer"))
		if err != nil {
			t.Fatal(err)
		}
		if len(sig) != a.SignatureSize(seal) {
			t.Errorf("signature of %d bytes", len(sig))
		}
		if err := b.Unprotect(seal, []byte("header"), body, []byte("trailer"), sig); err != nil || string(body) != plain {
			t.Fatalf("message %d: %q, %v", i, body, err)
		}
		a, b = b, a
	}
}

func TestNTLM(t *testing.T) {
	for _, c := range []struct {
		name           string
		options        ntlm.ClientOptions
		kerberos       bool // offered first, not taken
		user, password string
		ok             bool
		legs           int
	}{
		{"sign", ntlm.ClientOptions{Sign: true}, false, "alice", "Passw0rd!", true, 4},
		{"seal", ntlm.ClientOptions{Seal: true}, false, "alice", "Passw0rd!", true, 4},
		{"connect", ntlm.ClientOptions{}, false, "alice", "Passw0rd!", true, 4},
		{"sign after Kerberos", ntlm.ClientOptions{Sign: true}, true, "alice", "Passw0rd!", true, 6},
		{"seal after Kerberos", ntlm.ClientOptions{Seal: true}, true, "alice", "Passw0rd!", true, 6},
		{"connect after Kerberos", ntlm.ClientOptions{}, true, "alice", "Passw0rd!", true, 6},
		{"anonymous", ntlm.ClientOptions{Sign: true}, false, "", "", true, 4},
		{"anonymous after Kerberos", ntlm.ClientOptions{Sign: true}, true, "", "", true, 6},
		{"wrong password", ntlm.ClientOptions{Sign: true}, false, "alice", "wrong", false, 0},
		{"unknown user", ntlm.ClientOptions{Sign: true}, true, "bob", "Passw0rd!", false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			mechs := []Mech{ntlmClient(c.options, c.user, c.password)}
			if c.kerberos {
				mechs = append([]Mech{{Kerberos, &fake{name: "k", send: 2, receive: 1}}}, mechs...)
			}
			var inner *ntlm.Server
			client, server := NewClient(mechs...), ntlmServer(&inner)
			legs, err := run(client, server, nil)
			if !c.ok {
				if !errors.Is(err, errRefused) {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil || legs != c.legs || inner.Attempt().User != c.user || !server.Selected().Equal(NTLM) {
				t.Fatalf("%d legs, %v, %v", legs, inner.Attempt(), err)
			}
			if c.options.Sign || c.options.Seal {
				talk(t, client, server, c.options.Seal)
			}
		})
	}
}

// TestTamperedList changes the list of mechanisms on its way: the mechListMIC
// has to notice (RFC 4178 section 5).
func TestTamperedList(t *testing.T) {
	var inner *ntlm.Server
	client := NewClient(Mech{Kerberos, &fake{name: "k", send: 2, receive: 1}}, ntlmClient(ntlm.ClientOptions{Sign: true}, "alice", "Passw0rd!"))
	_, err := run(client, ntlmServer(&inner), func(n int, token []byte) []byte {
		if n == 1 { // Kerberos becomes an unknown mechanism
			i := strings.Index(string(token), "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02")
			token = append([]byte(nil), token...)
			token[i+8] = 9
		}
		return token
	})
	if err == nil || !strings.Contains(err.Error(), "mechListMIC") {
		t.Errorf("got %v", err)
	}
}

// TestServerAgainstSamba lets Samba's SPNEGO client log on.
func TestServerAgainstSamba(t *testing.T) {
	path, err := exec.LookPath("ntlm_auth")
	if err != nil {
		if os.Getenv("WMIDOCTOR_PEERS") == "all" {
			t.Fatal("needs ntlm_auth (winbind)")
		}
		t.Skip("needs ntlm_auth (winbind)")
	}
	for _, c := range []struct {
		feature, password string
		mic, ok           bool
	}{
		{"", "Passw0rd!", false, true},
		{"NTLMSSP_FEATURE_SESSION_KEY", "Passw0rd!", true, true},
		{"NTLMSSP_FEATURE_SIGN", "Passw0rd!", true, true},
		{"NTLMSSP_FEATURE_SEAL", "Passw0rd!", true, true},
		{"NTLMSSP_FEATURE_SIGN", "wrong", true, false},
	} {
		cmd := exec.CommandContext(t.Context(), path, "--helper-protocol=gss-spnego-client", "--configfile=/dev/null",
			"--username=alice", "--domain=LAB", "--password="+c.password)
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
		mic, err := logOn(in, bufio.NewReader(out), c.feature)
		if (err == nil) != c.ok {
			t.Errorf("%s, password %s: %v", c.feature, c.password, err)
		}
		if mic != c.mic {
			t.Errorf("%s: mechListMIC %v", c.feature, mic)
		}
		in.Close()
		cmd.Wait()
	}
}

// logOn speaks ntlm_auth's lines until both ends say that they are done.
func logOn(in io.Writer, out *bufio.Reader, feature string) (mic bool, err error) {
	ask := func(line string) (verb, rest string, err error) {
		fmt.Fprintln(in, line)
		answer, err := out.ReadString('\n')
		verb, rest, _ = strings.Cut(strings.TrimSpace(answer), " ")
		return verb, rest, err
	}
	if feature != "" {
		if verb, rest, err := ask("SF " + feature); err != nil || verb != "OK" {
			return false, fmt.Errorf("feature: %s %s %w", verb, rest, err)
		}
	}
	var inner *ntlm.Server
	server := ntlmServer(&inner)
	request := "YR"
	for range 5 {
		verb, rest, err := ask(request)
		if err != nil || verb == "NA" || verb == "BH" {
			return mic, fmt.Errorf("ntlm_auth: %s %s %w", verb, rest, err)
		}
		if verb == "AF" {
			if !server.done {
				return mic, errors.New("Samba is done, we are not")
			}
			return mic, nil
		}
		token, err := base64.StdEncoding.DecodeString(rest)
		if err != nil {
			return mic, err
		}
		offer, _ := ReadResponse(token)
		mic = mic || len(offer.MechListMIC) > 0
		answer, _, err := server.Next(token)
		if err != nil {
			return mic, err
		}
		request = "TT " + base64.StdEncoding.EncodeToString(answer)
	}
	return mic, errors.New("no end")
}

// TestRedactNTLM shows what a trace of a logon keeps.
func TestRedactNTLM(t *testing.T) {
	var inner *ntlm.Server
	users := 0
	_, err := run(NewClient(ntlmClient(ntlm.ClientOptions{Sign: true}, "alice", "Passw0rd!")), ntlmServer(&inner), func(_ int, token []byte) []byte {
		red := Redact(token, ntlm.Redact)
		offer, err := ReadResponse(red)
		if a, e := ntlm.ReadAuthenticate(offer.ResponseToken); err == nil && e == nil && a.User == "alice" {
			users++
			original, _ := ReadResponse(token)
			if strings.Contains(string(red), string(original.MechListMIC)) || strings.Contains(string(red), string(original.ResponseToken[len(original.ResponseToken)-16:])) {
				t.Errorf("a secret is shown: %x", red)
			}
		}
		if len(red) != len(token) {
			t.Errorf("%d bytes became %d", len(token), len(red))
		}
		return token
	})
	if err != nil || users != 1 {
		t.Errorf("%d tokens with the user's name, %v", users, err)
	}
}
