package report

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
)

// names is everything in a report that points at a real host, domain or
// account, each with its stand-in.
type names struct {
	pairs     []pair // longest first
	known     map[string]string
	counts    map[string]int
	addresses *addresses
}

type pair struct{ real, standIn string }

// wellKnown are names that every Windows has. Alone they point at nobody.
var wellKnown = []string{"administrator", "guest", "system", "workgroup", "builtin", "nt authority", "local", "lan", "home", "localdomain", "."}

func namesOf(r *probe.Report) *names {
	n := &names{known: map[string]string{}, counts: map[string]int{}, addresses: &addresses{of: map[netip.Addr]netip.Addr{}}}
	n.host(r.Target.Host)
	if a, err := netip.ParseAddr(r.Target.Host); err == nil {
		n.addresses.replace(a)
	}
	every := slices.Clone(r.Results)
	for _, t := range r.Trials {
		every = append(every, t.Results...)
	}
	n.hosts(every)
	n.account(r.Account.Typed)
	n.account(r.Account.Sent)
	n.account(r.Account.User)
	n.accounts(every)
	if a := r.Account.Authority; n.known["host:"+label(a)] == "" {
		n.domain(a)
	}
	n.domain(r.Target.Realm)
	n.host(r.Target.CallbackAddress)
	kdc, _, _ := strings.Cut(r.Target.KDC, ":")
	n.host(kdc)
	if _, host, ok := strings.Cut(r.Target.SPN, "/"); ok {
		n.host(host)
	}
	if r.HostFacts != nil {
		n.host(r.HostFacts.Computer)
	}
	slices.SortStableFunc(n.pairs, func(a, b pair) int { return cmp.Compare(len(b.real), len(a.real)) })
	return n
}

// hosts takes the names of computers and domains out of the evidence.
func (n *names) hosts(results []probe.Result) {
	for _, res := range results {
		switch e := res.Learnt.(type) {
		case *probe.Names:
			n.host(e.Asked)
			for _, a := range e.Addresses {
				n.addresses.replace(a)
			}
		case *probe.Passport:
			n.host(e.Computer)
			n.host(e.DNSComputer)
			if e.Member() {
				n.sameDomain(e.Domain, e.DNSDomain)
			}
			n.domain(e.Forest)
		case *probe.Alive:
			n.bindings(e.Bindings)
		case *probe.Activation:
			n.bindings(e.Bindings)
		case *probe.Bindings:
			n.bindings(e.Listed)
		}
	}
}

// accounts takes the names of accounts out of the evidence.
func (n *names) accounts(results []probe.Result) {
	for _, res := range results {
		switch e := res.Learnt.(type) {
		case *probe.Logon:
			n.account(e.Sent)
		case *probe.KDCAnswer:
			n.account(e.Client)
			n.domain(e.Realm)
		case *probe.CallbackStage:
			for _, t := range e.Tries {
				n.account(t.Identity)
			}
		}
	}
}

// bindings takes the host names among string bindings; ports stand behind them
// in brackets.
func (n *names) bindings(list []string) {
	for _, b := range list {
		name, _, _ := strings.Cut(b, "[")
		n.host(name)
	}
}

// host gives a computer its stand-in: its short and its full name share one.
func (n *names) host(name string) {
	name = strings.TrimSuffix(name, ".")
	if _, err := netip.ParseAddr(name); err == nil || name == "" || strings.ContainsAny(name, ` \/@`) {
		return
	}
	short, domain, full := strings.Cut(name, ".")
	standIn := n.standIn("host", label(name))
	n.add(name, standIn)
	n.add(short, standIn)
	if full {
		n.domain(domain)
	}
}

func (n *names) domain(name string) {
	name = strings.TrimSuffix(name, ".")
	if name == "" || slices.Contains(wellKnown, strings.ToLower(name)) {
		return
	}
	n.add(name, n.standIn("domain", label(name)))
}

// sameDomain gives the short and the DNS name of one domain one stand-in.
func (n *names) sameDomain(short, dns string) {
	if dns == "" {
		n.domain(short)
		return
	}
	standIn := n.standIn("domain", label(dns))
	n.known["domain:"+label(short)] = standIn
	n.domain(short)
	n.domain(dns)
}

// account gives an account its stand-in, whatever authority it is written with.
func (n *names) account(name string) {
	if name == "" {
		return
	}
	user, authority, suffix := name, "", ""
	if i := strings.LastIndexByte(name, '\\'); i >= 0 {
		authority, user = name[:i], name[i+1:]
	} else if i := strings.LastIndexByte(name, '@'); i >= 0 {
		user, suffix = name[:i], name[i+1:]
	}
	if user == "" || n.known["host:"+strings.ToLower(strings.TrimSuffix(user, "$"))] != "" {
		return // a computer's own account is written with its name
	}
	standIn := n.standIn("account", strings.ToLower(user))
	if authority != "" || suffix != "" {
		n.add(name, standIn)
	}
	if !slices.Contains(wellKnown, strings.ToLower(user)) && len(user) > 1 {
		n.add(user, standIn)
	}
	n.domain(suffix)
	if n.known["host:"+label(authority)] == "" {
		n.domain(authority)
	}
}

func (n *names) standIn(kind, key string) string {
	key = kind + ":" + key
	if n.known[key] == "" {
		n.counts[kind]++
		n.known[key] = kind + "-" + strconv.Itoa(n.counts[kind])
	}
	return n.known[key]
}

func (n *names) add(real, standIn string) {
	if real != "" && !slices.ContainsFunc(n.pairs, func(p pair) bool { return strings.EqualFold(p.real, real) }) {
		n.pairs = append(n.pairs, pair{real, standIn})
	}
}

func label(name string) string {
	first, _, _ := strings.Cut(strings.ToLower(name), ".")
	return first
}
