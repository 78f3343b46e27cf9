package kerberos

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"encoding/binary"
	"errors"

	"github.com/oiweiwei/gokrb5.fork/v9/crypto"
	"github.com/oiweiwei/gokrb5.fork/v9/crypto/common"
	"github.com/oiweiwei/gokrb5.fork/v9/iana/keyusage"
)

// Sizes of the tokens of RFC 4121 4.2.6 for AES (RFC 3962). A sealed message in
// DCE style carries one block of filler (MS-KILE 3.4.5.4.1).
const (
	cfxHeader     = 16
	cfxConfounder = 16
	cfxFill       = 16
	cfxSum        = 12
)

// Flags of RFC 4121 4.2.2.
const (
	sentByAcceptor = 1
	sealed         = 2
	acceptorSubkey = 4
)

// header is the first 16 bytes of a token.
func (s *session) header(kind [2]byte, acceptor bool, number uint64) []byte {
	h := []byte{kind[0], kind[1], 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}
	if acceptor {
		h[2] |= sentByAcceptor
	}
	if s.subkey {
		h[2] |= acceptorSubkey
	}
	return binary.BigEndian.AppendUint64(h, number)
}

// cfxMIC is header and checksum over the parts and the header (RFC 4121 4.2.4).
func (s *session) cfxMIC(p parts, acceptor bool, number uint64) ([]byte, error) {
	usage := uint32(keyusage.GSSAPI_INITIATOR_SIGN)
	if acceptor {
		usage = keyusage.GSSAPI_ACCEPTOR_SIGN
	}
	kind, err := crypto.GetEtype(s.key.KeyType)
	if err != nil {
		return nil, err
	}
	head := s.header([2]byte{4, 4}, acceptor, number)
	sum, err := kind.GetChecksumHash(s.key.KeyValue, join(p.header, p.body, p.trailer, head), usage)
	return append(head, sum...), err
}

func (s *session) cfxVerify(p parts, signature []byte) error {
	want, err := s.cfxMIC(p, !s.acceptor, s.in)
	if err == nil && !equal(want, signature) {
		err = errSignature
	}
	return err
}

// keys derives the keys that seal and check a message in one direction.
func (s *session) keys(acceptor bool) (encrypt, check []byte, err error) {
	usage := uint32(keyusage.GSSAPI_INITIATOR_SEAL)
	if acceptor {
		usage = keyusage.GSSAPI_ACCEPTOR_SEAL
	}
	kind, err := crypto.GetEtype(s.key.KeyType)
	if err != nil {
		return nil, nil, err
	}
	if encrypt, err = kind.DeriveKey(s.key.KeyValue, common.GetUsageKe(usage)); err != nil {
		return nil, nil, err
	}
	check, err = kind.DeriveKey(s.key.KeyValue, common.GetUsageKi(usage))
	return encrypt, check, err
}

// sum is the checksum of a sealed message, over all parts in the clear.
func (s *session) sum(key, confounder []byte, p parts, tail []byte) []byte {
	kind, err := crypto.GetEtype(s.key.KeyType)
	if err != nil {
		return nil
	}
	mac := hmac.New(kind.GetHashFunc(), key)
	for _, b := range [][]byte{confounder, p.header, p.body, p.trailer, tail} {
		mac.Write(b)
	}
	return mac.Sum(nil)[:cfxSum]
}

// cfxSeal encrypts confounder, body, filler and the token's header, and turns
// the result so that what stands in the body's place has the body's length and
// all the rest stands in the signature: right by RRC, and in DCE style by EC as
// well (RFC 4121 4.2.5, MS-KILE 3.4.5.4.1).
func (s *session) cfxSeal(p parts) ([]byte, error) {
	kind, err := crypto.GetEtype(s.key.KeyType)
	if err != nil {
		return nil, err
	}
	encrypt, check, err := s.keys(s.acceptor)
	if err != nil {
		return nil, err
	}
	confounder := make([]byte, cfxConfounder)
	if _, err := rand.Read(confounder); err != nil {
		return nil, err
	}
	head := s.header([2]byte{5, 4}, s.acceptor, s.out)
	head[2] |= sealed
	binary.BigEndian.PutUint16(head[4:], cfxFill)
	binary.BigEndian.PutUint16(head[6:], 0) // as it is checked
	tail := join(bytes.Repeat([]byte{0xFF}, cfxFill), head)
	sum := s.sum(check, confounder, p, tail)
	_, secret, err := kind.EncryptData(encrypt, join(confounder, p.body, tail))
	if err != nil {
		return nil, err
	}
	const turn = cfxHeader + cfxSum // RRC
	binary.BigEndian.PutUint16(head[6:], turn)
	turned := rotate(append(secret, sum...), turn+cfxFill)
	at := len(turned) - len(p.body)
	copy(p.body, turned[at:])
	return append(head, turned[:at]...), nil
}

var errToken = errors.New("kerberos: not a token of a sealed message")

// cfxOpen is the reverse. EC and RRC are the sender's.
func (s *session) cfxOpen(p parts, signature []byte) error {
	if len(signature) < s.size(true) || !bytes.Equal(signature[:2], []byte{5, 4}) {
		return errToken
	}
	head := bytes.Clone(signature[:cfxHeader])
	fill, turn := int(binary.BigEndian.Uint16(head[4:])), int(binary.BigEndian.Uint16(head[6:]))
	want := s.header([2]byte{5, 4}, !s.acceptor, s.in)
	want[2] |= sealed
	copy(want[4:], head[4:8])
	if !equal(head, want) {
		return errSignature
	}
	if len(signature) != cfxHeader+cfxConfounder+fill+cfxHeader+cfxSum {
		return errToken
	}
	kind, err := crypto.GetEtype(s.key.KeyType)
	if err != nil {
		return err
	}
	encrypt, check, err := s.keys(!s.acceptor)
	if err != nil {
		return err
	}
	straight := rotate(join(signature[cfxHeader:], p.body), -(turn + fill))
	secret, sum := straight[:len(straight)-cfxSum], straight[len(straight)-cfxSum:]
	plain, err := kind.DecryptData(encrypt, secret)
	if err != nil || len(plain) != len(secret) {
		return errSignature
	}
	clear(head[6:8])
	body, tail := plain[cfxConfounder:cfxConfounder+len(p.body)], plain[cfxConfounder+len(p.body):]
	if !equal(tail[fill:], head) || !equal(sum, s.sum(check, plain[:cfxConfounder], parts{p.header, body, p.trailer}, tail)) {
		return errSignature
	}
	copy(p.body, body)
	return nil
}

// rotate turns b right by n, or left where n is negative.
func rotate(b []byte, n int) []byte {
	if len(b) == 0 {
		return b
	}
	n = ((n % len(b)) + len(b)) % len(b)
	return join(b[len(b)-n:], b[:len(b)-n])
}

func join(all ...[]byte) []byte { return bytes.Join(all, nil) }

func equal(a, b []byte) bool { return hmac.Equal(a, b) }
