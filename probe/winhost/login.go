package winhost

import (
	"context"

	mswmi "github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemlevel1login/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemloginclientid/v0"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// login is the object that an activation makes.
type login struct{ since int }

func (l *login) born() int { return l.since }

type loginServer struct {
	iwbemlevel1login.UnimplementedLevel1LoginServer
	host *Host
}

// EstablishPosition does nothing any more (MS-WMI 3.1.4.1.1); it used to tell
// the locale.
func (s loginServer) EstablishPosition(context.Context, *iwbemlevel1login.EstablishPositionRequest) (*iwbemlevel1login.EstablishPositionResponse, error) {
	return &iwbemlevel1login.EstablishPositionResponse{That: that()}, nil
}

func (s loginServer) NTLMLogin(ctx context.Context, in *iwbemlevel1login.NTLMLoginRequest) (*iwbemlevel1login.NTLMLoginResponse, error) {
	out := &iwbemlevel1login.NTLMLoginResponse{That: that()}
	self, err := implOf[*login](ctx, s.host)
	if err != nil {
		return out, err
	}
	call := rpc.IncomingFrom(ctx)
	var space *machine.Namespace
	var d machine.Denial
	s.host.machine.Do(func(m *machine.Machine) {
		space, d = m.MayOpen(callerIn(call), machine.Login{
			Namespace: in.NetworkResource, Locale: in.PreferredLocale, Flags: uint32(in.Flags), Level: uint8(call.Level),
		})
	})
	if err := refuse(ctx, "NTLMLogin", d); err != nil {
		out.Return, err = result(err)
		return out, err
	}
	pointer, err := s.host.export(&services{since: self.since, path: space.Path}, dcom.IIDServices)
	if err != nil {
		out.Return, err = result(err)
		return out, err
	}
	out.Namespace = (*mswmi.Services)(pointer)
	return out, nil
}

type clientIDServer struct {
	iwbemloginclientid.UnimplementedLoginClientIDServer
	host *Host
}

// SetClientInfo notes who calls, for the host's own logs only (MS-WMI 3.1.4.2).
func (s clientIDServer) SetClientInfo(context.Context, *iwbemloginclientid.SetClientInfoRequest) (*iwbemloginclientid.SetClientInfoResponse, error) {
	return &iwbemloginclientid.SetClientInfoResponse{That: that()}, nil
}
