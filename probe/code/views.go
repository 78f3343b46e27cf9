package code

// likelihood orders the spaces one number may stand in. Few numbers above
// 0xFFFF stand in two; of the small ones a Win32 error is pasted far more often
// than the same number as an RPC status, a KRB-ERROR or an errno.
func likelihood(s Space) int {
	for i, o := range []Space{Event, WBEM, HResult, NTStatus, Win32, RPC, EPT, Kerberos, Errno} {
		if s == o {
			return i
		}
	}
	return -1
}

// views are the codes a bare number may be, by likelihood. A number of the
// common table is only what that table says; the long tail is asked for others.
// WMI's statuses are given as such and not once more as the HRESULTs they are.
func views(n uint32) (found []Entry) {
	if n <= 0xFFFF {
		if e, ok := Lookup(Code{Win32, n}); ok {
			found = append(found, e)
		}
		if e, ok := common(RPC, n); ok {
			found = append(found, e)
		}
		return found
	}
	for _, space := range []Space{WBEM, HResult, NTStatus, RPC, EPT} {
		if e, ok := common(space, n); ok {
			found = append(found, e)
		}
	}
	if found != nil {
		return found
	}
	spaces := []Space{HResult, NTStatus}
	if n>>30 == 3 || n>>30 == 1 { // severities 11 and 01 are those of NTSTATUS, but for a few HRESULTs
		spaces = []Space{NTStatus, HResult}
	}
	for _, space := range spaces {
		if e, ok := Lookup(Code{space, n}); ok {
			return []Entry{e}
		}
	}
	return nil
}

// common asks the common table alone, in which facility 7 has Win32's names.
func common(s Space, n uint32) (Entry, bool) {
	if s == HResult && n&0xFFFF0000 == facilityWin32 {
		return Lookup(Code{s, n})
	}
	e, ok := tables().byCode[Code{s, n}]
	return e, ok
}
