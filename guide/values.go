package guide

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
)

// Role is what the host is in its network.
type Role string

// The roles. NTLM says whether a host belongs to a domain, but not whether it
// is one of its controllers.
const (
	RoleUnknown      Role = ""
	Workgroup        Role = "workgroup"
	Member           Role = "member"
	DomainController Role = "dc"
	InDomain         Role = "member or dc"
)

// Values are what templates are filled with and variants chosen by. The zero
// value of a field means that it is not known.
type Values struct {
	Host, Address, FQDN string
	Computer            string // its own short name
	Account, User       string
	Namespace           string
	Class               string // that was asked for; chooses commands, never stands in one
	Jump                string // address of this machine towards the host
	Realm               string
	Port, Sink          uint16
	Build               int // of Windows; 2600 is XP, 3790 is 2003, 6000 Vista
	Role                Role
}

// WithAccount returns the values with an account as a person types it.
func (v Values) WithAccount(typed string) (Values, error) {
	a, err := probe.ParseAccount(typed)
	if err != nil {
		return v, err
	}
	v.Account, v.User = typed, bareName(a.User)
	if rest, ok := strings.CutPrefix(typed, `.\`); ok {
		v.Account = rest // the host finds its own account by the bare name
	}
	return v, nil
}

// bareName is the name of an account without its domain.
func bareName(user string) string {
	if i := strings.IndexByte(user, '@'); i > 0 {
		return user[:i]
	}
	return user[strings.LastIndexByte(user, '\\')+1:]
}

var hostName = regexp.MustCompile(`^[0-9A-Za-z_]([0-9A-Za-z._-]*[0-9A-Za-z_])?$`)

// ValuesOf reads what a run measured. A name that the host sent is taken only
// where it has the form of a host name; what cannot stand in a command is left
// out.
func ValuesOf(r *probe.Report) Values {
	if r == nil {
		return Values{}
	}
	v := Values{Host: r.Target.Host, Namespace: r.Target.Namespace, Realm: r.Target.Realm}
	v.dials(r)
	v.passport(r)
	v.account(r)
	if strings.Contains(v.Host, ".") && v.FQDN == "" && hostName.MatchString(v.Host) {
		if _, err := netip.ParseAddr(v.Host); err != nil {
			v.FQDN = v.Host
		}
	}
	if v.Computer == "" {
		v.Computer, _, _ = strings.Cut(v.FQDN, ".")
	}
	if v.role(r); v.Namespace == "" {
		v.Namespace = probe.DefaultNamespace
	}
	for _, s := range []*string{&v.Host, &v.Address, &v.FQDN, &v.Computer, &v.Account, &v.User, &v.Namespace, &v.Jump, &v.Realm} {
		if Usable(*s) != nil {
			*s = ""
		}
	}
	return v
}

// dials reads addresses and ports from the connections.
func (v *Values) dials(r *probe.Report) {
	if n, ok := probe.Learnt[*probe.Names](r.Result(probe.StepName)); ok && n != nil && len(n.Addresses) > 0 {
		v.Address = n.Addresses[0].String()
	}
	for _, step := range []probe.StepID{probe.StepTCPObject, probe.StepTCP135} {
		d, ok := probe.Learnt[*probe.Dial](r.Result(step))
		if !ok || d == nil {
			continue
		}
		if d.To.IsValid() {
			v.Address = d.To.Addr().Unmap().WithZone("").String()
		}
		if d.From.IsValid() && !d.From.Addr().IsUnspecified() {
			v.Jump = d.From.Addr().Unmap().WithZone("").String()
		}
		if step == probe.StepTCPObject && d.To.IsValid() {
			v.Port = d.To.Port()
		}
	}
	if b, ok := probe.Learnt[*probe.Bindings](r.Result(probe.StepBindings)); ok && b != nil && b.Chosen.Port() != 0 {
		v.Port = b.Chosen.Port()
	}
	if e, ok := probe.Learnt[*probe.Exec](r.Result(probe.StepExec)); ok && e != nil {
		v.Class = e.Class
	}
	if l, ok := probe.Learnt[*probe.Listening](r.Result(probe.StepListen)); ok && l != nil {
		v.Sink = l.Sink.Port()
	}
}

func passport(r *probe.Report) *probe.Passport {
	results := r.Results
	for _, t := range r.Trials {
		results = append(results[:len(results):len(results)], t.Results...)
	}
	for _, s := range results {
		if p, ok := probe.Learnt[*probe.Passport](s); ok && p != nil {
			return p
		}
	}
	return nil
}

func (v *Values) passport(r *probe.Report) {
	p := passport(r)
	if p == nil {
		return
	}
	v.Build = int(p.Build)
	if hostName.MatchString(p.Computer) {
		v.Computer = p.Computer
	}
	if hostName.MatchString(p.DNSComputer) && strings.Contains(p.DNSComputer, ".") {
		v.FQDN = p.DNSComputer
	}
	if v.Realm == "" && hostName.MatchString(p.DNSDomain) && strings.Contains(p.DNSDomain, ".") {
		v.Realm = strings.ToUpper(p.DNSDomain)
	}
	switch {
	case p.Member():
		v.Role = InDomain
	case p.Domain != "":
		v.Role = Workgroup
	}
}

// account takes the name that was sent; .\user becomes HOST\user, since a
// command is carried out where "." means another thing.
func (v *Values) account(r *probe.Report) {
	v.Account, v.User = r.Account.Name(), bareName(r.Account.User)
	if rest, ok := strings.CutPrefix(v.Account, `.\`); ok {
		v.Account = rest
		if p := passport(r); p != nil && hostName.MatchString(p.Computer) {
			v.Account = p.Computer + `\` + rest
		}
	}
}

// role finds a domain controller: it is one when it answered as KDC, or when
// its own facts say so.
func (v *Values) role(r *probe.Report) {
	if r.HostFacts != nil {
		switch n, _ := r.HostFacts.Facts["domain_role"].(float64); {
		case n >= 4:
			v.Role = DomainController
		case n == 1 || n == 3:
			v.Role = Member
		}
	}
	for _, step := range []probe.StepID{probe.StepKerbAS, probe.StepKerbTGS, probe.StepAccountState} {
		if k, ok := probe.Learnt[*probe.KDCAnswer](r.Result(step)); ok && k != nil && k.KDC.IsValid() && k.KDC.Addr().Unmap().String() == v.Address {
			v.Role = DomainController
		}
	}
}
