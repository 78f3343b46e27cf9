package explain

// logon are the statuses that a file share, an event or a Windows client gives
// for a refused logon; RPC shows none of them.
func logon() []meaning {
	one := func(means string, faults ...string) []Layer { return []Layer{at(auth, means, faults...)} }
	return []meaning{
		{codes: append(facility7(1326), ntstatus(0xC000006D), hresult(0x8009030C)),
			layers: one("wrong password or unknown name; which one is not told.", "ntlm-bad-password", "ntlm-unknown-user", "laps-rotated", "name-two-authorities")},
		{codes: codes(ntstatus(0xC000006A)), layers: one("the account exists, its password is wrong.", "ntlm-bad-password", "laps-rotated")},
		{codes: append(facility7(1317), ntstatus(0xC0000064)),
			layers: one("no such account: a misspelt name, or the wrong domain in front of it.", "ntlm-unknown-user", "name-two-authorities", "cloud-account")},
		{codes: append(facility7(1909), ntstatus(0xC0000234)),
			layers: one("the account is locked out. Stop trying, and look for the old password that locks it.", "acct-locked")},
		{codes: append(facility7(1331), ntstatus(0xC0000072)), layers: one("the password is right, the account is disabled.", "acct-disabled")},
		{codes: append(facility7(1793), ntstatus(0xC0000193)), layers: one("the password is right, the account's end date has passed.", "acct-expired")},
		{codes: append(facility7(1330), ntstatus(0xC0000071)), layers: one("the password is right but has expired.", "pwd-expired")},
		{codes: append(facility7(1907), ntstatus(0xC0000224)), layers: one("the password is right but must be changed at the first logon.", "pwd-must-change")},
		{codes: append(facility7(1328), ntstatus(0xC000006F)), layers: one("the account may not log on at this hour.", "logon-hours")},
		{codes: append(facility7(1329), ntstatus(0xC0000070)), layers: one("the account may log on from listed workstations only, and this machine is not listed.", "logon-workstation")},
		{codes: append(facility7(1327), ntstatus(0xC000006E)), layers: one("a restriction of the account: blank password, or a member of Protected Users.", "blank-password", "protected-user")},
		{codes: append(facility7(1385), ntstatus(0xC000015B)), layers: one("the host does not let this account log on over the network.", "network-logon-denied")},
		{codes: append(facility7(1789), ntstatus(0xC000018D)), layers: one("the host has lost its trust with the domain; local accounts still work.", "trust-broken")},
		{codes: append(facility7(1311), ntstatus(0xC000005E)), layers: one("the host finds no domain controller to ask.", "no-logon-server")},
		{codes: append(facility7(1935), ntstatus(0xC0000413)), layers: one("the trust between the forests lets selected accounts in only.", "selective-auth")},
		{codes: codes(ntstatus(0xC00002FA)), layers: one("the account may log on with a smart card only.", "smartcard-required")},
		{codes: append(facility7(1398), ntstatus(0xC0000133), hresult(0x80090324)), layers: one("the clocks differ by more than Kerberos allows.", "krb-clock-skew")},
		{codes: append(facility7(1396), hresult(0x80090322)),
			layers: one("the service name belongs to another account than the one that answered.", "krb-ap-modified", "dns-stale-address", "krb-spn-unknown")},
		{codes: codes(hresult(0x8009030F)), layers: one("the signature of an answer does not verify.", "sign-mismatch", "guest-only")},
		{codes: codes(hresult(0x80090303)), layers: one("the service name is not known to the domain.", "krb-spn-unknown")},
		{codes: codes(hresult(0x80090311)), layers: one("no domain controller answers.", "krb-kdc-unreachable", "no-logon-server")},
	}
}

// kerberos are the errors a KDC or host answers with.
func kerberos() []meaning {
	one := func(n uint32, means string, faults ...string) meaning {
		return meaning{codes: codes(krb(n)), layers: []Layer{at(auth, means, faults...)}}
	}
	return []meaning{
		one(6, "the domain does not know the account; no password was looked at.", "krb-user-unknown"),
		one(7, "the domain does not know the host under the name used: an address, an alias, or a missing SPN.", "krb-spn-unknown"),
		one(12, "a policy of the domain: workstation list, smart card, or selective authentication.", "logon-workstation", "smartcard-required", "selective-auth"),
		one(14, "no common encryption: RC4 is refused, or the account has no AES keys.", "krb-etype"),
		one(18, "locked, disabled, expired or outside its hours; the password was not looked at.", "acct-locked", "acct-disabled", "acct-expired", "logon-hours"),
		one(23, "the password was right but has expired or must be changed.", "pwd-expired", "pwd-must-change"),
		one(24, "the password is wrong, for certain; it counts for the lockout.", "krb-preauth-failed"),
		one(25, "a normal step of every logon: the domain asks for a proof first. Look at the answer after it."),
		one(31, "the ticket was made for another key than the host has.", "krb-ap-modified"),
		one(37, "the clocks of this machine, the domain or the host differ by more than 5 minutes.", "krb-clock-skew"),
		one(41, "the ticket was made for another machine than the one reached: stale DNS, or a duplicate SPN.", "krb-ap-modified", "dns-stale-address"),
		one(52, "the answer is too large for UDP; a client then asks over TCP. Only a blocked TCP 88 makes it a failure.", "krb-kdc-unreachable"),
		one(68, "the account belongs to another realm.", "krb-user-unknown"),
	}
}
