package winhost

import (
	"context"

	mswmi "github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemfetchsmartenum/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemwcosmartenum/v0"

	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmio"
)

// smart is the other form of an enumerator, which most clients ask for: many
// rows in one buffer, each class once (MS-WMI 3.1.4.6, 3.1.4.7).
type smart struct {
	*enumerator
	known map[string]*wmio.ClassCache // by the GUID a client calls itself
}

type fetchServer struct {
	iwbemfetchsmartenum.UnimplementedFetchSmartEnumServer
	host *Host
}

func (s fetchServer) GetSmartEnum(ctx context.Context, _ *iwbemfetchsmartenum.GetSmartEnumRequest) (*iwbemfetchsmartenum.GetSmartEnumResponse, error) {
	out := &iwbemfetchsmartenum.GetSmartEnumResponse{That: that()}
	self, err := implOf[*enumerator](ctx, s.host)
	if err != nil {
		return out, err
	}
	pointer, err := s.host.export(&smart{enumerator: self, known: map[string]*wmio.ClassCache{}}, dcom.IIDSmartEnum)
	out.SmartEnum = (*mswmi.WCOSmartEnum)(pointer)
	out.Return, err = result(err)
	return out, err
}

type smartServer struct {
	iwbemwcosmartenum.UnimplementedWCOSmartEnumServer
	host *Host
}

func (s smartServer) Next(ctx context.Context, in *iwbemwcosmartenum.NextRequest) (*iwbemwcosmartenum.NextResponse, error) {
	out := &iwbemwcosmartenum.NextResponse{That: that()}
	self, err := implOf[*smart](ctx, s.host)
	if err != nil {
		return out, err
	}
	objects, status, err := self.take(ctx, in.Timeout, count(in.Count))
	if err != nil {
		out.Return, err = result(err)
		return out, err
	}
	if len(objects) > 0 {
		if out.Buffer, err = wmio.EncodeArray(objects, self.cache(in)); err != nil {
			return out, err
		}
	}
	out.Returned, out.BufferSize, out.Return = uint32(len(objects)), uint32(len(out.Buffer)), int32(status)
	return out, nil
}

// maxProxies bounds how many names of clients one enumerator remembers.
const maxProxies = 64

// cache is which classes a client already has.
func (s *smart) cache(in *iwbemwcosmartenum.NextRequest) *wmio.ClassCache {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := ""
	if in.ProxyGUID != nil {
		name = in.ProxyGUID.String()
	}
	c := s.known[name]
	if c == nil {
		c = &wmio.ClassCache{}
		if len(s.known) < maxProxies {
			s.known[name] = c
		}
	}
	return c
}
