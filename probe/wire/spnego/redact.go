package spnego

import "bytes"

// Redact returns a copy of a SPNEGO token that may be shown. The inner token
// is what inner makes of it, which must keep its length, and zeros otherwise;
// the mechListMIC is zeros. What isn't understood in full becomes all zeros.
func Redact(token []byte, inner func([]byte) []byte) []byte {
	out := bytes.Clone(token)
	if offer, all, err := readResponse(out); err == nil && all {
		redactInner(offer.ResponseToken, inner)
		clear(offer.MechListMIC)
		return out
	}
	if init, all, err := readInit(out); err == nil && all {
		redactInner(init.Token, inner)
		clear(init.MechListMIC)
		return out
	}
	clear(out)
	return out
}

// redactInner works in place.
func redactInner(token []byte, inner func([]byte) []byte) {
	var shown []byte
	if inner != nil {
		shown = inner(bytes.Clone(token))
	}
	if len(shown) != len(token) {
		clear(token)
		return
	}
	copy(token, shown)
}
