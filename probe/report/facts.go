package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
)

// Fact is something measured about the host or the way to it, with how we
// know it.
type Fact struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Value string `json:"value"`
	From  string `json:"from"`
}

// Where facts come from.
const (
	fromChallenge  = "NTLM challenge"
	fromAlive      = "ServerAlive2"
	fromConnecting = "connecting"
	fromResolver   = "the resolver of this machine"
	fromActivation = "activation"
	fromRun        = "this run"
	fromRoute      = "the route to the host"
)

// Facts lists what the run found out about the host, the ports, the account
// and this machine. Values are plain; texts of the host are not cleaned.
func Facts(r *probe.Report) []Fact {
	var f facts
	f.host(r)
	f.addresses(r)
	f.ports(r)
	f.account(r)
	return f
}

type facts []Fact

func (f *facts) add(id, title, value, from string) {
	if value != "" {
		*f = append(*f, Fact{id, title, value, from})
	}
}

func (f *facts) host(r *probe.Report) {
	p, ok := probe.Learnt[*probe.Passport](r.Result(probe.StepNTLM))
	if !ok {
		return
	}
	f.add("computer", "Computer", p.Computer, fromChallenge)
	f.add("dns-name", "Full name", p.DNSComputer, fromChallenge)
	if p.Member() {
		f.add("domain", "Domain", p.Domain, fromChallenge)
		f.add("dns-domain", "DNS domain", p.DNSDomain, fromChallenge)
		f.add("forest", "Forest", p.Forest, fromChallenge)
	} else if p.Computer != "" {
		f.add("domain", "Domain", "none, the host stands alone", fromChallenge)
	}
	f.add("os-version", "Windows version", p.Version, fromChallenge)
	if p.Build != 0 {
		f.add("os-build", "Windows build", strconv.Itoa(int(p.Build)), fromChallenge)
		f.add("os-name", "Windows", WindowsName(p.Build), "the build number")
	}
	if p.HasTime {
		f.add("clock", "Clock", Skew(p.ClockSkew), fromChallenge)
	}
}

func (f *facts) addresses(r *probe.Report) {
	if n, ok := probe.Learnt[*probe.Names](r.Result(probe.StepName)); ok && len(n.Addresses) > 0 {
		from := fromResolver
		if n.Literal {
			from = "what was typed"
		}
		f.add("addresses", "Addresses", addrs(n.Addresses), from)
	}
	if a, ok := probe.Learnt[*probe.Alive](r.Result(probe.StepAlive)); ok {
		f.add("listed-addresses", "It lists", strings.Join(a.Bindings, ", "), fromAlive)
		f.add("com-version", "COM version", a.COMVersion, fromAlive)
	}
	if d, ok := probe.Learnt[*probe.Dial](r.Result(probe.StepTCP135)); ok {
		if d.To.IsValid() {
			f.add("used-address", "Address used", d.To.Addr().String(), fromConnecting)
		}
		if d.From.Addr().IsValid() {
			f.add("local-address", "This machine", d.From.Addr().String(), fromRoute)
		}
		if d.OnLink != nil && *d.OnLink {
			f.add("route", "Way to the host", "same subnet", fromRoute)
		} else if d.OnLink != nil {
			f.add("route", "Way to the host", "through a router", fromRoute)
		}
	}
}

func (f *facts) ports(r *probe.Report) {
	port := strconv.Itoa(int(r.Target.Port))
	if r.Target.Port == 0 {
		port = strconv.Itoa(probe.DefaultPort)
	}
	f.add("mapper-port", "Port "+port, portState(r.Result(probe.StepTCP135)), fromConnecting)
	if b, ok := probe.Learnt[*probe.Bindings](r.Result(probe.StepBindings)); ok && b.Chosen.IsValid() {
		f.add("wmi-port", "WMI port", strconv.Itoa(int(b.Chosen.Port())), fromActivation)
		f.add("wmi-port-state", "WMI port is", portState(r.Result(probe.StepTCPObject)), fromConnecting)
	}
	if a, ok := probe.Learnt[*probe.Activation](r.Result(probe.StepActivate)); ok && a.AuthnHint > 0 {
		f.add("object-level", "Level WMI asks for", Level(a.AuthnHint), fromActivation)
	}
}

func portState(r probe.Result) string {
	d, ok := probe.Learnt[*probe.Dial](r)
	switch {
	case ok && (r.Outcome == probe.Passed || r.Outcome == probe.Warned):
		return "open, " + Span(d.Waited)
	case r.Failure != nil:
		return string(r.Failure.Kind)
	}
	return ""
}

func (f *facts) account(r *probe.Report) {
	a := r.Account
	if a.Anonymous() {
		f.add("account", "Account", "none was given", fromRun)
		return
	}
	f.add("account", "Account", a.Name(), fromRun)
	f.add("protocol", "Protocol", protocolName(a.Protocol), fromRun)
	f.add("credential", "Credential", fmt.Sprintf("sent %d, accepted %d, refused %d", a.SentCount, a.AcceptedCount, a.RejectedCount), fromRun)
}

// WindowsName is what a build number is sold as. Where client and server share
// a build both are named, for the wire does not tell them apart.
func WindowsName(build uint16) string {
	for _, w := range windows {
		if w.build == build {
			return w.name
		}
	}
	return ""
}

var windows = []struct {
	build uint16
	name  string
}{
	{2195, "Windows 2000"}, {2600, "Windows XP"}, {3790, "Windows Server 2003"},
	{6001, "Windows Vista SP1 or Server 2008"}, {6002, "Windows Vista SP2 or Server 2008 SP2"},
	{6003, "Windows Server 2008 SP2"},
	{7600, "Windows 7 or Server 2008 R2"}, {7601, "Windows 7 SP1 or Server 2008 R2 SP1"},
	{9200, "Windows 8 or Server 2012"}, {9600, "Windows 8.1 or Server 2012 R2"},
	{10240, "Windows 10 1507"}, {10586, "Windows 10 1511"}, {14393, "Windows 10 1607 or Server 2016"},
	{15063, "Windows 10 1703"}, {16299, "Windows 10 1709"}, {17134, "Windows 10 1803"},
	{17763, "Windows 10 1809 or Server 2019"}, {18362, "Windows 10 1903"}, {18363, "Windows 10 1909"},
	{19041, "Windows 10 2004"}, {19042, "Windows 10 20H2"}, {19043, "Windows 10 21H1"},
	{19044, "Windows 10 21H2"}, {19045, "Windows 10 22H2"}, {20348, "Windows Server 2022"},
	{22000, "Windows 11 21H2"}, {22621, "Windows 11 22H2"}, {22631, "Windows 11 23H2"},
	{25398, "Windows Server 23H2"}, {26100, "Windows 11 24H2 or Server 2025"}, {26200, "Windows 11 25H2"},
}
