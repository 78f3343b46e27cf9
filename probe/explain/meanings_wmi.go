package explain

import "github.com/wmidoctor/wmidoctor/probe/code"

// dcom are the answers of RPC and DCOM around the activation.
func dcom() []meaning {
	one := func(list []code.Code, means string, faults ...string) meaning {
		return meaning{codes: list, layers: []Layer{at(activation, means, faults...)}}
	}
	return []meaning{
		one(codes(hresult(0x80040154)), "WMI is not registered as a COM class on the host: a damaged installation.", "class-not-registered"),
		one(append(facility7(1058), hresult(0x80070422)), "the WMI service is disabled on the host.", "winmgmt-disabled"),
		one(codes(hresult(0x80080005)), "the WMI service started but did not report back in time.", "server-exec-failure"),
		one(codes(hresult(0x8000401A)), "the account or session the server should run under cannot be used.", "act-logon-failure-runas"),
		one(codes(hresult(0x80010110), rpc(0x80010110)), "the client speaks a DCOM version the host does not know.", "act-version-mismatch"),
		one(codes(hresult(0x80010111), rpc(0x80010111)), "the client speaks an old DCOM version (5.1) that current Windows refuses.", "act-invalid-header"),
		one(codes(hresult(0x80010108), rpc(0x80010108), hresult(0x80010114), rpc(0x80010114)), "the object has gone: the service was restarted, or the client stopped pinging.", "orpc-disconnected"),
		{codes: append(facility7(1910), hresult(0x80070776)), layers: []Layer{
			at(activation, "the object has gone: the service was restarted since.", "orpc-disconnected"),
			at(callback, "the host asked for our object and got no answer it knows: another program answers on 135.", "cb-135-occupied", "cb-oxid-unknown"),
		}},
		one(facility7(1912), "no failure when a made-up set was pinged: the host's access limit let the account through."),
		{codes: codes(rpc(0x1C010002), win32(1745), hresult(0x800706D1)), layers: []Layer{
			at(mapper, "the host does not know this call: a very old Windows, or no Windows.", "resolver-old"),
		}},
		{codes: codes(rpc(0x1C010003), win32(1717), hresult(0x800706B5)), layers: []Layer{
			at(mapper, "an endpoint mapper without DCOM: not a Windows host.", "resolver-if-missing"),
			at(activation, "the host does not offer this interface on that port yet.", "iface-not-registered"),
		}},
		{codes: codes(rpc(0x1C01000B), win32(1728), hresult(0x800706C0)), layers: []Layer{
			at(mapper, "the host did not take the form of the request.", "bindnak-protocol"),
			at(auth, "the messages of the logon came in a way the host does not take.", "legs-mismatch"),
		}},
		{codes: codes(rpc(0x1C00001B)), layers: []Layer{
			at(auth, "level or type of the logon differ between its messages, or the host is out of memory.", "legs-mismatch"),
		}},
	}
}

// wmi are WMI's own answers.
func wmi() []meaning {
	ns := func(n uint32, means string, faults ...string) meaning {
		return meaning{codes: codes(wbem(n), hresult(n)), layers: []Layer{at(namespace, means, faults...)}}
	}
	q := func(n uint32, means string, faults ...string) meaning {
		return meaning{codes: codes(wbem(n), hresult(n)), layers: []Layer{at(query, means, faults...)}}
	}
	return []meaning{
		ns(0x8004100E, "no such namespace: a typing error, a missing role, or a damaged repository.", "ns-not-found", "ns-bad-syntax", "ns-repository-damaged"),
		ns(0x80041008, "the namespace or locale was written in a way WMI does not take.", "ns-bad-syntax", "ns-locale"),
		ns(0x80041014, "WMI itself could not start: repository or disk.", "ns-init-failure"),
		ns(0x8004100A, "a critical error inside WMI, often a damaged repository.", "ns-repository-damaged"),
		ns(0x80041064, "a user name was given for the local machine, which WMI's client refuses.", "ns-local-credentials"),
		ns(0x80041087, "the namespace wants packet privacy.", "ns-requires-encryption"),
		{codes: codes(wbem(0x80041033), hresult(0x80041033), hresult(0x80080008)), layers: []Layer{
			at(namespace, "the WMI service is stopping or being restored; wait and try again.", "ns-shutting-down"),
		}},
		{codes: codes(wbem(0x8004106C), hresult(0x8004106C)), layers: []Layer{
			at(namespace, "too many open connections to the namespace: a tool does not close them.", "ns-quota", "ns-bad-syntax"),
			at(query, "the process of a provider went over its quota of memory or handles.", "q-quota"),
		}},
		q(0x80041010, "no such class in this namespace: a role, a version of Windows, or the wrong namespace.", "q-class-missing", "q-perf-missing"),
		q(0x80041017, "the query is not valid WQL.", "q-syntax"),
		q(0x80041018, "the query language must be WQL.", "q-language"),
		q(0x80041001, "the provider failed and gives no reason.", "q-provider-failure"),
		q(0x80041004, "the provider failed.", "q-provider-failure"),
		q(0x80041002, "no such object, or the class cannot be asked in this way.", "q-not-capable"),
		q(0x80041011, "the provider of the class is not registered.", "q-provider-load"),
		q(0x80041012, "the provider of the class is registered wrongly.", "q-provider-load"),
		q(0x80041013, "the library of the provider could not be loaded.", "q-provider-load"),
		q(0x80041024, "the class needs a key, or cannot be listed.", "q-not-capable"),
		q(0x80041032, "the query was cancelled, by the client or by WMI's own limits.", "q-cancelled"),
		q(0x80041045, "the service is paused, and too many requests wait.", "q-server-busy"),
		q(0x80041062, "the class needs a privilege the account lacks, such as reading the security log.", "q-privilege-not-held"),
		q(0x80041006, "WMI on the host is out of memory.", "q-memory"),
		q(0x00040004, "no failure: the rows did not come within the time of this call. The provider is slow.", "q-slow"),
		{codes: codes(hresult(0x8007000E), win32(14), rpc(14)), layers: []Layer{
			at(activation, "the host has no port or memory left for WMI.", "objport-exhausted"),
			at(query, "the host is out of memory.", "q-memory"),
		}},
	}
}

