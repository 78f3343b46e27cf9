package code

import (
	"slices"
	"strings"
)

// Named finds the codes a name stands for, whatever its case and whoever's
// spelling: the specifications', Samba's (NT_STATUS_…, WERR_…, DCERPC_…),
// impacket's (rpc_s_access_denied) or MIT Kerberos's (KRB5KDC_ERR_…). Of
// several the order is that of likelihood, see Find.
func Named(name string) []Entry {
	up := strings.ToUpper(strings.TrimSpace(name))
	if up == "" || len(up) > maxName {
		return nil
	}
	for _, spelled := range spellings(up) {
		if found := namedExactly(spelled); found != nil {
			return found
		}
	}
	return nil
}

// maxName is longer than any name of the tables.
const maxName = 80

func namedExactly(s spelling) []Entry {
	found := slices.Clone(tables().byName[s.name])
	if e, ok := errnoNamed(s.name); ok {
		found = append(found, e)
	}
	if found == nil {
		found = slices.Clone(tailNames()[s.name])
	}
	if s.space != "" {
		found = slices.DeleteFunc(found, func(e Entry) bool { return e.Space != s.space })
	}
	slices.SortStableFunc(found, func(a, b Entry) int { return likelihood(a.Space) - likelihood(b.Space) })
	if len(found) == 0 {
		return nil
	}
	return found
}

// spelling is a name in the tables' words; space, if not empty, is the only one
// meant.
type spelling struct {
	name  string
	space Space
}

// alias knows the names of other programs that no rule leads to one of ours.
func alias(up string) (spelling, bool) {
	switch up {
	case "RPC_S_ACCESS_DENIED", "NCA_S_FAULT_ACCESS_DENIED", "DCERPC_FAULT_ACCESS_DENIED":
		return spelling{"ERROR_ACCESS_DENIED", RPC}, true
	case "NCA_S_FAULT_NDR", "DCERPC_FAULT_NDR", "DCERPC_FAULT_BAD_STUB_DATA":
		return spelling{"RPC_X_BAD_STUB_DATA", RPC}, true
	case "NCA_S_FAULT_CANT_PERFORM", "RPC_FAULT_CANT_PERFORM", "DCERPC_FAULT_CANT_PERFORM":
		return spelling{"EPT_S_CANT_PERFORM_OP", RPC}, true
	case "NCA_S_FAULT_SEC_PKG_ERROR", "DCERPC_FAULT_SEC_PKG_ERROR":
		return spelling{"RPC_S_SEC_PKG_ERROR", RPC}, true
	case "NCS_S_FAULT_USER_DEFINED":
		return spelling{"NCA_S_FAULT_USER_DEFINED", RPC}, true
	case "RPC_S_OUT_OF_MEMORY": // this and the next four are rpcnterr.h's
		return spelling{"ERROR_OUTOFMEMORY", Win32}, true
	case "RPC_S_SERVER_OUT_OF_MEMORY":
		return spelling{"ERROR_NOT_ENOUGH_SERVER_MEMORY", Win32}, true
	case "RPC_S_INVALID_ARG", "RPC_S_INVALID_LEVEL":
		return spelling{"ERROR_INVALID_PARAMETER", Win32}, true
	case "RPC_S_TIMEOUT":
		return spelling{"ERROR_TIMEOUT", Win32}, true
	case "NT_STATUS_OK":
		return spelling{"STATUS_SUCCESS", NTStatus}, true
	case "KRB5KDC_ERR_KEY_EXP":
		return spelling{"KDC_ERR_KEY_EXPIRED", Kerberos}, true
	case "KRB5KRB_AP_WRONG_PRINC":
		return spelling{"KRB_AP_ERR_NOT_US", Kerberos}, true
	}
	return spelling{}, false
}

// spellings turns a name of any program into the names the tables may have it
// under, the likeliest first.
func spellings(up string) []spelling {
	if s, ok := alias(up); ok {
		return []spelling{s}
	}
	all := []spelling{{name: up}}
	add := func(space Space, names ...string) {
		for _, n := range names {
			all = append(all, spelling{n, space})
		}
	}
	switch prefix, rest := splitName(up); prefix {
	case "NT_STATUS_":
		add(NTStatus, "STATUS_"+rest, strings.Replace(rest, "RPC_", "RPC_NT_", 1), strings.Replace(rest, "EPT_", "EPT_NT_", 1))
	case "WERR_":
		add(Win32, "ERROR_"+rest, rest)
	case "NCA_S_":
		add(RPC, "NCA_"+rest)
	case "NCA_":
		add(RPC, "NCA_S_"+rest)
	case "DCERPC_NCA_S_":
		add(RPC, "NCA_S_"+rest, "NCA_"+rest)
	case "DCERPC_FAULT_":
		add(RPC, "NCA_S_FAULT_"+rest, "NCA_"+rest)
	case "KRB5KDC_", "KRB5KRB_":
		add(Kerberos, "KDC_"+rest, "KRB_"+rest)
	case "KDC_ERROR_":
		add(Kerberos, "KDC_ERR_"+rest)
	}
	return all
}

func splitName(up string) (prefix, rest string) {
	for _, p := range []string{"NT_STATUS_", "WERR_", "NCA_S_", "NCA_", "DCERPC_NCA_S_", "DCERPC_FAULT_", "KRB5KDC_", "KRB5KRB_", "KDC_ERROR_"} {
		if rest, ok := strings.CutPrefix(up, p); ok {
			return p, rest
		}
	}
	return "", up
}
