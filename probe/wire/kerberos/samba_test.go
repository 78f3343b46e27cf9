package kerberos_test

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	samr "github.com/oiweiwei/go-msrpc/msrpc/samr/samr/v1"

	"github.com/wmidoctor/wmidoctor/probe/peers"
	"github.com/wmidoctor/wmidoctor/probe/trace"
	"github.com/wmidoctor/wmidoctor/probe/wire/kerberos"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
	"github.com/wmidoctor/wmidoctor/probe/wire/spnego"
)

func TestMain(m *testing.M) {
	result := m.Run()
	peers.StopDomain()
	os.Exit(result)
}

func realmOf(d *peers.Domain, etypes ...int32) *kerberos.Realm {
	return &kerberos.Realm{Name: "LAB.TEST", KDCs: []netip.AddrPort{netip.AddrPortFrom(d.Address, 88)}, Network: d.Network(), ETypes: etypes}
}

func password(p string) func() (kerberos.Secret, error) {
	return func() (kerberos.Secret, error) { return kerberos.Secret{Password: p}, nil }
}

// What Samba 4.17 answers for each account, measured with MIT's kinit and the
// KDC's own log; the status in the e-data is KERB-EXT-ERROR (MS-KILE 2.2.1).
// Without proof this KDC says 25 of every account it knows: it looks at the
// state of an account only when the password was right. Windows may say 18.
func TestAccountsAgainstSamba(t *testing.T) {
	d := peers.SambaAD(t)
	for _, c := range []struct {
		name, password string
		number, status uint32 // of the logon; 0: a ticket
		probe          uint32 // of the request without proof
	}{
		{"good", d.Password, 0, 0, 25},
		{"nosuchuser", d.Password, 6, 0, 6},
		{"badpw", "wrong", 24, 0, 25},
		{"locked", d.Password, 18, 0, 25},
		{"disabled", d.Password, 18, 0xC0000072, 25},
		{"expired", d.Password, 18, 0xC0000193, 25},
		{"hours", d.Password, 18, 0xC000006F, 25},
		{"mustchange", d.Password, 23, 0xC0000224, 25},
		{"pwexpired", d.Password, 23, 0xC0000071, 25},
		{"wksta", d.Password, 0, 0, 25},
		{"protected", d.Password, 0, 0, 25},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := realmOf(d)
			var refused *kerberos.KDCError
			answer, err := r.Probe(t.Context(), kerberos.User(c.name))
			if !errors.As(err, &refused) || !refused.Says(c.probe) || answer.Sent {
				t.Errorf("without proof: %v, want %d", err, c.probe)
			}
			asked := false
			ticket, answer, err := r.AS(t.Context(), kerberos.User(c.name), func() (kerberos.Secret, error) {
				asked = true
				return kerberos.Secret{Password: c.password}, nil
			})
			if asked != answer.Sent || asked == (c.probe == 6) {
				t.Errorf("the password was asked for: %v; sent: %v", asked, answer.Sent)
			}
			if skew := time.Since(answer.ServerTime).Abs(); skew > 5*time.Second {
				t.Errorf("the clocks are %s apart", skew)
			}
			if c.number == 0 {
				if err != nil || ticket.EType() != kerberos.AES256 {
					t.Fatalf("%v, %v", ticket, err)
				}
				return
			}
			if !errors.As(err, &refused) || refused.Code.Number != c.number || refused.NTStatus.Number != c.status {
				t.Errorf("%v, want %d and status %08X", err, c.number, c.status)
			}
		})
	}
}

func ticketFor(t *testing.T, r *kerberos.Realm, spn string, secret func() (kerberos.Secret, error)) *kerberos.Ticket {
	t.Helper()
	tgt, _, err := r.AS(t.Context(), kerberos.User("good"), secret)
	if err != nil {
		t.Fatal(err)
	}
	service, err := kerberos.Service(spn)
	if err != nil {
		t.Fatal(err)
	}
	ticket, _, err := r.TGS(t.Context(), tgt, service, nil)
	if err != nil {
		t.Fatal(err)
	}
	return ticket
}

