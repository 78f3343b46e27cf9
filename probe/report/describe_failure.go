package report

import (
	"fmt"

	"github.com/wmidoctor/wmidoctor/probe"
)

// failure puts what went wrong beside what was learnt.
func (l *list) failure(f *probe.Failure) {
	if f == nil {
		return
	}
	meaning := KindMeaning(f.Kind)
	l.add("failure-kind", "what happened", string(f.Kind), meaning)
	l.code("failure-code", "code", f.Code, "")
	l.add("failure-text", "in words", f.Text, "what the step reported")
	l.add("failure-call", "during", f.Call, "the call that did not succeed")
	l.add("failure-at", "with", addrPort(f.At), "whom we were speaking with")
	l.add("failure-phase", "place", string(f.Phase), phaseMeaning(f.Phase))
	l.when(f.Reason != 0, "failure-reason", "reject reason", fmt.Sprint(f.Reason), rejectReason(f.Kind, f.Reason))
	l.when(f.Size > 0, "failure-size", "bytes received", fmt.Sprint(f.Size), "how much of the answer came before it ended")
	l.when(f.Executed, "failure-executed", "may have run", "yes", "the host does not say that the call was not carried out")
	for i, c := range f.Extended {
		l.code(fmt.Sprintf("failure-extended-%d", i+1), fmt.Sprintf("cause %d from inside", i+1), c, "")
	}
	l.when(f.Kind == probe.KindDNS && f.NotFound, "failure-not-found", "resolver's answer", "no such name", "the resolver did answer: the name does not exist for it")
	l.when(f.Kind == probe.KindDNS && !f.NotFound, "failure-not-found", "resolver's answer", "none", "the resolver itself did not answer; that says nothing about the name")
}

// KindMeaning says in plain words what a class of failure is.
func KindMeaning(k probe.Kind) string {
	switch k {
	case probe.KindDNS:
		return "the name has no address here"
	case probe.KindRefused, probe.KindTimeout, probe.KindUnreachable, probe.KindProhibited, probe.KindLocalDenied, probe.KindCancelled:
		return answerMeaning(k)
	case probe.KindReset:
		return "the connection was torn down by force in mid-talk"
	case probe.KindClosed:
		return "the other side hung up before any byte of the answer"
	case probe.KindNotRPC:
		return "what answers there does not speak RPC"
	case probe.KindTruncated:
		return "the other side hung up in the middle of its answer"
	case probe.KindMalformed:
		return "the answer breaks the rules of its protocol; we draw no conclusion from it"
	case probe.KindBindNak:
		return "the host refused to start a conversation"
	case probe.KindContextRejected:
		return "the host does not offer the service that was asked for"
	case probe.KindFault:
		return "RPC refused the call; the service itself gave no result"
	case probe.KindHResult:
		return "the service answered, and the answer is an error of COM"
	case probe.KindWBEM:
		return "WMI itself answered with an error"
	case probe.KindAuthLeg:
		return "the logon could not be carried to its end"
	case probe.KindKRBError:
		return "the Kerberos server answered with an error"
	case probe.KindSignature:
		return "the signature of the answer is wrong: it was changed on the way, or the key is not shared"
	case probe.KindInUse:
		return "another program on this machine has the port"
	case probe.KindInternal:
		return "this is our mistake, not the host's"
	}
	return "something this version has no word for"
}

func phaseMeaning(p probe.Phase) string {
	switch p {
	case probe.PhaseDial:
		return "while connecting"
	case probe.PhaseBind:
		return "while agreeing on the service to talk to"
	case probe.PhaseAuth:
		return "while logging on"
	case probe.PhaseFault:
		return "in RPC's refusal of a call"
	case probe.PhaseResponse:
		return "in the answer of the service itself"
	case probe.PhaseStream:
		return "while bytes were being read"
	}
	return "where in the conversation it stood"
}

// rejectReason names the reason in a bind_nak (C706 12.6.4.5, MS-RPCE 2.2.2.5)
// or of a rejected context (C706 12.6.3.1, p_provider_reason_t).
func rejectReason(k probe.Kind, n uint16) string {
	naks := map[uint16]string{1: "temporary congestion", 2: "local limit exceeded", 4: "protocol version not supported",
		8: "the logon package is not known there", 9: "the checksum of the logon is invalid"}
	contexts := map[uint16]string{1: "the service is not there", 2: "no common way to encode data", 3: "local limit exceeded"}
	table := naks
	if k == probe.KindContextRejected {
		table = contexts
	}
	if s, ok := table[n]; ok {
		return s
	}
	return "a reason the specification does not name"
}
