package machine

import (
	"slices"
	"strings"
	"time"
)

// Password is what every account of a new machine starts with. It is made up
// for practice and opens nothing else.
const Password = "Passw0rd!123"

// Account is one user account of the machine or of a domain.
type Account struct {
	Domain, Name string // LAB, svc-mon; the computer name for a local account
	UPN          string
	SID          SID
	Password     string

	Disabled, Locked           bool
	BadPasswords               int
	Expires                    time.Time // zero: never
	PasswordExpired            bool
	MustChange                 bool // "must change at next logon"
	PasswordSet                time.Time
	PasswordNeverExpires       bool
	Hours                      []byte   // 21 bytes as in logonHours (UTC, Sunday first); nil: always
	Workstations               []string // userWorkstations; empty: any
	SmartcardRequired          bool     // the password is then random and known to nobody
	LAPS                       bool     // the password is managed and changes
	AESKeys                    bool     // false: the password was last set before the domain had AES
	EncryptionTypes            uint32   // msDS-SupportedEncryptionTypes; 0: not set
	AllowedToAuthenticate      bool     // on this computer, under selective authentication
	TicketBytes                int      // size of the service ticket; 0: ordinary
	Description, FullName      string
	PreauthenticationNotNeeded bool
}

// String is the account's full name. The password never appears in it.
func (a Account) String() string { return a.Domain + `\` + a.Name }

// GoString keeps the password out of %#v.
func (a Account) GoString() string { return a.String() }

func (a *Account) clone() *Account {
	out := *a
	out.Hours, out.Workstations = slices.Clone(a.Hours), slices.Clone(a.Workstations)
	return &out
}

// allowedAt reads logonHours: bit n of byte n/8 is hour n of the week (MS-ADA1 2.376).
func (a *Account) allowedAt(t time.Time) bool {
	t = t.UTC()
	hour := int(t.Weekday())*24 + t.Hour()
	return len(a.Hours) != 21 || a.Hours[hour/8]&(1<<(hour%8)) != 0
}

func accountKey(domain, name string) string { return lower(domain + `\` + name) }

// AddAccount puts an account in place, replacing one of the same name.
func (m *Machine) AddAccount(a Account) *Account {
	kept := a.clone()
	m.accounts[accountKey(a.Domain, a.Name)] = kept
	return kept
}

// Account finds an account of one authority. "." stands for the machine itself.
func (m *Machine) Account(domain, name string) *Account {
	if domain == "." {
		domain = m.Computer
	}
	return m.accounts[accountKey(domain, name)]
}

// RemoveAccount deletes an account and its memberships.
func (m *Machine) RemoveAccount(a *Account) {
	delete(m.accounts, accountKey(a.Domain, a.Name))
	for _, g := range m.groups {
		g.Members = slices.DeleteFunc(g.Members, func(s SID) bool { return s == a.SID })
	}
}

// Accounts lists the accounts of one authority by name.
func (m *Machine) Accounts(domain string) []*Account {
	var out []*Account
	for _, a := range m.accounts {
		if strings.EqualFold(a.Domain, domain) {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b *Account) int { return strings.Compare(lower(a.Name), lower(b.Name)) })
	return out
}

// Local says whether the account is one of the machine's own.
func (m *Machine) Local(a *Account) bool {
	return m.Role != DomainController && strings.EqualFold(a.Domain, m.Computer)
}

// Resolve finds who a typed name stands for, as LookupAccountName does: with an
// authority there only, without one first among well-known names and local
// groups, then local accounts, then the domain. A SID in text form is itself.
func (m *Machine) Resolve(typed string) (SID, string, bool) {
	if sid, err := ParseSID(typed); err == nil {
		return sid, m.NameOf(sid), true
	}
	domain, name, split := strings.Cut(typed, `\`)
	if !split {
		domain, name = "", typed
	}
	if domain == "." {
		domain = m.Computer
	}
	for _, w := range wellKnown {
		if strings.EqualFold(w.name, name) && (domain == "" || strings.EqualFold(domain, w.domain)) {
			return w.sid, m.NameOf(w.sid), true
		}
	}
	for _, authority := range m.authorities(domain) {
		if a := m.Account(authority, name); a != nil {
			return a.SID, a.String(), true
		}
		for _, g := range m.groups {
			if strings.EqualFold(g.Name, name) && strings.EqualFold(g.Domain, authority) {
				return g.SID, m.NameOf(g.SID), true
			}
		}
	}
	if !split && strings.Contains(name, "@") {
		if a := m.byUPN(name); a != nil {
			return a.SID, a.String(), true
		}
	}
	return "", "", false
}

// authorities are the places where a name is looked up, in order.
func (m *Machine) authorities(domain string) []string {
	switch {
	case domain == "" && m.Role == DomainController:
		return []string{"BUILTIN", m.Domain.NetBIOS}
	case domain == "" && m.Role == Workgroup:
		return []string{m.Computer, "BUILTIN"}
	case domain == "":
		return []string{m.Computer, "BUILTIN", m.Domain.NetBIOS}
	case strings.EqualFold(domain, m.Computer):
		return []string{m.Computer, "BUILTIN"}
	case strings.EqualFold(domain, m.Domain.DNS):
		return []string{m.Domain.NetBIOS}
	}
	return []string{domain}
}

func (m *Machine) byUPN(upn string) *Account {
	for _, a := range m.accounts {
		if a.UPN != "" && strings.EqualFold(a.UPN, upn) {
			return a
		}
	}
	return nil
}

// NameOf is the name Windows shows for a SID, or the SID itself.
func (m *Machine) NameOf(sid SID) string {
	for _, a := range m.accounts {
		if a.SID == sid {
			return a.String()
		}
	}
	if g := m.groups[sid]; g != nil {
		return g.Domain + `\` + g.Name
	}
	for _, w := range wellKnown {
		if w.sid == sid {
			return strings.TrimPrefix(w.domain+`\`+w.name, `\`)
		}
	}
	return string(sid)
}

// AccountOf finds the account with this SID.
func (m *Machine) AccountOf(sid SID) *Account {
	for _, a := range m.accounts {
		if a.SID == sid {
			return a
		}
	}
	return nil
}

var wellKnown = []struct {
	domain, name string
	sid          SID
}{
	{"", "Everyone", Everyone}, {"NT AUTHORITY", "ANONYMOUS LOGON", AnonymousLogon}, {"NT AUTHORITY", "Authenticated Users", AuthenticatedUsers},
	{"NT AUTHORITY", "NETWORK", NetworkSID}, {"NT AUTHORITY", "INTERACTIVE", Interactive}, {"NT AUTHORITY", "SERVICE", ServiceLogon},
	{"NT AUTHORITY", "SYSTEM", LocalSystem}, {"NT AUTHORITY", "LOCAL SERVICE", LocalService}, {"NT AUTHORITY", "NETWORK SERVICE", NetworkService},
	{"NT AUTHORITY", "Local account", LocalAccount}, {"NT AUTHORITY", "Local account and member of Administrators group", LocalAdminAccount},
}
