package verdict

import "github.com/wmidoctor/wmidoctor/probe"

// refusedLogon is how RPC shows every refused logon: the reason is not on the
// wire. SPNEGO shows it in the answer to alter_context, raw NTLM in the answer
// to the first request.
func refusedLogon(more ...Sign) []Sign {
	return append([]Sign{
		sign(probe.StepSPNEGO, probe.KindFault, rpcStatus(5)), sign(probe.StepIdentity, probe.KindFault, rpcStatus(5)),
	}, more...)
}

func packageFailed() []Sign {
	return []Sign{sign(probe.StepSPNEGO, probe.KindFault, rpcStatus(0x721)), sign(probe.StepIdentity, probe.KindFault, rpcStatus(0x721))}
}

// logonRows share one face. Wrong passwords are by far the most frequent.
func logonRows() []Fault {
	row := func(id probe.FaultID, step probe.StepID, owner probe.Owner, mark Mark, name, title, plain string, status uint32, words string, needs ...Clue) Fault {
		f := Fault{ID: id, Step: step, Name: name, Title: title, Plain: plain, Head: "logon refused", Owner: owner, Mark: mark,
			Ceiling: probe.Certain, Signs: refusedLogon(), Needs: needs}
		if mark == Inferred {
			f.Ceiling = probe.Likely
		}
		if status != 0 {
			f.Proof = clues(said(status, words))
		}
		return f
	}
	const refused = "The host refused the logon. It does not say why."
	unsaid := Clue{Settles: []probe.ExperimentID{"kdc-without-password", "smb-logon"}, Ask: func(*probe.Report) Answer { return Answer{} }}
	return []Fault{
		row("ntlm-bad-password", probe.StepNTLM, probe.OwnerUser, Source, "wrong password", "the password is wrong", refused, 0xC000006D, "wrong name or password", unsaid),
		row("ntlm-unknown-user", probe.StepNTLM, probe.OwnerUser, Inferred, "unknown account", "the host does not know this account, or its domain",
			"The host belongs to no domain and does not know the domain this account was sent with.", 0, "", unknownAuthority),
		row("acct-locked", probe.StepNTLM, probe.OwnerDirectory, Inferred, "account locked", "the account is locked", refused, 0xC0000234, "the account is locked", unsaid),
		row("acct-disabled", probe.StepNTLM, probe.OwnerDirectory, Source, "account disabled", "the account is disabled", refused, 0xC0000072, "the account is disabled", unsaid),
		row("acct-expired", probe.StepNTLM, probe.OwnerDirectory, Source, "account expired", "the account has expired", refused, 0xC0000193, "the account has expired", unsaid),
		row("pwd-expired", probe.StepNTLM, probe.OwnerUser, Source, "password expired", "the password has expired", refused, 0xC0000071, "the password has expired", unsaid),
		row("pwd-must-change", probe.StepNTLM, probe.OwnerUser, Spec, "password must change", "the password must be changed first", refused, 0xC0000224, "the password must be changed", unsaid),
		row("logon-hours", probe.StepNTLM, probe.OwnerDirectory, Source, "outside logon hours", "the account may not log on at this hour", refused, 0xC000006F, "not at this hour", unsaid),
		row("logon-workstation", probe.StepNTLM, probe.OwnerDirectory, Inferred, "wrong workstation", "the account may log on from named machines only", refused, 0xC0000070, "not from this machine", unsaid),
		row("laps-rotated", probe.StepNTLM, probe.OwnerUser, Inferred, "LAPS changed it", "LAPS has changed the local administrator's password", refused, 0, "", accountOfTheHost, unsaid),
		row("name-two-authorities", probe.StepNTLM, probe.OwnerUser, Inferred, "other account meant", "the name was looked up in the wrong place", refused, 0, "", unsaid),
		row("cloud-account", probe.StepNTLM, probe.OwnerUser, Inferred, "cloud account", "the account lives in the cloud; the host does not know it", refused, 0, "", hostOfNoDomain, unsaid),
		row("blank-password", probe.StepNTLM, probe.OwnerUser, Inferred, "empty password", "an empty password may not be used over the network", refused, 0xC000006E, "a restriction of the account", unsaid),
		row("protected-user", probe.StepNTLM, probe.OwnerUser, Inferred, "Protected Users", "the account may use Kerberos only (Protected Users)", refused, 0xC000006E, "a restriction of the account", accountOfADomain, unsaid),
		row("network-logon-denied", probe.StepIdentity, probe.OwnerWindows, Inferred, "no network logon", "the account may not log on over the network", refused, 0xC000015B, "no right to log on over the network", unsaid),
		row("trust-broken", probe.StepIdentity, probe.OwnerWindows, Inferred, "trust broken", "the host has lost its trust with the domain", refused, 0xC000018D, "the trust with the domain failed", accountOfADomain, unsaid),
		row("no-logon-server", probe.StepIdentity, probe.OwnerNetwork, Inferred, "no domain controller", "the host reaches no domain controller", refused, 0xC000005E, "no domain controller answers", accountOfADomain, slowVerdict),
		row("selective-auth", probe.StepIdentity, probe.OwnerDirectory, Inferred, "selective trust", "the trust lets in chosen accounts only", refused, 0xC0000413, "the trust does not let this account in", accountOfADomain, unsaid),
		row("guest-only", probe.StepIdentity, probe.OwnerWindows, Inferred, "everybody is Guest", "the host treats every network logon as Guest", refused, 0, "", hostOfNoDomain, unsaid),
		row("ntlmv1-refused", probe.StepNTLM, probe.OwnerDeveloper, Doc, "old NTLM", "the host refuses NTLM version 1", refused, 0, "", neverVersion1),
		{ID: "ntlm-blocked-in", Step: probe.StepNTLM, Name: "NTLM forbidden", Title: "the host forbids NTLM by policy", Head: "NTLM is refused",
			Plain: "The host's security package refused NTLM itself. With the full name of the host, Kerberos may work.",
			Owner: probe.OwnerDirectory, Mark: Inferred, Ceiling: probe.Likely, Signs: append(packageFailed(), refusedLogon()...), Needs: clues(packageRefused)},
		{ID: "ntlm-blocked-domain", Step: probe.StepNTLM, Name: "domain forbids NTLM", Title: "the domain forbids NTLM by policy", Head: "NTLM is refused",
			Plain: "The host's security package refused NTLM itself. With the full name of the host, Kerberos may work.",
			Owner: probe.OwnerDirectory, Mark: Inferred, Ceiling: probe.Possible, Signs: append(packageFailed(), refusedLogon()...), Needs: clues(accountOfADomain, packageRefused)},
		{ID: "sign-mismatch", Step: probe.StepNTLM, Name: "signing failed", Title: "both ends do not agree on the signature", Head: "signing failed",
			Plain: "The host could not verify our signature, or we could not verify its.", Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Possible,
			Signs: append(packageFailed(), sign(probe.StepIdentity, probe.KindSignature)), Needs: clues(onlyTheHostKnows)},
		{ID: "bindnak-authtype", Step: probe.StepSPNEGO, Name: "package unknown", Title: "the host does not take this security package", Head: "package refused",
			Plain: "The host does not take the security package we offered. No credential was sent.", Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Likely,
			Signs: signs(Sign{Step: probe.StepSPNEGO, Kind: probe.KindBindNak, Reason: []uint16{8}}, Sign{Step: probe.StepNTLM, Kind: probe.KindBindNak, Reason: []uint16{8}})},
		{ID: "spnego-no-common-mech", Step: probe.StepSPNEGO, Name: "no common package", Title: "host and client have no security package in common", Head: "no common package",
			Plain: "The host rejected every security package we offered. No credential was sent.", Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely,
			Signs: signs(sign(probe.StepSPNEGO, probe.KindAuthLeg), Sign{Step: probe.StepSPNEGO, Kind: probe.KindBindNak, Reason: []uint16{9}})},
		{ID: "legs-mismatch", Step: probe.StepSPNEGO, Name: "logon out of step", Title: "the legs of the logon do not fit together", Head: "logon out of step",
			Plain: "The host did not follow the steps of our logon. This is for the developer.", Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Likely,
			Signs: signs(sign(probe.StepSPNEGO, probe.KindFault, rpcStatus(0x1C00001B, 0x1C01000B)), sign(probe.StepIdentity, probe.KindFault, rpcStatus(0x1C00001B, 0x1C01000B)))},
	}
}

