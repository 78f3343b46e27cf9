package machine

import (
	"net/netip"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/code"
)

var activation = Activation{Level: LevelIntegrity, Class: CLSIDWMI, Major: 5, Minor: 7, Session: 0xFFFFFFFF}

// Forms and codes by the catalogue rows of layer 3; MS-DCOM 3.1.2.5.2.3, notes
// 60, 61; KB5004442 for the dates.
func TestActivation(t *testing.T) {
	at := func(level Level) Activation { a := activation; a.Level = level; return a }
	version := func(minor uint16) Activation { a := activation; a.Minor = minor; return a }
	updated := func(y int, mo time.Month) func(*Machine) {
		return func(m *Machine) { m.System.Updated = time.Date(y, mo, 20, 0, 0, 0, 0, time.UTC) }
	}
	for _, c := range []struct {
		fault        string
		domain, user string
		set          func(*Machine)
		ask          Activation
		kind         DenialKind
		number       uint32
	}{
		{"healthy", "LAB", "svc-mon", nil, activation, None, 0},
		{"healthy, domain admin", "LAB", "adm-lab", nil, activation, None, 0},
		{"healthy, RID 500", "WINHOST", "Administrator", nil, activation, None, 0},
		{"act-machine-launch", "LAB", "alice", nil, activation, Fault, 5},
		{"act-machine-launch, left the group", "LAB", "svc-mon", func(m *Machine) { m.Leave(DCOMUsers, m.Account("LAB", "svc-mon").SID) }, activation, Fault, 5},
		{"Performance Log Users stand in the default limit", "LAB", "alice", func(m *Machine) { m.Join(PerfLogUsers, m.Account("LAB", "alice").SID) }, activation, None, 0},
		{"AD CS (KB903220)", "LAB", "alice", func(m *Machine) { m.System.OpenDCOM = true; m.Join(CertSvcDCOM, AuthenticatedUsers) }, activation, None, 0},
		{"act-machine-access", "LAB", "svc-mon", func(m *Machine) {
			m.Registry.Set(KeyOle, Binary("MachineAccessRestriction", mustSDDL("O:BAG:BAD:(A;;CCDCLC;;;BA)").Encode()))
		}, activation, Fault, 5},
		{"act-limits-gpo", "LAB", "svc-mon", func(m *Machine) {
			m.Registry.Set(KeyDCOMPolicy, SZ("MachineLaunchRestriction", "O:BAG:BAD:(A;;CCDCLCSWRP;;;BA)"))
		}, activation, Fault, 5},
		{"act-app-launch", "LAB", "svc-mon", func(m *Machine) {
			m.Registry.Set(KeyWMIAppID, Binary("LaunchPermission", mustSDDL("O:BAG:BAD:(A;;CCDCLCSWRP;;;BA)").Encode()))
		}, activation, Result, 0x80070005},
		{"another class, default permissions", "LAB", "svc-mon", nil, Activation{Level: 5, Class: "{9BA05972-F6A8-11CF-A442-00A0C90A8F39}", Major: 5, Minor: 7}, Result, 0x80070005},
		{"uac-filtered-dcom", "WINHOST", "localadm", nil, activation, Fault, 5},
		{"uac-filtered-dcom, in group 562", "WINHOST", "localadm", func(m *Machine) { m.Join(DCOMUsers, m.Account(".", "localadm").SID) }, activation, None, 0},
		{"uac-filtered-rid500", "WINHOST", "Administrator", func(m *Machine) { m.Registry.Set(KeyUAC, DWord("FilterAdministratorToken", 1)) }, activation, Fault, 5},
		{"act-hardening-integrity", "LAB", "svc-mon", nil, at(LevelConnect), Fault, 5},
		{"hardening before June 2021", "LAB", "svc-mon", updated(2021, 5), at(LevelConnect), None, 0},
		{"hardening, June 2021 to June 2022, off by default", "LAB", "svc-mon", updated(2021, 9), at(LevelConnect), None, 0},
		{"hardening, June 2022, on by default", "LAB", "svc-mon", updated(2022, 7), at(LevelConnect), Fault, 5},
		{"hardening, June 2022, switched off", "LAB", "svc-mon", func(m *Machine) {
			updated(2022, 7)(m)
			m.Registry.Set(KeyOle+`\AppCompat`, DWord("RequireIntegrityActivationAuthenticationLevel", 0))
			m.Reboot()
		}, at(LevelConnect), None, 0},
		{"hardening, March 2023, can't be switched off", "LAB", "svc-mon", func(m *Machine) {
			updated(2023, 4)(m)
			m.Registry.Set(KeyOle+`\AppCompat`, DWord("RequireIntegrityActivationAuthenticationLevel", 0))
			m.Reboot()
		}, at(LevelConnect), Fault, 5},
		{"dcom-disabled", "LAB", "adm-lab", func(m *Machine) { m.Registry.Set(KeyOle, SZ("EnableDCOM", "N")); m.Reboot() }, activation, Fault, 5},
		{"dcom-disabled counts from the next boot", "LAB", "adm-lab", func(m *Machine) { m.Registry.Set(KeyOle, SZ("EnableDCOM", "N")) }, activation, None, 0},
		{"rpc-filter", "LAB", "adm-lab", func(m *Machine) { m.AddFilter(Filter{Action: "block", Iface: IfaceSCM}) }, activation, Fault, 5},
		{"rpc-filter on another address", "LAB", "adm-lab", func(m *Machine) { m.AddFilter(Filter{Action: "block", Iface: IfaceSCM, Remote: "198.51.100.0/24"}) }, activation, None, 0},
		{"class-not-registered", "LAB", "svc-mon", func(m *Machine) { m.Registry.DeleteKey(KeyWMIClass) }, activation, Result, 0x80040154},
		{"winmgmt-disabled", "LAB", "svc-mon", func(m *Machine) { m.StopService("winmgmt", true); m.Services["winmgmt"].Start = Disabled }, activation, Result, 0x80070422},
		{"a stopped service is started", "LAB", "svc-mon", func(m *Machine) { m.StopService("winmgmt", true) }, activation, None, 0},
		{"server-exec-failure", "LAB", "svc-mon", func(m *Machine) { s := m.Services["winmgmt"]; s.State, s.Health = StartPending, Stuck }, activation, Result, 0x80080005},
		{"act-no-answer", "LAB", "svc-mon", func(m *Machine) { m.Services["winmgmt"].Health = Hung }, activation, NoAnswer, 0},
		{"act-logon-failure-runas", "LAB", "svc-mon", nil, Activation{Level: 5, Class: CLSIDWMI, Major: 5, Minor: 7, Session: 3}, Result, 0x8000401A},
		{"act-version-mismatch", "LAB", "svc-mon", nil, version(8), Result, 0x80010110},
		{"act-invalid-header", "LAB", "svc-mon", nil, version(1), Result, 0x80010111},
		{"COM 5.1 on an older build", "LAB", "svc-mon", func(m *Machine) { m.System.Build = Build1809 }, version(1), None, 0},
		{"objport-exhausted", "LAB", "svc-mon", func(m *Machine) {
			m.Network.Leaked = 20000
			m.StopService("winmgmt", true)
			m.StartService("winmgmt")
		}, activation, Result, 0x800706B9},
		{"rpc-too-busy", "LAB", "svc-mon", func(m *Machine) { m.RPC.Busy = true }, activation, Fault, 0x1C010014},
	} {
		t.Run(c.fault, func(t *testing.T) {
			m := New()
			if c.set != nil {
				c.set(m)
			}
			d := m.MayActivate(caller(t, m, c.domain, c.user), c.ask)
			if d.Kind != c.kind || d.Code.Number != c.number {
				t.Errorf("kind %d code %s, want kind %d code %#x", d.Kind, d.Code, c.kind, c.number)
			}
		})
	}
}

