package ntlm

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRealSession replays a published capture of a Windows 10 client calling a
// domain controller at PKT_PRIVACY (secdev/scapy, laboratory account with the
// password below): our server has to accept the client's AUTHENTICATE with its
// MIC, and both ends have to open every message in its direction.
func TestRealSession(t *testing.T) {
	folder := captures(t)
	file := filepath.Join(folder, "10_ntlm_privacy_fault_eeinfo.pcapng")
	_, err := os.Stat(file)
	need(t, filepath.Base(file), err == nil)
	tshark, err := exec.LookPath("tshark")
	need(t, "tshark", err == nil)

	client := direct(t, tshark, file, "192.168.0.101")
	host := direct(t, tshark, file, "192.168.0.100")
	token := func(frames [][]byte, kind byte) []byte {
		for _, f := range frames {
			if at := bytes.Index(f, append([]byte(signature), kind)); at > 0 {
				return f[at:]
			}
		}
		t.Fatalf("no message of type %d", kind)
		return nil
	}
	challenge := token(host, typeChallenge)
	c, err := ReadChallenge(challenge)
	if err != nil {
		t.Fatal(err)
	}
	server := NewServer(ServerOptions{Verify: func(a *Attempt) error {
		if !a.MIC || a.TargetName != "HOST/192.168.0.100" || !a.CheckPassword("Password123!") {
			t.Errorf("attempt %+v", a.Authenticate)
		}
		return nil
	}})
	server.negotiate, server.challenge = token(client, typeNegotiate), challenge
	server.flags, server.nonce = c.Flags, c.Nonce
	authenticate := token(client, typeAuthenticate)
	if _, done, err := server.Next(authenticate); err != nil || !done {
		t.Fatal(err)
	}
	m, err := readAuthenticate(authenticate)
	if err != nil {
		t.Fatal(err)
	}
	other := newSession(server.session.flags, rc4K(server.attempt.exchangeKey, m.sessionKey), false)

	requests, responses := open(t, client, server), open(t, host, other)
	t.Logf("%d requests and %d responses opened", requests, responses)
	if requests < 4 || responses < 8 {
		t.Error("too few messages")
	}
}

// direct returns the DCE/RPC frames that one side sent on the sealed connection.
func direct(t *testing.T, tshark, file, from string) [][]byte {
	t.Helper()
	out, err := exec.Command(tshark, "-r", file, "-Y",
		"tcp.stream==1 && tcp.len>0 && !tcp.analysis.retransmission && ip.src=="+from, "-T", "fields", "-e", "tcp.payload").Output()
	if err != nil {
		t.Fatal(err)
	}
	stream, err := hex.DecodeString(strings.Join(strings.Fields(string(out)), ""))
	if err != nil {
		t.Fatal(err)
	}
	var frames [][]byte
	for len(stream) >= 16 {
		n := int(binary.LittleEndian.Uint16(stream[8:]))
		if n < 16 || n > len(stream) {
			break
		}
		frames, stream = append(frames, stream[:n]), stream[n:]
	}
	return frames
}

// open unprotects all requests and responses with a verifier: header of 24
// bytes, body, trailer of eight, signature.
func open(t *testing.T, frames [][]byte, with protector) int {
	t.Helper()
	count := 0
	for _, f := range frames {
		if size := int(binary.LittleEndian.Uint16(f[10:])); size != signatureSize || f[2] != 0 && f[2] != 2 {
			continue
		}
		trailer := len(f) - signatureSize - 8
		err := with.Unprotect(true, f[:24], f[24:trailer], f[trailer:trailer+8], f[trailer+8:])
		if err != nil {
			t.Fatalf("message %d, type %d, %d bytes: %v", count, f[2], len(f), err)
		}
		count++
	}
	return count
}
