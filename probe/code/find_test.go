package code

import (
	"strings"
	"testing"
	"time"
)

// found writes what Find found as "space code name" per entry.
func found(text string) string {
	var out []string
	for _, e := range Find(text) {
		out = append(out, string(e.Space)+" "+e.Code.String()+" "+e.Name)
	}
	return strings.Join(out, "; ")
}

// Lines as tools and Windows print them; the codes are what the line itself
// says, in the order in which it says them.
func TestFindInToolLines(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		// What people type.
		{"0x800706BA", "hresult 0x800706BA RPC_S_SERVER_UNAVAILABLE"},
		{"0X800706ba", "hresult 0x800706BA RPC_S_SERVER_UNAVAILABLE"},
		{"2147944122", "hresult 0x800706BA RPC_S_SERVER_UNAVAILABLE"},
		{"-2147023174", "hresult 0x800706BA RPC_S_SERVER_UNAVAILABLE"},
		{"\u22122147023174", "hresult 0x800706BA RPC_S_SERVER_UNAVAILABLE"},
		{"800706BA", "hresult 0x800706BA RPC_S_SERVER_UNAVAILABLE"},
		{"80041003", "wbem 0x80041003 WBEM_E_ACCESS_DENIED"},
		{"&H80041003", "wbem 0x80041003 WBEM_E_ACCESS_DENIED"},
		{"0xFFFFFFFF80070005", "hresult 0x80070005 E_ACCESSDENIED"},
		{"0x80070005L", "hresult 0x80070005 E_ACCESSDENIED"},
		{"5", "win32 0x00000005 ERROR_ACCESS_DENIED; rpc 0x00000005 ERROR_ACCESS_DENIED"},
		{"0x5", "win32 0x00000005 ERROR_ACCESS_DENIED; rpc 0x00000005 ERROR_ACCESS_DENIED"},
		{"0x00000721", "win32 0x00000721 RPC_S_SEC_PKG_ERROR; rpc 0x00000721 RPC_S_SEC_PKG_ERROR"},
		{"24", "win32 0x00000018 ERROR_BAD_LENGTH; krb 24 KDC_ERR_PREAUTH_FAILED"},
		{"10036", "event 10036 DistributedCOM 10036; win32 0x00002734 WSAEINPROGRESS"},
		{"4625", "event 4625 Security-Auditing 4625"},
		{"0", "win32 0x00000000 ERROR_SUCCESS"},
		{"3221225581", "ntstatus 0xC000006D STATUS_LOGON_FAILURE"},
		{"-1073741715", "ntstatus 0xC000006D STATUS_LOGON_FAILURE"},
		{"WBEM_E_ACCESS_DENIED", "wbem 0x80041003 WBEM_E_ACCESS_DENIED"},
		{"wbem_e_access_denied", "wbem 0x80041003 WBEM_E_ACCESS_DENIED"},
		{"STATUS_LOGON_FAILURE", "ntstatus 0xC000006D STATUS_LOGON_FAILURE"},
		{"0x80041003, 0x800706BA", "wbem 0x80041003 WBEM_E_ACCESS_DENIED; hresult 0x800706BA RPC_S_SERVER_UNAVAILABLE"},
		{"0x16C9A0D6", "ept 0x16C9A0D6 ept_s_not_registered"},
		{"0x1c010014", "rpc 0x1C010014 nca_server_too_busy"},
		{"ECONNREFUSED", "errno " + Named("ECONNREFUSED")[0].String() + " ECONNREFUSED"}, // each system has a number of its own
		{"WSAECONNREFUSED", "win32 0x0000274D WSAECONNREFUSED; errno 10061 WSAECONNREFUSED"},
		{"error 1326", "win32 0x0000052E ERROR_LOGON_FAILURE"},
		{"Code: 80041010", "wbem 0x80041010 WBEM_E_INVALID_CLASS"},
		{"Event ID 10036", "event 10036 DistributedCOM 10036"},
		{"Failure Code: 0x12", "krb 18 KDC_ERR_CLIENT_REVOKED"},

		// wmic (Samba 4 and openvas-smb).
		{"[wmi/wmic.c:196:main()] ERROR: Login to remote object.\nNTSTATUS: NT_STATUS_ACCESS_DENIED - Access denied",
			"ntstatus 0xC0000022 STATUS_ACCESS_DENIED"},
		{"NTSTATUS: NT code 0x80010111 - NT code 0x80010111", "hresult 0x80010111 RPC_E_INVALID_HEADER"},
		{"[wmi/wmic.c:212:main()] ERROR: Retrieve result data.\nNTSTATUS: NT code 0x80041010", "wbem 0x80041010 WBEM_E_INVALID_CLASS"},
		{"dcerpc_pipe_connect failed: NT_STATUS_CONNECTION_REFUSED", "ntstatus 0xC0000236 STATUS_CONNECTION_REFUSED"},

		// impacket.
		{"[-] WMI Session Error: code: 0x80041003 - WBEM_E_ACCESS_DENIED", "wbem 0x80041003 WBEM_E_ACCESS_DENIED"},
		{"[-] DCERPC Runtime Error: code: 0x5 - rpc_s_access_denied", "rpc 0x00000005 ERROR_ACCESS_DENIED"},
		{"[-] rpc_s_access_denied", "rpc 0x00000005 ERROR_ACCESS_DENIED"},
		{"[-] SMB SessionError: code: 0xc000006d - STATUS_LOGON_FAILURE - The attempted logon is invalid.", "ntstatus 0xC000006D STATUS_LOGON_FAILURE"},
		{"[-] Kerberos SessionError: KDC_ERR_S_PRINCIPAL_UNKNOWN(Server not found in Kerberos database)", "krb 7 KDC_ERR_S_PRINCIPAL_UNKNOWN"},
		{"[-] DCERPC Runtime Error: code: 0x1c01000b - nca_s_proto_error", "rpc 0x1C01000B nca_proto_error"},
		{"DCOM SessionError: code: 0x80070005 - E_ACCESSDENIED - General access denied error.", "hresult 0x80070005 E_ACCESSDENIED"},
		{"[-] [Errno 111] Connection refused", "errno 111 ECONNREFUSED"},
		{"[-] Could not connect: [Errno Connection error (192.0.2.7:135)] [Errno 113] No route to host", "errno 113 EHOSTUNREACH"},
		{"[Errno -2] Name or service not known", ""},
		{"Can't find a valid stringBinding to connect", ""},

		// PowerShell, whose words are the system's language.
		{"Get-WmiObject : The RPC server is unavailable. (Exception from HRESULT: 0x800706BA)", "hresult 0x800706BA RPC_S_SERVER_UNAVAILABLE"},
		{"Get-WmiObject : Zugriff verweigert (Ausnahme von HRESULT: 0x80070005 (E_ACCESSDENIED))", "hresult 0x80070005 E_ACCESSDENIED"},
		{"Le serveur RPC n’est pas disponible. (Exception de HRESULT\u00a0: 0x800706BA)", "hresult 0x800706BA RPC_S_SERVER_UNAVAILABLE"},
		{"El servidor RPC no está disponible. (Excepción de HRESULT: 0x800706BA)", "hresult 0x800706BA RPC_S_SERVER_UNAVAILABLE"},
		{"RPC サーバーを利用できません。 (HRESULT からの例外:0x800706BA)", "hresult 0x800706BA RPC_S_SERVER_UNAVAILABLE"},
		{"HRESULT 0x80041003; FullyQualifiedErrorId : GetWMIManagementException", "wbem 0x80041003 WBEM_E_ACCESS_DENIED"},
		{"Systemfehler 5 aufgetreten.", "win32 0x00000005 ERROR_ACCESS_DENIED; rpc 0x00000005 ERROR_ACCESS_DENIED"},
		{"System error 53 has occurred.", "win32 0x00000035 ERROR_BAD_NETPATH"},
		{"システム エラー 1326 が発生しました。", "win32 0x0000052E ERROR_LOGON_FAILURE"},
		{"L’erreur système 53 s’est produite.", "win32 0x00000035 ERROR_BAD_NETPATH"},
		{"Error de sistema 53.", "win32 0x00000035 ERROR_BAD_NETPATH"},
		{"发生系统错误 53。", "win32 0x00000035 ERROR_BAD_NETPATH"},
		{"System.ComponentModel.Win32Exception (1326): The user name or password is incorrect.", "win32 0x0000052E ERROR_LOGON_FAILURE"},
		{"System.Net.Sockets.SocketException (111): Connection refused", "errno 111 ECONNREFUSED"},
		{"GetLastError() = 1722", "win32 0x000006BA RPC_S_SERVER_UNAVAILABLE; rpc 0x000006BA RPC_S_SERVER_UNAVAILABLE"},
		{"错误代码1722", "win32 0x000006BA RPC_S_SERVER_UNAVAILABLE; rpc 0x000006BA RPC_S_SERVER_UNAVAILABLE"},
		{"[WinError 1722] The RPC server is unavailable", "win32 0x000006BA RPC_S_SERVER_UNAVAILABLE"},

		// rpcclient and Samba.
		{"Cannot connect to server.  Error was NT_STATUS_LOGON_FAILURE", "ntstatus 0xC000006D STATUS_LOGON_FAILURE"},
		{"result was WERR_ACCESS_DENIED", "win32 0x00000005 ERROR_ACCESS_DENIED"},
		{"result was DCERPC fault 0x00000721", "rpc 0x00000721 RPC_S_SEC_PKG_ERROR"},
		{"DCERPC fault: DCERPC_NCA_S_OP_RNG_ERROR", "rpc 0x1C010002 nca_op_rng_error"},
		{"NT_STATUS_RPC_SEC_PKG_ERROR", "ntstatus 0xC0020057 RPC_NT_SEC_PKG_ERROR"},

		// check_wmi_plus and aiowmi.
		{"UNKNOWN - The WMI query had problems. You might have your username/password wrong. Wmic error text on the next line. NTSTATUS: NT_STATUS_IO_TIMEOUT",
			"ntstatus 0xC00000B5 STATUS_IO_TIMEOUT"},
		{"WBEM_E_UNKNOWN (2147944122)", "hresult 0x800706BA RPC_S_SERVER_UNAVAILABLE"},

		// Kerberos.
		{"gss_init_sec_context failed: minor_status (-1765328377)", "krb 7 KDC_ERR_S_PRINCIPAL_UNKNOWN"},
		{"KRB5KDC_ERR_PREAUTH_FAILED", "krb 24 KDC_ERR_PREAUTH_FAILED"},
		{"KRB-ERROR 24", "krb 24 KDC_ERR_PREAUTH_FAILED"},
		{"KRB_AP_ERR_SKEW(Clock skew too great)", "krb 37 KRB_AP_ERR_SKEW"},
		{"A Kerberos error message was received: Error Code: 0x7 KDC_ERR_S_PRINCIPAL_UNKNOWN Extended Error: 0xc0000035 KLIN(0)",
			"krb 7 KDC_ERR_S_PRINCIPAL_UNKNOWN; ntstatus 0xC0000035 STATUS_OBJECT_NAME_COLLISION"},

		// go-msrpc, Go and Rust.
		{"activate: win32: ERROR_ACCESS_DENIED (0x00000005): Access is denied.", "win32 0x00000005 ERROR_ACCESS_DENIED; rpc 0x00000005 ERROR_ACCESS_DENIED"},
		{"Connection refused (os error 111)", "errno 111 ECONNREFUSED"},
	} {
		if got := found(c.line); got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.line, got, c.want)
		}
	}
}

