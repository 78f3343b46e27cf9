// Package kerberos is what a client needs of Kerberos 5: the AS and TGS
// exchanges (RFC 4120), the AP exchange in DCE style and its per-message tokens
// (RFC 4121, RFC 4757, MS-KILE), credential caches and keytabs; and an acceptor.
// Messages and cryptography are those of gokrb5, its client is not used: it
// ignores contexts, loses error codes and leaves goroutines behind.
package kerberos

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/oiweiwei/gokrb5.fork/v9/messages"
	"github.com/oiweiwei/gokrb5.fork/v9/types"

	"github.com/wmidoctor/wmidoctor/probe/code"
)

// Numbers of a KRB-ERROR that decide how a client goes on (RFC 4120 7.5.9).
const (
	ErrClientUnknown   = 6
	ErrServerUnknown   = 7
	ErrPolicy          = 12
	ErrEType           = 14
	ErrRevoked         = 18
	ErrKeyExpired      = 23
	ErrPreauthFailed   = 24
	ErrPreauthRequired = 25
	ErrSkew            = 37
	ErrResponseTooBig  = 52
	ErrWrongRealm      = 68
)

// KDCError is a KRB-ERROR. The number and the status are the server's, nothing
// proves who sent them.
type KDCError struct {
	Code       code.Code // space krb
	NTStatus   code.Code // from the KERB-EXT-ERROR in the e-data (MS-KILE 2.2.1), zero where there is none
	ServerTime time.Time // the server's clock
	Text       string    // e-text, made printable
	KDC        netip.AddrPort
	Realm      string // the server's realm, or the client's where the error refers to another (RFC 6806 7)

	methods types.MethodData // padata of the e-data
}

func (e *KDCError) Error() string {
	s := fmt.Sprintf("KRB-ERROR %d", e.Code.Number)
	if known, ok := code.Lookup(e.Code); ok {
		s += " " + known.Name
	}
	if e.NTStatus.Number != 0 {
		s += fmt.Sprintf(", status 0x%08X", e.NTStatus.Number)
	}
	if e.Text != "" {
		s += " (" + e.Text + ")"
	}
	return s
}

// Says reports whether the number is one of these.
func (e *KDCError) Says(numbers ...uint32) bool {
	for _, n := range numbers {
		if e.Code.Number == n {
			return true
		}
	}
	return false
}

const (
	paExtError    = 3 // KERB-EXT-ERROR under the number of PA-PW-SALT (MS-KILE 2.2.1)
	extErrorBytes = 12
)

// readError reads a KRB-ERROR. ok is false where the bytes are none.
func readError(raw []byte) (e *KDCError, ok bool) {
	var m messages.KRBError
	if len(raw) == 0 || raw[0] != tagError || guard(func() error { return m.Unmarshal(raw) }) != nil {
		return nil, false
	}
	e = &KDCError{
		Code:       code.Code{Space: code.Kerberos, Number: uint32(m.ErrorCode)},
		ServerTime: m.STime.Add(time.Duration(m.Susec%1_000_000) * time.Microsecond),
		Text:       printable(m.EText), Realm: m.Realm,
	}
	if e.Says(ErrWrongRealm) && m.CRealm != "" {
		e.Realm = m.CRealm
	}
	e.readData(m.EData)
	return e, true
}

// readData reads the e-data: METHOD-DATA, or one PA-DATA alone as some servers
// send it. What is neither is no error: the number stands without it.
func (e *KDCError) readData(data []byte) {
	var list types.PADataSequence
	if guard(func() error { return list.Unmarshal(data) }) != nil {
		var one types.PAData
		if guard(func() error { return one.Unmarshal(data) }) != nil {
			return
		}
		list = types.PADataSequence{one}
	}
	e.methods = types.MethodData(list)
	for _, pa := range list {
		if pa.PADataType == paExtError && len(pa.PADataValue) == extErrorBytes {
			e.NTStatus = code.Code{Space: code.NTStatus, Number: binary.LittleEndian.Uint32(pa.PADataValue)}
		}
	}
}

// Malformed is an answer that could not be read or verified.
type Malformed struct {
	What string
	KDC  netip.AddrPort
	Err  error
}

func (m *Malformed) Error() string { return m.What + ": " + m.Err.Error() }
func (m *Malformed) Unwrap() error { return m.Err }

// guard runs a decoder of another library on foreign bytes; a panic in it is
// its error.
func guard(decode func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("not decodable: %v", r)
		}
	}()
	return decode()
}

// printable makes a server's text fit for a message: one line, no control
// characters, bounded.
func printable(s string) string {
	const longest = 200
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7E {
			return '?'
		}
		return r
	}, strings.TrimRight(s, "\x00"))
	if len(s) > longest {
		s = s[:longest]
	}
	return s
}
