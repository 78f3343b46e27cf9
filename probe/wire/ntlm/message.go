// Package ntlm speaks the NT LAN Manager authentication protocol (MS-NLMP),
// both ends: Client proves a password to a host, Server plays the host.
// Both protect messages afterwards in the way DCE/RPC wants it.
//
// The client sends NTLMv2 only and insists on extended session security with
// 128-bit keys as soon as messages are to be protected, as Windows does since
// version 7. The server takes what ordinary clients send: messages without
// Version or MIC, with OEM names, with shorter keys, with NTLMv1 if allowed.
package ntlm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf16"
)

// Negotiate flags (MS-NLMP 2.2.2.5).
const (
	flagUnicode          uint32 = 1 << 0
	flagOEM              uint32 = 1 << 1
	flagRequestTarget    uint32 = 1 << 2
	flagSign             uint32 = 1 << 4
	flagSeal             uint32 = 1 << 5
	flagLMKey            uint32 = 1 << 7
	flagNTLM             uint32 = 1 << 9
	flagAnonymous        uint32 = 1 << 11
	flagAlwaysSign       uint32 = 1 << 15
	flagTargetDomain     uint32 = 1 << 16
	flagTargetServer     uint32 = 1 << 17
	flagExtendedSecurity uint32 = 1 << 19
	flagIdentify         uint32 = 1 << 20
	flagTargetInfo       uint32 = 1 << 23
	flagVersion          uint32 = 1 << 25
	flag128              uint32 = 1 << 29
	flagKeyExchange      uint32 = 1 << 30
	flag56               uint32 = 1 << 31
)

const (
	signature = "NTLMSSP\x00"

	typeNegotiate    = 1
	typeChallenge    = 2
	typeAuthenticate = 3

	revision15 = 15 // NTLMRevisionCurrent, the only one there is
)

var errNotNTLM = errors.New("not an NTLM message")

// messageType returns the type of an NTLM message, which has at least its
// twelve fixed bytes.
func messageType(msg []byte) (uint32, error) {
	if len(msg) < 12 || string(msg[:8]) != signature {
		return 0, errNotNTLM
	}
	return binary.LittleEndian.Uint32(msg[8:]), nil
}

// expect checks that msg is a message of this type with its fixed part.
func expect(msg []byte, kind uint32, fixed int) error {
	got, err := messageType(msg)
	if err != nil {
		return err
	}
	if got != kind {
		return fmt.Errorf("message type %d, want %d", got, kind)
	}
	if len(msg) < fixed {
		return fmt.Errorf("%d bytes, the fixed part has %d", len(msg), fixed)
	}
	return nil
}

// span is where a field's bytes lie in its message.
type span struct{ from, to int }

func (s span) empty() bool { return s.from == s.to }

// locate reads the field descriptor (length, maximum, offset) at this place
// and checks it against the message. An empty field may have any offset.
func locate(msg []byte, at int) (span, error) {
	size := uint64(binary.LittleEndian.Uint16(msg[at:]))
	from := uint64(binary.LittleEndian.Uint32(msg[at+4:]))
	if size == 0 {
		return span{}, nil
	}
	if from+size > uint64(len(msg)) {
		return span{}, fmt.Errorf("field at %d: bytes %d to %d of %d", at, from, from+size, len(msg))
	}
	return span{int(from), int(from + size)}, nil
}

// builder puts a message together: a fixed part with descriptors, then the
// bytes they describe.
type builder struct {
	fixed, payload []byte
	err            error
}

func newBuilder(kind uint32, fixed int) *builder {
	b := &builder{fixed: make([]byte, fixed)}
	copy(b.fixed, signature)
	binary.LittleEndian.PutUint32(b.fixed[8:], kind)
	return b
}

func (b *builder) uint32(at int, v uint32) { binary.LittleEndian.PutUint32(b.fixed[at:], v) }

func (b *builder) version(at int, major, minor uint8, build uint16) {
	b.fixed[at], b.fixed[at+1], b.fixed[at+7] = major, minor, revision15
	binary.LittleEndian.PutUint16(b.fixed[at+2:], build)
}

func (b *builder) field(at int, value []byte) {
	if len(value) > 0xffff {
		b.err = fmt.Errorf("a field of %d bytes is too long", len(value))
		return
	}
	binary.LittleEndian.PutUint16(b.fixed[at:], uint16(len(value)))
	binary.LittleEndian.PutUint16(b.fixed[at+2:], uint16(len(value)))
	binary.LittleEndian.PutUint32(b.fixed[at+4:], uint32(len(b.fixed)+len(b.payload)))
	b.payload = append(b.payload, value...)
}

func (b *builder) bytes() ([]byte, error) { return append(b.fixed, b.payload...), b.err }

// utf16le encodes s as NTLM's Unicode.
func utf16le(s string) []byte {
	units := utf16.Encode([]rune(s))
	out := make([]byte, 0, 2*len(units))
	for _, u := range units {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// readString decodes a name. The code page of an OEM name isn't on the wire;
// all of them agree on ASCII, and bytes above it are read as Latin-1.
func readString(b []byte, unicode bool) (string, error) {
	if !unicode {
		runes := make([]rune, len(b))
		for i, c := range b {
			runes[i] = rune(c)
		}
		return string(runes), nil
	}
	if len(b)%2 != 0 {
		return "", fmt.Errorf("a Unicode name of %d bytes", len(b))
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units)), nil
}

// writeString encodes a name. As OEM only ASCII can be sent safely.
func writeString(s string, unicode bool) ([]byte, error) {
	if unicode {
		return utf16le(s), nil
	}
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return nil, fmt.Errorf("the other side takes OEM names only, %q is not ASCII", s)
		}
	}
	return []byte(s), nil
}