// Windows events as the viewer copies them (English, German, French, Japanese).
func TestFindInEvents(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{`Log Name: Security
Source: Microsoft-Windows-Security-Auditing
Date: 2026-03-01 10:36:12
Event ID: 4625
Task Category: Logon
Account For Which Logon Failed:
	Security ID:		S-1-5-21-1004336348-1177238915-682003330-1001
	Account Name:		svc-mon
Failure Information:
	Failure Reason:		%%2313
	Status:			0xC000006D
	Sub Status:		0xC0000064
Process Information:
	Caller Process ID:	0x5
	Logon ID:		0x3E7
Network Information:
	Source Network Address:	192.0.2.7
	Source Port:		49731
	Key Length:		0`,
			"event 4625 Security-Auditing 4625; ntstatus 0xC000006D STATUS_LOGON_FAILURE; ntstatus 0xC0000064 STATUS_NO_SUCH_USER"},
		{`Event ID: 4771. Kerberos pre-authentication failed.
	Client Address:	::ffff:192.0.2.7
	Client Port:	1722
	Ticket Options:	0x40810010
	Failure Code:	0x18
	Pre-Authentication Type:	2`,
			"event 4771 Security-Auditing 4771; krb 24 KDC_ERR_PREAUTH_FAILED"},
		{`A Kerberos authentication ticket (TGT) was requested.
	Ticket Options: 0x40810010
	Result Code: 0x6
	Ticket Encryption Type: 0x12`, "krb 6 KDC_ERR_C_PRINCIPAL_UNKNOWN"},
		{"Event 4776: The computer attempted to validate the credentials. Error Code: 0xC0000234", "event 4776 Security-Auditing 4776; ntstatus 0xC0000234 STATUS_ACCOUNT_LOCKED_OUT"},
		{"Event ID 4 from source Security-Kerberos", "event 4 Security-Kerberos 4"},
		{"Event ID 4 from source Tcpip", ""},
		{"after KDC_ERR_PREAUTH_REQUIRED came error 5", "krb 25 KDC_ERR_PREAUTH_REQUIRED; win32 0x00000005 ERROR_ACCESS_DENIED; rpc 0x00000005 ERROR_ACCESS_DENIED"},
		{"krb5: error code 68", "krb 68 KDC_ERR_WRONG_REALM"},
		{"Ereignis-ID: 10016", "event 10016 DistributedCOM 10016"},
		{"ID d’événement : 10036", "event 10036 DistributedCOM 10036"},
		{"Id. de evento: 5605", "event 5605 WMI 5605"},
		{"イベント ID 10010", "event 10010 DistributedCOM 10010"},
		{"Код события: 5858", "event 5858 WMI-Activity 5858"},
		{`<EventID Qualifiers="0">10036</EventID>`, "event 10036 DistributedCOM 10036"},
		{`<Provider Name='x'/><EventID>4625</EventID>`, "event 4625 Security-Auditing 4625"},
		{"TimeCreated  : 3/1/2026 10:36:05 AM\nProviderName : Microsoft-Windows-DistributedCOM\nId           : 10036\nMessage      : …", "event 10036 DistributedCOM 10036"},
		{"EventCode=4625", "event 4625 Security-Auditing 4625"},
		{"Events 10036, 10037 and 10038 in the System log", "event 10036 DistributedCOM 10036; event 10037 DistributedCOM 10037; event 10038 DistributedCOM 10038"},
		{"Id = {1A2B3C4D-0000-0000-0000-000000000000}; ClientMachine = SRV01; User = CORP\\svc-mon; ClientProcessId = 1326; Operation = Start IWbemServices::ExecQuery; ResultCode = 0x80041032; PossibleCause = Unknown",
			"wbem 0x80041032 WBEM_E_CALL_CANCELLED"},
		{"The server-side authentication level policy does not allow the user CORP\\svc-mon SID (S-1-5-21-5-1722-1326-500) from address 192.0.2.9 to activate DCOM server.", ""},
		{"Faulting application name: WmiPrvSE.exe, version: 10.0.20348.1, time stamp: 0x5f3a1b2c", ""},
	} {
		if got := found(c.line); got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.line, got, c.want)
		}
	}
}

