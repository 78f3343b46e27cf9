package console

import (
	"slices"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// The parameters that choose rules, and those that describe one.
const (
	ruleChoice = "Name=0 DisplayName Group DisplayGroup All? PolicyStore InputObject PassThru? "
	ruleShape  = "Profile RemoteAddress LocalAddress LocalPort RemotePort Protocol Program Service Description NewDisplayName EdgeTraversalPolicy InterfaceType "
)

func firewallCmdlets() map[string]cmdlet {
	return map[string]cmdlet{
		"get-netfirewallrule":              {ruleChoice + "Enabled Direction Action AssociatedNetFirewallAddressFilter", getRules},
		"enable-netfirewallrule":           {ruleChoice, func(k *call) ([]any, error) { return nil, k.changeRules(func(r *machine.Rule) { r.Enabled = true }) }},
		"disable-netfirewallrule":          {ruleChoice, func(k *call) ([]any, error) { return nil, k.changeRules(func(r *machine.Rule) { r.Enabled = false }) }},
		"set-netfirewallrule":              {ruleChoice + ruleShape + "Enabled Direction Action", setRules},
		"new-netfirewallrule":              {"Name DisplayName! Group Enabled Direction Action PolicyStore " + ruleShape, newRule},
		"remove-netfirewallrule":           {ruleChoice, removeRules},
		"get-netfirewalladdressfilter":     {"AssociatedNetFirewallRule PolicyStore All?", ruleFilter("LocalAddress", "RemoteAddress")},
		"get-netfirewallportfilter":        {"AssociatedNetFirewallRule PolicyStore All?", ruleFilter("Protocol", "LocalPort", "RemotePort")},
		"get-netfirewallservicefilter":     {"AssociatedNetFirewallRule PolicyStore All?", ruleFilter("Service")},
		"get-netfirewallapplicationfilter": {"AssociatedNetFirewallRule PolicyStore All?", ruleFilter("Program")},
		"get-netfirewallprofile":           {"Name=0 Profile PolicyStore All?", getProfiles},
		"set-netfirewallprofile":           {"Name=0 Profile PolicyStore All? Enabled DefaultInboundAction DefaultOutboundAction AllowLocalFirewallRules", setFirewallProfiles},
		"get-netipsecrule":                 {"Name=0 DisplayName PolicyStore All?", getIPsec},
	}
}

// hasNetCmdlets: the modules came with Windows 8 and Server 2012.
func (k *call) hasNetCmdlets() error {
	if k.m.System.Build < machine.Build8 {
		return fail(1, "The term '%s' is not recognized as the name of a cmdlet, function, script file, or operable program.", k.name)
	}
	return nil
}

// rules finds what the parameters or the pipeline choose. A name without
// wildcards that matches nothing is an error, as is a group.
func (k *call) rules() ([]*machine.Rule, error) {
	if err := k.hasNetCmdlets(); err != nil {
		return nil, err
	}
	var out []*machine.Rule
	for _, v := range append(slices.Clone(k.in), unroll(k.params["inputobject"])...) {
		if r, ok := v.(*record); ok {
			if rule, ok := r.of.(*machine.Rule); ok {
				out = append(out, rule)
			}
		}
	}
	chosen := k.piped || k.has("inputobject")
	for _, by := range []struct {
		param string
		field func(*machine.Rule) string
	}{{"name", func(r *machine.Rule) string { return r.Name }}, {"displayname", func(r *machine.Rule) string { return r.DisplayName }},
		{"group", func(r *machine.Rule) string { return r.Group }}, {"displaygroup", func(r *machine.Rule) string { return r.GroupName }}} {
		if !k.has(by.param) {
			continue
		}
		chosen = true
		for _, want := range k.texts(by.param) {
			pattern, n := wildcard(want), len(out)
			for _, r := range k.m.Firewall.Rules {
				if pattern.MatchString(by.field(r)) && (want != "" || by.field(r) != "") {
					out = append(out, r)
				}
			}
			if len(out) == n && !strings.ContainsAny(want, "*?") {
				return nil, fail(1, "No MSFT_NetFirewallRule objects found with property '%s' equal to '%s'.  Verify the value of the property and retry.",
					map[string]string{"name": "InstanceID", "displayname": "DisplayName", "group": "RuleGroup", "displaygroup": "DisplayGroup"}[by.param], want)
			}
		}
	}
	if !chosen {
		if !strings.HasPrefix(strings.ToLower(k.name), "get-") && !k.on("all") {
			return nil, fail(1, "Cannot process command because of one or more missing mandatory parameters: Name.")
		}
		out = slices.Clone(k.m.Firewall.Rules)
	}
	return out, nil
}

func (k *call) changeRules(change func(*machine.Rule)) error {
	list, err := k.rules()
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.Policy {
			return fail(1, "The rule '%s' comes from group policy and can't be changed here: Access is denied.", r.Name)
		}
	}
	for _, r := range list {
		change(r)
	}
	return nil
}

