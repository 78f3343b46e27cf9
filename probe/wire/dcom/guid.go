package dcom

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/midl/uuid"
	"github.com/oiweiwei/go-msrpc/msrpc/dtyp"
)

// GUID names an interface (IID), a class (CLSID), an interface of one object
// (IPID) or a chain of calls (CID), in the byte order of the wire (MS-DTYP
// 2.3.4.2). It compares with ==.
type GUID [16]byte

// NewGUID returns a random one (RFC 4122 version 4).
func NewGUID() GUID {
	var g GUID
	rand.Read(g[:])
	g[7] = g[7]&0x0F | 0x40
	g[8] = g[8]&0x3F | 0x80
	return g
}

// NewID returns a random OXID, OID or set id, never 0.
func NewID() uint64 {
	var b [8]byte
	for {
		rand.Read(b[:])
		if id := binary.LittleEndian.Uint64(b[:]); id != 0 {
			return id
		}
	}
}

// ParseGUID reads the usual form, with or without braces.
func ParseGUID(s string) (GUID, error) {
	digits := strings.TrimSuffix(strings.TrimPrefix(s, "{"), "}")
	if len(digits) != 36 || digits[8] != '-' || digits[13] != '-' || digits[18] != '-' || digits[23] != '-' {
		return GUID{}, fmt.Errorf("read GUID: %.50q has not the form of one", s)
	}
	b, err := hex.DecodeString(strings.ReplaceAll(digits, "-", ""))
	if err != nil || len(b) != 16 {
		return GUID{}, fmt.Errorf("read GUID: %.50q has a digit that is none", s)
	}
	return GUID{b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]}, nil
}

// String is the usual form, in lower case without braces.
func (g GUID) String() string {
	return fmt.Sprintf("%x-%x-%x-%x-%x",
		[]byte{g[3], g[2], g[1], g[0]}, []byte{g[5], g[4]}, []byte{g[7], g[6]}, g[8:10], g[10:])
}

// MarshalText is String.
func (g GUID) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText is ParseGUID.
func (g *GUID) UnmarshalText(text []byte) error {
	read, err := ParseGUID(string(text))
	if err == nil {
		*g = read
	}
	return err
}

// IsZero reports whether it is GUID_NULL.
func (g GUID) IsZero() bool { return g == GUID{} }

// UUID is the same value in the type of the RPC layer.
func (g GUID) UUID() *uuid.UUID {
	u := &uuid.UUID{}
	_ = u.DecodeBinary(g[:])
	return u
}

// GUIDOf is the value of a UUID of the RPC layer, GUID_NULL for nil.
func GUIDOf(u *uuid.UUID) GUID {
	if u == nil {
		return GUID{}
	}
	return GUID(u.EncodeBinary())
}

// Syntax is the abstract syntax of the interface that g names: COM interfaces
// have version 0.0.
func (g GUID) Syntax() *dcerpc.SyntaxID { return &dcerpc.SyntaxID{IfUUID: g.UUID()} }

// dtyp is the value in the generated structures' type; IPID, IID, CLSID and
// CID are conversions of it.
func (g GUID) dtyp() *dtyp.GUID {
	return &dtyp.GUID{
		Data1: binary.LittleEndian.Uint32(g[:]),
		Data2: binary.LittleEndian.Uint16(g[4:]),
		Data3: binary.LittleEndian.Uint16(g[6:]),
		Data4: append([]byte(nil), g[8:]...),
	}
}

func guidOf(d *dtyp.GUID) (g GUID) {
	if d == nil {
		return g
	}
	binary.LittleEndian.PutUint32(g[:], d.Data1)
	binary.LittleEndian.PutUint16(g[4:], d.Data2)
	binary.LittleEndian.PutUint16(g[6:], d.Data3)
	copy(g[8:], d.Data4)
	return g
}
