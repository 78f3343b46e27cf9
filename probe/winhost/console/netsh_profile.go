package console

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

var profileOrder = []struct {
	word, title string
	profile     machine.Profile
}{{"domainprofile", "Domain", machine.DomainProfile}, {"privateprofile", "Private", machine.PrivateProfile}, {"publicprofile", "Public", machine.PublicProfile}}

func pickProfiles(m *machine.Machine, word string) []machine.Profile {
	var out []machine.Profile
	for _, p := range profileOrder {
		if word == "allprofiles" || word == p.word || word == "currentprofile" && p.profile == m.ActiveProfile() {
			out = append(out, p.profile)
		}
	}
	return out
}

func showProfiles(c *command, word string) error {
	onOff := map[bool]string{true: "ON", false: "OFF"}
	for _, p := range pickProfiles(c.m, word) {
		s := c.m.Firewall.Profiles[p]
		in, out := "AllowInbound", "AllowOutbound"
		if s.BlockIn {
			in = "BlockInbound"
		}
		if s.BlockOut {
			out = "BlockOutbound"
		}
		c.out.line("\n%s Profile Settings:\n----------------------------------------------------------------------", profileNames(p))
		c.out.line("State                                 %s", onOff[s.Enabled])
		c.out.line("Firewall Policy                       %s,%s", in, out)
		c.out.line("LocalFirewallRules                    %s", map[bool]string{true: "Disable", false: "N/A (GPO-store only)"}[s.IgnoreLocal])
	}
	c.out.line("Ok.\n")
	return nil
}

func setProfiles(c *command, word, what, value string) error {
	for _, p := range pickProfiles(c.m, word) {
		s := c.m.Firewall.Profiles[p]
		switch {
		case what == "state" && (value == "on" || value == "off"):
			s.Enabled = value == "on"
		case what == "firewallpolicy":
			in, out, ok := strings.Cut(value, ",")
			if !ok || !match([]string{in}, "blockinbound|allowinbound|blockinboundalways|notconfigured") || !match([]string{out}, "allowoutbound|blockoutbound|notconfigured") {
				return fail(1, badValue, "set")
			}
			s.BlockIn, s.BlockOut = in != "allowinbound", out == "blockoutbound"
		default:
			return fail(1, badValue, "set")
		}
		c.m.Firewall.Profiles[p] = s
	}
	c.out.line("Ok.\n")
	return nil
}
