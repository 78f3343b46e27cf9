package ntlm

import (
	"context"
	"testing"

	"github.com/oiweiwei/go-msrpc/ssp"
	"github.com/oiweiwei/go-msrpc/ssp/credential"
	"github.com/oiweiwei/go-msrpc/ssp/gssapi"
	msntlm "github.com/oiweiwei/go-msrpc/ssp/ntlm"
)

// msrpc is go-msrpc's NTLM, either end: an implementation that shares no code
// with ours.
type msrpc struct {
	ctx    context.Context
	opts   []gssapi.Option
	server bool
}

func msrpcClient(user, password string, seal bool) *msrpc {
	caps := gssapi.Integrity
	if seal {
		caps |= gssapi.Confidentiality
	}
	ctx := gssapi.NewSecurityContext(context.Background(), gssapi.WithMechanismFactory(ssp.NTLM),
		gssapi.WithCredential(credential.NewFromPassword(user, password)))
	return &msrpc{ctx: ctx, opts: []gssapi.Option{gssapi.WithMechanismType(ssp.MechanismTypeNTLM), gssapi.WithRequest(caps)}}
}

// msrpcVerifier lets alice in, by name and password as presented.
type msrpcVerifier struct{}

func (msrpcVerifier) VerifyChallenge(ctx context.Context, s *msntlm.SecurityParameters, _ msntlm.Credential, nonce []byte, am *msntlm.AuthenticateMessage) (*msntlm.ChallengeResponse, error) {
	if am.UserName != "alice" {
		return nil, errRefused
	}
	v2 := &msntlm.V2{Config: msntlm.NewConfig(), SecurityParameters: s}
	return v2.AuthenticateResponse(ctx, credential.NewFromPassword(am.UserName, "Passw0rd!", credential.Domain(am.DomainName)), am, nonce)
}

func msrpcServer() *msrpc {
	config := msntlm.NewConfig()
	config.Verifier = msrpcVerifier{}
	ctx := gssapi.NewSecurityContext(context.Background(), gssapi.WithMechanismFactory(ssp.NTLM, config),
		gssapi.NewCredential("", nil, gssapi.AcceptOnly, nil))
	return &msrpc{ctx: ctx, server: true, opts: []gssapi.Option{gssapi.WithMechanismType(ssp.MechanismTypeNTLM)}}
}

func (m *msrpc) Next(in []byte) ([]byte, bool, error) {
	step := gssapi.InitSecurityContext
	if m.server {
		step = gssapi.AcceptSecurityContext
	}
	out, err := step(m.ctx, &gssapi.Token{Payload: append([]byte(nil), in...)}, m.opts...)
	if err != nil {
		return nil, false, err
	}
	return out.Payload, gssapi.IsComplete(m.ctx), nil
}

func (m *msrpc) parts(seal bool, header, body, trailer []byte) []*gssapi.PayloadEx {
	caps := gssapi.Integrity
	if seal {
		caps |= gssapi.Confidentiality
	}
	return []*gssapi.PayloadEx{
		{Payload: header, Capabilities: gssapi.Integrity}, {Payload: body, Capabilities: caps},
		{Payload: trailer, Capabilities: gssapi.Integrity},
	}
}

func (m *msrpc) Protect(seal bool, header, body, trailer []byte) ([]byte, error) {
	protect := gssapi.MakeSignatureEx
	if seal {
		protect = gssapi.WrapEx
	}
	out, err := protect(m.ctx, &gssapi.MessageTokenEx{Payloads: m.parts(seal, header, body, trailer)})
	if err != nil {
		return nil, err
	}
	copy(body, out.Payloads[1].Payload)
	return out.Signature, nil
}

func (m *msrpc) Unprotect(seal bool, header, body, trailer, signature []byte) error {
	in := &gssapi.MessageTokenEx{Payloads: m.parts(seal, header, body, trailer), Signature: signature}
	if !seal {
		return gssapi.VerifySignatureEx(m.ctx, in)
	}
	out, err := gssapi.UnwrapEx(m.ctx, in)
	if err != nil {
		return err
	}
	copy(body, out.Payloads[1].Payload)
	if string(out.Signature) != string(signature) { // it leaves the comparison to the caller
		return ErrSignature
	}
	return nil
}

func TestClientAgainstMSRPC(t *testing.T) {
	for _, seal := range []bool{false, true} {
		client, server := NewClient(ClientOptions{Sign: true, Seal: seal}, alice), msrpcServer()
		if err := handshake(client, server, nil); err != nil {
			t.Fatalf("seal %v: %v", seal, err)
		}
		talk(t, client, server, seal)
	}
	wrong := NewClient(ClientOptions{Sign: true}, func(Challenge) (Credential, error) {
		return Credential{User: "alice", Domain: "LAB", Password: "wrong"}, nil
	})
	if err := handshake(wrong, msrpcServer(), nil); err == nil {
		t.Error("a wrong password was accepted")
	}
}

func TestServerAgainstMSRPC(t *testing.T) {
	for _, seal := range []bool{false, true} {
		client, server := msrpcClient(`LAB\alice`, "Passw0rd!", seal), NewServer(host())
		if err := handshake(client, server, nil); err != nil {
			t.Fatalf("seal %v: %v", seal, err)
		}
		if !server.Attempt().MIC {
			t.Error("its MIC was not seen")
		}
		talk(t, client, server, seal)
	}
	if err := handshake(msrpcClient(`LAB\alice`, "wrong", false), NewServer(host()), nil); err == nil {
		t.Error("a wrong password was accepted")
	}
}
