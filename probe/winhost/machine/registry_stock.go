package machine

// Keys that decisions read.
const (
	KeyOle         = `HKLM\SOFTWARE\Microsoft\Ole`
	KeyDCOMPolicy  = `HKLM\SOFTWARE\Policies\Microsoft\Windows NT\DCOM`
	KeyRPCPolicy   = `HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Rpc`
	KeyRPC         = `HKLM\SOFTWARE\Microsoft\Rpc`
	KeyRPCInternet = `HKLM\SOFTWARE\Microsoft\Rpc\Internet`
	KeyUAC         = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System`
	KeyLsa         = `HKLM\SYSTEM\CurrentControlSet\Control\Lsa`
	KeyMSV         = KeyLsa + `\MSV1_0`
	KeyKerberos    = KeyLsa + `\Kerberos\Parameters`
	KeyCIMOM       = `HKLM\SOFTWARE\Microsoft\WBEM\CIMOM`
	KeyWMIAppID    = `HKLM\SOFTWARE\Classes\AppID\` + CLSIDWMI
	KeyWMIClass    = `HKLM\SOFTWARE\Classes\CLSID\` + CLSIDWMI
)

// CLSIDWMI is WbemLevel1Login, class and AppID alike (MS-WMI 1.9).
const CLSIDWMI = `{8BC3F05E-D86B-11D0-A075-00C04FB68820}`

// FixedPort is the object port after winmgmt /standalonehost (win32 page
// "Setting up a fixed port for WMI").
const FixedPort = 24158

// Rights of a COM launch or access descriptor (win32 page "Access control
// lists for COM").
const (
	comExecute        uint32 = 0x01
	comExecuteLocal   uint32 = 0x02
	comExecuteRemote  uint32 = 0x04
	comActivateLocal  uint32 = 0x08
	comActivateRemote uint32 = 0x10
	remoteLaunch             = comExecute | comExecuteRemote | comActivateRemote
	remoteAccess             = comExecute | comExecuteRemote
)

// Default machine limits (win32 pages MachineLaunchRestriction and
// MachineAccessRestriction; faults.md chapter b). They apply where the value is
// absent too.
const (
	defaultLaunchLimit = "O:BAG:BAD:(A;;CCDCLCSWRP;;;BA)(A;;CCDCSW;;;WD)(A;;CCDCLCSWRP;;;LU)(A;;CCDCLCSWRP;;;S-1-5-32-562)"
	defaultAccessLimit = "O:BAG:BAD:(A;;CCDCLC;;;WD)(A;;CCDC;;;AN)(A;;CCDCLC;;;LU)(A;;CCDCLC;;;S-1-5-32-562)"
	defaultLaunch      = "O:BAG:BAD:(A;;CCDCLCSWRP;;;SY)(A;;CCDCLCSWRP;;;BA)(A;;CCDCLCSWRP;;;IU)"
	wmiLaunch          = "O:BAG:BAD:(A;;CCDCLCSWRP;;;SY)(A;;CCDCLCSWRP;;;BA)(A;;CCDCLCSWRP;;;AU)"
)

// mustSDDL parses a descriptor written in this package; a test parses them all.
func mustSDDL(text string) Descriptor {
	d, err := ParseSDDL(text)
	if err != nil {
		panic(err)
	}
	return d
}

func stockRegistry() *Registry {
	r := newRegistry()
	for _, key := range []string{KeyOle, KeyRPC, KeyUAC, KeyLsa, KeyMSV, KeyCIMOM, KeyWMIAppID, KeyWMIClass,
		`HKLM\SOFTWARE\Policies\Microsoft\Windows NT`, `HKCU\Software`, `HKU\.DEFAULT`} {
		r.Create(key)
	}
	for key, values := range map[string][]Value{
		KeyOle: {SZ("EnableDCOM", "Y"), DWord("LegacyAuthenticationLevel", 2), DWord("LegacyImpersonationLevel", 2),
			Binary("MachineLaunchRestriction", mustSDDL(defaultLaunchLimit).Encode()),
			Binary("MachineAccessRestriction", mustSDDL(defaultAccessLimit).Encode()),
			Binary("DefaultLaunchPermission", mustSDDL(defaultLaunch).Encode())},
		KeyRPC: {MultiSZ("DCOM Protocols", "ncacn_ip_tcp")},
		KeyUAC: {DWord("EnableLUA", 1), DWord("ConsentPromptBehaviorAdmin", 5), DWord("FilterAdministratorToken", 0)},
		KeyLsa: {DWord("LimitBlankPasswordUse", 1), DWord("forceguest", 0), DWord("restrictanonymous", 0),
			DWord("everyoneincludesanonymous", 0)},
		KeyMSV:      {DWord("NtlmMinClientSec", 0x20000000), DWord("NtlmMinServerSec", 0x20000000)},
		KeyCIMOM:    {DWord("AllowAnonymousCallback", 1), SZ("UnsecAppAccessControlDefault", "0"), SZ("Logging", "1")},
		KeyWMIAppID: {SZ("", "Windows Management and Instrumentation"), SZ("LocalService", "winmgmt"), Binary("LaunchPermission", mustSDDL(wmiLaunch).Encode())},
		KeyWMIClass: {SZ("", "Microsoft WBEM Active Scripting Level 1 Login"), SZ("AppID", CLSIDWMI)},
		`HKLM\SOFTWARE\Classes\CLSID\{9BA05972-F6A8-11CF-A442-00A0C90A8F39}`: {SZ("", "ShellWindows"), SZ("AppID", "{9BA05972-F6A8-11CF-A442-00A0C90A8F39}")},
		`HKLM\SOFTWARE\Classes\AppID\{9BA05972-F6A8-11CF-A442-00A0C90A8F39}`: {SZ("", "ShellWindows"), SZ("RunAs", "Interactive User")},
		`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`:                  {SZ("CurrentBuild", "20348"), SZ("ProductName", "Windows Server 2022 Standard")},
	} {
		for _, v := range values {
			r.Set(key, v)
		}
	}
	return r
}

// descriptor reads a binary security descriptor, or its fall-back where the
// value is absent or unreadable.
func (r *Registry) descriptor(key, name, otherwise string) Descriptor {
	if v, ok := r.Get(key, name); ok && v.Type == RegBinary {
		if d, err := DecodeDescriptor(v.Bytes); err == nil {
			return d
		}
	}
	return mustSDDL(otherwise)
}
