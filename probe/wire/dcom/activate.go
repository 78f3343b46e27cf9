package dcom

import (
	"context"

	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iactivation/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iremotescmactivator/v0"

	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// Activate makes an object by IRemoteSCMActivator::RemoteCreateInstance (MS-DCOM
// 3.1.2.5.2.3.3), under a binding for IIDRemoteSCMActivator. A return value
// other than success is a *Status and also HResult of what comes with it: an
// HRESULT, or a plain 5, which means what a fault 5 means.
func Activate(ctx context.Context, b *rpc.Binding, r ActivationRequest) *Pending[Activation] {
	const call = "RemoteCreateInstance"
	properties, err := r.propertiesIn()
	if err != nil {
		return &Pending[Activation]{err: err}
	}
	in := &iremotescmactivator.RemoteCreateInstanceRequest{ORPCThis: this(r.Version), ActPropertiesIn: properties.Pointer()}
	out := &iremotescmactivator.RemoteCreateInstanceResponse{}
	return Send(ctx, b, in, out, func() (Activation, error) {
		hresult := uint32(out.Return)
		if failed(hresult) {
			return Activation{HResult: hresult}, Returned(call, hresult)
		}
		if out.ActPropertiesOut == nil {
			return Activation{HResult: hresult}, missing(propSCMReply, nil)
		}
		a, err := ParseActivation(out.ActPropertiesOut.Data)
		if err != nil {
			return Activation{HResult: hresult}, err
		}
		a.HResult = hresult
		return *a, nil
	})
}

// RemoteActivation makes an object by the older IActivation::RemoteActivation
// (MS-DCOM 3.1.2.5.2.3.1), under a binding for IIDActivation. Its return value
// and its phr are both looked at; either is the *Status.
func RemoteActivation(ctx context.Context, b *rpc.Binding, r ActivationRequest) *Pending[Activation] {
	const call = "RemoteActivation"
	r = r.filled()
	in := &iactivation.RemoteActivationRequest{ORPCThis: this(r.Version), ClassID: r.Class.dtyp(), ClientImpLevel: r.Impersonation,
		Interfaces: uint32(len(r.IIDs)), RequestedProtocolSequencesCount: uint16(len(r.Protseqs)), RequestedProtocolSequences: r.Protseqs}
	for _, iid := range r.IIDs {
		in.IIDs = append(in.IIDs, (*ms.IID)(iid.dtyp()))
	}
	out := &iactivation.RemoteActivationResponse{}
	return Send(ctx, b, in, out, func() (Activation, error) {
		a, err := activationOf(out, r.IIDs)
		switch {
		case err != nil:
			return a, err
		case out.Return != 0:
			if !failed(a.HResult) {
				a.HResult = out.Return
			}
			return a, Returned(call, out.Return)
		case failed(a.HResult):
			return a, Returned(call, a.HResult)
		}
		return a, nil
	})
}

// failed reports whether a result is a refusal: an HRESULT with its severity
// bit, or a Win32 code. S_FALSE and other success codes of a facility are not.
func failed(result uint32) bool {
	return result&0x80000000 != 0 || result>>16 == 0 && result > False
}
