package verdict

import (
	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

// place is one or more steps at which the same event is a sign.
type place []probe.StepID

func at(steps ...probe.StepID) place { return steps }

func (p place) kind(k probe.Kind, space code.Space, numbers []uint32) []Sign {
	var codes []code.Code
	for _, n := range numbers {
		codes = append(codes, code.Code{Space: space, Number: n})
	}
	var out []Sign
	for _, step := range p {
		out = append(out, Sign{Step: step, Kind: k, Codes: codes})
	}
	return out
}

// fault is a fault PDU, hresult and wbem a return value, krb a KRB-ERROR: the
// same number in two of them are two events.
func (p place) fault(n ...uint32) []Sign   { return p.kind(probe.KindFault, code.RPC, n) }
func (p place) hresult(n ...uint32) []Sign { return p.kind(probe.KindHResult, code.HResult, n) }
func (p place) wbem(n ...uint32) []Sign    { return p.kind(probe.KindWBEM, code.WBEM, n) }
func (p place) krb(n ...uint32) []Sign     { return p.kind(probe.KindKRBError, code.Kerberos, n) }

// kinds are events without a number.
func (p place) kinds(kinds ...probe.Kind) []Sign {
	var out []Sign
	for _, k := range kinds {
		out = append(out, p.kind(k, "", nil)...)
	}
	return out
}

// nak is a bind_nak with one of the reasons; none means any.
func (p place) nak(reasons ...uint16) []Sign {
	out := p.kinds(probe.KindBindNak)
	for i := range out {
		out[i].Reason = reasons
	}
	return out
}

func either(lists ...[]Sign) []Sign {
	var out []Sign
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// refusedLogon is how RPC says no to a credential, whatever the reason: in the
// answer to alter_context, or with raw NTLM in the answer to the first request.
func refusedLogon() []Sign {
	p := at(probe.StepSPNEGO, probe.StepIdentity)
	return either(p.fault(5, 0x721), p.kinds(probe.KindAuthLeg), p.nak(9))
}

// silent135 is a SYN that nobody answers.
func silent135() []Sign { return at(probe.StepTCP135).kinds(probe.KindTimeout) }

func ntstatus(n uint32) code.Code { return code.Code{Space: code.NTStatus, Number: n} }
func krb(n uint32) code.Code      { return code.Code{Space: code.Kerberos, Number: n} }
