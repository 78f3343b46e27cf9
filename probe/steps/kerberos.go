package steps

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/kerberos"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
	"github.com/wmidoctor/wmidoctor/probe/wire/smb"
	"github.com/wmidoctor/wmidoctor/probe/wire/spnego"
)

// granted is what the Kerberos servers gave us.
type granted struct {
	realm  *kerberos.Realm
	cache  *kerberos.Cache  // nil without one
	tgt    *kerberos.Ticket // nil where the cache holds the service's ticket
	ticket *kerberos.Ticket // for the host
}

// wantsKerberos decides at the start of a run. By default nothing is asked of
// DNS for it: only what the person gave (a cache, a keytab, a server, a realm)
// says that a ticket can be had. A host typed as an address has none, unless the
// service's name was given with it.
func wantsKerberos(t probe.Target, purse *probe.Purse) bool {
	switch t.Auth {
	case probe.AuthKerberos:
		return true
	case probe.AuthNTLM:
		return false
	}
	if _, err := netip.ParseAddr(t.Host); err == nil && t.SPN == "" {
		return false
	}
	ccache, keytab := purse.Files()
	a := purse.Account()
	if a.Authority == "." || a.Bare() {
		return false
	}
	return ccache != "" || keytab != "" || t.KDC != "" || t.Realm != ""
}

// kerberosRows are the steps of layer 2 with Kerberos, raw or inside SPNEGO.
// The host's description is read on a connection of its own, and nothing needs
// it.
func (w *walk) kerberosRows() []probe.Step {
	passport := w.row(probe.LayerAuthentication, probe.StepNTLM, callWithin, w.challenge, probe.StepBind135)
	passport.Optional = true
	tgs := []probe.StepID{probe.StepBind135, probe.StepKerbAS}
	if ccache, _ := w.purse.Files(); ccache != "" {
		tgs = tgs[:1]
	}
	rows := []probe.Step{
		passport,
		w.row(probe.LayerAuthentication, probe.StepKerbAS, callWithin, w.logOnToRealm, probe.StepBind135),
		w.row(probe.LayerAuthentication, probe.StepKerbTGS, callWithin, w.hostTicket, tgs...),
	}
	if w.target.Auth == probe.AuthKerberos {
		return append(rows,
			w.row(probe.LayerAuthentication, probe.StepKerbAP, callWithin, w.presentTicket, probe.StepKerbTGS),
			w.row(probe.LayerAuthentication, probe.StepIdentity, callWithin, w.identity, probe.StepKerbAP))
	}
	return append(rows,
		w.row(probe.LayerAuthentication, probe.StepKerbAP, callWithin, w.presentTicket, probe.StepBind135),
		w.row(probe.LayerAuthentication, probe.StepSPNEGO, callWithin, w.negotiate, probe.StepBind135),
		w.row(probe.LayerAuthentication, probe.StepIdentity, callWithin, w.identity, probe.StepSPNEGO))
}

// logOnToRealm gets a ticket-granting ticket.
func (w *walk) logOnToRealm(ctx context.Context) (probe.Evidence, error) {
	w.granted = &granted{}
	ccache, keytab := w.purse.Files()
	if w.target.OnlyAnonymous {
		return nil, w.mayLogOn()
	}
	if ccache != "" {
		return nil, w.openCache(ccache)
	}
	if err := w.maySpend(); err != nil {
		return nil, err
	}
	e := &probe.KDCAnswer{}
	var keys *kerberos.Keytab
	if keytab != "" {
		var err error
		if keys, err = kerberos.LoadKeytab(keytab); err != nil {
			return e, w.fallBack(asLeg(err))
		}
	}
	client, realm, err := w.principal()
	if err != nil {
		return e, w.fallBack(err)
	}
	e.Realm, e.Client, e.Service = realm, client.String(), "krbtgt/"+realm
	if w.granted.realm, err = w.findRealm(ctx, realm); err != nil {
		return e, w.fallBack(err)
	}
	tgt, answer, err := w.granted.realm.AS(ctx, client, func() (kerberos.Secret, error) {
		cred, err := w.purse.Spend(probe.StepKerbAS)
		if err != nil {
			return kerberos.Secret{}, err
		}
		w.asKerberos(client, realm)
		return kerberos.Secret{Password: cred.Password.Reveal(), Keytab: keys}, nil
	})
	fill(e, answer, err)
	w.settleWithKDC(answer, err)
	if err != nil {
		return e, w.fallBack(asLeg(err))
	}
	w.granted.tgt = tgt
	w.granted.realm.Name = tgt.Realm
	return e, nil
}

