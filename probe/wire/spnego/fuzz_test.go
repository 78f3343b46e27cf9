package spnego

import (
	"bytes"
	"encoding/asn1"
	"testing"
)

func seeds(f *testing.F) {
	for _, s := range []string{windowsInit, windowsRequestMIC, windowsNegotiate, windowsCompleted, windowsHints} {
		f.Add(unhex(f, s))
	}
	run(NewClient(Mech{NTLM, &fake{name: "n", send: 2, receive: 1, wants: true}}),
		NewServer(func(asn1.ObjectIdentifier) Mechanism { return &fake{name: "n", send: 1, receive: 2, server: true} }),
		func(_ int, token []byte) []byte {
			f.Add(token)
			return token
		})
}

func FuzzRead(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, token []byte) {
		if o, err := ReadResponse(token); err == nil && len(o.ResponseToken)+len(o.MechListMIC) > len(token) {
			t.Errorf("%+v", o)
		}
		if i, err := ReadInit(token); err == nil && (len(i.Mechs) == 0 || len(i.Mechs) > len(token)) {
			t.Errorf("%+v", i)
		}
	})
}

func FuzzRedact(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, token []byte) {
		red := Redact(token, nil)
		if len(red) != len(token) {
			t.Fatalf("%d bytes became %d", len(token), len(red))
		}
		o, err := ReadResponse(token)
		if err == nil && len(o.MechListMIC) > 8 && !bytes.Equal(o.MechListMIC, make([]byte, len(o.MechListMIC))) && bytes.Contains(red, o.MechListMIC) {
			t.Errorf("the MIC is shown: %x", red)
		}
	})
}

func FuzzServer(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, token []byte) {
		fresh := func() *Server {
			return NewServer(func(oid asn1.ObjectIdentifier) Mechanism {
				if !oid.Equal(NTLM) {
					return nil
				}
				return &fake{name: "n", send: 1, receive: 2, server: true}
			})
		}
		s := fresh()
		s.Next(token)
		s.Next(token)
		s = fresh()
		if _, _, err := s.Next(unhex(t, windowsInit)); err != nil {
			t.Fatal(err)
		}
		if _, done, err := s.Next(token); done {
			t.Errorf("done after one token, %v", err)
		}
	})
}

func FuzzClient(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, token []byte) {
		c := NewClient(Mech{Kerberos, &fake{name: "k", send: 2, receive: 1}}, Mech{NTLM, &fake{name: "n", send: 2, receive: 1}})
		c.Next(nil)
		if _, done, _ := c.Next(token); done {
			if o, err := ReadResponse(token); err != nil || o.State != AcceptCompleted {
				t.Errorf("done with %+v, %v", o, err)
			}
			return
		}
		c.Next(token)
	})
}