// The second decisive call of faults.md chapter a: MS-DCOM notes 53, 54, 56.
func TestPingTellsTheLimitsApart(t *testing.T) {
	m := New()
	c := caller(t, m, "LAB", "alice")
	if d := m.MayAsk(c, AskPing); d.Code != (code.Code{Space: code.Win32, Number: 0x778}) {
		t.Errorf("ping under the stock access limit: %s", d.Code)
	}
	if d := m.MayAsk(c, AskResolve); d.Code.Number != 0x776 {
		t.Errorf("resolve under the stock access limit: %s", d.Code)
	}
	m.Registry.Set(KeyOle, Binary("MachineAccessRestriction", mustSDDL("O:BAG:BAD:(A;;CCDCLC;;;BA)").Encode()))
	if d := m.MayAsk(c, AskPing); d.Kind != Fault || d.Code.Number != 5 {
		t.Errorf("ping under a cut access limit: kind %d %s", d.Kind, d.Code)
	}
	if d := m.MayAsk(c, AskServerAlive2); d.Refused() {
		t.Errorf("ServerAlive2 must not check permissions: %s", d.Code)
	}
}

// MS-RPCE 3.1.1.1.3 and note 62.
func TestRestrictRemoteClients(t *testing.T) {
	for level, want := range map[uint32][2]bool{0: {false, false}, 1: {false, true}, 2: {true, true}} {
		m := New()
		m.Registry.Set(KeyRPCPolicy, DWord("RestrictRemoteClients", level))
		if m.MayAsk(Unknown(jump), AskEndpoints).Refused() {
			t.Error("counts before the reboot")
		}
		m.Reboot()
		anon := Unknown(jump)
		if got := [2]bool{m.MayAsk(anon, AskServerAlive2).Refused(), m.MayAsk(anon, AskEndpoints).Refused()}; got != want {
			t.Errorf("level %d: refused ServerAlive2, ept_map %v, want %v", level, got, want)
		}
		if m.MayAsk(caller(t, m, "LAB", "alice"), AskServerAlive2).Refused() {
			t.Errorf("level %d: an authenticated caller is refused", level)
		}
	}
}

