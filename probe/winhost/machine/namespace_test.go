package machine

import (
	"slices"
	"testing"
)

// The rows of layer 4; MS-WMI 3.1.4.1.4, notes 22, 23.
func TestOpen(t *testing.T) {
	revoke := func(m *Machine) { m.Revoke("root", m.Account("LAB", "svc-mon").SID) }
	for _, c := range []struct {
		fault        string
		domain, user string
		set          func(*Machine)
		ask          Login
		want         uint32
	}{
		{"healthy", "LAB", "svc-mon", nil, Login{Namespace: `root\cimv2`}, 0},
		{"healthy, with server", "LAB", "svc-mon", nil, Login{Namespace: `//winhost.lab.test/ROOT/CIMV2`, Locale: "en-US,en"}, 0},
		{"ns-remote-enable", "LAB", "svc-mon", revoke, Login{Namespace: `root\cimv2`}, 0x80041003},
		{"ns-remote-enable, granted on cimv2", "LAB", "svc-mon", func(m *Machine) {
			revoke(m)
			m.Grant(`root\cimv2`, m.Account("LAB", "svc-mon").SID, 0x21, ContainerInherit)
		}, Login{Namespace: `root\cimv2`}, 0},
		{"ns-remote-enable, 0x20 is enough where authenticated users have 0x13", "LAB", "svc-mon", func(m *Machine) {
			revoke(m)
			m.Grant(`root\cimv2`, m.Account("LAB", "svc-mon").SID, 0x20, 0)
		}, Login{Namespace: `root\cimv2`}, 0},
		{"ns-acl-not-inherited", "LAB", "svc-mon", func(m *Machine) {
			revoke(m)
			m.Grant(`root\cimv2`, m.Account("LAB", "svc-mon").SID, 0x21, 0)
		}, Login{Namespace: `root\cimv2\power`}, 0x80041003},
		{"ns-acl-not-inherited, the child blocks", "LAB", "svc-mon", func(m *Machine) { m.Namespace(`root\cimv2\power`).Protected = true }, Login{Namespace: `root\cimv2\power`}, 0x80041003},
		{"ns-enable", "LAB", "svc-mon", func(m *Machine) {
			n := m.Namespace(`root\cimv2`)
			n.ACL = append([]ACE{{Type: AccessDenied, Mask: 0x1, SID: m.Account("LAB", "svc-mon").SID}}, n.ACL...)
		}, Login{Namespace: `root\cimv2`}, 0x80041003},
		{"uac-filtered-namespace", "WINHOST", "localadm", nil, Login{Namespace: `root\cimv2`}, 0x80041003},
		{"administrators hold everything", "LAB", "adm-lab", nil, Login{Namespace: `root\cimv2`}, 0},
		{"ns-requires-encryption", "LAB", "svc-mon", nil, Login{Namespace: `root\MSCluster`, Level: LevelIntegrity}, 0x80041003},
		{"ns-requires-encryption, at PRIVACY", "LAB", "svc-mon", nil, Login{Namespace: `root\MSCluster`, Level: LevelPrivacy}, 0},
		{"ns-not-found", "LAB", "svc-mon", nil, Login{Namespace: `root\nothing`}, 0x8004100E},
		{"ns-bad-syntax, doubled", "LAB", "svc-mon", nil, Login{Namespace: `root\\cimv2`}, 0x8004100E},
		{"ns-bad-syntax, flags", "LAB", "svc-mon", nil, Login{Namespace: `root\cimv2`, Flags: 1}, 0x80041008},
		{"ns-bad-syntax, null", "LAB", "svc-mon", nil, Login{}, 0x80041008},
		{"ns-locale", "LAB", "svc-mon", nil, Login{Namespace: `root\cimv2`, Locale: "d€"}, 0x80041008},
		{"act-impersonation-low", "LAB", "svc-mon", nil, Login{Namespace: `root\cimv2`, Impersonation: 2}, 0x80041003},
		{"ns-init-failure", "LAB", "svc-mon", func(m *Machine) { m.WMI.Repository = Unusable }, Login{Namespace: `root\cimv2`}, 0x80041014},
		{"ns-repository-damaged", "LAB", "svc-mon", func(m *Machine) { m.Damage(`root\cimv2`) }, Login{Namespace: `root\cimv2`}, 0x8004100E},
		{"ns-repository-damaged, root opens", "LAB", "svc-mon", func(m *Machine) { m.Damage(`root\cimv2`) }, Login{Namespace: `root`}, 0},
		{"ns-shutting-down", "LAB", "svc-mon", func(m *Machine) { m.WMI.ShuttingDown = true }, Login{Namespace: `root\cimv2`}, 0x80041033},
		{"ns-quota", "LAB", "svc-mon", func(m *Machine) { m.Namespace(`root\cimv2`).Open = 4096 }, Login{Namespace: `root\cimv2`}, 0x8004106C},
	} {
		t.Run(c.fault, func(t *testing.T) {
			m := New()
			who := caller(t, m, c.domain, c.user)
			if c.set != nil {
				c.set(m)
			}
			if c.ask.Level == 0 {
				c.ask.Level = LevelIntegrity
			}
			if _, d := m.MayOpen(who, c.ask); d.Code.Number != c.want {
				t.Errorf("%s, want %#x", d.Code, c.want)
			}
		})
	}
}

