package code

import (
	"runtime"
	"strings"
	"testing"
)

// One number, one meaning per space: what the contract calls spaces.
func TestSpacesStayDistinct(t *testing.T) {
	for _, c := range []struct {
		code Code
		name string // empty: that space does not know the number
	}{
		{Code{Win32, 5}, "ERROR_ACCESS_DENIED"},
		{Code{RPC, 5}, "ERROR_ACCESS_DENIED"},
		{Code{Kerberos, 5}, "KDC_ERR_S_OLD_MAST_KVNO"},
		{Code{NTStatus, 5}, ""},
		{Code{HResult, 5}, ""},
		{Code{WBEM, 5}, ""},
		{Code{EPT, 5}, ""},
		{Code{Event, 5}, ""},
		{Code{HResult, 0x80070005}, "E_ACCESSDENIED"},
		{Code{Win32, 0x80070005}, ""},
		{Code{NTStatus, 0x80070005}, ""},
		{Code{WBEM, 0x80070005}, ""},
		{Code{RPC, 0x80070005}, "E_ACCESSDENIED"}, // a fault may carry any error of the procedure,
		{Code{WBEM, 0x80041003}, "WBEM_E_ACCESS_DENIED"},
		{Code{HResult, 0x80041003}, "WBEM_E_ACCESS_DENIED"}, // its view as the HRESULT it is
		{Code{Win32, 0x80041003}, ""},
		{Code{NTStatus, 0x80041003}, ""},
		{Code{RPC, 0x80041003}, "WBEM_E_ACCESS_DENIED"},
		{Code{}, ""},
		{Code{"", 5}, ""},
	} {
		e, ok := Lookup(c.code)
		if e.Name != c.name || ok != (c.name != "") {
			t.Errorf("%#v is %q, %v, want %q", c.code, e.Name, ok, c.name)
		}
		if ok && e.Code != c.code {
			t.Errorf("%#v came back as %#v", c.code, e.Code)
		}
	}
	seen := map[Code]bool{}
	for _, s := range []Space{Errno, Win32, NTStatus, RPC, HResult, WBEM, Kerberos, EPT, Event} {
		for _, n := range []uint32{5, 0x80070005, 0x80041003} {
			if c := (Code{s, n}); seen[c] {
				t.Errorf("%#v equals another", c)
			} else {
				seen[c] = true
			}
		}
	}
}

// MS-ERREF 2.1: facility 7 wraps Win32, the N bit an NTSTATUS. The contract
// wants the HRESULT's own name where it has one, and the Win32 name beside it.
func TestHResultNames(t *testing.T) {
	for _, c := range []struct {
		number      uint32
		name, win32 string
	}{
		{0x80070005, "E_ACCESSDENIED", "ERROR_ACCESS_DENIED"},
		{0x8007000E, "E_OUTOFMEMORY", "ERROR_OUTOFMEMORY"},
		{0x80070057, "E_INVALIDARG", "ERROR_INVALID_PARAMETER"},
		{0x80070006, "E_HANDLE", "ERROR_INVALID_HANDLE"},
		{0x800706BA, "RPC_S_SERVER_UNAVAILABLE", "RPC_S_SERVER_UNAVAILABLE"},
		{0x800706BE, "RPC_S_CALL_FAILED", "RPC_S_CALL_FAILED"},
		{0x800706B9, "RPC_S_OUT_OF_RESOURCES", "RPC_S_OUT_OF_RESOURCES"},
		{0x80070422, "ERROR_SERVICE_DISABLED", "ERROR_SERVICE_DISABLED"},
		{0x80070776, "OR_INVALID_OXID", "OR_INVALID_OXID"},
		{0x80070721, "RPC_S_SEC_PKG_ERROR", "RPC_S_SEC_PKG_ERROR"},
		{0x8007052E, "ERROR_LOGON_FAILURE", "ERROR_LOGON_FAILURE"},
		{0x80040154, "REGDB_E_CLASSNOTREG", ""},
		{0x80080005, "CO_E_SERVER_EXEC_FAILURE", ""},
		{0x8000401A, "CO_E_RUNAS_LOGON_FAILURE", ""},
		{0x80010110, "RPC_E_VERSION_MISMATCH", ""},
		{0xD0000022, "STATUS_ACCESS_DENIED", ""},
		{0x80074321, "", ""},
	} {
		e, _ := Lookup(Code{HResult, c.number})
		if e.Name != c.name || e.Win32 != c.win32 {
			t.Errorf("0x%08X is %q (win32 %q), want %q (%q)", c.number, e.Name, e.Win32, c.name, c.win32)
		}
	}
	if e, _ := Lookup(Code{HResult, 0x800706BA}); e.Text != "The RPC server is unavailable." { // contract, section 4
		t.Errorf("text %q", e.Text)
	}
}

