package machine

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/code"
)

// Protocol is the package that proves an identity.
type Protocol string

// The packages. Negotiate is SPNEGO around one of the others.
const (
	NTLM      Protocol = "ntlm"
	Kerberos  Protocol = "kerberos"
	Negotiate Protocol = "negotiate"
)

// NTSTATUS values of a refused logon (MS-ERREF 2.3).
const (
	StatusNoSuchUser         uint32 = 0xC0000064
	StatusWrongPassword      uint32 = 0xC000006A
	StatusLogonFailure       uint32 = 0xC000006D
	StatusAccountRestriction uint32 = 0xC000006E
	StatusInvalidHours       uint32 = 0xC000006F
	StatusInvalidWorkstation uint32 = 0xC0000070
	StatusPasswordExpired    uint32 = 0xC0000071
	StatusAccountDisabled    uint32 = 0xC0000072
	StatusNoLogonServers     uint32 = 0xC000005E
	StatusLogonTypeDenied    uint32 = 0xC000015B
	StatusTrustFailure       uint32 = 0xC000018D
	StatusAccountExpired     uint32 = 0xC0000193
	StatusMustChange         uint32 = 0xC0000224
	StatusLockedOut          uint32 = 0xC0000234
	StatusSmartcardRequired  uint32 = 0xC00002FA
	StatusFirewall           uint32 = 0xC0000413 // STATUS_AUTHENTICATION_FIREWALL_FAILED
	StatusNTLMBlocked        uint32 = 0xC0000418
)

// Attempt is one logon over the network.
type Attempt struct {
	Protocol Protocol // NTLM, or Kerberos once a ticket was accepted
	// User and Domain are as the client sent them; Workstation is the field of
	// the NTLM message.
	User, Domain, Workstation string
	From                      netip.Addr
	NTLMv1                    bool
	Anonymous                 bool
	// CheckPassword says whether the proof the client sent was made with this
	// password. It is nil for Kerberos, where the KDC has checked.
	CheckPassword func(password string) bool
}

// Logon decides on a network logon. A refusal carries the exact NTSTATUS, the
// one event 4625 shows as sub status; [Outward] tells what leaves the host.
//
// The order is Windows': policy before the password, lockout before the
// password, every other state of the account only after a right one (MS-NLMP
// 3.2.5.1.2, MS-SAMR 3.1.1.7; Samba's order, faults.md chapter a).
func (m *Machine) Logon(at Attempt) (Caller, Denial) {
	if at.Anonymous || at.User == "" && at.Domain == "" && at.Protocol == NTLM && at.CheckPassword == nil {
		return Unknown(at.From), Denial{}
	}
	a, c, d := m.identify(at)
	if d.Refused() {
		m.logonEvent(at, d)
		return Caller{From: at.From}, d
	}
	m.Record(Event{Log: "Security", Source: "Microsoft-Windows-Security-Auditing", ID: 4624, Audit: true,
		Text: fmt.Sprintf("An account was successfully logged on. Account: %s, from %s", a, at.From)})
	return c, Denial{}
}

func (m *Machine) identify(at Attempt) (*Account, Caller, Denial) {
	a, d := m.authority(at)
	if d.Refused() {
		return nil, Caller{}, d
	}
	if status := m.policy(a, at); status != 0 {
		return nil, Caller{}, refusedLogon(status)
	}
	if guest := m.forcedGuest(a); guest != nil {
		if guest.Disabled {
			return nil, Caller{}, refusedLogon(StatusAccountDisabled)
		}
		c := m.token(guest, at)
		c.Guest = true
		return guest, c, Denial{}
	}
	if a == nil {
		return nil, Caller{}, refusedLogon(StatusNoSuchUser)
	}
	if status := m.proof(a, at); status != 0 {
		return nil, Caller{}, refusedLogon(status)
	}
	c := m.token(a, at)
	if m.HasRight(c, DenyNetworkLogon) || !m.HasRight(c, NetworkLogon) {
		return nil, Caller{}, refusedLogon(StatusLogonTypeDenied)
	}
	return a, c, Denial{}
}

// authority finds who decides about the account, and the account. It is nil
// where nobody knows the name.
func (m *Machine) authority(at Attempt) (*Account, Denial) {
	domain, name := at.Domain, at.User
	if domain == "" && strings.Contains(name, "@") && m.Role != Workgroup {
		if a := m.byUPN(name); a != nil {
			domain, name = a.Domain, a.Name
		}
	}
	local := m.Role != DomainController && (domain == "." || strings.EqualFold(domain, m.Computer))
	switch {
	case m.Role == Workgroup, local: // a workgroup machine asks nobody else, whatever domain is named
		return m.Account(m.Computer, name), Denial{}
	case domain == "" && m.Role != DomainController && m.Account(m.Computer, name) != nil:
		return m.Account(m.Computer, name), Denial{}
	}
	if at.Protocol != Kerberos && m.Role != DomainController {
		switch {
		case m.Domain.Unreachable:
			d := refusedLogon(StatusNoLogonServers)
			d.After = m.Domain.Delay
			return nil, d
		case m.Domain.ChannelBroken:
			return nil, refusedLogon(StatusTrustFailure)
		}
	}
	if domain == "" || strings.EqualFold(domain, m.Domain.DNS) {
		domain = m.Domain.NetBIOS
	}
	if t, ok := m.Domain.trust(domain); ok {
		a := m.Account(t.NetBIOS, name)
		if a != nil && t.Selective && !a.AllowedToAuthenticate && at.check(a) {
			return nil, refusedLogon(StatusFirewall)
		}
		return a, Denial{}
	}
	if !strings.EqualFold(domain, m.Domain.NetBIOS) {
		return nil, Denial{}
	}
	return m.Account(domain, name), Denial{}
}

