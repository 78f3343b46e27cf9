package kerberos

import (
	"errors"
	"fmt"

	"github.com/oiweiwei/gokrb5.fork/v9/types"
)

// session is the protection that came out of an AP exchange. Its tokens are
// those of DCE style: a signature beside the data, never around it.
type session struct {
	key      types.EncryptionKey
	acceptor bool   // this end
	subkey   bool   // the acceptor's own key is used
	out, in  uint64 // the next sequence numbers
}

var (
	errNotReady  = errors.New("kerberos: no session yet")
	errSignature = errors.New("kerberos: the signature does not fit")
)

// usable says whether per-message tokens can be made with a kind of key.
func usable(kind int32) error {
	switch kind {
	case AES128, AES256, RC4:
		return nil
	}
	return fmt.Errorf("kerberos: no protection is known for keys of kind %d", kind)
}

// parts are what a signature covers, in this order; only body may be sealed.
type parts struct{ header, body, trailer []byte }

func (s *session) size(seal bool) int {
	switch {
	case s.key.KeyType == RC4 && seal:
		return rc4Header + rc4Wrap
	case s.key.KeyType == RC4:
		return rc4Header + rc4MIC
	case seal:
		return cfxHeader + cfxConfounder + cfxFill + cfxHeader + cfxSum
	}
	return cfxHeader + cfxSum
}

func (s *session) protect(seal bool, p parts) (signature []byte, err error) {
	switch {
	case s.key.KeyType == RC4 && seal:
		signature, err = s.rc4Seal(p)
	case s.key.KeyType == RC4:
		signature = s.rc4MIC(p, s.acceptor, s.out)
	case seal:
		signature, err = s.cfxSeal(p)
	default:
		signature, err = s.cfxMIC(p, s.acceptor, s.out)
	}
	s.out++
	return signature, err
}

// unprotect verifies, and opens body in place. A number out of order is a
// wrong signature: on one connection nothing can be lost or overtaken.
func (s *session) unprotect(seal bool, p parts, signature []byte) (err error) {
	switch {
	case s.key.KeyType == RC4 && seal:
		err = s.rc4Open(p, signature)
	case s.key.KeyType == RC4:
		if !equal(signature, s.rc4MIC(p, !s.acceptor, s.in)) {
			err = errSignature
		}
	case seal:
		err = s.cfxOpen(p, signature)
	default:
		err = s.cfxVerify(p, signature)
	}
	s.in++
	return err
}