// Numbers that are no codes (contract section 1).
func TestFindLeavesProseAlone(t *testing.T) {
	for _, line := range []string{
		"",
		"The RPC server is unavailable.",
		"the host answered after 5 seconds on port 135",
		"line 1722: something about 1326 hosts",
		"dial tcp 192.0.2.7:135: i/o timeout",
		"dial tcp [2001:db8::5]:135: i/o timeout",
		"192.0.2.5", "10.0.0.5/24", "fe80::1722%eth0",
		"2026-11-24 10:36:05", "24.11.2026 17:22", "11/24/2026", "2026-11-24T10:36:05.123Z",
		"S-1-5-32-562", "S-1-5-21-1722-1326-5-500",
		"{8BC3F05E-D86B-11D0-A075-00C04FB68820}", "8bc3f05e-d86b-11d0-a075-00c04fb68820",
		"Windows 10.0.20348.1668", "version 5.7", "KB5004442", "CVE-2021-26414", "Server 2016 and 2019",
		"PID 1722", "[1722]", "wmiprvse.exe[1326]: started", "process 5 ended",
		`C:\Windows\System32\wbem\5\1722.log`, "/var/log/1722/5",
		"3 errors, 5 warnings", "error: 3 attempts failed", "Error: 5 of 8 hosts", "errors: 5",
		"2026-11-24 10:00:00 ERROR 1722 --- [main] Boot", "[ERROR] [1722] worker started",
		"error on line 1722", "error at offset 0x10", "exit code 5", "exit status 1", "HTTP error 500", "status code 200", "HTTP status 404",
		"error 5.1", "error 10:23", "error 2024-11-02", "error 1,722", "error 99999999999",
		"0x5 bytes", "ORA-01722: invalid number", "2024-11-24", "1,326", "SQL error 18456, severity 14, state 1", "flags 0x5, level 0x6", "access mask 0x5", "port 0x5", "Logon ID: 0x5", "Ticket Encryption Type: 0x12",
		"0xdeadbeef", "commit 80070005 fixes it", "0x00007FF8A1B2C3D4", "0x80070005abc", "x0x80070005",
		"user@host", "max_read wait_timeout", "SOME_UNKNOWN_NAME", "EVERYTHING IS FINE", "READ_ME",
		"id 1700000000", "-5", "error -5",
	} {
		if got := found(line); got != "" {
			t.Errorf("%q: found %s", line, got)
		}
	}
}

