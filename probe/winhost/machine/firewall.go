package machine

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Direction of a connection, seen from the machine.
type Direction uint8

// The directions.
const (
	In Direction = iota
	Out
)

// Action is what becomes of a connection.
type Action uint8

// The actions. Drop is silence; Reject an ICMP or RST instead of the
// connection; Reset lets the connection stand and cuts it at the first data.
const (
	Allow Action = iota
	Drop
	Reject
	Reset
)

// Profile is a set of network profiles.
type Profile uint8

// The profiles (MS-FASP 2.2.2).
const (
	DomainProfile Profile = 1 << iota
	PrivateProfile
	PublicProfile
	AnyProfile = DomainProfile | PrivateProfile | PublicProfile
)

// Protocol numbers of a rule; AnyProtocol matches all.
const (
	TCP         = 6
	UDP         = 17
	ICMPv4      = 1
	AnyProtocol = 256
)

// Rule is one rule of the Windows firewall. Empty lists and empty Program or
// Service match anything. Addresses are single ones, prefixes, ranges a-b, or
// the words LocalSubnet and Any; ports are numbers, ranges, or the words that
// Windows knows (RPC, RPC-EPMap).
type Rule struct {
	Name, DisplayName, Description string
	Group, GroupName               string // "@FirewallAPI.dll,-34251" and its English text
	Direction                      Direction
	Block                          bool
	Enabled                        bool
	Profiles                       Profile
	Protocol                       int
	LocalPorts, RemotePorts        []string
	LocalAddresses                 []string
	RemoteAddresses                []string
	Program, Service               string
	Interfaces                     []string
	// Policy marks a rule that a GPO brought: the console can't change it.
	Policy bool
}

func (r *Rule) clone() *Rule {
	out := *r
	for _, l := range []*[]string{&out.LocalPorts, &out.RemotePorts, &out.LocalAddresses, &out.RemoteAddresses, &out.Interfaces} {
		*l = slices.Clone(*l)
	}
	return &out
}

// ProfileSettings are what holds where no rule matches.
type ProfileSettings struct {
	Enabled         bool
	BlockIn         bool // the default
	BlockOut        bool
	IgnoreLocal     bool // the GPO says "apply local firewall rules: No"
	NotifyOnListen  bool
	LogFile         string
	UnicastResponse bool
}

// Product is a firewall of another vendor, which Windows' own rules don't show.
type Product struct {
	Name string
	// Isolated cuts the host off from everything.
	Isolated bool
	// BlockPorts are dropped, BlockWMI resets WMI's object port after the
	// handshake. Exempt addresses pass both.
	BlockPorts []uint16
	BlockWMI   bool
	Exempt     []string
}

// Firewall is everything that stands between the wire and a listener.
type Firewall struct {
	Rules    []*Rule
	Profiles map[Profile]ProfileSettings
	Product  Product
	// IPsec demands protection from everyone but the exempt.
	IPsec       bool
	IPsecExempt []string
}

func (f Firewall) clone() Firewall {
	rules := make([]*Rule, len(f.Rules))
	for i, r := range f.Rules {
		rules[i] = r.clone()
	}
	f.Rules = rules
	profiles := make(map[Profile]ProfileSettings, len(f.Profiles))
	for k, v := range f.Profiles {
		profiles[k] = v
	}
	f.Profiles = profiles
	f.Product.BlockPorts, f.Product.Exempt = slices.Clone(f.Product.BlockPorts), slices.Clone(f.Product.Exempt)
	f.IPsecExempt = slices.Clone(f.IPsecExempt)
	return f
}

// Rule finds a rule by its name (not the display name).
func (f *Firewall) Rule(name string) *Rule {
	for _, r := range f.Rules {
		if strings.EqualFold(r.Name, name) {
			return r
		}
	}
	return nil
}

// Admits decides on a connection. For In, port is the local one; the program
// behind it is found by who listens there. For Out, port is the remote one and
// service the local service that dials.
func (m *Machine) Admits(d Direction, remote netip.Addr, port uint16, service string) Action {
	remote = remote.Unmap()
	if m.System.Off {
		return Drop
	}
	if d == In {
		service = m.listener(port)
	}
	p, exempt := m.Firewall.Product, func(list []string) bool { return m.anyAddress(list, remote) && len(list) > 0 }
	switch {
	case p.Isolated && !exempt(p.Exempt), slices.Contains(p.BlockPorts, port) && !exempt(p.Exempt):
		return Drop
	case d == In && m.Firewall.IPsec && !exempt(m.Firewall.IPsecExempt):
		return Drop
	case !m.passes(d, remote, port, service):
		return Drop
	case d == In && service == "":
		return Reject
	case d == In && p.BlockWMI && service == "winmgmt" && !exempt(p.Exempt):
		return Reset
	}
	return Allow
}

