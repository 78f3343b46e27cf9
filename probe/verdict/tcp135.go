package verdict

import (
	"github.com/wmidoctor/wmidoctor/probe"
)

// The faults of the connection to port 135.
const (
	AddressZoneMissing probe.FaultID = "addr-zone-missing"
	DNSIPv6Only        probe.FaultID = "dns-ipv6-only"
	FW135Drop          probe.FaultID = "fw135-drop"
	HostDown           probe.FaultID = "host-down"
	FW135PathDrop      probe.FaultID = "fw135-path-drop"
	FW135Localsubnet   probe.FaultID = "fw135-localsubnet"
	FWProfilePublic    probe.FaultID = "fw-profile-public"
	FWBlockRule        probe.FaultID = "fw-block-rule"
	FWThirdParty       probe.FaultID = "fw-third-party"
	IPsecRequired      probe.FaultID = "ipsec-required"
	FW135Reject        probe.FaultID = "fw135-reject"
	RPCSSNotListening  probe.FaultID = "rpcss-not-listening"
	JumpEgressBlocked  probe.FaultID = "jump-egress-blocked"
)

func tcp135Rows() []Fault {
	return []Fault{
		{
			ID: AddressZoneMissing, Step: probe.StepTCP135, Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely,
			Name: "address without zone", Head: "address without a zone",
			Title:      "a link-local address needs the name of the interface",
			Plain:      "The address begins with fe80: and says nothing about the interface. No packet was sent.",
			Windows:    "Vista+",
			Signs:      at(probe.StepTCP135).kinds(probe.KindLocalDenied, probe.KindUnreachable, probe.KindInternal),
			Needs:      []Clue{linkLocalWithoutZone()},
			LookAlikes: []probe.FaultID{DNSIPv6Only, JumpEgressBlocked},
		},
		{
			ID: DNSIPv6Only, Step: probe.StepName, Owner: probe.OwnerJumpBox, Mark: Inferred, Ceiling: probe.Likely,
			Name: "only IPv6 was tried", Head: "only IPv6, and no answer",
			Title:      "only IPv6 addresses are known, and none answers",
			Plain:      "{host} has only IPv6 addresses here, and none of them answers. Try its IPv4 address.",
			Windows:    "Vista+",
			Source:     "stock go-msrpc is v4 only",
			Signs:      at(probe.StepTCP135).kinds(probe.KindTimeout, probe.KindUnreachable, probe.KindRefused),
			Needs:      []Clue{onlyIPv6()},
			LookAlikes: []probe.FaultID{HostDown, FW135Drop},
		},
		{
			ID: FW135Drop, Step: probe.StepTCP135, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "host's firewall, 135", Head: "no answer on port 135",
			Title:      "the firewall of the host does not let port 135 through",
			Plain:      "Nothing answers on port 135 of {host}. By default the firewall of Windows keeps it shut.",
			Windows:    "Vista+ (XP/2003: `netsh firewall set service RemoteAdmin enable`, undo `disable`)",
			Source:     "win32 remote WMI page, rule dumps; netsh with a group id: public setup scripts; least form",
			Signs:      silent135(),
			Needs:      []Clue{elsewhere()},
			LookAlikes: []probe.FaultID{HostDown, FW135PathDrop, FW135Localsubnet, FWProfilePublic, FWThirdParty, FWBlockRule},
		},
		{
			ID: HostDown, Step: probe.StepTCP135, Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely,
			Name: "host not reachable", Head: "host not reachable",
			Title:      "the host is off, or no way leads to it",
			Plain:      "Nothing at the address of {host} answers. It may be switched off, asleep or in another network.",
			Signs:      either(silent135(), at(probe.StepTCP135).kinds(probe.KindUnreachable)),
			Needs:      []Clue{nothingElsewhere()},
			LookAlikes: []probe.FaultID{FW135Drop},
		},
		{
			ID: FW135PathDrop, Step: probe.StepTCP135, Owner: probe.OwnerNetwork, Mark: Inferred, Ceiling: probe.Likely,
			Name: "firewall on the way, 135", Head: "no answer on port 135",
			Title:      "a firewall between here and the host drops port 135",
			Plain:      "Nothing answers on port 135 of {host}. A firewall on the way may drop it.",
			Signs:      silent135(),
			Needs:      []Clue{elsewhere(), routerBetween(true)},
			LookAlikes: []probe.FaultID{FW135Drop},
		},
		{
			ID: FW135Localsubnet, Step: probe.StepTCP135, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "rule for own subnet only", Head: "no answer on port 135",
			Title:      "the host's rules admit its own subnet only",
			Plain:      "Nothing answers on port 135 of {host}, and this machine is in another subnet.",
			Windows:    "Win7+ (names seen on 8+)",
			Source:     "two rule dumps; command",
			Signs:      silent135(),
			Needs:      []Clue{routerBetween(true), unknowable()},
			LookAlikes: []probe.FaultID{FW135Drop, FW135PathDrop},
		},
		{
			ID: FWProfilePublic, Step: probe.StepTCP135, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "network counts as public", Head: "no answer on port 135",
			Title:      "Windows takes the network for a public one",
			Plain:      "Nothing answers on port 135 of {host}. On a public network Windows lets less through.",
			Windows:    "Vista+",
			Source:     "Server 2025 known issue, April 2025",
			Signs:      silent135(),
			Needs:      []Clue{refutable(factProfile, "the host's facts say its network is public", "the host's facts say its network is not public")},
			LookAlikes: []probe.FaultID{FW135Drop},
		},
		{
			ID: FWBlockRule, Step: probe.StepTCP135, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "a rule blocks port 135", Head: "no answer on port 135",
			Title:      "a rule of the host's firewall blocks port 135",
			Plain:      "Nothing answers on port 135 of {host}. A rule that blocks wins over rules that allow.",
			Windows:    "Vista+",
			Source:     "dump with Action=Block on the WMI rules",
			Signs:      silent135(),
			Needs:      []Clue{refutable(factBlockRule, "the host's facts name a blocking rule", "the host's facts name no blocking rule")},
			LookAlikes: []probe.FaultID{FW135Drop, FW135Localsubnet},
		},
		{
			ID: FWThirdParty, Step: probe.StepTCP135, Owner: probe.OwnerWindows, Mark: Inferred, Ceiling: probe.Likely,
			Name: "other security product", Head: "no answer on port 135",
			Title:      "another security product drops the packets",
			Plain:      "Nothing answers on port 135 of {host}. A security product may isolate the host.",
			Windows:    "Vista+",
			Signs:      silent135(),
			Needs:      []Clue{hostKnows(factWMIRules, "the host's facts say that Windows' own rules allow it")},
			LookAlikes: []probe.FaultID{FW135Drop, FWBlockRule, FW135PathDrop},
		},
		{
			ID: IPsecRequired, Step: probe.StepTCP135, Owner: probe.OwnerDirectory, Mark: Inferred, Ceiling: probe.Likely,
			Name: "IPsec required", Head: "no answer on port 135",
			Title:      "the host speaks only to machines with IPsec",
			Plain:      "Nothing answers on port 135 of {host}. It may demand IPsec, which this machine does not speak.",
			Windows:    "Vista+",
			Signs:      silent135(),
			Needs:      []Clue{refutable(factIPsec, "the host's facts say that IPsec is required", "the host's facts say that IPsec is not required")},
			LookAlikes: []probe.FaultID{FW135Drop, FW135PathDrop},
		},
		{
			ID: FW135Reject, Step: probe.StepTCP135, Owner: probe.OwnerNetwork, Mark: Inferred, Ceiling: probe.Likely,
			Name: "a device rejects", Head: "rejected on the way",
			Title:      "a device on the way rejects port 135",
			Plain:      "The connection to port 135 of {host} was rejected on the way.",
			Signs:      at(probe.StepTCP135).kinds(probe.KindProhibited),
			LookAlikes: []probe.FaultID{RPCSSNotListening},
		},
		{
			ID: RPCSSNotListening, Step: probe.StepTCP135, Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely,
			Name: "nothing listens on 135", Head: "connection refused",
			Title:      "nothing listens on port 135 at this address",
			Plain:      "{host} answers, but nothing listens on port 135. On Windows something always does: check the address.",
			Signs:      at(probe.StepTCP135).kinds(probe.KindRefused),
			LookAlikes: []probe.FaultID{FW135Reject},
		},
		{
			ID: JumpEgressBlocked, Step: probe.StepTCP135, Owner: probe.OwnerJumpBox, Mark: Inferred, Ceiling: probe.Likely,
			Name: "blocked on this machine", Head: "blocked on this machine",
			Title:      "this machine itself does not let the packet out",
			Plain:      "A rule on this machine forbids the connection to port 135. No packet reached the network.",
			Signs:      at(probe.StepTCP135).kinds(probe.KindLocalDenied),
			LookAlikes: []probe.FaultID{FW135PathDrop},
		},
	}
}
