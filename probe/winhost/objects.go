package winhost

import (
	"context"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/ienumwbemclassobject/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemfetchsmartenum/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemlevel1login/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemloginclientid/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemservices/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemwcosmartenum/v0"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// newObjects is the RPC server on the object port: the WMI service.
func (h *Host) newObjects() *rpc.Server {
	handles := h.handles()
	s := &rpc.Server{Accept: h.accept, Hook: h.onObject, Redact: redact, Trace: h.options.Trace}
	for _, iid := range []dcom.GUID{dcom.IIDRemUnknown, dcom.IIDRemUnknown2, dcom.IIDLevel1Login, dcom.IIDLoginClientID,
		dcom.IIDServices, dcom.IIDEnumObject, dcom.IIDFetchSmart, dcom.IIDSmartEnum} {
		s.Interfaces = append(s.Interfaces, rpc.Interface{Syntax: iid.Syntax(), Handle: handles[iid]})
	}
	s.Dispatch = func(in *rpc.Incoming) (dcerpc.ServerHandle, error) {
		_, iid, err := h.find(in)
		return handles[iid], err
	}
	return s
}

func (h *Host) handles() map[dcom.GUID]dcerpc.ServerHandle {
	unknown := (&dcom.RemUnknownServer{Exporter: h.exporter, Resolver: func() (b dcom.Bindings) {
		h.machine.Do(func(m *machine.Machine) { b = h.resolverBindings(m) })
		return b
	}}).Handle()
	return map[dcom.GUID]dcerpc.ServerHandle{
		dcom.IIDRemUnknown:    unknown,
		dcom.IIDRemUnknown2:   unknown,
		dcom.IIDLevel1Login:   iwbemlevel1login.NewLevel1LoginServerHandle(loginServer{host: h}),
		dcom.IIDLoginClientID: iwbemloginclientid.NewLoginClientIDServerHandle(clientIDServer{host: h}),
		dcom.IIDServices:      iwbemservices.NewServicesServerHandle(servicesServer{host: h}),
		dcom.IIDEnumObject:    ienumwbemclassobject.NewEnumClassObjectServerHandle(enumServer{host: h}),
		dcom.IIDFetchSmart:    iwbemfetchsmartenum.NewFetchSmartEnumServerHandle(fetchServer{host: h}),
		dcom.IIDSmartEnum:     iwbemwcosmartenum.NewWCOSmartEnumServerHandle(smartServer{host: h}),
	}
}

// find looks the object of a call up. COM goes by the IPID, whatever
// presentation context carries the call, and clients rely on that.
func (h *Host) find(in *rpc.Incoming) (*dcom.Object, dcom.GUID, error) {
	if in.Object == nil {
		return nil, dcom.GUID{}, &rpc.Fault{Status: dcom.InvalidObject}
	}
	ipid := dcom.GUIDOf(in.Object)
	if ipid == h.exporter.RemUnknown() {
		return nil, dcom.IIDRemUnknown2, nil
	}
	o, iid, ok := h.exporter.Find(ipid)
	if !ok {
		return nil, dcom.GUID{}, &rpc.Fault{Status: dcom.InvalidObject}
	}
	return o, iid, nil
}

// implementation is what an exported object is on this side: it knows in which
// life of the service it was made.
type implementation interface{ born() int }

// onObject asks the machine about every bind and every call on the object port.
func (h *Host) onObject(e *rpc.Event) rpc.Action {
	if e.Moment != rpc.AtRequest {
		return h.onBind(e)
	}
	in := e.Request
	o, iid, err := h.find(in)
	if err != nil {
		return rpc.Action{} // dispatch says so
	}
	call := machine.Call{Level: uint8(in.Level), Iface: iid.String(), RemUnknown: iid == dcom.IIDRemUnknown2}
	call.Major, call.Minor, call.Flags = header(in.Stub)
	var d machine.Denial
	h.machine.Do(func(m *machine.Machine) {
		call.Since = m.Services["winmgmt"].Starts
		if o != nil {
			call.Since = o.Impl.(implementation).born()
		}
		d = m.MayCall(callerIn(in), call)
	})
	switch {
	case !d.Refused():
		return rpc.Action{}
	case d.Kind == machine.Result:
		return rpc.Action{Delay: d.After, Stub: returnedAlone(d.Code.Number)}
	}
	return bindAction(d)
}

// returnedAlone is the stub of an ORPC answer that holds ORPCTHAT and a return
// value, and out parameters that are all null: enough for a client to read the
// refusal, since every interface here has at most one out pointer.
func returnedAlone(value uint32) []byte {
	stub := make([]byte, 16)
	stub[12], stub[13], stub[14], stub[15] = byte(value), byte(value>>8), byte(value>>16), byte(value>>24)
	return stub
}

// implOf returns the object that a handler's call addresses.
func implOf[T any](ctx context.Context, h *Host) (T, error) {
	var none T
	o, _, err := h.find(rpc.IncomingFrom(ctx))
	if err != nil {
		return none, err
	}
	if o == nil {
		return none, &rpc.Fault{Status: dcom.InvalidObject}
	}
	impl, ok := o.Impl.(T)
	if !ok {
		return none, &rpc.Fault{Status: dcom.InvalidObject}
	}
	return impl, nil
}

// export makes an object and refers to its first interface.
func (h *Host) export(impl implementation, iids ...dcom.GUID) (*ms.InterfacePointer, error) {
	_, std, err := h.exporter.Export(impl, publicRefs, iids...)
	if err != nil {
		return nil, dcom.Returned("export", dcom.OutOfMemory)
	}
	return h.reference(iids[0], std).Pointer(), nil
}

func that() *ms.ORPCThat { return &ms.ORPCThat{} }
