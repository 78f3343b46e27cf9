package explain

import "github.com/wmidoctor/wmidoctor/probe/code"

// meaning is what one error says in each layer that answers with it, in all the
// codes by which clients show it.
type meaning struct {
	codes  []code.Code
	errnos []string // by name, without Windows' WSA
	layers []Layer  // in order; the sentence goes on where the layer's title stopped
}

// meanings are the codes people paste. The catalogue's signs hold the rest.
func meanings() []meaning {
	var all []meaning
	for _, part := range [][]meaning{network(), denied(), logon(), kerberos(), dcom(), wmi(), events()} {
		all = append(all, part...)
	}
	return all
}

func hresult(n uint32) code.Code  { return code.Code{Space: code.HResult, Number: n} }
func win32(n uint32) code.Code    { return code.Code{Space: code.Win32, Number: n} }
func rpc(n uint32) code.Code      { return code.Code{Space: code.RPC, Number: n} }
func ntstatus(n uint32) code.Code { return code.Code{Space: code.NTStatus, Number: n} }
func krb(n uint32) code.Code      { return code.Code{Space: code.Kerberos, Number: n} }
func wbem(n uint32) code.Code     { return code.Code{Space: code.WBEM, Number: n} }
func event(n uint32) code.Code    { return code.Code{Space: code.Event, Number: n} }

// facility7 are the three dresses of a Win32 error that crosses RPC.
func facility7(n uint32) []code.Code {
	return []code.Code{hresult(0x80070000 | n), win32(n), rpc(n)}
}

func codes(list ...code.Code) []code.Code { return list }

const (
	mapper     = "endpoint-mapper"
	auth       = "authentication"
	activation = "dcom-activation"
	namespace  = "namespace"
	query      = "query"
	callback   = "async-callback"
)

// at builds one layer's answer.
func at(layer, means string, faults ...string) Layer { return Layer{layer, means, faults} }

// network are the ways in which nobody answers.
func network() []meaning {
	return []meaning{
		{codes: append(facility7(1722), ntstatus(0xC0020017)), layers: []Layer{
			at(mapper, "nothing answers on port 135: host off, wrong address, or a firewall.", "host-down", "fw135-drop", "fw135-localsubnet"),
			at(activation, "135 answers, the WMI port does not: the usual case.", "objport-drop", "objport-path-drop", "binding-private-address"),
			at(query, "inside a reply: the provider on the host died.", "q-provider-crash"),
			at(callback, "the host cannot reach this machine.", "cb-no-syn", "cb-fw-client", "cb-address-nat"),
		}},
		{errnos: []string{"ECONNREFUSED"}, codes: codes(win32(1225), ntstatus(0xC0000236)), layers: []Layer{
			at(mapper, "a machine answers, but nothing listens on 135: not Windows, the wrong address, or a device that rejects.", "rpcss-not-listening", "fw135-reject"),
			at(activation, "the WMI port is closed: the service was restarted since, or a forward carries 135 only.", "objport-refused", "objport-not-forwarded"),
		}},
		{errnos: []string{"ETIMEDOUT"}, codes: codes(ntstatus(0xC00000B5), win32(1460), win32(121)), layers: []Layer{
			at(mapper, "nobody answers on port 135: host off, or a firewall drops.", "host-down", "fw135-drop", "fw135-localsubnet", "fw135-path-drop"),
			at(activation, "135 answers, the WMI port does not: a firewall lets 135 through only.", "objport-drop", "objport-path-drop", "binding-private-address"),
			at(query, "the connection was idle, and a firewall on the way forgot it.", "conn-cut-idle"),
		}},
		{errnos: []string{"EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH", "ENETDOWN"}, codes: codes(win32(1232), win32(1231), win32(1256), ntstatus(0xC000023D), ntstatus(0xC000023C), win32(53), ntstatus(0xC00000BE)), layers: []Layer{
			at(mapper, "no way to the host: it is off, its address is wrong, or a route is missing.", "host-down", "dns-stale-address", "dns-ipv6-only"),
			at(activation, "the host gave an address that cannot be reached from here.", "binding-private-address"),
		}},
		{errnos: []string{"EPERM", "EACCES"}, layers: []Layer{
			at(mapper, "this machine forbids the connection itself.", "jump-egress-blocked"),
			at(callback, "this machine does not let the program listen, usually on port 135.", "cb-135-not-listening"),
		}},
		{errnos: []string{"ECONNRESET"}, codes: codes(ntstatus(0xC000020D), win32(64)), layers: []Layer{
			at(mapper, "the connection is cut as soon as RPC is spoken: a device inspects it.", "middlebox-cuts-rpc"),
			at(activation, "the WMI connection is cut: a device on the way, or protection software on the host.", "edr-blocks-wmi"),
			at(query, "the connection was idle, and a firewall on the way forgot it.", "conn-cut-idle"),
		}},
		{errnos: []string{"EADDRINUSE"}, layers: []Layer{
			at(callback, "the port the host should call is taken here; on Windows 135 always is.", "cb-135-occupied", "cb-135-not-listening"),
		}},
		{codes: codes(win32(11001), win32(11002), win32(11004), win32(9003)), layers: []Layer{
			at(mapper, "the host's name is not known to the resolver.", "dns-name-unknown", "dns-server-silent"),
			at(activation, "the host named itself by a name that is not known here.", "binding-name-unresolvable"),
		}},
		{codes: append(facility7(1726), ntstatus(0xC002001B)), layers: []Layer{
			at(activation, "the connection broke while the host worked on the request.", "edr-blocks-wmi", "middlebox-cuts-rpc"),
			at(query, "the provider's process, or WMI, died during the query.", "q-provider-crash", "conn-cut-idle"),
		}},
		{codes: append(facility7(1723), rpc(0x1C010014), ntstatus(0xC0020018)), layers: []Layer{
			at(mapper, "the host is alive but has too many RPC calls waiting.", "rpc-too-busy"),
		}},
		{codes: append(facility7(1721), hresult(0x800706B9)), layers: []Layer{
			at(activation, "the host has no port or memory left for WMI.", "objport-exhausted"),
		}},
		{codes: append(facility7(1753), ntstatus(0xC0020036), code.Code{Space: code.EPT, Number: 0x16C9A0D6}), layers: []Layer{
			at(mapper, "the endpoint mapper has no entry for this. WMI needs none: Windows never registers its resolver and activator there.", "eptmap-misread", "rpcss-not-listening"),
		}},
	}
}

