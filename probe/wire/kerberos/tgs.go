package kerberos

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jcmturner/gofork/encoding/asn1"
	"github.com/oiweiwei/gokrb5.fork/v9/crypto"
	"github.com/oiweiwei/gokrb5.fork/v9/iana/keyusage"
	"github.com/oiweiwei/gokrb5.fork/v9/messages"
	"github.com/oiweiwei/gokrb5.fork/v9/types"
)

// mostReferrals is how many realms are asked one after another.
const mostReferrals = 4

// TGS asks for a ticket for a service. A referral to another realm
// (RFC 6806 8) is followed: find returns that realm, or an error if it is not
// known where its servers are. find may be nil: no referral is followed.
func (r *Realm) TGS(ctx context.Context, tgt *Ticket, service Principal, find func(ctx context.Context, realm string) (*Realm, error)) (*Ticket, Answer, error) {
	var answer Answer
	for range mostReferrals {
		t, a, err := r.tgs(ctx, tgt, service)
		answer = a
		if err != nil {
			return nil, answer, err
		}
		if t.Service.same(service) || len(t.Service.Parts) != 2 || !strings.EqualFold(t.Service.Parts[0], "krbtgt") {
			return t, answer, nil
		}
		next := t.Service.Parts[1]
		if find == nil {
			return nil, answer, fmt.Errorf("%s refers to the realm %s", r.Name, printable(next))
		}
		if r, err = find(ctx, next); err != nil {
			return nil, answer, fmt.Errorf("%s refers to the realm %s: %w", tgt.Realm, printable(next), err)
		}
		tgt = t
	}
	return nil, answer, errors.New("the realms refer to one another without end")
}

func (r *Realm) tgs(ctx context.Context, tgt *Ticket, service Principal) (*Ticket, Answer, error) {
	body, err := r.body(tgt.Client, service)
	if err != nil {
		return nil, Answer{}, err
	}
	req := messages.TGSReq{KDCReqFields: messages.KDCReqFields{PVNO: 5, MsgType: 12, ReqBody: body}}
	proof, err := tgsProof(tgt, &req.ReqBody)
	if err != nil {
		return nil, Answer{}, fmt.Errorf("TGS-REQ: %w", err)
	}
	req.PAData = types.PADataSequence{{PADataType: 1, PADataValue: proof}}
	raw, err := req.Marshal()
	if err != nil {
		return nil, Answer{}, fmt.Errorf("TGS-REQ: %w", err)
	}
	answer, got, err := r.ask(ctx, raw)
	if err != nil {
		return nil, answer, err
	}
	var reply messages.TGSRep
	if err := guard(func() error { return reply.Unmarshal(got) }); err != nil {
		return nil, answer, &Malformed{What: "TGS-REP", KDC: answer.KDC, Err: err}
	}
	t, _, err := opened(reply.KDCRepFields, tgt.key, keyusage.TGS_REP_ENCPART_SESSION_KEY, body)
	if err != nil {
		return nil, answer, &Malformed{What: "TGS-REP", KDC: answer.KDC, Err: err}
	}
	answer.EType = reply.Ticket.EncPart.EType
	return t, answer, nil
}

// tgsProof is the AP-REQ in a TGS-REQ, whose authenticator covers the request's
// body (RFC 4120 5.4.1).
func tgsProof(tgt *Ticket, body *messages.KDCReqBody) ([]byte, error) {
	raw, err := body.Marshal()
	if err != nil {
		return nil, err
	}
	kind, err := crypto.GetEtype(tgt.key.KeyType)
	if err != nil {
		return nil, err
	}
	sum, err := kind.GetChecksumHash(tgt.key.KeyValue, raw, keyusage.TGS_REQ_PA_TGS_REQ_AP_REQ_AUTHENTICATOR_CHKSUM)
	if err != nil {
		return nil, err
	}
	auth, err := types.NewAuthenticator(tgt.Realm, tgt.Client.types())
	if err != nil {
		return nil, err
	}
	auth.Cksum = types.Checksum{CksumType: kind.GetHashID(), Checksum: sum}
	return apReq(tgt, auth, keyusage.TGS_REQ_PA_TGS_REQ_AP_REQ_AUTHENTICATOR, 0)
}

// apReq is a ticket and an authenticator for it (RFC 4120 5.5.1).
func apReq(t *Ticket, auth types.Authenticator, usage uint32, options byte) ([]byte, error) {
	plain, err := auth.Marshal()
	if err != nil {
		return nil, err
	}
	sealed, err := crypto.GetEncryptedData(plain, t.key, usage, 0)
	if err != nil {
		return nil, err
	}
	req := messages.APReq{
		PVNO: 5, MsgType: 14, Ticket: t.raw, EncryptedAuthenticator: sealed,
		APOptions: asn1.BitString{Bytes: []byte{options, 0, 0, 0}, BitLength: 32},
	}
	return req.Marshal()
}
