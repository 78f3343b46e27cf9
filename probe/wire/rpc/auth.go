// Package rpc is connection-oriented DCE/RPC over TCP, client and server on
// the same frames (C706 chapter 12, MS-RPCE). Stubs are those that go-msrpc
// generates; frames, protection, connections and errors are our own.
package rpc

import (
	"fmt"

	"github.com/oiweiwei/go-msrpc/dcerpc"
)

// Level is an authentication level (MS-RPCE 2.2.1.1.8).
type Level uint8

const (
	LevelNone      Level = 1 // no authentication
	LevelConnect   Level = 2 // a logon, nothing protected
	LevelCall      Level = 3 // becomes LevelPkt
	LevelPkt       Level = 4 // each packet signed as at integrity level
	LevelIntegrity Level = 5 // signed
	LevelPrivacy   Level = 6 // signed and sealed
)

func (l Level) String() string {
	switch l {
	case LevelNone:
		return "none"
	case LevelConnect:
		return "connect"
	case LevelCall:
		return "call"
	case LevelPkt:
		return "packet"
	case LevelIntegrity:
		return "integrity"
	case LevelPrivacy:
		return "privacy"
	}
	return fmt.Sprintf("level %d", uint8(l))
}

func (l Level) protects() bool { return l >= LevelCall }
func (l Level) seals() bool    { return l == LevelPrivacy }

// Mechanism is one end of one logon and, once it is done, the protection that
// came out of it. The packages ntlm, spnego and kerberos satisfy it without
// importing this one. It is never used from two goroutines at once.
type Mechanism interface {
	// Next takes the peer's token, nil for an initiator's first leg, and
	// returns our next one, empty if there is none. done says that this end
	// is complete; a token returned together with done must still be sent.
	// An acceptor's error may wrap a *Fault to say which status the client
	// shall see.
	Next(in []byte) (out []byte, done bool, err error)

	// SignatureSize is the length of what Protect returns.
	SignatureSize(seal bool) int

	// Protect signs header, body and trailer in this order, seals body in
	// place if asked, and returns the signature. header and trailer are empty
	// when header signing was not negotiated.
	Protect(seal bool, header, body, trailer []byte) (signature []byte, err error)

	// Unprotect opens body in place and verifies the signature, always.
	Unprotect(seal bool, header, body, trailer, signature []byte) error
}

// Auth is how a client logs on.
type Auth struct {
	Type      dcerpc.AuthType // wire number: 10 NTLM, 9 SPNEGO, 16 Kerberos
	Level     Level
	Mechanism Mechanism
	// Redact returns a copy of a token, of the same length, that a trace may
	// show. nil blanks the whole token.
	Redact func(token []byte) []byte
}
