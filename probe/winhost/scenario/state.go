package scenario

import (
	"net/netip"

	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// monitor is the account that asks unless a scenario says otherwise.
func monitor(m *machine.Machine) *machine.Account { return m.Account("LAB", "svc-mon") }

// elsewhere puts the client behind a router.
func elsewhere(p *winhost.Path) {
	p.Client, p.OnLink = netip.MustParseAddr("198.51.100.77"), false
}

// device puts a rule for SYNs on the path, before those that are there.
func device(p *winhost.Path, rule func(port uint16) winhost.Treatment) {
	further := p.Dial
	p.Dial = func(to netip.AddrPort) winhost.Treatment {
		if t := rule(to.Port()); t != winhost.Pass {
			return t
		}
		if further != nil {
			return further(to)
		}
		return winhost.Pass
	}
}

// on135 treats SYNs to the endpoint mapper alone.
func on135(t winhost.Treatment) func(uint16) winhost.Treatment {
	return func(port uint16) winhost.Treatment {
		if port == 135 {
			return t
		}
		return winhost.Pass
	}
}

// beside treats SYNs to dynamic ports, those that let says true of excepted.
func beside(t winhost.Treatment, let func(uint16) bool) func(uint16) winhost.Treatment {
	return func(port uint16) winhost.Treatment {
		if port < 1024 || port == 3389 || port == 5985 || let != nil && let(port) {
			return winhost.Pass
		}
		return t
	}
}

// bend puts a bend on connections to 135, or to every other port.
func bend(p *winhost.Path, to135 bool, make func() *winhost.Flow) {
	further := p.Flow
	p.Flow = func(port uint16) *winhost.Flow {
		if (port == 135) == to135 {
			return make()
		}
		if further != nil {
			return further(port)
		}
		return nil
	}
}

// rules switches firewall rules on or off by name.
func rules(m *machine.Machine, on bool, names ...string) {
	for _, n := range names {
		if r := m.Firewall.Rule(n); r != nil {
			r.Enabled = on
		}
	}
}

// stop ends a service and those that need it.
func stop(m *machine.Machine, service string) { m.StopService(service, true) }

// again restarts WMI: what it reads at its start counts from now on.
func again(m *machine.Machine) {
	stop(m, "winmgmt")
	m.StartService("winmgmt")
	m.StartService("iphlpsvc")
}

// forget takes an account out of a group.
func forget(m *machine.Machine, group machine.SID, a *machine.Account) { m.Leave(group, a.SID) }

// provider sets how a provider answers.
func provider(name string, s machine.ProviderState) func(*machine.Machine, *winhost.Path) {
	return func(m *machine.Machine, _ *winhost.Path) { m.WMI.Providers[name].State = s }
}

// heavy is a program on the machine that does harm to WMI until it is ended.
func heavy(m *machine.Machine, image string) {
	const pid = 7312
	m.Programs = append(m.Programs, machine.Process{Image: image, PID: pid, Path: `C:\Program Files\Inventory\` + image, MemoryKB: 640 << 10})
	m.WMI.Heavy = pid
}

// limit sets a DCOM descriptor; the texts are those of this package.
func limit(m *machine.Machine, key, name, sddl string) {
	if err := m.LimitTo(key, name, sddl); err != nil {
		panic("scenario: " + err.Error())
	}
}
