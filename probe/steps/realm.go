package steps

import (
	"context"
	"errors"
	"net/netip"
	"strconv"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/wire/kerberos"
)

// principal is the account as Kerberos knows it, and its realm.
func (w *walk) principal() (kerberos.Principal, string, error) {
	a := w.purse.Account()
	realm := w.realmOf(a)
	if realm == "" {
		return kerberos.Principal{}, "", fail(probe.KindAuthLeg, probe.PhaseAuth, netip.AddrPort{},
			"%s is an account of the host itself; Kerberos knows accounts of a domain only", a.Typed)
	}
	if a.UPN() {
		return kerberos.Enterprise(a.User), realm, nil
	}
	return kerberos.User(a.User), realm, nil
}

// realmOf is the realm of an account: as given, as its name says, or as the
// host says of its own domain.
func (w *walk) realmOf(a probe.Account) string {
	_, suffix, _ := strings.Cut(a.User, "@")
	switch p := w.passport(); {
	case w.target.Realm != "":
		return strings.ToUpper(w.target.Realm)
	case a.UPN():
		return strings.ToUpper(suffix)
	case a.Authority == "" || a.Authority == ".":
		return ""
	case p != nil && strings.EqualFold(a.Authority, p.Domain) && p.DNSDomain != "" && p.Member():
		return strings.ToUpper(p.DNSDomain)
	case p != nil && strings.EqualFold(a.Authority, p.Computer):
		return ""
	}
	return strings.ToUpper(a.Authority) // a Windows server takes the short name, too
}

func (w *walk) passport() *probe.Passport {
	if w.introduce == nil {
		return nil
	}
	return &w.introduce.passport
}

// findRealm looks for the servers of a realm: the one that was given, those
// that DNS names, or whatever the domain's own name leads to.
func (w *walk) findRealm(ctx context.Context, name string) (*kerberos.Realm, error) {
	r := &kerberos.Realm{
		Name: name, Network: w.network, Trace: w.dialer.Trace, Number: w.dialer.Number,
		Patience: w.within(connectWithin),
	}
	var err error
	if w.target.KDC != "" {
		r.KDCs, err = w.givenKDC(ctx)
	} else if r.KDCs, err = w.network.LookupKDC(ctx, name); err != nil && ctx.Err() == nil {
		if found, wrong := w.at(ctx, strings.ToLower(name), kerberos.Port); wrong == nil {
			r.KDCs, err = found[:1], nil
		}
	}
	if len(r.KDCs) > addressesTried {
		r.KDCs = r.KDCs[:addressesTried]
	}
	return r, err
}

func (w *walk) givenKDC(ctx context.Context) ([]netip.AddrPort, error) {
	host, port := w.target.KDC, uint16(kerberos.Port)
	if at, err := netip.ParseAddrPort(host); err == nil {
		return []netip.AddrPort{at}, nil
	}
	if name, number, ok := strings.Cut(host, ":"); ok && !strings.Contains(number, ":") {
		n, err := strconv.ParseUint(number, 10, 16)
		if err != nil || n == 0 {
			return nil, fail(probe.KindAuthLeg, probe.PhaseAuth, netip.AddrPort{}, "the port of the Kerberos server is no number")
		}
		host, port = name, uint16(n)
	}
	return w.at(ctx, host, port)
}

func (w *walk) at(ctx context.Context, host string, port uint16) (list []netip.AddrPort, err error) {
	addrs, err := w.network.LookupHost(ctx, strings.Trim(host, "[]"))
	for _, a := range addrs {
		list = append(list, netip.AddrPortFrom(a, port))
	}
	if err == nil && len(list) == 0 {
		err = &network.Error{Op: "lookup", Kind: network.DNS, Name: host, NotFound: true, Err: errors.New("the name has no address")}
	}
	return list, err
}
