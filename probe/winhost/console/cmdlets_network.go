package console

import (
	"net/netip"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

func networkCmdlets() map[string]cmdlet {
	return map[string]cmdlet{
		"get-netconnectionprofile": {"InterfaceAlias InterfaceIndex Name NetworkCategory", getConnection},
		"set-netconnectionprofile": {"InterfaceAlias InterfaceIndex Name NetworkCategory! InputObject", setConnection},
		"restart-netadapter":       {"Name=0 InterfaceDescription", restartAdapter},
		"get-netadapter":           {"Name=0", func(k *call) ([]any, error) { return []any{k.adapter()}, nil }},
		"get-netipaddress":         {"InterfaceAlias AddressFamily IPAddress=0", getAddresses},
		"test-netconnection":       {"ComputerName=0 Port CommonTCPPort InformationLevel", testConnection},
		"resolve-dnsname":          {"Name=0! Type Server", resolveName},
		"register-dnsclient":       {"", func(k *call) ([]any, error) { register(k.m); return nil, nil }},
		"get-nettcpsetting":        {"SettingName=0", getTCPSetting},
	}
}

func (k *call) adapter() *record {
	n := k.m.Network
	return newRecord(nil, "Name", n.Adapter, "InterfaceDescription", "Microsoft Hyper-V Network Adapter", "ifIndex", n.Index, "Status", "Up", "MacAddress", strings.ReplaceAll(n.MAC, ":", "-"))
}

// ourAdapter checks the parameters that name the adapter.
func (k *call) ourAdapter() error {
	for _, p := range []string{"interfacealias", "name"} {
		if want := k.text(p); k.has(p) && !wildcard(want).MatchString(k.m.Network.Adapter) && !(p == "name" && wildcard(want).MatchString(k.m.Network.Name)) {
			return fail(1, "No matching MSFT_NetConnectionProfile objects found by CIM query for instances of the ROOT/StandardCimv2/MSFT_NetConnectionProfile class: no interface '%s'. Verify query parameters and retry.", want)
		}
	}
	if n, ok := asInt(k.params["interfaceindex"]); k.has("interfaceindex") && (!ok || n != int64(k.m.Network.Index)) {
		return fail(1, "No matching MSFT_NetConnectionProfile objects found: no interface with index %s.", k.text("interfaceindex"))
	}
	return k.hasNetCmdlets()
}

func getConnection(k *call) ([]any, error) {
	if err := k.ourAdapter(); err != nil {
		return nil, err
	}
	category := map[machine.Profile]string{machine.DomainProfile: "DomainAuthenticated", machine.PrivateProfile: "Private", machine.PublicProfile: "Public"}[k.m.Network.Category]
	if k.has("networkcategory") && !strings.EqualFold(k.text("networkcategory"), category) {
		return nil, fail(1, "No MSFT_NetConnectionProfile objects found with property 'NetworkCategory' equal to '%s'.  Verify the value of the property and retry.", k.text("networkcategory"))
	}
	return []any{newRecord(nil, "Name", k.m.Network.Name, "InterfaceAlias", k.m.Network.Adapter, "InterfaceIndex", k.m.Network.Index, "NetworkCategory", category,
		"IPv4Connectivity", "Internet", "IPv6Connectivity", "NoTraffic")}, nil
}

func setConnection(k *call) ([]any, error) {
	if err := k.ourAdapter(); err != nil {
		return nil, err
	}
	v, err := k.word("NetworkCategory", "Public", "Private", "DomainAuthenticated")
	if err != nil {
		return nil, err
	}
	if v == "DomainAuthenticated" || k.m.Network.Category == machine.DomainProfile {
		return nil, fail(1, "Unable to set NetworkCategory: the category 'DomainAuthenticated' is set by Windows alone.")
	}
	k.m.Network.Category = map[string]machine.Profile{"Public": machine.PublicProfile, "Private": machine.PrivateProfile}[v]
	return nil, nil
}

func restartAdapter(k *call) ([]any, error) {
	if want := k.text("name"); !wildcard(want).MatchString(k.m.Network.Adapter) {
		return nil, fail(1, "No MSFT_NetAdapter objects found with property 'Name' equal to '%s'. Verify the value of the property and retry.", want)
	}
	k.m.Detect(true)
	return nil, nil
}

func getAddresses(k *call) ([]any, error) {
	var out []any
	for _, p := range k.m.Network.Addresses {
		family := "IPv4"
		if p.Addr().Is6() {
			family = "IPv6"
		}
		if !k.has("addressfamily") || strings.EqualFold(k.text("addressfamily"), family) {
			out = append(out, newRecord(nil, "IPAddress", p.Addr().String(), "InterfaceAlias", k.m.Network.Adapter, "PrefixLength", p.Bits(), "AddressFamily", family))
		}
	}
	return out, nil
}

// testConnection asks the host's own firewall; what lies beyond it is not the
// console's to know.
func testConnection(k *call) ([]any, error) {
	port, ok := asInt(k.params["port"])
	addr, err := netip.ParseAddr(k.text("computername"))
	if !k.has("port") || !ok || port < 1 || port > 65535 {
		return nil, fail(1, "Cannot validate argument on parameter 'Port': a number from 1 to 65535 is needed.")
	}
	if err != nil {
		return nil, fail(1, "Name resolution of %s failed: type an address here.", k.text("computername"))
	}
	allowed := k.m.Admits(machine.Out, addr, uint16(port), "") == machine.Allow
	return []any{newRecord(nil, "ComputerName", addr.String(), "RemotePort", port, "OutboundAllowed", allowed, "Note", "practice: only the host's own outbound rules were asked")}, nil
}

func resolveName(k *call) ([]any, error) {
	name := strings.ToLower(k.text("name"))
	var out []any
	for _, a := range k.m.Domain.Records[name] {
		out = append(out, newRecord(nil, "Name", name, "Type", map[bool]string{true: "A", false: "AAAA"}[a.Is4()], "IPAddress", a.String()))
	}
	if len(out) == 0 {
		return nil, fail(1, "%s : DNS name does not exist", name)
	}
	return out, nil
}

func getTCPSetting(k *call) ([]any, error) {
	return []any{newRecord(nil, "SettingName", "Internet", "DynamicPortRangeStartPort", k.m.Network.Dynamic.Start, "DynamicPortRangeNumberOfPorts", k.m.Network.Dynamic.Count)}, nil
}
