package code

// Entry is a code with its name and meaning. It inherits Code's text form, so
// whoever writes entries as JSON copies the fields he wants into a struct of
// his own.
type Entry struct {
	Code
	Name  string // as the specification spells it, "RPC_S_SERVER_UNAVAILABLE"
	Text  string // one or two short sentences
	Win32 string // name of the Win32 error inside a HRESULT of facility 7, or that a client makes of an RPC status
}

// facilityWin32 is the severity and facility of a HRESULT around a Win32 error
// (MS-ERREF 2.1), ntBit the bit that marks a HRESULT around an NTSTATUS.
const (
	facilityWin32 = 0x80070000
	ntBit         = 0x10000000
)

// Lookup names a code. Numbers of the common table come with a sentence of our
// own, others with the specification's. It is false where no table knows the
// number in that space. An errno is read as this system numbers it.
func Lookup(c Code) (Entry, bool) {
	switch c.Space {
	case Errno:
		return errnoHere(c.Number)
	case HResult:
		return lookupHResult(c.Number)
	case RPC:
		return lookupRPC(c.Number)
	}
	if e, ok := tables().byCode[c]; ok {
		return e, true
	}
	return fromTail(c)
}

// lookupHResult tries the number's own name, then what it wraps: WMI's statuses
// are HRESULTs of facility 4, Win32 errors of facility 7, and an NTSTATUS is
// marked by one bit.
func lookupHResult(n uint32) (Entry, bool) {
	c := Code{HResult, n}
	e, found := tables().byCode[c]
	if !found {
		if w, ok := tables().byCode[Code{WBEM, n}]; ok && n != 0 {
			return Entry{Code: c, Name: w.Name, Text: w.Text}, true
		}
	}
	if n&0xFFFF0000 == facilityWin32 {
		inner, ok := Lookup(Code{Win32, n & 0xFFFF})
		switch {
		case found && ok:
			e.Win32 = inner.Name
		case ok:
			e, found = Entry{Code: c, Name: inner.Name, Text: inner.Text, Win32: inner.Name}, true
		}
		return e, found
	}
	if found {
		return e, true
	}
	if e, ok := fromTail(c); ok {
		return e, true
	}
	if n&ntBit != 0 {
		if inner, ok := Lookup(Code{NTStatus, n &^ ntBit}); ok {
			return Entry{Code: c, Name: inner.Name, Text: inner.Text}, true
		}
	}
	return Entry{}, false
}

// lookupRPC names the status of a fault PDU. Beside the statuses of its own
// space a server may send any error its procedure ended with (MS-RPCE
// 3.1.1.5.5, "not mapped"): a Win32 error, a HRESULT or an NTSTATUS.
func lookupRPC(n uint32) (Entry, bool) {
	c := Code{RPC, n}
	if e, ok := tables().byCode[c]; ok {
		return e, true
	}
	spaces := []Space{HResult, NTStatus}
	switch {
	case n == 0:
		return Entry{}, false
	case n <= 0xFFFF:
		spaces = []Space{Win32}
	case n>>30 == 3:
		spaces = []Space{NTStatus, HResult}
	}
	for _, space := range spaces {
		if e, ok := Lookup(Code{space, n}); ok {
			e.Code = c
			return e, true
		}
	}
	return Entry{}, false
}
