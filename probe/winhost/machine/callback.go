package machine

import "strings"

// CallbackRules are how the host calls a client's sink.
type CallbackRules struct {
	// As is the identity the host tries first, DOM\HOST$.
	As string
	// Levels are the authentication levels it tries on WMI's own calls, one
	// after the other (MS-WMI 3.1.1.1.3, notes 16, 17; the order of single
	// steps is inferred).
	Levels []Level
	// Unsecured says whether a refused ResolveOxid2 is repeated without
	// authentication (win32 page DCOMSCMRemoteCallFlags).
	Unsecured bool
	// PortInBinding says whether a port written in the client's bindings is
	// used for its resolver, instead of 135.
	PortInBinding bool
}

// Callback gives the rules for a query in one namespace. The two values of
// CIMOM count as they stood when the service started.
func (m *Machine) Callback(n *Namespace) CallbackRules {
	flags, _ := m.booted.DWord(KeyOle, "DCOMSCMRemoteCallFlags")
	r := CallbackRules{As: m.Domain.NetBIOS + `\` + m.Computer + "$", Levels: []Level{LevelPrivacy},
		Unsecured: flags&0x8 == 0, PortInBinding: m.System.Build < Build1809}
	if m.Role == Workgroup {
		r.As = m.Computer + `\` + m.Computer + "$"
	}
	if n != nil && n.Encryption {
		return r
	}
	r.Levels = append(r.Levels, LevelIntegrity, 4, 3, LevelConnect)
	if m.anonymousCallback() {
		r.Levels = append(r.Levels, LevelNone)
	}
	return r
}

func (m *Machine) anonymousCallback() bool {
	if v, ok := m.atWMIStart.Get(KeyCIMOM, "UnsecAppAccessControlDefault"); ok && (v.Number == 1 || strings.TrimSpace(v.Text) == "1") {
		return false
	}
	on, _ := m.atWMIStart.DWord(KeyCIMOM, "AllowAnonymousCallback")
	return on == 1 || m.System.Build < BuildVista
}
