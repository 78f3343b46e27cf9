package kerberos

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/oiweiwei/gokrb5.fork/v9/crypto"
	"github.com/oiweiwei/gokrb5.fork/v9/iana/keyusage"
	"github.com/oiweiwei/gokrb5.fork/v9/messages"
	"github.com/oiweiwei/gokrb5.fork/v9/types"
)

// Server is the acceptor of the same exchange. Who the client is follows from
// its ticket; the PAC in it is not looked at.
type Server struct {
	keytab *Keytab
	step   int
	key    types.EncryptionKey // of the ticket
	number int64
	client Principal
	realm  string
	*session
}

// maxSkew is how far the clocks may differ (RFC 4120 3.2.3).
const maxSkew = 5 * time.Minute

// NewServer accepts tickets for the services of a keytab.
func NewServer(k *Keytab) *Server { return &Server{keytab: k} }

// Client is who logged on, once Next was done.
func (s *Server) Client() (name Principal, realm string) { return s.client, s.realm }

// Next takes the client's token and returns the answer.
func (s *Server) Next(in []byte) (out []byte, done bool, err error) {
	s.step++
	switch s.step {
	case 1:
		out, err = s.accept(in)
	case 2:
		err = s.confirm(in)
		done = err == nil
	default:
		err = errors.New("no token is expected")
	}
	if err != nil {
		s.step, s.session = 3, nil
		return nil, false, fmt.Errorf("kerberos: server: %w", err)
	}
	return out, done, nil
}

// accept opens ticket and authenticator and answers with a key of our own.
func (s *Server) accept(in []byte) ([]byte, error) {
	var req messages.APReq
	if err := guard(func() error { return req.Unmarshal(in) }); err != nil {
		return nil, fmt.Errorf("AP-REQ: %w", err)
	}
	part, err := s.openTicket(&req.Ticket)
	if err != nil {
		return nil, err
	}
	plain, err := decrypt(req.EncryptedAuthenticator, part.Key, keyusage.AP_REQ_AUTHENTICATOR)
	if err != nil {
		return nil, fmt.Errorf("authenticator: %w", err)
	}
	var auth types.Authenticator
	if err := guard(func() error { return auth.Unmarshal(plain) }); err != nil {
		return nil, fmt.Errorf("authenticator: %w", err)
	}
	sum := auth.Cksum.Checksum
	switch now := time.Now(); {
	case !auth.CName.Equal(part.CName):
		return nil, errors.New("ticket and authenticator name different clients")
	case now.Sub(auth.CTime).Abs() > maxSkew:
		return nil, errors.New("the clocks differ too much")
	case part.EndTime.Add(maxSkew).Before(now):
		return nil, errors.New("the ticket has expired")
	case auth.Cksum.CksumType != checksumGSS || len(sum) < 24 || binary.LittleEndian.Uint32(sum[20:])&flagDCE == 0:
		return nil, errors.New("the client does not ask for DCE style")
	}
	s.key, s.client, s.realm = part.Key, principalOf(part.CName), part.CRealm
	return s.reply(auth)
}

func (s *Server) openTicket(t *messages.Ticket) (part messages.EncTicketPart, err error) {
	key, err := s.keytab.key(principalOf(t.SName), t.Realm, uint32(t.EncPart.KVNO), t.EncPart.EType)
	if err != nil {
		return part, err
	}
	plain, err := decrypt(t.EncPart, key, keyusage.KDC_REP_TICKET)
	if err != nil {
		return part, fmt.Errorf("ticket: %w", err)
	}
	if err := guard(func() error { return part.Unmarshal(plain) }); err != nil {
		return part, fmt.Errorf("ticket: %w", err)
	}
	return part, checkKey(part.Key)
}

func (s *Server) reply(auth types.Authenticator) ([]byte, error) {
	kind, err := crypto.GetEtype(s.key.KeyType)
	if err != nil {
		return nil, err
	}
	random := make([]byte, kind.GetKeyByteSize()+4)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	s.number = int64(binary.BigEndian.Uint32(random) & 0x3FFFFFFF)
	subkey := types.EncryptionKey{KeyType: s.key.KeyType, KeyValue: random[4:]}
	s.session = &session{
		key: subkey, acceptor: true, subkey: true,
		out: uint64(s.number), in: uint64(uint32(auth.SeqNumber)),
	}
	return makeReply(s.key, messages.EncAPRepPart{
		CTime: auth.CTime, Cusec: auth.Cusec, Subkey: subkey, SequenceNumber: s.number,
	})
}

// confirm checks that the client has read our answer.
func (s *Server) confirm(in []byte) error {
	part, err := readReply(in, s.key)
	if err == nil && part.SequenceNumber != s.number {
		err = errors.New("the client confirms another number")
	}
	return err
}
