package spnego

import (
	"encoding/asn1"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"
)

// State is the negState of a NegTokenResp. The zero value: it was not there.
type State uint8

// The states of RFC 4178 4.2.2.
const (
	NoState State = iota
	AcceptCompleted
	AcceptIncomplete
	Reject
	RequestMIC
)

func (s State) String() string {
	names := [...]string{"no state", "accept-completed", "accept-incomplete", "reject", "request-mic"}
	if int(s) < len(names) {
		return names[s]
	}
	return fmt.Sprintf("state %d", s-1)
}

// Offer is a NegTokenResp: what a server says to a client, and a client after
// its first token to a server. Absent parts are empty.
type Offer struct {
	State         State
	SupportedMech asn1.ObjectIdentifier
	ResponseToken []byte
	MechListMIC   []byte
}

// Init is a NegTokenInit, or the NegTokenInit2 that Windows servers send
// unasked in other protocols (MS-SPNG 2.2.1).
type Init struct {
	Mechs       []asn1.ObjectIdentifier // in order of preference
	Token       []byte                  // for the first of them
	MechListMIC []byte
	HintName    string // NegTokenInit2 only, "not_defined_in_RFC4178@please_ignore"

	list []byte // DER of the mechanism list
}

var (
	tagGSS    = der.Tag(0x60) // [APPLICATION 0], RFC 2743 3.1
	oidSPNEGO = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 2}
	errDER    = errors.New("malformed DER")
)

const tagGeneralString = der.Tag(27)

func field(n uint8) der.Tag { return der.Tag(n).ContextSpecific().Constructed() }

// ReadResponse reads a NegTokenResp. The parts it returns lie in token.
func ReadResponse(token []byte) (Offer, error) {
	o, _, err := readResponse(token)
	if err != nil {
		return Offer{}, fmt.Errorf("spnego: read NegTokenResp: %w", err)
	}
	return o, nil
}

// readResponse also says whether all of it was understood.
func readResponse(token []byte) (o Offer, all bool, err error) {
	in, body, fields := cryptobyte.String(token), cryptobyte.String(nil), cryptobyte.String(nil)
	if !in.ReadASN1(&body, field(1)) || !in.Empty() ||
		!body.ReadASN1(&fields, der.SEQUENCE) || !body.Empty() {
		return o, false, errDER
	}
	all, err = eachField(fields, func(n int, value cryptobyte.String) (known, ok bool) {
		switch n {
		case 0:
			var state int
			ok := value.ReadASN1Enum(&state) && value.Empty() && state >= 0 && state <= 3
			o.State = State(state + 1)
			return true, ok
		case 1:
			return true, value.ReadASN1ObjectIdentifier(&o.SupportedMech) && value.Empty()
		case 2:
			return true, readOctets(value, &o.ResponseToken)
		case 3:
			return true, readOctets(value, &o.MechListMIC)
		}
		return false, true
	})
	return o, all, err
}

// ReadInit reads a NegTokenInit or NegTokenInit2, with or without the GSS-API
// header in front. The parts it returns lie in token.
func ReadInit(token []byte) (Init, error) {
	i, _, err := readInit(token)
	if err != nil {
		return Init{}, fmt.Errorf("spnego: read NegTokenInit: %w", err)
	}
	return i, nil
}

func readInit(token []byte) (i Init, all bool, err error) {
	in, body, fields := cryptobyte.String(token), cryptobyte.String(nil), cryptobyte.String(nil)
	if in.PeekASN1Tag(tagGSS) {
		var oid asn1.ObjectIdentifier
		rest := in
		if !rest.ReadASN1(&in, tagGSS) || !rest.Empty() || !in.ReadASN1ObjectIdentifier(&oid) {
			return i, false, errDER
		}
		if !oid.Equal(oidSPNEGO) {
			return i, false, fmt.Errorf("the token is of mechanism %s, not SPNEGO", oid)
		}
	}
	if !in.ReadASN1(&body, field(0)) || !in.Empty() ||
		!body.ReadASN1(&fields, der.SEQUENCE) || !body.Empty() {
		return i, false, errDER
	}
	all, err = eachField(fields, i.field)
	if err == nil && len(i.Mechs) == 0 {
		err = errors.New("no mechanism offered")
	}
	return i, all, err
}

