package report

import (
	"fmt"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
)

// Layer 2: who the host is, and what became of the logon.

func (l *list) passport(e *probe.Passport) {
	l.add("host-computer", "computer", e.Computer, "the short name the host gives itself")
	l.add("host-dns-name", "full name", e.DNSComputer, "its name in DNS, by its own account")
	if e.Member() {
		l.add("host-domain", "domain", e.Domain, "the domain it belongs to; domain accounts are checked there")
	} else {
		l.add("host-domain", "domain", e.Domain, "its own name: it belongs to no domain, only its local accounts exist")
	}
	l.add("host-dns-domain", "DNS domain", e.DNSDomain, "the same domain in DNS")
	l.add("host-forest", "forest", e.Forest, "the Active Directory it is part of")
	if e.Version != "" || e.Build != 0 {
		l.add("host-build", "Windows", strings.TrimSpace(fmt.Sprintf("%s build %d", e.Version, e.Build)), windowsMeaning(e.Build))
	}
	l.when(e.Flags != 0, "host-ntlm-flags", "NTLM flags", fmt.Sprintf("0x%08X", e.Flags), "what of NTLM the host agreed to use")
	l.when(e.HasTime, "host-clock", "clock", Skew(e.ClockSkew), "Kerberos refuses a difference of more than 5 minutes")
	l.add("host-package", "asked by", packageName(e.Package), "how the challenge was asked for; no password was sent for it")
}

func windowsMeaning(build uint16) string {
	if n := WindowsName(build); n != "" {
		return n
	}
	return "the version the host reports"
}

func (l *list) logon(e *probe.Logon) {
	l.add("logon-account", "sent as", e.Sent, "the account exactly as the host got it")
	l.add("logon-protocol", "protocol", protocolName(e.Protocol), "how the password was proved; it never crosses the wire itself")
	l.add("logon-package", "wrapped in", packageName(e.Package), "SPNEGO lets both sides choose; raw is one package alone")
	l.when(e.Level > 0, "logon-level", "protection level", Level(e.Level), levelMeaning(e.Level))
	if e.Answered {
		l.add("logon-answered", "answer", "came", "the host looked at the logon")
	} else {
		l.add("logon-answered", "answer", "none", "the host never said what it thinks of the logon; it counts as refused")
	}
	if e.Verified {
		l.add("logon-verified", "signature", "verified", "the answer is signed with a key that only both sides can know: the logon is accepted, and this is the host we logged on to")
	} else {
		l.add("logon-verified", "signature", "not verified", "nothing yet proves that the logon was accepted")
	}
	l.add("logon-mechanisms", "host would take", strings.Join(e.Mechs, ", "), "what the host offered when it refused")
	l.add("logon-state", "negotiation", e.State, "the last word of the negotiation")
	l.when(e.Waited > 0, "logon-waited", "took", Span(e.Waited), "a long wait points at a domain controller the host cannot reach")
}

func (l *list) kdc(e *probe.KDCAnswer) {
	l.add("kdc-server", "Kerberos server", addrPort(e.KDC), "the domain controller that was asked")
	l.add("kdc-realm", "realm", e.Realm, "the Kerberos name of the domain")
	l.add("kdc-client", "account asked for", e.Client, "as the Kerberos server got it")
	l.add("kdc-service", "ticket for", e.Service, "the service the ticket is meant for")
	if e.Code.IsZero() {
		l.add("kdc-answer", "answer", "no error", "the Kerberos server did not refuse the request")
	} else {
		l.code("kdc-answer", "answer", e.Code, "no error")
	}
	l.code("kdc-ntstatus", "exact reason", e.NTStatus, "no error")
	l.when(e.HasTime, "kdc-clock", "its clock", Skew(e.ClockSkew), "Kerberos refuses a difference of more than 5 minutes")
	l.when(e.EncType != 0, "kdc-etype", "encryption", encType(e.EncType), "the kind of key that was used")
	l.when(e.NoPassword, "kdc-no-password", "password", "not used", "asked without proof of the password: no failed logon was counted")
}

func encType(n int32) string {
	names := map[int32]string{1: "DES", 3: "DES", 17: "AES-128", 18: "AES-256", 19: "AES-128 SHA-256", 20: "AES-256 SHA-384", 23: "RC4", 24: "RC4 export"}
	if s, ok := names[n]; ok {
		return fmt.Sprintf("%d, %s", n, s)
	}
	return fmt.Sprint(n)
}

func (l *list) smb(e *probe.SMBSession) {
	if e.Status.IsZero() || e.Status.Number == 0 {
		l.add("smb-status", "logon over SMB", "accepted", "file sharing took the same logon; it says the exact reason when it refuses")
	} else {
		l.code("smb-status", "logon over SMB", e.Status, "accepted")
	}
	l.add("smb-dialect", "SMB version", e.Dialect, "the version of file sharing the host chose")
	l.when(e.Guest, "smb-guest", "logged on as", "guest", "the host did not know the account and took it as guest")
}

func (l *list) ping(e *probe.Ping) {
	if e.Status.IsZero() {
		l.add("ping-status", "SimplePing", "answered", "the call reached the DCOM service under this logon")
		return
	}
	l.code("ping-status", "SimplePing", e.Status, "accepted")
}

func packageName(p string) string {
	switch p {
	case "spnego":
		return "SPNEGO"
	case "raw":
		return "the package itself, raw"
	}
	return p
}

func protocolName(p string) string {
	switch p {
	case "ntlm":
		return "NTLM"
	case "kerberos":
		return "Kerberos"
	}
	return p
}