// policy refuses before any password is looked at.
func (m *Machine) policy(a *Account, at Attempt) uint32 {
	if at.Protocol == Kerberos {
		return 0
	}
	local := m.Role == Workgroup || a != nil && m.Local(a)
	if in, _ := m.Registry.DWord(KeyMSV, "RestrictReceivingNTLMTraffic"); in == 2 || in == 1 && !local {
		m.Record(Event{Log: "Microsoft-Windows-NTLM/Operational", Source: "Microsoft-Windows-Security-Netlogon", ID: 4002, Level: 2,
			Text: "NTLM server blocked: Incoming NTLM traffic to servers that is blocked"})
		return StatusNTLMBlocked
	}
	if local {
		return 0
	}
	if m.Domain.RestrictNTLM && !slices.ContainsFunc(m.Domain.Exceptions, func(s string) bool {
		return strings.EqualFold(s, m.Computer) || strings.EqualFold(s, m.FQDN())
	}) {
		return StatusNTLMBlocked
	}
	if a != nil && slices.Contains(m.expand([]SID{a.SID}), m.Domain.SID+ridProtectedUsers) {
		return StatusAccountRestriction
	}
	return 0
}

// forcedGuest is the account that "simple file sharing" puts in the place of
// every caller. Domain members are exempt; Home editions always do it.
func (m *Machine) forcedGuest(a *Account) *Account {
	on, _ := m.Registry.DWord(KeyLsa, "forceguest")
	if m.Role != Workgroup || on != 1 && m.System.Edition != Home {
		return nil
	}
	return m.Account(m.Computer, "Guest")
}

// proof checks the password and, only when it was right, the account's state.
func (m *Machine) proof(a *Account, at Attempt) uint32 {
	if at.Protocol == Kerberos {
		return 0 // the KDC has looked at password and state
	}
	if a.Locked {
		return StatusLockedOut
	}
	if at.NTLMv1 && m.refusesNTLMv1(a) {
		return StatusWrongPassword
	}
	if a.SmartcardRequired || !at.check(a) {
		m.badPassword(a)
		return StatusWrongPassword
	}
	a.BadPasswords = 0
	if a.Password == "" && m.Local(a) {
		if limit, ok := m.Registry.DWord(KeyLsa, "LimitBlankPasswordUse"); !ok || limit != 0 {
			return StatusAccountRestriction
		}
	}
	return m.state(a, at.Workstation)
}

func (at Attempt) check(a *Account) bool {
	return at.CheckPassword == nil || at.CheckPassword(a.Password)
}

// state is what else stands against an account whose password was right.
func (m *Machine) state(a *Account, workstation string) uint32 {
	now := m.Now()
	switch {
	case a.Disabled:
		return StatusAccountDisabled
	case !a.Expires.IsZero() && !now.Before(a.Expires):
		return StatusAccountExpired
	case !a.allowedAt(now):
		return StatusInvalidHours
	case len(a.Workstations) > 0 && !slices.ContainsFunc(a.Workstations, func(w string) bool { return strings.EqualFold(w, strings.TrimPrefix(workstation, `\\`)) }):
		return StatusInvalidWorkstation
	case a.MustChange:
		return StatusMustChange
	case a.PasswordExpired:
		return StatusPasswordExpired
	}
	return 0
}

func (m *Machine) refusesNTLMv1(a *Account) bool {
	if m.System.Build >= Build2025 {
		return true
	}
	level := m.Domain.LmCompatibility
	if m.Local(a) || m.Role == DomainController {
		if set, ok := m.Registry.DWord(KeyLsa, "LmCompatibilityLevel"); ok {
			level = set
		} else {
			level = 3
		}
	}
	return level >= 5
}

func (m *Machine) badPassword(a *Account) {
	a.BadPasswords++
	threshold := m.Domain.Threshold
	if m.Local(a) || m.Role == Workgroup {
		threshold = m.Threshold
		if a.SID.RID() == 500 && !m.lockableAdministrator() {
			return
		}
	}
	if threshold > 0 && a.BadPasswords >= threshold {
		a.Locked = true
	}
}

// Outward is what leaves the host of a refusal's status: unknown user and wrong
// password become one (MS-ERREF; faults.md chapter a).
func Outward(c code.Code) code.Code {
	if c.Space == code.NTStatus && (c.Number == StatusNoSuchUser || c.Number == StatusWrongPassword) {
		c.Number = StatusLogonFailure
	}
	return c
}

func refusedLogon(status uint32) Denial {
	return Denial{Kind: Logon, Code: code.Code{Space: code.NTStatus, Number: status}}
}

func (m *Machine) logonEvent(at Attempt, d Denial) {
	m.Record(Event{Log: "Security", Source: "Microsoft-Windows-Security-Auditing", ID: 4625, Audit: true,
		Text: fmt.Sprintf("An account failed to log on. Account Name: %s, Account Domain: %s, Workstation Name: %s, Source Network Address: %s, Status: %s, Sub Status: %s",
			at.User, at.Domain, at.Workstation, at.From, Outward(d.Code), d.Code)})
}
