package machine

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"
)

var jump = netip.MustParseAddr("192.0.2.50")

func with(password string) func(string) bool { return func(p string) bool { return p == password } }

func attempt(domain, user, password string) Attempt {
	return Attempt{Protocol: NTLM, Domain: domain, User: user, Workstation: "JUMP", From: jump, CheckPassword: with(password)}
}

func caller(t *testing.T, m *Machine, domain, user string) Caller {
	t.Helper()
	c, d := m.Logon(attempt(domain, user, Password))
	if d.Refused() {
		t.Fatalf("%s\\%s: refused with %s", domain, user, d.Code)
	}
	return c
}

// Statuses: MS-ERREF 2.3, by the rows of the fault catalogue named in each line.
func TestLogonStatus(t *testing.T) {
	mon := func(m *Machine) *Account { return m.Account("LAB", "svc-mon") }
	for _, c := range []struct {
		fault  string
		set    func(*Machine)
		at     Attempt
		status uint32
	}{
		{"healthy", nil, attempt("LAB", "svc-mon", Password), 0},
		{"healthy, DNS name of the domain", nil, attempt("lab.test", "SVC-MON", Password), 0},
		{"healthy, local", nil, attempt(".", "localadm", Password), 0},
		{"healthy, UPN", nil, attempt("", "svc-mon@lab.test", Password), 0},
		{"ntlm-bad-password", nil, attempt("LAB", "svc-mon", "x"), StatusWrongPassword},
		{"ntlm-unknown-user", nil, attempt("LAB", "nobody", Password), StatusNoSuchUser},
		{"ntlm-unknown-user, authority", nil, attempt("OTHER", "svc-mon", Password), StatusNoSuchUser},
		{"ntlm-unknown-user, workgroup", func(m *Machine) { m.LeaveDomain() }, attempt("LAB", "svc-mon", Password), StatusNoSuchUser},
		{"acct-locked", func(m *Machine) { mon(m).Locked = true }, attempt("LAB", "svc-mon", Password), StatusLockedOut},
		{"acct-locked, wrong password too", func(m *Machine) { mon(m).Locked = true }, attempt("LAB", "svc-mon", "x"), StatusLockedOut},
		{"acct-disabled", func(m *Machine) { mon(m).Disabled = true }, attempt("LAB", "svc-mon", Password), StatusAccountDisabled},
		{"acct-disabled shows only after a right password", func(m *Machine) { mon(m).Disabled = true }, attempt("LAB", "svc-mon", "x"), StatusWrongPassword},
		{"acct-expired", func(m *Machine) { mon(m).Expires = time.Now().Add(-time.Hour) }, attempt("LAB", "svc-mon", Password), StatusAccountExpired},
		{"pwd-expired", func(m *Machine) { mon(m).PasswordExpired = true }, attempt("LAB", "svc-mon", Password), StatusPasswordExpired},
		{"pwd-must-change", func(m *Machine) { mon(m).MustChange = true }, attempt("LAB", "svc-mon", Password), StatusMustChange},
		{"logon-hours", func(m *Machine) { mon(m).Hours = make([]byte, 21) }, attempt("LAB", "svc-mon", Password), StatusInvalidHours},
		{"logon-workstation", func(m *Machine) { mon(m).Workstations = []string{"OPS1"} }, attempt("LAB", "svc-mon", Password), StatusInvalidWorkstation},
		{"logon-workstation, listed", func(m *Machine) { mon(m).Workstations = []string{"OPS1", "jump"} }, attempt("LAB", "svc-mon", Password), 0},
		{"blank-password", func(m *Machine) { m.Account(".", "localadm").Password = "" }, attempt("WINHOST", "localadm", ""), StatusAccountRestriction},
		{"blank-password allowed", func(m *Machine) {
			m.Account(".", "localadm").Password = ""
			m.Registry.Set(KeyLsa, DWord("LimitBlankPasswordUse", 0))
		}, attempt("WINHOST", "localadm", ""), 0},
		{"protected-user", func(m *Machine) { m.Join(m.Domain.SID+ridProtectedUsers, mon(m).SID) }, attempt("LAB", "svc-mon", Password), StatusAccountRestriction},
		{"ntlm-blocked-in", func(m *Machine) { m.Registry.Set(KeyMSV, DWord("RestrictReceivingNTLMTraffic", 2)) }, attempt("WINHOST", "localadm", "x"), StatusNTLMBlocked},
		{"ntlm-blocked-in, domain accounts only", func(m *Machine) { m.Registry.Set(KeyMSV, DWord("RestrictReceivingNTLMTraffic", 1)) }, attempt("WINHOST", "localadm", Password), 0},
		{"ntlm-blocked-domain", func(m *Machine) { m.Domain.RestrictNTLM = true }, attempt("LAB", "svc-mon", Password), StatusNTLMBlocked},
		{"ntlm-blocked-domain, local account", func(m *Machine) { m.Domain.RestrictNTLM = true }, attempt("WINHOST", "localadm", Password), 0},
		{"ntlm-blocked-domain, exception", func(m *Machine) { m.Domain.RestrictNTLM, m.Domain.Exceptions = true, []string{"winhost"} }, attempt("LAB", "svc-mon", Password), 0},
		{"ntlmv1-refused", func(m *Machine) { m.Domain.LmCompatibility = 5 }, Attempt{Protocol: NTLM, Domain: "LAB", User: "svc-mon", NTLMv1: true, CheckPassword: with(Password)}, StatusWrongPassword},
		{"network-logon-denied", func(m *Machine) { m.Rights[DenyNetworkLogon] = []SID{LocalAccount} }, attempt("WINHOST", "localadm", Password), StatusLogonTypeDenied},
		{"network-logon-denied, administrators only", func(m *Machine) { m.Rights[DenyNetworkLogon] = []SID{LocalAdminAccount} }, attempt("WINHOST", "svc-local", Password), 0},
		{"network-logon-denied, right missing", func(m *Machine) { m.Rights[NetworkLogon] = []SID{Administrators} }, attempt("LAB", "svc-mon", Password), StatusLogonTypeDenied},
		{"guest-only, Guest disabled", func(m *Machine) { m.LeaveDomain(); m.Registry.Set(KeyLsa, DWord("forceguest", 1)) }, attempt("WINHOST", "localadm", Password), StatusAccountDisabled},
		{"guest-only, domain members are exempt", func(m *Machine) { m.Registry.Set(KeyLsa, DWord("forceguest", 1)) }, attempt("WINHOST", "localadm", Password), 0},
		{"home-edition", func(m *Machine) { m.LeaveDomain(); m.System.Edition = Home }, attempt("WINHOST", "localadm", Password), StatusAccountDisabled},
		{"trust-broken", func(m *Machine) { m.Domain.ChannelBroken = true }, attempt("LAB", "svc-mon", Password), StatusTrustFailure},
		{"trust-broken, local account", func(m *Machine) { m.Domain.ChannelBroken = true }, attempt("WINHOST", "localadm", Password), 0},
		{"no-logon-server", func(m *Machine) { m.Domain.Unreachable = true }, attempt("LAB", "svc-mon", Password), StatusNoLogonServers},
		{"selective-auth", func(m *Machine) { m.Domain.Trusts[0].Selective = true }, attempt("PARTNER", "svc-partner", Password), StatusFirewall},
		{"smartcard-required", func(m *Machine) { mon(m).SmartcardRequired = true }, attempt("LAB", "svc-mon", Password), StatusWrongPassword},
		{"name-two-authorities: the bare name is the local one", func(m *Machine) {
			m.AddAccount(Account{Domain: "WINHOST", Name: "svc-mon", SID: computerSID + "-1010", Password: "other"})
		}, attempt("", "svc-mon", Password), StatusWrongPassword},
		{"a name with blanks and signs", func(m *Machine) {
			m.AddAccount(Account{Domain: "LAB", Name: `O'Neil & $on %a^`, SID: domainSID + "-1200", Password: Password})
		}, attempt("LAB", `o'neil & $ON %a^`, Password), 0},
	} {
		t.Run(c.fault, func(t *testing.T) {
			m := New()
			if c.set != nil {
				c.set(m)
			}
			_, d := m.Logon(c.at)
			if d.Code.Number != c.status || d.Refused() != (c.status != 0) {
				t.Errorf("status %s (kind %d), want %#x", d.Code, d.Kind, c.status)
			}
		})
	}
}

