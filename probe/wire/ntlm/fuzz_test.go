package ntlm

import (
	"bytes"
	"testing"
)

// seeds are whole messages of the specification, of Windows and of our client.
func seeds(f *testing.F) {
	for _, s := range []string{specChallenge2, specAuthenticate2, specAuthenticate1Extended, windowsChallenge} {
		f.Add(unhex(f, s))
	}
	handshake(NewClient(ClientOptions{Sign: true}, alice), NewServer(host()), func(_ int, token []byte) []byte {
		f.Add(token)
		return token
	})
	handshake(NewClient(ClientOptions{}, func(Challenge) (Credential, error) { return Credential{}, nil }), NewServer(host()),
		func(_ int, token []byte) []byte {
			f.Add(token)
			return token
		})
}

func FuzzReadChallenge(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, token []byte) {
		c, err := ReadChallenge(token)
		if err != nil {
			return
		}
		// What was read can be said again and means the same.
		again, err := c.bytes()
		if err != nil {
			return // a name that can't be sent as OEM, or too long
		}
		c.Flags |= flagTargetInfo | flagVersion
		if got, err := ReadChallenge(again); err != nil || got.DNSComputer != c.DNSComputer || got.Nonce != c.Nonce {
			t.Errorf("%+v became %+v, %v", c, got, err)
		}
	})
}

func FuzzReadAuthenticate(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, token []byte) {
		a, err := ReadAuthenticate(token)
		if err == nil && (a.NTResponse > len(token) || a.MIC && a.NTResponse <= version1NT) {
			t.Errorf("%+v", a)
		}
	})
}

func FuzzRedact(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, token []byte) {
		red := Redact(token)
		if len(red) != len(token) {
			t.Fatalf("%d bytes became %d", len(token), len(red))
		}
		m, err := readAuthenticate(token)
		if err != nil {
			return
		}
		for _, at := range []int{authLM, authNT, authSessionKey} {
			s, _ := locate(token, at)
			if !bytes.Equal(red[s.from:s.to], make([]byte, s.to-s.from)) {
				t.Errorf("field at %d of %+v is shown", at, m.Authenticate)
			}
		}
	})
}

func FuzzServer(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, token []byte) {
		o := host()
		o.AllowVersion1 = true
		fresh := NewServer(o)
		fresh.Next(token)
		fresh.Next(token)

		s := NewServer(o)
		negotiate, _, _ := NewClient(ClientOptions{Seal: true}, nil).Next(nil)
		if _, _, err := s.Next(negotiate); err != nil {
			t.Fatal(err)
		}
		_, done, err := s.Next(token)
		if done != (err == nil) {
			t.Fatalf("done %v, %v", done, err)
		}
		if done && !s.Anonymous() {
			t.Errorf("let in as %v without the password", s.Attempt())
		}
	})
}

func FuzzClient(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, token []byte) {
		c := NewClient(ClientOptions{}, alice)
		c.Next(nil)
		out, done, err := c.Next(token)
		if done != (err == nil) {
			t.Fatalf("done %v, %v", done, err)
		}
		if err != nil {
			return
		}
		if _, err := ReadAuthenticate(out); err != nil {
			t.Errorf("our own answer: %v", err)
		}
	})
}

func FuzzUnprotect(f *testing.F) {
	f.Add([]byte("body"), make([]byte, 16), uint32(0xe28a8233), true)
	f.Add([]byte(""), []byte{1, 0, 0, 0}, uint32(0x233), false)
	f.Fuzz(func(t *testing.T, body, sig []byte, flags uint32, seal bool) {
		s := newSession(flags, make([]byte, 16), true)
		client := newSession(flags, make([]byte, 16), false)
		plain := bytes.Clone(body)
		want, err := client.Protect(seal, nil, plain, nil)
		if err != nil {
			return
		}
		if bytes.Equal(want, sig) && bytes.Equal(plain, body) {
			return
		}
		if flags&flagExtendedSecurity != 0 && s.Unprotect(seal, nil, body, nil, sig) == nil && !bytes.Equal(want, sig) {
			t.Errorf("a wrong signature was taken")
		}
	})
}
