package dcom

import (
	"fmt"

	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iactivation/v0"
)

// maxInterfaces is how many interfaces of one object are looked at. Pointers in
// NDR may share one referent, so the input's length alone is no bound.
const maxInterfaces = 64

// ActivationRequest asks for one new object of a class.
type ActivationRequest struct {
	Class   GUID
	IIDs    []GUID  // interfaces of it, at least one
	Version Version // what ServerAlive2 announced, Agreed; zero means Newest
	// Protseqs are the protocol sequences the client can use; nil means TCP
	// alone.
	Protseqs []uint16
	// Impersonation is the level the client says it grants, MS-RPCE 2.2.1.1.9.
	// Servers ignore it (MS-DCOM 2.2.22.2.4.1). 0 means 2, what Windows sends.
	Impersonation uint32
}

func (r ActivationRequest) filled() ActivationRequest {
	if r.Version == (Version{}) {
		r.Version = Newest
	}
	if len(r.Protseqs) == 0 {
		r.Protseqs = []uint16{TowerTCP}
	}
	if r.Impersonation == 0 {
		r.Impersonation = 2
	}
	return r
}

// Activation is what an activation gave.
type Activation struct {
	// HResult is the call's own result: the return value of
	// RemoteCreateInstance, phr of RemoteActivation. After a success of the
	// call it may still be a refusal in one of Interfaces.
	HResult    uint32
	Interfaces []Activated
	OXID       uint64
	RemUnknown GUID     // IPID of the exporter's IRemUnknown
	AuthnHint  uint32   // lowest authentication level the exporter takes
	Version    Version  // the exporter's COM version
	Bindings   Bindings // where the exporter listens
}

// Activated is the result for one interface that was asked for.
type Activated struct {
	IID     GUID
	HResult uint32
	Ref     *ObjRef // nil where HResult is an error
}

// Interface returns the reference to one interface, nil where there is none.
func (a *Activation) Interface(iid GUID) *ObjRef {
	for _, i := range a.Interfaces {
		if i.IID == iid && i.Ref != nil {
			return i.Ref
		}
	}
	return nil
}

// propertiesIn is the OBJREF of a request to IRemoteSCMActivator.
func (r ActivationRequest) propertiesIn() (*ObjRef, error) {
	r = r.filled()
	iids := make([]*ms.IID, len(r.IIDs))
	for i, iid := range r.IIDs {
		iids[i] = (*ms.IID)(iid.dtyp())
	}
	data, err := joinProperties(
		named{propInstantiation, &ms.InstantiationInfoData{
			ClassID: (*ms.ClassID)(r.Class.dtyp()), ClassContext: 0x14, IIDCount: uint32(len(iids)), IID: iids,
			ThisSize: uint32(72 + 16*len(iids)), ClientCOMVersion: r.Version.ndr()}},
		named{propContext, &ms.ActivationContextInfoData{IfdClientContext: clientContext().Pointer()}},
		named{propLocation, &ms.LocationInfoData{}},
		named{propSCMRequest, &ms.SCMRequestInfoData{RemoteRequest: &ms.CustomRemoteRequestSCMInfo{
			ClientImpLevel: r.Impersonation, RequestedProtocolSequencesCount: uint16(len(r.Protseqs)), RequestedProtocolSequences: r.Protseqs}}},
	)
	if err != nil {
		return nil, err
	}
	return &ObjRef{Kind: Custom, IID: iidPropertiesIn, Class: classPropertiesIn, Data: data}, nil
}

// ParseActivationRequest reads the OBJREF of a request to IRemoteSCMActivator.
func ParseActivationRequest(objref []byte) (*ActivationRequest, error) {
	properties, err := propertiesOf(objref, classPropertiesIn)
	if err != nil {
		return nil, err
	}
	inst := &ms.InstantiationInfoData{}
	if found, err := find(properties, propInstantiation, inst); err != nil || !found {
		return nil, missing(propInstantiation, err)
	}
	scm := &ms.SCMRequestInfoData{}
	if found, err := find(properties, propSCMRequest, scm); err != nil || !found {
		return nil, missing(propSCMRequest, err)
	}
	r := &ActivationRequest{Class: guidOf(inst.ClassID.GUID()), Version: versionOf(inst.ClientCOMVersion)}
	for _, iid := range inst.IID {
		r.IIDs = append(r.IIDs, guidOf(iid.GUID()))
	}
	if q := scm.RemoteRequest; q != nil {
		r.Impersonation, r.Protseqs = q.ClientImpLevel, q.RequestedProtocolSequences
	}
	return r, nil
}

