package ntlm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// Authenticate is the public part of an AUTHENTICATE (MS-NLMP 2.2.1.3): what
// may be shown as evidence. It holds no response and no key.
type Authenticate struct {
	User, Domain, Workstation string
	Anonymous                 bool
	LMResponse, NTResponse    int       // lengths in bytes; 24 is NTLMv1, more is NTLMv2
	TargetName                string    // SPN the client says it talks to (NTLMv2 only)
	Timestamp                 time.Time // the client's copy of the time (NTLMv2 only)
	MIC                       bool      // the client says that it put in a MIC
	Flags                     uint32    // NegotiateFlags as the client settled them
	Major, Minor              uint8     // Windows version of the client
	Build                     uint16
}

// ReadAuthenticate reads the public fields of an AUTHENTICATE.
func ReadAuthenticate(token []byte) (Authenticate, error) {
	m, err := readAuthenticate(token)
	if err != nil {
		return Authenticate{}, err
	}
	return m.Authenticate, nil
}

// Offsets in the fixed part of an AUTHENTICATE.
const (
	authLM          = 12
	authNT          = 20
	authDomain      = 28
	authUser        = 36
	authWorkstation = 44
	authSessionKey  = 52
	authFlags       = 60
	authVersion     = 64
	authMIC         = 72
	authPayload     = 88 // where the payload starts when the MIC is there
)

// The fixed head of an NTLMv2 response: proof, then NTLMv2_CLIENT_CHALLENGE
// up to its attributes (2.2.2.8).
const (
	proofSize   = 16
	ntlmv2Time  = proofSize + 8
	ntlmv2Nonce = proofSize + 16
	ntlmv2Pairs = proofSize + 28
	version1NT  = 24
)

// authenticate is a whole AUTHENTICATE, secrets included.
type authenticate struct {
	Authenticate
	lm, nt, sessionKey []byte
	start              int // of the payload
}

func readAuthenticate(token []byte) (*authenticate, error) {
	m := &authenticate{start: len(token)}
	if err := m.read(token); err != nil {
		return nil, fmt.Errorf("ntlm: read AUTHENTICATE: %w", err)
	}
	return m, nil
}

func (m *authenticate) read(token []byte) error {
	if err := expect(token, typeAuthenticate, authVersion); err != nil {
		return err
	}
	m.Flags = binary.LittleEndian.Uint32(token[authFlags:])
	var domain, user, workstation []byte
	for _, f := range []struct {
		name string
		at   int
		to   *[]byte
	}{
		{"LM response", authLM, &m.lm}, {"NT response", authNT, &m.nt},
		{"domain", authDomain, &domain}, {"user", authUser, &user},
		{"workstation", authWorkstation, &workstation}, {"session key", authSessionKey, &m.sessionKey},
	} {
		s, err := locate(token, f.at)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		if s.empty() {
			continue
		}
		if s.from < authVersion {
			return fmt.Errorf("%s: lies in the fixed part, at %d", f.name, s.from)
		}
		*f.to = token[s.from:s.to]
		m.start = min(m.start, s.from)
	}
	if m.Flags&flagVersion != 0 && m.start >= authMIC {
		m.Major, m.Minor = token[authVersion], token[authVersion+1]
		m.Build = binary.LittleEndian.Uint16(token[authVersion+2:])
	}
	unicode := m.Flags&flagUnicode != 0
	var errs [3]error
	m.Domain, errs[0] = readString(domain, unicode)
	m.User, errs[1] = readString(user, unicode)
	m.Workstation, errs[2] = readString(workstation, unicode)
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	m.LMResponse, m.NTResponse = len(m.lm), len(m.nt)
	// Some clients send one zero byte as the empty LM response (3.2.5.1.2).
	m.Anonymous = m.User == "" && len(m.nt) == 0 && len(m.lm) <= 1
	return m.readNTLMv2()
}

// readNTLMv2 takes over what the client says inside its NTLMv2 response.
func (m *authenticate) readNTLMv2() error {
	switch n := len(m.nt); {
	case n == 0 || n == version1NT:
		return nil
	case n < ntlmv2Pairs:
		return fmt.Errorf("NT response of %d bytes", n)
	}
	m.Timestamp = readFiletime(m.nt[ntlmv2Time:])
	pairs, err := readAVPairs(m.nt[ntlmv2Pairs:])
	if err != nil {
		return fmt.Errorf("NT response: %w", err)
	}
	if flags, ok := findAV(pairs, avFlags); ok {
		if len(flags) != 4 {
			return fmt.Errorf("NT response: flags of %d bytes", len(flags))
		}
		m.MIC = binary.LittleEndian.Uint32(flags)&avFlagMIC != 0
	}
	if spn, ok := findAV(pairs, avTargetName); ok {
		if m.TargetName, err = readString(spn, true); err != nil {
			return fmt.Errorf("NT response: target name: %w", err)
		}
	}
	return nil
}

// mic returns the MIC, and ok only if there is room for one before the payload.
func (m *authenticate) mic(token []byte) (mic []byte, ok bool) {
	if m.start < authPayload || len(token) < authPayload {
		return nil, false
	}
	return token[authMIC:authPayload], true
}
