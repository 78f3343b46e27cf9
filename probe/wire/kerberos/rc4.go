package kerberos

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/rc4"
	"encoding/binary"
)

// Sizes of the tokens of RFC 4757 7.2 and 7.3: the header of RFC 2743 3.1 with
// the mechanism's number, then the token.
const (
	rc4Header = 13
	rc4MIC    = 24
	rc4Wrap   = 32
)

var (
	rc4OID      = []byte{0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02}
	rc4MICHead  = []byte{1, 1, 0x11, 0, 0xFF, 0xFF, 0xFF, 0xFF}
	rc4WrapHead = []byte{2, 1, 0x11, 0, 0x10, 0, 0xFF, 0xFF}
)

// Salts of the checksum (RFC 4757 7.2, 7.3).
const (
	rc4SaltWrap = 13
	rc4SaltMIC  = 15
)

func hmacMD5(key, data []byte) []byte {
	mac := hmac.New(md5.New, key)
	mac.Write(data)
	return mac.Sum(nil)
}

var zero4 = []byte{0, 0, 0, 0}

// rc4Sum is the first half of the keyed checksum.
func (s *session) rc4Sum(salt uint32, data ...[]byte) []byte {
	sum := md5.New()
	sum.Write(binary.LittleEndian.AppendUint32(nil, salt))
	for _, d := range data {
		sum.Write(d)
	}
	return hmacMD5(hmacMD5(s.key.KeyValue, []byte("signaturekey\x00")), sum.Sum(nil))[:8]
}

// rc4Number is the sequence number with its direction, in the clear.
func rc4Number(acceptor bool, number uint64) []byte {
	n := binary.BigEndian.AppendUint32(nil, uint32(number))
	if acceptor {
		return append(n, 0xFF, 0xFF, 0xFF, 0xFF)
	}
	return append(n, 0, 0, 0, 0)
}

// rc4Hide encrypts the sequence number under the checksum.
func (s *session) rc4Hide(number, sum []byte) []byte {
	return rc4Crypt(hmacMD5(hmacMD5(s.key.KeyValue, zero4), sum), number)
}

// rc4Stream is the key stream of one sealed message.
func (s *session) rc4Stream(number []byte) *rc4.Cipher {
	local := bytes.Clone(s.key.KeyValue)
	for i := range local {
		local[i] ^= 0xF0
	}
	c, err := rc4.NewCipher(hmacMD5(hmacMD5(local, zero4), number[:4]))
	if err != nil {
		panic(err) // a key of 16 bytes is never refused
	}
	return c
}

func rc4Crypt(key, data []byte) []byte {
	c, err := rc4.NewCipher(key)
	if err != nil {
		panic(err) // a key of 16 bytes is never refused
	}
	out := make([]byte, len(data))
	c.XORKeyStream(out, data)
	return out
}

// rc4Token puts the header of RFC 2743 before a token; in DCE style its length
// does not count the data.
func rc4Token(token ...[]byte) []byte {
	inner := join(append([][]byte{rc4OID}, token...)...)
	return append([]byte{tagGSS, byte(len(inner))}, inner...)
}

func (s *session) rc4MIC(p parts, acceptor bool, number uint64) []byte {
	sum := s.rc4Sum(rc4SaltMIC, rc4MICHead, p.header, p.body, p.trailer)
	return rc4Token(rc4MICHead, s.rc4Hide(rc4Number(acceptor, number), sum), sum)
}

func (s *session) rc4Seal(p parts) ([]byte, error) {
	confounder := make([]byte, 8)
	if _, err := rand.Read(confounder); err != nil {
		return nil, err
	}
	number := rc4Number(s.acceptor, s.out)
	sum := s.rc4Sum(rc4SaltWrap, rc4WrapHead, confounder, p.header, p.body, p.trailer)
	stream := s.rc4Stream(number)
	stream.XORKeyStream(confounder, confounder)
	stream.XORKeyStream(p.body, p.body)
	return rc4Token(rc4WrapHead, s.rc4Hide(number, sum), sum, confounder), nil
}

func (s *session) rc4Open(p parts, signature []byte) error {
	if len(signature) != rc4Header+rc4Wrap || !bytes.Equal(signature[rc4Header:][:8], rc4WrapHead) {
		return errToken
	}
	number := rc4Number(!s.acceptor, s.in)
	token := signature[rc4Header:]
	sum, confounder := token[16:24], make([]byte, 8)
	if !equal(token[8:16], s.rc4Hide(number, sum)) {
		return errSignature
	}
	body := make([]byte, len(p.body))
	stream := s.rc4Stream(number)
	stream.XORKeyStream(confounder, token[24:])
	stream.XORKeyStream(body, p.body)
	if !equal(sum, s.rc4Sum(rc4SaltWrap, rc4WrapHead, confounder, p.header, body, p.trailer)) {
		return errSignature
	}
	copy(p.body, body)
	return nil
}
