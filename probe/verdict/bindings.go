package verdict

import (
	"github.com/wmidoctor/wmidoctor/probe"
)

// The faults of the addresses the host names for WMI.
const (
	BindingNameUnresolvable probe.FaultID = "binding-name-unresolvable"
	BindingNoTCP            probe.FaultID = "binding-no-tcp"
)

func bindingsRows() []Fault {
	return []Fault{
		{
			ID: BindingNameUnresolvable, Step: probe.StepBindings, Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Certain,
			Name: "name in the answer", Head: "name not known",
			Title:      "the host names itself by an unknown name",
			Plain:      "{host} calls itself by a name that is not known here.",
			Source:     "impacket issues",
			Signs:      at(probe.StepBindings, probe.StepTCPObject).kinds(probe.KindDNS),
			LookAlikes: []probe.FaultID{DNSNameUnknown},
		},
		{
			ID: BindingNoTCP, Step: probe.StepBindings, Owner: probe.OwnerDeveloper, Mark: Source, Ceiling: probe.Certain,
			Name: "no TCP address", Head: "no TCP address for WMI",
			Title:      "the host names no TCP address for WMI",
			Plain:      "{host} started WMI but names no TCP port for it.",
			Windows:    "2016/2019 reports",
			Source:     "go-msrpc issue 1",
			Signs:      at(probe.StepBindings).kinds(probe.KindUnreachable),
			LookAlikes: []probe.FaultID{BindingPrivateAddress},
		},
	}
}