// denied are the access denials that hide their reason.
func denied() []meaning {
	return []meaning{
		{codes: append(facility7(5), ntstatus(0xC0000022), hresult(0x8001011B)), layers: []Layer{
			at(mapper, "the host does not answer anonymous callers; a logon is no worse for it.", "unauth-rpc-refused", "epm-auth-required"),
			at(auth, "the logon was refused, for whatever reason: RPC does not carry it.", "ntlm-bad-password", "ntlm-unknown-user", "acct-locked", "network-logon-denied"),
			at(activation, "the logon is good, but the account may not start or reach DCOM servers from the network.", "act-machine-launch", "uac-filtered-dcom", "act-hardening-integrity", "act-machine-access", "act-app-launch"),
			at(query, "a provider refuses the account, or needs a third machine.", "q-class-denied", "q-double-hop"),
			at(callback, "the host may not call back into this machine.", "cb-anon-forbidden", "cb-client-anonymous"),
		}},
		{codes: codes(wbem(0x80041003), hresult(0x80041003)), layers: []Layer{
			at(namespace, "DCOM let the account in, the namespace does not: Remote Enable is missing, or encryption.", "ns-remote-enable", "uac-filtered-namespace", "ns-requires-encryption", "ns-enable"),
			at(query, "the namespace is open, but this one class or method is not.", "q-class-denied", "q-method-denied", "q-double-hop"),
			at(callback, "the query was denied, and the callback only tells so.", "cb-status-error"),
		}},
		{codes: append(facility7(1825), ntstatus(0xC0020057)), layers: []Layer{
			at(auth, "the security package failed: NTLM is switched off, the signature did not fit, or a guest logon.", "ntlm-blocked-in", "sign-mismatch", "guest-only"),
		}},
		{codes: codes(hresult(0x8001011C)), layers: []Layer{
			at(activation, "DCOM is switched off on the host.", "dcom-disabled"),
		}},
		{codes: codes(ntstatus(0xC0000418), win32(1937)), layers: []Layer{
			at(auth, "a policy switched NTLM off; Kerberos with the full name still works.", "ntlm-blocked-in", "ntlm-blocked-domain"),
		}},
	}
}
