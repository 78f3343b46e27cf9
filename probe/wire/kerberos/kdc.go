package kerberos

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/jcmturner/gofork/encoding/asn1"
	"github.com/oiweiwei/gokrb5.fork/v9/crypto"
	"github.com/oiweiwei/gokrb5.fork/v9/iana/flags"
	"github.com/oiweiwei/gokrb5.fork/v9/iana/keyusage"
	"github.com/oiweiwei/gokrb5.fork/v9/messages"
	"github.com/oiweiwei/gokrb5.fork/v9/types"
)

// Ticket is a ticket with its session key.
type Ticket struct {
	Client  Principal
	Realm   string // the client's
	Service Principal
	Expires time.Time
	raw     messages.Ticket
	key     types.EncryptionKey
}

// EType is the kind of the session key.
func (t *Ticket) EType() int32 { return t.key.KeyType }

// String names client and service, never the key.
func (t *Ticket) String() string {
	return fmt.Sprintf("%s@%s for %s", t.Client, t.Realm, t.Service)
}

// Format writes String for every verb.
func (t *Ticket) Format(f fmt.State, _ rune) { fmt.Fprint(f, t.String()) }

// Answer is what an exchange learnt beside its ticket, refused or not.
type Answer struct {
	KDC        netip.AddrPort
	ServerTime time.Time // of a KRB-ERROR, or when the ticket was issued
	EType      int32     // of the key that protects the answer
	Sent       bool      // proof of the secret was sent
}

// lifetime is what is asked for; the server shortens it.
const lifetime = 10 * time.Hour

func (r *Realm) body(client, service Principal) (messages.KDCReqBody, error) {
	var nonce [4]byte
	if _, err := rand.Read(nonce[:]); err != nil {
		return messages.KDCReqBody{}, err
	}
	b := messages.KDCReqBody{
		KDCOptions: types.NewKrbFlags(), Realm: r.Name,
		CName: client.types(), SName: service.types(),
		Till:  time.Now().UTC().Add(lifetime).Truncate(time.Second),
		Nonce: int(binary.BigEndian.Uint32(nonce[:]) & 0x7FFFFFFF), EType: r.etypes(),
	}
	types.SetFlag(&b.KDCOptions, flags.Canonicalize)
	return b, nil
}

// Probe asks for a ticket without proof of a password. No logon is counted. The
// answer is an error as a rule: 25 means that the account exists, 6 that it
// does not, 18 that it is locked, disabled, expired or out of its hours. A nil
// error means that the account needs no proof; the ticket in that answer could
// be used to guess its password and is discarded.
func (r *Realm) Probe(ctx context.Context, client Principal) (Answer, error) {
	body, err := r.body(client, krbtgt(r.Name))
	if err != nil {
		return Answer{}, err
	}
	_, answer, err := r.as(ctx, body, nil)
	return answer, err
}

// AS logs on: it asks for a ticket-granting ticket, first without proof, as
// every client does, which tells the kind of key and costs no logon. secret is
// called when proof is due; what it returns is sent at once, encrypted.
func (r *Realm) AS(ctx context.Context, client Principal, secret func() (Secret, error)) (*Ticket, Answer, error) {
	body, err := r.body(client, krbtgt(r.Name))
	if err != nil {
		return nil, Answer{}, err
	}
	reply, answer, err := r.as(ctx, body, nil)
	var refused *KDCError
	if err != nil && !(errors.As(err, &refused) && refused.Says(ErrPreauthRequired)) {
		return nil, answer, err
	}
	padata := []types.PAData(nil)
	if refused != nil {
		padata = refused.methods
	} else {
		padata = reply.PAData
	}
	h, err := choose(r.etypes(), hints(padata))
	if refused == nil {
		h.etype = reply.EncPart.EType
		err = nil
	}
	if err != nil {
		return nil, answer, err
	}
	s, err := secret()
	if err != nil {
		return nil, answer, err
	}
	key, err := s.key(client, r.Name, h)
	if err != nil {
		return nil, answer, err
	}
	if refused != nil {
		proof, err := timestamp(key)
		if err != nil {
			return nil, answer, err
		}
		first := answer
		reply, answer, err = r.as(ctx, body, proof)
		answer.Sent = true
		if answer.ServerTime.IsZero() {
			answer.ServerTime = first.ServerTime
		}
		if !answer.KDC.IsValid() {
			answer.KDC = first.KDC
		}
		if err != nil {
			return nil, answer, err
		}
		if reply.EncPart.EType != key.KeyType {
			// The server may answer with another of the account's keys.
			if key, err = s.key(client, r.Name, again(reply, h)); err != nil {
				return nil, answer, err
			}
		}
	}
	t, issued, err := opened(reply.KDCRepFields, key, keyusage.AS_REP_ENCPART, body)
	if err != nil {
		return nil, answer, &Malformed{What: "AS-REP", KDC: answer.KDC, Err: err}
	}
	answer.ServerTime, answer.EType = issued, key.KeyType
	return t, answer, nil
}

