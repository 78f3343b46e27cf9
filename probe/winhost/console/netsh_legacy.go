package console

import (
	"slices"
	"strconv"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// deprecated is what every netsh firewall command adds since Vista.
const deprecated = `
IMPORTANT: Command executed successfully.
However, "netsh firewall" is deprecated;
use "netsh advfirewall firewall" instead.
For more information on using "netsh advfirewall firewall" commands
instead of "netsh firewall", see KB article 947709
at https://go.microsoft.com/fwlink/?linkid=121488 .
`

const legacySyntax = "The syntax supplied for this command is not valid. Check help for the correct syntax."

// legacyFirewall is netsh firewall: the only one before Vista, a compatibility
// shell since.
func legacyFirewall(c *command, w []string) error {
	var err error
	switch {
	case match(w[1:], "set", "service"):
		err = legacyService(c, legacyArgs(c.args[3:], "type", "mode", "scope", "addresses", "profile"))
	case match(w[1:], "add|set", "portopening"):
		err = legacyPort(c, legacyArgs(c.args[3:], "protocol", "port", "name", "mode", "scope", "addresses", "profile", "interface"))
	case match(w[1:], "delete|del", "portopening"):
		err = legacyClose(c, legacyArgs(c.args[3:], "protocol", "port", "profile", "interface"))
	case match(w[1:], "set", "opmode"):
		err = legacyMode(c, legacyArgs(c.args[3:], "mode", "exceptions", "profile", "interface"))
	case match(w[1:], "show", "state|opmode|service|portopening|config"):
		legacyShow(c)
	default:
		return netshUnknown(c)
	}
	if err != nil {
		return err
	}
	if c.m.System.Build >= machine.BuildVista {
		c.out.print(deprecated)
	}
	c.out.line("Ok.\n")
	return nil
}

// legacyArgs gives positional arguments their tags. An unknown tag stays, and
// surplus words go under "".
func legacyArgs(args []string, order ...string) map[string]string {
	out := map[string]string{}
	next := 0
	for _, p := range pairs(args) {
		switch {
		case p.key == "" && next < len(order):
			out[order[next]] = p.value
			next++
		default:
			if i := slices.Index(order, p.key); i >= 0 {
				next = max(next, i+1)
			} else {
				p.key = ""
			}
			out[p.key] = p.value
		}
	}
	return out
}

// legacyScope reads scope and addresses of a rule.
func legacyScope(a map[string]string) ([]string, bool) {
	switch strings.ToLower(a["scope"]) {
	case "", "all":
		return nil, true
	case "subnet":
		return []string{"LocalSubnet"}, true
	case "custom":
		return readAddresses(a["addresses"])
	}
	return nil, false
}

func legacyProfiles(c *command, a map[string]string) (machine.Profile, bool) {
	switch strings.ToLower(a["profile"]) {
	case "":
		if c.m.ActiveProfile() == machine.DomainProfile {
			return machine.DomainProfile, true
		}
		return machine.PrivateProfile | machine.PublicProfile, true
	case "current":
		return c.m.ActiveProfile(), true
	case "domain":
		return machine.DomainProfile, true
	case "standard":
		return machine.PrivateProfile | machine.PublicProfile, true
	case "all":
		return machine.AnyProfile, true
	}
	return 0, false
}

func legacyOn(a map[string]string) (on, ok bool) {
	v := strings.ToLower(a["mode"])
	return v != "disable", v == "" || v == "enable" || v == "disable"
}

func legacyService(c *command, a map[string]string) error {
	group := map[string]string{"remoteadmin": machine.GroupRemoteAdmin, "fileandprint": machine.GroupFileSharing}[strings.ToLower(a["type"])]
	on, okMode := legacyOn(a)
	scope, okScope := legacyScope(a)
	profiles, okProfile := legacyProfiles(c, a)
	if _, surplus := a[""]; surplus || group == "" || !okMode || !okScope || !okProfile {
		return fail(1, legacySyntax)
	}
	for _, r := range c.m.Firewall.Rules {
		if r.Group != group || r.Profiles&profiles == 0 {
			continue
		}
		if r.Enabled = on; on {
			r.RemoteAddresses = scope
		}
	}
	return nil
}

func legacyPort(c *command, a map[string]string) error {
	protocol, err := readProtocol(a["protocol"])
	if strings.EqualFold(a["protocol"], "all") {
		protocol, err = machine.AnyProtocol, nil
	}
	port, errPort := strconv.ParseUint(a["port"], 10, 16)
	on, okMode := legacyOn(a)
	scope, okScope := legacyScope(a)
	profiles, okProfile := legacyProfiles(c, a)
	if _, surplus := a[""]; surplus || err != nil || errPort != nil || port == 0 || a["name"] == "" || !okMode || !okScope || !okProfile {
		return fail(1, legacySyntax)
	}
	legacyClose(c, a)
	if protocol == machine.AnyProtocol {
		protocol = machine.TCP
	}
	c.m.Firewall.Rules = append(c.m.Firewall.Rules, &machine.Rule{Name: "{" + ruleID(c.m) + "}", DisplayName: a["name"], Enabled: on, Profiles: profiles,
		Protocol: protocol, LocalPorts: []string{strconv.FormatUint(port, 10)}, RemoteAddresses: scope})
	return nil
}

// legacyClose removes the openings of a port that stand without program.
func legacyClose(c *command, a map[string]string) error {
	before := len(c.m.Firewall.Rules)
	protocol, err := readProtocol(a["protocol"])
	if err != nil && !strings.EqualFold(a["protocol"], "all") || a["port"] == "" {
		return fail(1, legacySyntax)
	}
	c.m.Firewall.Rules = slices.DeleteFunc(c.m.Firewall.Rules, func(r *machine.Rule) bool {
		return !r.Policy && r.Group == "" && r.Program == "" && r.Service == "" && r.Protocol == protocol && slices.Equal(r.LocalPorts, []string{a["port"]})
	})
	if len(c.m.Firewall.Rules) == before {
		return fail(1, noRules)
	}
	return nil
}

func legacyMode(c *command, a map[string]string) error {
	on, ok := legacyOn(a)
	profiles, okProfile := legacyProfiles(c, a)
	if !ok || !okProfile || a["mode"] == "" {
		return fail(1, legacySyntax)
	}
	for p, s := range c.m.Firewall.Profiles {
		if p&profiles != 0 {
			s.Enabled = on
			c.m.Firewall.Profiles[p] = s
		}
	}
	return nil
}

func legacyShow(c *command) {
	mode := map[bool]string{true: "Enable", false: "Disable"}
	c.out.line("\nFirewall status:\n-------------------------------------------------------------------")
	c.out.line("Profile                           = %s", map[bool]string{true: "Domain", false: "Standard"}[c.m.ActiveProfile() == machine.DomainProfile])
	c.out.line("Operational mode                  = %s", mode[c.m.Firewall.Profiles[c.m.ActiveProfile()].Enabled])
	c.out.line("\nPort   Protocol  Mode     Name\n-------------------------------------------------------------------")
	for _, r := range c.m.Firewall.Rules {
		if r.Direction == machine.In && r.Profiles&c.m.ActiveProfile() != 0 && r.Enabled {
			c.out.line("%-6s %-9s %-8s %s", orAny(r.LocalPorts), protocolName(r.Protocol), mode[r.Enabled], r.DisplayName)
		}
	}
}
