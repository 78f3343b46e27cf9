package verdict

import (
	"fmt"

	"github.com/wmidoctor/wmidoctor/probe"
)

func dial(r *probe.Report, id probe.StepID) *probe.Dial {
	d, _ := probe.Learnt[*probe.Dial](r.Result(id))
	return d
}

var resolverSilent = Clue{Ask: func(r *probe.Report) Answer {
	if f := r.Result(probe.StepName).Failure; f != nil && f.NotFound {
		return no("the name server answered that it knows no such name")
	}
	return yes("the name server gave no answer at all")
}}

var resolverSaysNo = Clue{Ask: func(r *probe.Report) Answer {
	if f := r.Result(probe.StepName).Failure; f != nil && f.NotFound {
		return yes("the name server answered that it knows no such name")
	}
	return no("the name server gave no answer at all")
}}

// hostIsUp is answered by any other port that answers, well or badly.
var hostIsUp = Clue{Settles: []probe.ExperimentID{"host-up"}, Ask: func(r *probe.Report) Answer {
	d, _ := probe.Learnt[*probe.Dial](r.TrialResult("host-up", probe.StepHostUp))
	if d == nil {
		return Answer{}
	}
	for _, a := range d.Attempts {
		if a.Kind == "" || a.Kind == probe.KindRefused {
			return yes(fmt.Sprintf("port %d of the same host answers", a.To.Port()))
		}
	}
	return Answer{} // silence on three ports proves nothing
}}

// nothingElseAnswers is yes when three other ports are as silent as 135.
var nothingElseAnswers = Clue{Settles: []probe.ExperimentID{"host-up"}, Ask: func(r *probe.Report) Answer {
	d, _ := probe.Learnt[*probe.Dial](r.TrialResult("host-up", probe.StepHostUp))
	if d == nil || len(d.Attempts) < 3 {
		return Answer{}
	}
	for _, a := range d.Attempts {
		if a.Kind == "" || a.Kind == probe.KindRefused {
			return no(fmt.Sprintf("port %d of the same host answers", a.To.Port()))
		}
	}
	return yes("ports 445, 3389 and 5985 are as silent as 135")
}}

// otherSubnet asks whether the host is beyond a router.
var otherSubnet = Clue{Ask: func(r *probe.Report) Answer {
	d := dial(r, probe.StepTCP135)
	switch {
	case d == nil || d.OnLink == nil:
		return Answer{}
	case *d.OnLink:
		return no("this machine is on the host's own subnet")
	}
	return yes("this machine is on another subnet than the host")
}}

// filteredNotLater is for faults that only the host's administrator can see.
var onlyTheHostKnows = Clue{Ask: func(*probe.Report) Answer { return Answer{} }}

var zoneMissing = Clue{Ask: func(r *probe.Report) Answer {
	d := dial(r, probe.StepTCP135)
	if d == nil {
		return Answer{}
	}
	if a := d.To.Addr(); a.Is6() && a.IsLinkLocalUnicast() && a.Zone() == "" {
		return yes("the address is link-local and names no interface")
	}
	return no("the address needs no interface")
}}

var onlyIPv6 = Clue{Ask: func(r *probe.Report) Answer {
	n, _ := probe.Learnt[*probe.Names](r.Result(probe.StepName))
	if n == nil || len(n.Addresses) == 0 {
		return Answer{}
	}
	for _, a := range n.Addresses {
		if a.Unmap().Is4() {
			return no("the name has an IPv4 address too")
		}
	}
	return yes("the name has IPv6 addresses only")
}}

func objectPort(r *probe.Report) uint16 {
	if b, _ := probe.Learnt[*probe.Bindings](r.Result(probe.StepBindings)); b != nil {
		return b.Chosen.Port()
	}
	return 0
}

var outsideTheUsualRange = Clue{Ask: func(r *probe.Report) Answer {
	switch p := objectPort(r); {
	case p == 0:
		return Answer{}
	case p >= 49152 || p == fixedPort:
		return no(fmt.Sprintf("port %d is where WMI usually listens", p))
	default:
		return yes(fmt.Sprintf("port %d is outside 49152 to 65535", p))
	}
}}

// fixedPort is the port of winmgmt /standalonehost (win32 Setting Up a Fixed
// Port for WMI).
const fixedPort = 24158

var atTheFixedPort = Clue{Ask: func(r *probe.Report) Answer {
	switch p := objectPort(r); p {
	case 0:
		return Answer{}
	case fixedPort:
		return yes("WMI listens at its fixed port 24158")
	default:
		return no(fmt.Sprintf("WMI listens at port %d, not at a fixed one", p))
	}
}}

var dynamicPort = Clue{Ask: func(r *probe.Report) Answer {
	switch p := objectPort(r); {
	case p == 0:
		return Answer{}
	case p == fixedPort:
		return no("WMI listens at its fixed port")
	default:
		return yes(fmt.Sprintf("port 135 answers, port %d that the host named does not", p))
	}
}}

// notAmongItsAddresses is yes where the address that was dialled is none of
// those the host lists: translation, or a forward.
var notAmongItsAddresses = Clue{Ask: func(r *probe.Report) Answer {
	b, _ := probe.Learnt[*probe.Bindings](r.Result(probe.StepBindings))
	switch {
	case b == nil || b.InList == nil:
		return Answer{}
	case *b.InList:
		return no("the host lists the address that was dialled")
	}
	return yes("the host lists other addresses than the one that was dialled")
}}