func ruleRecord(r *machine.Rule) *record {
	word := map[bool]string{true: "Block", false: "Allow"}
	out := newRecord(r, "Name", r.Name, "DisplayName", r.DisplayName, "Description", r.Description, "DisplayGroup", r.GroupName, "Group", r.Group,
		"Enabled", map[bool]string{true: "True", false: "False"}[r.Enabled], "Profile", strings.ReplaceAll(anyProfile(r.Profiles), ",", ", "),
		"Direction", map[machine.Direction]string{machine.In: "Inbound", machine.Out: "Outbound"}[r.Direction], "Action", word[r.Block],
		"PolicyStoreSource", map[bool]string{true: "Domain Policy", false: "PersistentStore"}[r.Policy],
		"RemoteAddress", listOrAny(r.RemoteAddresses), "LocalAddress", listOrAny(r.LocalAddresses), "Protocol", protocolName(r.Protocol), "LocalPort", listOrAny(r.LocalPorts),
		"RemotePort", listOrAny(r.RemotePorts), "Service", wordOrAny(r.Service), "Program", wordOrAny(r.Program))
	out.hidden = []string{"RemoteAddress", "LocalAddress", "Protocol", "LocalPort", "RemotePort", "Service", "Program"}
	return out
}

func anyProfile(p machine.Profile) string {
	if p == machine.AnyProfile {
		return "Any"
	}
	return profileNames(p)
}

func listOrAny(list []string) any {
	switch len(list) {
	case 0:
		return "Any"
	case 1:
		return list[0]
	}
	return list
}

func wordOrAny(s string) string {
	if s == "" {
		return "Any"
	}
	return s
}

func getRules(k *call) ([]any, error) {
	list, err := k.rules()
	if err != nil {
		return nil, err
	}
	var out []any
	for _, r := range list {
		rec := ruleRecord(r)
		keep := true
		for _, p := range []string{"Enabled", "Direction", "Action"} {
			keep = keep && (!k.has(p) || strings.EqualFold(asText(property(rec, p)), k.text(p)))
		}
		if keep {
			out = append(out, rec)
		}
	}
	return out, nil
}

// shape reads the parameters that describe a rule.
func (k *call) shape() (ruleEdit, error) {
	e := ruleEdit{rule: machine.Rule{Enabled: true, Profiles: machine.AnyProfile, Protocol: machine.AnyProtocol}, set: map[string]bool{}}
	for _, p := range []struct{ param, tag string }{{"newdisplayname", "name"}, {"description", "description"}, {"profile", "profile"}, {"protocol", "protocol"},
		{"program", "program"}, {"service", "service"}, {"localport", "localport"}, {"remoteport", "remoteport"}, {"localaddress", "localip"}, {"remoteaddress", "remoteip"}} {
		if !k.has(p.param) {
			continue
		}
		e.set[p.tag] = true
		if e.tag(pair{p.tag, strings.Join(k.texts(p.param), ",")}, "set") != nil {
			return e, fail(1, "The %s is invalid. The value '%s' can't be used for parameter '%s'.", map[bool]string{true: "address", false: "value"}[strings.Contains(p.tag, "ip")], k.text(p.param), p.param)
		}
	}
	if k.has("enabled") {
		on, err := k.boolean("enabled")
		if err != nil {
			return e, err
		}
		e.rule.Enabled, e.set["enable"] = on, true
	}
	if k.has("action") {
		v, err := k.word("Action", "Allow", "Block", "NotConfigured")
		if err != nil {
			return e, err
		}
		e.rule.Block, e.set["action"] = v == "Block", true
	}
	if k.has("direction") {
		v, err := k.word("Direction", "Inbound", "Outbound")
		if err != nil {
			return e, err
		}
		e.set["dir"] = true
		if v == "Outbound" {
			e.rule.Direction = machine.Out
		}
	}
	return e, nil
}

func setRules(k *call) ([]any, error) {
	e, err := k.shape()
	if err != nil {
		return nil, err
	}
	return nil, k.changeRules(e.apply)
}

