package steps_test

import (
	"context"
	"encoding/asn1"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemlevel1login/v0"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/peers"
	"github.com/wmidoctor/wmidoctor/probe/steps"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/kerberos"
	"github.com/wmidoctor/wmidoctor/probe/wire/ntlm"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
	"github.com/wmidoctor/wmidoctor/probe/wire/spnego"
)

// member is a host of the domain that takes Kerberos: it starts WMI for
// everyone and then refuses every namespace.
type member struct {
	iwbemlevel1login.UnimplementedLevel1LoginServer
	keytab *kerberos.Keytab
	port   uint16
	byNTLM atomic.Int32 // proofs of a password that came by NTLM
}

func (m *member) ntlm() *ntlm.Server {
	return ntlm.NewServer(ntlm.ServerOptions{NetBIOSComputer: "WINHOST", NetBIOSDomain: "LAB",
		DNSComputer: "winhost.lab.test", DNSDomain: "lab.test",
		Verify: func(*ntlm.Attempt) error { m.byNTLM.Add(1); return errors.New("no") }})
}

func (m *member) accept(_ *rpc.Peer, kind dcerpc.AuthType, _ rpc.Level) (rpc.Mechanism, error) {
	switch kind {
	case dcerpc.AuthTypeWinNT:
		return m.ntlm(), nil
	case dcerpc.AuthTypeKerberos:
		return kerberos.NewServer(m.keytab), nil
	case dcerpc.AuthTypeGSSNegotiate:
		return spnego.NewServer(func(oid asn1.ObjectIdentifier) spnego.Mechanism {
			if oid.Equal(spnego.NTLM) {
				return m.ntlm()
			}
			return kerberos.NewServer(m.keytab)
		}), nil
	}
	return nil, nil
}

func (m *member) create(_ context.Context, r dcom.ActivationRequest) (dcom.Activation, error) {
	a := dcom.Activation{OXID: 1, RemUnknown: dcom.NewGUID(), AuthnHint: 5, Version: dcom.Newest,
		Bindings: dcom.Bindings{Strings: []dcom.StringBinding{{Tower: dcom.TowerTCP, Address: fmt.Sprintf("127.0.0.1[%d]", m.port)}}}}
	for _, iid := range r.IIDs {
		a.Interfaces = append(a.Interfaces, dcom.Activated{IID: iid, Ref: &dcom.ObjRef{Kind: dcom.Standard, IID: iid,
			Std: dcom.StdObjRef{PublicRefs: 5, OXID: 1, OID: 2, IPID: dcom.NewGUID()}}})
	}
	return a, nil
}

func (m *member) NTLMLogin(context.Context, *iwbemlevel1login.NTLMLoginRequest) (*iwbemlevel1login.NTLMLoginResponse, error) {
	denied := uint32(0x80041003) // WBEM_E_ACCESS_DENIED
	return &iwbemlevel1login.NTLMLoginResponse{That: &ms.ORPCThat{}, Return: int32(denied)}, nil
}

func (m *member) serve(t *testing.T) {
	t.Helper()
	l, err := network.System().Listen(t.Context(), netip.MustParseAddrPort("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	m.port = netip.MustParseAddrPort(l.Addr().String()).Port()
	alive := func(context.Context) (dcom.Alive, error) { return dcom.Alive{Version: dcom.Newest}, nil }
	server := &rpc.Server{Accept: m.accept, Interfaces: []rpc.Interface{
		{Syntax: dcom.IIDObjectExporter.Syntax(), Handle: (&dcom.ResolverServer{Alive: alive}).Handle()},
		{Syntax: dcom.IIDRemoteSCMActivator.Syntax(), Handle: (&dcom.ActivatorServer{Create: m.create}).SCMHandle()},
		{Syntax: dcom.IIDLevel1Login.Syntax(), Handle: iwbemlevel1login.NewLevel1LoginServerHandle(m)},
	}}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, l) }()
	t.Cleanup(func() { cancel(); <-done })
}

// inDomain resolves the member's name to this machine.
type inDomain struct {
	network.Network
	silent bool // DNS names no Kerberos server
}

func (n inDomain) LookupHost(ctx context.Context, name string) ([]netip.Addr, error) {
	if strings.HasPrefix(name, "winhost") || name == "alias.lab.test" {
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	}
	return n.Network.LookupHost(ctx, name)
}

func (n inDomain) LookupKDC(ctx context.Context, realm string) ([]netip.AddrPort, error) {
	if n.silent {
		return nil, &network.Error{Op: "lookup", Kind: network.DNS, Name: realm, NotFound: true}
	}
	return n.Network.LookupKDC(ctx, realm)
}

