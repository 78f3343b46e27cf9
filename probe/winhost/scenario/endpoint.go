package scenario

import (
	"net/netip"

	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// endpointMapper is layer 1: name, TCP 135, bind, ServerAlive2.
func endpointMapper() []Scenario {
	return []Scenario{
		play("dns-name-unknown", 1, "A colleague wrote the server's name on a note. Typed as it stands there, nothing is found.",
			"what an unknown name looks like",
			[3]string{"No packet has left for the host yet.", "Who turns a name into an address?", "Ask DNS for the name; use the full one, or the address."},
			nil, func(t *Target) { t.Host = "nosuch.invalid" }),
		play("dns-server-silent", 2, "The VPN came up a minute ago. Since then no name in the company is found any more.",
			"how no answer differs from no such name",
			[3]string{"Not only this host is affected.", "An unknown name is an answer. Did one come?", "The name server of the jump box is silent; use the address meanwhile."},
			func(_ *machine.Machine, p *winhost.Path) { p.Silent = true }, func(t *Target) { t.Host = "winhost.lab.test" }).root(),
		play("dns-stale-address", 3, "The server got a new address last week. The query works, and yet the numbers seem to be another machine's.",
			"to check who it is that answers",
			[3]string{"Everything passes. Is that what you wanted to hear?", "The host introduces itself during the logon.", "Compare the name you typed with the computer name in the challenge."},
			func(m *machine.Machine, p *winhost.Path) {
				p.Names["winhost.lab.test"] = []netip.Addr{m.Network.Addresses[0].Addr()}
				m.Computer = "OLDPC"
			}, func(t *Target) { t.Host = "winhost.lab.test" }).root(),
		play("dns-ipv6-only", 2, "The network team is proud: the server is registered with IPv6 now. From the jump box it is gone.",
			"to look at every address of a name",
			[3]string{"The name is found.", "Which kind of address came back, and is there a way to it?", "Only an IPv6 address is registered; type the IPv4 one."},
			func(_ *machine.Machine, p *winhost.Path) {
				p.Names["winhost.lab.test"] = []netip.Addr{netip.MustParseAddr("2001:db8:77::10")}
			}, func(t *Target) { t.Host = "winhost.lab.test" }).root(),
		play("addr-zone-missing", 2, "Somebody read the address off the server's screen. It begins with fe80, and it is refused at once.",
			"why such an address is not enough",
			[3]string{"Not a single packet left this machine.", "Such an address exists on every network card.", "Add the zone: fe80::1%eth0, or use a name."},
			nil, func(t *Target) { t.Host = "fe80::1" }),
		play("host-down", 1, "Monday morning. The server was there on Friday; now nothing of it answers.",
			"to rule out the simple things",
			[3]string{"Try another port of the same host.", "Does anything at that address answer, ARP included?", "It has no power. Switch it on."},
			func(m *machine.Machine, _ *winhost.Path) { m.System.Off = true }),
		play("fw135-drop", 1, "A new Windows server, straight from the template. Shares work, WMI does not answer at all.",
			"which rules WMI needs, and that they are off",
			[3]string{"Another port of this host answers.", "Silence on one port means that something drops.", "Enable the WMI group of the Windows firewall."},
			func(m *machine.Machine, _ *winhost.Path) {
				rules(m, false, "WMI-RPCSS-In-TCP", "WMI-RPCSS-In-TCP-NoScope", "WMI-WINMGMT-In-TCP", "WMI-WINMGMT-In-TCP-NoScope")
			}),
		play("fw135-localsubnet", 2, "The administrator turned on the WMI firewall rules and tested from the next desk: it works. From this machine it does not.",
			"how a rule can be on and still keep you out",
			[3]string{"The rules are on. For whom?", "Compare your subnet with the host's.", "The rules' remote address is LocalSubnet; add the jump box."},
			func(m *machine.Machine, p *winhost.Path) { m.LeaveDomain(); elsewhere(p) }, as(`WINHOST\svc-local`)),
		play("fw-profile-public", 2, "After the reboot the server is silent. Nobody touched the firewall.",
			"that rules belong to a network profile",
			[3]string{"The rules are on, for some networks.", "Which kind of network does the host think it is in?", "It fell back to Public. Let it detect the domain again."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.Network.Category, m.Network.Name, m.Network.Misplaced = machine.PublicProfile, "Unidentified network", true
				rules(m, false, "WMI-RPCSS-In-TCP", "WMI-WINMGMT-In-TCP")
			}),
		play("fw-block-rule", 2, "The WMI rules are on, the profile is right. A hardening script ran last night.",
			"that a block beats every allow",
			[3]string{"Enabling rules changes nothing.", "List the rules that block.", "Disable the block rule for port 135."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.Firewall.Rules = append(m.Firewall.Rules, &machine.Rule{Name: "Harden-Block-RPC", DisplayName: "Hardening: block RPC endpoint mapper",
					Direction: machine.In, Block: true, Enabled: true, Profiles: machine.AnyProfile, Protocol: machine.TCP, LocalPorts: []string{"135"}})
			}),
		play("fw-third-party", 2, "Windows' firewall lets everything in. Still every port of the host is silent since the alert of last night.",
			"that Windows' own rules are not all there is",
			[3]string{"Is it only port 135?", "Every port is silent, though the host is on.", "The endpoint protection has isolated the host; release it there."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.Firewall.Product.Name, m.Firewall.Product.Isolated = "EndpointGuard", true
			}),
		play("fw135-path-drop", 2, "Colleagues in the server's subnet can query it. You sit in another building.",
			"how a firewall on the way shows",
			[3]string{"The host itself lets you in.", "Does the SYN ever reach the host?", "A device between the networks drops port 135."},
			func(_ *machine.Machine, p *winhost.Path) { elsewhere(p); device(p, on135(winhost.Swallow)) }),
		play("fw135-reject", 2, "The answer comes at once, and it is a no.",
			"who can say no to a connection",
			[3]string{"It wasn't silence.", "Which address sent the refusal?", "A router on the way prohibits port 135."},
			func(_ *machine.Machine, p *winhost.Path) { elsewhere(p); device(p, on135(winhost.Forbid)) }).root(),
		play("jump-egress-blocked", 2, "The tool runs in a container. It fails before the network is even used.",
			"that your own side can say no",
			[3]string{"How long did it take to fail?", "Look at the error number.", "A policy of this machine forbids the connection."},
			func(_ *machine.Machine, p *winhost.Path) { device(p, on135(winhost.DeniedHere)) }).root(),
		play("rpcss-not-listening", 2, "The address is right, the ping is fine. Port 135 refuses, and so fast that it must be the host.",
			"what a closed port tells",
			[3]string{"A refusal is an answer.", "Something is there, but nobody listens.", "RPCSS is not running, or this is no Windows host."},
			func(m *machine.Machine, _ *winhost.Path) {
				for _, p := range []machine.Profile{machine.DomainProfile, machine.PrivateProfile, machine.PublicProfile} {
					set := m.Firewall.Profiles[p]
					set.Enabled = false
					m.Firewall.Profiles[p] = set
				}
				for _, s := range []string{"rpcss", "rpceptmapper"} {
					m.Services[s].State, m.Services[s].PID = machine.Stopped, 0
				}
			}),
		play("ipsec-required", 3, "Members of the domain reach the server. The Linux jump box does not, and no rule names it.",
			"that a host may want IPsec from you",
			[3]string{"Who can reach it, and what do they have in common?", "Look at the connection security rules.", "The host demands IPsec; exempt the jump box."},
			func(m *machine.Machine, _ *winhost.Path) { m.Firewall.IPsec = true }),
		play("middlebox-cuts-rpc", 3, "The port is open, the scanner says so. The first RPC packet ends the connection.",
			"that open is not the same as usable",
			[3]string{"The handshake worked.", "When exactly did it break?", "A device lets the connection stand and cuts RPC."},
			func(_ *machine.Machine, p *winhost.Path) { device(p, on135(winhost.CutFirst)) }),
		play("not-rpc-on-135", 1, "The port forward was set up in a hurry. Something answers on 135, in plain text.",
			"to look at the first bytes",
			[3]string{"It answered, but not in RPC.", "Read the first bytes as text.", "A web server is behind this port; correct the forward."},
			func(_ *machine.Machine, p *winhost.Path) { device(p, on135(winhost.NotRPC)) }),
		play("rpcss-hang", 2, "The server is very busy with itself. It takes connections and then says nothing.",
			"that the kernel answers before the service",
			[3]string{"The connection was accepted. By whom?", "The kernel is alive. Is the service?", "RPCSS hangs; only a restart of the host helps."},
			func(m *machine.Machine, _ *winhost.Path) { m.Services["rpcss"].Health = machine.Hung }),
		play("bindnak-resources", 2, "An inventory tool has been opening connections all week. Now nobody gets one.",
			"what a bind_nak says",
			[3]string{"RPC answered, and said no.", "Read the reason of the refusal.", "The host is out of resources; find the leaking client."},
			func(m *machine.Machine, _ *winhost.Path) { m.RPC.Exhausted = true; heavy(m, "invscan.exe") }),
		play("bindnak-protocol", 3, "An appliance in front of the server speaks RPC in its own way.",
			"that the bind itself can be disliked",
			[3]string{"No credential was sent yet.", "Reason 4 is about the protocol.", "The other end takes smaller fragments only."},
			func(m *machine.Machine, _ *winhost.Path) { m.RPC.MaxFragment = 1432 }),
		play("resolver-if-missing", 1, "Somebody says it is a Windows server. The file shares look like it.",
			"how to know that there is no DCOM",
			[3]string{"Port 135 speaks RPC.", "Which interface was turned down?", "It has no DCOM: this is Samba, not Windows."},
			func(m *machine.Machine, _ *winhost.Path) { m.System.ResolverMissing = true }),
		play("path-mtu", 3, "The new tunnel is up. Small things go through, and then it stops in the middle of a talk.",
			"that large packets can vanish alone",
			[3]string{"The first answer came. It was short.", "What is different about the answer that is missing?", "Packets above a size get lost in the tunnel."},
			func(_ *machine.Machine, p *winhost.Path) {
				bend(p, true, func() *winhost.Flow { return &winhost.Flow{Out: loseLarge(largest)} })
			}),
		play("rpc-too-busy", 2, "The server is at its limit. It answers, but only to say that it has no time.",
			"that a busy host can say so",
			[3]string{"RPC works. The call is refused.", "Look up the status of the fault.", "RPC has too many calls queued; find who makes them."},
			func(m *machine.Machine, _ *winhost.Path) { m.RPC.Busy = true; heavy(m, "invscan.exe") }),
		play("resolver-old", 2, "In the cellar stands a machine that controls the gate. It has run since 1999.",
			"that very old hosts lack a call",
			[3]string{"Which call did it not know?", "An operation out of range means an older version.", "This is NT 4: it has no ServerAlive2."},
			func(m *machine.Machine, _ *winhost.Path) { m.Become(machine.BuildNT4, machine.Server) }),
		play("unauth-rpc-refused", 2, "The security baseline is in force. WMI works, but one step shows a mark.",
			"that a refused anonymous call is no fault",
			[3]string{"Did the run end well?", "Which call carried no logon?", "The policy forbids RPC without a logon. WMI does not need it."},
			func(m *machine.Machine, _ *winhost.Path) {
				m.SetAtBoot(machine.KeyRPCPolicy, machine.DWord("RestrictRemoteClients", 2))
			}),
	}
}

// largest is the payload that the tunnel of path-mtu carries: an answer to a
// bind fits, one that lists names and addresses does not.
const largest = 100

// loseLarge loses what is larger, and with it everything after: TCP sends the
// lost segment again and again.
func loseLarge(most int) func([]byte) []byte {
	lost := false
	return func(b []byte) []byte {
		if lost = lost || len(b) > most; lost {
			return nil
		}
		return b
	}
}
