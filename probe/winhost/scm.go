package winhost

import (
	"context"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// activate starts a class: the one WMI has.
func (h *Host) activate(ctx context.Context, r dcom.ActivationRequest) (dcom.Activation, error) {
	in := rpc.IncomingFrom(ctx)
	_, _, flags := header(in.Stub)
	var d machine.Denial
	a := dcom.Activation{OXID: h.exporter.OXID(), RemUnknown: h.exporter.RemUnknown()}
	since := 0
	h.machine.Do(func(m *machine.Machine) {
		d = m.MayActivate(callerIn(in), machine.Activation{
			Level: uint8(in.Level), Class: "{" + strings.ToUpper(r.Class.String()) + "}",
			Major: r.Version.Major, Minor: r.Version.Minor, Flags: flags, Session: unspecifiedSession,
		})
		a.Bindings, a.AuthnHint = h.objectBindings(m), uint32(m.AuthnHint())
		a.Version.Major, a.Version.Minor = m.System.COMVersion()
		since = m.Services["winmgmt"].Starts
	})
	if err := refuse(ctx, "activation", d); err != nil {
		return dcom.Activation{}, err
	}
	if r.Class != dcom.ClassLevel1Login {
		return dcom.Activation{}, dcom.Returned("activation", dcom.ClassNotReg)
	}
	return a, h.marshalLogin(&a, r.IIDs, since)
}

// The session id of a request that leaves it open (MS-DCOM 2.2.22.2.4).
const unspecifiedSession = 0xFFFFFFFF

// publicRefs is how many references a Windows exporter gives out at once.
const publicRefs = 5

// marshalLogin exports the login object and refers to each interface that was
// asked for.
func (h *Host) marshalLogin(a *dcom.Activation, iids []dcom.GUID, since int) error {
	object, first, err := h.exporter.Export(&login{since: since}, 0, dcom.IIDLevel1Login, dcom.IIDLoginClientID)
	if err != nil {
		return dcom.Returned("activation", dcom.OutOfMemory)
	}
	granted := 0
	for _, iid := range iids {
		std, err := h.exporter.Marshal(object, iid, publicRefs)
		if err != nil {
			a.Interfaces = append(a.Interfaces, dcom.Activated{IID: iid, HResult: dcom.NoInterface})
			continue
		}
		granted++
		a.Interfaces = append(a.Interfaces, dcom.Activated{IID: iid, Ref: h.reference(iid, std)})
	}
	if granted == 0 {
		h.exporter.Drop(object)
		return dcom.Returned("activation", dcom.NoInterface)
	}
	h.exporter.Release(dcom.Refs{IPID: first.IPID})
	return nil
}

// reference is a standard OBJREF to an exported interface, which names this
// host's resolver.
func (h *Host) reference(iid dcom.GUID, std dcom.StdObjRef) *dcom.ObjRef {
	ref := &dcom.ObjRef{Kind: dcom.Standard, IID: iid, Std: std}
	h.machine.Do(func(m *machine.Machine) {
		ref.Resolver = h.resolverBindings(m)
		m.Marshaled(iid.String())
	})
	return ref
}