// TestKerberosAgainstSamba walks with tickets of a real Kerberos server.
func TestKerberosAgainstSamba(t *testing.T) {
	d := peers.SambaAD(t)
	t.Cleanup(peers.StopDomain)
	keytab, err := kerberos.LoadKeytab(d.HostKeytab)
	if err != nil {
		t.Fatal(err)
	}
	krb := func(n uint32) code.Code { return code.Code{Space: code.Kerberos, Number: n} }
	for _, c := range []struct {
		name, host, account string
		password            string
		keytab              string
		auth                probe.AuthChoice
		kdc, realm          string
		silent              bool
		fails               probe.StepID
		code                code.Code
		sent, rejected      int
		ntlm                int32
	}{
		// Every logon works, the one on the object port with the same ticket; the
		// member refuses the namespace.
		{name: "raw", auth: probe.AuthKerberos, account: `LAB.TEST\good`, fails: probe.StepNTLMLogin, sent: 1},
		{name: "raw, user principal name", auth: probe.AuthKerberos, account: `good@lab.test`, fails: probe.StepNTLMLogin, sent: 1},
		{name: "raw, short name of the domain", auth: probe.AuthKerberos, account: `LAB\good`, fails: probe.StepNTLMLogin, sent: 1},
		{name: "inside SPNEGO", auth: probe.AuthAuto, realm: "lab.test", account: `LAB\good`, fails: probe.StepNTLMLogin, sent: 1},
		{name: "server given", auth: probe.AuthAuto, kdc: d.Address.String(), silent: true, account: `good@lab.test`, fails: probe.StepNTLMLogin, sent: 1},
		{name: "domain's name as server", auth: probe.AuthKerberos, silent: true, account: `good@lab.test`, fails: probe.StepNTLMLogin, sent: 1},
		{name: "keytab", auth: probe.AuthKerberos, keytab: d.UserKeytab, account: `good@lab.test`, fails: probe.StepNTLMLogin, sent: 1},
		{name: "wrong password", auth: probe.AuthKerberos, account: `good@lab.test`, password: "wrong", fails: probe.StepKerbAS, code: krb(24), sent: 1, rejected: 1},
		{name: "wrong password, no second try with NTLM", auth: probe.AuthAuto, realm: "LAB.TEST", account: `good@lab.test`, password: "wrong", fails: probe.StepKerbAS, code: krb(24), sent: 1, rejected: 1},
		{name: "unknown", auth: probe.AuthKerberos, account: `nobody@lab.test`, fails: probe.StepKerbAS, code: krb(6)},
		{name: "disabled", auth: probe.AuthKerberos, account: `disabled@lab.test`, fails: probe.StepKerbAS, code: krb(18), sent: 1, rejected: 1},
		{name: "unknown host name", auth: probe.AuthKerberos, host: "alias.lab.test", account: `good@lab.test`, fails: probe.StepKerbTGS, code: krb(7), sent: 1},
		{name: "unknown host name, NTLM instead", auth: probe.AuthAuto, realm: "LAB.TEST", host: "alias.lab.test", account: `good@lab.test`, fails: probe.StepSPNEGO, sent: 2, rejected: 1, ntlm: 1},
		{name: "no server, NTLM instead", auth: probe.AuthAuto, kdc: "127.0.0.1:1", account: `good@lab.test`, fails: probe.StepSPNEGO, sent: 1, rejected: 1, ntlm: 1},
		{name: "account of the host", auth: probe.AuthKerberos, account: `.\good`, fails: probe.StepKerbAS},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &member{keytab: keytab}
			m.serve(t)
			host, password := "winhost.lab.test", d.Password
			if c.host != "" {
				host = c.host
			}
			if c.password != "" {
				password = c.password
			}
			v := visitTo(host, m.port, inDomain{d.Network(), c.silent})
			v.target.Auth, v.target.KDC, v.target.Realm = c.auth, c.kdc, c.realm
			who, _ := probe.ParseAccount(c.account)
			credential := probe.Credential{Account: who, Password: probe.NewSecret(password), Keytab: c.keytab}
			if c.keytab != "" {
				credential.Password = probe.Secret{}
			}
			purse := probe.NewPurse(credential)
			r := probe.Runner{Target: v.target, Front: v.front}.Run(t.Context(), steps.Plan(v.target, purse, v.network))
			failed, ok := r.FirstFailed()
			if !ok || failed.Step != c.fails || !c.code.IsZero() && failed.Failure.Code != c.code {
				tell(t, r)
				t.Fatalf("failed at %s, want %s", failed.Step, c.fails)
			}
			if r.Account.SentCount != c.sent || r.Account.RejectedCount != c.rejected || m.byNTLM.Load() != c.ntlm {
				t.Errorf("%d by NTLM; sent %d, rejected %d, want %d and %d", m.byNTLM.Load(), r.Account.SentCount, r.Account.RejectedCount, c.sent, c.rejected)
			}
			asked := 0
			for _, f := range v.front.frames() {
				if f.Frame.Type == "AS-REQ" {
					asked++
				}
			}
			if c.fails != probe.StepNTLMLogin {
				return
			}
			logon, _ := probe.Learnt[*probe.Logon](r.Result(probe.StepIdentity))
			if asked != 2 || logon == nil || !logon.Verified || logon.Protocol != "kerberos" || r.Account.Protocol != "kerberos" {
				t.Errorf("%d AS-REQs; %+v", asked, logon)
			}
			as, _ := probe.Learnt[*probe.KDCAnswer](r.Result(probe.StepKerbAS))
			if as == nil || !as.HasTime || as.ClockSkew.Abs() > 5*time.Second || as.KDC.Addr() != d.Address {
				t.Errorf("%+v", as)
			}
		})
	}
	t.Run("cache", func(t *testing.T) { cacheOnly(t, d, keytab) })
	t.Run("experiments", func(t *testing.T) { accountExperiments(t, d) })
}

