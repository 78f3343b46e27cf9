package verdict

import (
	"github.com/wmidoctor/wmidoctor/probe"
)

// The faults of opening the namespace.
const (
	ActImpersonationLow  probe.FaultID = "act-impersonation-low"
	NSRequiresEncryption probe.FaultID = "ns-requires-encryption"
	UACFilteredNamespace probe.FaultID = "uac-filtered-namespace"
	NSACLNotInherited    probe.FaultID = "ns-acl-not-inherited"
	NSRemoteEnable       probe.FaultID = "ns-remote-enable"
	NSEnable             probe.FaultID = "ns-enable"
	NSBadSyntax          probe.FaultID = "ns-bad-syntax"
	NSNotFound           probe.FaultID = "ns-not-found"
	NSRepositoryDamaged  probe.FaultID = "ns-repository-damaged"
	NSLocale             probe.FaultID = "ns-locale"
	NSLocalCredentials   probe.FaultID = "ns-local-credentials"
	NSInitFailure        probe.FaultID = "ns-init-failure"
	NSShuttingDown       probe.FaultID = "ns-shutting-down"
	NSQuota              probe.FaultID = "ns-quota"
	EDRBlocksWmi         probe.FaultID = "edr-blocks-wmi"
)

func namespaceRows() []Fault {
	return []Fault{
		{
			ID: ActImpersonationLow, Step: probe.StepActivate, Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Certain,
			Name: "impersonation too low", Head: "namespace refused",
			Title:      "the request allowed too little impersonation",
			Plain:      "WMI on {host} must act as {account}, and the request did not allow it.",
			Source:     "WMI 3.1.4",
			Signs:      at(probe.StepNTLMLogin).wbem(0x80041003),
			Needs:      []Clue{impersonationLow()},
			LookAlikes: []probe.FaultID{NSRemoteEnable},
		},
		{
			ID: NSRequiresEncryption, Step: probe.StepNTLMLogin, Owner: probe.OwnerDeveloper, Mark: Doc, Ceiling: probe.Certain,
			Name: "encryption required", Head: "namespace wants encryption",
			Title:      "the namespace opens over encrypted calls only",
			Plain:      "WMI on {host} opens this namespace only when the connection is encrypted.",
			Windows:    "2003 SP1+ (ignored before); MSCluster, TerminalServices",
			Source:     "WMI 3.1.4 note 22; event 5605",
			Signs:      at(probe.StepNTLMLogin).wbem(0x80041003),
			Needs:      []Clue{needsEncryption(true)},
			Proof:      []Clue{encryptionHelps()},
			LookAlikes: []probe.FaultID{NSRemoteEnable},
		},
		{
			ID: UACFilteredNamespace, Step: probe.StepNTLMLogin, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "UAC at the namespace", Head: "namespace access denied",
			Title:      "UAC takes the rights at the namespace",
			Plain:      "{host} lets {account} start WMI, but UAC takes the administrator's right to the namespace.",
			Windows:    "Vista+",
			Source:     "UAC and WMI",
			Signs:      at(probe.StepNTLMLogin).wbem(0x80041003),
			Needs:      []Clue{encryptionNotAtIssue(), accountOfTheHost(), notBuiltinAdministrator(), unlessFact(factTokenPolicy, "the host's facts say that UAC does not filter from remote")},
			LookAlikes: []probe.FaultID{NSRemoteEnable},
		},
		{
			ID: NSACLNotInherited, Step: probe.StepNTLMLogin, Owner: probe.OwnerWindows, Mark: Doc, Ceiling: probe.Certain,
			Name: "right not inherited", Head: "namespace access denied",
			Title:      "the right does not reach this namespace",
			Plain:      `WMI on {host} opens root\cimv2 for {account}, but not this namespace.`,
			Source:     "ACE flag constants",
			Signs:      at(probe.StepNTLMLogin).wbem(0x80041003),
			Needs:      []Clue{encryptionNotAtIssue(), standardWorks()},
			LookAlikes: []probe.FaultID{NSRemoteEnable, NSRequiresEncryption},
		},
		{
			ID: NSRemoteEnable, Step: probe.StepNTLMLogin, Owner: probe.OwnerWindows, Mark: Source, Ceiling: probe.Certain,
			Name: "no Remote Enable", Head: "namespace access denied",
			Title:      "no right to use this namespace from remote",
			Plain:      "WMI on {host} runs, but {account} may not open this namespace from another computer.",
			Source:     `WMI 3.1.4.1.4; default SDDL of root\cimv2, ansible.windows 770`,
			Signs:      at(probe.StepNTLMLogin).wbem(0x80041003),
			Needs:      []Clue{encryptionNotAtIssue()},
			LookAlikes: []probe.FaultID{NSRequiresEncryption, UACFilteredNamespace, NSEnable, ActImpersonationLow, EDRBlocksWmi},
		},
		{
			ID: NSEnable, Step: probe.StepNTLMLogin, Owner: probe.OwnerWindows, Mark: Spec, Ceiling: probe.Certain,
			Name: "account denied there", Head: "namespace access denied",
			Title:      "the namespace denies the account altogether",
			Plain:      "WMI on {host} may deny {account} this namespace even on the host itself.",
			Signs:      at(probe.StepNTLMLogin).wbem(0x80041003),
			Needs:      []Clue{encryptionNotAtIssue(), refutable(factDenyAce, "the host's facts name a deny entry", "the host's facts name no deny entry")},
			LookAlikes: []probe.FaultID{NSRemoteEnable},
		},
		{
			ID: NSBadSyntax, Step: probe.StepNTLMLogin, Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Certain,
			Name: "namespace misspelt", Head: "namespace not understood",
			Title:      "the name of the namespace is not well formed",
			Plain:      "WMI on {host} does not understand the name of the namespace.",
			Source:     "WMI 2.2.2, 3.1.4.1.4",
			Signs:      at(probe.StepNTLMLogin).wbem(0x80041008, 0x8004100E, 0x8004106C),
			Needs:      []Clue{malformedNamespace()},
			LookAlikes: []probe.FaultID{NSNotFound},
		},
		{
			ID: NSNotFound, Step: probe.StepNTLMLogin, Owner: probe.OwnerUser, Mark: Spec, Ceiling: probe.Certain,
			Name: "namespace not there", Head: "namespace not found",
			Title:      "the namespace does not exist on this host",
			Plain:      "WMI on {host} knows no namespace of that name.",
			Signs:      at(probe.StepNTLMLogin).wbem(0x8004100E),
			Needs:      []Clue{standardWorks()},
			LookAlikes: []probe.FaultID{NSRemoteEnable},
		},
		{
			ID: NSRepositoryDamaged, Step: probe.StepNTLMLogin, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "WMI repository damaged", Head: "namespace not found",
			Title:      "the repository of WMI is damaged",
			Plain:      "WMI on {host} does not find what every host has. Its repository may be damaged.",
			Source:     "win32 troubleshooting page: corruption looks like \"not found\"",
			Signs:      at(probe.StepNTLMLogin).wbem(0x8004100E, 0x8004100A),
			Needs:      []Clue{standardMissing()},
			LookAlikes: []probe.FaultID{NSNotFound},
		},
		{
			ID: NSLocale, Step: probe.StepNTLMLogin, Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Certain,
			Name: "language not taken", Head: "namespace not understood",
			Title:      "the host does not take the language asked for",
			Plain:      "WMI on {host} does not take the language in the request.",
			Source:     "3.1.4.1.1",
			Signs:      at(probe.StepNTLMLogin).wbem(0x80041008),
			Needs:      []Clue{ownPractice("this program names no language")},
			LookAlikes: []probe.FaultID{NSBadSyntax},
		},
		{
			ID: NSLocalCredentials, Step: probe.StepNTLMLogin, Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely,
			Name: "logon to itself", Head: "no logon to itself",
			Title:      "a host takes no name for a logon to itself",
			Plain:      "WMI takes no account name where a machine connects to itself.",
			Source:     "WMI error constants; scope",
			Signs:      at(probe.StepNTLMLogin).wbem(0x80041064),
			LookAlikes: []probe.FaultID{NSRemoteEnable},
		},
		{
			ID: NSInitFailure, Step: probe.StepNTLMLogin, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "WMI does not initialise", Head: "WMI does not initialise",
			Title:      "WMI could not start its core",
			Plain:      "WMI on {host} could not start its core. Disk or repository may be the reason.",
			Signs:      at(probe.StepNTLMLogin).wbem(0x80041014),
			LookAlikes: []probe.FaultID{ServerExecFailure, NSShuttingDown},
		},
		{
			ID: NSShuttingDown, Step: probe.StepNTLMLogin, Owner: probe.OwnerWindows, Mark: Spec, Ceiling: probe.Certain,
			Name: "WMI is stopping", Head: "WMI is stopping",
			Title:      "the service of WMI is just stopping",
			Plain:      "WMI on {host} is just being stopped. Try again in half a minute.",
			Source:     "WMI 3.1.4",
			Signs:      either(at(probe.StepNTLMLogin, probe.StepExec, probe.StepNext).wbem(0x80041033), at(probe.StepNTLMLogin).hresult(0x80080008), at(probe.StepNTLMLogin, probe.StepCallObject).fault(0x80080008)),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{ORPCDisconnected},
		},
		{
			ID: NSQuota, Step: probe.StepNTLMLogin, Owner: probe.OwnerWindows, Mark: Spec, Ceiling: probe.Certain,
			Name: "too many connections", Head: "too many connections",
			Title:      "too many connections to the namespace are open",
			Plain:      "WMI on {host} has too many connections to this namespace open.",
			Windows:    `2008+ (4096 on root\virtualization)`,
			Source:     "WMI note 23",
			Signs:      at(probe.StepNTLMLogin).wbem(0x8004106C),
			LookAlikes: []probe.FaultID{QueryQuota},
		},
		{
			ID: EDRBlocksWmi, Step: probe.StepCallObject, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "endpoint protection", Head: "WMI cut off",
			Title:      "endpoint protection may block remote WMI",
			Plain:      "A security product on {host} may refuse WMI from another computer.",
			Signs:      either(at(probe.StepCallObject, probe.StepNTLMLogin, probe.StepExec).kinds(probe.KindReset, probe.KindClosed), at(probe.StepCallObject).fault(5), at(probe.StepNTLMLogin).wbem(0x80041003)),
			Needs:      []Clue{unknowable()},
			LookAlikes: []probe.FaultID{MiddleboxCutsRPC, ORPCAccessDenied, NSRemoteEnable},
		},
	}
}
