package spnego

import (
	"bytes"
	"encoding/asn1"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"
)

// fake is a mechanism with a number of tokens to send and to receive. Its
// signatures show the way and the sequence number, and count like NTLM's.
type fake struct {
	name         string
	send         int // tokens to send in all
	receive      int
	server       bool
	plain        bool // has no integrity
	wants        bool // a mechListMIC
	refuse       error
	out, in      uint32
	resets       int
	key          byte
	sent, gotten int
}

func (f *fake) Next(in []byte) ([]byte, bool, error) {
	if in != nil {
		f.gotten++
		if want := fmt.Sprint(f.name, f.gotten); string(in) != want {
			return nil, false, fmt.Errorf("got %q, want %q", in, want)
		}
	}
	if f.gotten == f.receive && f.refuse != nil {
		return nil, false, f.refuse
	}
	var out []byte
	if f.sent < f.send {
		f.sent++
		out = []byte(fmt.Sprint(f.name, f.sent))
	}
	return out, f.sent == f.send && f.gotten == f.receive, nil
}

func (f *fake) SignatureSize(bool) int { return 16 }

func (f *fake) signature(data []byte, seq uint32, server bool) []byte {
	sig := binary.LittleEndian.AppendUint32([]byte{f.key, byte(len(data)), 0, 0}, seq)
	if server {
		sig[2] = 1
	}
	return append(sig, data[:min(8, len(data))]...)
}

func (f *fake) Protect(_ bool, _, body, _ []byte) ([]byte, error) {
	f.out++
	return f.signature(body, f.out-1, f.server), nil
}

func (f *fake) Unprotect(_ bool, _, body, _, signature []byte) error {
	f.in++
	if !bytes.Equal(signature, f.signature(body, f.in-1, !f.server)) {
		return errors.New("wrong signature")
	}
	return nil
}

func (f *fake) MechListMIC() (able, wanted bool) { return !f.plain, !f.plain && f.wants }
func (f *fake) MechListMICDone()                 { f.resets++ }

// run carries tokens until both are done and returns the number of answers.
func run(c *Client, s *Server, change func(n int, token []byte) []byte) (legs int, err error) {
	if change == nil {
		change = func(_ int, token []byte) []byte { return token }
	}
	token, done, err := c.Next(nil)
	if err != nil || done {
		return 0, fmt.Errorf("start: done %v, %w", done, err)
	}
	for n := 1; n < 20; n += 2 {
		var over bool
		if token, over, err = s.Next(change(n, token)); err != nil {
			return n, fmt.Errorf("server: %w", err)
		}
		if done && !over {
			return n, errors.New("the client was done before the server")
		}
		if token, done, err = c.Next(change(n+1, token)); err != nil {
			return n, fmt.Errorf("client: %w", err)
		}
		if over != done || done && token != nil {
			return n, fmt.Errorf("server done %v, client %v, token %x", over, done, token)
		}
		if done {
			return n + 1, nil
		}
	}
	return 20, errors.New("no end")
}

func TestNegotiation(t *testing.T) {
	// NTLM: the client sends two tokens and the server one. Kerberos in DCE
	// style: the same, but the server may also finish at once.
	three := func(name string) (c, s *fake) {
		return &fake{name: name, send: 2, receive: 1}, &fake{name: name, send: 1, receive: 2, server: true}
	}
	for _, c := range []struct {
		name   string
		mechs  func() (client []Mech, server map[string]*fake)
		legs   int
		mics   uint32 // of each side
		resets int
	}{
		{"first choice, no MIC wanted", func() ([]Mech, map[string]*fake) {
			c, s := three("n")
			return []Mech{{NTLM, c}}, map[string]*fake{NTLM.String(): s}
		}, 4, 0, 0},
		{"first choice, MIC wanted by the client", func() ([]Mech, map[string]*fake) {
			c, s := three("n")
			c.wants = true
			return []Mech{{NTLM, c}}, map[string]*fake{NTLM.String(): s}
		}, 4, 1, 1},
		{"second choice", func() ([]Mech, map[string]*fake) {
			k, _ := three("k")
			c, s := three("n")
			return []Mech{{Kerberos, k}, {NTLM, c}}, map[string]*fake{NTLM.String(): s}
		}, 6, 1, 1},
		{"second choice without integrity", func() ([]Mech, map[string]*fake) {
			k, _ := three("k")
			c, s := three("n")
			c.plain, s.plain = true, true
			return []Mech{{Kerberos, k}, {NTLM, c}}, map[string]*fake{NTLM.String(): s}
		}, 6, 0, 0},
		{"Kerberos under its other number", func() ([]Mech, map[string]*fake) {
			c, s := three("k")
			return []Mech{{MSKerberos, c}, {Kerberos, c}}, map[string]*fake{Kerberos.String(): s}
		}, 4, 0, 0},
		{"one token each", func() ([]Mech, map[string]*fake) {
			return []Mech{{Kerberos, &fake{name: "k", send: 1, receive: 1}}},
				map[string]*fake{Kerberos.String(): {name: "k", send: 1, receive: 1, server: true}}
		}, 2, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			mechs, known := c.mechs()
			client := NewClient(mechs...)
			server := NewServer(func(oid asn1.ObjectIdentifier) Mechanism {
				if m := known[oid.String()]; m != nil {
					return m
				}
				return nil
			})
			if _, err := client.Protect(false, nil, []byte("x"), nil); err == nil {
				t.Error("a message before the end")
			}
			legs, err := run(client, server, nil)
			if err != nil || legs != c.legs {
				t.Fatalf("%d legs, want %d, %v", legs, c.legs, err)
			}
			a, b := client.mech.(*fake), server.mech.(*fake)
			if a.out != c.mics || a.in != c.mics || b.out != c.mics || a.resets != c.resets || b.resets != c.resets {
				t.Errorf("client %+v\nserver %+v", a, b)
			}
			sig, err := client.Protect(false, nil, []byte("x"), nil)
			if err != nil || server.Unprotect(false, nil, []byte("x"), nil, sig) != nil {
				t.Error("the session does not work")
			}
		})
	}
}

