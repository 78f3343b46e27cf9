package verdict

import (
	"github.com/wmidoctor/wmidoctor/probe"
)

// The faults of the Kerberos exchanges.
const (
	KrbClockSkew      probe.FaultID = "krb-clock-skew"
	KrbKDCUnreachable probe.FaultID = "krb-kdc-unreachable"
	KrbUserUnknown    probe.FaultID = "krb-user-unknown"
	KrbPreauthFailed  probe.FaultID = "krb-preauth-failed"
	SmartcardRequired probe.FaultID = "smartcard-required"
	KrbEtype          probe.FaultID = "krb-etype"
	KrbSPNUnknown     probe.FaultID = "krb-spn-unknown"
	KrbAPModified     probe.FaultID = "krb-ap-modified"
	KrbDCEStyle       probe.FaultID = "krb-dce-style"
	KrbTokenBig       probe.FaultID = "krb-token-big"
)

func kerberosRows() []Fault {
	return []Fault{
		{
			ID: KrbClockSkew, Step: probe.StepKerbAS, Owner: probe.OwnerJumpBox, Mark: Spec, Ceiling: probe.Certain,
			Name: "clocks differ", Head: "clocks differ",
			Title:      "the clocks differ by more than 5 minutes",
			Plain:      "The clocks differ too much for Kerberos. Which of them is wrong has to be looked up.",
			Source:     "RFC 4120 / KILE",
			Signs:      at(probe.StepKerbAS, probe.StepKerbTGS, probe.StepKerbAP).krb(37),
			Proof:      []Clue{thisCodeAlone()},
			Notice:     skewed(),
			LookAlikes: []probe.FaultID{KrbAPModified},
		},
		{
			ID: KrbKDCUnreachable, Step: probe.StepKerbAS, Owner: probe.OwnerNetwork, Mark: Inferred, Ceiling: probe.Likely,
			Name: "no domain controller", Head: "no Kerberos server",
			Title:      "no Kerberos server can be reached",
			Plain:      "No domain controller answers on the Kerberos port. The password was not looked at.",
			Signs:      at(probe.StepKerbAS).kinds(probe.KindTimeout, probe.KindRefused, probe.KindUnreachable, probe.KindDNS, probe.KindReset, probe.KindClosed),
			LookAlikes: []probe.FaultID{NoLogonServer},
		},
		{
			ID: KrbUserUnknown, Step: probe.StepKerbAS, Owner: probe.OwnerUser, Mark: Spec, Ceiling: probe.Certain,
			Name: "unknown in Kerberos", Head: "account not known",
			Title:      "the domain does not know this account",
			Plain:      "The domain controller does not know the account {account}.",
			Signs:      at(probe.StepKerbAS).krb(6, 68),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{KrbPreauthFailed},
		},
		{
			ID: KrbPreauthFailed, Step: probe.StepKerbAS, Owner: probe.OwnerUser, Mark: Spec, Ceiling: probe.Certain,
			Name: "wrong password", Head: "wrong password",
			Title:      "the password is wrong",
			Plain:      "The domain controller refused the password of {account}. It counts as a failed logon.",
			Signs:      at(probe.StepKerbAS).krb(24),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{KrbClockSkew},
		},
		{
			ID: SmartcardRequired, Step: probe.StepKerbAS, Owner: probe.OwnerDirectory, Mark: Inferred, Ceiling: probe.Likely,
			Name: "smart card required", Head: "smart card required",
			Title:      "the account needs a smart card",
			Plain:      "The account {account} may log on with a smart card only.",
			Windows:    "2000+",
			Source:     "KILE 3.3.5.6.3; Samba KDC; NTLM part",
			Signs:      either(at(probe.StepKerbAS).krb(12), refusedLogon()),
			Needs:      []Clue{said(krb(12), ntstatus(0xC00002FA))},
			LookAlikes: []probe.FaultID{NTLMBadPassword, LogonWorkstation, KrbPreauthFailed},
		},
		{
			ID: KrbEtype, Step: probe.StepKerbAS, Owner: probe.OwnerDirectory, Mark: Doc, Ceiling: probe.Certain,
			Name: "no common encryption", Head: "no common encryption",
			Title:      "Kerberos finds no common encryption",
			Plain:      "The domain controller and this program share no kind of encryption for the account.",
			Windows:    "2008+",
			Source:     "KILE; KB5073381 (CVE-2026-20833)",
			Signs:      at(probe.StepKerbAS, probe.StepKerbTGS).krb(14),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{KrbSPNUnknown},
		},
		{
			ID: KrbSPNUnknown, Step: probe.StepKerbTGS, Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely,
			Name: "service name unknown", Head: "host name not known",
			Title:      "the domain does not know the host by this name",
			Plain:      "The domain does not know a host by the name {host}. Use its full name, not an address or alias.",
			Signs:      at(probe.StepKerbTGS).krb(7),
			LookAlikes: []probe.FaultID{DNSNameUnknown, KrbEtype},
		},
		{
			ID: KrbAPModified, Step: probe.StepKerbAP, Owner: probe.OwnerDirectory, Mark: Source, Ceiling: probe.Certain,
			Name: "ticket for another host", Head: "ticket not accepted",
			Title:      "the ticket is for another computer or key",
			Plain:      "{host} cannot read the ticket. It may be another machine than the name says.",
			Source:     "RPCE 2.2.2.5: 9 = unrecoverable error in the package; impacket PR 2209, KRBUACBypass 7, Titanis 13 on Windows",
			Signs:      at(probe.StepKerbAP).nak(9),
			LookAlikes: []probe.FaultID{DNSStaleAddress, SignMismatch, TrustBroken},
		},
		{
			ID: KrbDCEStyle, Step: probe.StepKerbAP, Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Certain,
			Name: "Kerberos form wrong", Head: "ticket not accepted",
			Title:      "the Kerberos exchange has the wrong form",
			Plain:      "{host} did not take the form of the Kerberos logon. This is for the developer.",
			Source:     "KILE / RPCE",
			Signs:      at(probe.StepKerbAP).nak(9),
			Needs:      []Clue{ownPractice("this program uses the three-leg exchange with mutual authentication")},
			LookAlikes: []probe.FaultID{KrbAPModified},
		},
		{
			ID: KrbTokenBig, Step: probe.StepKerbAP, Owner: probe.OwnerDirectory, Mark: Inferred, Ceiling: probe.Likely,
			Name: "ticket too big", Head: "ticket not accepted",
			Title:      "the ticket is too big for the host",
			Plain:      "{host} did not take the ticket. The account may be in very many groups.",
			Windows:    "before 2012 default 12,000",
			Source:     "signature",
			Signs:      either(at(probe.StepKerbAP).nak(0, 9), at(probe.StepKerbAP).fault(5)),
			Needs:      []Clue{unknowable()},
			LookAlikes: []probe.FaultID{PathMTU},
		},
	}
}