func TestUnknownServiceAgainstSamba(t *testing.T) {
	d := peers.SambaAD(t)
	r := realmOf(d)
	tgt, _, err := r.AS(t.Context(), kerberos.Enterprise("good@lab.test"), password(d.Password))
	if err != nil {
		t.Fatal(err)
	}
	service, _ := kerberos.Service("RPCSS/nowhere.lab.test")
	_, answer, err := r.TGS(t.Context(), tgt, service, nil)
	var refused *kerberos.KDCError
	if !errors.As(err, &refused) || !refused.Says(kerberos.ErrServerUnknown) || answer.ServerTime.IsZero() {
		t.Errorf("%v", err)
	}
}

// samrPort finds the port on which Samba's RPC server speaks samr.
func samrConn(t *testing.T, d *peers.Domain, auth *rpc.Auth, sink trace.Sink) (*rpc.Binding, error) {
	t.Helper()
	dialer := &rpc.Dialer{Network: d.Network(), Trace: sink}
	for port := uint16(49152); port < 49156; port++ {
		at := netip.AddrPortFrom(d.Address, port)
		conn, err := dialer.Dial(t.Context(), at)
		if err != nil {
			continue
		}
		b, err := conn.Bind(t.Context(), nil, samr.SamrSyntaxV1_0)
		conn.Close()
		if err != nil || b[0].Rejected() != nil {
			continue
		}
		if conn, err = dialer.Dial(t.Context(), at); err != nil {
			return nil, err
		}
		t.Cleanup(func() { conn.Close() })
		b, err = conn.Bind(t.Context(), auth, samr.SamrSyntaxV1_0)
		if err != nil {
			return nil, err
		}
		return b[0], nil
	}
	t.Fatal("no port speaks samr")
	return nil, nil
}

// Three calls in a row prove keys, sequence numbers and both directions.
func TestCallsAgainstSamba(t *testing.T) {
	d := peers.SambaAD(t)
	keytab, err := kerberos.LoadKeytab("FILE:" + d.UserKeytab)
	if err != nil {
		t.Fatal(err)
	}
	byKeytab := func() (kerberos.Secret, error) { return kerberos.Secret{Keytab: keytab}, nil }
	for _, c := range []struct {
		name   string
		etype  int32
		secret func() (kerberos.Secret, error)
		kind   dcerpc.AuthType
		level  rpc.Level
	}{
		{"raw, signed, AES256", kerberos.AES256, password(d.Password), dcerpc.AuthTypeKerberos, rpc.LevelIntegrity},
		{"raw, sealed, AES256", kerberos.AES256, password(d.Password), dcerpc.AuthTypeKerberos, rpc.LevelPrivacy},
		{"SPNEGO, signed, AES128", kerberos.AES128, password(d.Password), dcerpc.AuthTypeGSSNegotiate, rpc.LevelIntegrity},
		{"SPNEGO, sealed, AES128", kerberos.AES128, password(d.Password), dcerpc.AuthTypeGSSNegotiate, rpc.LevelPrivacy},
		{"SPNEGO, sealed, keytab", 0, byKeytab, dcerpc.AuthTypeGSSNegotiate, rpc.LevelPrivacy},
		{"raw, signed, RC4", kerberos.RC4, password(d.Password), dcerpc.AuthTypeKerberos, rpc.LevelIntegrity},
		{"raw, sealed, RC4", kerberos.RC4, password(d.Password), dcerpc.AuthTypeKerberos, rpc.LevelPrivacy},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := realmOf(d)
			if c.etype != 0 {
				r.ETypes = []int32{c.etype}
			}
			ticket := ticketFor(t, r, "host/dc1.lab.test", c.secret)
			client := kerberos.NewClient(ticket, c.level == rpc.LevelPrivacy)
			auth := &rpc.Auth{Type: c.kind, Level: c.level, Mechanism: client, Redact: kerberos.Redact}
			if c.kind == dcerpc.AuthTypeGSSNegotiate {
				auth.Mechanism = spnego.NewClient(spnego.Mech{OID: spnego.MSKerberos, Mechanism: client},
					spnego.Mech{OID: spnego.Kerberos, Mechanism: client})
			}
			b, err := samrConn(t, d, auth, nil)
			if err != nil {
				t.Fatal(err)
			}
			enumerate(t, b)
		})
	}
}

