package verdict

import (
	"github.com/wmidoctor/wmidoctor/probe"
)

// The faults of starting WMI over DCOM.
const (
	ActHardeningIntegrity probe.FaultID = "act-hardening-integrity"
	UACFilteredDCOM       probe.FaultID = "uac-filtered-dcom"
	ActMachineLaunch      probe.FaultID = "act-machine-launch"
	ActMachineAccess      probe.FaultID = "act-machine-access"
	UACFilteredRID500     probe.FaultID = "uac-filtered-rid500"
	ActLimitsGPO          probe.FaultID = "act-limits-gpo"
	DCOMDisabled          probe.FaultID = "dcom-disabled"
	RPCFilter             probe.FaultID = "rpc-filter"
	HomeEdition           probe.FaultID = "home-edition"
	ActAppLaunch          probe.FaultID = "act-app-launch"
	ClassNotRegistered    probe.FaultID = "class-not-registered"
	WinmgmtDisabled       probe.FaultID = "winmgmt-disabled"
	ServerExecFailure     probe.FaultID = "server-exec-failure"
	ActNoAnswer           probe.FaultID = "act-no-answer"
	ActLogonFailureRunas  probe.FaultID = "act-logon-failure-runas"
	ActVersionMismatch    probe.FaultID = "act-version-mismatch"
	ActInvalidHeader      probe.FaultID = "act-invalid-header"
	ObjPortExhausted      probe.FaultID = "objport-exhausted"
)

