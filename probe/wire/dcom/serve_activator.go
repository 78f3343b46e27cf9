package dcom

import (
	"context"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iactivation/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iremotescmactivator/v0"
)

// ActivatorServer answers IRemoteSCMActivator and IActivation. Create decides:
// a *Status goes out as the call's result, any other error is handed to the RPC
// server, which answers an *rpc.Fault as one.
type ActivatorServer struct {
	Create func(context.Context, ActivationRequest) (Activation, error)
}

// SCMHandle serves IRemoteSCMActivator.
func (s *ActivatorServer) SCMHandle() dcerpc.ServerHandle {
	return iremotescmactivator.NewRemoteSCMActivatorServerHandle(scmServer{s: s})
}

// ActivationHandle serves IActivation.
func (s *ActivatorServer) ActivationHandle() dcerpc.ServerHandle {
	return iactivation.NewActivationServerHandle(activationServer{s})
}

type scmServer struct {
	iremotescmactivator.UnimplementedRemoteSCMActivatorServer // RemoteGetClassObject
	s                                                         *ActivatorServer
}

func (a scmServer) RemoteCreateInstance(ctx context.Context, in *iremotescmactivator.RemoteCreateInstanceRequest) (*iremotescmactivator.RemoteCreateInstanceResponse, error) {
	out := &iremotescmactivator.RemoteCreateInstanceResponse{ORPCThat: &ms.ORPCThat{}}
	if in.ActPropertiesIn == nil {
		out.Return = hr(BadArgument)
		return out, nil
	}
	request, err := ParseActivationRequest(in.ActPropertiesIn.Data)
	if err != nil {
		out.Return = hr(InvalidObjRef)
		return out, nil
	}
	request.Version = callVersion(in.ORPCThis, request.Version)
	got, err := a.s.Create(ctx, *request)
	if err != nil {
		value, err := returned(err)
		out.Return = hr(value)
		return out, err
	}
	properties, err := got.propertiesOut()
	if err != nil {
		return out, err
	}
	out.ActPropertiesOut = properties.Pointer()
	out.Return = hr(got.HResult)
	return out, nil
}

type activationServer struct{ s *ActivatorServer }

func (a activationServer) RemoteActivation(ctx context.Context, in *iactivation.RemoteActivationRequest) (*iactivation.RemoteActivationResponse, error) {
	request := ActivationRequest{Class: guidOf(in.ClassID), Version: callVersion(in.ORPCThis, Version{}),
		Protseqs: in.RequestedProtocolSequences, Impersonation: in.ClientImpLevel}
	for _, iid := range in.IIDs {
		request.IIDs = append(request.IIDs, guidOf(iid.GUID()))
	}
	got, err := a.s.Create(ctx, request)
	// The arrays have their announced length also where nothing is in them.
	out := &iactivation.RemoteActivationResponse{ORPCThat: &ms.ORPCThat{}, RemoteUnknown: &ms.IPID{}, ServerVersion: got.Version.ndr(), Interfaces: uint32(len(in.IIDs))}
	if err != nil {
		value, err := returned(err)
		out.HResult = hr(value)
		if value>>16 == 0 {
			out.Return = value
		}
		for range in.IIDs {
			out.Results = append(out.Results, hr(value))
		}
		return out, err
	}
	out.OXID, out.OXIDBindings, out.RemoteUnknown = got.OXID, got.Bindings.ndr(), (*ms.IPID)(got.RemUnknown.dtyp())
	out.AuthnHint, out.HResult = got.AuthnHint, hr(got.HResult)
	for _, i := range got.Interfaces {
		out.InterfaceData = append(out.InterfaceData, i.Ref.Pointer())
		out.Results = append(out.Results, hr(i.HResult))
	}
	return out, nil
}

// callVersion is the version of the call's ORPCTHIS; where there is none, what
// the properties say.
func callVersion(t *ms.ORPCThis, otherwise Version) Version {
	if t == nil || t.Version == nil {
		return otherwise
	}
	return versionOf(t.Version)
}
