package kerberos

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/oiweiwei/gokrb5.fork/v9/keytab"
	"github.com/oiweiwei/gokrb5.fork/v9/messages"
	"github.com/oiweiwei/gokrb5.fork/v9/types"
)

// homeMade is a ticket of no server, for RPCSS/host, and the keytab that opens
// it. gokrb5 makes both.
func homeMade(t testing.TB, etype int32) (*Ticket, *Keytab) {
	t.Helper()
	theirs := keytab.New()
	if err := theirs.AddEntry("RPCSS/host", "LAB.TEST", "secret of the host", time.Unix(1, 0), 2, etype); err != nil {
		t.Fatal(err)
	}
	raw, err := theirs.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	ours, err := ReadKeytab(raw)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	client, service := User("alice").types(), Principal{nameService, []string{"RPCSS", "host"}}.types()
	ticket, key, err := messages.NewTicket(client, "LAB.TEST", service, "LAB.TEST", types.NewKrbFlags(), theirs, etype, 2,
		now, now, now.Add(time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return &Ticket{Client: User("alice"), Realm: "LAB.TEST", Service: principalOf(service), raw: ticket, key: key}, ours
}

// pair goes the three legs.
func pair(t testing.TB, etype int32) (*Client, *Server) {
	t.Helper()
	ticket, keys := homeMade(t, etype)
	c, s := NewClient(ticket, true), NewServer(keys)
	if c.SignatureSize(true) != 0 {
		t.Error("a size before there is a session")
	}
	if _, err := c.Protect(false, nil, []byte("early"), nil); err == nil {
		t.Error("protected before there is a session")
	}
	request, done, err := c.Next(nil)
	if err != nil || done {
		t.Fatal(done, err)
	}
	answer, done, err := s.Next(request)
	if err != nil || done {
		t.Fatal(done, err)
	}
	confirmed, done, err := c.Next(answer)
	if err != nil || !done {
		t.Fatal(done, err)
	}
	if _, done, err = s.Next(confirmed); err != nil || !done {
		t.Fatal(done, err)
	}
	if who, realm := s.Client(); who.String() != "alice" || realm != "LAB.TEST" {
		t.Errorf("%s@%s", who, realm)
	}
	if _, _, err := c.Next(answer); err == nil {
		t.Error("a fourth token was taken")
	}
	return c, s
}

// Sizes: RFC 4121 4.2.6 with AES, and RFC 4757 7.2, 7.3 behind the header of
// RFC 2743; Windows hosts' verifiers have the same.
func TestBothEnds(t *testing.T) {
	for _, c := range []struct {
		etype        int32
		sign, sealed int
	}{{AES256, 28, 76}, {AES128, 28, 76}, {RC4, 37, 45}} {
		t.Run(fmt.Sprint(c.etype), func(t *testing.T) {
			client, server := pair(t, c.etype)
			if client.SignatureSize(false) != c.sign || client.SignatureSize(true) != c.sealed {
				t.Errorf("sizes %d and %d", client.SignatureSize(false), client.SignatureSize(true))
			}
			for i, length := range []int{16, 0, 32, 160, 16} {
				clear := bytes.Repeat([]byte{byte(i + 1)}, length)
				for _, seal := range []bool{false, true} {
					for from, to := range map[interface {
						Protect(bool, []byte, []byte, []byte) ([]byte, error)
					}]interface {
						Unprotect(bool, []byte, []byte, []byte, []byte) error
					}{client: server, server: client} {
						body := bytes.Clone(clear)
						sig, err := from.Protect(seal, []byte("header"), body, []byte("trailer"))
						if err != nil || len(sig) != client.SignatureSize(seal) || length > 0 && bytes.Equal(body, clear) == seal {
							t.Fatalf("%d bytes, seal %v: %v", length, seal, err)
						}
						if err := to.Unprotect(seal, []byte("header"), body, []byte("trailer"), sig); err != nil || !bytes.Equal(body, clear) {
							t.Fatalf("%d bytes, seal %v: %v", length, seal, err)
						}
					}
				}
			}
		})
	}
}

// Whatever is changed, by a bit or by its order, is refused and the body is
// left as it came.
func TestChangedMessages(t *testing.T) {
	for _, etype := range []int32{AES256, RC4} {
		for _, seal := range []bool{false, true} {
			for what, change := range map[string]func(header, body, trailer, sig []byte) bool{
				"header":  func(h, _, _, _ []byte) bool { h[0] ^= 1; return true },
				"body":    func(_, b, _, _ []byte) bool { b[7] ^= 1; return true },
				"trailer": func(_, _, tr, _ []byte) bool { tr[3] ^= 0x80; return true },
				"repeated": func(_, _, _, _ []byte) bool {
					return false
				},
			} {
				client, server := pair(t, etype)
				header, body, trailer := []byte("header"), []byte("sixteen bytes of"), []byte("trailer")
				sig, err := client.Protect(seal, header, body, trailer)
				if err != nil {
					t.Fatal(err)
				}
				sent := bytes.Clone(body)
				if !change(header, body, trailer, sig) {
					if err := server.Unprotect(seal, header, bytes.Clone(body), trailer, sig); err != nil {
						t.Fatal(err)
					}
				}
				now := bytes.Clone(body)
				if server.Unprotect(seal, header, body, trailer, sig) == nil {
					t.Errorf("kind %d, seal %v, %s: accepted", etype, seal, what)
				}
				if !bytes.Equal(body, now) && !bytes.Equal(body, sent) {
					t.Errorf("kind %d, seal %v, %s: body changed", etype, seal, what)
				}
			}
			client, server := pair(t, etype)
			sig, _ := client.Protect(seal, nil, []byte("sixteen bytes of"), nil)
			for i := range sig {
				bad := bytes.Clone(sig)
				bad[i] ^= 1
				if s := *server.session; s.unprotect(seal, parts{nil, []byte("sixteen bytes of"), nil}, bad) == nil {
					t.Errorf("kind %d, seal %v: byte %d of the signature does not matter", etype, seal, i)
				}
			}
		}
	}
}

// A server that cannot open the ticket, and a client that gets the answer to
// another request.
func TestRefusedExchanges(t *testing.T) {
	ticket, _ := homeMade(t, AES256)
	_, others := homeMade(t, AES128)
	request, _, _ := NewClient(ticket, false).Next(nil)
	if _, _, err := NewServer(others).Next(request); err == nil {
		t.Error("a ticket was opened without its key")
	}
	_, keys := homeMade(t, AES256)
	answer, _, err := NewServer(keys).Next(request)
	if err != nil {
		t.Fatal(err)
	}
	late := NewClient(ticket, false)
	late.Next(nil)
	late.auth.CTime = late.auth.CTime.Add(-time.Minute)
	if _, done, err := late.Next(answer); err == nil || done {
		t.Error("an answer to another request was taken")
	}
	old := NewClient(ticket, false)
	old.Next(nil)
	old.auth.CTime = old.auth.CTime.Add(-time.Hour)
	aged, err := apReq(ticket, old.auth, 11, mutualOption)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := NewServer(keys).Next(aged); err == nil {
		t.Error("an authenticator of an hour ago was taken")
	}
}

// The e-data is what a Samba 4.17 domain controller sent for a disabled
// account: METHOD-DATA with one KERB-EXT-ERROR (MS-KILE 2.2.1).
func TestErrorData(t *testing.T) {
	entry := []byte{0x30, 0x15, 0xA1, 3, 2, 1, 3, 0xA2, 0x0E, 4, 0x0C, 0x72, 0, 0, 0xC0, 0, 0, 0, 0, 1, 0, 0, 0}
	for name, data := range map[string][]byte{"in a list": append([]byte{0x30, byte(len(entry))}, entry...), "alone": entry} {
		m := messages.NewKRBError(krbtgt("LAB.TEST").types(), "LAB.TEST", 18, "bad\x1b[31m\nnews")
		m.EData = data
		raw, err := m.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		e, ok := readError(raw)
		if !ok || e.Code.Number != 18 || e.NTStatus.Number != 0xC0000072 || e.Text != "bad?[31m?news" || time.Since(e.ServerTime) > 2*time.Second {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// A server may not keep us busy: string-to-key parameters are bounded.
func TestIterationsAreBounded(t *testing.T) {
	for _, n := range []uint32{0, mostIterations + 1, 0xFFFFFFFF} {
		began := time.Now()
		_, err := Secret{Password: "x"}.key(User("alice"), "LAB.TEST", hint{etype: AES256, params: binary.BigEndian.AppendUint32(nil, n)})
		if err == nil || time.Since(began) > time.Second {
			t.Errorf("%d iterations: %v after %s", n, err, time.Since(began))
		}
	}
}

// RFC 3962 appendix B, 1,200 iterations, and the default of 4,096 by way of the
// hint a server gives.
func TestKeyOfPassword(t *testing.T) {
	salt := "ATHENA.MIT.EDUraeburn"
	key, err := Secret{Password: "password"}.key(User("raeburn"), "ATHENA.MIT.EDU", hint{etype: AES128, salt: &salt, params: []byte{0, 0, 4, 0xB0}})
	if err != nil || fmt.Sprintf("%x", key.KeyValue) != "4c01cd46d632d01e6dbe230a01ed642a" {
		t.Errorf("%x, %v", key.KeyValue, err)
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	ticket, keys := homeMade(t, AES256)
	shown := fmt.Sprintf("%v %+v %#v %s %v %#v %+v", Secret{Password: "hidden"}, Secret{Password: "hidden"}, Secret{Password: "hidden"},
		ticket, ticket, keys, keys)
	for _, secret := range []string{"hidden", fmt.Sprint(ticket.key.KeyValue), fmt.Sprintf("%x", ticket.key.KeyValue)} {
		if bytes.Contains([]byte(shown), []byte(secret)) {
			t.Errorf("printed: %s", shown)
		}
	}
}

func TestRedact(t *testing.T) {
	ticket, _ := homeMade(t, AES256)
	raw, _, err := NewClient(ticket, false).Next(nil)
	if err != nil {
		t.Fatal(err)
	}
	red := Redact(raw)
	if len(red) != len(raw) || !bytes.Contains(red, []byte("RPCSS")) || bytes.Contains(red, ticket.raw.EncPart.Cipher[:16]) {
		t.Errorf("%x", red)
	}
	if !bytes.Equal(Redact([]byte("no token")), make([]byte, 8)) {
		t.Error("what is no message was shown")
	}
}
