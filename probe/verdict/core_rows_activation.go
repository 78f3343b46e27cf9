package verdict

import "github.com/wmidoctor/wmidoctor/probe"

// activateRows are met when the activator is asked to start WMI. A fault came
// before the class was looked at, a HRESULT after (MS-DCOM 3.1.2.5.2.3).
func activateRows() []Fault {
	denied := sign(probe.StepActivate, probe.KindFault, rpcStatus(5))
	row := func(id probe.FaultID, owner probe.Owner, mark Mark, ceiling probe.Confidence, name, head, title, plain string, s []Sign, needs ...Clue) Fault {
		return Fault{ID: id, Step: probe.StepActivate, Name: name, Title: title, Plain: plain, Head: head, Owner: owner, Mark: mark, Ceiling: ceiling, Signs: s, Needs: needs}
	}
	answer := func(list ...uint32) []Sign {
		return signs(sign(probe.StepActivate, probe.KindHResult, hresult(list...)))
	}
	const notFromHere = "The host accepted the password but does not let this account start WMI from another computer."
	rows := []Fault{
		row("act-hardening-integrity", probe.OwnerDeveloper, Inferred, probe.Likely, "unsigned request", "access denied", "the request was not signed, as hosts require since 2023",
			"The host starts WMI only for signed requests, and this one was not.", signs(denied), activatedBelowIntegrity),
		row("uac-filtered-dcom", probe.OwnerWindows, Source, probe.Likely, "UAC filters the account", "access denied", "UAC takes the administrator rights from a local account",
			"A local administrator has no administrator rights over the network: UAC takes them away.", signs(denied), identityProven, accountOfTheHost, accessLimitPasses, notBuiltinAdministrator),
		row("act-machine-launch", probe.OwnerWindows, Inferred, probe.Likely, "no launch right", "access denied", "no right to launch and activate DCOM objects from another computer",
			notFromHere, signs(denied), identityProven, accessLimitPasses),
		row("act-machine-access", probe.OwnerWindows, Spec, probe.Likely, "no access right", "access denied", "the limit on DCOM access refuses the account",
			notFromHere, signs(denied), identityProven, accessLimitRefuses),
		row("uac-filtered-rid500", probe.OwnerWindows, Inferred, probe.Likely, "UAC filters it too", "access denied", "UAC filters the built-in Administrator as well, by policy",
			notFromHere, signs(denied), identityProven, accountOfTheHost, builtinAdministrator),
		row("act-limits-gpo", probe.OwnerDirectory, Inferred, probe.Possible, "limits set by policy", "access denied", "a group policy sets the DCOM limits",
			notFromHere, signs(denied), identityProven, onlyTheHostKnows),
		row("dcom-disabled", probe.OwnerWindows, Inferred, probe.Possible, "DCOM switched off", "access denied", "DCOM is switched off on the host",
			notFromHere, signs(denied, sign(probe.StepActivate, probe.KindHResult, hresult(0x80070005))), identityProven, onlyTheHostKnows),
		row("rpc-filter", probe.OwnerWindows, Inferred, probe.Possible, "RPC filter", "access denied", "an RPC filter blocks the interface",
			notFromHere, signs(denied, sign(probe.StepActivate, probe.KindContextRejected)), identityProven, onlyTheHostKnows),
		row("home-edition", probe.OwnerUser, Doc, probe.Possible, "Home edition", "access denied", "the host is a Home edition, which has no remote WMI",
			notFromHere, signs(denied), hostOfNoDomain, onlyTheHostKnows),
		row("act-app-launch", probe.OwnerWindows, Inferred, probe.Likely, "WMI's own launch right", "access denied by WMI's class", "the launch permission of WMI itself was cut",
			"The limits of the machine let the account in, but the permission of WMI's own class refuses it.", answer(0x80070005), identityProven),
		row("class-not-registered", probe.OwnerWindows, Inferred, probe.Likely, "WMI damaged", "WMI is not registered", "the registration of WMI is missing on the host",
			"The host does not know the class of WMI: its installation is damaged.", answer(0x80040154)),
		row("winmgmt-disabled", probe.OwnerWindows, Inferred, probe.Likely, "WMI disabled", "the WMI service is disabled", "the service Windows Management Instrumentation is disabled",
			"The WMI service of the host is disabled.", answer(0x80070422)),
		row("server-exec-failure", probe.OwnerWindows, Inferred, probe.Likely, "WMI does not start", "WMI does not start", "WMI starts too slowly or hangs while it starts",
			"The host tried to start WMI and gave up waiting for it.", answer(0x80080005)),
		row("act-logon-failure-runas", probe.OwnerDeveloper, Spec, probe.Likely, "session not usable", "the session cannot be used", "the session or the service's own identity cannot be used",
			"The host could not start WMI in the session that was asked for.", answer(0x8000401A)),
		row("act-version-mismatch", probe.OwnerDeveloper, Spec, probe.Likely, "COM version", "COM version not taken", "the host speaks another version of COM",
			"The host does not take the version of COM we spoke.", append(answer(0x80010110), sign(probe.StepActivate, probe.KindFault, rpcStatus(0x80010110)))),
		row("act-invalid-header", probe.OwnerDeveloper, Source, probe.Likely, "COM header", "COM header not taken", "the host does not take the header of our call",
			"The host does not take the header of our call. Very old clients meet this.", answer(0x80010111)),
		row("objport-exhausted", probe.OwnerWindows, Inferred, probe.Likely, "no port left", "no port left on the host", "the host has no free port for WMI",
			"The host could not find a free port for WMI.", answer(0x800706B9, 0x800706BA, 0x8007000E)),
		row("act-no-answer", probe.OwnerWindows, Inferred, probe.Likely, "WMI hangs", "no answer from WMI", "WMI hangs, or a device in between drops the call",
			"The host was asked to start WMI and has not answered.", signs(sign(probe.StepActivate, probe.KindTimeout))),
	}
	for i := range rows {
		if rows[i].ID == "act-machine-launch" {
			rows[i].LookAlikes = []probe.FaultID{"ntlm-bad-password"}
		}
	}
	return rows
}

