package verdict

import (
	"github.com/wmidoctor/wmidoctor/probe"
)

// The faults of the host's call back to our sink.
const (
	CB135NotListening          probe.FaultID = "cb-135-not-listening"
	CBNoSYN                    probe.FaultID = "cb-no-syn"
	CBFWClient                 probe.FaultID = "cb-fw-client"
	CBAddressNAT               probe.FaultID = "cb-address-nat"
	CBNameInObjRef             probe.FaultID = "cb-name-in-objref"
	CBHostOutbound             probe.FaultID = "cb-host-outbound"
	CB135Occupied              probe.FaultID = "cb-135-occupied"
	CBCustomPortIgnored        probe.FaultID = "cb-custom-port-ignored"
	CBServeraliveRefused       probe.FaultID = "cb-serveralive-refused"
	CBResolveAuthRefused       probe.FaultID = "cb-resolve-auth-refused"
	CBResolveUnsecureForbidden probe.FaultID = "cb-resolve-unsecure-forbidden"
	CBOXIDUnknown              probe.FaultID = "cb-oxid-unknown"
	CBSinkLate                 probe.FaultID = "cb-sink-late"
	CBSinkPortBlocked          probe.FaultID = "cb-sink-port-blocked"
	CBUnsecappFW               probe.FaultID = "cb-unsecapp-fw"
	CBEncryptionNS             probe.FaultID = "cb-encryption-ns"
	CBAuthMachineRefused       probe.FaultID = "cb-auth-machine-refused"
	CBAnonForbidden            probe.FaultID = "cb-anon-forbidden"
	CBUnsecappAccess           probe.FaultID = "cb-unsecapp-access"
	CBClientAnonymous          probe.FaultID = "cb-client-anonymous"
	CBRQIRefused               probe.FaultID = "cb-rqi-refused"
	CBIPIDUnknown              probe.FaultID = "cb-ipid-unknown"
	CBIndicateRejected         probe.FaultID = "cb-indicate-rejected"
	CBSlowSink                 probe.FaultID = "cb-slow-sink"
	CBStatusError              probe.FaultID = "cb-status-error"
	CBLostSetstatus            probe.FaultID = "cb-lost-setstatus"
)