func TestBind(t *testing.T) {
	for _, c := range []struct {
		fault string
		set   func(*Machine)
		auth  uint8
		want  Denial
	}{
		{"healthy", nil, 0, Denial{}},
		{"rpcss-hang", func(m *Machine) { m.Services["rpcss"].Health = Hung }, 0, Denial{Kind: NoAnswer}},
		{"bindnak-resources", func(m *Machine) { m.RPC.Exhausted = true }, 0, Denial{Kind: BindNak, Reason: 2}},
		{"bindnak-protocol", func(m *Machine) { m.RPC.MaxFragment = 4280 }, 0, Denial{Kind: BindNak, Reason: 4}},
		{"resolver-if-missing", func(m *Machine) { m.System.ResolverMissing = true }, 0, Denial{Kind: Rejected}},
		{"bindnak-authtype", func(m *Machine) { m.RPC.NTLM = false }, 10, Denial{Kind: BindNak, Reason: 8}},
		{"bindnak-authtype, another package", func(m *Machine) { m.RPC.NTLM = false }, 9, Denial{}},
	} {
		m := New()
		if c.set != nil {
			c.set(m)
		}
		if got := m.MayBind(IfaceResolver, c.auth, 5840); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.fault, got, c.want)
		}
	}
	m := New()
	m.System.Build = BuildNT4
	if d := m.MayAsk(Unknown(jump), AskServerAlive2); d.Code.Number != 0x1C010002 {
		t.Errorf("resolver-old: %s", d.Code)
	}
}