// objectRows are met between the activator's answer and WMI's first own one.
func objectRows() []Fault {
	silence := sign(probe.StepTCPObject, probe.KindTimeout)
	denied := sign(probe.StepCallObject, probe.KindFault, rpcStatus(5))
	row := func(id probe.FaultID, step probe.StepID, owner probe.Owner, mark Mark, ceiling probe.Confidence, name, head, title, plain string, s []Sign, needs ...Clue) Fault {
		return Fault{ID: id, Step: step, Name: name, Title: title, Plain: plain, Head: head, Owner: owner, Mark: mark, Ceiling: ceiling, Signs: s, Needs: needs}
	}
	const second = "Port 135 answers, but the second port that the host named for WMI does not."
	const noCall = "The host started WMI for this account but does not let it call what was started."
	private := Fault{ID: "binding-private-address", Step: probe.StepBindings, Name: "inside addresses only", Head: "addresses behind NAT",
		Title: "the host lists addresses that differ from the one you typed", Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Likely,
		Plain:  "The host lists other addresses than the one you typed. We keep yours; other clients may not.",
		Notice: &listsOthers}
	return []Fault{
		private,
		row("binding-no-tcp", probe.StepBindings, probe.OwnerDeveloper, Source, probe.Certain, "no TCP port", "no TCP port named", "the host offers WMI over named pipes only",
			"The host started WMI but named no TCP port for it.", signs(sign(probe.StepBindings, probe.KindUnreachable)), noTCP),
		row("fixedport-not-applied", probe.StepTCPObject, probe.OwnerWindows, Source, probe.Likely, "fixed port closed", "port 24158 does not answer", "WMI has its fixed port, but nobody opened it",
			second, signs(silence), atTheFixedPort),
		row("objport-range-changed", probe.StepTCPObject, probe.OwnerNetwork, Doc, probe.Likely, "unusual port range", "no answer on the WMI port", "the host uses other ports than the network lets through",
			second, signs(silence), outsideTheUsualRange),
		row("objport-drop", probe.StepTCPObject, probe.OwnerWindows, Doc, probe.Likely, "firewall of the host", "no answer on the WMI port", "the firewall of the host lets in port 135 but not WMI itself",
			second, signs(silence), dynamicPort),
		row("objport-path-drop", probe.StepTCPObject, probe.OwnerNetwork, Doc, probe.Possible, "firewall in between", "no answer on the WMI port", "a firewall in between lets in port 135 only",
			second, signs(silence), dynamicPort, otherSubnet),
		row("objport-not-forwarded", probe.StepTCPObject, probe.OwnerJumpBox, Inferred, probe.Likely, "only 135 forwarded", "the WMI port is not reached", "a port forward carries 135 only",
			"The address you typed leads to the host by a forward or translation that carries port 135 only.",
			signs(sign(probe.StepTCPObject, probe.KindRefused), silence), notAmongItsAddresses),
		row("objport-refused", probe.StepTCPObject, probe.OwnerDeveloper, Inferred, probe.Likely, "WMI restarted", "the WMI port is refused", "WMI was restarted between two of our calls",
			"The host refused the port it had just named.", signs(sign(probe.StepTCPObject, probe.KindRefused)), againAnotherPort),
		row("orpc-level-low", probe.StepCallObject, probe.OwnerDeveloper, Spec, probe.Likely, "level too low", "access denied", "the call was less protected than the host requires",
			noCall, signs(denied), belowTheHint),
		row("orpc-access-denied", probe.StepCallObject, probe.OwnerWindows, Spec, probe.Likely, "no DCOM access", "access denied", "the limit on DCOM access refuses the account",
			noCall, signs(denied), identityProven, accessLimitRefuses),
		row("edr-blocks-wmi", probe.StepCallObject, probe.OwnerWindows, Inferred, probe.Possible, "endpoint protection", "connection cut", "endpoint protection on the host blocks remote WMI",
			"The connection to WMI was cut. Endpoint protection on the host does that.",
			signs(sign(probe.StepCallObject, probe.KindReset), sign(probe.StepCallObject, probe.KindClosed), denied), onlyTheHostKnows),
		row("orpc-disconnected", probe.StepCallObject, probe.OwnerDeveloper, Inferred, probe.Likely, "object gone", "the object is gone", "the object was gone before it was called",
			"WMI was restarted, or our object was released, before we called it.",
			signs(sign(probe.StepCallObject, probe.KindFault, rpcStatus(0x80010108, 0x80010114)), sign(probe.StepNTLMLogin, probe.KindHResult, hresult(0x80010108, 0x80070776, 0x800706BA)))),
		row("objport-spn", probe.StepCallObject, probe.OwnerDeveloper, Inferred, probe.Likely, "ticket not taken here", "ticket not accepted", "the ticket of port 135 is not taken on the WMI port",
			"The host took our ticket on port 135, but not on the port of WMI.", signs(Sign{Step: probe.StepCallObject, Kind: probe.KindBindNak, Reason: []uint16{9}})),
		row("iface-not-registered", probe.StepCallObject, probe.OwnerDeveloper, Inferred, probe.Likely, "interface not known yet", "interface not offered", "the WMI port does not know the interface yet",
			"The WMI port does not offer the interface that was asked for.", signs(sign(probe.StepCallObject, probe.KindContextRejected))),
	}
}

var noTCP = Clue{Ask: func(r *probe.Report) Answer {
	if b, _ := probe.Learnt[*probe.Bindings](r.Result(probe.StepBindings)); b != nil && b.Unlisted {
		return yes("none of the addresses in the answer is one of TCP")
	}
	return Answer{}
}}

// listsOthers is a warning only where the dialled address is a real one that
// the host does not list.
var listsOthers = Clue{Ask: func(r *probe.Report) Answer {
	b, _ := probe.Learnt[*probe.Bindings](r.Result(probe.StepBindings))
	if b == nil || b.InList == nil || *b.InList || b.Chosen.Addr().IsLoopback() {
		return Answer{}
	}
	return yes("The host lists other addresses than the one you typed: NAT, or several networks. We keep the one you typed; other clients may dial one that cannot be reached.")
}}

var againAnotherPort = Clue{Settles: []probe.ExperimentID{"activate-again"}, Ask: func(r *probe.Report) Answer {
	again, _ := probe.Learnt[*probe.Bindings](r.TrialResult("activate-again", probe.StepBindings))
	switch {
	case again == nil:
		return Answer{}
	case again.Chosen.Port() != objectPort(r):
		return yes("asked again, the host names another port")
	}
	return Answer{}
}}
