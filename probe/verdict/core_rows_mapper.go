package verdict

import "github.com/wmidoctor/wmidoctor/probe"

// nameRows are met while the name is resolved.
func nameRows() []Fault {
	failed := signs(sign(probe.StepName, probe.KindDNS), sign(probe.StepName, probe.KindTimeout))
	return []Fault{
		{ID: "dns-name-unknown", Step: probe.StepName, Name: "name not in DNS", Head: "the name is not known",
			Title: "the name is not in DNS, or it is misspelt",
			Plain: "DNS knows no such name. It may be misspelt, or need its full form.",
			Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely, Signs: failed, Needs: clues(resolverSaysNo)},
		{ID: "dns-server-silent", Step: probe.StepName, Name: "DNS server silent", Head: "no answer from DNS",
			Title: "the DNS server of this machine does not answer",
			Plain: "The name could not be looked up. The DNS server of this machine gave no answer.",
			Owner: probe.OwnerJumpBox, Mark: Inferred, Ceiling: probe.Likely, Signs: failed, Needs: clues(resolverSilent)},
	}
}

// tcp135Rows are met while port 135 is dialled. Silence has eight faces.
func tcp135Rows() []Fault {
	silence := sign(probe.StepTCP135, probe.KindTimeout)
	unreachable := sign(probe.StepTCP135, probe.KindUnreachable)
	row := func(id probe.FaultID, owner probe.Owner, name, title, plain string, ceiling probe.Confidence, s []Sign, needs ...Clue) Fault {
		return Fault{ID: id, Step: probe.StepTCP135, Name: name, Title: title, Plain: plain, Head: "no answer on port 135",
			Owner: owner, Mark: Inferred, Ceiling: ceiling, Signs: s, Needs: needs}
	}
	const nothing = "Nothing came back from port 135 of the host. A firewall drops our packets, or the host is off."
	rows := []Fault{
		row("fw135-drop", probe.OwnerWindows, "Windows firewall", "the WMI rules of the Windows firewall are off on the host",
			nothing, probe.Likely, signs(silence), hostIsUp),
		row("addr-zone-missing", probe.OwnerUser, "no interface in address", "the link-local address names no network interface",
			"An address that starts with fe80 needs the interface it is on.", probe.Likely, signs(unreachable), zoneMissing),
		row("dns-ipv6-only", probe.OwnerJumpBox, "IPv6 only", "the name has IPv6 addresses only, and IPv6 does not reach the host",
			"The host was tried by IPv6 only, since its name has no other address.", probe.Likely, signs(silence, unreachable), onlyIPv6),
		row("fw135-localsubnet", probe.OwnerWindows, "rule for own subnet only", "the firewall rules let in the host's own subnet only",
			nothing, probe.Possible, signs(silence), otherSubnet, hostIsUp),
		row("host-down", probe.OwnerUser, "host is off", "the host is off, asleep, or has another address",
			"Nobody answers at this address: the host is off, or it has another address now.", probe.Likely, signs(unreachable, silence), nothingElseAnswers),
		row("fw-profile-public", probe.OwnerWindows, "network set to Public", "the host takes its network for a public one, so its rules do not count",
			nothing, probe.Possible, signs(silence), onlyTheHostKnows),
		row("fw-block-rule", probe.OwnerWindows, "blocking firewall rule", "a rule of the Windows firewall blocks the port",
			nothing, probe.Possible, signs(silence), onlyTheHostKnows),
		row("fw-third-party", probe.OwnerWindows, "endpoint protection", "another firewall or isolation by endpoint protection on the host",
			nothing, probe.Possible, signs(silence), onlyTheHostKnows),
		row("fw135-path-drop", probe.OwnerNetwork, "firewall in between", "a firewall in between drops port 135",
			nothing, probe.Possible, signs(silence), otherSubnet, hostIsUp),
		row("ipsec-required", probe.OwnerDirectory, "IPsec required", "the host talks to members of its domain only (IPsec)",
			nothing, probe.Possible, signs(silence), onlyTheHostKnows),
		row("fw135-reject", probe.OwnerNetwork, "device rejects", "a device in between refuses port 135",
			"A device on the way refused our packets in so many words.", probe.Likely,
			signs(sign(probe.StepTCP135, probe.KindProhibited))),
		row("rpcss-not-listening", probe.OwnerUser, "nothing listens on 135", "nothing listens on port 135: not Windows, or the wrong address",
			"The machine at this address refused the connection to port 135. Windows always listens there.", probe.Likely,
			signs(sign(probe.StepTCP135, probe.KindRefused))),
		row("jump-egress-blocked", probe.OwnerJumpBox, "firewall of this machine", "this machine's own firewall or policy forbids it",
			"This machine itself does not let us connect to port 135.", probe.Likely,
			signs(sign(probe.StepTCP135, probe.KindLocalDenied))),
	}
	for i := range rows {
		switch r := &rows[i]; r.ID {
		case "addr-zone-missing":
			r.Head = "not reachable"
		case "host-down":
			r.Head = "the host does not answer"
		case "fw135-reject":
			r.Head, r.Needs = "refused on the way", clues(prohibitedOnTheWay)
			r.Signs = append(r.Signs, sign(probe.StepTCP135, probe.KindRefused))
		case "rpcss-not-listening":
			r.Head = "port 135 refused"
		case "jump-egress-blocked":
			r.Head = "denied on this machine"
		}
	}
	return rows
}

// prohibitedOnTheWay tells a device's own words from a plain refusal, which the
// host may have sent itself.
var prohibitedOnTheWay = Clue{Ask: func(r *probe.Report) Answer {
	if f := r.Result(probe.StepTCP135).Failure; f != nil && f.Kind == probe.KindProhibited {
		return yes("a router said that the way is prohibited")
	}
	return Answer{}
}}

