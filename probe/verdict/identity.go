package verdict

import (
	"github.com/wmidoctor/wmidoctor/probe"
)

// The faults of the logon as such: rights, trust, and the packages.
const (
	NetworkLogonDenied probe.FaultID = "network-logon-denied"
	NoLogonServer      probe.FaultID = "no-logon-server"
	TrustBroken        probe.FaultID = "trust-broken"
	SelectiveAuth      probe.FaultID = "selective-auth"
	GuestOnly          probe.FaultID = "guest-only"
	BindNakAuthtype    probe.FaultID = "bindnak-authtype"
	SPNEGONoCommonMech probe.FaultID = "spnego-no-common-mech"
	LegsMismatch       probe.FaultID = "legs-mismatch"
)

func identityRows() []Fault {
	return []Fault{
		{
			ID: NetworkLogonDenied, Step: probe.StepIdentity, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "no network logon", Head: "logon refused",
			Title:      "the account may not log on from the network",
			Plain:      "{host} refused the logon of {account}. A right of Windows forbids it over the network.",
			Windows:    "XP+",
			Source:     "code",
			Signs:      refusedLogon(),
			Needs:      []Clue{notAcceptedBefore(), either2(said(ntstatus(0xC000015B)), hostKnows(factDenyNetwork, "the host's facts deny it the network logon"))},
			LookAlikes: []probe.FaultID{NTLMBadPassword},
		},
		{
			ID: NoLogonServer, Step: probe.StepIdentity, Owner: probe.OwnerNetwork, Mark: Inferred, Ceiling: probe.Likely,
			Name: "no domain controller", Head: "logon refused",
			Title:      "the host reaches no domain controller",
			Plain:      "{host} could not check the logon of {account}: it may not reach its domain controller.",
			Source:     "code; ports: KB179442",
			Signs:      refusedLogon(),
			Needs:      []Clue{notAcceptedBefore(), notLocal(), either2(said(ntstatus(0xC000005E)), slowRefusal())},
			LookAlikes: []probe.FaultID{TrustBroken},
		},
		{
			ID: TrustBroken, Step: probe.StepIdentity, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "broken trust with domain", Head: "logon refused",
			Title:      "the host has lost its trust with the domain",
			Plain:      "{host} could not check the logon of {account}. It may have lost its trust with the domain.",
			Source:     "code",
			Signs:      refusedLogon(),
			Needs:      []Clue{notAcceptedBefore(), notLocal(), member(true), either2(said(ntstatus(0xC000018D)), hostKnows(factChannel, "the host's facts say that its secure channel is broken"))},
			LookAlikes: []probe.FaultID{NoLogonServer, NTLMBadPassword},
		},
		{
			ID: SelectiveAuth, Step: probe.StepIdentity, Owner: probe.OwnerDirectory, Mark: Inferred, Ceiling: probe.Likely,
			Name: "trust lets in few", Head: "logon refused",
			Title:      "the trust lets in chosen accounts only",
			Plain:      "{host} refused the logon of {account}. The trust between the forests is selective.",
			Windows:    "2003+",
			Source:     "code",
			Signs:      refusedLogon(),
			Needs:      []Clue{notAcceptedBefore(), notLocal(), said(ntstatus(0xC0000413))},
			LookAlikes: []probe.FaultID{NetworkLogonDenied},
		},
		{
			ID: GuestOnly, Step: probe.StepIdentity, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "everybody becomes Guest", Head: "logon refused",
			Title:      "the host turns every network logon into Guest",
			Plain:      "{host} may treat everybody from the network as a guest.",
			Windows:    "XP workgroup default; later only by policy",
			Source:     "vendor page; signature",
			Signs:      either(refusedLogon(), at(probe.StepIdentity).kinds(probe.KindSignature)),
			Needs:      []Clue{refutable(factForceGuest, "the host's facts say that ForceGuest is on", "the host's facts say that ForceGuest is off")},
			LookAlikes: []probe.FaultID{ActMachineLaunch, UACFilteredDCOM, SignMismatch},
		},
		{
			ID: BindNakAuthtype, Step: probe.StepSPNEGO, Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Certain,
			Name: "package not known", Head: "logon package refused",
			Title:      "the host does not take this logon package",
			Plain:      "{host} does not take the kind of logon that was offered. No password was sent.",
			Source:     "RPCE 2.2.2.5",
			Signs:      at(probe.StepNTLM, probe.StepSPNEGO, probe.StepKerbAP, probe.StepCallObject).nak(8),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{BindNakProtocol},
		},
		{
			ID: SPNEGONoCommonMech, Step: probe.StepSPNEGO, Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely,
			Name: "no common logon package", Head: "no common logon package",
			Title:      "host and client share no logon package",
			Plain:      "{host} takes none of the kinds of logon that were offered. Its policy may forbid NTLM.",
			Windows:    "Vista+",
			Source:     "RPCE: error on a bind must be bind_nak; simulated",
			Signs:      either(at(probe.StepNTLM, probe.StepSPNEGO).kinds(probe.KindAuthLeg), at(probe.StepNTLM, probe.StepSPNEGO).nak(9)),
			LookAlikes: []probe.FaultID{NTLMBlockedIn},
		},
		{
			ID: LegsMismatch, Step: probe.StepSPNEGO, Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Certain,
			Name: "legs of the logon differ", Head: "logon broken off",
			Title:      "the messages of the logon do not fit",
			Plain:      "{host} broke the logon off because a message did not fit. This is for the developer.",
			Source:     "Samba dcesrv_auth; RPCE 3.3.1.5.2",
			Signs:      at(probe.StepNTLM, probe.StepSPNEGO, probe.StepIdentity).fault(0x1C00001B, 0x1C01000B),
			LookAlikes: []probe.FaultID{NTLMBadPassword},
		},
	}
}
