package console

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

func ipconfig(c *command) error {
	_, sw := options(c.args)
	if _, ok := sw["registerdns"]; ok {
		register(c.m)
		c.out.line("\nWindows IP Configuration\n\nRegistration of the DNS resource records for all adapters of this computer has been initiated. Any errors will be reported in the Event Viewer in 15 minutes.")
		return nil
	}
	if _, ok := sw["flushdns"]; ok {
		c.out.line("\nWindows IP Configuration\n\nSuccessfully flushed the DNS Resolver Cache.")
		return nil
	}
	_, all := sw["all"]
	if len(sw) > 1 || len(sw) == 1 && !all {
		return fail(1, "\nError: unrecognized or incomplete command line.\n\nUSAGE:\n    ipconfig [/allcompartments] [/? | /all | /renew [adapter] | /release [adapter] | /flushdns | /displaydns | /registerdns]")
	}
	n := c.m.Network
	c.out.line("\nWindows IP Configuration\n")
	if all {
		c.out.line("   Host Name . . . . . . . . . . . . : %s\n   Primary Dns Suffix  . . . . . . . : %s\n", c.m.Computer, domainSuffix(c.m))
	}
	c.out.line("\nEthernet adapter %s:\n\n   Connection-specific DNS Suffix  . :", n.Adapter)
	if all {
		c.out.line("   Physical Address. . . . . . . . . : %s", strings.ReplaceAll(n.MAC, ":", "-"))
	}
	for _, p := range n.Addresses {
		if p.Addr().Is4() {
			c.out.line("   IPv4 Address. . . . . . . . . . . : %s\n   Subnet Mask . . . . . . . . . . . : %s", p.Addr(), machine.Mask(p))
		} else {
			c.out.line("   IPv6 Address. . . . . . . . . . . : %s", p.Addr())
		}
	}
	if n.Gateway.IsValid() {
		c.out.line("   Default Gateway . . . . . . . . . : %s", n.Gateway)
	}
	if all {
		for _, d := range n.DNS {
			c.out.line("   DNS Servers . . . . . . . . . . . : %s", d)
		}
	}
	return nil
}

func domainSuffix(m *machine.Machine) string {
	if m.Role == machine.Workgroup {
		return ""
	}
	return m.Domain.DNS
}

// register writes the machine's own addresses into the domain's DNS.
func register(m *machine.Machine) {
	if m.Role == machine.Workgroup || m.Domain.Unreachable {
		return
	}
	var own []netip.Addr
	for _, p := range m.Network.Addresses {
		own = append(own, p.Addr())
	}
	m.Domain.Records[strings.ToLower(m.FQDN())] = own
}

func netstat(c *command) error {
	c.out.line("\nActive Connections\n\n  Proto  Local Address          Foreign Address        State           PID")
	row := func(port uint16, pid uint32) {
		c.out.line("  TCP    %-22s %-22s %-15s %d", netip.AddrPortFrom(netip.IPv4Unspecified(), port), "0.0.0.0:0", "LISTENING", pid)
	}
	pid := func(name string) uint32 {
		if s := c.m.Services[name]; s != nil && s.State == machine.Running {
			return s.PID
		}
		return 0
	}
	if p := pid("rpcss"); p != 0 {
		row(135, p)
	}
	row(445, 4)
	if p := pid("termservice"); p != 0 {
		row(3389, p)
	}
	if pid("winrm") != 0 {
		row(5985, 4)
	}
	if p := c.m.ObjectPort(); p != 0 {
		row(p, pid("winmgmt"))
	}
	for _, p := range c.m.Programs {
		if n := c.m.Network.Leaked; n > 0 || c.m.RPC.Busy || c.m.RPC.Exhausted {
			for i := range min(max(n, 12), 40) {
				c.out.line("  TCP    %-22s %-22s %-15s %d", netip.AddrPortFrom(c.m.Network.Addresses[0].Addr(), c.m.Network.Dynamic.Start+uint16(i)), "192.0.2.77:135", "ESTABLISHED", p.PID)
			}
			if n > 40 {
				c.out.line("  … and %d more connections of process %d", n-40, p.PID)
			}
			break
		}
	}
	return nil
}

func hostname(c *command) error { c.out.line("%s", strings.ToLower(c.m.Computer)); return nil }

func whoami(c *command) error {
	c.out.line(`%s\administrator`, strings.ToLower(c.m.Computer))
	return nil
}

func version(c *command) error {
	c.out.line("\nMicrosoft Windows [Version %s.%d]", c.m.System.Version(), c.m.System.Build)
	return nil
}

