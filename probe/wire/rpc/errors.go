package rpc

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/oiweiwei/go-msrpc/dcerpc"

	"github.com/wmidoctor/wmidoctor/probe/network"
)

// Phases of an exchange, in the words of the outside contract: where the code
// or the failure stood.
const (
	PhaseDial     = "dial"     // opening the TCP connection
	PhaseBind     = "bind"     // bind or alter_context, or the wait for its answer
	PhaseAuth     = "auth"     // a later leg of the logon
	PhaseFault    = "fault"    // a fault PDU that answers a call
	PhaseResponse = "response" // a response PDU: its return value or its contents
	PhaseStream   = "stream"   // the bytes of a call: cut, silent, unreadable or wrongly signed
)

// Error is the one error type of the client: what *net.OpError is to net. Err
// is one of *network.Error, *Closed, *NotRPC, *BindNak, *Rejected, *Fault,
// *Truncated, *Malformed, *BadSignature, *AuthLeg and *Returned.
type Error struct {
	Phase string         // one of the Phase words
	Addr  netip.AddrPort // the host's end of the connection
	Call  string         // name of the operation, "ServerAlive2"; empty outside a call
	Err   error
}

func (e *Error) Error() string {
	var reached *network.Error
	if errors.As(e.Err, &reached) { // it names the address itself
		if e.Call != "" {
			return e.Call + ": " + reached.Error()
		}
		return reached.Error()
	}
	if e.Call != "" {
		return fmt.Sprintf("%s %s: %s: %v", e.Call, e.Addr, e.Phase, e.Err)
	}
	return fmt.Sprintf("%s %s: %v", e.Phase, e.Addr, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Closed is a FIN before any byte of the answer.
type Closed struct{}

func (*Closed) Error() string { return "the host closed the connection before any byte of its answer" }

// Truncated is a FIN within the answer.
type Truncated struct {
	Got  int // bytes of the unfinished frame, or 0 when a later fragment never came
	Want int // length that the frame's header announced, 0 if even the header is short
}

func (e *Truncated) Error() string {
	switch {
	case e.Got == 0:
		return "the host closed the connection between two fragments of its answer"
	case e.Want == 0:
		return fmt.Sprintf("the host closed the connection after %d bytes of a frame header", e.Got)
	}
	return fmt.Sprintf("the host closed the connection after %d of %d bytes of a frame", e.Got, e.Want)
}

// NotRPC is an answer whose first byte is no DCE/RPC version 5.
type NotRPC struct {
	First []byte // at most the first 64 bytes
}

func (e *NotRPC) Error() string {
	return fmt.Sprintf("the answer is not DCE/RPC: it begins with %.24q", e.First)
}

// Version is a protocol version that a bind_nak offers.
type Version struct{ Major, Minor uint8 }

// BindNak is a refused bind (C706 12.6.4.5).
type BindNak struct {
	Reason   uint16    // C706 p_reject_reason_t and MS-RPCE 2.2.2.5: 8 unknown auth type, 9 checksum or package
	Versions []Version // protocol versions the host supports
	Extended []byte    // extended error information (MS-EERR) with the signature before it, raw; nil if there was none
}

func (e *BindNak) Error() string {
	if name := nakName(e.Reason); name != "" {
		return fmt.Sprintf("bind_nak reason %d (%s)", e.Reason, name)
	}
	return fmt.Sprintf("bind_nak reason %d", e.Reason)
}

// Rejected is a presentation context that the host did not accept.
type Rejected struct {
	Syntax *dcerpc.SyntaxID // the interface that was asked for
	Result uint16           // C706 p_cont_def_result_t: 1 user rejection, 2 provider rejection
	Reason uint16           // p_provider_reason_t: 1 interface, 2 transfer syntax, 3 local limit
}

func (e *Rejected) Error() string {
	return fmt.Sprintf("interface %s rejected: result %d, reason %d", SyntaxName(e.Syntax), e.Result, e.Reason)
}

// Fault is a fault PDU (C706 12.6.4.7, MS-RPCE 2.2.2.12). A server's handler
// or hook returns one to answer with it.
type Fault struct {
	Status        uint32
	DidNotExecute bool   // flag PFC_DID_NOT_EXECUTE
	Flags         uint8  // all flags of the frame, as read
	Extended      []byte // extended error information (MS-EERR), raw; nil if there was none
	Raw           []byte // the whole frame, as read
}

func (e *Fault) Error() string {
	if name := faultName(e.Status); name != "" {
		return fmt.Sprintf("fault 0x%08X (%s)", e.Status, name)
	}
	return fmt.Sprintf("fault 0x%08X", e.Status)
}

// Malformed is a frame or a stub that cannot be read.
type Malformed struct {
	What string // "bind_ack", "frame header", "response of ServerAlive2" …
	Err  error
	Raw  []byte // at most the first 64 bytes of it
}

func (e *Malformed) Error() string { return fmt.Sprintf("malformed %s: %v", e.What, e.Err) }
func (e *Malformed) Unwrap() error { return e.Err }

// BadSignature is an answer whose signature is missing or does not verify:
// whoever sent it does not hold the session key.
type BadSignature struct {
	Missing bool // a response without a verifier on a protected connection
	Err     error
}

func (e *BadSignature) Error() string {
	if e.Missing {
		return "the answer carries no signature although the connection is protected"
	}
	return fmt.Sprintf("the answer's signature does not verify: %v", e.Err)
}

func (e *BadSignature) Unwrap() error { return e.Err }

// AuthLeg is a logon that our own security mechanism gave up.
type AuthLeg struct {
	Leg int // 1: our first token, 2: the host's first answer …
	Err error
}

func (e *AuthLeg) Error() string { return fmt.Sprintf("logon, leg %d: %v", e.Leg, e.Err) }
func (e *AuthLeg) Unwrap() error { return e.Err }

// Returned is a return value other than zero: RPC worked, the operation says
// no, or success with a remark.
type Returned struct {
	Value any // as the generated stub decoded it: int32 or uint32
}

func (e *Returned) Error() string {
	if n, ok := e.Number(); ok {
		return fmt.Sprintf("returned 0x%08X", n)
	}
	return fmt.Sprintf("returned %v", e.Value)
}

// Number is the value as 32 bits, and whether it was one.
func (e *Returned) Number() (uint32, bool) {
	switch v := e.Value.(type) {
	case int32:
		return uint32(v), true
	case uint32:
		return v, true
	case uint16:
		return uint32(v), true
	case int16:
		return uint32(uint16(v)), true
	}
	return 0, false
}
