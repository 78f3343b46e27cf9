package winhost

import (
	"context"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// refuse turns the machine's refusal into what a handler returns: a *rpc.Fault,
// a *dcom.Status for a return value, or *rpc.Unanswered. It is nil for consent.
func refuse(ctx context.Context, call string, d machine.Denial) error {
	if !d.Refused() {
		return nil
	}
	if d.After > 0 {
		select {
		case <-time.After(d.After):
		case <-ctx.Done():
			return &rpc.Unanswered{End: rpc.Close}
		}
	}
	switch d.Kind {
	case machine.Fault, machine.Logon:
		return &rpc.Fault{Status: faultStatus(d.Code)}
	case machine.NoAnswer:
		return &rpc.Unanswered{End: rpc.Stall}
	case machine.Cut:
		return &rpc.Unanswered{End: rpc.Reset}
	case machine.Result:
		return &dcom.Status{Call: call, Code: d.Code}
	}
	return &rpc.Fault{Status: accessDenied}
}

const (
	accessDenied   = 0x5
	packageError   = 0x721      // RPC_S_SEC_PKG_ERROR
	notImplemented = 0x80004001 // E_NOTIMPL
)

// faultStatus is how a refusal shows in a fault PDU. The reason of a refused
// logon is not on the wire: every NTSTATUS becomes access denied, except that
// a package which may not be used at all is an error of the package.
func faultStatus(c code.Code) uint32 {
	switch {
	case c.Space != code.NTStatus:
		return c.Number
	case c.Number == machine.StatusNTLMBlocked:
		return packageError
	}
	return accessDenied
}

// result splits a handler's decision into the return value and the error for
// the RPC runtime.
func result(err error) (int32, error) {
	if status, ok := err.(*dcom.Status); ok {
		return int32(status.Code.Number), nil
	}
	return 0, err
}

// bindAction turns the machine's refusal of a bind into an answer to it.
func bindAction(d machine.Denial) rpc.Action {
	switch d.Kind {
	case machine.NoAnswer:
		return rpc.Action{Delay: d.After, End: rpc.Stall}
	case machine.Cut:
		return rpc.Action{Delay: d.After, End: rpc.Reset}
	case machine.BindNak:
		return rpc.Action{Delay: d.After, Nak: &rpc.BindNak{Reason: d.Reason, Versions: []rpc.Version{{Major: 5}}}}
	case machine.Fault:
		return rpc.Action{Delay: d.After, Fault: &rpc.Fault{Status: faultStatus(d.Code)}}
	}
	return rpc.Action{}
}