func TestRefused(t *testing.T) {
	refusal := errors.New("refused")
	c := NewClient(Mech{NTLM, &fake{name: "n", send: 2, receive: 1}})
	s := NewServer(func(asn1.ObjectIdentifier) Mechanism {
		return &fake{name: "n", send: 1, receive: 2, server: true, refuse: refusal}
	})
	if _, err := run(c, s, nil); !errors.Is(err, refusal) {
		t.Errorf("got %v", err)
	}
	if _, _, err := s.Next(nil); err == nil {
		t.Error("a refused client can go on")
	}
	none := NewServer(func(asn1.ObjectIdentifier) Mechanism { return nil })
	c = NewClient(Mech{NTLM, &fake{name: "n", send: 2, receive: 1}})
	first, _, _ := c.Next(nil)
	reject, done, err := none.Next(first)
	if !errors.Is(err, ErrNoCommonMechanism) || done {
		t.Errorf("got %v", err)
	}
	var rejected Rejected
	if _, _, err := c.Next(reject); !errors.As(err, &rejected) || rejected.Offer.State != Reject {
		t.Errorf("the client says %v", err)
	}
}

// TestServersMisbehave answers our first NTLM token in ways that must not be
// followed.
func TestServersMisbehave(t *testing.T) {
	token := []byte("n1")
	for name, answers := range map[string][]Offer{
		"another mechanism":        {{State: AcceptIncomplete, SupportedMech: Kerberos}},
		"no token":                 {{State: AcceptIncomplete, SupportedMech: NTLM}},
		"completed too early":      {{State: AcceptCompleted, SupportedMech: NTLM}},
		"MIC too early":            {{State: AcceptIncomplete, MechListMIC: []byte("mic")}},
		"no MIC":                   {{State: AcceptIncomplete, ResponseToken: token}, {State: AcceptCompleted}},
		"no MIC and no state":      {{State: AcceptIncomplete, ResponseToken: token}, {}},
		"wrong MIC":                {{State: AcceptIncomplete, ResponseToken: token}, {State: AcceptCompleted, MechListMIC: make([]byte, 16)}},
		"one token too many":       {{State: AcceptIncomplete, ResponseToken: token}, {State: AcceptIncomplete, ResponseToken: token}},
		"rejected after the logon": {{State: AcceptIncomplete, ResponseToken: token}, {State: Reject}},
		"changes its mind":         {{State: AcceptIncomplete, SupportedMech: NTLM, ResponseToken: token}, {State: AcceptIncomplete, SupportedMech: Kerberos}},
	} {
		c := NewClient(Mech{NTLM, &fake{name: "n", send: 2, receive: 1, wants: true}})
		_, done, err := c.Next(nil)
		for i, a := range answers {
			if err != nil || done {
				t.Errorf("%s, answer %d: done %v, %v", name, i, done, err)
			}
			b, _ := a.bytes()
			_, done, err = c.Next(b)
		}
		if err == nil || done {
			t.Errorf("%s: followed", name)
		}
	}
}

func TestClientsMisbehave(t *testing.T) {
	list, _ := mechList([]asn1.ObjectIdentifier{Kerberos, NTLM})
	first, _ := Init{Token: []byte("k1"), list: list}.bytes()
	for name, answers := range map[string][]Offer{
		"wrong MIC":     {{ResponseToken: []byte("n1")}, {ResponseToken: []byte("n2"), MechListMIC: make([]byte, 16)}},
		"never a MIC":   {{ResponseToken: []byte("n1")}, {ResponseToken: []byte("n2")}, {State: AcceptIncomplete}},
		"rejects":       {{State: Reject}},
		"no token":      {{State: AcceptIncomplete}},
		"a third token": {{ResponseToken: []byte("n1")}, {ResponseToken: []byte("n2")}, {ResponseToken: []byte("n3")}},
	} {
		s := NewServer(func(oid asn1.ObjectIdentifier) Mechanism {
			if !oid.Equal(NTLM) {
				return nil
			}
			return &fake{name: "n", send: 1, receive: 2, server: true}
		})
		_, done, err := s.Next(first)
		for i, a := range answers {
			if err != nil || done {
				t.Errorf("%s, answer %d: done %v, %v", name, i, done, err)
			}
			b, _ := a.bytes()
			_, done, err = s.Next(b)
		}
		if err == nil || done {
			t.Errorf("%s: followed", name)
		}
	}
}

// Windows 2000 repeats its token where the mechListMIC belongs.
func TestWindows2000(t *testing.T) {
	c, s := &fake{name: "n", send: 2, receive: 1}, &fake{name: "n", send: 1, receive: 2, server: true}
	_, err := run(NewClient(Mech{NTLM, c}), NewServer(func(asn1.ObjectIdentifier) Mechanism { return s }), func(n int, token []byte) []byte {
		if n == 2 {
			o, _ := ReadResponse(token)
			o.MechListMIC = o.ResponseToken
			token, _ = o.bytes()
		}
		return token
	})
	if err != nil {
		t.Error(err)
	}
}