func enumerate(t *testing.T, b *rpc.Binding) {
	t.Helper()
	cli, err := samr.NewSamrClient(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	connected, err := cli.Connect2(t.Context(), &samr.Connect2Request{ServerName: `\\dc1`, DesiredAccess: 0x02000000})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		domains, err := cli.EnumerateDomainsInSAMServer(t.Context(), &samr.EnumerateDomainsInSAMServerRequest{
			Server: connected.Server, PreferredMaximumLength: 8192})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, e := range domains.Buffer.Buffer {
			found = found || e.Name.Buffer == "LAB"
		}
		if !found {
			t.Fatalf("no domain LAB among %+v", domains.Buffer.Buffer)
		}
	}
}

// A ticket from Samba's KDC for a service that is this process.
func TestServerAgainstSamba(t *testing.T) {
	d := peers.SambaAD(t)
	keytab, err := kerberos.LoadKeytab(d.HostKeytab)
	if err != nil {
		t.Fatal(err)
	}
	ticket := ticketFor(t, realmOf(d), "RPCSS/winhost.lab.test", password(d.Password))
	client, server := kerberos.NewClient(ticket, true), kerberos.NewServer(keytab)
	var token []byte
	for range 2 {
		if token, _, err = client.Next(token); err != nil {
			t.Fatal(err)
		}
		if token, _, err = server.Next(token); err != nil {
			t.Fatal(err)
		}
	}
	if name, realm := server.Client(); name.String() != "good" || realm != "LAB.TEST" {
		t.Errorf("%s@%s logged on", name, realm)
	}
	for _, seal := range []bool{false, true} {
		body := []byte("sixteen bytes of")
		sig, err := client.Protect(seal, []byte("header"), body, []byte("trailer"))
		if err != nil || seal == (string(body) == "sixteen bytes of") {
			t.Fatal(err)
		}
		if err := server.Unprotect(seal, []byte("header"), body, []byte("trailer"), sig); err != nil || string(body) != "sixteen bytes of" {
			t.Errorf("seal %v: %v", seal, err)
		}
	}
}

// A credential cache that MIT's kinit and kvno wrote.
func TestCacheOfMIT(t *testing.T) {
	d := peers.SambaAD(t)
	name := d.Cache(t, "good", "host/dc1.lab.test")
	cache, err := kerberos.LoadCache(name)
	if err != nil || cache.Client.String() != "good" || cache.Realm != "LAB.TEST" {
		t.Fatalf("%+v, %v", cache, err)
	}
	tgt, err := cache.TGT(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cache.TGT(time.Now().Add(365 * 24 * time.Hour)); !errors.Is(err, kerberos.ErrExpired) {
		t.Errorf("a year later: %v", err)
	}
	other, _ := kerberos.Service("RPCSS/winhost.lab.test")
	if _, err := cache.Ticket(other, time.Now()); !errors.Is(err, kerberos.ErrNoTicket) {
		t.Errorf("%v", err)
	}
	if _, _, err := realmOf(d).TGS(t.Context(), tgt, other, nil); err != nil {
		t.Errorf("with the cached ticket: %v", err)
	}
	dc, _ := kerberos.Service("host/dc1.lab.test")
	ticket, err := cache.Ticket(dc, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	b, err := samrConn(t, d, &rpc.Auth{Type: dcerpc.AuthTypeKerberos, Level: rpc.LevelPrivacy,
		Mechanism: kerberos.NewClient(ticket, true)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	enumerate(t, b)
}

// A server that takes the connection and stays silent: ctx ends it.
func TestSilentServer(t *testing.T) {
	d := peers.SambaAD(t)
	ctx, cancel := context.WithCancel(t.Context())
	r := realmOf(d)
	r.Trace = func(f trace.Frame) {
		if f.Out && f.Type == "AS-REQ" {
			cancel()
		}
	}
	began := time.Now()
	if _, err := r.Probe(ctx, kerberos.User("good")); err == nil || time.Since(began) > 100*time.Millisecond {
		t.Errorf("%v after %s", err, time.Since(began))
	}
}