func (i *Init) field(n int, value cryptobyte.String) (known, ok bool) {
	switch n {
	case 0:
		i.list = value
		list := cryptobyte.String(nil)
		if !value.ReadASN1(&list, der.SEQUENCE) || !value.Empty() {
			return true, false
		}
		for !list.Empty() {
			var oid asn1.ObjectIdentifier
			if !list.ReadASN1ObjectIdentifier(&oid) {
				return true, false
			}
			i.Mechs = append(i.Mechs, oid)
		}
		return true, true
	case 1: // reqFlags, which nobody uses
		return true, value.SkipASN1(der.BIT_STRING) && value.Empty()
	case 2:
		return true, readOctets(value, &i.Token)
	case 3:
		// negHints in a NegTokenInit2, the mechListMIC in a NegTokenInit.
		if value.PeekASN1Tag(der.SEQUENCE) {
			return true, i.hints(value)
		}
		return true, readOctets(value, &i.MechListMIC)
	case 4:
		return true, readOctets(value, &i.MechListMIC)
	}
	return false, true
}

func (i *Init) hints(value cryptobyte.String) bool {
	fields := cryptobyte.String(nil)
	if !value.ReadASN1(&fields, der.SEQUENCE) || !value.Empty() {
		return false
	}
	_, err := eachField(fields, func(n int, value cryptobyte.String) (known, ok bool) {
		if n != 0 {
			return false, true
		}
		name := cryptobyte.String(nil)
		ok = value.ReadASN1(&name, tagGeneralString) && value.Empty()
		i.HintName = string(name)
		return true, ok
	})
	return err == nil
}

// eachField walks explicitly tagged fields, each at most once. What it does
// not know it passes over (RFC 4178 marks both tokens as extensible).
func eachField(in cryptobyte.String, read func(n int, value cryptobyte.String) (known, ok bool)) (all bool, err error) {
	all = true
	seen := 0
	for !in.Empty() {
		var value cryptobyte.String
		var tag der.Tag
		if !in.ReadAnyASN1(&value, &tag) {
			return false, errDER
		}
		n := int(tag ^ field(0))
		if n > 15 {
			all = false
			continue
		}
		if seen&(1<<n) != 0 {
			return false, fmt.Errorf("field [%d] twice", n)
		}
		seen |= 1 << n
		known, ok := read(n, value)
		if !ok {
			return false, fmt.Errorf("field [%d]: %w", n, errDER)
		}
		all = all && known
	}
	return all, nil
}

func readOctets(in cryptobyte.String, out *[]byte) bool {
	value := cryptobyte.String(nil)
	ok := in.ReadASN1(&value, der.OCTET_STRING) && in.Empty()
	*out = value
	return ok
}

func (o Offer) bytes() ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(field(1), func(b *cryptobyte.Builder) {
		b.AddASN1(der.SEQUENCE, func(b *cryptobyte.Builder) {
			if o.State != NoState {
				b.AddASN1(field(0), func(b *cryptobyte.Builder) { b.AddASN1Enum(int64(o.State) - 1) })
			}
			if o.SupportedMech != nil {
				b.AddASN1(field(1), func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(o.SupportedMech) })
			}
			addOctets(b, 2, o.ResponseToken)
			addOctets(b, 3, o.MechListMIC)
		})
	})
	return b.Bytes()
}

// bytes encodes a NegTokenInit behind the GSS-API header. list is the encoded
// mechanism list.
func (i Init) bytes() ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(tagGSS, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidSPNEGO)
		b.AddASN1(field(0), func(b *cryptobyte.Builder) {
			b.AddASN1(der.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(field(0), func(b *cryptobyte.Builder) { b.AddBytes(i.list) })
				addOctets(b, 2, i.Token)
			})
		})
	})
	return b.Bytes()
}

func addOctets(b *cryptobyte.Builder, n uint8, value []byte) {
	if len(value) > 0 {
		b.AddASN1(field(n), func(b *cryptobyte.Builder) { b.AddASN1OctetString(value) })
	}
}

func mechList(oids []asn1.ObjectIdentifier) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(der.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, oid := range oids {
			b.AddASN1ObjectIdentifier(oid)
		}
	})
	return b.Bytes()
}
