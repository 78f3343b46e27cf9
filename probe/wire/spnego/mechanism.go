// Package spnego wraps the tokens of other mechanisms in SPNEGO (RFC 4178 with
// the habits of Windows, MS-SPNG), both ends. It knows no mechanism itself.
package spnego

import (
	"encoding/asn1"
	"errors"
)

// Mechanism is what DCE/RPC and SPNEGO ask of NTLM or Kerberos.
type Mechanism interface {
	// Next takes the other side's token and returns the answer. An initiator
	// is called with nil first. It is done when it expects no more tokens.
	Next(in []byte) (out []byte, done bool, err error)
	// SignatureSize is in bytes.
	SignatureSize(seal bool) int
	// Protect signs all three parts and, with seal, encrypts body in place.
	Protect(seal bool, header, body, trailer []byte) (signature []byte, err error)
	// Unprotect opens body in place and always verifies.
	Unprotect(seal bool, header, body, trailer, signature []byte) error
}

// integrity is what a mechanism may add. Without it a mechListMIC can always
// be made, and is made only where RFC 4178 demands one.
type integrity interface {
	// MechListMIC says whether a mechListMIC can be made, and whether the
	// mechanism wants one even if it was the first choice.
	MechListMIC() (able, wanted bool)
	// MechListMICDone is called when the exchange is over.
	MechListMICDone()
}

// The mechanisms that Windows negotiates. MSKerberos is Kerberos under the
// number that Windows 2000 made of the right one; both mean the same.
var (
	NTLM       = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 2, 2, 10}
	Kerberos   = asn1.ObjectIdentifier{1, 2, 840, 113554, 1, 2, 2}
	MSKerberos = asn1.ObjectIdentifier{1, 2, 840, 48018, 1, 2, 2}
)

// same says whether two identifiers mean the same mechanism.
func same(a, b asn1.ObjectIdentifier) bool {
	kerberos := func(o asn1.ObjectIdentifier) bool { return o.Equal(Kerberos) || o.Equal(MSKerberos) }
	return a.Equal(b) || kerberos(a) && kerberos(b)
}

// Rejected is the error of Client.Next when the server answered with reject.
type Rejected struct{ Offer Offer }

func (r Rejected) Error() string { return "spnego: the server rejected the negotiation" }

// ErrNoCommonMechanism is the error of Server.Next when it takes none of the
// client's mechanisms.
var ErrNoCommonMechanism = errors.New("spnego: server: no mechanism in common with the client")

var errNotReady = errors.New("spnego: no session yet")

// selected is the negotiated mechanism and the state of the mechListMIC,
// shared by both ends. Its methods are those of Client and Server.
type selected struct {
	mech     Mechanism
	complete bool // mech expects no more tokens
	list     []byte
	sent     bool // our mechListMIC
	verified bool // theirs
	done     bool
}

// next hands a token to the mechanism.
func (s *selected) next(in []byte) (out []byte, err error) {
	out, s.complete, err = s.mech.Next(in)
	return out, err
}

func (s *selected) mic() (able, wanted bool) {
	if m, ok := s.mech.(integrity); ok {
		return m.MechListMIC()
	}
	return true, false
}

// sign makes our mechListMIC. It is taken over the DER encoding of the
// mechanism list as it was sent (RFC 4178 section 5).
func (s *selected) sign() ([]byte, error) {
	s.sent = true
	return s.mech.Protect(false, nil, append([]byte(nil), s.list...), nil)
}

func (s *selected) verify(mic []byte) error {
	s.verified = true
	return s.mech.Unprotect(false, nil, append([]byte(nil), s.list...), nil, mic)
}

func (s *selected) finish() {
	s.done = true
	if m, ok := s.mech.(integrity); ok && (s.sent || s.verified) {
		m.MechListMICDone()
	}
}

// SignatureSize returns the size of the selected mechanism's signature.
func (s *selected) SignatureSize(seal bool) int {
	if s.mech == nil {
		return 0
	}
	return s.mech.SignatureSize(seal)
}

// SignsHeader reports whether the selected mechanism signs a frame's header and
// trailer even where that was not negotiated.
func (s *selected) SignsHeader() bool {
	m, ok := s.mech.(interface{ SignsHeader() bool })
	return ok && m.SignsHeader()
}

// Protect protects a message with the selected mechanism.
func (s *selected) Protect(seal bool, header, body, trailer []byte) ([]byte, error) {
	if !s.done {
		return nil, errNotReady
	}
	return s.mech.Protect(seal, header, body, trailer)
}

// Unprotect opens and verifies a message with the selected mechanism.
func (s *selected) Unprotect(seal bool, header, body, trailer, signature []byte) error {
	if !s.done {
		return errNotReady
	}
	return s.mech.Unprotect(seal, header, body, trailer, signature)
}
