package console

import (
	"strconv"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// netsh finds the context and runs what stands in it. Words may be shortened
// as far as netsh itself takes them: int for interface.
func netsh(c *command) error {
	if len(c.args) == 2 && strings.EqualFold(c.args[0], "-f") {
		return c.netshFile(c.args[1])
	}
	w := lowerAll(c.args)
	switch {
	case match(w, "advfirewall") && c.m.System.Build >= machine.BuildVista:
		return advfirewall(c, w)
	case match(w, "firewall"):
		return legacyFirewall(c, w)
	case match(w, "interface|int", "ipv4|ip|ipv6") || match(w, "int|interface", "tcp"):
		return dynamicPorts(c, w)
	case match(w, "rpc", "filter") && c.m.System.Build >= machine.BuildVista:
		return rpcFilter(c, w)
	case len(w) == 0:
		return fail(1, "netsh>")
	}
	return netshUnknown(c)
}

func netshUnknown(c *command) error {
	return fail(1, "The following command was not found: %s.", strings.Join(c.args, " "))
}

// netshFile runs a script of netsh lines; a line that is only a context moves
// into it.
func (c *command) netshFile(name string) error {
	text, ok := c.m.Files[filePath(name)]
	if !ok {
		return fail(1, "The system cannot find the file specified.")
	}
	var context []string
	for _, line := range strings.Split(string(text), "\n") {
		args := splitArgs(strings.TrimSpace(strings.TrimRight(line, "\r")))
		switch {
		case len(args) == 0 || strings.HasPrefix(args[0], "#"):
			continue
		case len(args) == 1 && strings.EqualFold(args[0], "quit"):
			return nil
		case len(args) == 1 && !strings.Contains(args[0], "="):
			context = append(context, args[0])
			continue
		}
		sub := *c
		sub.args = append(append([]string{}, context...), args...)
		if err := netsh(&sub); err != nil {
			return err
		}
	}
	return nil
}

func lowerAll(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = strings.ToLower(a)
	}
	return out
}

// match compares the first words; each pattern lists its spellings with |.
func match(words []string, patterns ...string) bool {
	if len(words) < len(patterns) {
		return false
	}
	for i, p := range patterns {
		ok := false
		for _, one := range strings.Split(p, "|") {
			ok = ok || words[i] == one
		}
		if !ok {
			return false
		}
	}
	return true
}

// pair is one tag=value of a netsh command; without = the tag is empty.
type pair struct{ key, value string }

// pairs reads tag=value arguments. netsh allows blanks around the sign.
func pairs(args []string) []pair {
	var joined []string
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "=" && len(joined) > 0 && i+1 < len(args):
			joined[len(joined)-1] += "=" + args[i+1]
			i++
		case strings.HasPrefix(a, "=") && len(joined) > 0 && !strings.Contains(joined[len(joined)-1], "="):
			joined[len(joined)-1] += a
		case strings.HasSuffix(a, "=") && strings.Count(a, "=") == 1 && i+1 < len(args) && !strings.Contains(args[i+1], "="):
			joined = append(joined, a+args[i+1])
			i++
		default:
			joined = append(joined, a)
		}
	}
	out := make([]pair, len(joined))
	for i, a := range joined {
		if key, value, ok := strings.Cut(a, "="); ok {
			out[i] = pair{strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)}
		} else {
			out[i] = pair{"", a}
		}
	}
	return out
}

func findPair(list []pair, key string) (string, bool) {
	for _, p := range list {
		if p.key == key {
			return p.value, true
		}
	}
	return "", false
}

// dynamicPorts is netsh interface ipv4 show|set dynamicport.
func dynamicPorts(c *command, w []string) error {
	family := w[1]
	switch {
	case match(w[2:], "show", "dynamicport|dynamicportrange", "tcp|udp"):
		p := c.m.Network.Dynamic
		c.out.line("\nProtocol %s Dynamic Port Range\n---------------------------------\nStart Port      : %d\nNumber of Ports : %d\n", w[4], p.Start, p.Count)
		return nil
	case match(w[2:], "set", "dynamicport|dynamicportrange", "tcp|udp"):
		list := pairs(c.args[5:])
		if len(list) >= 2 && list[0].key == "" && list[1].key == "" {
			list[0].key, list[1].key = "startport", "numberofports"
		}
		var start, count int
		for _, p := range list {
			n, err := strconv.Atoi(p.value)
			switch {
			case p.key != "" && strings.HasPrefix("store", p.key):
				continue
			case err != nil:
				return fail(1, "The parameter is incorrect.")
			case strings.HasPrefix("startport", p.key):
				start = n
			case strings.HasPrefix("numberofports", p.key):
				count = n
			default:
				return fail(1, "%s is not an acceptable value for %s.\nThe parameter is incorrect.", p.value, p.key)
			}
		}
		if start < 1025 || count < 255 || start+count > 65536 { // KB929851
			return fail(1, "The parameter is incorrect.")
		}
		if w[4] == "tcp" && family != "ipv6" {
			c.m.Network.Dynamic = machine.PortRange{Start: uint16(start), Count: uint16(count)}
		}
		c.out.line("Ok.\n")
		return nil
	case match(w[2:], "show", "config|addresses"):
		return ipconfig(&command{m: c.m, out: c.out})
	}
	return netshUnknown(c)
}