func TestLockoutAtThreshold(t *testing.T) {
	m := New()
	for i := range m.Domain.Threshold {
		if _, d := m.Logon(attempt("LAB", "svc-mon", "x")); d.Code.Number != StatusWrongPassword {
			t.Fatalf("attempt %d: %s", i+1, d.Code)
		}
	}
	if _, d := m.Logon(attempt("LAB", "svc-mon", Password)); d.Code.Number != StatusLockedOut {
		t.Errorf("after the threshold: %s", d.Code)
	}
}

func TestOutwardMergesUserAndPassword(t *testing.T) {
	for inner, outer := range map[uint32]uint32{StatusNoSuchUser: StatusLogonFailure, StatusWrongPassword: StatusLogonFailure, StatusLockedOut: StatusLockedOut} {
		if got := Outward(refusedLogon(inner).Code); got.Number != outer {
			t.Errorf("%#x leaves as %s, want %#x", inner, got, outer)
		}
	}
}

// faults.md chapter c; win32 "User Account Control and WMI".
func TestFiltering(t *testing.T) {
	for _, c := range []struct {
		domain, user string
		set          func(*Machine)
		filtered     bool
	}{
		{"WINHOST", "localadm", nil, true},
		{"WINHOST", "Administrator", nil, false},
		{"LAB", "adm-lab", nil, false},
		{"WINHOST", "svc-local", nil, false},
		{"WINHOST", "localadm", func(m *Machine) { m.Registry.Set(KeyUAC, DWord("LocalAccountTokenFilterPolicy", 1)) }, false},
		{"WINHOST", "localadm", func(m *Machine) { m.Registry.Set(KeyUAC, SZ("LocalAccountTokenFilterPolicy", "1")) }, true},
		{"WINHOST", "Administrator", func(m *Machine) { m.Registry.Set(KeyUAC, DWord("FilterAdministratorToken", 1)) }, true},
		{"WINHOST", "localadm", func(m *Machine) { m.System.Build = Build2003 }, false},
	} {
		m := New()
		if c.set != nil {
			c.set(m)
		}
		if got := caller(t, m, c.domain, c.user); got.Filtered != c.filtered || got.Has(Administrators) && c.filtered {
			t.Errorf("%s\\%s: filtered %v, want %v", c.domain, c.user, got.Filtered, c.filtered)
		}
	}
}

