package ntlm

import (
	"crypto/hmac"
	"crypto/rc4"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// Errors of message protection.
var (
	ErrSignature = errors.New("ntlm: the signature does not match: wrong key, changed message or wrong order")

	errNotReady      = errors.New("ntlm: no session yet")
	errNotNegotiated = errors.New("ntlm: this protection was not negotiated")
	errBroken        = errors.New("ntlm: the session ended with a wrong signature")
)

// signatureSize is the size of NTLMSSP_MESSAGE_SIGNATURE (MS-NLMP 2.2.2.9).
const signatureSize = 16

// direction is the state of one way: keys, RC4 stream and sequence number.
type direction struct {
	signKey, sealKey []byte
	cipher           *rc4.Cipher
	seq              uint32
}

// session protects messages once client and server share a key (3.4). Its
// methods are those of Client and Server.
type session struct {
	flags     uint32
	out, in   *direction
	mic       bool // the AUTHENTICATE had a MIC
	anonymous bool
	broken    bool
}

func newSession(flags uint32, exported []byte, server bool) *session {
	way := func(name string) *direction {
		d := &direction{signKey: signKey(exported, name), sealKey: sealKey(flags, exported, name)}
		d.cipher = newRC4(d.sealKey)
		return d
	}
	s := &session{flags: flags, out: way(clientToServer), in: way(serverToClient)}
	if flags&flagExtendedSecurity == 0 {
		// Without extended session security there is one stream and one
		// sequence number for both ways.
		s.in = s.out
	}
	if server {
		s.out, s.in = s.in, s.out
	}
	return s
}

// SignatureSize returns the size of a signature in bytes, sealed or not.
func (s *session) SignatureSize(seal bool) int { return signatureSize }

// SignsHeader reports whether header and trailer of a frame are part of what is
// signed even where that was not negotiated: so with extended session security.
func (s *session) SignsHeader() bool { return s != nil && s.flags&flagExtendedSecurity != 0 }

// Protect signs header, body and trailer together and, with seal, encrypts
// body in place. Header and trailer are empty where header signing was not
// negotiated. Without extended session security only the body is signed.
func (s *session) Protect(seal bool, header, body, trailer []byte) ([]byte, error) {
	if err := s.ready(seal); err != nil {
		return nil, err
	}
	d := s.out
	sum := s.checksum(d, header, body, trailer)
	if seal {
		d.cipher.XORKeyStream(body, body)
	}
	return s.sign(d, sum), nil
}

// Unprotect decrypts body in place where it is sealed and verifies the
// signature over all three. After a wrong one the session can't go on, since
// both streams have lost their place.
func (s *session) Unprotect(seal bool, header, body, trailer, signature []byte) error {
	if err := s.ready(seal); err != nil {
		return err
	}
	d := s.in
	if seal {
		d.cipher.XORKeyStream(body, body)
	}
	want := s.sign(d, s.checksum(d, header, body, trailer))
	got := signature
	if s.flags&flagExtendedSecurity == 0 && len(got) == signatureSize {
		// The random pad is not compared (3.4.4.1).
		want = append(want[:4:4], want[8:]...)
		got = append(got[:4:4], got[8:]...)
	}
	if !hmac.Equal(want, got) {
		s.broken = true
		return ErrSignature
	}
	return nil
}

func (s *session) ready(seal bool) error {
	switch {
	case s == nil:
		return errNotReady
	case s.broken:
		return errBroken
	case seal && s.flags&flagSeal == 0, s.flags&(flagSign|flagSeal) == 0:
		return errNotNegotiated
	}
	return nil
}

// checksum is taken over the plain message, before the body is sealed.
func (s *session) checksum(d *direction, header, body, trailer []byte) []byte {
	if s.flags&flagExtendedSecurity == 0 {
		return binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(body))
	}
	seq := binary.LittleEndian.AppendUint32(nil, d.seq)
	return hmacMD5(d.signKey, seq, header, body, trailer)[:8]
}

// sign builds the signature: version, checksum, sequence number (3.4.4). It
// comes after sealing, as it takes the next bytes of the same RC4 stream.
func (s *session) sign(d *direction, checksum []byte) []byte {
	sig := []byte{1, 0, 0, 0}
	if s.flags&flagExtendedSecurity != 0 {
		if s.flags&flagKeyExchange != 0 {
			d.cipher.XORKeyStream(checksum, checksum)
		}
		sig = append(sig, checksum...)
		sig = binary.LittleEndian.AppendUint32(sig, d.seq)
	} else {
		sig = append(sig, 0, 0, 0, 0)
		sig = append(sig, checksum...)
		sig = binary.LittleEndian.AppendUint32(sig, d.seq)
		d.cipher.XORKeyStream(sig[4:], sig[4:])
		clear(sig[4:8])
	}
	d.seq++
	return sig
}

// MechListMIC tells SPNEGO whether a mechListMIC can be made with this
// session, and whether it has to be: NTLM asks for one where the AUTHENTICATE
// itself had a MIC.
func (s *session) MechListMIC() (able, wanted bool) {
	able = s.ready(false) == nil
	return able, able && s.mic
}

// MechListMICDone is called when both sides have exchanged their mechListMIC:
// the RC4 streams start again, so that the first message uses the same key
// state as the mechListMIC did, while the sequence numbers go on (MS-SPNG
// 3.3.5.1).
func (s *session) MechListMICDone() {
	if s == nil {
		return
	}
	s.out.cipher = newRC4(s.out.sealKey)
	if s.in == s.out {
		return
	}
	s.in.cipher = newRC4(s.in.sealKey)
}
