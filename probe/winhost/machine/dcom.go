package machine

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Level is an authentication level of RPC (MS-RPCE 2.2.1.1.8).
type Level = uint8

// The levels that matter.
const (
	LevelNone      Level = 1
	LevelConnect   Level = 2
	LevelIntegrity Level = 5
	LevelPrivacy   Level = 6
)

// HRESULTs of an activation (MS-ERREF 2.1, MS-DCOM 3.1.2.5.2.3).
const (
	hrAccessDenied   uint32 = 0x80070005
	hrNotRegistered  uint32 = 0x80040154
	hrDisabled       uint32 = 0x80070422
	hrExecFailure    uint32 = 0x80080005
	hrRunAs          uint32 = 0x8000401A
	hrVersion        uint32 = 0x80010110
	hrInvalidHeader  uint32 = 0x80010111
	hrNoEndpoint     uint32 = 0x800706B9
	execFailureAfter        = 30 * time.Second
)

// Activation is a request to start a class.
type Activation struct {
	Level        Level
	Class        string // CLSID in braces
	Major, Minor uint16 // the COM version in ORPCTHIS
	Flags        uint32 // ORPCTHIS.flags
	Session      uint32 // dwSessionID, 0xFFFFFFFF when unspecified
}

// limit is one of the two machine limits. The policy's SDDL wins over the
// registry's bytes (security option "DCOM: Machine … Restrictions").
func (m *Machine) limit(name, otherwise string) Descriptor {
	if text, ok := m.Registry.Text(KeyDCOMPolicy, name); ok && text != "" {
		if d, err := ParseSDDL(text); err == nil {
			return d
		}
	}
	if m.System.OpenDCOM {
		otherwise += "(A;;CCDCLCSWRP;;;S-1-5-32-574)"
	}
	d := m.Registry.descriptor(KeyOle, name, otherwise)
	if m.System.OpenDCOM && !slices.ContainsFunc(d.DACL, func(a ACE) bool { return a.SID == CertSvcDCOM }) {
		d.DACL = append(d.DACL, ACE{Mask: 0x1F, SID: CertSvcDCOM})
	}
	return d
}

