package verdict

import "github.com/wmidoctor/wmidoctor/probe"

// namespaceRows are met when NTLMLogin has answered.
func namespaceRows() []Fault {
	login := func(list ...uint32) []Sign { return signs(sign(probe.StepNTLMLogin, probe.KindWBEM, wbem(list...))) }
	row := func(id probe.FaultID, owner probe.Owner, mark Mark, ceiling probe.Confidence, name, head, title, plain string, s []Sign, needs ...Clue) Fault {
		return Fault{ID: id, Step: probe.StepNTLMLogin, Name: name, Title: title, Plain: plain, Head: head, Owner: owner, Mark: mark, Ceiling: ceiling, Signs: s, Needs: needs}
	}
	const closed = "WMI answers, but does not let this account into the namespace from another computer."
	rows := []Fault{
		row("ns-requires-encryption", probe.OwnerDeveloper, Doc, probe.Certain, "encryption required", "access denied", "the namespace wants encrypted calls",
			"The namespace opens only for encrypted calls.", login(0x80041003), loggedInBelowPrivacy, opens("login-at-privacy", "encrypted, the namespace", Yes)),
		row("ns-acl-not-inherited", probe.OwnerWindows, Doc, probe.Likely, "right not inherited", "access denied", `the right on root\cimv2 does not reach this namespace`,
			closed, login(0x80041003), askedAnotherNamespace, opens("cimv2-namespace", `root\cimv2`, Yes)),
		row("uac-filtered-namespace", probe.OwnerWindows, Inferred, probe.Likely, "UAC filters the account", "access denied", "UAC takes the administrator rights from a local account",
			closed, login(0x80041003), accountOfTheHost, notBuiltinAdministrator),
		row("ns-remote-enable", probe.OwnerWindows, Source, probe.Likely, "no Remote Enable", "access denied", "the account lacks the right Remote Enable on the namespace",
			closed, login(0x80041003), identityProven),
		row("ns-enable", probe.OwnerWindows, Spec, probe.Possible, "refused by an entry", "access denied", "an entry of the namespace refuses the account",
			closed, login(0x80041003), onlyTheHostKnows),
		row("act-impersonation-low", probe.OwnerDeveloper, Spec, probe.Possible, "impersonation too low", "access denied", "the client lets WMI act too little in its name",
			closed, login(0x80041003), impersonatesTooLittle),
		row("ns-repository-damaged", probe.OwnerWindows, Inferred, probe.Likely, "repository damaged", "namespace not found", "the WMI repository of the host is damaged",
			`root\cimv2 is on every Windows, but this host does not find it.`, login(0x8004100E, 0x8004100A), askedCIMV2),
		row("ns-not-found", probe.OwnerUser, Spec, probe.Certain, "no such namespace", "namespace not found", "the host has no namespace of this name",
			"The host has no namespace of this name. It is misspelt, or a role is not installed.", login(0x8004100E), askedAnotherNamespace),
		row("ns-bad-syntax", probe.OwnerDeveloper, Spec, probe.Likely, "name not understood", "name not understood", "the name of the namespace is not one that WMI takes",
			"WMI does not understand the name of the namespace.", login(0x80041008)),
		row("ns-locale", probe.OwnerDeveloper, Spec, probe.Possible, "locale refused", "locale refused", "the host does not take the language we asked for",
			"WMI does not take the language that was asked for.", login(0x80041008), onlyTheHostKnows),
		row("ns-local-credentials", probe.OwnerUser, Inferred, probe.Likely, "host is this machine", "credentials for oneself", "credentials were given for the machine we run on",
			"Windows takes no other account for a connection to itself.", login(0x80041064)),
		row("ns-init-failure", probe.OwnerWindows, Inferred, probe.Likely, "WMI not initialised", "WMI is not initialised", "WMI could not initialise: disk full, or repository damaged",
			"WMI runs, but could not initialise itself.", login(0x80041014)),
		row("ns-shutting-down", probe.OwnerWindows, Spec, probe.Likely, "WMI is stopping", "WMI is shutting down", "the WMI service is just stopping, or being restored",
			"WMI is just stopping. Try again in half a minute.", append(login(0x80041033), sign(probe.StepNTLMLogin, probe.KindHResult, hresult(0x80080008)))),
		row("ns-quota", probe.OwnerWindows, Spec, probe.Likely, "too many connections", "quota exceeded", "too many clients hold the namespace open",
			"WMI refuses since too many connections are open.", login(0x8004106C)),
	}
	return rows
}

var impersonatesTooLittle = Clue{Ask: func(r *probe.Report) Answer {
	l, _ := probe.Learnt[*probe.Login](r.Result(probe.StepNTLMLogin))
	switch {
	case l == nil || l.Imp == 0:
		return Answer{}
	case l.Imp < 3:
		return yes("the client allows less than impersonation")
	}
	return no("the client allows impersonation")
}}

