package winhost

import (
	"context"

	"strings"

	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/oaut"
	mswmi "github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemservices/v0"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmi"
)

// services is a namespace that a client has opened.
type services struct {
	since int
	path  string
}

func (s *services) born() int { return s.since }

type servicesServer struct {
	iwbemservices.UnimplementedServicesServer
	host *Host
}

// Return values of IWbemServices (MS-WMI 2.2.11).
const (
	wbemNotFound         = 0x80041002
	wbemInvalidParameter = 0x80041008
	wbemInvalidQuery     = 0x80041017
	wbemInvalidQueryType = 0x80041018
)

func textOf(s *oaut.String) string {
	if s == nil {
		return ""
	}
	return strings.TrimRight(s.Data, "\x00")
}

// OpenNamespace opens a namespace below this one; the caller's right is asked
// for again.
func (s servicesServer) OpenNamespace(ctx context.Context, in *iwbemservices.OpenNamespaceRequest) (*iwbemservices.OpenNamespaceResponse, error) {
	out := &iwbemservices.OpenNamespaceResponse{That: that()}
	self, err := implOf[*services](ctx, s.host)
	if err != nil {
		return out, err
	}
	call := rpc.IncomingFrom(ctx)
	var space *machine.Namespace
	var d machine.Denial
	s.host.machine.Do(func(m *machine.Machine) {
		space, d = m.MayOpen(callerIn(call), machine.Login{Namespace: self.path + `\` + textOf(in.Namespace), Level: uint8(call.Level)})
	})
	if err := refuse(ctx, "OpenNamespace", d); err != nil {
		out.Return, err = result(err)
		return out, err
	}
	pointer, err := s.host.export(&services{since: self.since, path: space.Path}, dcom.IIDServices)
	out.WorkingNamespace = (*mswmi.Services)(pointer)
	out.Return, err = result(err)
	return out, err
}

// GetObject gives a class definition, or an instance by a path of the form
// Class.Key="value" or Class=@.
func (s servicesServer) GetObject(ctx context.Context, in *iwbemservices.GetObjectRequest) (*iwbemservices.GetObjectResponse, error) {
	out := &iwbemservices.GetObjectResponse{That: that()}
	self, err := implOf[*services](ctx, s.host)
	if err != nil {
		return out, err
	}
	object, err := s.host.object(ctx, self, textOf(in.ObjectPath))
	if err != nil {
		out.Return, err = result(err)
		return out, err
	}
	out.Object = (*mswmi.ClassObject)(object)
	return out, nil
}

// ExecQuery reads the query and starts it. A refusal that Windows gives with
// the first row is kept for it.
func (s servicesServer) ExecQuery(ctx context.Context, in *iwbemservices.ExecQueryRequest) (*iwbemservices.ExecQueryResponse, error) {
	out := &iwbemservices.ExecQueryResponse{That: that()}
	self, err := implOf[*services](ctx, s.host)
	if err != nil {
		return out, err
	}
	var rows *rows
	if !strings.EqualFold(textOf(in.QueryLanguage), "WQL") {
		err = wmi.Returned("ExecQuery", wbemInvalidQueryType)
	} else {
		rows, err = s.host.query(ctx, self, textOf(in.Query))
	}
	if err == nil {
		rows.forwardOnly = uint32(in.Flags)&wmi.FlagForwardOnly != 0
		var pointer *ms.InterfacePointer
		pointer, err = s.host.export(&enumerator{since: self.since, rows: rows}, dcom.IIDEnumObject, dcom.IIDFetchSmart)
		out.Enum = (*mswmi.EnumClassObject)(pointer)
	}
	out.Return, err = result(err)
	return out, err
}

// CreateInstanceEnum is the query for every instance of a class.
func (s servicesServer) CreateInstanceEnum(ctx context.Context, in *iwbemservices.CreateInstanceEnumRequest) (*iwbemservices.CreateInstanceEnumResponse, error) {
	out := &iwbemservices.CreateInstanceEnumResponse{That: that()}
	self, err := implOf[*services](ctx, s.host)
	if err != nil {
		return out, err
	}
	rows, err := s.host.query(ctx, self, "SELECT * FROM "+textOf(in.Superclass))
	if err == nil {
		var pointer *ms.InterfacePointer
		pointer, err = s.host.export(&enumerator{since: self.since, rows: rows}, dcom.IIDEnumObject, dcom.IIDFetchSmart)
		out.Enum = (*mswmi.EnumClassObject)(pointer)
	}
	out.Return, err = result(err)
	return out, err
}
