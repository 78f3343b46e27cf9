package rpc

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/oiweiwei/go-msrpc/dcerpc"
)

// security is one security context of a connection.
type security struct {
	id         uint32 // auth_context_id
	kind       dcerpc.AuthType
	level      Level
	mech       Mechanism
	headerSign bool
	done       bool  // the logon is complete at this end
	failed     error // an acceptor's refusal that the client has not seen yet
	redact     func([]byte) []byte
}

func (s *security) protects() bool { return s != nil && s.level.protects() }

// overhead is what a protected frame carries besides header and padded stub.
func (s *security) overhead() int {
	if !s.protects() {
		return 0
	}
	return trailerSize + s.mech.SignatureSize(s.level.seals())
}

// appendTrailer writes a sec_trailer (MS-RPCE 2.2.2.11).
func (s *security) appendTrailer(raw []byte, padding int) []byte {
	raw = append(raw, byte(s.kind), byte(s.level), byte(padding), 0)
	return binary.LittleEndian.AppendUint32(raw, s.id)
}

// appendToken pads a bind-like frame, adds a token and finishes its header.
func (s *security) finish(raw []byte, t frameType, flags uint8, callID uint32, token []byte) ([]byte, error) {
	if s != nil && len(token) > 0 {
		before := len(raw)
		raw = pad(raw, 4)
		raw = append(s.appendTrailer(raw, len(raw)-before), token...)
	}
	if len(raw) > 0xFFFF {
		return nil, fmt.Errorf("a %s of %d bytes does not fit into one frame", t, len(raw))
	}
	auth := 0
	if s != nil {
		auth = len(token)
	}
	putHeader(raw, t, flags, callID, auth)
	return raw, nil
}

// seal adds padding and verifier to a request or response whose stub begins at
// start, and finishes its header.
func (s *security) seal(raw []byte, start int, t frameType, flags uint8, callID uint32) ([]byte, error) {
	if !s.protects() {
		putHeader(raw, t, flags, callID, 0)
		return raw, nil
	}
	padding := (16 - (len(raw)-start)%16) % 16
	raw = append(raw, make([]byte, padding)...)
	end := len(raw)
	size := s.mech.SignatureSize(s.level.seals())
	raw = append(s.appendTrailer(raw, padding), make([]byte, size)...)
	putHeader(raw, t, flags, callID, size)
	header, trailer := s.signed(raw, start, end)
	signature, err := s.mech.Protect(s.level.seals(), header, raw[start:end], trailer)
	if err != nil {
		return nil, fmt.Errorf("protect %s: %w", t, err)
	}
	if len(signature) != size {
		return nil, fmt.Errorf("protect %s: signature of %d bytes instead of %d", t, len(signature), size)
	}
	copy(raw[end+trailerSize:], signature)
	return raw, nil
}

// HeaderSigner is a mechanism that may sign the frame's header and trailer
// whether or not that was negotiated. NTLM with extended session security does:
// clients that never offer header signing sign the whole frame all the same,
// and Windows takes it.
type HeaderSigner interface{ SignsHeader() bool }

// signed is what a signature covers besides the body.
func (s *security) signed(raw []byte, start, end int) (header, trailer []byte) {
	m, ok := s.mech.(HeaderSigner)
	if !s.headerSign && !(ok && m.SignsHeader()) {
		return nil, nil
	}
	return raw[:start], raw[end : end+trailerSize]
}

var errUnsigned = errors.New("no signature")

// open verifies and opens a frame in place and returns its stub. Where the
// security context protects nothing a verifier is cut off unread.
func (s *security) open(f *frame, start int) ([]byte, error) {
	v, ok, err := f.verifier(start)
	if err != nil {
		return nil, malformed(f, err)
	}
	if !s.protects() {
		if start > v.start-v.pad {
			return nil, malformed(f, errors.New("too short"))
		}
		return f.raw[start : v.start-v.pad], nil
	}
	if !ok {
		return nil, &BadSignature{Missing: true, Err: errUnsigned}
	}
	header, trailer := s.signed(f.raw, start, v.start)
	if err := s.mech.Unprotect(s.level.seals(), header, f.raw[start:v.start], trailer, v.secret); err != nil {
		return nil, &BadSignature{Err: err}
	}
	return f.raw[start : v.start-v.pad], nil
}

// next runs one leg of the mechanism; a panic in it is its failure.
func (s *security) next(in []byte) (out []byte, done bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("security mechanism: %v", r)
		}
	}()
	return s.mech.Next(in)
}
