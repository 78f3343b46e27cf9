package console

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

var uuid = regexp.MustCompile(`^\{?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?$`)

// rpcFilter is netsh rpc filter. A rule, its conditions and the filter are
// added one after the other, in one session.
func rpcFilter(c *command, w []string) error {
	list := pairs(c.args[min(4, len(c.args)):])
	switch {
	case match(w[2:], "show", "filter"):
		return showFilters(c)
	case match(w[2:], "add", "rule"):
		layer, _ := findPair(list, "layer")
		action, _ := findPair(list, "actiontype")
		key, _ := findPair(list, "filterkey")
		if !slices.Contains([]string{"um", "epmap", "ep_add", "proxy_conn", "proxy_if"}, strings.ToLower(layer)) ||
			!slices.Contains([]string{"block", "permit", "continue"}, strings.ToLower(action)) || key != "" && !uuid.MatchString(key) {
			return fail(1, "The parameter is incorrect.")
		}
		c.scope.filter = &machine.Filter{Layer: strings.ToLower(layer), Action: strings.ToLower(action), Key: braced(key)}
	case match(w[2:], "add", "condition"):
		return addCondition(c, list)
	case match(w[2:], "add", "filter"):
		if c.scope.filter == nil {
			return fail(1, "There is no rule to add: begin with add rule.")
		}
		c.m.AddFilter(*c.scope.filter)
		c.scope.filter = nil
	case match(w[2:], "delete", "rule"):
		c.scope.filter = nil
	case match(w[2:], "delete", "filter"):
		return deleteFilter(c, list)
	default:
		return netshUnknown(c)
	}
	c.out.line("Ok.\n")
	return nil
}

func braced(key string) string {
	if key == "" {
		return ""
	}
	return "{" + strings.ToLower(strings.Trim(key, "{}")) + "}"
}

func addCondition(c *command, list []pair) error {
	field, _ := findPair(list, "field")
	kind, _ := findPair(list, "matchtype")
	data, _ := findPair(list, "data")
	f := c.scope.filter
	switch {
	case f == nil:
		return fail(1, "There is no rule to add a condition to: begin with add rule.")
	case !strings.EqualFold(kind, "equal"):
		return fail(1, "The parameter is incorrect.")
	case strings.EqualFold(field, "if_uuid") && uuid.MatchString(data):
		f.Iface = strings.ToLower(strings.Trim(data, "{}"))
	case strings.EqualFold(field, "remote_addr_v4"), strings.EqualFold(field, "remote_addr_v6"):
		if _, err := netip.ParseAddr(data); err != nil {
			return fail(1, "The parameter is incorrect.")
		}
		f.Remote = data
	default:
		return fail(1, "The parameter is incorrect.")
	}
	c.out.line("Ok.\n")
	return nil
}

func deleteFilter(c *command, list []pair) error {
	key, ok := findPair(list, "filterkey")
	if !ok {
		return fail(1, needName)
	}
	before := len(c.m.RPC.Filters)
	c.m.RPC.Filters = slices.DeleteFunc(c.m.RPC.Filters, func(f machine.Filter) bool {
		return strings.EqualFold(key, "all") || strings.EqualFold(f.Key, braced(key))
	})
	if before == len(c.m.RPC.Filters) {
		return fail(1, "FwpmFilterDeleteByKey0 failed with error: 0x80320003\nThe filter does not exist.")
	}
	c.out.line("Ok.\n")
	return nil
}

func showFilters(c *command) error {
	c.out.line("\nListing all RPC Filters.")
	for _, f := range c.m.RPC.Filters {
		c.out.line("---------------------------------\nfilterKey: %s\ndisplayData.name: RPCFilter\ndisplayData.description: RPC Filter\nlayerKey: %s", f.Key, f.Layer)
		c.out.line("weight: Type: FWP_EMPTY Value: Empty\naction.type: %s\nnumFilterConditions: %d", f.Action, boolInt(f.Iface != "")+boolInt(f.Remote != ""))
		if f.Iface != "" {
			c.out.line("  filterCondition: fieldKey: if_uuid matchType: equal conditionValue: %s", f.Iface)
		}
		if f.Remote != "" {
			c.out.line("  filterCondition: fieldKey: remote_addr_v4 matchType: equal conditionValue: %s", f.Remote)
		}
	}
	c.out.line("")
	return nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