// openCache takes the tickets of a credential cache; no server is asked.
func (w *walk) openCache(name string) error {
	cache, err := kerberos.LoadCache(name)
	if err != nil {
		return w.fallBack(asLeg(err))
	}
	w.granted.cache = cache
	w.asKerberos(cache.Client, cache.Realm)
	return &probe.Skip{Because: "a credential cache was given; its ticket is used"}
}

// settleWithKDC tells the purse what became of a proof that was sent.
func (w *walk) settleWithKDC(answer kerberos.Answer, err error) {
	var refused *kerberos.KDCError
	switch {
	case err == nil && answer.Sent:
		w.purse.Accepted()
	case answer.Sent && errors.As(err, &refused):
		w.purse.Rejected()
	}
}

// hostTicket gets the ticket for the host.
func (w *walk) hostTicket(ctx context.Context) (probe.Evidence, error) {
	g := w.granted
	switch {
	case w.withoutKerberos != nil:
		return nil, &probe.Skip{Because: "no ticket could be had; NTLM is used"}
	case w.target.OnlyAnonymous:
		return nil, w.mayLogOn()
	case g == nil || g.cache == nil && g.tgt == nil:
		return nil, &probe.Skip{Because: "there is no ticket to ask with"}
	}
	e := &probe.KDCAnswer{Service: w.spn()}
	service, err := kerberos.Service(w.spn())
	if err != nil {
		return e, w.fallBack(asLeg(err))
	}
	if g.cache != nil {
		e.Realm, e.Client = g.cache.Realm, g.cache.Client.String()
		if g.ticket, err = g.cache.Ticket(service, time.Now()); err == nil {
			e.EncType = g.ticket.EType()
			return e, nil
		}
		if g.tgt, err = g.cache.TGT(time.Now()); err != nil {
			return e, w.fallBack(asLeg(err))
		}
		if g.realm, err = w.findRealm(ctx, g.cache.Realm); err != nil {
			return e, w.fallBack(err)
		}
	}
	e.Realm, e.Client = g.realm.Name, g.tgt.Client.String()
	ticket, answer, err := g.realm.TGS(ctx, g.tgt, service, w.findRealm)
	fill(e, answer, err)
	if err != nil {
		return e, w.fallBack(asLeg(err))
	}
	g.ticket = ticket
	return e, nil
}

// presentTicket binds with the ticket on a connection of its own. The host's
// AP-REP proves that it could read the ticket.
func (w *walk) presentTicket(ctx context.Context) (probe.Evidence, error) {
	switch {
	case w.withoutKerberos != nil:
		return nil, &probe.Skip{Because: "no ticket could be had; NTLM is used"}
	case w.target.OnlyAnonymous:
		return nil, w.mayLogOn()
	case w.granted == nil || w.granted.ticket == nil:
		return nil, &probe.Skip{Because: "there is no ticket for the host"}
	}
	conn, err := w.dial(ctx, w.found.conn.RemoteAddr())
	if err != nil {
		return &probe.Logon{Package: w.wrapping(), Protocol: "kerberos"}, err
	}
	began := time.Now()
	in, err := w.beginKerberos(ctx, conn)
	logon := w.logon(w.wrapping(), began, err)
	logon.Protocol = "kerberos"
	if err != nil {
		return logon, err
	}
	w.introduce = in
	return logon, nil
}

// beginKerberos sends the AP-REQ in a bind and reads the answer to it.
func (w *walk) beginKerberos(ctx context.Context, conn *rpc.Conn) (*introduced, error) {
	h, err := conn.Start(ctx, w.kerberosAuth(w.level), dcom.IIDRemoteSCMActivator.Syntax())
	if err != nil {
		return nil, err
	}
	in := &introduced{conn: conn, handshake: h, spnego: w.wrapping() == "spnego", kerberos: true}
	if w.introduce != nil {
		in.passport = w.introduce.passport
	}
	return in, nil
}

