package verdict

import (
	"github.com/wmidoctor/wmidoctor/probe"
)

// The faults of a refused logon: one face for many reasons.
const (
	NTLMBadPassword    probe.FaultID = "ntlm-bad-password"
	AccountLocked      probe.FaultID = "acct-locked"
	AccountDisabled    probe.FaultID = "acct-disabled"
	AccountExpired     probe.FaultID = "acct-expired"
	LogonHours         probe.FaultID = "logon-hours"
	PasswordExpired    probe.FaultID = "pwd-expired"
	PasswordMustChange probe.FaultID = "pwd-must-change"
	NTLMUnknownUser    probe.FaultID = "ntlm-unknown-user"
	NameTwoAuthorities probe.FaultID = "name-two-authorities"
	LAPSRotated        probe.FaultID = "laps-rotated"
	CloudAccount       probe.FaultID = "cloud-account"
	LogonWorkstation   probe.FaultID = "logon-workstation"
	BlankPassword      probe.FaultID = "blank-password"
	ProtectedUser      probe.FaultID = "protected-user"
	NTLMBlockedIn      probe.FaultID = "ntlm-blocked-in"
	NTLMBlockedDomain  probe.FaultID = "ntlm-blocked-domain"
	NTLMv1Refused      probe.FaultID = "ntlmv1-refused"
	SignMismatch       probe.FaultID = "sign-mismatch"
)

