package verdict

import (
	"github.com/wmidoctor/wmidoctor/probe"
)

// The faults of WMI's own port and the first call there.
const (
	BindingPrivateAddress probe.FaultID = "binding-private-address"
	ObjPortNotForwarded   probe.FaultID = "objport-not-forwarded"
	FixedportNotApplied   probe.FaultID = "fixedport-not-applied"
	ObjPortRangeChanged   probe.FaultID = "objport-range-changed"
	ObjPortDrop           probe.FaultID = "objport-drop"
	ObjPortPathDrop       probe.FaultID = "objport-path-drop"
	ObjPortRefused        probe.FaultID = "objport-refused"
	ORPCLevelLow          probe.FaultID = "orpc-level-low"
	ORPCAccessDenied      probe.FaultID = "orpc-access-denied"
	ObjPortSPN            probe.FaultID = "objport-spn"
	ORPCDisconnected      probe.FaultID = "orpc-disconnected"
	IfaceNotRegistered    probe.FaultID = "iface-not-registered"
)

func objectRows() []Fault {
	return []Fault{
		{
			ID: BindingPrivateAddress, Step: probe.StepBindings, Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Certain,
			Name: "only inside addresses", Head: "no way to WMI's address",
			Title:      "the host names addresses that only work inside",
			Plain:      "{host} names addresses for WMI that this machine cannot reach.",
			Source:     "KB248809; impacket",
			Signs:      at(probe.StepTCPObject).kinds(probe.KindTimeout, probe.KindUnreachable),
			Needs:      []Clue{insideAddressesOnly()},
			Notice:     listsOtherAddresses(),
			LookAlikes: []probe.FaultID{ObjPortDrop, DNSStaleAddress},
		},
		{
			ID: ObjPortNotForwarded, Step: probe.StepTCPObject, Owner: probe.OwnerJumpBox, Mark: Inferred, Ceiling: probe.Likely,
			Name: "port not forwarded", Head: "WMI's port not forwarded",
			Title:      "the forward carries port 135 only",
			Plain:      "This address is a forward to the host. It carries port 135 but not the port of WMI.",
			Signs:      at(probe.StepTCPObject).kinds(probe.KindTimeout, probe.KindRefused, probe.KindReset),
			Needs:      []Clue{throughForward()},
			LookAlikes: []probe.FaultID{ObjPortRefused, ObjPortDrop, BindingPrivateAddress},
		},
		{
			ID: FixedportNotApplied, Step: probe.StepTCPObject, Owner: probe.OwnerWindows, Mark: Source, Ceiling: probe.Certain,
			Name: "fixed WMI port shut", Head: "no answer on WMI's port",
			Title:      "WMI's fixed port 24158 is not open",
			Plain:      "{host} answers on 135, but not on 24158, the fixed port of WMI.",
			Windows:    "Vista+",
			Source:     "fixed-port page; Restart-Service and dependents: PowerShell code",
			Signs:      at(probe.StepTCPObject).kinds(probe.KindTimeout),
			Needs:      []Clue{sameAddressAs135(true), fixedPortUsed()},
			LookAlikes: []probe.FaultID{ObjPortDrop},
		},
		{
			ID: ObjPortRangeChanged, Step: probe.StepTCPObject, Owner: probe.OwnerNetwork, Mark: Doc, Ceiling: probe.Certain,
			Name: "unusual port range", Head: "no answer on WMI's port",
			Title:      "the host uses other ports than the network opened",
			Plain:      "{host} answers on 135, but not on the port of WMI, which is out of the usual range.",
			Signs:      at(probe.StepTCPObject).kinds(probe.KindTimeout),
			Needs:      []Clue{sameAddressAs135(true), outsideDynamicRange()},
			LookAlikes: []probe.FaultID{ObjPortPathDrop},
		},
		{
			ID: ObjPortDrop, Step: probe.StepTCPObject, Owner: probe.OwnerWindows, Mark: Doc, Ceiling: probe.Certain,
			Name: "host firewall, WMI port", Head: "no answer on WMI's port",
			Title:      "the firewall of the host does not let WMI's port through",
			Plain:      "{host} answers on port 135 and started WMI, but its port for WMI does not answer.",
			Windows:    "Vista+",
			Signs:      at(probe.StepTCPObject).kinds(probe.KindTimeout),
			Needs:      []Clue{sameAddressAs135(true)},
			LookAlikes: []probe.FaultID{BindingPrivateAddress, ObjPortPathDrop, FW135Localsubnet, ObjPortNotForwarded},
		},
		{
			ID: ObjPortPathDrop, Step: probe.StepTCPObject, Owner: probe.OwnerNetwork, Mark: Doc, Ceiling: probe.Certain,
			Name: "firewall on way, port", Head: "no answer on WMI's port",
			Title:      "a firewall on the way drops the port of WMI",
			Plain:      "{host} answers on port 135, but a firewall on the way may drop the port of WMI.",
			Source:     "fixed-port page",
			Signs:      either(at(probe.StepTCPObject).kinds(probe.KindTimeout), at(probe.StepTCPObject).kinds(probe.KindProhibited)),
			Needs:      []Clue{sameAddressAs135(true), routerBetween(true)},
			LookAlikes: []probe.FaultID{ObjPortDrop},
		},
		{
			ID: ObjPortRefused, Step: probe.StepTCPObject, Owner: probe.OwnerDeveloper, Mark: Inferred, Ceiling: probe.Likely,
			Name: "WMI restarted", Head: "WMI's port refused",
			Title:      "WMI has been restarted in between",
			Plain:      "The port that {host} named for WMI refuses the connection. WMI may have been restarted.",
			Signs:      at(probe.StepTCPObject).kinds(probe.KindRefused, probe.KindReset),
			Needs:      []Clue{answersAgain()},
			LookAlikes: []probe.FaultID{ObjPortDrop, ObjPortNotForwarded},
		},
		{
			ID: ORPCLevelLow, Step: probe.StepCallObject, Owner: probe.OwnerDeveloper, Mark: Spec, Ceiling: probe.Certain,
			Name: "level below the demand", Head: "first call denied",
			Title:      "the call used a lower level than the host asks",
			Plain:      "{host} wants calls to WMI better protected than this one was.",
			Source:     "DCOM 3.1.1.5.4, note 37",
			Signs:      either(at(probe.StepCallObject).fault(5), at(probe.StepCallObject).hresult(0x80070005)),
			Needs:      []Clue{levelBelowHint()},
			LookAlikes: []probe.FaultID{ORPCAccessDenied},
		},
		{
			ID: ORPCAccessDenied, Step: probe.StepCallObject, Owner: probe.OwnerWindows, Mark: Spec, Ceiling: probe.Certain,
			Name: "no remote access to WMI", Head: "access denied by WMI's port",
			Title:      "the account has no remote access to WMI's objects",
			Plain:      "{host} started WMI for {account} but refuses the first call to it.",
			Windows:    "XP SP2+",
			Source:     "DCOM notes 40, 42",
			Signs:      either(at(probe.StepCallObject).fault(5), at(probe.StepCallObject).hresult(0x80070005)),
			Needs:      []Clue{identityProven()},
			LookAlikes: []probe.FaultID{ActMachineAccess, ORPCLevelLow, NSRemoteEnable, EDRBlocksWmi},
		},
		{
			ID: ObjPortSPN, Step: probe.StepCallObject, Owner: probe.OwnerDeveloper, Mark: Inferred, Ceiling: probe.Likely,
			Name: "service name at WMI port", Head: "logon refused at WMI's port",
			Title:      "WMI's port expects another service name",
			Plain:      "{host} refuses the Kerberos ticket at the port of WMI.",
			Source:     "impacket PR 2209; for WMI, whose service runs as the machine",
			Signs:      at(probe.StepCallObject).nak(9),
			LookAlikes: []probe.FaultID{KrbAPModified},
		},
		{
			ID: ORPCDisconnected, Step: probe.StepCallObject, Owner: probe.OwnerDeveloper, Mark: Inferred, Ceiling: probe.Likely,
			Name: "object is gone", Head: "WMI object is gone",
			Title:      "the object was released or WMI restarted",
			Plain:      "The WMI object on {host} is gone. WMI may have been restarted.",
			Source:     "DCOM pinging; codes",
			Signs:      either(at(probe.StepCallObject, probe.StepNTLMLogin, probe.StepExec, probe.StepNext).hresult(0x80010108, 0x80070776), at(probe.StepCallObject, probe.StepExec, probe.StepNext).fault(0x80010108, 0x80010114, 0x776)),
			LookAlikes: []probe.FaultID{ObjPortRefused},
		},
		{
			ID: IfaceNotRegistered, Step: probe.StepCallObject, Owner: probe.OwnerDeveloper, Mark: Inferred, Ceiling: probe.Likely,
			Name: "interface not yet there", Head: "interface not offered",
			Title:      "the host does not offer the interface yet",
			Plain:      "{host} does not offer this interface at the port of WMI.",
			Signs:      at(probe.StepCallObject).kinds(probe.KindContextRejected),
			LookAlikes: []probe.FaultID{ResolverInterfaceMissing},
		},
	}
}
