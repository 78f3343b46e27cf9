package machine

import (
	"net/netip"
	"testing"
)

// The rows of layers 1, 3 and 6 that are a firewall's; MS-FASP 3.1.1: a block
// beats an allow, the profile's default counts last.
func TestAdmits(t *testing.T) {
	far := netip.MustParseAddr("198.51.100.7")
	group := func(m *Machine, id string, on bool) {
		for _, r := range m.Firewall.Rules {
			if r.Group == id {
				r.Enabled = on
			}
		}
	}
	for _, c := range []struct {
		fault  string
		set    func(*Machine)
		d      Direction
		remote netip.Addr
		port   uint16
		svc    string
		want   Action
	}{
		{"healthy", nil, In, far, 135, "", Allow},
		{"healthy, object port", nil, In, far, 49667, "", Allow},
		{"healthy, IPv4 in IPv6", nil, In, netip.AddrFrom16(far.As16()), 135, "", Allow},
		{"nobody listens", nil, In, far, 4000, "", Drop},
		{"fw135-drop", func(m *Machine) { group(m, GroupWMI, false) }, In, far, 135, "", Drop},
		{"another group opens 135, not the object port", func(m *Machine) { group(m, GroupWMI, false); group(m, GroupEventLog, true) }, In, far, 135, "", Allow},
		{"objport-drop behind it", func(m *Machine) { group(m, GroupWMI, false); group(m, GroupEventLog, true) }, In, far, 49667, "", Drop},
		{"fw135-localsubnet", func(m *Machine) { m.LeaveDomain() }, In, far, 135, "", Drop},
		{"fw135-localsubnet, a neighbour", func(m *Machine) { m.LeaveDomain() }, In, jump, 135, "", Allow},
		{"fw-profile-public", func(m *Machine) {
			for _, n := range []string{"WMI-RPCSS-In-TCP", "WMI-WINMGMT-In-TCP"} {
				m.Firewall.Rule(n).Enabled = false
			}
			m.Network.Category = PublicProfile
		}, In, jump, 135, "", Drop},
		{"fw-block-rule", func(m *Machine) {
			m.Firewall.Rules = append(m.Firewall.Rules, &Rule{Name: "Block", Block: true, Enabled: true, Profiles: AnyProfile, Protocol: TCP, LocalPorts: []string{"130-140"}})
		}, In, far, 135, "", Drop},
		{"a rule of GPO survives", func(m *Machine) {
			s := m.Firewall.Profiles[DomainProfile]
			s.IgnoreLocal = true
			m.Firewall.Profiles[DomainProfile] = s
			m.Firewall.Rules = append(m.Firewall.Rules, &Rule{Name: "G", Policy: true, Enabled: true, Profiles: AnyProfile, Protocol: TCP, LocalPorts: []string{"135"}})
		}, In, far, 135, "", Allow},
		{"local rules ignored", func(m *Machine) {
			s := m.Firewall.Profiles[DomainProfile]
			s.IgnoreLocal = true
			m.Firewall.Profiles[DomainProfile] = s
		}, In, far, 135, "", Drop},
		{"fw-third-party", func(m *Machine) { m.Firewall.Product = Product{BlockPorts: []uint16{135}} }, In, far, 135, "", Drop},
		{"isolation", func(m *Machine) { m.Firewall.Product = Product{Isolated: true} }, In, far, 445, "", Drop},
		{"edr-blocks-wmi", func(m *Machine) { m.Firewall.Product = Product{BlockWMI: true} }, In, far, 49667, "", Reset},
		{"ipsec-required", func(m *Machine) { m.Firewall.IPsec = true }, In, far, 135, "", Drop},
		{"ipsec-required, exempt", func(m *Machine) { m.Firewall.IPsec, m.Firewall.IPsecExempt = true, []string{"198.51.100.0/24"} }, In, far, 135, "", Allow},
		{"rpcss-not-listening", func(m *Machine) {
			m.Services["rpcss"].State = Stopped
			m.Firewall.Rule("WMI-RPCSS-In-TCP-NoScope").Service = ""
		}, In, far, 135, "", Reject},
		{"firewall off, nobody listens", func(m *Machine) {
			m.Firewall.Profiles[DomainProfile] = ProfileSettings{}
		}, In, far, 4000, "", Reject},
		{"host-down", func(m *Machine) { m.System.Off = true }, In, far, 135, "", Drop},
		{"healthy, outbound", nil, Out, far, 135, "rpcss", Allow},
		{"cb-host-outbound", func(m *Machine) {
			s := m.Firewall.Profiles[DomainProfile]
			s.BlockOut = true
			m.Firewall.Profiles[DomainProfile] = s
		}, Out, far, 135, "rpcss", Drop},
		{"cb-host-outbound, WMI's own rule on", func(m *Machine) {
			s := m.Firewall.Profiles[DomainProfile]
			s.BlockOut = true
			m.Firewall.Profiles[DomainProfile] = s
		}, Out, far, 50000, "winmgmt", Allow},
		{"the rule for the service follows the port", func(m *Machine) {
			m.Firewall.Rules = append(m.Firewall.Rules, &Rule{Name: "own", Enabled: true, Profiles: AnyProfile, Protocol: TCP, Service: "winmgmt",
				Program: `%systemroot%\system32\svchost.exe`, LocalPorts: []string{"Any"}, RemoteAddresses: []string{"198.51.100.1-198.51.100.9"}})
			group(m, GroupWMI, false)
		}, In, far, 49667, "", Allow},
		{"address with a dotted mask", func(m *Machine) {
			m.Firewall.Rule("WMI-RPCSS-In-TCP-NoScope").RemoteAddresses = []string{"198.51.100.0/255.255.255.0"}
		}, In, far, 135, "", Allow},
	} {
		m := New()
		if c.set != nil {
			c.set(m)
		}
		if got := m.Admits(c.d, c.remote, c.port, c.svc); got != c.want {
			t.Errorf("%s: %d, want %d", c.fault, got, c.want)
		}
	}
}

func TestDetect(t *testing.T) {
	m := New()
	m.Network.Category, m.Network.Misplaced = PublicProfile, true
	m.StopService("nlasvc", true)
	m.StartService("nlasvc")
	if m.ActiveProfile() != DomainProfile {
		t.Error("restarting NLA did not find the domain")
	}
	m.Network.Category, m.Network.Stuck = PublicProfile, true
	if m.Detect(false); m.ActiveProfile() != PublicProfile {
		t.Error("Server 2025: NLA alone found the domain")
	}
	if m.Detect(true); m.ActiveProfile() != DomainProfile {
		t.Error("the adapter's restart did not find the domain")
	}
}