func ntlmRows() []Fault {
	return []Fault{
		{
			ID: NTLMBadPassword, Step: probe.StepNTLM, Owner: probe.OwnerUser, Mark: Source, Ceiling: probe.Certain,
			Name: "wrong password", Head: "logon refused",
			Title:      "the password is wrong",
			Plain:      "{host} refused the logon of {account}. Windows does not say why over RPC. Do not try again and again: the account may get locked.",
			Source:     "capture 13, Samba, impacket; ERREF, RPCE 3.3.1.5.2",
			Signs:      either(refusedLogon(), at(probe.StepKerbAS).krb(24)),
			Needs:      []Clue{notAcceptedBefore(), said(krb(24), ntstatus(0xC000006D), ntstatus(0xC000006A))},
			Proof:      []Clue{exactly(krb(24), ntstatus(0xC000006A))},
			LookAlikes: []probe.FaultID{NTLMUnknownUser, AccountLocked, ActMachineLaunch, LAPSRotated, NameTwoAuthorities},
		},
		{
			ID: AccountLocked, Step: probe.StepNTLM, Owner: probe.OwnerDirectory, Mark: Inferred, Ceiling: probe.Likely,
			Name: "account locked", Head: "logon refused",
			Title:      "the account is locked",
			Plain:      "{host} refused the logon of {account}. The account is locked after too many attempts.",
			Source:     "ERREF, KILE 3.3.5.6.3; KB5020282; Samba tests",
			Signs:      either(refusedLogon(), at(probe.StepKerbAS).krb(18)),
			Needs:      []Clue{notAcceptedBefore(), saidNot("SMB does not say that it is locked", ntstatus(0xC000006D)), said(krb(18), ntstatus(0xC0000234))},
			Proof:      []Clue{exactly(ntstatus(0xC0000234))},
			LookAlikes: []probe.FaultID{NTLMBadPassword, AccountDisabled},
		},
		{
			ID: AccountDisabled, Step: probe.StepNTLM, Owner: probe.OwnerDirectory, Mark: Source, Ceiling: probe.Certain,
			Name: "account disabled", Head: "logon refused",
			Title:      "the account is disabled",
			Plain:      "{host} refused the logon of {account}. The account is disabled.",
			Source:     "Samba checks the password first",
			Signs:      either(refusedLogon(), at(probe.StepKerbAS).krb(18)),
			Needs:      []Clue{notAcceptedBefore(), said(krb(18), ntstatus(0xC0000072))},
			Proof:      []Clue{exactly(ntstatus(0xC0000072))},
			LookAlikes: []probe.FaultID{AccountLocked},
		},
		{
			ID: AccountExpired, Step: probe.StepNTLM, Owner: probe.OwnerDirectory, Mark: Source, Ceiling: probe.Certain,
			Name: "account expired", Head: "logon refused",
			Title:      "the account has expired",
			Plain:      "{host} refused the logon of {account}. The account was valid until a date that has passed.",
			Source:     "ERREF, KILE 3.3.5.6.3",
			Signs:      either(refusedLogon(), at(probe.StepKerbAS).krb(18)),
			Needs:      []Clue{notAcceptedBefore(), said(krb(18), ntstatus(0xC0000193))},
			Proof:      []Clue{exactly(ntstatus(0xC0000193))},
			LookAlikes: []probe.FaultID{PasswordExpired},
		},
		{
			ID: LogonHours, Step: probe.StepNTLM, Owner: probe.OwnerDirectory, Mark: Source, Ceiling: probe.Certain,
			Name: "outside logon hours", Head: "logon refused",
			Title:      "the account may not log on at this hour",
			Plain:      "{host} refused the logon of {account}. The account may log on at certain hours only.",
			Source:     "ERREF, KILE 3.3.5.6.3; Samba tests",
			Signs:      either(refusedLogon(), at(probe.StepKerbAS).krb(18)),
			Needs:      []Clue{notAcceptedBefore(), said(krb(18), ntstatus(0xC000006F))},
			Proof:      []Clue{exactly(ntstatus(0xC000006F))},
			LookAlikes: []probe.FaultID{LogonWorkstation},
		},
		{
			ID: PasswordExpired, Step: probe.StepNTLM, Owner: probe.OwnerUser, Mark: Source, Ceiling: probe.Certain,
			Name: "password expired", Head: "logon refused",
			Title:      "the password has expired",
			Plain:      "{host} refused the logon of {account}. The password is right but has expired.",
			Source:     "Samba tests for 23 against 24",
			Signs:      either(refusedLogon(), at(probe.StepKerbAS).krb(23)),
			Needs:      []Clue{notAcceptedBefore(), said(krb(23), ntstatus(0xC0000071))},
			Proof:      []Clue{exactly(ntstatus(0xC0000071))},
			LookAlikes: []probe.FaultID{PasswordMustChange},
		},
		{
			ID: PasswordMustChange, Step: probe.StepNTLM, Owner: probe.OwnerUser, Mark: Spec, Ceiling: probe.Certain,
			Name: "password must change", Head: "logon refused",
			Title:      "the password must be changed first",
			Plain:      "{host} refused the logon of {account}. The password must be changed at the first logon.",
			Source:     "ERREF",
			Signs:      either(refusedLogon(), at(probe.StepKerbAS).krb(23)),
			Needs:      []Clue{notAcceptedBefore(), said(krb(23), ntstatus(0xC0000224))},
			Proof:      []Clue{exactly(ntstatus(0xC0000224))},
			LookAlikes: []probe.FaultID{PasswordExpired},
		},
		{
			ID: NTLMUnknownUser, Step: probe.StepNTLM, Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely,
			Name: "unknown account", Head: "logon refused",
			Title:      "the account or its domain is not known there",
			Plain:      "{host} refused the logon of {account}. Name or domain may be mistyped.",
			Source:     "NLMP, ERREF",
			Signs:      refusedLogon(),
			Needs:      []Clue{notAcceptedBefore(), saidNot("the domain controller knows the account", krb(25)), either2(said(krb(6), ntstatus(0xC000006D), ntstatus(0xC0000064)), authorityUnknown())},
			Proof:      []Clue{exactly(krb(6), ntstatus(0xC0000064))},
			LookAlikes: []probe.FaultID{NTLMBadPassword},
		},
		{
			ID: NameTwoAuthorities, Step: probe.StepNTLM, Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely,
			Name: "other account meant", Head: "logon refused",
			Title:      "host and domain may both know this name",
			Plain:      "{host} refused the logon of {account}. Host and domain may both have an account of that name.",
			Signs:      refusedLogon(),
			Needs:      []Clue{notAcceptedBefore(), bareName(), said(ntstatus(0xC000006D))},
			LookAlikes: []probe.FaultID{NTLMUnknownUser, NTLMBadPassword, ActMachineLaunch},
		},
		{
			ID: LAPSRotated, Step: probe.StepNTLM, Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely,
			Name: "password changed by LAPS", Head: "logon refused",
			Title:      "LAPS has changed the local password",
			Plain:      "{host} refused the logon of {account}. LAPS changes local administrators' passwords regularly.",
			Windows:    "hosts with LAPS",
			Source:     "LAPS cmdlets",
			Signs:      refusedLogon(),
			Needs:      []Clue{notAcceptedBefore(), accountOfTheHost(), member(true), hostKnows(factLAPS, "the host's facts say that LAPS manages the account")},
			LookAlikes: []probe.FaultID{NTLMBadPassword, UACFilteredDCOM},
		},
		{
			ID: CloudAccount, Step: probe.StepNTLM, Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely,
			Name: "cloud account", Head: "logon refused",
			Title:      "the account lives in the cloud only",
			Plain:      "{host} refused the logon of {account}. It is in no domain and cannot check a cloud account.",
			Windows:    "8+",
			Signs:      refusedLogon(),
			Needs:      []Clue{notAcceptedBefore(), member(false), refutable(factEntra, "the host's facts say it is joined to Entra ID only", "the host's facts say it is not joined to Entra ID")},
			LookAlikes: []probe.FaultID{NTLMUnknownUser, NTLMBadPassword},
		},
		{
			ID: LogonWorkstation, Step: probe.StepNTLM, Owner: probe.OwnerDirectory, Mark: Inferred, Ceiling: probe.Likely,
			Name: "wrong workstation", Head: "logon refused",
			Title:      "the account may not log on from here",
			Plain:      "{host} refused the logon of {account}. It may log on from certain machines only.",
			Source:     "NLMP field; Samba maps it to 12",
			Signs:      either(refusedLogon(), at(probe.StepKerbAS).krb(12)),
			Needs:      []Clue{notAcceptedBefore(), said(krb(12), ntstatus(0xC0000070))},
			LookAlikes: []probe.FaultID{LogonHours},
		},
		{
			ID: BlankPassword, Step: probe.StepNTLM, Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely,
			Name: "empty password", Head: "logon refused",
			Title:      "an empty password is not taken here",
			Plain:      "{host} refused the logon of {account}. Windows takes no empty password over the network.",
			Windows:    "XP+",
			Source:     "code",
			Signs:      refusedLogon(),
			Needs:      []Clue{notAcceptedBefore(), said(ntstatus(0xC000006E))},
			LookAlikes: []probe.FaultID{NTLMBadPassword},
		},
		{
			ID: ProtectedUser, Step: probe.StepNTLM, Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely,
			Name: "Protected Users", Head: "logon refused",
			Title:      "the account may log on with Kerberos only",
			Plain:      "{host} refused the logon of {account}. Members of Protected Users must use Kerberos.",
			Windows:    "2012 R2+ DC",
			Signs:      refusedLogon(),
			Needs:      []Clue{notAcceptedBefore(), notLocal(), said(krb(12), ntstatus(0xC000006E))},
			LookAlikes: []probe.FaultID{NTLMBlockedIn, BlankPassword},
		},
		{
			ID: NTLMBlockedIn, Step: probe.StepNTLM, Owner: probe.OwnerDirectory, Mark: Inferred, Ceiling: probe.Likely,
			Name: "NTLM forbidden", Head: "NTLM refused",
			Title:      "the host forbids NTLM by policy",
			Plain:      "{host} refused NTLM, whatever the password is. Kerberos with the full host name may work.",
			Windows:    "7 / 2008 R2+",
			Source:     "0xC0000418; issues; fault value",
			Signs:      refusedLogon(),
			Needs:      []Clue{notAcceptedBefore(), either2(hostKnows(factNTLMDenied, "the host's facts say that incoming NTLM is denied"), either2(packageFailed(), said(ntstatus(0xC0000418))))},
			LookAlikes: []probe.FaultID{NTLMBadPassword, NTLMBlockedDomain},
		},
		{
			ID: NTLMBlockedDomain, Step: probe.StepNTLM, Owner: probe.OwnerDirectory, Mark: Inferred, Ceiling: probe.Likely,
			Name: "domain forbids NTLM", Head: "NTLM refused",
			Title:      "the domain forbids NTLM by policy",
			Plain:      "{host} refused NTLM, whatever the password is. The domain may forbid it.",
			Windows:    "2008 R2+ DC",
			Signs:      refusedLogon(),
			Needs:      []Clue{notAcceptedBefore(), notLocal(), said(ntstatus(0xC0000418)), unknowable()},
			LookAlikes: []probe.FaultID{NTLMBlockedIn},
		},
		{
			ID: NTLMv1Refused, Step: probe.StepNTLM, Owner: probe.OwnerDeveloper, Mark: Doc, Ceiling: probe.Certain,
			Name: "old NTLM refused", Head: "logon refused",
			Title:      "the host refuses NTLM version 1",
			Plain:      "{host} refused the logon. It may refuse old NTLM, which this program does not send.",
			Windows:    "all; 24H2 / Server 2025 have no NTLMv1 at all",
			Source:     "NLMP; KB5066470",
			Signs:      refusedLogon(),
			Needs:      []Clue{ownPractice("this program sends NTLM version 2")},
			LookAlikes: []probe.FaultID{NTLMBadPassword},
		},
		{
			ID: SignMismatch, Step: probe.StepNTLM, Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Certain,
			Name: "signatures do not match", Head: "signing failed",
			Title:      "both ends do not agree on the signature",
			Plain:      "{host} and this program do not agree on the key of the session. This is for the developer.",
			Source:     "Samba; reports where 0x721 vanished on retry or after a clock step; RPCE",
			Signs:      either(at(probe.StepIdentity, probe.StepCallObject, probe.StepActivate).fault(0x721), at(probe.StepIdentity, probe.StepActivate, probe.StepCallObject).kinds(probe.KindSignature)),
			LookAlikes: []probe.FaultID{NTLMBadPassword, GuestOnly},
		},
	}
}
