// Package dcom speaks MS-DCOM, both ends: object references and bindings, the
// resolver's and the activator's calls, IRemUnknown, and for a host the table
// of exported objects behind them. It knows nothing of diagnosis.
//
// A call is sent by a function that returns a *Pending at once; its Wait gives
// typed facts. So a first call can leave together with the bind or the
// alter_context that it needs, and several calls can be under way.
//
// Three kinds of refusal are kept apart: what RPC says (a fault, a rejected
// interface, a cut) is an *rpc.Error, what an operation returns is a *Status,
// and what one interface of an activation got is a field of its result.
package dcom

import (
	"fmt"

	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"

	"github.com/wmidoctor/wmidoctor/probe/code"
)

// Protocol sequence identifiers, the tower ids of a string binding (C706
// appendix I).
const (
	TowerUDP  uint16 = 0x08 // ncadg_ip_udp
	TowerTCP  uint16 = 0x07 // ncacn_ip_tcp
	TowerPipe uint16 = 0x0F // ncacn_np
	TowerHTTP uint16 = 0x1F // ncacn_http
	TowerLRPC uint16 = 0x10 // ncalrpc
)

// Return values that this package gives or tells apart (MS-ERREF).
const (
	OK            uint32 = 0
	False         uint32 = 0x00000001 // S_FALSE
	AccessDenied  uint32 = 0x00000005 // ERROR_ACCESS_DENIED
	InvalidOXID   uint32 = 0x00000776 // OR_INVALID_OXID
	InvalidOID    uint32 = 0x00000777 // OR_INVALID_OID
	InvalidSet    uint32 = 0x00000778 // OR_INVALID_SET
	NoInterface   uint32 = 0x80004002 // E_NOINTERFACE
	BadArgument   uint32 = 0x80070057 // E_INVALIDARG
	OutOfMemory   uint32 = 0x8007000E // E_OUTOFMEMORY
	InvalidObject uint32 = 0x80010114 // RPC_E_INVALID_OBJECT
	ObjectNotReg  uint32 = 0x800401FB // CO_E_OBJNOTREG
	ClassNotReg   uint32 = 0x80040154 // REGDB_E_CLASSNOTREG
	InvalidObjRef uint32 = 0x8001011D // RPC_E_INVALID_OBJREF
)

// Version is a COMVERSION (MS-DCOM 2.2.11).
type Version struct{ Major, Minor uint16 }

// Newest is the version Windows has spoken since Vista, and the highest one
// that we announce.
var Newest = Version{5, 7}

// Agreed returns the version to speak with a host that announced v: the lower of
// v and Newest. A host that announced none (0.0) is spoken to in Newest.
func (v Version) Agreed() Version {
	if v == (Version{}) || v.Major > Newest.Major || v.Major == Newest.Major && v.Minor > Newest.Minor {
		return Newest
	}
	return v
}

// String is "5.7".
func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

func (v Version) ndr() *ms.COMVersion {
	return &ms.COMVersion{MajorVersion: v.Major, MinorVersion: v.Minor}
}

func versionOf(v *ms.COMVersion) Version {
	if v == nil {
		return Version{}
	}
	return Version{v.MajorVersion, v.MinorVersion}
}

// Status is a return value that says no: RPC worked, the operation refused. A
// handler of a server returns one to answer with it.
type Status struct {
	Call string // name of the operation, "RemoteCreateInstance"
	Code code.Code
}

func (s *Status) Error() string { return fmt.Sprintf("%s returned %s", s.Call, s.Code) }

// Returned makes the *Status of a return value, nil for 0. A value without
// severity and facility is a Win32 code (MS-ERREF 2.2), as the resolver returns
// and as an activator may (plain 5); anything else is an HRESULT.
func Returned(call string, value uint32) error {
	if value == 0 {
		return nil
	}
	space := code.HResult
	if value>>16 == 0 {
		space = code.Win32
	}
	return &Status{call, code.Code{Space: space, Number: value}}
}