// KRB codes: RFC 4120 7.5.9, MS-KILE 3.3.5.6.3.
func TestKDC(t *testing.T) {
	all := []int32{AES256, AES128, RC4}
	mon := func(m *Machine) *Account { return m.Account("LAB", "svc-mon") }
	for _, c := range []struct {
		fault string
		set   func(*Machine)
		ask   ASRequest
		want  uint32
	}{
		{"healthy", nil, ASRequest{User: "svc-mon", Realm: "LAB.TEST", CheckPassword: with(Password)}, 0},
		{"preauth needed", nil, ASRequest{User: "svc-mon", Realm: "LAB.TEST"}, KrbPreauthRequired},
		{"krb-user-unknown", nil, ASRequest{User: "nobody", Realm: "LAB.TEST"}, KrbUnknownPrincipal},
		{"krb-user-unknown, realm", nil, ASRequest{User: "svc-mon", Realm: "OTHER.TEST"}, KrbWrongRealm},
		{"krb-preauth-failed", nil, ASRequest{User: "svc-mon", Realm: "LAB.TEST", CheckPassword: with("x")}, KrbPreauthFailed},
		{"acct-locked", func(m *Machine) { mon(m).Locked = true }, ASRequest{User: "svc-mon", Realm: "LAB.TEST"}, KrbRevoked},
		{"acct-disabled", func(m *Machine) { mon(m).Disabled = true }, ASRequest{User: "svc-mon", Realm: "LAB.TEST"}, KrbRevoked},
		{"pwd-expired", func(m *Machine) { mon(m).PasswordExpired = true }, ASRequest{User: "svc-mon", Realm: "LAB.TEST", CheckPassword: with(Password)}, KrbPasswordExpired},
		{"pwd-expired, wrong password", func(m *Machine) { mon(m).PasswordExpired = true }, ASRequest{User: "svc-mon", Realm: "LAB.TEST", CheckPassword: with("x")}, KrbPreauthFailed},
		{"logon-workstation", func(m *Machine) { mon(m).Workstations = []string{"OPS1"} }, ASRequest{User: "svc-mon", Realm: "LAB.TEST"}, KrbPolicy},
		{"smartcard-required", func(m *Machine) { mon(m).SmartcardRequired = true }, ASRequest{User: "svc-mon", Realm: "LAB.TEST"}, KrbPolicy},
		{"krb-etype", func(m *Machine) { mon(m).AESKeys = false }, ASRequest{User: "svc-mon", Realm: "LAB.TEST"}, KrbNoEncryption},
		{"krb-clock-skew", func(m *Machine) { m.Domain.Offset = time.Hour }, ASRequest{User: "svc-mon", Realm: "LAB.TEST", CheckPassword: with(Password)}, KrbSkew},
	} {
		m := New()
		if c.set != nil {
			c.set(m)
		}
		c.ask.Encryptions, c.ask.At = all, time.Now()
		if _, got := m.AS(c.ask); got.Code.Number != c.want {
			t.Errorf("%s: KRB-ERROR %s, want %d", c.fault, got.Code, c.want)
		}
	}
	m := New()
	for spn, want := range map[string]uint32{"RPCSS/winhost.lab.test": 0, "host/WINHOST": 0, "host/192.0.2.10": KrbUnknownService, "RPCSS/alias.lab.test": KrbUnknownService} {
		if _, got := m.TGS(mon(m), spn, all); got.Code.Number != want {
			t.Errorf("TGS %s: %s, want %d", spn, got.Code, want)
		}
	}
	m.Domain.SPNs["host/winhost"] = []string{"WINHOST$", "OTHER$"}
	if _, got := m.TGS(mon(m), "host/winhost", all); got.Code.Number != KrbUnknownService {
		t.Errorf("a name held twice: %s", got.Code)
	}
}

func TestSecretsStayInside(t *testing.T) {
	a := *New().Account("LAB", "svc-mon")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if out := fmt.Sprintf(verb, a); out != `LAB\svc-mon` {
			t.Errorf("%s prints %q", verb, out)
		}
	}
	m := New()
	m.Logon(attempt("LAB", "svc-mon", "s3cret"))
	if slices.ContainsFunc(m.Events, func(e Event) bool { return e.ID == 4625 }) == false {
		t.Error("no event 4625")
	}
}