func nslookup(c *command) error {
	if len(c.args) == 0 {
		return fail(1, "nslookup needs a name here: its own prompt is not part of the practice host.")
	}
	c.out.line("Server:  %s\nAddress:  192.0.2.2\n", strings.ToLower(c.m.Domain.Controller))
	name := strings.ToLower(strings.TrimSuffix(c.args[0], "."))
	records := c.m.Domain.Records[name]
	if !strings.Contains(name, ".") {
		name += "." + c.m.Domain.DNS
		records = c.m.Domain.Records[name]
	}
	if len(records) == 0 {
		return fail(1, "*** %s can't find %s: Non-existent domain", strings.ToLower(c.m.Domain.Controller), c.args[0])
	}
	c.out.line("Name:    %s", name)
	for _, a := range records {
		c.out.line("Address:  %s", a)
	}
	return nil
}

// nltest asks about the secure channel.
func nltest(c *command) error {
	_, sw := options(c.args)
	member := c.m.Role != machine.Workgroup
	if dom, ok := sw["dsgetdc"]; ok {
		if !member || c.m.Domain.Unreachable || !knows(c.m, dom) {
			return fail(1355, "Getting DC name failed: Status = 1355 0x54b ERROR_NO_SUCH_DOMAIN")
		}
		c.out.line("           DC: \\\\%s\n      Address: \\\\192.0.2.2\n     Dom Name: %s\n  Forest Name: %s\nThe command completed successfully", c.m.Domain.Controller, c.m.Domain.DNS, c.m.Domain.Forest)
		return nil
	}
	for _, what := range []string{"sc_verify", "sc_query", "sc_reset"} {
		dom, ok := sw[what]
		if !ok {
			continue
		}
		switch {
		case !member || !knows(c.m, dom):
			return fail(1355, "I_NetLogonControl failed: Status = 1355 0x54b ERROR_NO_SUCH_DOMAIN")
		case c.m.Domain.Unreachable:
			return fail(1311, "Flags: 0\nTrusted DC Name\nTrusted DC Connection Status Status = 1311 0x51f ERROR_NO_LOGON_SERVERS\nThe command completed successfully")
		case c.m.Domain.ChannelBroken:
			return fail(5, "Flags: 80\nTrusted DC Name\nTrusted DC Connection Status Status = 5 0x5 ERROR_ACCESS_DENIED\nTrust Verification Status = 5 0x5 ERROR_ACCESS_DENIED\nThe command completed successfully")
		}
		c.out.line("Flags: b0 HAS_IP  HAS_TIMESERV\nTrusted DC Name \\\\%s\nTrusted DC Connection Status Status = 0 0x0 NERR_Success\nTrust Verification Status = 0 0x0 NERR_Success\nThe command completed successfully", c.m.Domain.Controller)
		return nil
	}
	return fail(1, "Usage: nltest [/OPTIONS]")
}

func knows(m *machine.Machine, domain string) bool {
	return strings.EqualFold(domain, m.Domain.NetBIOS) || strings.EqualFold(domain, m.Domain.DNS)
}

// netdom resetpwd mends the machine's password.
func netdom(c *command) error {
	words, sw := options(c.args)
	if !slices.Equal(lowerAll(words), []string{"resetpwd"}) || sw["server"] == "" && sw["s"] == "" {
		return fail(1, "The syntax of this command is:\n\nNETDOM RESETPWD /Server:domain-controller /UserD:user /PasswordD:[password | *]")
	}
	if c.m.Domain.Unreachable || c.m.Role != machine.Member {
		return fail(1355, "The machine account password for the local machine could not be reset.\n\nThe specified domain either does not exist or could not be contacted.")
	}
	c.m.Domain.ChannelBroken = false
	c.out.line("The machine account password for the local machine has been successfully reset.\n\nThe command completed successfully.")
	return nil
}

func dsregcmd(c *command) error {
	yes := map[bool]string{true: "YES", false: "NO"}
	c.out.line("\n+----------------------------------------------------------------------+\n| Device State                                                         |\n+----------------------------------------------------------------------+\n")
	c.out.line("             AzureAdJoined : %s\n          EnterpriseJoined : NO\n              DomainJoined : %s\n               Device Name : %s\n", yes[c.m.System.EntraJoined], yes[c.m.Role != machine.Workgroup], c.m.Computer)
	return nil
}

func ping(c *command) error {
	words, _ := options(slices.DeleteFunc(slices.Clone(c.args), func(a string) bool { return strings.HasPrefix(a, "-") }))
	if len(words) == 0 {
		return fail(1, "Usage: ping [-t] [-a] [-n count] [-l size] … target_name")
	}
	name := words[len(words)-1]
	for _, p := range c.m.Network.Addresses {
		if name == p.Addr().String() || strings.EqualFold(name, c.m.Computer) || strings.EqualFold(name, c.m.FQDN()) || strings.EqualFold(name, "localhost") {
			c.out.line("\nPinging %s [%s] with 32 bytes of data:\nReply from %s: bytes=32 time<1ms TTL=128", name, p.Addr(), p.Addr())
			return nil
		}
	}
	return fail(1, "Ping request could not find host %s. Please check the name and try again.\n(The practice host has no network behind it.)", words[len(words)-1])
}
