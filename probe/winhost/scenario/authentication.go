package scenario

import (
	"time"

	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// account is a scenario that changes the account that asks.
func account(change func(*machine.Account)) func(*machine.Machine, *winhost.Path) {
	return func(m *machine.Machine, _ *winhost.Path) { change(monitor(m)) }
}

const changed = "Another!Pass9" // nobody who asks knows it

// authentication is layer 2: a logon that is refused, or never gets so far.
func authentication() []Scenario {
	return []Scenario{
		play("ntlm-bad-password", 1, "The service account got a new password yesterday. The vault still has the old one.",
			"that one refusal has many reasons",
			[3]string{"The host knows who asks and says no.", "Stop after one try. What else could have changed?", "The password is wrong; type the new one, once."},
			account(func(a *machine.Account) { a.Password = changed })),
		play("laps-rotated", 2, "The local administrator's password is on a note from March. The host is a domain member.",
			"that local passwords may change by themselves",
			[3]string{"Whose account is it, the host's or the domain's?", "Something rotates this password.", "LAPS changed it; read the present one from AD."},
			func(m *machine.Machine, _ *winhost.Path) {
				a := m.Account("WINHOST", "Administrator")
				a.LAPS, a.Password = true, changed
			}, as(`WINHOST\Administrator`)),
		play("ntlm-unknown-user", 1, "It must be the right account, it was copied from the ticket. Still it is refused.",
			"to compare names letter by letter",
			[3]string{"A wrong name looks like a wrong password.", "Compare account and domain with what the host says.", "There is no account of this name; a letter is wrong."},
			nil, as(`LAB\svc-mom`)),
		play("cloud-account", 2, "Alice signs in to this notebook every day with her mail address. Over the network it fails.",
			"which accounts a host knows",
			[3]string{"Is the host in a domain?", "Who checks this account's password?", "It lives in Entra ID; use an account of the host itself."},
			func(m *machine.Machine, _ *winhost.Path) { m.LeaveDomain(); m.System.EntraJoined = true }, as(`AzureAD\alice`)),
		play("name-two-authorities", 3, "There is a svc-mon in the domain and one on the host. Which of them did you send?",
			"why the part before the backslash counts",
			[3]string{"The password is right, for one of them.", "Look at the authority that was sent.", "Host and domain both have the name; use LAB's."},
			func(m *machine.Machine, _ *winhost.Path) {
				sid := m.Account("WINHOST", "svc-local").SID
				m.AddAccount(machine.Account{Domain: "WINHOST", Name: "svc-mon", SID: sid + "9", Password: changed, AESKeys: true})
			}, as(`WINHOST\svc-mon`)),
		play("acct-locked", 1, "A script tried an old password all night. Now the right one is refused as well.",
			"why to stop after one failure",
			[3]string{"The password may be right.", "What does the directory say of the account?", "It is locked; find the source, then unlock it."},
			account(func(a *machine.Account) { a.Locked, a.BadPasswords = true, 5 })),
		play("acct-disabled", 1, "The audit closed accounts that nobody claimed.",
			"to look at the account's state",
			[3]string{"The password is right.", "Look at the account in the directory.", "The account is disabled; enable it."},
			account(func(a *machine.Account) { a.Disabled = true })),
		play("acct-expired", 2, "The account was made for a project. The project ended last month.",
			"that accounts can have an end",
			[3]string{"It worked until a certain day.", "Account and password expire apart from each other.", "The account's expiry date has passed."},
			account(func(a *machine.Account) { a.Expires = time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC) })),
		play("pwd-expired", 1, "Ninety days are over. Monitoring went dark at midnight.",
			"that an old password is refused too",
			[3]string{"Nobody changed anything.", "How old is the password?", "The password has expired; change it."},
			account(func(a *machine.Account) { a.PasswordExpired = true })),
		play("pwd-must-change", 1, "The account is brand new; the helpdesk set a first password.",
			"what a tick in the account does",
			[3]string{"The password is right, and still not good.", "What does Windows want at the first logon?", "The password must be changed at the next logon."},
			account(func(a *machine.Account) { a.MustChange = true })),
		play("logon-hours", 2, "It works by day. The nightly run is refused, every night.",
			"that time can be a condition",
			[3]string{"When does it work?", "Look at the account's logon hours.", "The hours do not allow a logon now."},
			account(func(a *machine.Account) { a.Hours = make([]byte, 21) })),
		play("logon-workstation", 2, "The account works from the old jump box. This one is new.",
			"that the sender's name can count",
			[3]string{"From where does it work?", "The account has a list of computers.", "Add this machine's name to the list."},
			account(func(a *machine.Account) { a.Workstations = []string{"OLDJUMP"} })),
		play("blank-password", 1, "The test account has no password, to keep things simple.",
			"that Windows wants one over the network",
			[3]string{"At the console it works.", "What is special about its password?", "Empty passwords count at the console only; set one."},
			func(m *machine.Machine, _ *winhost.Path) { m.Account("WINHOST", "svc-local").Password = "" },
			func(t *Target) { t.User, t.Password = `WINHOST\svc-local`, "" }),
		play("protected-user", 3, "Security moved all service accounts into a group that makes them safer.",
			"that some accounts may not use NTLM",
			[3]string{"The password is right.", "Which package carried the logon?", "Members of Protected Users must use Kerberos."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.Join(m.GroupNamed("LAB", "Protected Users").SID, monitor(m).SID)
			}),
		play("ntlm-blocked-in", 2, "Since the baseline the host refuses everybody, whatever the password.",
			"that a host can refuse the package",
			[3]string{"It fails for every account alike.", "Look at the number of the fault.", "The host denies incoming NTLM; use Kerberos."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.Registry.Set(machine.KeyMSV, machine.DWord("RestrictReceivingNTLMTraffic", 2))
			}),
		play("ntlm-blocked-domain", 3, "Accounts of the host still work. Those of the domain are refused.",
			"that the domain decides as well",
			[3]string{"Whose accounts fail?", "Who checks the password of a domain account?", "The domain denies NTLM; use Kerberos or an exception."},
			func(m *machine.Machine, _ *winhost.Path) { m.Domain.RestrictNTLM = true }),
		play("smartcard-required", 3, "The account's owner signs in with a card. Its password was never told to anyone.",
			"that a password can be unknown to all",
			[3]string{"Nobody can know this password.", "Look at the account's options.", "A smart card is required; use a service account."},
			account(func(a *machine.Account) { a.SmartcardRequired = true })),
		play("sign-mismatch", 3, "The branch office has a device that makes the line faster. It touches every packet.",
			"that signatures notice any change",
			[3]string{"The logon itself was accepted.", "The first signed call fails.", "Something changes signed packets on the way."},
			func(_ *machine.Machine, p *winhost.Path) {
				bend(p, true, func() *winhost.Flow { return &winhost.Flow{In: touchSigned} })
			}),
		play("network-logon-denied", 2, "The account works when you sit at the server. The hardening guide is in force.",
			"that a right to log on can be missing",
			[3]string{"The password is proven right.", "There are rights that forbid ways to log on.", "Local accounts may not log on from the network."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.Rights[machine.DenyNetworkLogon] = append(m.Rights[machine.DenyNetworkLogon], machine.LocalAccount)
			}, as(`WINHOST\svc-local`)),
		play("guest-only", 3, "A workgroup machine with simple file sharing. Everybody is welcome, as a guest.",
			"who you are may be decided by the host",
			[3]string{"It fails for every account, the administrator too.", "As whom are you logged on?", "Every network logon becomes Guest, which is disabled."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.LeaveDomain()
				m.Registry.Set(machine.KeyLsa, machine.DWord("forceguest", 1))
			}, as(`WINHOST\svc-local`)),
		play("trust-broken", 3, "The server was restored from an old snapshot. Since then the domain's accounts are strangers to it.",
			"that the host has a password of its own",
			[3]string{"Accounts of the host still work.", "How does the host ask the domain?", "Its secure channel is broken; repair it."},
			func(m *machine.Machine, _ *winhost.Path) { m.Domain.ChannelBroken = true }),
		play("no-logon-server", 3, "The branch lost its line. The answer takes long, and is a no.",
			"what a slow refusal says",
			[3]string{"Look at the time it took.", "Whom does the host ask, and does it reach him?", "The host finds no domain controller."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.Domain.Unreachable, m.Domain.Delay = true, 7*time.Second
			}),
		play("selective-auth", 3, "The partner company's account is trusted, they say.",
			"that a trust can have conditions",
			[3]string{"Accounts of the own domain work.", "What kind of trust is it?", "Grant it Allowed to Authenticate on this computer."},
			func(m *machine.Machine, _ *winhost.Path) { m.Domain.Trusts[0].Selective = true }, as(`PARTNER\svc-partner`)),
		play("bindnak-authtype", 2, "The host refuses before it has heard a name.",
			"that the package comes first",
			[3]string{"No credential was sent.", "Read the reason of the bind_nak.", "The host takes none of the packages offered."},
			func(m *machine.Machine, _ *winhost.Path) { m.RPC.Negotiate, m.RPC.NTLM = false, false }),
		play("spnego-no-common-mech", 3, "The host wants to negotiate. Both name what they speak, and there is nothing in common.",
			"how two sides agree on a package",
			[3]string{"No credential was sent.", "Look at what the host would accept.", "It accepts Kerberos only."},
			func(m *machine.Machine, _ *winhost.Path) { m.RPC.NegotiateNTLM, m.RPC.NTLM = false, false }),
	}
}

// touchSigned changes the last byte of every request that carries a signature
// (C706 12.6: type 0 at offset 2, length of the token at offset 10).
func touchSigned(b []byte) []byte {
	const frameType, fragLength, authLength, headerSize = 2, 8, 10, 16
	for at := 0; at+headerSize <= len(b); {
		size := int(b[at+fragLength]) | int(b[at+fragLength+1])<<8
		if size < headerSize || at+size > len(b) {
			return b
		}
		if b[at+frameType] == 0 && b[at+authLength] != 0 {
			b[at+size-1] ^= 0xFF
		}
		at += size
	}
	return b
}