// cacheOnly walks with a credential cache and no password: nothing is ever sent
// that could count as a failed logon, by NTLM neither.
func cacheOnly(t *testing.T, d *peers.Domain, keytab *kerberos.Keytab) {
	for _, c := range []struct {
		name, host, account string
		auth                probe.AuthChoice
		services            []string
		fails               probe.StepID // "": none
		asked               int          // TGS-REQs
	}{
		{"ticket for the host in it", "winhost.lab.test", "", probe.AuthAuto, []string{"RPCSS/winhost.lab.test"}, probe.StepNTLMLogin, 0},
		{"first ticket only", "winhost.lab.test", `LAB\good`, probe.AuthKerberos, nil, probe.StepNTLMLogin, 1},
		{"host typed as an address", "127.0.0.1", `LAB\good`, probe.AuthAuto, nil, "", 0},
		{"NTLM asked for", "winhost.lab.test", `LAB\good`, probe.AuthNTLM, nil, "", 0},
		{"unknown name", "alias.lab.test", `LAB\good`, probe.AuthAuto, nil, probe.StepKerbTGS, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &member{keytab: keytab}
			m.serve(t)
			v := visitTo(c.host, m.port, inDomain{d.Network(), false})
			v.target.Auth = c.auth
			who, _ := probe.ParseAccount(c.account)
			purse := probe.NewPurse(probe.Credential{Account: who, CCache: d.Cache(t, "good", c.services...)})
			r := probe.Runner{Target: v.target, Front: v.front}.Run(t.Context(), steps.Plan(v.target, purse, v.network))
			failed, ok := r.FirstFailed()
			asked := 0
			for _, f := range v.front.frames() {
				if f.Frame.Type == "TGS-REQ" {
					asked++
				}
			}
			if ok != (c.fails != "") || failed.Step != c.fails || r.Account.SentCount != 0 || asked != c.asked || m.byNTLM.Load() != 0 {
				tell(t, r)
				t.Errorf("failed at %q, want %q; sent %d, asked %d", failed.Step, c.fails, r.Account.SentCount, asked)
			}
			if c.fails == probe.StepNTLMLogin && r.Account.Sent != "good@LAB.TEST" {
				t.Errorf("asked as %q", r.Account.Sent)
			}
		})
	}
}

// accountExperiments asks both experiments about accounts; the numbers are
// those that smbclient and kinit show.
func accountExperiments(t *testing.T, d *peers.Domain) {
	for _, c := range []struct {
		account     string
		kdc, status uint32
	}{
		{`LAB\nobody`, 6, 0xC000006D},
		{`LAB\hours`, 25, 0xC000006F},
	} {
		v := visitTo("dc1.lab.test", 135, d.Network())
		v.account, v.password = c.account, d.Password
		who, _ := probe.ParseAccount(v.account)
		purse := probe.NewPurse(probe.Credential{Account: who, Password: probe.NewSecret(v.password)})
		plan := steps.Plan(v.target, purse, v.network)(nil)
		defer plan.Close()
		for _, s := range plan.Steps[:2] {
			if _, err := s.Do(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for _, x := range plan.Experiments {
			switch x.ID {
			case "kdc-without-password":
				e, err := x.Steps[0].Do(t.Context())
				answer, _ := e.(*probe.KDCAnswer)
				if err != nil || answer.Code.Number != c.kdc || !answer.NoPassword || x.SendsAgain {
					t.Errorf("%s: %+v, %v", c.account, answer, err)
				}
				if sent, _, _ := purse.Count(); sent != 0 {
					t.Errorf("%s: a credential was sent", c.account)
				}
			case "smb-logon":
				e, err := x.Steps[0].Do(t.Context())
				answer, _ := e.(*probe.SMBSession)
				if err != nil || answer.Status.Number != c.status || !x.SendsAgain {
					t.Errorf("%s: %+v, %v", c.account, answer, err)
				}
				if sent, _, rejected := purse.Count(); sent != 1 || rejected != 1 {
					t.Errorf("%s: sent %d, rejected %d", c.account, sent, rejected)
				}
			}
		}
	}
}