// passes asks Windows' own rules: a block beats every allow, and the profile's
// default counts where nothing matches (MS-FASP 3.1.1; win32 "Firewall rule
// properties").
func (m *Machine) passes(d Direction, remote netip.Addr, port uint16, service string) bool {
	active := m.ActiveProfile()
	set := m.Firewall.Profiles[active]
	if !set.Enabled {
		return true
	}
	allowed := d == In && !set.BlockIn || d == Out && !set.BlockOut
	for _, r := range m.Firewall.Rules {
		if !r.Enabled || r.Direction != d || r.Profiles&active == 0 || !r.Policy && set.IgnoreLocal || !m.matches(r, remote, port, service) {
			continue
		}
		if r.Block {
			return false
		}
		allowed = true
	}
	return allowed
}

func (m *Machine) matches(r *Rule, remote netip.Addr, port uint16, service string) bool {
	ports := r.LocalPorts
	if r.Direction == Out {
		ports = r.RemotePorts
	}
	return (r.Protocol == TCP || r.Protocol == AnyProtocol) &&
		m.anyAddress(r.RemoteAddresses, remote) && m.anyPort(ports, port, service) &&
		(r.Service == "" || r.Service == "*" || strings.EqualFold(r.Service, service)) &&
		m.runs(r.Program, service)
}

// runs compares a rule's program with the image of the service.
func (m *Machine) runs(program, service string) bool {
	if program == "" || strings.EqualFold(program, "any") {
		return true
	}
	image := `%systemroot%\system32\svchost.exe`
	if s := m.Services[lower(service)]; s != nil && s.Path != "" {
		image, _, _ = strings.Cut(s.Path, " ")
	}
	if strings.EqualFold(program, "System") {
		return lower(service) == "system"
	}
	return expandRoot(program) == expandRoot(image)
}

func expandRoot(path string) string {
	path = lower(path)
	for _, root := range []string{"%systemroot%", "%windir%"} {
		path = strings.Replace(path, root, `c:\windows`, 1)
	}
	return path
}

func (m *Machine) anyPort(list []string, port uint16, service string) bool {
	if len(list) == 0 {
		return true
	}
	return slices.ContainsFunc(list, func(p string) bool {
		switch lower(p) {
		case "any":
			return true
		case "rpc-epmap", "rpcepmap":
			return port == 135
		case "rpc":
			return port >= 1024 && service != ""
		}
		from, to, isRange := strings.Cut(p, "-")
		a, err := strconv.ParseUint(from, 10, 16)
		if err != nil {
			return false
		}
		b := a
		if isRange {
			if b, err = strconv.ParseUint(to, 10, 16); err != nil {
				return false
			}
		}
		return uint64(port) >= a && uint64(port) <= b
	})
}

func (m *Machine) anyAddress(list []string, remote netip.Addr) bool {
	return len(list) == 0 || slices.ContainsFunc(list, func(s string) bool { return m.inScope(s, remote) })
}

func (m *Machine) inScope(scope string, remote netip.Addr) bool {
	switch lower(scope) {
	case "any", "*":
		return true
	case "localsubnet":
		return slices.ContainsFunc(m.Network.Addresses, func(p netip.Prefix) bool { return p.Masked().Contains(remote) })
	}
	if from, to, ok := strings.Cut(scope, "-"); ok {
		a, errA := netip.ParseAddr(from)
		b, errB := netip.ParseAddr(to)
		return errA == nil && errB == nil && a.Compare(remote) <= 0 && remote.Compare(b) <= 0
	}
	if p, ok := parseScope(scope); ok {
		return p.Contains(remote)
	}
	return false
}

// parseScope reads an address, a prefix, or an address with a dotted mask.
func parseScope(scope string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(scope); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	if p, err := netip.ParsePrefix(scope); err == nil {
		return p.Masked(), true
	}
	addr, mask, _ := strings.Cut(scope, "/")
	a, errA := netip.ParseAddr(addr)
	b, errB := netip.ParseAddr(mask)
	if errA != nil || errB != nil || !a.Is4() || !b.Is4() {
		return netip.Prefix{}, false
	}
	ones := 0
	for _, octet := range b.As4() {
		for bit := 7; bit >= 0 && octet&(1<<bit) != 0; bit-- {
			ones++
		}
	}
	p, err := a.Prefix(ones)
	return p, err == nil
}

// ValidScope says whether a rule may name this address.
func ValidScope(scope string) bool {
	switch lower(scope) {
	case "any", "*", "localsubnet", "dns", "dhcp", "wins", "defaultgateway":
		return true
	}
	if from, to, ok := strings.Cut(scope, "-"); ok {
		a, errA := netip.ParseAddr(from)
		b, errB := netip.ParseAddr(to)
		return errA == nil && errB == nil && a.Is4() == b.Is4() && a.Compare(b) <= 0
	}
	_, ok := parseScope(scope)
	return ok
}
