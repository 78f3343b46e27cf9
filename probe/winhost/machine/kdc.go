package machine

import (
	"slices"
	"strings"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/code"
)

// KRB error codes (RFC 4120 7.5.9).
const (
	KrbUnknownPrincipal uint32 = 6
	KrbUnknownService   uint32 = 7
	KrbPolicy           uint32 = 12
	KrbNoEncryption     uint32 = 14
	KrbRevoked          uint32 = 18
	KrbPasswordExpired  uint32 = 23
	KrbPreauthFailed    uint32 = 24
	KrbPreauthRequired  uint32 = 25
	KrbSkew             uint32 = 37
	KrbWrongRealm       uint32 = 68
)

// Encryption types (RFC 3961, RFC 4757) and their bits in
// msDS-SupportedEncryptionTypes (MS-KILE 2.2.7).
const (
	AES256 int32 = 18
	AES128 int32 = 17
	RC4    int32 = 23
)

// ASRequest is what a KDC is asked first.
type ASRequest struct {
	User, Realm, Workstation string
	At                       time.Time // the client's time, in the pre-authentication
	Encryptions              []int32
	// CheckPassword is nil for a request without pre-authentication.
	CheckPassword func(password string) bool
}

// KDCAnswer is a KDC's error: the KRB code, and the NTSTATUS of its e-data
// where Windows adds one.
type KDCAnswer struct{ Code, Status code.Code }

// Refused is false for the zero answer.
func (k KDCAnswer) Refused() bool { return !k.Code.IsZero() }

func krb(n, status uint32) KDCAnswer {
	out := KDCAnswer{Code: code.Code{Space: code.Kerberos, Number: n}}
	if status != 0 {
		out.Status = code.Code{Space: code.NTStatus, Number: status}
	}
	return out
}

// KDCNow is the time the domain controller has.
func (m *Machine) KDCNow() time.Time { return time.Now().UTC().Add(m.Domain.Offset) }

// AS decides on a ticket-granting ticket. The account's state comes before the
// password, except that an expired password is told only after a right one
// (MS-KILE 3.3.5.6.3; Samba's tests against Windows).
func (m *Machine) AS(r ASRequest) (*Account, KDCAnswer) {
	if !strings.EqualFold(r.Realm, m.Domain.DNS) && !strings.EqualFold(r.Realm, m.Domain.NetBIOS) {
		return nil, krb(KrbWrongRealm, 0)
	}
	a := m.Account(m.Domain.NetBIOS, r.User)
	if a == nil {
		if a = m.byUPN(r.User); a == nil {
			return nil, krb(KrbUnknownPrincipal, 0)
		}
	}
	switch status := m.state(a, r.Workstation); {
	case a.Locked:
		return nil, krb(KrbRevoked, StatusLockedOut)
	case status == StatusInvalidWorkstation:
		return nil, krb(KrbPolicy, status)
	case status == StatusAccountDisabled, status == StatusAccountExpired, status == StatusInvalidHours:
		return nil, krb(KrbRevoked, status)
	case a.SmartcardRequired:
		return nil, krb(KrbPolicy, StatusSmartcardRequired)
	case len(m.Encryptions(a, r.Encryptions)) == 0:
		return nil, krb(KrbNoEncryption, 0)
	case r.CheckPassword == nil && !a.PreauthenticationNotNeeded:
		return nil, krb(KrbPreauthRequired, 0)
	}
	if r.CheckPassword != nil {
		if skew := r.At.Sub(m.KDCNow()).Abs(); skew > MaxSkew {
			return nil, krb(KrbSkew, 0)
		}
		if !r.CheckPassword(a.Password) {
			m.badPassword(a)
			return nil, krb(KrbPreauthFailed, 0)
		}
	}
	a.BadPasswords = 0
	switch {
	case a.MustChange:
		return nil, krb(KrbPasswordExpired, StatusMustChange)
	case a.PasswordExpired:
		return nil, krb(KrbPasswordExpired, StatusPasswordExpired)
	}
	return a, KDCAnswer{}
}

// Encryptions are the types that client, account and KDC have in common, best
// first.
func (m *Machine) Encryptions(a *Account, offered []int32) []int32 {
	var out []int32
	for _, e := range []struct {
		etype int32
		bit   uint32
		has   bool
	}{{AES256, 0x10, a.AESKeys}, {AES128, 0x08, a.AESKeys}, {RC4, 0x04, m.Domain.RC4}} {
		if e.has && (a.EncryptionTypes == 0 || a.EncryptionTypes&e.bit != 0) && slices.Contains(offered, e.etype) {
			out = append(out, e.etype)
		}
	}
	return out
}

// TGS decides on a service ticket and names the account whose key seals it. A
// name held twice is as unknown as one held by nobody.
func (m *Machine) TGS(client *Account, spn string, offered []int32) (*Account, KDCAnswer) {
	holders := m.Domain.SPNs[hostForm(spn)]
	if held := m.Domain.SPNs[lower(spn)]; len(held) > 0 {
		holders = held
	}
	if len(holders) != 1 {
		return nil, krb(KrbUnknownService, 0)
	}
	owner := m.Account(m.Domain.NetBIOS, holders[0])
	if owner == nil {
		return nil, krb(KrbUnknownService, 0)
	}
	if t, ok := m.Domain.trust(client.Domain); ok && t.Selective && !client.AllowedToAuthenticate {
		return nil, krb(KrbPolicy, StatusFirewall)
	}
	if len(m.Encryptions(owner, offered)) == 0 {
		return nil, krb(KrbNoEncryption, 0)
	}
	return owner, KDCAnswer{}
}

// hostForm maps the service classes that the directory treats as HOST
// (sPNMappings of a new domain).
func hostForm(spn string) string {
	class, host, _ := strings.Cut(lower(spn), "/")
	if slices.Contains([]string{"rpcss", "rpc", "cifs", "http", "wsman", "dcom", "termsrv"}, class) {
		class = "host"
	}
	return class + "/" + host
}

// AcceptsTicket says whether the host can open a ticket sealed with this
// account's key, and whether its clock agrees with the ticket's time.
func (m *Machine) AcceptsTicket(owner *Account, at time.Time) bool {
	return owner != nil && strings.EqualFold(owner.Name, m.Computer+"$") && !m.Domain.ChannelBroken && at.Sub(m.Now()).Abs() <= MaxSkew
}

// MaxToken is the largest Kerberos token the host takes, in bytes: 48,000
// since 2012, 12,000 before (win32 page MaxTokenSize). It counts from boot.
func (m *Machine) MaxToken() int {
	if n, ok := m.booted.DWord(KeyKerberos, "MaxTokenSize"); ok && n > 0 {
		return int(n)
	}
	if m.System.Build >= Build8 {
		return 48000
	}
	return 12000
}
