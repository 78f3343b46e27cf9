package spnego

import (
	"context"
	"testing"

	"github.com/oiweiwei/go-msrpc/ssp"
	"github.com/oiweiwei/go-msrpc/ssp/credential"
	"github.com/oiweiwei/go-msrpc/ssp/gssapi"
	"github.com/wmidoctor/wmidoctor/probe/wire/ntlm"
)

// msrpc is go-msrpc's SPNEGO client around its own NTLM.
type msrpc struct {
	ctx  context.Context
	opts []gssapi.Option
}

func newMSRPC(seal bool) *msrpc {
	caps := gssapi.Integrity
	if seal {
		caps |= gssapi.Confidentiality
	}
	ctx := gssapi.NewSecurityContext(context.Background(), gssapi.WithMechanismFactory(ssp.SPNEGO),
		gssapi.WithMechanismFactory(ssp.NTLM), gssapi.WithCredential(credential.NewFromPassword(`LAB\alice`, "Passw0rd!")))
	return &msrpc{ctx, []gssapi.Option{gssapi.WithMechanismType(ssp.MechanismTypeSPNEGO), gssapi.WithRequest(caps)}}
}

func (m *msrpc) Next(in []byte) ([]byte, bool, error) {
	out, err := gssapi.InitSecurityContext(m.ctx, &gssapi.Token{Payload: append([]byte(nil), in...)}, m.opts...)
	if err != nil {
		return nil, false, err
	}
	return out.Payload, gssapi.IsComplete(m.ctx), nil
}

func (m *msrpc) SignatureSize(bool) int { return 16 }

func (m *msrpc) parts(seal bool, header, body, trailer []byte) []*gssapi.PayloadEx {
	caps := gssapi.Integrity
	if seal {
		caps |= gssapi.Confidentiality
	}
	return []*gssapi.PayloadEx{{Payload: header, Capabilities: gssapi.Integrity}, {Payload: body, Capabilities: caps},
		{Payload: trailer, Capabilities: gssapi.Integrity}}
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
		return ntlm.ErrSignature
	}
	return nil
}

func TestServerAgainstMSRPC(t *testing.T) {
	for _, seal := range []bool{false, true} {
		var inner *ntlm.Server
		client, server := newMSRPC(seal), ntlmServer(&inner)
		var token []byte
		for range 4 {
			out, done, err := client.Next(token)
			if err != nil {
				t.Fatal(err)
			}
			if done && len(out) == 0 {
				break
			}
			if token, _, err = server.Next(out); err != nil {
				t.Fatal(err)
			}
		}
		if !server.done || inner.Attempt().User != "alice" {
			t.Fatalf("not done: %v", inner.Attempt())
		}
		talk(t, client, server, seal)
	}
}