func TestUnknown(t *testing.T) {
	got := strings.Join(Unknown("0x12345678 then SOME_UNKNOWN_NAME, then 0x80041003 and plain words 0x12345678"), " ")
	if want := "0x12345678 SOME_UNKNOWN_NAME"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if n := len(Unknown(strings.Repeat("A_B_C ", 5) + manyUnknown())); n > maxUnknown {
		t.Errorf("%d unknown words", n)
	}
}

func manyUnknown() string {
	var b strings.Builder
	for i := range 100 {
		b.WriteString("NO_SUCH_NAME_" + strings.Repeat("X", i) + " ")
	}
	return b.String()
}

// A megabyte takes time in proportion, whatever it holds.
func TestFindIsLinear(t *testing.T) {
	for _, unit := range []string{"0x80070005 ", "error 5 ", "1 ", "-", "(", "A_", "a", "é", "error ", "error", ":", "5 (", "Event ID 10036, ", "\x80", "&H", "0x", "エ5", "-2147023174", "KRB_", " "} {
		text := strings.Repeat(unit, 1<<20/len(unit))
		start := time.Now()
		Find(text)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%q repeated to 1 MB took %v", unit, took)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"", "0x800706BA", "error -2147023174", "Event ID: 4625, 10036", "&H80041003", "错误代码1722", "\xff0x5", "5 (ERROR_ACCESS_DENIED)",
		"Failure Code: 0x12", "[Errno 111]", "\u22122147023174", "id. 5", "event code 4", "-", "0x", "H", "&H"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, e := range Find(text) {
			if known, ok := Lookup(e.Code); e.Space != Errno && (!ok || known != e) {
				t.Errorf("%q: entry %v is not Lookup's %v", text, e, known)
			}
		}
		Unknown(text)
	})
}
