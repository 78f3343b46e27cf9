package machine

import (
	"time"

	"github.com/wmidoctor/wmidoctor/probe/code"
)

// DenialKind says in which form a refusal reaches the client.
type DenialKind uint8

// The forms. The zero value is consent.
const (
	None     DenialKind = iota
	Logon               // the credential is refused; Code is the NTSTATUS
	Fault               // a fault PDU; Code is its status
	BindNak             // a bind_nak; Reason says why
	Rejected            // this one presentation context is rejected: abstract syntax not supported
	Result              // a response whose return value is Code
	NoAnswer            // nothing comes, ever
	Cut                 // the connection is reset
)

// Denial is how the host refuses. After is how long it takes until then.
type Denial struct {
	Kind   DenialKind
	Code   code.Code
	Reason uint16 // reject reason of a bind_nak (MS-RPCE 2.2.2.5)
	After  time.Duration
}

// Refused is false for the zero Denial.
func (d Denial) Refused() bool { return d.Kind != None }

// Statuses of fault PDUs (MS-RPCE 3.1.1.5.5, C706 appendix E).
const (
	faultAccess      uint32 = 0x00000005
	faultTooBusy     uint32 = 0x1C010014
	faultOpRange     uint32 = 0x1C010002
	faultUnkIf       uint32 = 0x1C010003
	nakLocalLimit    uint16 = 2
	nakAuthType      uint16 = 8
	orInvalidOXID    uint32 = 0x776
	orInvalidSet     uint32 = 0x778
	ntlmAuthType     uint8  = 10
	spnegoAuthType   uint8  = 9
	kerberosAuthType uint8  = 16
)

func fault(n uint32) Denial {
	return Denial{Kind: Fault, Code: code.Code{Space: code.RPC, Number: n}}
}

func hresult(n uint32) Denial {
	return Denial{Kind: Result, Code: code.Code{Space: code.HResult, Number: n}}
}

func wbem(n uint32) Denial {
	return Denial{Kind: Result, Code: code.Code{Space: code.WBEM, Number: n}}
}

func win32(n uint32) code.Code { return code.Code{Space: code.Win32, Number: n} }
