package kerberos

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"time"

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
	var h hint
	if refused != nil {
		h, err = choose(r.etypes(), hints(refused.methods))
	} else { // the account needs no proof: the answer names the key
		h = again(reply, hint{})
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
		if reply, answer, err = r.prove(ctx, body, key, answer); err != nil {
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

// prove asks again, now with proof of the key. What the first answer told stays
// where the second one tells nothing.
func (r *Realm) prove(ctx context.Context, body messages.KDCReqBody, key types.EncryptionKey, first Answer) (*messages.ASRep, Answer, error) {
	proof, err := timestamp(key)
	if err != nil {
		return nil, first, err
	}
	reply, answer, err := r.as(ctx, body, proof)
	answer.Sent = true
	if answer.ServerTime.IsZero() {
		answer.ServerTime = first.ServerTime
	}
	if !answer.KDC.IsValid() {
		answer.KDC = first.KDC
	}
	return reply, answer, err
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
