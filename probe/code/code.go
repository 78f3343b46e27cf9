// Package code knows the numbers that stand between a client and a Windows
// host: in which space a number is meant, what it is called there, and what it
// says in a short sentence. The same number means different things in different
// spaces (5 is a fault of RPC, an error of Win32 and a KDC's answer), so a bare
// number is never compared; a Code is.
package code

import (
	"fmt"
	"strconv"
	"strings"
)

// Space says how a number is to be read.
type Space string

// The spaces, in the words of the outside contract.
const (
	Errno    Space = "errno"    // the operating system's answer to a socket call, on this machine
	Win32    Space = "win32"    // MS-ERREF 2.2
	NTStatus Space = "ntstatus" // MS-ERREF 2.3
	RPC      Space = "rpc"      // status of a fault PDU, MS-RPCE 3.1.1.5.5 and C706 appendix E
	HResult  Space = "hresult"  // MS-ERREF 2.1
	WBEM     Space = "wbem"     // WBEMSTATUS, MS-WMI 2.2.11
	Kerberos Space = "krb"      // RFC 4120 7.5.9
	EPT      Space = "ept"      // status of the endpoint mapper's answer, C706 appendix E
	Event    Space = "event"    // id of a Windows event
)

// decimal reports whether the space writes its numbers in decimal.
func (s Space) decimal() bool { return s == Errno || s == Kerberos || s == Event }

func (s Space) known() bool {
	switch s {
	case Errno, Win32, NTStatus, RPC, HResult, WBEM, Kerberos, EPT, Event:
		return true
	}
	return false
}

// Code is a number together with the space it stands in. The zero Code is no
// code at all. Codes compare with ==.
type Code struct {
	Space  Space
	Number uint32
}

// IsZero reports whether c is no code at all.
func (c Code) IsZero() bool { return c == Code{} }

// String is the number as the contract writes it: 0x and eight upper-case
// hexadecimal digits, or decimal for errno, krb and event. The zero Code is
// empty.
func (c Code) String() string {
	switch {
	case c.IsZero():
		return ""
	case c.Space.decimal():
		return strconv.FormatUint(uint64(c.Number), 10)
	}
	return fmt.Sprintf("0x%08X", c.Number)
}

// Parse reads what String wrote.
func Parse(space Space, number string) (Code, error) {
	if !space.known() {
		return Code{}, fmt.Errorf("read code: unknown space %.20q", string(space))
	}
	digits, base := number, 10
	if !space.decimal() {
		var ok bool
		if digits, ok = strings.CutPrefix(number, "0x"); !ok {
			return Code{}, fmt.Errorf("read %s code: %.20q does not begin with 0x", space, number)
		}
		base = 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil {
		return Code{}, fmt.Errorf("read %s code: %.20q is no 32-bit number", space, number)
	}
	return Code{space, uint32(n)}, nil
}

// MarshalText writes space and number as "rpc:0x00000005", the zero Code as
// nothing.
func (c Code) MarshalText() ([]byte, error) {
	if c.IsZero() {
		return nil, nil
	}
	if !c.Space.known() {
		return nil, fmt.Errorf("write code: unknown space %.20q", string(c.Space))
	}
	return []byte(string(c.Space) + ":" + c.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (c *Code) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = Code{}
		return nil
	}
	space, number, _ := strings.Cut(string(text), ":")
	read, err := Parse(Space(space), number)
	if err != nil {
		return err
	}
	*c = read
	return nil
}