// MayActivate decides on an activation. What is checked before the class is
// looked at refuses with a fault, what comes after with a HRESULT (MS-DCOM
// 3.1.2.5.2.3, notes 60, 61, 80, 81; faults.md chapter b). A stopped service
// that may start is started.
func (m *Machine) MayActivate(c Caller, a Activation) Denial {
	switch {
	case m.System.Frozen, m.Services["rpcss"].Health == Hung:
		return Denial{Kind: NoAnswer}
	case m.RPC.Busy:
		return fault(faultTooBusy)
	case m.blocked(IfaceSCM, c.From), m.dcomOff():
		return fault(faultAccess)
	case m.hardened() && a.Level < LevelIntegrity && !c.Anonymous:
		m.Record(Event{Log: "System", Source: "Microsoft-Windows-DistributedCOM", ID: 10036, Level: 2,
			Text: fmt.Sprintf("The server-side authentication level policy does not allow the user %s SID (%s) from address %s to activate DCOM server. Please raise the activation authentication level at least to RPC_C_AUTHN_LEVEL_PKT_INTEGRITY in client application.", c.Account, c.User, c.From)})
		return fault(faultAccess)
	case m.System.Build >= BuildXP && !m.limit("MachineAccessRestriction", defaultAccessLimit).Allows(c, remoteAccess):
		m.denied(c, "machine-default", "Access", "Unavailable")
		return fault(faultAccess)
	case m.System.Build >= BuildXP && !m.limit("MachineLaunchRestriction", defaultLaunchLimit).Allows(c, remoteLaunch):
		m.denied(c, "machine-default", "Activation", "Unavailable")
		return fault(faultAccess)
	}
	if d := m.header(a.Major, a.Minor, a.Flags); d.Refused() {
		return d
	}
	if !m.Registry.HasKey(`HKLM\SOFTWARE\Classes\CLSID\` + a.Class) {
		return hresult(hrNotRegistered)
	}
	app, _ := m.Registry.Text(`HKLM\SOFTWARE\Classes\CLSID\`+a.Class, "AppID")
	appKey := `HKLM\SOFTWARE\Classes\AppID\` + app
	launch := m.Registry.descriptor(appKey, "LaunchPermission", m.Registry.descriptor(KeyOle, "DefaultLaunchPermission", defaultLaunch).SDDL())
	if !launch.Allows(c, remoteLaunch) {
		m.denied(c, "application-specific", "Activation", a.Class)
		return hresult(hrAccessDenied)
	}
	if a.Session != 0xFFFFFFFF && a.Session != 0 {
		return hresult(hrRunAs)
	}
	service, _ := m.Registry.Text(appKey, "LocalService")
	return m.launch(service)
}

// launch brings the service of a class up and says what stops it.
func (m *Machine) launch(service string) Denial {
	s := m.Services[lower(service)]
	switch {
	case service == "":
		return Denial{}
	case s == nil:
		return hresult(0x80070424) // ERROR_SERVICE_DOES_NOT_EXIST
	case s.State == Running && s.Health == Hung:
		return Denial{Kind: NoAnswer}
	case s.State == StartPending || s.Health == Stuck:
		m.Record(Event{Log: "System", Source: "Microsoft-Windows-DistributedCOM", ID: 10010, Level: 2,
			Text: "The server " + CLSIDWMI + " did not register with DCOM within the required timeout."})
		d := hresult(hrExecFailure)
		d.After = execFailureAfter
		return d
	case s.State == Stopped:
		switch r := m.StartService(service); r.Number {
		case 0:
		case ErrServiceDisabled:
			return hresult(hrDisabled)
		case ErrServiceLogon:
			return hresult(hrRunAs)
		default:
			return hresult(0x80070000 | r.Number)
		}
	}
	if lower(service) == "winmgmt" && m.objectPort == 0 && m.overTCP() {
		if m.objectPort = m.takePort(); m.objectPort == 0 {
			m.Record(Event{Log: "System", Source: "Tcpip", ID: 4231, Level: 3, Text: "A request to allocate an ephemeral port number from the global TCP port space has failed due to all such ports being in use."})
			return hresult(hrNoEndpoint)
		}
	}
	return Denial{}
}

// orpcfLocal is the one flag of ORPCTHIS (MS-DCOM 2.2.13.3) that Windows lets a
// remote caller set: impacket always does.
const orpcfLocal = 0x1

// header checks version and flags of an ORPC call (MS-DCOM 3.1.1.5.4,
// 3.1.2.5.2.3; impacket issue 896 for builds that no longer take 5.1).
func (m *Machine) header(major, minor uint16, flags uint32) Denial {
	ours, most := m.System.COMVersion()
	switch {
	case flags&^orpcfLocal != 0, minor < 2 && m.System.Build >= Build2004 && major == 5:
		return hresult(hrInvalidHeader)
	case major != ours, minor > most:
		return hresult(hrVersion)
	}
	return Denial{}
}

// dcomOff is EnableDCOM=N as it stood at boot (KB180384).
func (m *Machine) dcomOff() bool {
	v, ok := m.booted.Text(KeyOle, "EnableDCOM")
	return ok && strings.EqualFold(v, "N")
}

func (m *Machine) denied(c Caller, which, what, class string) {
	m.Record(Event{Log: "System", Source: "Microsoft-Windows-DistributedCOM", ID: 10016, Level: 3,
		Text: fmt.Sprintf("The %s permission settings do not grant Remote %s permission for the COM Server application with CLSID %s to the user %s SID (%s) from address %s.", which, what, class, c.Account, c.User, c.From)})
}

// AuthnHint is the lowest level the object exporter takes calls at (MS-DCOM
// 2.2.22.2.8.1); calls below it are refused. UnprotectedCalls lowers it.
func (m *Machine) AuthnHint() Level {
	if m.WMI.MinimumLevel != 0 {
		return m.WMI.MinimumLevel
	}
	return LevelConnect
}

// Call is an ORPC call on the object port.
type Call struct {
	Level        Level
	Iface        string
	Major, Minor uint16
	Flags        uint32
	RemUnknown   bool // a call of IRemUnknown, which answers with a HRESULT
	Since        int  // Starts of Winmgmt when the object was made
}

// MayCall decides on an ORPC call on the object port (MS-DCOM 3.1.1.5.4, notes
// 37, 40, 42).
func (m *Machine) MayCall(c Caller, call Call) Denial {
	s := m.Services["winmgmt"]
	refuse := fault(faultAccess)
	if call.RemUnknown {
		refuse = hresult(hrAccessDenied)
	}
	p := m.Firewall.Product
	switch {
	case m.System.Frozen, s.Health == Hung:
		return Denial{Kind: NoAnswer}
	case s.State != Running:
		return Denial{Kind: Cut}
	case p.BlockWMI && !(len(p.Exempt) > 0 && m.anyAddress(p.Exempt, c.From.Unmap())):
		return Denial{Kind: Cut}
	case m.RPC.Busy:
		return fault(faultTooBusy)
	case m.blocked(call.Iface, c.From), m.dcomOff():
		return refuse
	case call.Level < m.AuthnHint():
		return refuse
	case m.System.Build >= BuildXP && !m.limit("MachineAccessRestriction", defaultAccessLimit).Allows(c, remoteAccess):
		return refuse
	case call.Since != s.Starts:
		return fault(0x80010108) // RPC_E_DISCONNECTED
	}
	return m.header(call.Major, call.Minor, call.Flags)
}

func filterKey(n uint32) string {
	return fmt.Sprintf("{5c1f2d30-7a41-4e0b-9d52-%012x}", n)
}
