package console

import (
	"slices"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// setspn knows -Q, -X, -L, -S, -A and -D.
func setspn(c *command) error {
	if len(c.args) == 0 {
		return fail(1, "Usage: setspn [switches data] computername")
	}
	if c.m.Role == machine.Workgroup || c.m.Domain.Unreachable {
		return fail(1, "Ldap Error(0x51 -- Server Down): ldap_connect\nFailed to retrieve DN for domain \"\" : 0x00000051")
	}
	verb, rest := strings.ToLower(c.args[0]), c.args[1:]
	switch verb {
	case "-x":
		return duplicates(c)
	case "-q":
		if len(rest) == 1 {
			return querySPN(c, rest[0])
		}
	case "-l":
		if len(rest) == 1 {
			return listSPN(c, rest[0])
		}
	case "-s", "-a", "-d":
		if len(rest) == 2 {
			return changeSPN(c, verb, rest[0], rest[1])
		}
	}
	return fail(1, "Usage: setspn [switches data] computername")
}

// spnAccount finds a computer or user; a computer may stand without its $.
func spnAccount(m *machine.Machine, name string) *machine.Account {
	if d, bare, ok := strings.Cut(name, `\`); ok && knows(m, d) {
		name = bare
	}
	if a := m.Account(m.Domain.NetBIOS, name+"$"); a != nil {
		return a
	}
	return m.Account(m.Domain.NetBIOS, name)
}

func distinguished(m *machine.Machine, name string) string {
	return "CN=" + strings.TrimSuffix(name, "$") + ",CN=Computers,DC=" + strings.ReplaceAll(m.Domain.DNS, ".", ",DC=")
}

func querySPN(c *command, spn string) error {
	found := false
	for _, s := range c.m.Domain.SPNList() {
		if s == strings.ToLower(spn) || strings.HasSuffix(spn, "*") && strings.HasPrefix(s, strings.ToLower(strings.TrimSuffix(spn, "*"))) {
			for _, holder := range c.m.Domain.SPNs[s] {
				c.out.line("%s\n\t%s", distinguished(c.m, holder), s)
				found = true
			}
		}
	}
	if !found {
		return fail(1, "\nNo such SPN found.")
	}
	c.out.line("\nExisting SPN found!")
	return nil
}

func duplicates(c *command) error {
	n := 0
	for _, s := range c.m.Domain.SPNList() {
		if holders := c.m.Domain.SPNs[s]; len(holders) > 1 {
			n++
			c.out.line("%s is registered on these accounts:", s)
			for _, h := range holders {
				c.out.line("\t%s", distinguished(c.m, h))
			}
		}
	}
	c.out.line("found %d group of duplicate SPNs.", n)
	return nil
}

func listSPN(c *command, name string) error {
	a := spnAccount(c.m, name)
	if a == nil {
		return fail(1, "Could not find account %s", name)
	}
	c.out.line("Registered ServicePrincipalNames for %s:", distinguished(c.m, a.Name))
	for _, s := range c.m.Domain.SPNList() {
		if slices.Contains(c.m.Domain.SPNs[s], a.Name) {
			c.out.line("\t%s", s)
		}
	}
	return nil
}

func changeSPN(c *command, verb, spn, name string) error {
	a := spnAccount(c.m, name)
	if a == nil {
		return fail(1, "Could not find account %s", name)
	}
	if class, host, ok := strings.Cut(spn, "/"); !ok || class == "" || host == "" {
		return fail(1, "Unknown parameter %s. Please check your usage.", spn)
	}
	key := strings.ToLower(spn)
	holders := c.m.Domain.SPNs[key]
	if verb == "-d" {
		if !slices.Contains(holders, a.Name) {
			return fail(1, "Unregistering ServicePrincipalNames for %s\n\t%s\nFailed to remove the SPN: it is not registered on the account.", distinguished(c.m, a.Name), spn)
		}
		holders = slices.DeleteFunc(slices.Clone(holders), func(h string) bool { return h == a.Name })
		c.out.line("Unregistering ServicePrincipalNames for %s\n\t%s\nUpdated object", distinguished(c.m, a.Name), spn)
	} else {
		if len(holders) > 0 && verb == "-s" {
			return fail(1, "Checking domain\n%s\n\t%s\n\nDuplicate SPN found, aborting operation!", distinguished(c.m, holders[0]), spn)
		}
		if !slices.Contains(holders, a.Name) {
			holders = append(slices.Clone(holders), a.Name)
		}
		c.out.line("Registering ServicePrincipalNames for %s\n\t%s\nUpdated object", distinguished(c.m, a.Name), spn)
	}
	if c.m.Domain.SPNs[key] = holders; len(holders) == 0 {
		delete(c.m.Domain.SPNs, key)
	}
	return nil
}
