package verdict

import (
	"net/netip"
	"strings"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
)

func dialOf(r *probe.Report, id probe.StepID) (*probe.Dial, bool) {
	d, ok := probe.Learnt[*probe.Dial](r.Result(id))
	return d, ok && d != nil
}

// failedDial is the evidence of the step that failed.
func failedDial(r *probe.Report) (*probe.Dial, bool) {
	f, _ := r.FirstFailed()
	return dialOf(r, f.Step)
}

// routerBetween: what a device on the way does needs a way.
func routerBetween(want bool) Clue {
	return clue(func(r *probe.Report) Answer {
		d, ok := failedDial(r)
		switch {
		case !ok || d.OnLink == nil:
			return Answer{}
		case *d.OnLink != want && want:
			return yes("the host is in another subnet, behind a router")
		case *d.OnLink != want:
			return yes("the host is in the same subnet")
		case want:
			return no("the host is in the same subnet: no router between")
		}
		return no("the host is in another subnet")
	})
}

// elsewhere: does the same address answer on another port?
func elsewhere() Clue {
	return clue(func(r *probe.Report) Answer {
		if port := openElsewhere(r); port != "" {
			return yes("port " + port + " of the same address answers")
		}
		return Answer{}
	}, "host-up")
}

// nothingElsewhere: every port that was tried is silent.
func nothingElsewhere() Clue {
	return clue(func(r *probe.Report) Answer {
		if port := openElsewhere(r); port != "" {
			return no("port " + port + " of the same address answers")
		}
		d, ok := probe.Learnt[*probe.Dial](r.TrialResult("host-up", probe.StepHostUp))
		if ok && d != nil && len(d.Attempts) > 0 {
			return yes("no other port that was tried answers either")
		}
		return Answer{}
	}, "host-up")
}

func openElsewhere(r *probe.Report) string {
	d, ok := probe.Learnt[*probe.Dial](r.TrialResult("host-up", probe.StepHostUp))
	if !ok || d == nil {
		return ""
	}
	for _, a := range d.Attempts {
		if a.Kind == "" || a.Kind == probe.KindRefused {
			_, port, _ := strings.Cut(netip.AddrPortFrom(netip.IPv4Unspecified(), a.To.Port()).String(), ":")
			return port
		}
	}
	return ""
}

// onlyIPv6: no IPv4 address was dialled.
func onlyIPv6() Clue {
	return clue(func(r *probe.Report) Answer {
		d, ok := dialOf(r, probe.StepTCP135)
		if !ok || len(d.Attempts) == 0 {
			return Answer{}
		}
		for _, a := range d.Attempts {
			if a.To.Addr().Unmap().Is4() {
				return no("an IPv4 address was tried as well")
			}
		}
		return yes("only IPv6 addresses were found and tried")
	}, "name-as-address", "other-address")
}

func linkLocalWithoutZone() Clue {
	return clue(func(r *probe.Report) Answer {
		a, err := netip.ParseAddr(r.Target.Host)
		if err == nil && a.Is6() && a.IsLinkLocalUnicast() && a.Zone() == "" {
			return yes("the address begins with fe80: and names no interface")
		}
		return no("the address is not a link-local one without a zone")
	})
}

// answeredNotFound: NXDOMAIN is an answer of the server, silence is none.
func answeredNotFound(want bool) Clue {
	return clue(func(r *probe.Report) Answer {
		f, _ := r.FirstFailed()
		switch {
		case f.Failure == nil:
			return Answer{}
		case f.Failure.NotFound == want && want:
			return yes("the name server answered: there is no such name")
		case f.Failure.NotFound == want:
			return yes("the name server gave no usable answer")
		case want:
			return no("the name server gave no usable answer")
		}
		return no("the name server answered: there is no such name")
	})
}

// sameAddressAs135: the object port was dialled where 135 answered.
func sameAddressAs135(want bool) Clue {
	return clue(func(r *probe.Report) Answer {
		one, ok1 := dialOf(r, probe.StepTCP135)
		two, ok2 := dialOf(r, probe.StepTCPObject)
		if !ok1 || !ok2 || !one.To.IsValid() || !two.To.IsValid() || !passed(r, probe.StepTCP135) {
			return Answer{}
		}
		same := one.To.Addr() == two.To.Addr()
		because := "port 135 of the same address answers"
		if !same {
			because = "the address is not the one that answered on port 135"
		}
		if same == want {
			return yes(because)
		}
		return no(because)
	})
}