func callbackRows() []Fault {
	return []Fault{
		{
			ID: CB135NotListening, Step: probe.StepTCP135Back, Owner: probe.OwnerJumpBox, Mark: Inferred, Ceiling: probe.Likely,
			Name: "cannot listen on 135", Head: "cannot listen on port 135",
			Title:      "this program could not listen on port 135",
			Plain:      "The host calls back on port 135, where this program could not listen.",
			Source:     "well-known endpoint",
			Signs:      at(probe.StepTCP135Back).kinds(probe.KindTimeout, probe.KindRefused, probe.KindLocalDenied, probe.KindInUse),
			Needs:      []Clue{listening(false)},
			LookAlikes: []probe.FaultID{CB135Occupied, CBFWClient},
		},
		{
			ID: CBNoSYN, Step: probe.StepTCP135Back, Owner: probe.OwnerNetwork, Mark: Inferred, Ceiling: probe.Likely,
			Name: "callback blocked on way", Head: "the host never called",
			Title:      "the way back from the host is blocked",
			Plain:      "{host} did not reach this machine on port 135. Ordinary queries do not need that.",
			Source:     "DCOM 3.1.1.5.3, 3.1.1.5.4; code and time",
			Signs:      at(probe.StepTCP135Back).kinds(probe.KindTimeout),
			Needs:      []Clue{listening(true), synSeen(false)},
			LookAlikes: []probe.FaultID{CBFWClient, CBAddressNAT, CBHostOutbound, CBSinkLate},
		},
		{
			ID: CBFWClient, Step: probe.StepTCP135Back, Owner: probe.OwnerJumpBox, Mark: Inferred, Ceiling: probe.Likely,
			Name: "firewall here", Head: "the host never got through",
			Title:      "the firewall of this machine drops the callback",
			Plain:      "{host} called, but the firewall of this machine let nothing through.",
			Source:     "own-sink rule; command",
			Signs:      at(probe.StepTCP135Back).kinds(probe.KindTimeout),
			Needs:      []Clue{listening(true), synSeen(true)},
			LookAlikes: []probe.FaultID{CBNoSYN},
		},
		{
			ID: CBAddressNAT, Step: probe.StepTCP135Back, Owner: probe.OwnerDeveloper, Mark: Inferred, Ceiling: probe.Likely,
			Name: "wrong address published", Head: "the host never called",
			Title:      "the address we gave cannot be reached",
			Plain:      "{host} may have called an address of this machine that it cannot reach.",
			Signs:      at(probe.StepTCP135Back).kinds(probe.KindTimeout),
			Needs:      []Clue{listening(true), synSeen(false), unknowable()},
			LookAlikes: []probe.FaultID{CBNoSYN},
		},
		{
			ID: CBNameInObjRef, Step: probe.StepTCP135Back, Owner: probe.OwnerDeveloper, Mark: Inferred, Ceiling: probe.Likely,
			Name: "name published", Head: "the host never called",
			Title:      "a name was given instead of an address",
			Plain:      "{host} was given a name to call, and may have found another machine.",
			Signs:      at(probe.StepTCP135Back).kinds(probe.KindTimeout),
			Needs:      []Clue{ownPractice("this program gives an address, not a name")},
			LookAlikes: []probe.FaultID{CBAddressNAT},
		},
		{
			ID: CBHostOutbound, Step: probe.StepTCP135Back, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "host blocks outgoing", Head: "the host never called",
			Title:      "the firewall of the host blocks outgoing calls",
			Plain:      "The firewall of {host} may keep it from calling back.",
			Windows:    "Vista+ with outbound deny",
			Source:     "WMI_OUT rule",
			Signs:      at(probe.StepTCP135Back).kinds(probe.KindTimeout),
			Needs:      []Clue{listening(true), synSeen(false), refutable(factOutbound, "the host's facts say that outgoing connections are blocked", "the host's facts say that outgoing connections are allowed")},
			LookAlikes: []probe.FaultID{CBNoSYN},
		},
		{
			ID: CB135Occupied, Step: probe.StepResolve, Owner: probe.OwnerDeveloper, Mark: Inferred, Ceiling: probe.Likely,
			Name: "Windows owns port 135", Head: "our sink was not found",
			Title:      "Windows itself answers on port 135 here",
			Plain:      "On this machine Windows itself answers port 135 and does not know our sink.",
			Windows:    "Windows clients",
			Source:     "ResolveOxid2; potato tools see 0x80070776",
			Signs:      either(at(probe.StepResolve).fault(0x776), at(probe.StepResolve, probe.StepTCP135Back).kinds(probe.KindInUse)),
			Needs:      []Clue{onWindows()},
			LookAlikes: []probe.FaultID{CBOXIDUnknown},
		},
		{
			ID: CBCustomPortIgnored, Step: probe.StepResolve, Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Certain,
			Name: "other port ignored", Head: "our sink was not found",
			Title:      "the host calls 135 whatever port we gave",
			Plain:      "{host} calls port 135, whatever port was given to it.",
			Windows:    "10 1809 / 2019+",
			Source:     "potato research, capture 13 (Server 2019 dials 135); 3.2.4.1.2.1",
			Signs:      at(probe.StepResolve, probe.StepTCP135Back).kinds(probe.KindRefused),
			Needs:      []Clue{listening(false)},
			LookAlikes: []probe.FaultID{CB135NotListening},
		},
		{
			ID: CBServeraliveRefused, Step: probe.StepResolve, Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Certain,
			Name: "our answer refused", Head: "resolver call failed",
			Title:      "our resolver refused the host's first call",
			Plain:      "{host} asked whether we are there and got a refusal. This is for the developer.",
			Source:     "3.2.4.1.2.1; capture 13: an answer without bindings is enough, Windows goes on",
			Signs:      at(probe.StepResolve).fault(5, 0x1C010002),
			LookAlikes: []probe.FaultID{CBOXIDUnknown},
		},
		{
			ID: CBResolveAuthRefused, Step: probe.StepResolve, Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Certain,
			Name: "our resolver refused", Head: "resolver call failed",
			Title:      "our resolver refused the host's question",
			Plain:      "{host} asked where our sink is and was refused. This is for the developer.",
			Windows:    "Vista+",
			Source:     "DCOMSCMRemoteCallFlags; capture 13 (Server 2019), impacket PR 1299",
			Signs:      at(probe.StepResolve).fault(5),
			Needs:      []Clue{triedAnonymously()},
			LookAlikes: []probe.FaultID{CBServeraliveRefused},
		},
		{
			ID: CBResolveUnsecureForbidden, Step: probe.StepResolve, Owner: probe.OwnerWindows, Mark: Doc, Ceiling: probe.Certain,
			Name: "host wants a logon", Head: "resolver call failed",
			Title:      "the host asks our resolver under a logon only",
			Plain:      "{host} asks where our sink is under a logon only, which this machine cannot check.",
			Windows:    "Vista+",
			Signs:      at(probe.StepResolve).fault(5),
			Needs:      []Clue{neverAnonymously()},
			LookAlikes: []probe.FaultID{CBResolveAuthRefused},
		},
		{
			ID: CBOXIDUnknown, Step: probe.StepResolve, Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Certain,
			Name: "sink not known", Head: "our sink was not found",
			Title:      "our resolver did not know the sink",
			Plain:      "{host} asked for a sink that this program did not know. This is for the developer.",
			Signs:      at(probe.StepResolve).fault(0x776),
			LookAlikes: []probe.FaultID{CB135Occupied},
		},
		{
			ID: CBSinkLate, Step: probe.StepResolve, Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Certain,
			Name: "we answered too late", Head: "no answer from us",
			Title:      "this program answered the host too late",
			Plain:      "{host} called and this program did not answer in time. This is for the developer.",
			Source:     "DCOM 3.1.1.5.4",
			Signs:      at(probe.StepResolve, probe.StepRQI).kinds(probe.KindTimeout),
			LookAlikes: []probe.FaultID{CBNoSYN},
		},
		{
			ID: CBSinkPortBlocked, Step: probe.StepTCPSink, Owner: probe.OwnerNetwork, Mark: Inferred, Ceiling: probe.Likely,
			Name: "sink port blocked", Head: "the sink was not reached",
			Title:      "the port of our sink is blocked",
			Plain:      "{host} found out where our sink is, but did not reach its port.",
			Signs:      at(probe.StepTCPSink).kinds(probe.KindTimeout),
			LookAlikes: []probe.FaultID{CBNoSYN, CBFWClient},
		},
		{
			ID: CBUnsecappFW, Step: probe.StepTCPSink, Owner: probe.OwnerJumpBox, Mark: Doc, Ceiling: probe.Certain,
			Name: "Windows' rule for sinks", Head: "the sink was not reached",
			Title:      "Windows' own rule here shuts the sink out",
			Plain:      "The firewall of this machine may shut out what {host} sends to the sink.",
			Windows:    "Windows clients Vista+",
			Signs:      at(probe.StepTCPSink).kinds(probe.KindTimeout),
			Needs:      []Clue{onWindows()},
			LookAlikes: []probe.FaultID{CBSinkPortBlocked},
		},
		{
			ID: CBEncryptionNS, Step: probe.StepRQI, Owner: probe.OwnerDeveloper, Mark: Doc, Ceiling: probe.Certain,
			Name: "encryption for callback", Head: "callback not allowed",
			Title:      "the namespace allows encrypted callbacks only",
			Plain:      "{host} calls back for this namespace over encrypted connections only.",
			Windows:    "2003 SP1+",
			Source:     "encrypted namespace page",
			Signs:      at(probe.StepRQI).kinds(probe.KindTimeout),
			Needs:      []Clue{neverAnonymously(), unknowable()},
			LookAlikes: []probe.FaultID{CBAuthMachineRefused},
		},
		{
			ID: CBAuthMachineRefused, Step: probe.StepRQI, Owner: probe.OwnerDeveloper, Mark: Doc, Ceiling: probe.Certain,
			Name: "host's logon refused", Head: "host's logon refused here",
			Title:      "our sink cannot check the host's logon",
			Plain:      "{host} logs on to us as a computer, and this machine cannot check that.",
			Source:     "WMI note 16",
			Signs:      either(at(probe.StepRQI).fault(5), at(probe.StepRQI).kinds(probe.KindTimeout, probe.KindAuthLeg)),
			Needs:      []Clue{neverAnonymously()},
			LookAlikes: []probe.FaultID{CBAnonForbidden},
		},
		{
			ID: CBAnonForbidden, Step: probe.StepRQI, Owner: probe.OwnerWindows, Mark: Doc, Ceiling: probe.Certain,
			Name: "callback without logon", Head: "callback not allowed",
			Title:      "the host may not call back without a logon",
			Plain:      "{host} may not call back without a logon, and with one it found no trust.",
			Windows:    "Vista+ (before: not checked)",
			Source:     "WMI 3.1.1.1.3",
			Signs:      at(probe.StepRQI).kinds(probe.KindTimeout),
			Needs:      []Clue{neverAnonymously(), refutable(factAnonymousCB, "the host's facts say that it may not", "the host's facts say that it may")},
			LookAlikes: []probe.FaultID{CBAuthMachineRefused, CBSinkPortBlocked},
		},
		{
			ID: CBUnsecappAccess, Step: probe.StepRQI, Owner: probe.OwnerWindows, Mark: Doc, Ceiling: probe.Certain,
			Name: "callback rule of WMI", Head: "callback not allowed",
			Title:      "WMI's rule for callbacks forbids it",
			Plain:      "A setting of WMI on {host} forbids callbacks that are less protected.",
			Windows:    "2003+",
			Source:     "WMI 3.1.1.1.3; type: win32 async-security script",
			Signs:      at(probe.StepRQI).kinds(probe.KindTimeout),
			Needs:      []Clue{neverAnonymously(), refutable(factUnsecapp, "the host's facts say that the setting is on", "the host's facts say that the setting is off")},
			LookAlikes: []probe.FaultID{CBAnonForbidden},
		},
		{
			ID: CBClientAnonymous, Step: probe.StepRQI, Owner: probe.OwnerJumpBox, Mark: Inferred, Ceiling: probe.Likely,
			Name: "anonymous refused here", Head: "callback refused here",
			Title:      "this machine refuses the anonymous callback",
			Plain:      "This machine's own DCOM refuses a callback without a logon.",
			Windows:    "XP SP2+ clients",
			Signs:      either(at(probe.StepRQI).fault(5), at(probe.StepRQI).hresult(0x80070005)),
			Needs:      []Clue{onWindows()},
			LookAlikes: []probe.FaultID{CBAnonForbidden, CBUnsecappFW},
		},
		{
			ID: CBRQIRefused, Step: probe.StepRQI, Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Certain,
			Name: "sink refused", Head: "sink refused the interface",
			Title:      "our sink refused the interface asked for",
			Plain:      "{host} asked our sink for an interface and was refused. This is for the developer.",
			Source:     "DCOM 3.2.4.1.2: only if the IIDs differ",
			Signs:      at(probe.StepRQI).hresult(0x80004002),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{CBIPIDUnknown},
		},
		{
			ID: CBIPIDUnknown, Step: probe.StepIndicate, Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Certain,
			Name: "object not known", Head: "sink did not know object",
			Title:      "our sink did not know the object",
			Plain:      "{host} delivered to an object that this program did not know. This is for the developer.",
			Signs:      either(at(probe.StepIndicate).fault(0x80010108, 0x80010114), at(probe.StepIndicate).hresult(0x80010108, 0x80010114)),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{CBOXIDUnknown},
		},
		{
			ID: CBIndicateRejected, Step: probe.StepIndicate, Owner: probe.OwnerDeveloper, Mark: Inferred, Ceiling: probe.Likely,
			Name: "sink refused the rows", Head: "rows refused",
			Title:      "our sink refused the rows",
			Plain:      "This program refused rows that {host} delivered. This is for the developer.",
			Source:     "WMI 3.1.1.1.3; SetStatus",
			Signs:      at(probe.StepIndicate, probe.StepSetStatus).wbem(0x80041032),
			LookAlikes: []probe.FaultID{CBSlowSink},
		},
		{
			ID: CBSlowSink, Step: probe.StepIndicate, Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Certain,
			Name: "sink too slow", Head: "rows come slowly",
			Title:      "our sink took the rows too slowly",
			Plain:      "This program took the rows of {host} too slowly. This is for the developer.",
			Source:     "WMI 3.2.4.1.1",
			Signs:      at(probe.StepIndicate).kinds(probe.KindTimeout),
			Needs:      []Clue{unknowable()},
			LookAlikes: []probe.FaultID{CBLostSetstatus},
		},
		{
			ID: CBStatusError, Step: probe.StepSetStatus, Owner: probe.OwnerUser, Mark: Spec, Ceiling: probe.Certain,
			Name: "query failed at the end", Head: "query failed",
			Title:      "the query itself failed on the host",
			Plain:      "{host} called back only to say that the query failed.",
			Signs:      at(probe.StepSetStatus).wbem(0x80041003, 0x80041010, 0x80041017),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{QuerySyntax, QueryClassMissing},
		},
		{
			ID: CBLostSetstatus, Step: probe.StepSetStatus, Owner: probe.OwnerNetwork, Mark: Inferred, Ceiling: probe.Likely,
			Name: "the end never came", Head: "the end never came",
			Title:      "the rows came, the end did not",
			Plain:      "{host} delivered rows but never said that it was done.",
			Source:     "pinging",
			Signs:      at(probe.StepSetStatus, probe.StepIndicate).kinds(probe.KindTimeout, probe.KindReset, probe.KindClosed),
			LookAlikes: []probe.FaultID{ConnCutIdle, CBSlowSink},
		},
	}
}
