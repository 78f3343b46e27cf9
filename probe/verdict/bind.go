package verdict

import (
	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

// The faults of the first RPC messages: bind, ServerAlive2, the endpoint map.
const (
	NotRPCOn135              probe.FaultID = "not-rpc-on-135"
	MiddleboxCutsRPC         probe.FaultID = "middlebox-cuts-rpc"
	PathMTU                  probe.FaultID = "path-mtu"
	RPCSSHang                probe.FaultID = "rpcss-hang"
	BindNakResources         probe.FaultID = "bindnak-resources"
	BindNakProtocol          probe.FaultID = "bindnak-protocol"
	ResolverInterfaceMissing probe.FaultID = "resolver-if-missing"
	RPCTooBusy               probe.FaultID = "rpc-too-busy"
	ResolverOld              probe.FaultID = "resolver-old"
	UnauthRPCRefused         probe.FaultID = "unauth-rpc-refused"
	EPMAuthRequired          probe.FaultID = "epm-auth-required"
	EptmapMisread            probe.FaultID = "eptmap-misread"
)

func bindRows() []Fault {
	return []Fault{
		{
			ID: NotRPCOn135, Step: probe.StepBind135, Owner: probe.OwnerNetwork, Mark: Source, Ceiling: probe.Certain,
			Name: "no RPC on port 135", Head: "the answer is not RPC",
			Title:      "another service answers on port 135",
			Plain:      "Something answers on port 135 of {host}, but it does not speak RPC.",
			Source:     "simulated host",
			Signs:      at(probe.StepBind135, probe.StepAlive).kinds(probe.KindNotRPC),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{MiddleboxCutsRPC},
		},
		{
			ID: MiddleboxCutsRPC, Step: probe.StepBind135, Owner: probe.OwnerNetwork, Mark: Inferred, Ceiling: probe.Likely,
			Name: "device cuts RPC", Head: "cut off at the first message",
			Title:      "a device on the way cuts RPC off",
			Plain:      "Port 135 of {host} accepts the connection and cuts it at the first message.",
			Signs:      at(probe.StepBind135, probe.StepAlive, probe.StepNTLM).kinds(probe.KindReset, probe.KindClosed, probe.KindTruncated),
			LookAlikes: []probe.FaultID{RPCSSHang, NotRPCOn135},
		},
		{
			ID: PathMTU, Step: probe.StepAlive, Owner: probe.OwnerNetwork, Mark: Inferred, Ceiling: probe.Likely,
			Name: "large packets vanish", Head: "large packets vanish",
			Title:      "large packets do not get through the network",
			Plain:      "{host} answered a small message but not a larger one. Packets of that size may get lost.",
			Signs:      at(probe.StepAlive, probe.StepNTLM, probe.StepKerbAP).kinds(probe.KindTimeout),
			Needs:      []Clue{unknowable()},
			LookAlikes: []probe.FaultID{RPCSSHang, KrbTokenBig},
		},
		{
			ID: RPCSSHang, Step: probe.StepBind135, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "RPC service hangs", Head: "RPC does not answer",
			Title:      "the RPC service of the host hangs",
			Plain:      "Port 135 of {host} accepts the connection but RPC does not answer.",
			Signs:      at(probe.StepBind135, probe.StepAlive).kinds(probe.KindTimeout),
			Needs:      []Clue{beforeAnyAnswer()},
			LookAlikes: []probe.FaultID{MiddleboxCutsRPC},
		},
		{
			ID: BindNakResources, Step: probe.StepBind135, Owner: probe.OwnerWindows, Mark: Spec, Ceiling: probe.Certain,
			Name: "host out of resources", Head: "bind refused, no resources",
			Title:      "the host is out of resources for RPC",
			Plain:      "{host} refuses new RPC sessions because a limit is reached.",
			Source:     "RPCE 2.2.2.5",
			Signs:      at(probe.StepBind135, probe.StepNTLM).nak(1, 2),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{BindNakProtocol},
		},
		{
			ID: BindNakProtocol, Step: probe.StepBind135, Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Certain,
			Name: "bind not understood", Head: "bind refused",
			Title:      "the host does not take the form of our bind",
			Plain:      "{host} refused the form of our first RPC message.",
			Source:     "RPCE 2.2.2.5; Samba raw_protocol tests against both",
			Signs:      either(at(probe.StepBind135, probe.StepNTLM).nak(0, 4), at(probe.StepBind135).fault(0x1C01000B)),
			LookAlikes: []probe.FaultID{BindNakResources, BindNakAuthtype},
		},
		{
			ID: ResolverInterfaceMissing, Step: probe.StepBind135, Owner: probe.OwnerUser, Mark: Source, Ceiling: probe.Certain,
			Name: "no DCOM at this host", Head: "DCOM is not offered",
			Title:      "the RPC service offers no DCOM: not Windows",
			Plain:      "An RPC service answers at {host}, but it does not know DCOM. It is not a Windows WMI host.",
			Signs:      either(at(probe.StepBind135).kinds(probe.KindContextRejected), at(probe.StepBind135, probe.StepAlive).fault(0x1C010003)),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{ResolverOld},
		},
		{
			ID: RPCTooBusy, Step: probe.StepAlive, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "RPC too busy", Head: "RPC is too busy",
			Title:      "the host's RPC service is too busy",
			Plain:      "{host} turned the call down because too many others wait.",
			Source:     "code",
			Signs:      at(probe.StepBind135, probe.StepAlive, probe.StepNTLM, probe.StepSPNEGO, probe.StepIdentity, probe.StepActivate, probe.StepCallObject, probe.StepNTLMLogin, probe.StepExec, probe.StepNext).fault(0x1C010014),
			LookAlikes: []probe.FaultID{BindNakResources, RPCSSHang},
		},
		{
			ID: ResolverOld, Step: probe.StepAlive, Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Certain,
			Name: "very old Windows", Head: "call not known",
			Title:      "the host is too old for this call",
			Plain:      "{host} does not know ServerAlive2. Windows NT 4 and early 2000 did not.",
			Windows:    "NT4, 2000",
			Source:     "DCOM 3.2.4.1.1.1",
			Signs:      at(probe.StepAlive).fault(0x1C010002),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{ResolverInterfaceMissing},
		},
		{
			ID: UnauthRPCRefused, Step: probe.StepAlive, Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely,
			Name: "RPC only with a logon", Head: "RPC needs a logon",
			Title:      "the host refuses RPC without a logon",
			Plain:      "{host} does not answer RPC without a logon. A policy can demand that.",
			Windows:    "XP SP2+",
			Source:     "RPCE 3.1.1.1.3: \"RPC_FAULT and terminate\"; policy text; fault value",
			Signs:      at(probe.StepAlive).fault(5),
			Needs:      []Clue{unknowable()},
			Notice:     anonymousRefused(),
			LookAlikes: []probe.FaultID{ActMachineAccess, EPMAuthRequired},
		},
		{
			ID: EPMAuthRequired, Step: probe.StepEptMap, Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Certain,
			Name: "port list needs a logon", Head: "port list needs a logon",
			Title:      "the list of ports is shown after a logon only",
			Plain:      "{host} does not show its list of ports without a logon. WMI does not need the list.",
			Windows:    "XP SP2+ clients default 1, servers 0",
			Source:     "RPCE note 62",
			Signs:      at(probe.StepEptMap).fault(5),
			Proof:      []Clue{thisCodeAlone()},
			LookAlikes: []probe.FaultID{UnauthRPCRefused},
		},
		{
			ID: EptmapMisread, Step: probe.StepEptMap, Owner: probe.OwnerDeveloper, Mark: Inferred, Ceiling: probe.Likely,
			Name: "port list misread", Head: "interface not in the list",
			Title:      "DCOM is never in the list of ports",
			Plain:      "The list of ports does not name DCOM. On Windows it never does.",
			Source:     "DCOM note 2; status",
			Signs:      at(probe.StepEptMap).kind(probe.KindFault, code.EPT, []uint32{0x16C9A0D6}),
			LookAlikes: []probe.FaultID{RPCSSNotListening},
		},
	}
}
