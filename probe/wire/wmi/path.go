package wmi

import (
	"context"

	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemservices/v0"
	"github.com/oiweiwei/go-msrpc/ndr"

	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// OpenNamespace opens a namespace below this one (opnum 3), without another
// login.
func (s *Services) OpenNamespace(ctx context.Context, name string) *dcom.Pending[*Services] {
	in := &pathRequest{Request: &iwbemservices.OpenNamespaceRequest{}, this: s.proxy.This(), path: name}
	out := &iwbemservices.OpenNamespaceResponse{}
	return dcom.Send(ctx, s.proxy.Binding, in, out, func() (*Services, error) {
		if err := Returned("OpenNamespace", uint32(out.Return)); err != nil {
			return nil, err
		}
		ref, err := dcom.FromPointer(out.WorkingNamespace.InterfacePointer())
		proxy, err := s.client.receive(ref, err, dcom.IIDServices)
		if err != nil {
			return nil, err
		}
		return &Services{client: s.client, proxy: proxy}, nil
	}, s.proxy.Call())
}

// GetObject fetches the class or instance at a path (opnum 6).
func (s *Services) GetObject(ctx context.Context, path string) *dcom.Pending[Row] {
	in := &pathRequest{Request: &iwbemservices.GetObjectRequest{}, this: s.proxy.This(), path: path}
	out := &iwbemservices.GetObjectResponse{}
	return dcom.Send(ctx, s.proxy.Binding, in, out, func() (Row, error) {
		if err := Returned("GetObject", uint32(out.Return)); err != nil {
			return Row{}, err
		}
		return rowOf(out.Object.InterfacePointer()), nil
	}, s.proxy.Call())
}

// pathRequest is a generated request of this shape with an encoder of our own:
// a path, flags 0, no context, a place for the result and none for a call
// object. The library cannot say that the place is there and empty.
type pathRequest struct {
	rpc.Request
	this *ms.ORPCThis
	path string
}

// MarshalNDR writes the in parameters as Windows clients do.
func (r *pathRequest) MarshalNDR(ctx context.Context, w ndr.Writer) error {
	_ = r.this.MarshalNDR(ctx, w)
	_ = w.WriteDeferred()
	text := bstr(r.path)
	_ = w.WritePointer(&text, ndr.MarshalNDRFunc(text.MarshalNDR))
	_ = w.WriteDeferred()
	_ = w.WriteData(int32(0))
	_ = w.WritePointer(nil)
	place := ms.InterfacePointer{}
	_ = w.WritePointer(&place, ndr.MarshalNDRFunc(func(_ context.Context, w ndr.Writer) error { return w.WritePointer(nil) }))
	_ = w.WriteDeferred()
	_ = w.WritePointer(nil)
	return w.Err()
}
