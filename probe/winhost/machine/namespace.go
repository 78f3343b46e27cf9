package machine

import (
	"fmt"
	"slices"
	"strings"
)

// Rights at a namespace (MS-WMI 2.2.30; faults.md chapter d).
const (
	WMIEnable        uint32 = 0x1
	WMIMethodExecute uint32 = 0x2
	WMIFullWrite     uint32 = 0x4
	WMIPartialWrite  uint32 = 0x8
	WMIProviderWrite uint32 = 0x10
	WMIRemoteEnable  uint32 = 0x20
	WMIReadSecurity  uint32 = 0x20000
	WMIEditSecurity  uint32 = 0x40000
)

// WBEM codes (MS-WMI 2.2.11).
const (
	wbemFailed             uint32 = 0x80041001
	wbemAccessDenied       uint32 = 0x80041003
	wbemProviderFailure    uint32 = 0x80041004
	wbemOutOfMemory        uint32 = 0x80041006
	wbemInvalidParameter   uint32 = 0x80041008
	wbemCriticalError      uint32 = 0x8004100A
	wbemInvalidNamespace   uint32 = 0x8004100E
	wbemInvalidClass       uint32 = 0x80041010
	wbemProviderNotFound   uint32 = 0x80041011
	wbemBadRegistration    uint32 = 0x80041012
	wbemProviderLoad       uint32 = 0x80041013
	wbemInitFailure        uint32 = 0x80041014
	wbemNotCapable         uint32 = 0x80041024
	wbemShuttingDown       uint32 = 0x80041033
	wbemServerTooBusy      uint32 = 0x80041045
	wbemPrivilegeNotHeld   uint32 = 0x80041062
	wbemQuota              uint32 = 0x8004106C
	coServerStopping       uint32 = 0x80080008
	rpcCallFailed          uint32 = 0x800706BE
	rpcServerUnavailable   uint32 = 0x800706BA
	maxNamespaceName              = 1024
	impersonateLevel       uint32 = 3
	providerHostMemoryMB          = 512 // __ProviderHostQuotaConfiguration.MemoryPerHost since Vista
	perfClassPrefix               = "win32_perf"
	maximumNamespacesOpen         = 4096
	stockNamespaceSecurity        = "O:BAG:BAD:(A;CI;CCDCLCSWRPWPRCWD;;;BA)(A;CI;CCDCRP;;;NS)(A;CI;CCDCRP;;;LS)(A;CI;CCDCRP;;;AU)"
)

// Namespace is one WMI namespace. Its own entries stand in ACL; what it
// inherits is worked out, so that a change of a parent is seen at once.
type Namespace struct {
	Path        string // root\cimv2
	Owner       SID
	ACL         []ACE // explicit entries
	Protected   bool  // inherits nothing
	Encryption  bool  // RequiresEncryption
	Hidden      bool  // lost by the repository
	Open, Limit int   // IWbemServices that other clients hold, and how many are allowed (0: 4096)
	Classes     []*Class
}

func (n *Namespace) clone() *Namespace {
	out := *n
	out.ACL, out.Classes = slices.Clone(n.ACL), slices.Clone(n.Classes)
	return &out
}

func (n *Namespace) parent() string {
	i := strings.LastIndexByte(n.Path, '\\')
	return n.Path[:max(i, 0)]
}

