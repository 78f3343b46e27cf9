package ntlm

import (
	"crypto/hmac"
	"fmt"
	"io"
	"strings"
)

// Attempt is one logon as the server sees it: who the client says it is, and
// the means to check that against a password.
type Attempt struct {
	Authenticate
	Version1 bool // the response is NTLMv1 or LM, not NTLMv2

	message       *authenticate
	nonce         []byte
	allowVersion1 bool
	extended      bool   // extended session security, which changes NTLMv1's response
	exchangeKey   []byte // set by the right password
}

// CheckPassword says whether the response was made with this password.
// NTLMv1 is false unless the server allows it, an LM response alone always,
// and so is an anonymous attempt, which proves nothing.
func (a *Attempt) CheckPassword(password string) bool {
	switch {
	case a.Anonymous:
		return false
	case a.Version1:
		return a.allowVersion1 && a.checkVersion1(password)
	}
	return a.checkVersion2(password)
}

// checkVersion2 tries the domain as the client sent it, then upper-cased and
// empty, which some clients compute with while they send another form.
func (a *Attempt) checkVersion2(password string) bool {
	blob := a.message.nt[proofSize:]
	for _, domain := range []string{a.Domain, strings.ToUpper(a.Domain), ""} {
		want, baseKey := ntlmv2Response(ntowfv2(password, a.User, domain), a.nonce, blob)
		if hmac.Equal(want, a.message.nt) {
			a.exchangeKey = baseKey
			return true
		}
	}
	return false
}

func (a *Attempt) checkVersion1(password string) bool {
	if len(a.message.nt) != version1NT || a.extended && len(a.message.lm) < 8 {
		return false
	}
	want, key := ntlmv1Response(password, a.nonce, a.message.lm, a.extended)
	if !hmac.Equal(want, a.message.nt) {
		return false
	}
	a.exchangeKey = key
	return true
}

// String names the account, nothing secret.
func (a *Attempt) String() string {
	return Credential{User: a.User, Domain: a.Domain}.String()
}

// Format writes String for every verb, so that no response or key is shown.
func (a *Attempt) Format(f fmt.State, verb rune) { io.WriteString(f, a.String()) }