// queryRows are met with a query; many a refusal comes with the first row.
func queryRows() []Fault {
	at := func(list ...uint32) []Sign {
		return signs(sign(probe.StepExec, probe.KindWBEM, wbem(list...)), sign(probe.StepNext, probe.KindWBEM, wbem(list...)))
	}
	row := func(id probe.FaultID, step probe.StepID, owner probe.Owner, mark Mark, ceiling probe.Confidence, name, head, title, plain string, s []Sign, needs ...Clue) Fault {
		return Fault{ID: id, Step: step, Name: name, Title: title, Plain: plain, Head: head, Owner: owner, Mark: mark, Ceiling: ceiling, Signs: s, Needs: needs}
	}
	both := func(kind probe.Kind, list ...uint32) []Sign {
		return signs(sign(probe.StepExec, kind, hresult(list...)), sign(probe.StepNext, kind, hresult(list...)))
	}
	silent := signs(sign(probe.StepNext, probe.KindTimeout), sign(probe.StepExec, probe.KindTimeout))
	return []Fault{
		row("q-syntax", probe.StepExec, probe.OwnerUser, Spec, probe.Likely, "query not valid", "the query is not valid", "the query is no valid WQL",
			"WMI does not understand the query.", at(0x80041017)),
		row("q-language", probe.StepExec, probe.OwnerDeveloper, Spec, probe.Likely, "language not WQL", "query language refused", "the query language is not WQL",
			"WMI does not take the language of the query.", at(0x80041018)),
		row("q-perf-missing", probe.StepExec, probe.OwnerWindows, Inferred, probe.Likely, "counters not registered", "class not found", "the performance counters are not registered in WMI",
			"The host's performance counters are not registered in WMI.", at(0x80041010), performanceClass),
		row("q-class-missing", probe.StepExec, probe.OwnerUser, Spec, probe.Likely, "no such class", "class not found", "the namespace has no class of this name",
			"The namespace has no class of this name.", at(0x80041010)),
		row("q-class-denied", probe.StepNext, probe.OwnerWindows, Inferred, probe.Likely, "class refuses", "access denied by this class", "the class has rights of its own, which the account lacks",
			"The namespace lets the account in, but this class does not.", at(0x80041003), simpleQueryWorks),
		row("q-double-hop", probe.StepNext, probe.OwnerDirectory, Inferred, probe.Possible, "third machine", "access denied by this class", "the class reads from a third machine",
			"The class reads from a third machine, where our logon does not reach.", append(at(0x80041003), both(probe.KindHResult, 0x80070005)...), onlyTheHostKnows),
		row("q-privilege-not-held", probe.StepNext, probe.OwnerWindows, Inferred, probe.Likely, "privilege missing", "privilege not held", "the account lacks a privilege that the class needs",
			"The class needs a privilege that the account does not have.", at(0x80041062)),
		row("q-provider-load", probe.StepNext, probe.OwnerWindows, Inferred, probe.Likely, "provider missing", "the provider does not load", "the provider behind the class is missing or broken",
			"The part of WMI that knows this class cannot be loaded.", at(0x80041011, 0x80041012, 0x80041013)),
		row("q-provider-failure", probe.StepNext, probe.OwnerWindows, Spec, probe.Likely, "provider failed", "the provider failed", "the provider behind the class failed",
			"The part of WMI that knows this class failed.", at(0x80041001, 0x80041004)),
		row("q-provider-crash", probe.StepNext, probe.OwnerWindows, Inferred, probe.Likely, "provider crashed", "the provider crashed", "the provider behind the class has crashed",
			"The process behind this class died while it answered.", both(probe.KindHResult, 0x800706BE, 0x800706BA)),
		row("q-quota", probe.StepNext, probe.OwnerWindows, Doc, probe.Likely, "quota of providers", "quota exceeded", "the provider host has used up its quota",
			"WMI refuses since its provider host uses too much memory.", at(0x8004106C)),
		row("q-server-busy", probe.StepExec, probe.OwnerWindows, Spec, probe.Likely, "WMI too busy", "WMI is too busy", "WMI is paused or has too many requests waiting",
			"WMI is too busy. Try again in half a minute.", at(0x80041045)),
		row("q-memory", probe.StepNext, probe.OwnerWindows, Spec, probe.Likely, "out of memory", "out of memory", "the host is out of memory",
			"The host ran out of memory.", append(at(0x80041006), both(probe.KindHResult, 0x8007000E)...)),
		row("q-slow", probe.StepNext, probe.OwnerUser, Inferred, probe.Likely, "slow class", "still collecting rows", "the class is slow; the host is still collecting",
			"The host is still collecting rows. Some classes take minutes; a WHERE clause helps.", at(0x00040004)),
		row("q-arbitrator-throttle", probe.StepNext, probe.OwnerWindows, Doc, probe.Possible, "WMI holds queries up", "no answer to the query", "WMI holds every query up until others are fetched",
			"WMI took the connection but does not answer queries.", silent, onlyTheHostKnows),
		row("conn-cut-idle", probe.StepNext, probe.OwnerNetwork, Inferred, probe.Possible, "connection cut", "connection cut", "a firewall dropped the open connection",
			"The connection worked and then went silent or was cut.",
			append(signs(sign(probe.StepNext, probe.KindReset), sign(probe.StepNext, probe.KindClosed), sign(probe.StepExec, probe.KindReset), sign(probe.StepExec, probe.KindClosed)), silent...), onlyTheHostKnows),
		row("q-cancelled", probe.StepNext, probe.OwnerDeveloper, Spec, probe.Likely, "query cancelled", "query cancelled", "the query was cancelled",
			"The query was cancelled on the host.", at(0x80041032)),
		row("q-not-capable", probe.StepExec, probe.OwnerUser, Spec, probe.Likely, "class needs more", "class cannot be listed", "the class is abstract, or needs a key in WHERE",
			"This class cannot be listed like that: it needs a key in WHERE, or is only a base for others.", at(0x80041024, 0x8004100C, 0x80041002)),
		row("q-reset-forward-only", probe.StepNext, probe.OwnerDeveloper, Inferred, probe.Likely, "rows read once", "operation not allowed", "rows that may be read once only were to be read again",
			"The rows may be read once only.", at(0x80041016)),
		row("q-decode", probe.StepNext, probe.OwnerDeveloper, Source, probe.Likely, "rows not readable", "rows not readable", "the rows came in a form that we cannot read",
			"The host answered, but we cannot read the rows. This is for the developer.", signs(sign(probe.StepNext, probe.KindMalformed))),
	}
}
