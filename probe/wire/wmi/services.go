package wmi

import (
	"context"
	"unicode/utf16"

	"github.com/oiweiwei/go-msrpc/msrpc/dcom/oaut"
	mswmi "github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemservices/v0"

	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
)

// Services is an open namespace, IWbemServices (MS-WMI 3.1.4.3).
type Services struct {
	client *Client
	proxy  dcom.Proxy
}

// bstr makes a BSTR. The counts are given, since the library would take bytes
// for UTF-16 units.
func bstr(s string) *oaut.String {
	n := uint32(len(utf16.Encode([]rune(s))))
	return &oaut.String{BytesCount: 2 * n, Size: n, Data: s}
}

// ExecQuery starts a query in WQL (opnum 20). With FlagsSemiSync it returns
// before the query is run; many a refusal comes with the first Next.
func (s *Services) ExecQuery(ctx context.Context, query string, flags uint32) *dcom.Pending[*Enumerator] {
	in := &iwbemservices.ExecQueryRequest{This: s.proxy.This(), QueryLanguage: bstr("WQL"), Query: bstr(query), Flags: int32(flags)}
	out := &iwbemservices.ExecQueryResponse{}
	return dcom.Send(ctx, s.proxy.Binding, in, out, func() (*Enumerator, error) {
		if err := Returned("ExecQuery", uint32(out.Return)); err != nil {
			return nil, err
		}
		ref, err := dcom.FromPointer(out.Enum.InterfacePointer())
		proxy, err := s.client.receive(ref, err, dcom.IIDEnumObject)
		if err != nil {
			return nil, err
		}
		return &Enumerator{client: s.client, proxy: proxy}, nil
	}, s.proxy.Call())
}

// ExecQueryAsync starts a query whose rows the host delivers to sink (opnum
// 21). Windows resolves the reference before it runs the method, so the
// resolver behind it must answer while this call is still waited for.
func (s *Services) ExecQueryAsync(ctx context.Context, query string, flags uint32, sink *dcom.ObjRef) *dcom.Pending[struct{}] {
	in := &iwbemservices.ExecQueryAsyncRequest{This: s.proxy.This(), QueryLanguage: bstr("WQL"), Query: bstr(query), Flags: int32(flags),
		ResponseHandler: (*mswmi.ObjectSink)(sink.Pointer())}
	out := &iwbemservices.ExecQueryAsyncResponse{}
	return dcom.Send(ctx, s.proxy.Binding, in, out, func() (struct{}, error) {
		return struct{}{}, Returned("ExecQueryAsync", uint32(out.Return))
	}, s.proxy.Call())
}

// CancelAsyncCall ends the asynchronous calls that deliver to sink (opnum 5).
func (s *Services) CancelAsyncCall(ctx context.Context, sink *dcom.ObjRef) *dcom.Pending[struct{}] {
	in := &iwbemservices.CancelAsyncCallRequest{This: s.proxy.This(), Sink: (*mswmi.ObjectSink)(sink.Pointer())}
	out := &iwbemservices.CancelAsyncCallResponse{}
	return dcom.Send(ctx, s.proxy.Binding, in, out, func() (struct{}, error) {
		return struct{}{}, Returned("CancelAsyncCall", uint32(out.Return))
	}, s.proxy.Call())
}