var neverVersion1 = Clue{Ask: func(*probe.Report) Answer { return no("this program never sends NTLM version 1") }}

// packageRefused is yes where the fault is the package's own.
var packageRefused = Clue{Settles: []probe.ExperimentID{"smb-logon"}, Ask: func(r *probe.Report) Answer {
	if failed, ok := r.FirstFailed(); ok && failed.Failure != nil && failed.Failure.Code.Number == 0x721 {
		return yes("the fault is 0x721, an error of the security package and not of the account")
	}
	return said(0xC0000418, "NTLM is blocked").Ask(r)
}}

// kerberosRows are met with a KDC or with a ticket.
func kerberosRows() []Fault {
	kdc := func(numbers ...uint32) []Sign {
		return []Sign{sign(probe.StepKerbAS, probe.KindKRBError, krb(numbers...)), sign(probe.StepKerbTGS, probe.KindKRBError, krb(numbers...))}
	}
	row := func(id probe.FaultID, step probe.StepID, owner probe.Owner, mark Mark, name, title, plain, head string, s []Sign) Fault {
		f := Fault{ID: id, Step: step, Name: name, Title: title, Plain: plain, Head: head, Owner: owner, Mark: mark, Ceiling: probe.Likely, Signs: s}
		return f
	}
	rows := []Fault{
		row("krb-clock-skew", probe.StepKerbAS, probe.OwnerJumpBox, Spec, "clocks differ", "the clocks differ by more than five minutes",
			"Kerberos refuses when two clocks are more than five minutes apart.", "clocks too far apart", kdc(37)),
		row("krb-kdc-unreachable", probe.StepKerbAS, probe.OwnerNetwork, Inferred, "no Kerberos server", "no Kerberos server can be reached",
			"No Kerberos server of the domain can be reached from this machine.", "no Kerberos server",
			signs(sign(probe.StepKerbAS, probe.KindTimeout), sign(probe.StepKerbAS, probe.KindRefused), sign(probe.StepKerbAS, probe.KindDNS), sign(probe.StepKerbAS, probe.KindUnreachable))),
		row("krb-user-unknown", probe.StepKerbAS, probe.OwnerUser, Spec, "unknown to Kerberos", "the domain does not know this account",
			"The domain's Kerberos server knows no such account.", "account not known", kdc(6, 68)),
		row("krb-preauth-failed", probe.StepKerbAS, probe.OwnerUser, Spec, "wrong password", "the password is wrong",
			"The Kerberos server says that the password is wrong.", "wrong password", kdc(24)),
		row("smartcard-required", probe.StepKerbAS, probe.OwnerDirectory, Inferred, "smart card required", "the account may log on by smart card only",
			"The account's policy does not allow a password.", "password not allowed", kdc(12)),
		row("krb-etype", probe.StepKerbAS, probe.OwnerDirectory, Doc, "no common encryption", "account and server share no encryption type",
			"The Kerberos server knows no encryption that both sides can use.", "no common encryption", kdc(14)),
		row("krb-spn-unknown", probe.StepKerbTGS, probe.OwnerUser, Inferred, "host name not registered", "the domain knows no service of this host name",
			"Kerberos does not know the host under the name you typed. Use its full name.", "host name not registered",
			signs(sign(probe.StepKerbTGS, probe.KindKRBError, krb(7)))),
		row("krb-ap-modified", probe.StepKerbAP, probe.OwnerDirectory, Source, "ticket of another host", "the ticket is for another computer than the one reached",
			"The host could not read our ticket: it is meant for another computer.", "ticket not accepted",
			signs(Sign{Step: probe.StepKerbAP, Kind: probe.KindBindNak, Reason: []uint16{9}})),
		row("krb-token-big", probe.StepKerbAP, probe.OwnerDirectory, Inferred, "ticket too large", "the account is in too many groups for the host",
			"The ticket is very large, since the account is in very many groups.", "ticket not accepted",
			signs(Sign{Step: probe.StepKerbAP, Kind: probe.KindBindNak, Reason: []uint16{0}})),
	}
	rows[0].Notice = &clocksApart
	return rows
}