// events are those of the Windows log that name a layer.
func events() []meaning {
	one := func(n uint32, layer, means string, faults ...string) meaning {
		return meaning{codes: codes(event(n)), layers: []Layer{at(layer, means, faults...)}}
	}
	return []meaning{
		one(10036, activation, "on the host: a client asked below packet integrity and was refused. Mend the client; nothing on the host turns it off.", "act-hardening-integrity"),
		one(10037, activation, "on the client: the named program sets a level below packet integrity itself. Update that program.", "act-hardening-integrity"),
		one(10038, activation, "on the client: the named program uses a default level below packet integrity. Update it, or raise the default.", "act-hardening-integrity"),
		one(10016, activation, "the account lacks a right on one COM application; it matters only if the CLSID is WMI's, 8BC3F05E.", "act-app-launch", "act-machine-launch"),
		one(10010, activation, "a COM server did not start in time; for WMI the service hangs.", "server-exec-failure"),
		one(4227, activation, "the host runs out of ports; the WMI port may not open.", "objport-exhausted"),
		one(4231, activation, "the host has no port left; the WMI port cannot open.", "objport-exhausted"),
		{codes: codes(event(10028)), layers: []Layer{
			at(mapper, "this computer could not reach the other one on port 135.", "host-down", "fw135-drop"),
			at(activation, "135 answers, the port of the COM server does not.", "objport-drop", "objport-path-drop"),
		}},
		one(5605, namespace, "on the host: the namespace wants encryption and the client sent none. Use packet privacy.", "ns-requires-encryption", "cb-encryption-ns"),
		one(4625, auth, "on the host: why a logon failed. Status and Sub Status tell the reason; logon type 3 is the network.", "ntlm-bad-password", "ntlm-unknown-user", "acct-locked", "network-logon-denied"),
		one(4624, auth, "on the host: a logon that worked. Compare account and elevation with what you expect.", "guest-only", "name-two-authorities"),
		one(4740, auth, "on the domain controller: an account was locked. Caller Computer Name holds the old password.", "acct-locked"),
		one(4776, auth, "where the account lives: the outcome of an NTLM logon; its Error Code is the reason.", "ntlm-bad-password", "ntlm-unknown-user", "acct-locked"),
		one(4768, auth, "on the domain controller: the outcome of a Kerberos logon; its Result Code is the reason.", "krb-user-unknown", "krb-etype"),
		one(4769, auth, "on the domain controller: a ticket for a service; its Failure Code is the reason.", "krb-spn-unknown", "krb-etype"),
		one(4771, auth, "on the domain controller: Kerberos refused the proof of the password; its Failure Code is the reason.", "krb-preauth-failed", "acct-locked", "krb-clock-skew"),
		one(4, auth, "on the client: the host could not read the ticket, which was made for another machine.", "krb-ap-modified", "dns-stale-address"),
		one(4002, auth, "on the host: its policy refuses NTLM.", "ntlm-blocked-in"),
		one(4004, auth, "on the domain controller: the domain's policy refuses NTLM.", "ntlm-blocked-domain"),
		{codes: codes(event(5858)), layers: []Layer{
			at(namespace, "a connection to a namespace failed; ResultCode says why.", "ns-remote-enable", "ns-not-found"),
			at(query, "a query failed; ResultCode says why, Operation which one, ClientMachine whose.", "q-class-missing", "q-class-denied", "q-arbitrator-throttle"),
		}},
		one(5612, query, "a provider's process went over its quota and was stopped.", "q-quota"),
		one(1000, query, "a process crashed; for WMI look for WmiPrvSE.exe in it.", "q-provider-crash"),
		one(1121, query, "an attack surface reduction rule stopped a process that WMI should create.", "q-asr-create"),
		one(5157, callback, "the host's firewall stopped a connection of its own, perhaps the call back.", "cb-host-outbound"),
	}
}
