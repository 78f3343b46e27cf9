package wmi

import (
	"context"
	"unicode/utf16"

	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemlevel1login/v0"
	"github.com/oiweiwei/go-msrpc/ndr"

	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
)

// Login opens a namespace by IWbemLevel1Login::NTLMLogin (MS-WMI 3.1.4.1.4). The
// resource goes out as it is; Resource gives the form to prefer. The locale is
// left to the host (NULL), flags are 0. login is the activation's reference to
// IWbemLevel1Login; nothing else is asked of it, for a server must not demand
// more.
func (c *Client) Login(ctx context.Context, login *dcom.ObjRef, resource string) *dcom.Pending[*Services] {
	p := c.proxy(dcom.IIDLevel1Login, login.Std.IPID)
	in := &loginRequest{NTLMLoginRequest: iwbemlevel1login.NTLMLoginRequest{This: p.This(), NetworkResource: resource}}
	out := &iwbemlevel1login.NTLMLoginResponse{}
	return dcom.Send(ctx, p.Binding, in, out, func() (*Services, error) {
		if err := Returned("NTLMLogin", uint32(out.Return)); err != nil {
			return nil, err
		}
		ref, err := dcom.FromPointer(out.Namespace.InterfacePointer())
		services, err := c.receive(ref, err, dcom.IIDServices)
		if err != nil {
			return nil, err
		}
		return &Services{client: c, proxy: services}, nil
	}, p.Call())
}

// loginRequest is the generated request with an encoder of our own: the
// library's counts bytes where it must count UTF-16 units, so a namespace
// outside ASCII would be unreadable.
type loginRequest struct {
	iwbemlevel1login.NTLMLoginRequest
}

// MarshalNDR writes the in parameters: resource, locale (NULL), flags 0 and
// context (NULL).
func (r *loginRequest) MarshalNDR(ctx context.Context, w ndr.Writer) error {
	_ = r.This.MarshalNDR(ctx, w)
	_ = w.WriteDeferred()
	text := append(utf16.Encode([]rune(r.NetworkResource)), 0)
	_ = w.WritePointer(&text, ndr.MarshalNDRFunc(func(_ context.Context, w ndr.Writer) error {
		_ = w.WriteSize(uint64(len(text)))
		_ = w.WriteSize(0)
		_ = w.WriteSize(uint64(len(text)))
		for _, unit := range text {
			_ = w.WriteData(unit)
		}
		return w.Err()
	}))
	_ = w.WriteDeferred()
	_ = w.WritePointer(nil)
	_ = w.WriteData(int32(0))
	_ = w.WritePointer(nil)
	return w.Err()
}
