package code

import (
	"strconv"
	"strings"
)

// One number is written in many ways: 0x800706BA, 2147944122, -2147023174,
// &H800706BA in VBScript, 0xFFFFFFFF800706BA where 64 bits were printed. This
// file knows the ways.

// Decimals is the number as an unsigned and as a signed 32-bit integer, the two
// other ways in which programs print a HRESULT or an NTSTATUS.
func (c Code) Decimals() (unsigned, signed string) {
	return strconv.FormatUint(uint64(c.Number), 10), strconv.FormatInt(int64(int32(c.Number)), 10)
}

// mitBase is where MIT Kerberos's error table starts: it prints KRB-ERROR 24 as
// -1765328360.
const mitBase = -1765328384

// decimal reads a decimal number; mit is true if it is one of MIT Kerberos's,
// then n is the code of the KRB-ERROR.
func decimal(digits string, negative bool) (n uint32, mit, ok bool) {
	v, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, false, false
	}
	if negative {
		if v = -v; v >= mitBase && v < mitBase+128 {
			return uint32(v - mitBase), true, true
		}
		return uint32(v), false, v >= -1<<31
	}
	return uint32(v), false, v < 1<<32
}

// hexadecimal reads 0x800706BA, also with the suffix of a C constant or printed
// as 64 bits.
func hexadecimal(word string) (uint32, bool) {
	if len(word) < 3 || word[0] != '0' || word[1]|0x20 != 'x' {
		return 0, false
	}
	return hexDigits(strings.TrimRight(word[2:], "uUlL"))
}

func hexDigits(digits string) (uint32, bool) {
	if len(digits) == 16 && (digits[:8] == "00000000" || strings.EqualFold(digits[:8], "FFFFFFFF") && digits[8] >= '8') {
		digits = digits[8:]
	}
	if len(digits) > 8 {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	return uint32(n), err == nil
}

// bareHex reads exactly eight hexadecimal digits.
func bareHex(word string) (uint32, bool) {
	if len(word) != 8 {
		return 0, false
	}
	return hexDigits(word)
}