// again is the hint for the key an AS-REP is encrypted with.
func again(reply *messages.ASRep, before hint) hint {
	for _, h := range hints(reply.PAData) {
		if h.etype == reply.EncPart.EType {
			return h
		}
	}
	before.etype, before.params = reply.EncPart.EType, nil
	return before
}

// as is one AS-REQ and its answer. The nonce of body is used again for the
// second one, as RFC 4120 3.1.3 lets a client.
func (r *Realm) as(ctx context.Context, body messages.KDCReqBody, proof []types.PAData) (*messages.ASRep, Answer, error) {
	// PA-PAC-REQUEST, wanted (MS-KILE 2.2.3).
	padata := append(types.PADataSequence{{PADataType: 128, PADataValue: []byte{0x30, 5, 0xA0, 3, 1, 1, 0xFF}}}, proof...)
	req := messages.ASReq{KDCReqFields: messages.KDCReqFields{PVNO: 5, MsgType: 10, PAData: padata, ReqBody: body}}
	raw, err := req.Marshal()
	if err != nil {
		return nil, Answer{}, fmt.Errorf("AS-REQ: %w", err)
	}
	answer, got, err := r.ask(ctx, raw)
	if err != nil {
		return nil, answer, err
	}
	var reply messages.ASRep
	if err := guard(func() error { return reply.Unmarshal(got) }); err != nil {
		return nil, answer, &Malformed{What: "AS-REP", KDC: answer.KDC, Err: err}
	}
	answer.EType = reply.EncPart.EType
	return &reply, answer, nil
}

// ask is an exchange whose KRB-ERROR is an error.
func (r *Realm) ask(ctx context.Context, request []byte) (Answer, []byte, error) {
	got, kdc, err := r.exchange(ctx, request)
	answer := Answer{KDC: kdc}
	if err != nil {
		return answer, nil, err
	}
	if e, ok := readError(got); ok {
		e.KDC = kdc
		answer.ServerTime = e.ServerTime
		return answer, nil, e
	}
	return answer, got, nil
}

// timestamp is the proof of a key: the time, encrypted (RFC 4120 5.2.7.2).
func timestamp(key types.EncryptionKey) ([]types.PAData, error) {
	plain, err := types.GetPAEncTSEncAsnMarshalled()
	if err != nil {
		return nil, err
	}
	sealed, err := crypto.GetEncryptedData(plain, key, keyusage.AS_REQ_PA_ENC_TIMESTAMP, 0)
	if err != nil {
		return nil, err
	}
	raw, err := sealed.Marshal()
	return []types.PAData{{PADataType: 2, PADataValue: raw}}, err
}

// opened decrypts a reply and checks that it answers our request: the nonce,
// which only the holder of the key can repeat, and the names.
func opened(reply messages.KDCRepFields, key types.EncryptionKey, usage uint32, body messages.KDCReqBody) (*Ticket, time.Time, error) {
	plain, err := decrypt(reply.EncPart, key, usage)
	if err != nil {
		return nil, time.Time{}, err
	}
	var part messages.EncKDCRepPart
	if err := guard(func() error { return part.Unmarshal(plain) }); err != nil {
		return nil, time.Time{}, err
	}
	client := principalOf(body.CName)
	switch {
	case part.Nonce != body.Nonce:
		return nil, time.Time{}, errors.New("it answers another request")
	case !client.canonical() && !reply.CName.Equal(body.CName):
		return nil, time.Time{}, fmt.Errorf("it is for %s", reply.CName.PrincipalNameString())
	case !part.SName.Equal(reply.Ticket.SName):
		return nil, time.Time{}, errors.New("ticket and key are for different services")
	}
	t := &Ticket{
		Client: principalOf(reply.CName), Realm: reply.CRealm, Service: principalOf(part.SName),
		Expires: part.EndTime, raw: reply.Ticket, key: part.Key,
	}
	issued := part.AuthTime
	if usage != keyusage.AS_REP_ENCPART {
		issued = time.Time{} // auth time is that of the first logon
	}
	return t, issued, nil
}

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