// greetingRows are met between the open port and the answer of the resolver.
func greetingRows() []Fault {
	nak := func(reasons ...uint16) Sign {
		return Sign{Step: probe.StepBind135, Kind: probe.KindBindNak, Reason: reasons}
	}
	return []Fault{
		{ID: "middlebox-cuts-rpc", Step: probe.StepBind135, Name: "device cuts RPC", Head: "connection cut",
			Title: "a device in between lets the port through but cuts RPC",
			Plain: "The port is open, but the connection was cut as soon as we spoke RPC. A device in between may do that.",
			Owner: probe.OwnerNetwork, Mark: Inferred, Ceiling: probe.Likely,
			Signs: signs(sign(probe.StepBind135, probe.KindReset), sign(probe.StepBind135, probe.KindClosed))},
		{ID: "not-rpc-on-135", Step: probe.StepBind135, Name: "other service on 135", Head: "not RPC on port 135",
			Title: "another service, or a port forward, sits on port 135",
			Plain: "Something answers on port 135, but it does not speak RPC. It is no Windows host, or a forward leads elsewhere.",
			Owner: probe.OwnerNetwork, Mark: Source, Ceiling: probe.Certain, Proof: clues(otherBytes),
			Signs: signs(sign(probe.StepBind135, probe.KindNotRPC))},
		{ID: "rpcss-hang", Step: probe.StepBind135, Name: "RPC service hangs", Head: "RPC does not answer",
			Title: "the RPC service of the host hangs, or the host is frozen",
			Plain: "Port 135 is open, but RPC on the host gave no answer. The host may be frozen or out of memory.",
			Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely, LookAlikes: []probe.FaultID{"middlebox-cuts-rpc"},
			Signs: signs(sign(probe.StepBind135, probe.KindTimeout))},
		{ID: "bindnak-resources", Step: probe.StepBind135, Name: "RPC out of resources", Head: "RPC is out of resources",
			Title: "the host's RPC service has no room for another client",
			Plain: "The host said that it has no resources left for this connection.",
			Owner: probe.OwnerWindows, Mark: Spec, Ceiling: probe.Likely, Signs: signs(nak(1, 2))},
		{ID: "bindnak-protocol", Step: probe.StepBind135, Name: "bind not understood", Head: "bind not understood",
			Title: "the host does not take the form of our bind",
			Plain: "The host did not understand how we opened the conversation. This is for the developer.",
			Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Likely, Signs: signs(nak(0, 4), sign(probe.StepBind135, probe.KindFault, rpcStatus(0x1C01000B)))},
		{ID: "resolver-if-missing", Step: probe.StepBind135, Name: "no DCOM there", Head: "RPC without DCOM",
			Title: "RPC answers, but no DCOM: this is no Windows host",
			Plain: "The machine speaks RPC but knows nothing of DCOM. Samba servers look like this. WMI needs Windows.",
			Owner: probe.OwnerUser, Mark: Source, Ceiling: probe.Likely,
			Signs: signs(sign(probe.StepBind135, probe.KindContextRejected), sign(probe.StepBind135, probe.KindFault, rpcStatus(0x1C010003)))},
		{ID: "resolver-old", Step: probe.StepAlive, Name: "very old Windows", Head: "very old Windows",
			Title: "the host is too old to know ServerAlive2", Plain: "The host is a Windows NT 4 or early 2000.",
			Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Likely, Notice: &aliveOutOfRange},
		{ID: "unauth-rpc-refused", Step: probe.StepAlive, Name: "no RPC without logon", Head: "RPC wants a logon",
			Title: "policy on the host: no RPC without a logon",
			Plain: "The host refuses RPC calls without a logon. WMI itself is not hindered by that.",
			Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely, Signs: signs(sign(probe.StepAlive, probe.KindFault))},
		{ID: "rpc-too-busy", Step: probe.StepAlive, Name: "RPC too busy", Head: "RPC is too busy",
			Title: "RPC on the host has too many calls waiting", Plain: "The host is too busy to answer RPC calls.",
			Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely, Signs: busySigns()},
		{ID: "path-mtu", Step: probe.StepAlive, Name: "large packets lost", Head: "no answer to the first call",
			Title: "small packets pass, large ones are lost on the way",
			Plain: "The greeting was answered, the first call was not. Large packets may be lost on the way, for example in a tunnel.",
			Owner: probe.OwnerNetwork, Mark: Inferred, Ceiling: probe.Possible, LookAlikes: []probe.FaultID{"rpcss-hang"},
			Signs: signs(sign(probe.StepAlive, probe.KindTimeout))},
	}
}

func busySigns() (list []Sign) {
	for _, step := range []probe.StepID{probe.StepAlive, probe.StepIdentity, probe.StepActivate, probe.StepCallObject, probe.StepExec, probe.StepNext} {
		list = append(list, sign(step, probe.KindFault, rpcStatus(0x1C010014)))
	}
	return list
}

var otherBytes = Clue{Ask: func(r *probe.Report) Answer {
	if b, _ := probe.Learnt[*probe.Bind](r.Result(probe.StepBind135)); b != nil && b.FirstBytes != "" {
		return yes("the answer does not begin like RPC")
	}
	return Answer{}
}}

var aliveOutOfRange = Clue{Ask: func(r *probe.Report) Answer {
	if f := r.Result(probe.StepAlive).Failure; f != nil && f.Kind == probe.KindFault && f.Code.Number == 0x1C010002 {
		return yes("The host does not know ServerAlive2, which every Windows since 2000 does.")
	}
	return Answer{}
}}
