package kerberos

import (
	"testing"

	"github.com/oiweiwei/gokrb5.fork/v9/messages"
)

// tokens are the three legs of one exchange and an error.
func tokens(f *testing.F) [][]byte {
	ticket, keys := homeMade(f, AES256)
	c, s := NewClient(ticket, true), NewServer(keys)
	request, _, _ := c.Next(nil)
	answer, _, _ := s.Next(request)
	confirmed, _, _ := c.Next(answer)
	e := messages.NewKRBError(krbtgt("LAB.TEST").types(), "LAB.TEST", 25, "text")
	refused, _ := e.Marshal()
	return [][]byte{request, answer, confirmed, refused}
}

func FuzzClient(f *testing.F) {
	for _, token := range tokens(f) {
		f.Add(token)
	}
	ticket, _ := homeMade(f, AES256)
	f.Fuzz(func(t *testing.T, token []byte) {
		c := NewClient(ticket, true)
		c.Next(nil)
		if _, done, err := c.Next(token); done || err == nil {
			t.Errorf("an answer made without the key was taken: %x", token)
		}
	})
}

func FuzzServer(f *testing.F) {
	for _, token := range tokens(f) {
		f.Add(token)
	}
	_, keys := homeMade(f, AES256)
	f.Fuzz(func(t *testing.T, token []byte) {
		s := NewServer(keys)
		if _, done, _ := s.Next(token); done {
			t.Error("done after one token")
		}
		s.Next(token)
	})
}

func FuzzReply(f *testing.F) {
	for _, token := range tokens(f) {
		f.Add(token)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if e, ok := readError(raw); ok {
			_ = e.Error()
			_, _ = choose([]int32{AES256}, hints(e.methods))
		}
		var as messages.ASRep
		_ = guard(func() error { return as.Unmarshal(raw) })
		if red := Redact(raw); len(red) != len(raw) {
			t.Errorf("%d bytes became %d", len(raw), len(red))
		}
	})
}

func FuzzFiles(f *testing.F) {
	f.Add([]byte{5, 2, 0, 0, 0, 1, 0})
	f.Add([]byte{5, 2, 0xFF, 0xFF, 0xFF, 0xFE, 0, 0, 0, 0, 0, 3, 1, 2, 3})
	f.Add([]byte{5, 4, 0, 12, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 'L', 0, 0, 0, 1, 'a'})
	f.Add([]byte{5, 3, 0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := ReadCache(b); err == nil && len(c.tickets) > len(b) {
			t.Errorf("%d tickets in %d bytes", len(c.tickets), len(b))
		}
		if k, err := ReadKeytab(b); err == nil && len(k.entries) > len(b) {
			t.Errorf("%d keys in %d bytes", len(k.entries), len(b))
		}
	})
}

func FuzzUnprotect(f *testing.F) {
	for _, etype := range []int32{AES256, RC4} {
		c, _ := pair(f, etype)
		for _, seal := range []bool{false, true} {
			body := []byte("sixteen bytes of")
			sig, _ := c.Protect(seal, nil, body, nil)
			f.Add(sig, body)
		}
	}
	_, aes := pair(f, AES256)
	_, rc4 := pair(f, RC4)
	f.Fuzz(func(t *testing.T, sig, body []byte) {
		for _, s := range []*Server{aes, rc4} {
			for _, seal := range []bool{false, true} {
				if s.Unprotect(seal, nil, body, nil, sig) == nil {
					t.Errorf("taken: %x", sig)
				}
			}
		}
	})
}