// Namespace finds a namespace by its path; slashes count as backslashes.
func (m *Machine) Namespace(path string) *Namespace {
	return m.WMI.Namespaces[lower(strings.ReplaceAll(path, "/", `\`))]
}

// Children lists the paths of the namespaces directly below.
func (m *Machine) Children(path string) []string {
	var out []string
	for _, n := range m.WMI.Namespaces {
		if strings.EqualFold(n.parent(), path) && !n.Hidden {
			out = append(out, n.Path)
		}
	}
	slices.Sort(out)
	return out
}

// Security is a namespace's whole descriptor, as GetSD returns it: explicit
// entries first, then the inherited ones of its parents.
func (m *Machine) Security(n *Namespace) Descriptor {
	d := Descriptor{Owner: n.Owner, Group: n.Owner, HasDACL: true, DACL: slices.Clone(n.ACL)}
	if n.Protected {
		d.Control |= DACLProtected
		return d
	}
	up := m.Namespace(n.parent())
	if up == nil {
		return d
	}
	for _, a := range m.Security(up).DACL {
		if a.Flags&ContainerInherit == 0 {
			continue
		}
		if a.Flags&NoPropagate != 0 {
			a.Flags &^= ContainerInherit | NoPropagate
		}
		a.Flags = a.Flags&^InheritOnly | Inherited
		d.DACL = append(d.DACL, a)
	}
	return d
}

// SetSecurity replaces a namespace's descriptor, as SetSD does: entries marked
// as inherited are not kept but worked out again.
func (m *Machine) SetSecurity(n *Namespace, d Descriptor) {
	if d.Owner != "" {
		n.Owner = d.Owner
	}
	n.Protected = d.Control&DACLProtected != 0
	n.ACL = slices.DeleteFunc(slices.Clone(d.DACL), func(a ACE) bool { return a.Flags&Inherited != 0 && !n.Protected })
}

// Grant adds an explicit allowing entry; Revoke takes every explicit entry of
// a SID away and says how many there were.
func (m *Machine) Grant(path string, sid SID, mask uint32, flags uint8) {
	n := m.Namespace(path)
	n.ACL = append(n.ACL, ACE{Mask: mask, Flags: flags, SID: sid})
}

// Revoke takes every explicit entry of a SID away and says how many there were.
func (m *Machine) Revoke(path string, sid SID) int {
	n := m.Namespace(path)
	before := len(n.ACL)
	n.ACL = slices.DeleteFunc(n.ACL, func(a ACE) bool { return a.SID == sid })
	return before - len(n.ACL)
}

// Login is a call of IWbemLevel1Login::NTLMLogin.
type Login struct {
	Namespace     string // as the client wrote it
	Locale        string
	Flags         uint32
	Level         Level
	Impersonation uint32 // 2 identify, 3 impersonate, 4 delegate
}

// MayOpen decides on a login and names the namespace it opened (MS-WMI 3.1.4,
// 3.1.4.1.4, notes 22, 23).
func (m *Machine) MayOpen(c Caller, l Login) (*Namespace, Denial) {
	switch w := &m.WMI; {
	case m.Services["winmgmt"].Health == Hung:
		return nil, Denial{Kind: NoAnswer}
	case w.Restoring:
		return nil, hresult(coServerStopping)
	case w.ShuttingDown:
		return nil, wbem(wbemShuttingDown)
	case w.Repository == Unusable:
		return nil, wbem(wbemInitFailure)
	}
	path, bad := m.namespacePath(l)
	if bad != 0 {
		return nil, wbem(bad)
	}
	n := m.Namespace(path)
	if n == nil || n.Hidden {
		return nil, wbem(wbemInvalidNamespace)
	}
	if l.Impersonation < impersonateLevel && l.Impersonation != 0 {
		return nil, wbem(wbemAccessDenied)
	}
	if !m.Security(n).Allows(c, WMIEnable|WMIRemoteEnable) {
		return nil, wbem(wbemAccessDenied)
	}
	if n.Encryption && l.Level < LevelPrivacy && m.System.Build >= Build2003 {
		m.Record(Event{Log: "Application", Source: "Microsoft-Windows-WMI", ID: 5605, Level: 3,
			Text: fmt.Sprintf("The %s namespace is marked with the RequiresEncryption flag. Access to this namespace might be denied if the script or application does not have the appropriate authentication level. Change the authentication level to Pkt_Privacy and run the script or application again.", n.Path)})
		return nil, wbem(wbemAccessDenied)
	}
	limit := n.Limit
	if limit == 0 {
		limit = maximumNamespacesOpen
	}
	if n.Open >= limit {
		return nil, wbem(wbemQuota)
	}
	return n, Denial{}
}

// namespacePath reads the name a client sent: root\cimv2, \\host\root\cimv2 or
// //./root/cimv2 (MS-WMI 2.2.2), and the code that answers a wrong one.
func (m *Machine) namespacePath(l Login) (string, uint32) {
	name := strings.ReplaceAll(l.Namespace, "/", `\`)
	switch {
	case len(name) > maxNamespaceName:
		return "", wbemQuota
	case l.Flags != 0, name == "", !validLocale(l.Locale):
		return "", wbemInvalidParameter
	}
	if rest, ok := strings.CutPrefix(name, `\\`); ok {
		server, path, _ := strings.Cut(rest, `\`)
		if server == "" || path == "" {
			return "", wbemInvalidParameter
		}
		name = path
	}
	if strings.HasPrefix(name, `\`) || strings.Contains(name, `\\`) || strings.HasSuffix(name, `\`) {
		return "", wbemInvalidNamespace
	}
	return name, 0
}

// validLocale takes MS_409 and the names of MS-LCID ("en-US,en"), or none.
func validLocale(l string) bool {
	if hex, ok := strings.CutPrefix(lower(l), "ms_"); ok {
		return len(hex) > 0 && len(hex) <= 4 && strings.Trim(hex, "0123456789abcdef") == ""
	}
	for _, part := range strings.Split(l, ",") {
		if l != "" && (part == "" || strings.Trim(lower(part), "abcdefghijklmnopqrstuvwxyz0123456789-") != "") {
			return false
		}
	}
	return true
}

func stockNamespaces() map[string]*Namespace {
	out := map[string]*Namespace{}
	add := func(path string, classes ...*Class) *Namespace {
		n := &Namespace{Path: path, Owner: Administrators, Classes: classes}
		out[lower(path)] = n
		return n
	}
	root := add("root", classNamespace, classQuota, classSecurity)
	root.ACL = append([]ACE{{Flags: ContainerInherit, Mask: WMIEnable | WMIRemoteEnable, SID: domainSID + "-1104"},
		{Flags: ContainerInherit, Mask: WMIEnable | WMIRemoteEnable, SID: computerSID + "-1002"}}, mustSDDL(stockNamespaceSecurity).DACL...)
	add(`root\cimv2`, cimv2Classes()...)
	add(`root\cimv2\power`, classNamespace)
	add(`root\cimv2\Security`, classNamespace)
	add(`root\cimv2\TerminalServices`, classNamespace).Encryption = true
	add(`root\default`, classNamespace)
	add(`root\StandardCimv2`, classNamespace, classNetAdapter)
	add(`root\WMI`, classNamespace)
	add(`root\subscription`, classNamespace)
	add(`root\virtualization`, classNamespace)
	add(`root\MSCluster`, classNamespace).Encryption = true
	return out
}
