package machine

import (
	"slices"
	"strings"
)

// Group is a local group of the machine (domain BUILTIN) or a group of a domain.
type Group struct {
	Domain, Name string
	SID          SID
	Comment      string
	Members      []SID
}

func (g *Group) clone() *Group {
	out := *g
	out.Members = slices.Clone(g.Members)
	return &out
}

// Group finds a group by its SID.
func (m *Machine) Group(sid SID) *Group { return m.groups[sid] }

// GroupNamed finds a group by name, in BUILTIN or in the given domain.
func (m *Machine) GroupNamed(domain, name string) *Group {
	for _, g := range m.groups {
		if strings.EqualFold(g.Name, name) && strings.EqualFold(g.Domain, domain) {
			return g
		}
	}
	return nil
}

// Groups lists the groups of one domain by name.
func (m *Machine) Groups(domain string) []*Group {
	var out []*Group
	for _, g := range m.groups {
		if strings.EqualFold(g.Domain, domain) {
			out = append(out, g)
		}
	}
	slices.SortFunc(out, func(a, b *Group) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Join makes sid a direct member. It is false when it was one already.
func (m *Machine) Join(group, sid SID) bool {
	g := m.groups[group]
	if g == nil || slices.Contains(g.Members, sid) {
		return false
	}
	g.Members = append(g.Members, sid)
	return true
}

// Leave ends a direct membership. It is false when there was none.
func (m *Machine) Leave(group, sid SID) bool {
	g := m.groups[group]
	if g == nil || !slices.Contains(g.Members, sid) {
		return false
	}
	g.Members = slices.DeleteFunc(g.Members, func(s SID) bool { return s == sid })
	return true
}

// expand adds every group that one of the SIDs belongs to, directly or through
// another group.
func (m *Machine) expand(sids []SID) []SID {
	out := slices.Clone(sids)
	for grew := true; grew; {
		grew = false
		for _, g := range m.groups {
			if !slices.Contains(out, g.SID) && slices.ContainsFunc(g.Members, func(s SID) bool { return slices.Contains(out, s) }) {
				out, grew = append(out, g.SID), true
			}
		}
	}
	slices.Sort(out)
	return out
}

// The made-up authorities.
const (
	computerSID SID = "S-1-5-21-1085031214-1563985344-725345543"
	domainSID   SID = "S-1-5-21-3623811015-3361044348-30300820"
	partnerSID  SID = "S-1-5-21-2117338429-1049233018-902217735"
)

// RIDs of a domain's built-in groups and accounts (MS-DTYP 2.4.2.4).
const (
	ridAdministrator  = "-500"
	ridGuest          = "-501"
	ridDomainAdmins   = "-512"
	ridDomainUsers    = "-513"
	ridProtectedUsers = "-525"
)

func stockGroups() map[SID]*Group {
	out := map[SID]*Group{}
	for _, g := range []Group{
		{"BUILTIN", "Administrators", Administrators, "Administrators have complete and unrestricted access to the computer", []SID{computerSID + ridAdministrator, computerSID + "-1001", domainSID + ridDomainAdmins}},
		{"BUILTIN", "Users", Users, "Users are prevented from making accidental or intentional system-wide changes", []SID{Interactive, AuthenticatedUsers, domainSID + ridDomainUsers}},
		{"BUILTIN", "Guests", Guests, "Guests have the same access as members of the Users group by default", []SID{computerSID + ridGuest}},
		{"BUILTIN", "Performance Monitor Users", PerfMonitorUsers, "Members of this group can access performance counter data locally and remotely", []SID{domainSID + "-1104"}},
		{"BUILTIN", "Performance Log Users", PerfLogUsers, "Members of this group may schedule logging of performance counters", nil},
		{"BUILTIN", "Distributed COM Users", DCOMUsers, "Members are allowed to launch, activate and use Distributed COM objects on this machine.", []SID{domainSID + "-1104", computerSID + "-1002"}},
		{"BUILTIN", "Event Log Readers", EventLogReaders, "Members of this group can read event logs from local machine", []SID{domainSID + "-1104"}},
		{"BUILTIN", "Certificate Service DCOM Access", CertSvcDCOM, "Members of this group are allowed to connect to Certification Authorities in the enterprise", nil},
		{"BUILTIN", "Remote Management Users", RemoteManagement, "Members of this group can access WMI resources over management protocols", nil},
		{"LAB", "Domain Admins", domainSID + ridDomainAdmins, "Designated administrators of the domain", []SID{domainSID + ridAdministrator, domainSID + "-1105"}},
		{"LAB", "Domain Users", domainSID + ridDomainUsers, "All domain users", []SID{domainSID + ridAdministrator, domainSID + "-1104", domainSID + "-1105", domainSID + "-1106"}},
		{"LAB", "Protected Users", domainSID + ridProtectedUsers, "Members of this group are afforded additional protections against authentication security threats.", nil},
	} {
		out[g.SID] = g.clone()
	}
	return out
}

func stockAccounts() []Account {
	local := func(name, rid string) Account {
		return Account{Domain: "WINHOST", Name: name, SID: computerSID + SID(rid), Password: Password, AESKeys: true}
	}
	lab := func(name, rid string) Account {
		return Account{Domain: "LAB", Name: name, UPN: name + "@lab.test", SID: domainSID + SID(rid), Password: Password, AESKeys: true}
	}
	guest := local("Guest", ridGuest)
	guest.Disabled, guest.Password = true, ""
	machine := lab("WINHOST$", "-1103")
	machine.UPN, machine.Password, machine.EncryptionTypes = "", "wH9/practice/machine/key", 0x1C
	partner := Account{Domain: "PARTNER", Name: "svc-partner", UPN: "svc-partner@partner.test", SID: partnerSID + "-1107", Password: Password, AESKeys: true}
	return []Account{local("Administrator", ridAdministrator), guest, local("localadm", "-1001"), local("svc-local", "-1002"),
		lab("Administrator", ridAdministrator), lab("svc-mon", "-1104"), lab("adm-lab", "-1105"), lab("alice", "-1106"), machine, partner}
}
