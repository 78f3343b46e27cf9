package ntlm

import (
	"encoding/binary"
)

// answer is the work of making one AUTHENTICATE (MS-NLMP 3.1.5.1.2).
type answer struct {
	*Client
	cred        Credential
	info        []avPair
	serverToken []byte // the CHALLENGE as received, for the MIC

	lm, nt, exchangeKey []byte
	mic                 bool
}

func (a *answer) make() ([]byte, error) {
	flags := (a.flags | flagTargetInfo) & a.challenge.Flags
	flags |= flagVersion
	if flags&flagUnicode != 0 {
		flags &^= flagOEM
	}
	if a.cred.User == "" {
		a.anonymous()
		flags |= flagAnonymous
	} else {
		a.respond()
	}

	exported := a.exchangeKey
	var encrypted []byte
	if flags&flagKeyExchange != 0 {
		exported = make([]byte, 16)
		a.random(exported)
		encrypted = rc4K(a.exchangeKey, exported)
	}
	out, err := a.encode(flags, encrypted)
	if err != nil {
		return nil, err
	}
	if a.mic {
		copy(out[authMIC:], hmacMD5(exported, a.negotiate, a.serverToken, out))
	}
	a.session = newSession(flags, exported, false)
	a.session.mic, a.session.anonymous = a.mic, a.cred.User == ""
	return out, nil
}

// anonymous is the response of nobody (3.2.5.1.2): no NT response, one zero
// byte for LM, and a key that everybody knows.
func (a *answer) anonymous() {
	a.lm, a.exchangeKey = []byte{0}, make([]byte, 16)
}

// respond makes the NTLMv2 response. Where the host gave its time, that time
// is used, a MIC follows and no LM response is sent (3.1.5.1.2).
func (a *answer) respond() {
	owf := ntowfv2(a.cred.Password, a.cred.User, a.cred.Domain)
	clientNonce := make([]byte, 8)
	a.random(clientNonce)

	pairs := append([]avPair(nil), a.info...)
	stamp, ok := findAV(a.info, avTimestamp)
	if ok {
		a.mic = true
		flags := avFlagMIC
		if given, ok := findAV(a.info, avFlags); ok && len(given) == 4 {
			flags |= binary.LittleEndian.Uint32(given)
		}
		pairs = setAV(pairs, avFlags, binary.LittleEndian.AppendUint32(nil, flags))
	} else {
		stamp = filetime(a.options.Now())
	}
	if len(a.info) > 0 {
		pairs = setAV(pairs, avChannelBindings, make([]byte, 16))
		pairs = setAV(pairs, avTargetName, utf16le(a.cred.TargetName))
	}

	blob := append([]byte{1, 1, 0, 0, 0, 0, 0, 0}, stamp...)
	blob = append(blob, clientNonce...)
	blob = append(blob, 0, 0, 0, 0)
	blob = append(blob, writeAVPairs(pairs)...)
	blob = append(blob, 0, 0, 0, 0)
	a.nt, a.exchangeKey = ntlmv2Response(owf, a.challenge.Nonce[:], blob)
	if ok {
		a.lm = make([]byte, 24)
	} else {
		a.lm = lmv2Response(owf, a.challenge.Nonce[:], clientNonce)
	}
}

// encode lays the message out as Windows does, with room for the MIC only
// where there is one.
func (a *answer) encode(flags uint32, sessionKey []byte) ([]byte, error) {
	size := authMIC
	if a.mic {
		size = authPayload
	}
	b := newBuilder(typeAuthenticate, size)
	for _, name := range []struct {
		at    int
		value string
	}{
		{authDomain, a.cred.Domain}, {authUser, a.cred.User}, {authWorkstation, a.cred.Workstation},
	} {
		value, err := writeString(name.value, flags&flagUnicode != 0)
		if err != nil {
			return nil, err
		}
		b.field(name.at, value)
	}
	b.field(authLM, a.lm)
	b.field(authNT, a.nt)
	b.field(authSessionKey, sessionKey)
	b.uint32(authFlags, flags)
	b.version(authVersion, clientMajor, clientMinor, clientBuild)
	return b.bytes()
}