// objectPort asks about the number of the port that was dialled.
func objectPort(holds func(uint16) bool, is, isNot string) Clue {
	return clue(func(r *probe.Report) Answer {
		d, ok := dialOf(r, probe.StepTCPObject)
		switch {
		case !ok || d.To.Port() == 0:
			return Answer{}
		case holds(d.To.Port()):
			return yes(is)
		case isNot == "":
			return Answer{}
		}
		return no(isNot)
	})
}

const fixedPort = 24158 // winmgmt /standalonehost

func fixedPortUsed() Clue {
	return objectPort(func(p uint16) bool { return p == fixedPort }, "the port is 24158, WMI's fixed port", "")
}

func outsideDynamicRange() Clue {
	return objectPort(func(p uint16) bool { return p < 49152 && p != fixedPort },
		"the port lies outside 49152-65535", "the port lies in the usual range or is WMI's fixed port")
}

// throughForward: the dialled address is not the host's own.
func throughForward() Clue {
	return clue(func(r *probe.Report) Answer {
		b, ok := probe.Learnt[*probe.Bindings](r.Result(probe.StepBindings))
		if !ok || b == nil {
			return Answer{}
		}
		switch {
		case b.Chosen.Addr().IsLoopback():
			return yes("the address that was typed is this machine's loopback")
		case b.InList == nil:
			return Answer{}
		case *b.InList:
			return no("the host lists the address that was dialled")
		}
		return yes("the host does not list the address that was dialled")
	})
}

// listsOtherAddresses is the notice that other clients will be sent astray.
func listsOtherAddresses() *Clue {
	c := clue(func(r *probe.Report) Answer {
		b, ok := probe.Learnt[*probe.Bindings](r.Result(probe.StepBindings))
		if !ok || b == nil || b.InList == nil || *b.InList || b.Chosen.Addr().IsLoopback() || !b.Chosen.IsValid() {
			return Answer{}
		}
		return yes("The host does not list the address that was dialled. Clients that follow its list connect elsewhere.")
	})
	return &c
}

// nameDiffers is the notice that another computer may have answered.
func nameDiffers() *Clue {
	c := clue(func(r *probe.Report) Answer {
		p, known := passport(r)
		typed := strings.TrimSuffix(strings.ToLower(r.Target.Host), ".")
		if _, err := netip.ParseAddr(typed); err == nil || !known || typed == "" || typed == "localhost" || strings.HasPrefix(typed, "localhost.") {
			return Answer{}
		}
		short, _, _ := strings.Cut(typed, ".")
		own, _, _ := strings.Cut(strings.ToLower(p.DNSComputer), ".")
		computer := strings.ToLower(p.Computer) // at most 15 characters of the name
		if typed == strings.ToLower(p.DNSComputer) || short == own || short == computer || len(computer) == 15 && strings.HasPrefix(short, computer) {
			return Answer{}
		}
		return yes("The host that answered calls itself " + p.Computer + ". An alias is harmless; an old DNS record is not.")
	})
	return &c
}

func roughly(d time.Duration) string {
	if d < time.Minute {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

// answersAgain: a second activation leads to a port that answers.
func answersAgain() Clue {
	return clue(func(r *probe.Report) Answer {
		if r.TrialResult("activate-again", probe.StepTCPObject).Outcome == probe.Passed {
			return yes("after a second activation the port answers")
		}
		return Answer{}
	}, "activate-again")
}

// insideAddressesOnly: the host lists addresses, and the one that reaches it is
// not among them.
func insideAddressesOnly() Clue {
	return clue(func(r *probe.Report) Answer {
		b, ok := probe.Learnt[*probe.Bindings](r.Result(probe.StepBindings))
		switch {
		case !ok || b == nil || b.InList == nil || b.Chosen.Addr().IsLoopback():
			return Answer{}
		case *b.InList:
			return no("the host lists the address that was dialled")
		}
		return yes("the host does not list the address that was dialled")
	})
}

// beforeAnyAnswer: RPC has said nothing yet, so it is not a matter of size.
func beforeAnyAnswer() Clue {
	return clue(func(r *probe.Report) Answer {
		if f, _ := r.FirstFailed(); f.Step == probe.StepBind135 {
			return yes("the connection was accepted, and nothing came after it")
		}
		return Answer{}
	})
}
