package machine

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// PortRange is a run of TCP ports.
type PortRange struct {
	Start uint16
	Count uint16
}

// Network is how the machine stands on its net.
type Network struct {
	Adapter   string // InterfaceAlias
	Index     uint32
	MAC       string
	Addresses []netip.Prefix // its own, inside any NAT
	Gateway   netip.Addr
	DNS       []netip.Addr
	Name      string // of the network profile
	Category  Profile
	// Stuck: the location service doesn't notice the domain until the adapter
	// itself restarts (Windows 11 and Server 2025, known issue of April 2025).
	Stuck bool
	// Misplaced: the location service has the wrong category and finds the
	// right one when it restarts.
	Misplaced bool
	Dynamic   PortRange
	// Leaked ports are held by a program that never closes them.
	Leaked int
	// Unnamed leaves the computer's name out of its OXID bindings.
	Unnamed bool
}

func (n Network) clone() Network {
	n.Addresses, n.DNS = slices.Clone(n.Addresses), slices.Clone(n.DNS)
	return n
}

func stockNetwork() Network {
	return Network{Adapter: "Ethernet", Index: 6, MAC: "02:00:5E:10:00:0A",
		Addresses: []netip.Prefix{netip.MustParsePrefix("192.0.2.10/24")},
		Gateway:   netip.MustParseAddr("192.0.2.1"), DNS: []netip.Addr{netip.MustParseAddr("192.0.2.2")},
		Name: "lab.test", Category: DomainProfile, Dynamic: PortRange{49152, 16384}}
}

// ActiveProfile is the profile whose rules count now.
func (m *Machine) ActiveProfile() Profile { return m.Network.Category }

// Detect lets the location service look again, as it does when it or the
// adapter restarts.
func (m *Machine) Detect(adapter bool) {
	if m.Role == Workgroup || m.Domain.Unreachable || m.Network.Stuck && !adapter {
		return
	}
	m.Network.Category, m.Network.Name = DomainProfile, m.Domain.DNS
	m.Network.Misplaced, m.Network.Stuck = false, false
}

// Towers (C706 appendix I).
const (
	TowerTCP       uint16 = 0x07
	TowerNamedPipe uint16 = 0x0F
)

// Binding is one string binding: a tower and an address, "192.0.2.10[49667]"
// or "192.0.2.10" (MS-DCOM 2.2.19.3).
type Binding struct {
	Tower   uint16
	Address string
}

// ResolverBindings are what ServerAlive2 lists: names and addresses, no port.
func (m *Machine) ResolverBindings() []Binding { return m.bindings("", `\pipe\epmapper`) }

// Bindings are the string bindings of the WMI object exporter. The list is
// empty when no port could be had.
func (m *Machine) Bindings() []Binding {
	port := ""
	if m.objectPort != 0 {
		port = fmt.Sprintf("[%d]", m.objectPort)
	} else if m.overTCP() {
		return nil
	}
	return m.bindings(port, `[\pipe\winmgmt]`)
}

func (m *Machine) bindings(tcp, pipe string) []Binding {
	var hosts []string
	if !m.Network.Unnamed {
		hosts = append(hosts, m.Computer)
	}
	for _, p := range m.Network.Addresses {
		hosts = append(hosts, p.Addr().String())
	}
	tower, suffix := TowerTCP, tcp
	if !m.overTCP() {
		tower, suffix = TowerNamedPipe, pipe
	}
	out := make([]Binding, 0, len(hosts))
	for _, h := range hosts {
		if tower == TowerNamedPipe {
			h = `\\` + h
		}
		out = append(out, Binding{tower, h + suffix})
	}
	return out
}

// overTCP reads the protocol sequences DCOM was told at boot.
func (m *Machine) overTCP() bool {
	v, ok := m.booted.Get(KeyRPC, "DCOM Protocols")
	return !ok || v.Type != RegMultiSZ || slices.ContainsFunc(v.List, func(s string) bool { return strings.EqualFold(s, "ncacn_ip_tcp") })
}

// ObjectPort is the TCP port of the WMI object exporter, 0 when there is none.
func (m *Machine) ObjectPort() uint16 { return m.objectPort }

// PortsLeft counts the dynamic ports that are still free.
func (m *Machine) PortsLeft() int {
	return max(0, len(m.dynamicPorts(1<<16))-m.Network.Leaked)
}

// takePort gives the WMI service its port when it starts: the fixed one where
// the AppID names it, else the next dynamic one.
func (m *Machine) takePort() uint16 {
	if v, ok := m.Registry.Get(KeyWMIAppID, "Endpoints"); ok && v.Type == RegMultiSZ {
		for _, e := range v.List {
			if f := strings.Split(e, ","); len(f) == 3 && strings.EqualFold(f[0], "ncacn_ip_tcp") {
				if n, err := strconv.ParseUint(f[2], 10, 16); err == nil && n > 0 {
					return uint16(n)
				}
			}
		}
	}
	if !m.overTCP() || m.PortsLeft() == 0 {
		return 0
	}
	free := m.dynamicPorts(1 << 16)
	m.portsGiven++
	return free[(514+m.portsGiven)%len(free)] // 49667 on a new machine
}

// dynamicPorts are the ports RPC may use, by Rpc\Internet as it stood at boot
// (KB154596): with the two flags equal the list is used, else it is avoided.
func (m *Machine) dynamicPorts(most int) []uint16 {
	listed, restricted := m.booted.Get(KeyRPCInternet, "Ports")
	avail, _ := m.booted.Text(KeyRPCInternet, "PortsInternetAvailable")
	use, _ := m.booted.Text(KeyRPCInternet, "UseInternetPorts")
	inList := func(p uint16) bool {
		return slices.ContainsFunc(listed.List, func(s string) bool { return m.anyPort([]string{s}, p, "") })
	}
	var out []uint16
	if restricted && avail != "" && strings.EqualFold(avail, use) {
		for p := 1; p <= 65535 && len(out) < most; p++ {
			if inList(uint16(p)) {
				out = append(out, uint16(p))
			}
		}
		return out
	}
	avoid := restricted && avail != ""
	for i := range int(m.Network.Dynamic.Count) {
		p := int(m.Network.Dynamic.Start) + i
		if p <= 65535 && len(out) < most && !(avoid && inList(uint16(p))) {
			out = append(out, uint16(p))
		}
	}
	return out
}

// listener names the service behind a local TCP port, "" when there is none.
func (m *Machine) listener(port uint16) string {
	up := func(service string) bool { s := m.Services[service]; return s != nil && s.State == Running }
	switch {
	case port == 135 && up("rpcss"):
		return "rpcss"
	case port == m.objectPort && port != 0 && up("winmgmt"):
		return "winmgmt"
	case port == 445, port == 5985 && up("winrm"):
		return "system"
	case port == 3389 && up("termservice"):
		return "termservice"
	}
	return ""
}

// Mask is the subnet as Windows writes it: a dotted mask, or for IPv6 the
// number of bits.
func Mask(p netip.Prefix) string {
	if !p.Addr().Is4() {
		return strconv.Itoa(p.Bits())
	}
	n := uint64(0xFFFFFFFF) << (32 - max(p.Bits(), 0))
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}).String()
}
