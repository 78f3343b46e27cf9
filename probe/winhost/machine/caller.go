package machine

import (
	"net/netip"
	"slices"
)

// Caller is whom the machine takes a connection for: its token, in effect.
type Caller struct {
	Account   string // DOMAIN\name as the host knows it
	User      SID
	Groups    []SID // enabled, with every nested one
	DenyOnly  []SID // taken away by UAC: they match refusing entries alone
	Local     bool  // an account of the host itself
	Filtered  bool  // a local administrator without the administrator's rights
	Guest     bool  // mapped to Guest by ForceGuest
	Anonymous bool
	Protocol  Protocol
	From      netip.Addr
}

// Has says whether a SID is in the token and enabled.
func (c Caller) Has(sid SID) bool { return c.User == sid || slices.Contains(c.Groups, sid) }

// Unknown is the caller of a connection without authentication.
func Unknown(from netip.Addr) Caller {
	return Caller{Account: `NT AUTHORITY\ANONYMOUS LOGON`, User: AnonymousLogon, Groups: []SID{NetworkSID}, Anonymous: true, From: from}
}

// token builds the caller of a network logon. UAC filters local administrators
// except RID 500 (win32 page "User Account Control and WMI").
func (m *Machine) token(a *Account, at Attempt) Caller {
	c := Caller{Account: a.String(), User: a.SID, Local: m.Local(a), Protocol: at.Protocol, From: at.From}
	base := []SID{a.SID, Everyone, NetworkSID, AuthenticatedUsers}
	if c.Local {
		base = append(base, LocalAccount)
	}
	c.Groups = m.expand(base)
	admin := slices.Contains(c.Groups, Administrators)
	if c.Local && admin {
		c.Groups = append(c.Groups, LocalAdminAccount)
	}
	if c.Local && admin && m.filters(a) {
		c.Filtered = true
		c.Groups = slices.DeleteFunc(c.Groups, func(s SID) bool { return s == Administrators })
		c.DenyOnly = []SID{Administrators}
	}
	return c
}

func (m *Machine) filters(a *Account) bool {
	if lua, ok := m.Registry.DWord(KeyUAC, "EnableLUA"); m.System.Build < BuildVista || ok && lua == 0 {
		return false
	}
	if a.SID.RID() == 500 {
		on, _ := m.Registry.DWord(KeyUAC, "FilterAdministratorToken")
		return on == 1
	}
	whole, _ := m.Registry.DWord(KeyUAC, "LocalAccountTokenFilterPolicy")
	return whole != 1
}