// MS-RPCE 3.1.1.5.5, and the error of the contract's example report.
func TestRPCNames(t *testing.T) {
	for number, want := range map[uint32][2]string{
		5:          {"ERROR_ACCESS_DENIED", ""},
		0x721:      {"RPC_S_SEC_PKG_ERROR", ""},
		0x1C010014: {"nca_server_too_busy", "RPC_S_SERVER_TOO_BUSY"},
		0x1C010002: {"nca_op_rng_error", "RPC_S_PROCNUM_OUT_OF_RANGE"},
		0x1C010003: {"nca_unk_if", "RPC_S_UNKNOWN_IF"},
		0x1C01000B: {"nca_proto_error", "RPC_S_PROTOCOL_ERROR"},
		0x80010108: {"RPC_E_DISCONNECTED", ""}, // sent as a fault by DCOM, MS-DCOM
		1326:       {"ERROR_LOGON_FAILURE", ""},
		0xC0000022: {"STATUS_ACCESS_DENIED", ""},
		0x1C000012: {"nca_s_fault_unspec", "RPC_S_CALL_FAILED"},
	} {
		e, _ := Lookup(Code{RPC, number})
		if e.Name != want[0] || e.Win32 != want[1] {
			t.Errorf("0x%08X is %q (%q), want %q", number, e.Name, e.Win32, want)
		}
	}
}

func TestNamed(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"WBEM_E_ACCESS_DENIED", "wbem:0x80041003"},
		{"KDC_ERR_PREAUTH_FAILED", "krb:24"},
		{"RPC_S_SERVER_UNAVAILABLE", "win32:0x000006BA rpc:0x000006BA"},
		{"rpc_s_server_unavailable", "win32:0x000006BA rpc:0x000006BA"},
		{"nca_s_fault_access_denied", "rpc:0x00000005"},
		{"nca_s_fault_ndr", "rpc:0x000006F7"},
		{"nca_s_proto_error", "rpc:0x1C01000B"},
		{"nca_proto_error", "rpc:0x1C01000B"},
		{"E_ACCESSDENIED", "hresult:0x80070005"},
		{"NT_STATUS_LOGON_FAILURE", "ntstatus:0xC000006D"},
		{"NT_STATUS_RPC_SEC_PKG_ERROR", "ntstatus:0xC0020057"},
		{"WERR_RPC_S_SEC_PKG_ERROR", "win32:0x00000721"},
		{"ERROR_STOPPED_ON_SYMLINK", "win32:0x000002A9"},    // only in the long tail
		{"STATUS_SHARE_UNAVAILABLE", "ntstatus:0xC0000480"}, // only in the long tail
		{"STG_E_INVALIDNAME", "hresult:0x800300FC"},         // only in the long tail
		{"Security-Auditing 4625", ""},
		{"", ""}, {"NO_SUCH_NAME", ""}, {strings.Repeat("A_", 1000), ""},
	} {
		var got []string
		for _, e := range Named(c.name) {
			text, _ := e.MarshalText()
			got = append(got, string(text))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%.40q is %q, want %q", c.name, s, c.want)
		}
	}
}

// A saved report may come from a system that counts its errnos otherwise.
func TestErrnoOfAnotherSystem(t *testing.T) {
	for _, c := range []struct {
		goos   string
		number uint32
		name   string
	}{
		{"linux", 111, "ECONNREFUSED"}, {"darwin", 61, "ECONNREFUSED"}, {"freebsd", 61, "ECONNREFUSED"},
		{"windows", 10061, "WSAECONNREFUSED"}, {"plan9", 61, ""},
	} {
		e, ok := LookupOn(c.goos, Code{Errno, c.number})
		if e.Name != c.name || ok != (c.name != "") {
			t.Errorf("%s %d is %q", c.goos, c.number, e.Name)
		}
	}
	if runtime.GOOS == "linux" {
		if e, _ := Lookup(Code{Errno, 61}); e.Name != "ENODATA" {
			t.Errorf("61 is %q on Linux", e.Name)
		}
	}
	if e, _ := LookupOn("darwin", Code{WBEM, 0x80041003}); e.Name != "WBEM_E_ACCESS_DENIED" {
		t.Errorf("other spaces do not depend on the system: %q", e.Name)
	}
}