// Chapter d: the stock descriptor of root\cimv2 is all inherited.
func TestStockSecurityIsInherited(t *testing.T) {
	m := New()
	m.Revoke("root", m.Account("LAB", "svc-mon").SID)
	m.Revoke("root", m.Account(".", "svc-local").SID)
	want := "O:BAG:BAD:(A;CIID;CCDCLCSWRPWPRCWD;;;BA)(A;CIID;CCDCRP;;;NS)(A;CIID;CCDCRP;;;LS)(A;CIID;CCDCRP;;;AU)"
	n := m.Namespace(`root\cimv2`)
	if got := m.Security(n).SDDL(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	before := m.Security(n)
	m.Grant(`root\cimv2`, "S-1-5-21-1-2-3-4", 0x21, ContainerInherit)
	m.SetSecurity(n, before)
	if got := m.Security(n).SDDL(); got != want || len(n.ACL) != 0 {
		t.Errorf("after SetSD with the saved bytes: %s, %d own entries", got, len(n.ACL))
	}
}

// The rows of layer 5.
func TestQuery(t *testing.T) {
	for _, c := range []struct {
		fault        string
		domain, user string
		set          func(*Machine)
		ask          Query
		number       uint32
		atExec       bool
		rows         bool
	}{
		{"healthy", "LAB", "svc-mon", nil, Query{Class: "win32_operatingsystem"}, 0, false, true},
		{"healthy, services", "LAB", "svc-mon", nil, Query{Class: "Win32_Service"}, 0, false, true},
		{"healthy, counters", "LAB", "svc-mon", nil, Query{Class: "Win32_PerfFormattedData_PerfOS_System"}, 0, false, true},
		{"healthy, security log", "LAB", "svc-mon", nil, Query{Class: "Win32_NTLogEvent", Compared: map[string]string{"logfile": "security"}}, 0, false, true},
		{"q-class-missing", "LAB", "svc-mon", nil, Query{Class: "Win32_Nothing"}, 0x80041010, true, false},
		{"q-perf-missing", "LAB", "svc-mon", func(m *Machine) { m.WMI.PerfLost = true }, Query{Class: "Win32_PerfFormattedData_PerfOS_System"}, 0x80041010, true, false},
		{"q-class-denied", "LAB", "svc-mon", func(m *Machine) { m.Manager = StockManager }, Query{Class: "Win32_Service"}, 0x80041003, false, false},
		{"q-class-denied, filtered administrator", "WINHOST", "localadm", nil, Query{Class: "Win32_Service"}, 0x80041003, false, false},
		{"q-privilege-not-held", "WINHOST", "svc-local", nil, Query{Class: "Win32_NTLogEvent", Compared: map[string]string{"LogFile": "Security"}}, 0x80041062, false, false},
		{"q-privilege-not-held, Application entries come", "WINHOST", "svc-local", nil, Query{Class: "Win32_NTLogEvent", Compared: map[string]string{"LogFile": "Application"}}, 0, false, true},
		{"q-provider-load", "LAB", "svc-mon", func(m *Machine) { m.WMI.Providers["cimwin32"].State = ProviderUnloadable }, Query{Class: "Win32_Process"}, 0x80041013, false, false},
		{"q-provider-load, registration", "LAB", "svc-mon", func(m *Machine) { m.WMI.Providers["cimwin32"].State = ProviderUnregistered }, Query{Class: "Win32_Process"}, 0x80041012, false, false},
		{"q-provider-failure", "LAB", "svc-mon", func(m *Machine) { m.WMI.Providers["cimwin32"].State = ProviderFails }, Query{Class: "Win32_Process"}, 0x80041004, false, false},
		{"q-provider-crash", "LAB", "svc-mon", func(m *Machine) { m.WMI.Providers["cimwin32"].State = ProviderCrashes }, Query{Class: "Win32_Process"}, 0x800706BE, false, false},
		{"q-double-hop", "LAB", "svc-mon", func(m *Machine) { m.WMI.Providers["cimwin32"].State = ProviderElsewhere }, Query{Class: "Win32_Process"}, 0x80070005, false, false},
		{"q-quota", "LAB", "svc-mon", func(m *Machine) { m.WMI.HeavyMB = 600 }, Query{Class: "Win32_Process"}, 0x8004106C, false, false},
		{"q-memory", "LAB", "svc-mon", func(m *Machine) { m.System.FreeMemoryMB = 12 }, Query{Class: "Win32_Process"}, 0x80041006, false, false},
		{"q-server-busy", "LAB", "svc-mon", func(m *Machine) { m.WMI.Busy = true }, Query{Class: "Win32_Process"}, 0x80041045, true, false},
		{"q-not-capable", "LAB", "svc-mon", nil, Query{Class: "Win32_ProcessStartTrace"}, 0x80041024, true, false},
		{"q-not-capable, key", "LAB", "svc-mon", nil, Query{Class: "Win32_PingStatus"}, 0x80041024, true, false},
	} {
		t.Run(c.fault, func(t *testing.T) {
			m := New()
			if c.user == "localadm" {
				sid := m.Account(".", "localadm").SID
				m.Join(DCOMUsers, sid)
				m.Grant("root", sid, 0x21, ContainerInherit)
			}
			if c.set != nil {
				c.set(m)
			}
			got := m.MayQuery(caller(t, m, c.domain, c.user), m.Namespace(`root\cimv2`), c.ask)
			if got.Denial.Code.Number != c.number || got.AtExec != c.atExec || len(got.Rows) > 0 != c.rows {
				t.Errorf("%s, at exec %v, %d rows; want %#x, %v, rows %v", got.Denial.Code, got.AtExec, len(got.Rows), c.number, c.atExec, c.rows)
			}
		})
	}
	m := New()
	if r := m.MayQuery(caller(t, m, "LAB", "svc-mon"), m.Namespace(`root\cimv2`), Query{Class: "Win32_Product"}); r.Slow == 0 {
		t.Error("q-slow: Win32_Product is quick")
	}
	m.WMI.Throttled = true
	if r := m.MayQuery(caller(t, m, "LAB", "svc-mon"), m.Namespace(`root\cimv2`), Query{Class: "Win32_Process"}); r.Denial.Kind != NoAnswer {
		t.Error("q-arbitrator-throttle: a query answers")
	}
}

// q-uac-partial: win32 "UAC and WMI", lists of classes.
func TestPartialAnswers(t *testing.T) {
	m := New()
	sid := m.Account(".", "localadm").SID
	m.Join(DCOMUsers, sid)
	m.Grant("root", sid, 0x21, ContainerInherit)
	n := m.Namespace(`root\cimv2`)
	if r := m.MayQuery(caller(t, m, "WINHOST", "localadm"), n, Query{Class: "Win32_UserAccount"}); len(r.Rows) != 0 || r.Denial.Refused() {
		t.Errorf("a filtered administrator sees %d accounts", len(r.Rows))
	}
	full := m.MayQuery(caller(t, m, "LAB", "adm-lab"), n, Query{Class: "Win32_ComputerSystem"}).Rows[0]
	part := m.MayQuery(caller(t, m, "WINHOST", "localadm"), n, Query{Class: "Win32_ComputerSystem"}).Rows[0]
	if full["UserName"] == nil || part["UserName"] != nil {
		t.Errorf("UserName: %v for an administrator, %v when filtered", full["UserName"], part["UserName"])
	}
}

func TestExecute(t *testing.T) {
	m := New()
	n := m.Namespace(`root\cimv2`)
	who := caller(t, m, "LAB", "svc-mon")
	if d := m.MayExecute(who, n, "Win32_Process", "Create"); d.Refused() {
		t.Errorf("healthy: %s", d.Code)
	}
	m.System.AttackSurface = 1
	if d := m.MayExecute(who, n, "Win32_Process", "Create"); d.Code.Number != 0x80041003 {
		t.Errorf("q-asr-create: %s", d.Code)
	}
	m.System.AttackSurface = 0
	m.Namespace("root").ACL = []ACE{{Flags: ContainerInherit, Mask: 0x21, SID: AuthenticatedUsers}}
	if d := m.MayExecute(who, n, "Win32_Process", "Create"); d.Code.Number != 0x80041003 {
		t.Errorf("q-method-denied: %s", d.Code)
	}
}

// MS-WMI 3.1.1.1.3, notes 16, 17.
func TestCallback(t *testing.T) {
	anonymous := func(m *Machine) bool {
		return slices.Contains(m.Callback(m.Namespace(`root\cimv2`)).Levels, LevelNone)
	}
	m := New()
	if r := m.Callback(nil); r.As != `LAB\WINHOST$` || !r.Unsecured || r.PortInBinding || !anonymous(m) {
		t.Errorf("healthy: %+v", r)
	}
	m.Registry.Set(KeyCIMOM, DWord("AllowAnonymousCallback", 0))
	if !anonymous(m) {
		t.Error("cb-anon-forbidden counts before the restart")
	}
	restart := func() { m.StopService("winmgmt", true); m.StartService("winmgmt") }
	if restart(); anonymous(m) {
		t.Error("cb-anon-forbidden: still anonymous")
	}
	m.Registry.Set(KeyCIMOM, DWord("AllowAnonymousCallback", 1))
	m.Registry.Set(KeyCIMOM, SZ("UnsecAppAccessControlDefault", "1"))
	if restart(); anonymous(m) {
		t.Error("cb-unsecapp-access: still anonymous")
	}
	m.Registry.Set(KeyOle, DWord("DCOMSCMRemoteCallFlags", 8))
	if m.Reboot(); m.Callback(nil).Unsecured {
		t.Error("cb-resolve-unsecure-forbidden: still repeats")
	}
	if got := m.Callback(m.Namespace(`root\MSCluster`)).Levels; len(got) != 1 || got[0] != LevelPrivacy {
		t.Errorf("cb-encryption-ns: levels %v", got)
	}
}

// Every value has the Go type that its CIM type promises.
func TestRowsHaveTheirTypes(t *testing.T) {
	m := New()
	who := caller(t, m, "LAB", "adm-lab")
	for _, n := range m.WMI.Namespaces {
		for _, c := range n.Classes {
			if c.EventOnly || c.NeedsKey != "" {
				continue
			}
			for _, row := range m.MayQuery(who, n, Query{Class: c.Name}).Rows {
				for name, v := range row {
					p, ok := c.Property(name)
					if !ok || !typed(p, v) {
						t.Errorf("%s.%s: %T for %q", c.Name, name, v, p.Type)
					}
				}
			}
		}
	}
}

func typed(p Property, v any) bool {
	if p.Array {
		_, ok := v.([]string)
		return ok && p.Type == CIMString
	}
	var ok bool
	switch p.Type {
	case CIMString, CIMDatetime:
		_, ok = v.(string)
	case CIMBool:
		_, ok = v.(bool)
	case CIMUint8:
		_, ok = v.(uint8)
	case CIMUint16:
		_, ok = v.(uint16)
	case CIMUint32:
		_, ok = v.(uint32)
	case CIMUint64:
		_, ok = v.(uint64)
	case CIMSint16:
		_, ok = v.(int16)
	case CIMSint32:
		_, ok = v.(int32)
	}
	return ok
}