func newRule(k *call) ([]any, error) {
	if err := k.hasNetCmdlets(); err != nil {
		return nil, err
	}
	e, err := k.shape()
	if err != nil {
		return nil, err
	}
	r := e.rule
	r.DisplayName, r.Name, r.Group = k.text("displayname"), k.text("name"), k.text("group")
	if r.Name == "" {
		r.Name = "{" + ruleID(k.m) + "}"
	}
	if k.m.Firewall.Rule(r.Name) != nil {
		return nil, fail(1, "Cannot create a file when that file already exists.")
	}
	if (len(r.LocalPorts) > 0 || len(r.RemotePorts) > 0) && r.Protocol != machine.TCP && r.Protocol != machine.UDP {
		return nil, fail(1, "One of the port keywords is invalid: ports need the protocol TCP or UDP.")
	}
	k.m.Firewall.Rules = append(k.m.Firewall.Rules, &r)
	return []any{ruleRecord(&r)}, nil
}

func removeRules(k *call) ([]any, error) {
	list, err := k.rules()
	if err != nil {
		return nil, err
	}
	k.m.Firewall.Rules = slices.DeleteFunc(k.m.Firewall.Rules, func(r *machine.Rule) bool { return slices.Contains(list, r) && !r.Policy })
	return nil, nil
}

// ruleFilter shows some fields of the rules that were given.
func ruleFilter(fields ...string) func(*call) ([]any, error) {
	return func(k *call) ([]any, error) {
		var out []any
		for _, v := range append(slices.Clone(k.in), unroll(k.params["associatednetfirewallrule"])...) {
			r, ok := v.(*record)
			if !ok {
				return nil, fail(1, "Cannot bind parameter 'AssociatedNetFirewallRule': a rule is needed, as Get-NetFirewallRule gives it.")
			}
			rec := newRecord(r.of)
			for _, f := range fields {
				rec.set(f, property(r, f))
			}
			out = append(out, rec)
		}
		return out, nil
	}
}

func (k *call) profiles() ([]machine.Profile, error) {
	names := append(k.texts("name"), k.texts("profile")...)
	if len(names) == 0 {
		return []machine.Profile{machine.DomainProfile, machine.PrivateProfile, machine.PublicProfile}, nil
	}
	p, err := readProfiles(strings.Join(names, ","))
	if err != nil {
		return nil, fail(1, "No MSFT_NetFirewallProfile objects found with property 'InstanceID' equal to '%s'.", strings.Join(names, ","))
	}
	var out []machine.Profile
	for _, one := range []machine.Profile{machine.DomainProfile, machine.PrivateProfile, machine.PublicProfile} {
		if p&one != 0 {
			out = append(out, one)
		}
	}
	return out, nil
}

func getProfiles(k *call) ([]any, error) {
	list, err := k.profiles()
	if err != nil {
		return nil, err
	}
	var out []any
	for _, p := range list {
		s := k.m.Firewall.Profiles[p]
		action := func(block bool) string {
			if block {
				return "Block"
			}
			if k.has("policystore") {
				return "Allow"
			}
			return "NotConfigured"
		}
		in := "Block"
		if !s.BlockIn {
			in = "Allow"
		}
		local := "NotConfigured"
		if s.IgnoreLocal {
			local = "False"
		} else if strings.EqualFold(k.text("policystore"), "activestore") {
			local = "True"
		}
		out = append(out, newRecord(nil, "Name", profileNames(p), "Enabled", s.Enabled, "DefaultInboundAction", in, "DefaultOutboundAction", action(s.BlockOut),
			"AllowLocalFirewallRules", local, "LogFileName", s.LogFile))
	}
	return out, nil
}

func setFirewallProfiles(k *call) ([]any, error) {
	list, err := k.profiles()
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		s := k.m.Firewall.Profiles[p]
		if k.has("enabled") {
			if s.Enabled, err = k.boolean("enabled"); err != nil {
				return nil, err
			}
		}
		for name, to := range map[string]*bool{"DefaultInboundAction": &s.BlockIn, "DefaultOutboundAction": &s.BlockOut} {
			if !k.has(name) {
				continue
			}
			v, err := k.word(name, "Block", "Allow", "NotConfigured")
			if err != nil {
				return nil, err
			}
			*to = v == "Block" || v == "NotConfigured" && name == "DefaultInboundAction"
		}
		if k.has("allowlocalfirewallrules") {
			on, err := k.boolean("allowlocalfirewallrules")
			if err != nil {
				return nil, err
			}
			s.IgnoreLocal = !on
		}
		k.m.Firewall.Profiles[p] = s
	}
	return nil, nil
}

func getIPsec(k *call) ([]any, error) {
	if !k.m.Firewall.IPsec {
		return nil, nil
	}
	return []any{newRecord(nil, "Name", "{IPSEC-REQUIRE}", "DisplayName", "Domain isolation", "InboundSecurity", "Require", "OutboundSecurity", "Request",
		"Exemptions", k.m.Firewall.IPsecExempt)}, nil
}
