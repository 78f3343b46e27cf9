package winhost

import (
	"github.com/oiweiwei/go-msrpc/dcerpc"

	"github.com/wmidoctor/wmidoctor/probe/wire/ntlm"
	"github.com/wmidoctor/wmidoctor/probe/wire/spnego"
)

// redact is what a trace may show of a client's token.
func redact(kind dcerpc.AuthType, token []byte) []byte {
	switch kind {
	case dcerpc.AuthTypeWinNT:
		return ntlm.Redact(token)
	case dcerpc.AuthTypeGSSNegotiate:
		return spnego.Redact(token, ntlm.Redact)
	}
	return make([]byte, len(token))
}