// MS-DCOM 3.1.1.5.4, notes 37, 40, 42.
func TestObjectCalls(t *testing.T) {
	base := Call{Level: LevelIntegrity, Iface: IfaceLogin, Major: 5, Minor: 7, Since: 1}
	for _, c := range []struct {
		fault  string
		set    func(*Machine, *Call)
		kind   DenialKind
		number uint32
	}{
		{"healthy", func(*Machine, *Call) {}, None, 0},
		{"orpc-level-low", func(m *Machine, _ *Call) { m.WMI.MinimumLevel = LevelPrivacy }, Fault, 5},
		{"orpc-level-low, IRemUnknown", func(m *Machine, k *Call) { m.WMI.MinimumLevel, k.RemUnknown = LevelPrivacy, true }, Result, 0x80070005},
		{"orpc-access-denied", func(m *Machine, _ *Call) {
			m.Registry.Set(KeyOle, Binary("MachineAccessRestriction", mustSDDL("D:(A;;CCDCLC;;;BA)").Encode()))
		}, Fault, 5},
		{"orpc-disconnected", func(m *Machine, _ *Call) { m.StopService("winmgmt", true); m.StartService("winmgmt") }, Fault, 0x80010108},
		{"edr-blocks-wmi", func(m *Machine, _ *Call) { m.Firewall.Product = Product{Name: "Contoso Endpoint", BlockWMI: true} }, Cut, 0},
		{"edr-blocks-wmi, exempt", func(m *Machine, _ *Call) {
			m.Firewall.Product = Product{Name: "Contoso Endpoint", BlockWMI: true, Exempt: []string{"192.0.2.50"}}
		}, None, 0},
	} {
		m := New()
		call := base
		who := caller(t, m, "LAB", "svc-mon")
		c.set(m, &call)
		if d := m.MayCall(who, call); d.Kind != c.kind || d.Code.Number != c.number {
			t.Errorf("%s: kind %d code %s, want kind %d code %#x", c.fault, d.Kind, d.Code, c.kind, c.number)
		}
	}
}

func TestObjectPort(t *testing.T) {
	m := New()
	if m.ObjectPort() != 49667 {
		t.Errorf("first port %d", m.ObjectPort())
	}
	restart := func() { m.StopService("winmgmt", true); m.StartService("winmgmt") }
	restart()
	if m.ObjectPort() == 49667 {
		t.Error("objport-refused: a restart kept the port")
	}
	m.Registry.Set(KeyWMIAppID, MultiSZ("Endpoints", "ncacn_ip_tcp,0,24158"))
	if m.ObjectPort() == FixedPort {
		t.Error("fixedport-not-applied: the fixed port counts before the restart")
	}
	if restart(); m.ObjectPort() != FixedPort {
		t.Errorf("fixed port: %d", m.ObjectPort())
	}
	m.Registry.Delete(KeyWMIAppID, "Endpoints")
	m.Registry.Set(KeyRPCInternet, MultiSZ("Ports", "5000-5003"))
	m.Registry.Set(KeyRPCInternet, SZ("PortsInternetAvailable", "Y"))
	m.Registry.Set(KeyRPCInternet, SZ("UseInternetPorts", "Y"))
	if restart(); m.ObjectPort() < 49152 {
		t.Error("the range counts before the reboot")
	}
	if m.Reboot(); m.ObjectPort() < 5000 || m.ObjectPort() > 5003 {
		t.Errorf("objport-range-changed: %d", m.ObjectPort())
	}
	m.Registry.Set(KeyRPC, MultiSZ("DCOM Protocols", "ncacn_np"))
	m.Reboot()
	for _, b := range m.Bindings() {
		if b.Tower != TowerNamedPipe {
			t.Errorf("binding-no-tcp: %+v", b)
		}
	}
}

func TestBindings(t *testing.T) {
	m := New()
	m.Network.Addresses = []netip.Prefix{netip.MustParsePrefix("10.1.2.3/16")}
	want := []Binding{{TowerTCP, "WINHOST[49667]"}, {TowerTCP, "10.1.2.3[49667]"}}
	got := m.Bindings()
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("bindings %v, want %v", got, want)
	}
}

func TestVariants(t *testing.T) {
	m := New()
	m.Become(Build2003, Server)
	if major, minor := m.System.COMVersion(); major != 5 || minor != 6 || m.ObjectPort() < 1025 || m.ObjectPort() > 5000 {
		t.Errorf("2003: COM %d.%d, port %d", major, minor, m.ObjectPort())
	}
	m = New()
	m.WMI.Unregistered = []string{IfaceServices}
	if d := m.MayBind(IfaceServices, 10, 5840); d.Kind != Rejected {
		t.Errorf("iface-not-registered: kind %d", d.Kind)
	}
	m.Marshaled(IfaceServices)
	if d := m.MayBind(IfaceServices, 10, 5840); d.Refused() {
		t.Error("iface-not-registered: still rejected after an object went out")
	}
	m.Role = DomainController
	if _, d := m.Logon(attempt("WINHOST", "localadm", Password)); d.Code.Number != StatusNoSuchUser {
		t.Errorf("a domain controller knows local accounts: %s", d.Code)
	}
}
