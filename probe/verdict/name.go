package verdict

import (
	"github.com/wmidoctor/wmidoctor/probe"
)

// The faults of finding the address.
const (
	DNSNameUnknown  probe.FaultID = "dns-name-unknown"
	DNSServerSilent probe.FaultID = "dns-server-silent"
	DNSStaleAddress probe.FaultID = "dns-stale-address"
)

func nameRows() []Fault {
	return []Fault{
		{
			ID: DNSNameUnknown, Step: probe.StepName, Owner: probe.OwnerUser, Mark: Inferred, Ceiling: probe.Likely,
			Name: "name not in DNS", Head: "no address for the name",
			Title:      "the name of the host is not known in DNS",
			Plain:      "The name {host} was looked up and DNS answered that there is no such name. No packet was sent to a host.",
			Signs:      at(probe.StepName).kinds(probe.KindDNS),
			Needs:      []Clue{answeredNotFound(true)},
			LookAlikes: []probe.FaultID{DNSServerSilent},
		},
		{
			ID: DNSServerSilent, Step: probe.StepName, Owner: probe.OwnerJumpBox, Mark: Inferred, Ceiling: probe.Likely,
			Name: "DNS does not answer", Head: "DNS does not answer",
			Title:      "the name server of this machine gives no answer",
			Plain:      "This machine's name server gave no usable answer for {host}. Whether the host is there was not tried.",
			Signs:      at(probe.StepName).kinds(probe.KindDNS, probe.KindTimeout, probe.KindUnreachable, probe.KindRefused),
			Needs:      []Clue{answeredNotFound(false)},
			LookAlikes: []probe.FaultID{DNSNameUnknown},
		},
		{
			ID: DNSStaleAddress, Step: probe.StepName, Owner: probe.OwnerDirectory, Mark: Inferred, Ceiling: probe.Likely,
			Name: "another machine answers", Head: "another machine may answer",
			Title:      "the name may lead to another machine",
			Plain:      "The machine that answered gives another name than the one that was typed.",
			Source:     "NLMP target info",
			Signs:      at(probe.StepKerbAP).nak(9),
			Needs:      []Clue{unknowable()},
			Notice:     nameDiffers(),
			LookAlikes: []probe.FaultID{KrbAPModified, BindingPrivateAddress},
		},
	}
}