func activateRows() []Fault {
	return []Fault{
		{
			ID: ActHardeningIntegrity, Step: probe.StepActivate, Owner: probe.OwnerDeveloper, Mark: Inferred, Ceiling: probe.Likely,
			Name: "unsigned, hardened host", Head: "access denied",
			Title:      "the host starts WMI for signed requests only",
			Plain:      "{host} refuses to start WMI because the request was not signed.",
			Windows:    "2008 SP2+ with updates",
			Source:     "KB5004442 (read); DCOM notes 80, 81; PDU",
			Signs:      at(probe.StepActivate).fault(5),
			Needs:      []Clue{askedBelowIntegrity()},
			Notice:     hardened(),
			LookAlikes: []probe.FaultID{ActMachineLaunch, UACFilteredDCOM},
		},
		{
			ID: UACFilteredDCOM, Step: probe.StepActivate, Owner: probe.OwnerWindows, Mark: Source, Ceiling: probe.Certain,
			Name: "UAC filters the account", Head: "access denied",
			Title:      "UAC takes the rights of a local administrator",
			Plain:      "{host} accepted the logon of {account}. Over the network UAC takes a local administrator's rights away.",
			Windows:    "Vista+",
			Source:     "UAC and WMI page; impacket issues",
			Signs:      at(probe.StepActivate).fault(5),
			Needs:      []Clue{identityProven(), accountOfTheHost(), notBuiltinAdministrator(), unlessFact(factTokenPolicy, "the host's facts say that UAC does not filter from remote"), accessLimit(false)},
			LookAlikes: []probe.FaultID{ActMachineLaunch, ActHardeningIntegrity, UACFilteredNamespace},
		},
		{
			ID: ActMachineLaunch, Step: probe.StepActivate, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "DCOM launch limit", Head: "access denied",
			Title:      "no right to launch and activate DCOM objects from another computer",
			Plain:      "{host} accepted the password of {account} but does not let this account start WMI from another computer.",
			Windows:    "XP SP2 / 2003 SP1+",
			Source:     "DCOM notes 60, 61; MachineLaunchRestriction; capture 01, impacket 449, 457; group names in the default",
			Signs:      at(probe.StepActivate).fault(5),
			Needs:      []Clue{identityProven(), accessLimit(false), unlessFact(factMember562, "the host's facts say the account is in Distributed COM Users")},
			LookAlikes: []probe.FaultID{ActLimitsGPO, ActAppLaunch, UACFilteredDCOM, ActHardeningIntegrity, ActMachineAccess, RPCFilter, NTLMBadPassword},
		},
		{
			ID: ActMachineAccess, Step: probe.StepActivate, Owner: probe.OwnerWindows, Mark: Spec, Ceiling: probe.Certain,
			Name: "DCOM access limit", Head: "access denied",
			Title:      "the access limit of DCOM leaves the account out",
			Plain:      "{host} accepted the logon of {account} but its DCOM limits give it no remote access.",
			Windows:    "XP SP2+",
			Source:     "DCOM notes 42, 43, 53, 54, 60",
			Signs:      at(probe.StepActivate).fault(5),
			Needs:      []Clue{identityProven(), accessLimit(true)},
			LookAlikes: []probe.FaultID{ActMachineLaunch, ORPCAccessDenied, ActLimitsGPO},
		},
		{
			ID: UACFilteredRID500, Step: probe.StepActivate, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "UAC filters RID 500", Head: "access denied",
			Title:      "UAC filters the built-in Administrator too",
			Plain:      "{host} accepted the logon of {account}. A policy of UAC filters the built-in Administrator too.",
			Windows:    "Vista+",
			Source:     "UAC policy page (log off and on is enough)",
			Signs:      at(probe.StepActivate).fault(5),
			Needs:      []Clue{identityProven(), accountOfTheHost(), builtinAdministrator(), refutable(factFilterAdmin, "the host's facts say the policy is on", "the host's facts say the policy is off")},
			LookAlikes: []probe.FaultID{UACFilteredDCOM},
		},
		{
			ID: ActLimitsGPO, Step: probe.StepActivate, Owner: probe.OwnerDirectory, Mark: Inferred, Ceiling: probe.Likely,
			Name: "DCOM limits by policy", Head: "access denied",
			Title:      "a policy sets the DCOM limits without the group",
			Plain:      "{host} accepted the logon of {account}. A group policy may set the DCOM limits.",
			Windows:    "XP SP2+",
			Source:     "policy page: policy wins; key path",
			Signs:      at(probe.StepActivate).fault(5),
			Needs:      []Clue{identityProven(), refutable(factPolicy, "the host's facts say that a policy sets the limits", "the host's facts say that no policy sets the limits")},
			LookAlikes: []probe.FaultID{ActMachineLaunch, ActMachineAccess},
		},
		{
			ID: DCOMDisabled, Step: probe.StepActivate, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "DCOM switched off", Head: "access denied",
			Title:      "DCOM is switched off on the host",
			Plain:      "{host} accepted the logon of {account} but may have DCOM switched off for everybody.",
			Source:     "EnableDCOM, KB180384 (\"permission denied\"); fault or HRESULT",
			Signs:      either(at(probe.StepActivate).fault(5), at(probe.StepActivate).hresult(0x80070005)),
			Needs:      []Clue{identityProven(), refutable(factDCOM, "the host's facts say that DCOM is off", "the host's facts say that DCOM is on")},
			LookAlikes: []probe.FaultID{ActMachineLaunch, UnauthRPCRefused, RPCFilter},
		},
		{
			ID: RPCFilter, Step: probe.StepActivate, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "an RPC filter", Head: "access denied",
			Title:      "an RPC filter of the host refuses the call",
			Plain:      "{host} accepted the logon of {account}. An RPC filter may refuse this one call.",
			Windows:    "Vista+",
			Source:     "netsh rpc; filterkey on delete: public scripts; fault value",
			Signs:      either(at(probe.StepActivate).fault(5), at(probe.StepActivate).kinds(probe.KindContextRejected)),
			Needs:      []Clue{refutable(factRPCFilter, "the host's facts name an RPC filter", "the host's facts name no RPC filter")},
			LookAlikes: []probe.FaultID{DCOMDisabled, ActMachineLaunch, UnauthRPCRefused},
		},
		{
			ID: HomeEdition, Step: probe.StepActivate, Owner: probe.OwnerUser, Mark: Doc, Ceiling: probe.Certain,
			Name: "Home edition", Head: "access denied",
			Title:      "the Home edition does not serve remote WMI",
			Plain:      "{host} may be a Home edition, which does not support WMI from another computer.",
			Windows:    "Home, Starter",
			Source:     "win32 troubleshooting page",
			Signs:      at(probe.StepActivate).fault(5),
			Needs:      []Clue{refutable(factHome, "the host's facts say it is a Home edition", "the host's facts say it is no Home edition")},
			LookAlikes: []probe.FaultID{UACFilteredDCOM, GuestOnly},
		},
		{
			ID: ActAppLaunch, Step: probe.StepActivate, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "WMI's own permission", Head: "access denied to WMI",
			Title:      "the launch permission of WMI leaves the account out",
			Plain:      "{host} let {account} past the limits of DCOM, but the permission of WMI itself refuses.",
			Source:     "DCOM 3.1.2.5.2.3; one account on a Server 2019 DC: WMI class activates, ShellWindows answers HRESULT 0x80070005; same for the WMI AppID",
			Signs:      at(probe.StepActivate).hresult(0x80070005),
			Needs:      []Clue{identityProven()},
			LookAlikes: []probe.FaultID{ActMachineLaunch},
		},
		{
			ID: ClassNotRegistered, Step: probe.StepActivate, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "WMI not registered", Head: "WMI is not registered",
			Title:      "the class of WMI is not registered",
			Plain:      "{host} does not know the class by which WMI is started. Its WMI is damaged.",
			Source:     "code",
			Signs:      at(probe.StepActivate).hresult(0x80040154),
			LookAlikes: []probe.FaultID{WinmgmtDisabled},
		},
		{
			ID: WinmgmtDisabled, Step: probe.StepActivate, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "WMI service disabled", Head: "WMI service is disabled",
			Title:      "the service of WMI is disabled",
			Plain:      "The service of WMI (Winmgmt) is disabled on {host}.",
			Source:     "code",
			Signs:      at(probe.StepActivate).hresult(0x80070422),
			LookAlikes: []probe.FaultID{ClassNotRegistered, ServerExecFailure},
		},
		{
			ID: ServerExecFailure, Step: probe.StepActivate, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "WMI does not start", Head: "WMI does not start",
			Title:      "the service of WMI does not start in time",
			Plain:      "{host} tried to start WMI but it did not come up in time.",
			Source:     "code",
			Signs:      at(probe.StepActivate).hresult(0x80080005),
			LookAlikes: []probe.FaultID{ActNoAnswer, WinmgmtDisabled},
		},
		{
			ID: ActNoAnswer, Step: probe.StepActivate, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "WMI start unanswered", Head: "no answer from WMI",
			Title:      "the host never answered the request to start WMI",
			Plain:      "{host} took the request to start WMI and never answered.",
			Signs:      at(probe.StepActivate).kinds(probe.KindTimeout),
			LookAlikes: []probe.FaultID{ServerExecFailure, PathMTU},
		},
		{
			ID: ActLogonFailureRunas, Step: probe.StepActivate, Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Certain,
			Name: "service cannot log on", Head: "service logon failed",
			Title:      "the identity for the service cannot be used",
			Plain:      "{host} could not log on the identity under which WMI should start.",
			Source:     "DCOM 3.1.2.5.2.3",
			Signs:      at(probe.StepActivate).hresult(0x8000401A),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{ActAppLaunch},
		},
		{
			ID: ActVersionMismatch, Step: probe.StepActivate, Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Certain,
			Name: "COM version too new", Head: "COM version not taken",
			Title:      "the host does not take our COM version",
			Plain:      "{host} does not take the version of COM that was announced. This is for the developer.",
			Windows:    "2000 to 2003",
			Source:     "DCOM 3.1.2.5.2.3",
			Signs:      either(at(probe.StepActivate).hresult(0x80010110), at(probe.StepActivate).fault(0x80010110)),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{ActInvalidHeader},
		},
		{
			ID: ActInvalidHeader, Step: probe.StepActivate, Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Certain,
			Name: "COM header not taken", Head: "COM header not taken",
			Title:      "the host does not take our COM header",
			Plain:      "{host} does not take the COM header that was sent. This is for the developer.",
			Windows:    "10 2004 (19041) / 2022 and later",
			Source:     "DCOM 3.1.1.5.4; impacket 896, 999, 1579, openvas-smb 45",
			Signs:      either(at(probe.StepActivate, probe.StepCallObject, probe.StepNTLMLogin).hresult(0x80010111), at(probe.StepActivate, probe.StepCallObject).fault(0x80010111)),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{ActVersionMismatch},
		},
		{
			ID: ObjPortExhausted, Step: probe.StepActivate, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "no free port", Head: "no free port at the host",
			Title:      "the host has no free port left",
			Plain:      "{host} could not find a free port for WMI.",
			Source:     "out-of-resources rule; codes",
			Signs:      either(at(probe.StepActivate).hresult(0x800706B9, 0x800706BA, 0x8007000E), at(probe.StepBindings).kinds(probe.KindUnreachable)),
			Needs:      []Clue{unknowable()},
			LookAlikes: []probe.FaultID{ServerExecFailure, BindingNoTCP},
		},
	}
}