// propertiesOut is the OBJREF of the activator's answer.
func (a *Activation) propertiesOut() (*ObjRef, error) {
	out := &ms.PropertiesOutInfo{InterfacesCount: uint32(len(a.Interfaces))}
	for _, i := range a.Interfaces {
		out.IIDs = append(out.IIDs, (*ms.IID)(i.IID.dtyp()))
		out.HResults = append(out.HResults, int32(i.HResult))
		out.InterfaceData = append(out.InterfaceData, i.Ref.Pointer())
	}
	data, err := joinProperties(
		named{propPropertiesOut, out},
		named{propSCMReply, &ms.SCMReplyInfoData{RemoteReply: &ms.CustomRemoteReplySCMInfo{
			OXID: a.OXID, OXIDBindings: a.Bindings.ndr(), IPIDRemoteUnknown: (*ms.IPID)(a.RemUnknown.dtyp()),
			AuthnHint: a.AuthnHint, ServerVersion: a.Version.ndr()}}},
	)
	if err != nil {
		return nil, err
	}
	return &ObjRef{Kind: Custom, IID: iidPropertiesOut, Class: classPropertiesOut, Data: data}, nil
}

// ParseActivation reads the OBJREF that answers a RemoteCreateInstance.
func ParseActivation(objref []byte) (*Activation, error) {
	properties, err := propertiesOf(objref, classPropertiesOut)
	if err != nil {
		return nil, err
	}
	a := &Activation{}
	reply := &ms.SCMReplyInfoData{}
	if found, err := find(properties, propSCMReply, reply); err != nil || !found || reply.RemoteReply == nil {
		return nil, missing(propSCMReply, err)
	}
	r := reply.RemoteReply
	a.OXID, a.RemUnknown, a.AuthnHint, a.Version = r.OXID, guidOf(r.IPIDRemoteUnknown.GUID()), r.AuthnHint, versionOf(r.ServerVersion)
	if a.Bindings, err = bindingsOf(r.OXIDBindings); err != nil {
		return nil, fmt.Errorf("OXID bindings: %w", err)
	}
	out := &ms.PropertiesOutInfo{}
	if found, err := find(properties, propPropertiesOut, out); err != nil || !found {
		return nil, missing(propPropertiesOut, err)
	}
	if len(out.IIDs) > maxInterfaces {
		return nil, fmt.Errorf("%w: %d interfaces of one object", ErrMalformed, len(out.IIDs))
	}
	if len(out.IIDs) != len(out.HResults) || len(out.IIDs) != len(out.InterfaceData) {
		return nil, fmt.Errorf("%w: %d interfaces with %d results and %d references", ErrMalformed, len(out.IIDs), len(out.HResults), len(out.InterfaceData))
	}
	for i, iid := range out.IIDs {
		got, err := activated(guidOf(iid.GUID()), out.HResults[i], out.InterfaceData[i])
		if err != nil {
			return nil, err
		}
		a.Interfaces = append(a.Interfaces, got)
	}
	return a, nil
}

func activated(iid GUID, hresult int32, p *ms.InterfacePointer) (Activated, error) {
	got := Activated{IID: iid, HResult: uint32(hresult)}
	if hresult < 0 {
		return got, nil
	}
	ref, err := FromPointer(p)
	if err != nil {
		return got, fmt.Errorf("reference to %s: %w", Name(iid), err)
	}
	if ref == nil {
		return got, fmt.Errorf("%w: no reference to %s in spite of success", ErrMalformed, Name(iid))
	}
	got.Ref = ref
	return got, nil
}

// propertiesOf opens the custom reference around activation properties.
func propertiesOf(objref []byte, class GUID) ([]property, error) {
	ref, err := ParseObjRef(objref)
	if err != nil {
		return nil, fmt.Errorf("activation properties: %w", err)
	}
	if ref.Kind != Custom || ref.Class != class {
		return nil, fmt.Errorf("%w: activation properties in a reference of kind %d, class %s", ErrMalformed, ref.Kind, Name(ref.Class))
	}
	return splitProperties(ref.Data)
}

func missing(class GUID, err error) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("%w: activation property %s is missing", ErrMalformed, Name(class))
}

// activationOf reads the answer to a RemoteActivation, asked for iids.
func activationOf(r *iactivation.RemoteActivationResponse, iids []GUID) (Activation, error) {
	a := Activation{HResult: uint32(r.HResult), OXID: r.OXID, RemUnknown: guidOf(r.RemoteUnknown.GUID()),
		AuthnHint: r.AuthnHint, Version: versionOf(r.ServerVersion)}
	if r.HResult < 0 || r.Return != 0 {
		return a, nil
	}
	var err error
	if a.Bindings, err = bindingsOf(r.OXIDBindings); err != nil {
		return a, fmt.Errorf("OXID bindings: %w", err)
	}
	if len(r.Results) != len(iids) || len(r.InterfaceData) != len(iids) {
		return a, fmt.Errorf("%w: %d results and %d references for %d interfaces", ErrMalformed, len(r.Results), len(r.InterfaceData), len(iids))
	}
	for i, iid := range iids {
		got, err := activated(iid, r.Results[i], r.InterfaceData[i])
		if err != nil {
			return a, err
		}
		a.Interfaces = append(a.Interfaces, got)
	}
	return a, nil
}
