package console

import (
	"slices"
	"strconv"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

const (
	noRules   = "No rules match the specified criteria."
	badValue  = "A specified value is not valid.\n\nUsage: %s rule name=<string> …"
	badPort   = "A specified port value is not valid."
	badIP     = "A specified IP address or address keyword is not valid."
	portNoPro = "Ports can only be specified if the protocol is TCP or UDP."
	needName  = "One or more essential parameters were not entered.\nVerify the required parameters, and reenter them.\nThe syntax supplied for this command is not valid. Check help for the correct syntax."
)

// advfirewall is netsh advfirewall.
func advfirewall(c *command, w []string) error {
	args := c.args
	switch {
	case match(w[1:], "firewall", "add", "rule"):
		return addRule(c, pairs(args[4:]))
	case match(w[1:], "firewall", "delete", "rule"):
		return deleteRule(c, pairs(args[4:]))
	case match(w[1:], "firewall", "set", "rule"):
		return setRule(c, pairs(args[4:]))
	case match(w[1:], "firewall", "show", "rule"):
		return showRule(c, pairs(args[4:]))
	case match(w[1:], "show", "allprofiles|currentprofile|domainprofile|privateprofile|publicprofile"):
		return showProfiles(c, w[2])
	case match(w[1:], "set", "allprofiles|currentprofile|domainprofile|privateprofile|publicprofile") && len(w) >= 5:
		return setProfiles(c, w[2], w[3], w[4])
	case match(w[1:], "reset"):
		c.m.Firewall = machine.New().Firewall
		for _, r := range c.m.Firewall.Rules {
			r.Enabled = r.Enabled && r.Group != machine.GroupWMI // Windows ships the group off
		}
		c.out.line("Ok.\n")
		return nil
	}
	return netshUnknown(c)
}

// ruleEdit is what a command says about a rule.
type ruleEdit struct {
	rule machine.Rule
	set  map[string]bool
}

// readRule reads the tags of add rule and set rule.
func readRule(list []pair, what string) (ruleEdit, error) {
	e := ruleEdit{rule: machine.Rule{Enabled: true, Profiles: machine.AnyProfile, Protocol: machine.AnyProtocol}, set: map[string]bool{}}
	for _, p := range list {
		if p.key == "" || e.set[p.key] {
			return e, fail(1, badValue, what)
		}
		e.set[p.key] = true
		if err := e.tag(p, what); err != nil {
			return e, err
		}
	}
	if (e.set["localport"] || e.set["remoteport"]) && e.rule.Protocol != machine.TCP && e.rule.Protocol != machine.UDP && what == "add" {
		return e, fail(1, portNoPro)
	}
	return e, nil
}

func (e *ruleEdit) tag(p pair, what string) error {
	var err error
	v := strings.ToLower(p.value)
	r := &e.rule
	bad := fail(1, badValue, what)
	switch p.key {
	case "name":
		r.DisplayName = p.value
		if p.value == "" || v == "all" && what == "add" {
			return bad
		}
	case "group":
		r.Group = p.value
	case "description":
		r.Description = p.value
	case "dir":
		if v != "in" && v != "out" {
			return bad
		}
		if v == "out" {
			r.Direction = machine.Out
		}
	case "action":
		if v != "allow" && v != "block" && v != "bypass" {
			return bad
		}
		r.Block = v == "block"
	case "enable":
		if v != "yes" && v != "no" {
			return bad
		}
		r.Enabled = v == "yes"
	case "profile":
		if r.Profiles, err = readProfiles(v); err != nil {
			return bad
		}
	case "protocol":
		if r.Protocol, err = readProtocol(v); err != nil {
			return bad
		}
	case "program":
		r.Program = p.value
	case "service":
		if v != "any" {
			r.Service = p.value
		}
	case "localport", "remoteport":
		ports, ok := readPorts(p.value)
		if !ok {
			return fail(1, badPort)
		}
		if p.key == "localport" {
			r.LocalPorts = ports
		} else {
			r.RemotePorts = ports
		}
	case "localip", "remoteip":
		addresses, ok := readAddresses(p.value)
		if !ok {
			return fail(1, badIP)
		}
		if p.key == "localip" {
			r.LocalAddresses = addresses
		} else {
			r.RemoteAddresses = addresses
		}
	case "edge", "interfacetype", "security", "rmtcomputergrp", "rmtusrgrp":
	default:
		return fail(1, "%q is not a valid argument for this command.\nThe syntax supplied for this command is not valid. Check help for the correct syntax.", p.key)
	}
	return nil
}

func readProfiles(v string) (machine.Profile, error) {
	var out machine.Profile
	for _, word := range strings.Split(strings.ToLower(v), ",") {
		switch strings.TrimSpace(word) {
		case "any":
			out |= machine.AnyProfile
		case "domain":
			out |= machine.DomainProfile
		case "private":
			out |= machine.PrivateProfile
		case "public":
			out |= machine.PublicProfile
		default:
			return 0, strconv.ErrSyntax
		}
	}
	return out, nil
}

func readProtocol(v string) (int, error) {
	switch strings.ToLower(v) {
	case "tcp":
		return machine.TCP, nil
	case "udp":
		return machine.UDP, nil
	case "any":
		return machine.AnyProtocol, nil
	case "icmpv4":
		return machine.ICMPv4, nil
	case "icmpv6":
		return 58, nil
	}
	n, err := strconv.ParseUint(v, 10, 8)
	return int(n), err
}

// readPorts reads any, RPC, RPC-EPMap, numbers and ranges. An empty list is any.
func readPorts(text string) ([]string, bool) {
	var out []string
	for _, p := range strings.Split(text, ",") {
		p = strings.TrimSpace(p)
		switch strings.ToLower(p) {
		case "any":
			return nil, true
		case "rpc", "rpc-epmap", "rpcepmap", "iphttps", "teredo":
			out = append(out, p)
			continue
		}
		from, to, isRange := strings.Cut(p, "-")
		a, err := strconv.ParseUint(from, 10, 16)
		if err != nil {
			return nil, false
		}
		if isRange {
			if b, err := strconv.ParseUint(to, 10, 16); err != nil || b < a {
				return nil, false
			}
		}
		out = append(out, p)
	}
	return out, len(out) > 0
}

func readAddresses(text string) ([]string, bool) {
	var out []string
	for _, a := range strings.Split(text, ",") {
		a = strings.TrimSpace(a)
		if !machine.ValidScope(a) {
			return nil, false
		}
		if strings.EqualFold(a, "any") {
			return nil, true
		}
		if strings.EqualFold(a, "localsubnet") {
			a = "LocalSubnet"
		}
		out = append(out, a)
	}
	return out, len(out) > 0
}

func addRule(c *command, list []pair) error {
	e, err := readRule(list, "add")
	if err != nil {
		return err
	}
	if !e.set["name"] || !e.set["dir"] || !e.set["action"] {
		return fail(1, needName)
	}
	e.rule.Name = "{" + ruleID(c.m) + "}"
	c.m.Firewall.Rules = append(c.m.Firewall.Rules, &e.rule)
	c.out.line("Ok.\n")
	return nil
}

// ruleID makes a name for a rule that was given a display name only.
func ruleID(m *machine.Machine) string {
	for n := len(m.Firewall.Rules) + 1; ; n++ {
		id := "7D0E1C5A-3B42-4F6E-9A10-" + strings.ToUpper(leftPad(strconv.FormatInt(int64(n), 16), 12))
		if m.Firewall.Rule("{"+id+"}") == nil && m.Firewall.Rule(id) == nil {
			return id
		}
	}
}

func leftPad(s string, n int) string { return strings.Repeat("0", max(0, n-len(s))) + s }

// chosen finds the rules that name= or group= and further tags select.
func chosen(c *command, list []pair, what string) ([]*machine.Rule, error) {
	group, byGroup := findPair(list, "group")
	name, byName := findPair(list, "name")
	if byGroup == byName {
		return nil, fail(1, needName)
	}
	list = slices.DeleteFunc(slices.Clone(list), func(p pair) bool {
		return p.key == "group" || p.key == "name" || p.value == "verbose" || p.key == "type"
	})
	e, err := readRule(list, what)
	if err != nil {
		return nil, err
	}
	var out []*machine.Rule
	for _, r := range c.m.Firewall.Rules {
		ok := byGroup && (strings.EqualFold(r.Group, group) || strings.EqualFold(r.GroupName, group) && r.GroupName != "") ||
			byName && (strings.EqualFold(r.DisplayName, name) || strings.EqualFold(name, "all") && what != "set")
		if ok && e.selects(r) {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return nil, fail(1, noRules)
	}
	return out, nil
}

// selects compares the tags that were given with a rule.
func (e ruleEdit) selects(r *machine.Rule) bool {
	same := func(tag string, equal bool) bool { return !e.set[tag] || equal }
	return same("dir", e.rule.Direction == r.Direction) && same("profile", e.rule.Profiles&r.Profiles != 0) &&
		same("program", strings.EqualFold(e.rule.Program, r.Program)) && same("service", strings.EqualFold(e.rule.Service, r.Service)) &&
		same("protocol", e.rule.Protocol == r.Protocol) && same("localport", slices.Equal(e.rule.LocalPorts, r.LocalPorts)) &&
		same("remoteport", slices.Equal(e.rule.RemotePorts, r.RemotePorts)) && same("remoteip", slices.Equal(e.rule.RemoteAddresses, r.RemoteAddresses)) &&
		same("localip", slices.Equal(e.rule.LocalAddresses, r.LocalAddresses))
}

func deleteRule(c *command, list []pair) error {
	if _, byName := findPair(list, "name"); !byName {
		return fail(1, needName)
	}
	found, err := chosen(c, list, "delete")
	if err != nil {
		return err
	}
	n := len(c.m.Firewall.Rules)
	c.m.Firewall.Rules = slices.DeleteFunc(c.m.Firewall.Rules, func(r *machine.Rule) bool { return slices.Contains(found, r) && !r.Policy })
	if n -= len(c.m.Firewall.Rules); n == 0 {
		return fail(1, noRules)
	}
	c.out.line("\nDeleted %d rule(s).\nOk.\n", n)
	return nil
}

func setRule(c *command, list []pair) error {
	at := slices.IndexFunc(list, func(p pair) bool { return p.key == "" && strings.EqualFold(p.value, "new") })
	if at < 0 || at == len(list)-1 {
		return fail(1, needName)
	}
	found, err := chosen(c, list[:at], "set")
	if err != nil {
		return err
	}
	e, err := readRule(list[at+1:], "set")
	if err != nil {
		return err
	}
	if _, byGroup := findPair(list[:at], "group"); byGroup && (len(e.set) != 1 || !e.set["enable"]) {
		return fail(1, "When group is specified, only the enable parameter can be set.\nThe syntax supplied for this command is not valid. Check help for the correct syntax.")
	}
	found = slices.DeleteFunc(found, func(r *machine.Rule) bool { return r.Policy })
	if len(found) == 0 {
		return fail(1, noRules)
	}
	for _, r := range found {
		e.apply(r)
	}
	c.out.line("\nUpdated %d rule(s).\nOk.\n", len(found))
	return nil
}

// apply writes the tags that were given into a rule.
func (e ruleEdit) apply(r *machine.Rule) {
	for tag := range e.set {
		switch tag {
		case "name":
			r.DisplayName = e.rule.DisplayName
		case "description":
			r.Description = e.rule.Description
		case "dir":
			r.Direction = e.rule.Direction
		case "action":
			r.Block = e.rule.Block
		case "enable":
			r.Enabled = e.rule.Enabled
		case "profile":
			r.Profiles = e.rule.Profiles
		case "protocol":
			r.Protocol = e.rule.Protocol
		case "program":
			r.Program = e.rule.Program
		case "service":
			r.Service = e.rule.Service
		case "localport":
			r.LocalPorts = e.rule.LocalPorts
		case "remoteport":
			r.RemotePorts = e.rule.RemotePorts
		case "localip":
			r.LocalAddresses = e.rule.LocalAddresses
		case "remoteip":
			r.RemoteAddresses = e.rule.RemoteAddresses
		}
	}
}

func showRule(c *command, list []pair) error {
	found, err := chosen(c, list, "show")
	if err != nil {
		return err
	}
	verbose := slices.ContainsFunc(list, func(p pair) bool { return strings.EqualFold(p.value, "verbose") })
	for _, r := range found {
		c.out.line("\nRule Name:                            %s", r.DisplayName)
		c.out.line("----------------------------------------------------------------------")
		for _, f := range [][2]string{{"Enabled", yesNo(r.Enabled)}, {"Direction", map[machine.Direction]string{machine.In: "In", machine.Out: "Out"}[r.Direction]},
			{"Profiles", profileNames(r.Profiles)}, {"Grouping", r.GroupName}, {"LocalIP", orAny(r.LocalAddresses)}, {"RemoteIP", orAny(r.RemoteAddresses)},
			{"Protocol", protocolName(r.Protocol)}, {"LocalPort", orAny(r.LocalPorts)}, {"RemotePort", orAny(r.RemotePorts)}, {"Edge traversal", "No"}} {
			c.out.line("%-38s%s", f[0]+":", f[1])
		}
		if verbose {
			c.out.line("%-38s%s", "Program:", r.Program)
			c.out.line("%-38s%s", "Service:", r.Service)
		}
		c.out.line("%-38s%s", "Action:", map[bool]string{false: "Allow", true: "Block"}[r.Block])
	}
	c.out.line("Ok.\n")
	return nil
}

func yesNo(b bool) string { return map[bool]string{true: "Yes", false: "No"}[b] }

func orAny(list []string) string {
	if len(list) == 0 {
		return "Any"
	}
	return strings.Join(list, ",")
}

func protocolName(n int) string {
	switch n {
	case machine.TCP:
		return "TCP"
	case machine.UDP:
		return "UDP"
	case machine.AnyProtocol:
		return "Any"
	case machine.ICMPv4:
		return "ICMPv4"
	case 58:
		return "ICMPv6"
	}
	return strconv.Itoa(n)
}

func profileNames(p machine.Profile) string {
	var out []string
	for _, n := range []struct {
		p    machine.Profile
		name string
	}{{machine.DomainProfile, "Domain"}, {machine.PrivateProfile, "Private"}, {machine.PublicProfile, "Public"}} {
		if p&n.p != 0 {
			out = append(out, n.name)
		}
	}
	return strings.Join(out, ",")
}
