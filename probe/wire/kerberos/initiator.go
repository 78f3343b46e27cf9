package kerberos

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/oiweiwei/gokrb5.fork/v9/crypto"
	"github.com/oiweiwei/gokrb5.fork/v9/iana/keyusage"
	"github.com/oiweiwei/gokrb5.fork/v9/messages"
	"github.com/oiweiwei/gokrb5.fork/v9/types"
)

// Flags of the checksum in an authenticator (RFC 4121 4.1.1.1, MS-KILE 3.2.5.2).
const (
	flagMutual    = 0x0002
	flagReplay    = 0x0004
	flagSequence  = 0x0008
	flagSeal      = 0x0010
	flagSign      = 0x0020
	flagDCE       = 0x1000
	checksumGSS   = 0x8003
	mutualOption  = 0x20 // of an AP-REQ: mutual-required
	bindingsBytes = 16
)

// Client is the initiator of an AP exchange in DCE style: AP-REQ, the server's
// AP-REP, and an AP-REP back (MS-KILE 3.4.5.1). It fits the Mechanism of
// DCE/RPC and of SPNEGO. Nothing is sent by it that could guess a password: the
// proof is the ticket's session key.
type Client struct {
	ticket *Ticket
	seal   bool
	auth   types.Authenticator
	step   int
	*session
}

// NewClient prepares a logon with a service ticket.
func NewClient(t *Ticket, seal bool) *Client { return &Client{ticket: t, seal: seal} }

// Next takes the server's token, nil at first, and returns the answer.
func (c *Client) Next(in []byte) (out []byte, done bool, err error) {
	c.step++
	switch {
	case c.step == 1 && len(in) == 0:
		out, err = c.request()
	case c.step == 2:
		out, err = c.answer(in)
		done = err == nil
	default:
		err = errors.New("no token is expected")
	}
	if err != nil {
		c.step = 3
		return nil, false, fmt.Errorf("kerberos: client: %w", err)
	}
	return out, done, nil
}

// request is the AP-REQ with a fresh key and sequence number of ours.
func (c *Client) request() ([]byte, error) {
	kind, err := crypto.GetEtype(c.ticket.key.KeyType)
	if err != nil {
		return nil, err
	}
	if c.auth, err = types.NewAuthenticator(c.ticket.Realm, c.ticket.Client.types()); err != nil {
		return nil, err
	}
	c.auth.SubKey = types.EncryptionKey{KeyType: c.ticket.key.KeyType, KeyValue: make([]byte, kind.GetKeyByteSize())}
	if _, err := rand.Read(c.auth.SubKey.KeyValue); err != nil {
		return nil, err
	}
	sum := binary.LittleEndian.AppendUint32(nil, bindingsBytes)
	sum = append(sum, make([]byte, bindingsBytes)...) // no channel bindings
	flags := uint32(flagMutual | flagReplay | flagSequence | flagSign | flagDCE)
	if c.seal {
		flags |= flagSeal
	}
	c.auth.Cksum = types.Checksum{CksumType: checksumGSS, Checksum: binary.LittleEndian.AppendUint32(sum, flags)}
	return apReq(c.ticket, c.auth, keyusage.AP_REQ_AUTHENTICATOR, mutualOption)
}

// answer verifies the AP-REP, which only the service can have made, and
// confirms it.
func (c *Client) answer(in []byte) ([]byte, error) {
	if e, ok := readError(in); ok {
		return nil, e
	}
	part, err := readReply(in, c.ticket.key)
	if err != nil {
		return nil, err
	}
	if part.CTime.Unix() != c.auth.CTime.Unix() || part.Cusec != c.auth.Cusec {
		return nil, errors.New("the AP-REP answers another AP-REQ")
	}
	key, subkey := c.auth.SubKey, false
	if len(part.Subkey.KeyValue) > 0 {
		key, subkey = part.Subkey, true
	}
	if err := checkKey(key); err != nil {
		return nil, err
	}
	c.session = &session{
		key: key, subkey: subkey,
		out: uint64(uint32(c.auth.SeqNumber)), in: uint64(uint32(part.SequenceNumber)),
	}
	return makeReply(c.ticket.key, messages.EncAPRepPart{
		CTime: part.CTime, Cusec: part.Cusec, SequenceNumber: part.SequenceNumber,
	})
}

// checkKey refuses keys from a peer that nothing can be protected with.
func checkKey(key types.EncryptionKey) error {
	if err := usable(key.KeyType); err != nil {
		return err
	}
	kind, err := crypto.GetEtype(key.KeyType)
	if err != nil {
		return err
	}
	if len(key.KeyValue) != kind.GetKeyByteSize() {
		return fmt.Errorf("a key of %d bytes instead of %d", len(key.KeyValue), kind.GetKeyByteSize())
	}
	return nil
}

// readReply opens an AP-REP.
func readReply(raw []byte, key types.EncryptionKey) (part messages.EncAPRepPart, err error) {
	var reply messages.APRep
	if err := guard(func() error { return reply.Unmarshal(raw) }); err != nil {
		return part, fmt.Errorf("AP-REP: %w", err)
	}
	plain, err := decrypt(reply.EncPart, key, keyusage.AP_REP_ENCPART)
	if err != nil {
		return part, fmt.Errorf("AP-REP: %w", err)
	}
	if err := guard(func() error { return part.Unmarshal(plain) }); err != nil {
		return part, fmt.Errorf("AP-REP: %w", err)
	}
	return part, nil
}

func makeReply(key types.EncryptionKey, part messages.EncAPRepPart) ([]byte, error) {
	reply, err := messages.NewAPRep(key, part)
	if err != nil {
		return nil, err
	}
	return reply.Marshal()
}

// The methods of Client and Server once their exchange is done.

// SignatureSize is in bytes.
func (s *session) SignatureSize(seal bool) int {
	if s == nil {
		return 0
	}
	return s.size(seal)
}

// Protect signs header, body and trailer and, with seal, encrypts body in place.
func (s *session) Protect(seal bool, header, body, trailer []byte) ([]byte, error) {
	if s == nil {
		return nil, errNotReady
	}
	return s.protect(seal, parts{header, body, trailer})
}

// Unprotect verifies a signature and, with seal, opens body in place.
func (s *session) Unprotect(seal bool, header, body, trailer, signature []byte) error {
	if s == nil {
		return errNotReady
	}
	return s.unprotect(seal, parts{header, body, trailer}, signature)
}
