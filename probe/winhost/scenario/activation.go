package scenario

import (
	"net/netip"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// Descriptors that let in administrators alone.
const (
	adminsAccess = "O:BAG:BAD:(A;;CCDCLC;;;BA)"
	adminsLaunch = "O:BAG:BAD:(A;;CCDCLCSWRP;;;SY)(A;;CCDCLCSWRP;;;BA)"
)

// activation is layer 3: rights of DCOM, the WMI service, bindings, object port.
func activation() []Scenario {
	return []Scenario{
		play("act-machine-launch", 1, "A service account was made for monitoring. The password works. The host still says no.",
			"logged on is not allowed in",
			[3]string{"The logon was accepted.", "DCOM has rights of its own.", "Join the account to Distributed COM Users."},
			func(m *machine.Machine, _ *winhost.Path) { forget(m, machine.DCOMUsers, monitor(m)) }),
		play("act-machine-access", 3, "The account is in Distributed COM Users. A hardening script rewrote the limits of the machine.",
			"that DCOM has two limits",
			[3]string{"Launching is allowed. What else is checked?", "There is a limit on access beside that on launch.", "MachineAccessRestriction lacks remote access for you."},
			func(m *machine.Machine, _ *winhost.Path) {
				limit(m, machine.KeyOle, "MachineAccessRestriction", adminsAccess)
			}),
		play("act-app-launch", 3, "Other DCOM programs of the host start. Only WMI does not.",
			"that each program has its own list",
			[3]string{"The refusal came as a return value.", "The limits of the machine let you pass.", "The launch permission of WMI itself is too tight."},
			func(m *machine.Machine, _ *winhost.Path) {
				limit(m, machine.KeyWMIAppID, "LaunchPermission", adminsLaunch)
			}),
		play("rpc-filter", 3, "A blog told how to stop lateral movement with one filter. Someone tried it.",
			"that RPC can be filtered by interface",
			[3]string{"It fails for every account, domain admins too.", "Only one interface is refused.", "netsh rpc filter shows what blocks it."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.AddFilter(machine.Filter{Action: "block", Iface: machine.IfaceSCM})
			}),
		play("act-limits-gpo", 3, "The account was put into Distributed COM Users. Nothing changed.",
			"that policy wins over the registry",
			[3]string{"The group is right, and has no effect.", "Who else may set these limits?", "A GPO sets the launch limit and leaves the group out."},
			func(m *machine.Machine, _ *winhost.Path) {
				v := machine.SZ("MachineLaunchRestriction", "O:BAG:BAD:(A;;CCDCLCSWRP;;;BA)")
				m.Policy[machine.KeyDCOMPolicy] = append(m.Policy[machine.KeyDCOMPolicy], v)
				m.Registry.Set(machine.KeyDCOMPolicy, v)
			}),
		play("uac-filtered-dcom", 2, "localadm is an administrator of the host. At the console he may do everything.",
			"what UAC takes away over the network",
			[3]string{"Whose account is it?", "Administrator here is not administrator from afar.", "UAC filters local administrators; use a domain account."},
			nil, as(`WINHOST\localadm`)),
		play("uac-filtered-rid500", 3, "The built-in Administrator is exempt from filtering, everybody says.",
			"that the exemption can be switched off",
			[3]string{"This is RID 500.", "There is a policy for exactly this account.", "FilterAdministratorToken is 1."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.Registry.Set(machine.KeyUAC, machine.DWord("FilterAdministratorToken", 1))
			}, as(`WINHOST\Administrator`)),
		play("dcom-disabled", 2, "An old checklist says: switch off what you do not need.",
			"that DCOM has a main switch",
			[3]string{"It fails for every account alike.", "Even a domain administrator is refused.", "EnableDCOM is N; it counts from the next boot."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.SetAtBoot(machine.KeyOle, machine.SZ("EnableDCOM", "N"))
			}),
		play("class-not-registered", 2, "A cleaning tool has tidied up the registry.",
			"what a return value tells",
			[3]string{"Rights are not the matter.", "Look up the code.", "The class of WMI is gone from the registry."},
			func(m *machine.Machine, _ *winhost.Path) { m.Registry.DeleteKey(machine.KeyWMIClass) }),
		play("winmgmt-disabled", 1, "To save memory someone disabled services whose names meant nothing to him.",
			"which service stands behind WMI",
			[3]string{"The code is specific.", "DCOM would start it, if it might.", "Winmgmt is disabled; set it to automatic."},
			func(m *machine.Machine, _ *winhost.Path) {
				stop(m, "winmgmt")
				m.Services["winmgmt"].Start = machine.Disabled
			}),
		play("server-exec-failure", 3, "The service says Starting. It has said so for an hour.",
			"how long Windows waits for a service",
			[3]string{"Patience: half a minute passes first.", "Duration and code belong together.", "Winmgmt does not finish its start; restart it."},
			func(m *machine.Machine, _ *winhost.Path) {
				stop(m, "winmgmt")
				s := m.Services["winmgmt"]
				s.Health, s.State, s.PID = machine.Stuck, machine.StartPending, 7004
			}, func(t *Target) { t.Timeout = 40 * time.Second }),
		play("act-no-answer", 2, "The service runs, says Windows. It answers nobody.",
			"that running is not working",
			[3]string{"Another call on the same port is answered.", "Who must act before this answer can come?", "Winmgmt hangs; end its process."},
			func(m *machine.Machine, _ *winhost.Path) { m.Services["winmgmt"].Health = machine.Hung }),
		play("act-logon-failure-runas", 3, "Someone gave the service an account of its own, and later changed that account.",
			"that services log on as well",
			[3]string{"Your own logon is fine.", "Look up the return value.", "The service's identity cannot be used."},
			func(m *machine.Machine, _ *winhost.Path) {
				stop(m, "winmgmt")
				m.Services["winmgmt"].Health = machine.LogonFails
			}),
		play("act-version-mismatch", 3, "A Server 2003 that refuses anonymous calls. So nobody knew how old it is.",
			"that COM has a version to agree on",
			[3]string{"The host is old.", "Which version did we speak, and why?", "It speaks 5.6 and could not tell us."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.Become(machine.Build2003, machine.Server)
				m.SetAtBoot(machine.KeyRPCPolicy, machine.DWord("RestrictRemoteClients", 2))
			}),
		play("home-edition", 2, "A neighbour's notebook shall be looked at over WMI.",
			"which Windows cannot be a target",
			[3]string{"No account works.", "Which edition is it?", "Home editions know network callers as guests only."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.LeaveDomain()
				m.Become(machine.Build2004, machine.Home)
			}, as(`WINHOST\svc-local`)),
		play("objport-exhausted", 3, "The server has run for a year. Something on it opens ports and never closes one.",
			"that ports can run out",
			[3]string{"The code speaks of endpoints.", "How many ports does the host have left?", "A program leaks ports; end it."},
			func(m *machine.Machine, _ *winhost.Path) {
				stop(m, "winmgmt")
				m.Network.Leaked = 1 << 16
				heavy(m, "leaky.exe")
				m.StartService("winmgmt")
			}),
		play("binding-no-tcp", 3, "A network guide for Windows 98 was followed to the letter.",
			"what bindings are for",
			[3]string{"The activation worked. Where is the object?", "Look at the towers in the answer.", "DCOM offers named pipes only, no TCP."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.SetAtBoot(machine.KeyRPC, machine.MultiSZ("DCOM Protocols", "ncacn_np"))
			}),
		play("binding-private-address", 3, "The host sits behind NAT. It tells everyone its inside address.",
			"what the host says of itself, and why",
			[3]string{"Port 135 went through.", "Compare the address you typed with those listed.", "The listed addresses are private ones, and NAT lets 135 in alone."},
			func(_ *machine.Machine, p *winhost.Path) { elsewhere(p) },
		).with(behindNAT).with(func(_ *machine.Machine, p *winhost.Path) { device(p, beside(winhost.Swallow, nil)) }),
		play("objport-drop", 1, "Port 135 was opened, as the manual says. It still does not work.",
			"that WMI needs a second port",
			[3]string{"Which port is it that does not answer?", "The second connection goes to another port.", "Enable the rule WMI-In as well."},
			func(m *machine.Machine, _ *winhost.Path) {
				rules(m, false, "WMI-WINMGMT-In-TCP", "WMI-WINMGMT-In-TCP-NoScope")
			}),
		play("objport-path-drop", 2, "The firewall team opened what was asked for: 135, nothing else.",
			"to name the whole range of ports",
			[3]string{"The host's own firewall lets you in.", "Who stands between, and what does he know?", "The network firewall drops the dynamic range."},
			func(_ *machine.Machine, p *winhost.Path) { elsewhere(p); device(p, beside(winhost.Swallow, nil)) }),
		play("objport-range-changed", 3, "The dynamic range is open in the firewall, the usual one. This host uses another.",
			"that the range can be moved",
			[3]string{"Look at the number of the port.", "Is it within the usual range?", "The host's dynamic range was moved; open that one."},
			func(m *machine.Machine, p *winhost.Path) {
				elsewhere(p)
				m.Network.Dynamic = machine.PortRange{Start: 20000, Count: 2000}
				again(m)
				device(p, beside(winhost.Swallow, func(port uint16) bool { return port >= 49152 }))
			}),
		play("objport-refused", 2, "Just when you connect, the service has moved away.",
			"that an object port is not for ever",
			[3]string{"Refused, not silent.", "Was the port right a moment ago?", "The service restarted; activate again."},
			func(_ *machine.Machine, p *winhost.Path) { device(p, beside(winhost.Refuse, nil)) }),
		play("objport-not-forwarded", 2, "An ssh tunnel carries port 135 to the host. That should be enough.",
			"that a forward must carry both ports",
			[3]string{"Whose address did you type?", "The host names others than the one you typed.", "The object port is not forwarded; pin it and add it."},
			func(*machine.Machine, *winhost.Path) {},
		).with(behindNAT).with(func(_ *machine.Machine, p *winhost.Path) { device(p, beside(winhost.Refuse, nil)) }),
		play("fixedport-not-applied", 3, "The port of WMI was fixed to 24158, and the firewall opened for it.",
			"when a setting comes into force",
			[3]string{"Which port was really named?", "The setting is there. When is it read?", "Restart Winmgmt; it reads the port at its start."},
			func(m *machine.Machine, p *winhost.Path) {
				elsewhere(p)
				m.Registry.Set(machine.KeyWMIAppID, machine.MultiSZ("Endpoints", "ncacn_ip_tcp,0,24158"))
				device(p, beside(winhost.Swallow, func(port uint16) bool { return port == machine.FixedPort }))
			}),
		play("orpc-access-denied", 3, "The object is there, and the door to it is open. The first call is refused.",
			"that every call is checked again",
			[3]string{"The activation passed.", "Who is asked on the object's own port?", "Calls to the login object are denied by RPC."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.AddFilter(machine.Filter{Action: "block", Iface: machine.IfaceLogin})
			}),
		play("orpc-disconnected", 3, "The service restarts every few seconds. Objects do not live long there.",
			"that objects die with their process",
			[3]string{"The object existed a moment ago.", "What ends all objects at once?", "The WMI service restarted in between."},
			func(m *machine.Machine, p *winhost.Path) {
				bend(p, false, func() *winhost.Flow {
					m.Do(func(m *machine.Machine) { m.RestoreWMI(m.SaveWMI()) })
					return nil
				})
			}),
		play("edr-blocks-wmi", 3, "The same account works on the sister host. Here the connection is cut, and an alert is raised.",
			"that protection can kill a session",
			[3]string{"It was open, and then it was cut.", "Does the product on the host have an opinion?", "The endpoint protection blocks remote WMI."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.Firewall.Product.Name, m.Firewall.Product.BlockWMI = "EndpointGuard", true
			}),
	}
}

// behindNAT gives the host an inside address that clients cannot reach.
func behindNAT(m *machine.Machine, p *winhost.Path) {
	outside, inside := m.Network.Addresses[0].Addr(), netip.MustParsePrefix("10.20.30.40/24")
	m.Network.Addresses = []netip.Prefix{inside}
	p.Names["winhost.lab.test"] = []netip.Addr{outside}
	p.Translate = func(to netip.AddrPort) (netip.AddrPort, bool) {
		return netip.AddrPortFrom(inside.Addr(), to.Port()), to.Addr() == outside
	}
}

// with lets a scenario change more.
func (s Scenario) with(more func(*machine.Machine, *winhost.Path)) Scenario {
	before := s.Set
	s.Set = func(m *machine.Machine, p *winhost.Path) {
		if before != nil {
			before(m, p)
		}
		more(m, p)
	}
	return s
}
