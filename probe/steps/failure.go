package steps

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// failureOf is the one place where errors of the wire become words of a
// report.
func failureOf(err error) *probe.Failure {
	var own *failed
	if errors.As(err, &own) {
		return own.failure
	}
	f := &probe.Failure{Kind: probe.KindInternal, Phase: probe.PhaseStream, Text: err.Error()}
	var onWire *rpc.Error
	if errors.As(err, &onWire) {
		f.Phase, f.At, f.Call = probe.Phase(onWire.Phase), onWire.Addr, onWire.Call
		describeRPC(f, onWire.Err)
		return f
	}
	if describeKerberos(f, err) {
		return f
	}
	var status *dcom.Status
	if errors.As(err, &status) {
		f.Kind, f.Code = returned(status.Code.Number)
		f.Phase, f.Call, f.Executed = probe.PhaseResponse, status.Call, true
		return f
	}
	var outside *network.Error
	if errors.As(err, &outside) {
		describeNetwork(f, outside)
		return f
	}
	switch {
	case errors.Is(err, probe.ErrRejected), errors.Is(err, probe.ErrAnonymous):
		f.Kind, f.Phase = probe.KindLocalDenied, probe.PhaseAuth
	case errors.Is(err, context.Canceled):
		f.Kind = probe.KindCancelled
	case errors.Is(err, context.DeadlineExceeded):
		f.Kind = probe.KindTimeout
	}
	return f
}

// failed carries a failure that a step has put into words itself.
type failed struct{ failure *probe.Failure }

func (f *failed) Error() string { return f.failure.Text }

func describeNetwork(f *probe.Failure, e *network.Error) {
	f.Kind = probe.Kind(e.Kind)
	f.NotFound = e.NotFound
	if e.Addr.IsValid() {
		f.At = e.Addr
	}
	if e.Errno != 0 {
		f.Code = code.Code{Space: code.Errno, Number: uint32(e.Errno)}
	}
	if e.Op == "dial" || e.Op == "lookup" {
		f.Phase = probe.PhaseDial
	}
	f.Text = e.Error()
}

func describeRPC(f *probe.Failure, err error) {
	f.Text = err.Error()
	switch e := err.(type) {
	case *network.Error:
		phase := f.Phase
		describeNetwork(f, e)
		f.Phase = phase
	case *rpc.Closed:
		f.Kind = probe.KindClosed
	case *rpc.NotRPC:
		f.Kind, f.Size = probe.KindNotRPC, len(e.First)
	case *rpc.BindNak:
		f.Kind, f.Reason = probe.KindBindNak, e.Reason
	case *rpc.Rejected:
		f.Kind, f.Reason = probe.KindContextRejected, e.Reason
	case *rpc.Fault:
		f.Kind, f.Executed = probe.KindFault, !e.DidNotExecute
		f.Code = code.Code{Space: code.RPC, Number: e.Status}
	case *rpc.Truncated:
		f.Kind, f.Size = probe.KindTruncated, e.Got
	case *rpc.Malformed:
		f.Kind, f.Size = probe.KindMalformed, len(e.Raw)
	case *rpc.BadSignature:
		f.Kind = probe.KindSignature
	case *rpc.AuthLeg:
		f.Kind = probe.KindAuthLeg
	case *rpc.Returned:
		n, _ := e.Number()
		f.Kind, f.Code = returned(n)
	}
}

// returned says in which space a return value stands: the 0x8004xxxx of WMI
// are WBEMSTATUS (MS-WMI 2.2.11), everything else with the severity bit is a
// HRESULT, and a small positive number is a Win32 error that some servers
// return bare.
func returned(n uint32) (probe.Kind, code.Code) {
	switch {
	case n>>16 == 0x8004 && n&0xffff >= 0x1000, n>>16 == 0x0004:
		return probe.KindWBEM, code.Code{Space: code.WBEM, Number: n}
	case n < 0x10000 && n > 1:
		return probe.KindFault, code.Code{Space: code.RPC, Number: n}
	}
	return probe.KindHResult, code.Code{Space: code.HResult, Number: n}
}

// noAnswer reports whether an error says that nothing readable came back at
// all: the state of whatever was sent is then unknown.
func noAnswer(err error) bool {
	switch failureOf(err).Kind {
	case probe.KindTimeout, probe.KindClosed, probe.KindReset, probe.KindTruncated,
		probe.KindCancelled, probe.KindUnreachable, probe.KindProhibited:
		return true
	}
	return false
}

func fail(kind probe.Kind, phase probe.Phase, at netip.AddrPort, format string, args ...any) error {
	return &failed{&probe.Failure{Kind: kind, Phase: phase, At: at, Text: fmt.Sprintf(format, args...)}}
}