func (w *walk) wrapping() string {
	if w.target.Auth == probe.AuthKerberos {
		return "raw"
	}
	return "spnego"
}

// kerberosAuth is a logon with the ticket we hold; no server is asked again.
func (w *walk) kerberosAuth(level rpc.Level) *rpc.Auth {
	client := kerberos.NewClient(w.granted.ticket, level == rpc.LevelPrivacy)
	if w.wrapping() == "raw" {
		return &rpc.Auth{Type: dcerpc.AuthTypeKerberos, Level: level, Mechanism: client, Redact: kerberos.Redact}
	}
	return &rpc.Auth{
		Type: dcerpc.AuthTypeGSSNegotiate, Level: level,
		Mechanism: spnego.NewClient(spnego.Mech{OID: spnego.MSKerberos, Mechanism: client},
			spnego.Mech{OID: spnego.Kerberos, Mechanism: client}),
		Redact: func(token []byte) []byte { return spnego.Redact(token, kerberos.Redact) },
	}
}

// fallBack decides whether NTLM may be tried instead. With --auth kerberos never;
// else only where nothing was said about the password: no server, no such
// service, no common key, another realm. After a refused password NTLM would
// spend a second attempt on it.
func (w *walk) fallBack(err error) error {
	if w.target.Auth == probe.AuthKerberos || w.purse.Peek() != nil || w.purse.OnlyFiles() {
		return err
	}
	var refused *kerberos.KDCError
	if errors.As(err, &refused) && !refused.Says(kerberos.ErrServerUnknown, kerberos.ErrEType, kerberos.ErrWrongRealm) {
		return err
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	w.withoutKerberos = err
	return &probe.Warn{Failure: failureOf(err)}
}

// asKerberos writes down as whom we ask.
func (w *walk) asKerberos(client kerberos.Principal, realm string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.account.Protocol, w.account.Package = "kerberos", w.wrapping()
	w.account.Sent = client.String()
	if !strings.Contains(w.account.Sent, "@") {
		w.account.Sent += "@" + realm
	}
	if w.account.Typed == "" { // a cache names its owner
		w.account.Typed, w.account.User = w.account.Sent, w.account.Sent
	}
}

// withTicket says whether the logon under way is one with a ticket.
func (w *walk) withTicket() bool { return w.introduce != nil && w.introduce.kerberos }

// fill copies an answer of a server into evidence.
func fill(e *probe.KDCAnswer, a kerberos.Answer, err error) {
	e.KDC, e.EncType = a.KDC, a.EType
	if e.HasTime = !a.ServerTime.IsZero(); e.HasTime {
		e.ClockSkew = time.Until(a.ServerTime)
	}
	var refused *kerberos.KDCError
	if errors.As(err, &refused) {
		e.Code, e.NTStatus = refused.Code, refused.NTStatus
	}
}

// asLeg makes what neither the network nor a server said a failure of the
// package: a file that cannot be read, a key that is not there.
func asLeg(err error) error {
	var (
		refused *kerberos.KDCError
		unread  *kerberos.Malformed
		outside *network.Error
		own     *failed
	)
	if errors.As(err, &refused) || errors.As(err, &unread) || errors.As(err, &outside) || errors.As(err, &own) ||
		errors.Is(err, probe.ErrRejected) || errors.Is(err, probe.ErrAnonymous) || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%w", &failed{&probe.Failure{Kind: probe.KindAuthLeg, Phase: probe.PhaseAuth, Text: err.Error()}})
}

// describeKerberos puts errors of the Kerberos and SMB packages into words.
func describeKerberos(f *probe.Failure, err error) bool {
	var (
		refused *kerberos.KDCError
		unread  *kerberos.Malformed
		overSMB *smb.Malformed
	)
	switch {
	case errors.As(err, &refused):
		f.Kind, f.Code, f.Phase, f.At = probe.KindKRBError, refused.Code, probe.PhaseAuth, refused.KDC
	case errors.As(err, &unread):
		f.Kind, f.Phase, f.At = probe.KindMalformed, probe.PhaseAuth, unread.KDC
	case errors.As(err, &overSMB):
		f.Kind, f.Phase, f.At = probe.KindMalformed, probe.PhaseAuth, overSMB.At
	default:
		return false
	}
	return true
}
