package machine

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Domain is the directory the machine belongs to, and how it reaches it.
type Domain struct {
	NetBIOS, DNS, Forest string
	SID                  SID
	Controller           string // DC1.lab.test
	// Offset is the error of the domain controller's clock.
	Offset time.Duration
	// Unreachable: the machine finds no domain controller; each logon then
	// waits for Delay before it fails.
	Unreachable bool
	Delay       time.Duration
	// ChannelBroken: the machine's password and the directory's differ.
	ChannelBroken bool
	// Threshold locks an account after so many wrong passwords; 0 never.
	Threshold int
	// RestrictNTLM is "Restrict NTLM: NTLM authentication in this domain";
	// Exceptions are the servers it leaves out.
	RestrictNTLM bool
	Exceptions   []string
	// LmCompatibility is LmCompatibilityLevel of the domain controllers.
	LmCompatibility uint32
	// RC4 says whether the KDC still issues RC4 tickets (KB5073381).
	RC4    bool
	Trusts []Trust
	// SPNs maps a lower-case service principal name to the accounts that hold it.
	SPNs map[string][]string
	// Records are the A and AAAA records of the domain's DNS, by lower-case name.
	Records map[string][]netip.Addr
}

// Trust is another domain whose accounts may log on.
type Trust struct {
	NetBIOS, DNS string
	Selective    bool
}

func (d Domain) clone() Domain {
	d.Exceptions, d.Trusts = slices.Clone(d.Exceptions), slices.Clone(d.Trusts)
	d.SPNs, d.Records = cloneLists(d.SPNs), cloneLists(d.Records)
	return d
}

func cloneLists[K comparable, V any](in map[K][]V) map[K][]V {
	out := make(map[K][]V, len(in))
	for k, v := range in {
		out[k] = slices.Clone(v)
	}
	return out
}

func stockDomain() Domain {
	return Domain{
		NetBIOS: "LAB", DNS: "lab.test", Forest: "lab.test", SID: domainSID, Controller: "DC1.lab.test",
		Delay: 25 * time.Second, Threshold: 5, LmCompatibility: 3,
		Trusts: []Trust{{NetBIOS: "PARTNER", DNS: "partner.test"}},
		SPNs: map[string][]string{
			"host/winhost": {"WINHOST$"}, "host/winhost.lab.test": {"WINHOST$"},
			"restrictedkrbhost/winhost": {"WINHOST$"}, "restrictedkrbhost/winhost.lab.test": {"WINHOST$"},
		},
		Records: map[string][]netip.Addr{
			"winhost.lab.test": {netip.MustParseAddr("192.0.2.10")},
			"dc1.lab.test":     {netip.MustParseAddr("192.0.2.2")},
		},
	}
}

// trust finds the trust an authority's name stands for.
func (d Domain) trust(name string) (Trust, bool) {
	for _, t := range d.Trusts {
		if strings.EqualFold(t.NetBIOS, name) || strings.EqualFold(t.DNS, name) {
			return t, true
		}
	}
	return Trust{}, false
}

// SPNList lists every registered name, sorted.
func (d Domain) SPNList() []string { return slices.Sorted(maps.Keys(d.SPNs)) }
