package probe

import (
	"net/netip"

	"github.com/wmidoctor/wmidoctor/probe/code"
)

// Kind is one word for the class of an event, never a sentence.
type Kind string

// The kinds of the outside contract, error.kind.
const (
	KindDNS             Kind = "dns"
	KindRefused         Kind = "refused"
	KindTimeout         Kind = "timeout"
	KindUnreachable     Kind = "unreachable"
	KindProhibited      Kind = "prohibited"
	KindLocalDenied     Kind = "local-denied"
	KindReset           Kind = "reset"     // RST
	KindClosed          Kind = "closed"    // FIN before any byte of the answer
	KindNotRPC          Kind = "not-rpc"   // first byte is no version 5 header
	KindTruncated       Kind = "truncated" // FIN within the answer
	KindMalformed       Kind = "malformed"
	KindBindNak         Kind = "bind-nak"
	KindContextRejected Kind = "context-rejected"
	KindFault           Kind = "fault"
	KindHResult         Kind = "hresult"
	KindWBEM            Kind = "wbem"
	KindAuthLeg         Kind = "auth-leg" // the package refused or could not go on, without a fault
	KindKRBError        Kind = "krb-error"
	KindSignature       Kind = "signature"
	KindInternal        Kind = "internal" // our own mistake
	KindInUse           Kind = "in-use"   // a local port is taken (layer 6)
	KindCancelled       Kind = "cancelled"
)

// Phase is where the code stood.
type Phase string

// The phases of the outside contract.
const (
	PhaseDial     Phase = "dial"
	PhaseBind     Phase = "bind"
	PhaseAuth     Phase = "auth"
	PhaseFault    Phase = "fault"
	PhaseResponse Phase = "response"
	PhaseStream   Phase = "stream"
)

// Failure is what went wrong in a step, as data: it survives JSON, so that a
// report can be judged again elsewhere.
type Failure struct {
	Kind  Kind           `json:"kind"`
	Code  code.Code      `json:"code"`  // zero where there is none
	Phase Phase          `json:"phase"` //
	At    netip.AddrPort `json:"at"`    // whom we spoke with
	Call  string         `json:"call,omitempty"`
	Text  string         `json:"text"` // for people; no secret, no raw byte of the host
	// Reason is the provider reject reason of a bind_nak or rejected context
	// (MS-RPCE 2.2.2.5, C706 12.6.4.5); meaningful for these kinds only.
	Reason uint16 `json:"reason,omitempty"`
	// Size is how many bytes of the answer came before the failure.
	Size int `json:"size,omitempty"`
	// Executed says that a fault lacked the did-not-execute flag.
	Executed bool `json:"executed,omitempty"`
	// Extended holds the codes of an MS-EERR blob, outermost first.
	Extended []code.Code `json:"extended,omitempty"`
	// NotFound: the resolver answered that there is no such name.
	NotFound bool `json:"not_found,omitempty"`
}
