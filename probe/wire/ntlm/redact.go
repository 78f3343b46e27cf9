package ntlm

// Redact returns a copy of an NTLM message that may be shown: lengths,
// positions and public fields are kept, responses, MIC and the encrypted
// session key are zeros. What isn't a well-formed NTLM message becomes all
// zeros, since nobody can tell what is in it.
func Redact(token []byte) []byte {
	out := make([]byte, len(token))
	kind, err := messageType(token)
	if err != nil {
		return out
	}
	switch kind {
	case typeNegotiate:
		if _, err := readNegotiate(token); err == nil {
			copy(out, token)
		}
	case typeChallenge:
		if _, err := ReadChallenge(token); err == nil {
			copy(out, token)
		}
	case typeAuthenticate:
		redactAuthenticate(out, token)
	}
	return out
}

// redactAuthenticate copies what is known to be public, never what is left
// over: bytes that no field describes stay zero. Secrets are blanked last, so
// that a name that overlaps a response can't uncover it.
func redactAuthenticate(out, token []byte) {
	m, err := readAuthenticate(token)
	if err != nil {
		return
	}
	copy(out[:authVersion], token)
	if m.start >= authMIC {
		copy(out[authVersion:authMIC], token[authVersion:])
	}
	for _, at := range []int{authDomain, authUser, authWorkstation} {
		if s, err := locate(token, at); err == nil {
			copy(out[s.from:s.to], token[s.from:s.to])
		}
	}
	for _, at := range []int{authLM, authNT, authSessionKey} {
		if s, err := locate(token, at); err == nil {
			clear(out[s.from:s.to])
		}
	}
	if _, ok := m.mic(token); ok {
		clear(out[authMIC:authPayload])
	}
}
