package network

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

func kindIs(t *testing.T, err error, want Kind) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v (%T) is no *Error", err, err)
	}
	if e.Kind != want {
		t.Fatalf("kind %q, want %q: %v", e.Kind, want, err)
	}
	return e
}

func TestDialOpenRefusedListen(t *testing.T) {
	ctx := context.Background()
	n := System()
	l, err := n.Listen(ctx, netip.MustParseAddrPort("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().(*net.TCPAddr).AddrPort()
	c, err := n.Dial(ctx, at)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	_, err = n.Listen(ctx, at)
	kindIs(t, err, InUse)
	l.Close()
	_, err = n.Dial(ctx, at)
	if e := kindIs(t, err, Refused); e.Op != "dial" || e.Addr != at || e.Errno == 0 {
		t.Errorf("%+v", e)
	}
}

func TestDialContextAlreadyOver(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := System().Dial(ctx, netip.MustParseAddrPort("127.0.0.1:1"))
	kindIs(t, err, Cancelled)
}

// nameserver answers on loopback from a table; a name that is not in it gets no
// answer at all.
func nameserver(t *testing.T, answer func(q dnsmessage.Question, b *dnsmessage.Builder) (dnsmessage.RCode, bool)) *net.Resolver {
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { pc.Close(); <-done })
	go func() {
		defer close(done)
		buf := make([]byte, 1500)
		for {
			n, from, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			var p dnsmessage.Parser
			h, err := p.Start(buf[:n])
			if err != nil {
				continue
			}
			q, err := p.Question()
			if err != nil {
				continue
			}
			code, ok := answer(q, nil)
			if !ok {
				continue
			}
			b := dnsmessage.NewBuilder(nil, dnsmessage.Header{ID: h.ID, Response: true, RecursionAvailable: true, RCode: code})
			_ = b.StartQuestions()
			_ = b.Question(q)
			_ = b.StartAnswers()
			answer(q, &b)
			if reply, err := b.Finish(); err == nil {
				_, _ = pc.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialNameserver(ctx, "udp", pc.LocalAddr().String())
	}}
}

func zone(q dnsmessage.Question, b *dnsmessage.Builder) (dnsmessage.RCode, bool) {
	h := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 60}
	switch name := q.Name.String(); {
	case name == "silent.lab.test.":
		return 0, false
	case name == "broken.lab.test.":
		return dnsmessage.RCodeServerFailure, true
	case name == "both.lab.test." && q.Type == dnsmessage.TypeA && b != nil:
		_ = b.AResource(h, dnsmessage.AResource{A: [4]byte{192, 0, 2, 7}})
	case name == "both.lab.test." && q.Type == dnsmessage.TypeAAAA && b != nil:
		_ = b.AAAAResource(h, dnsmessage.AAAAResource{AAAA: netip.MustParseAddr("2001:db8::7").As16()})
	case name == "both.lab.test.", name == "empty.lab.test.":
	case name == "_kerberos._tcp.lab.test." && q.Type == dnsmessage.TypeSRV:
		if b != nil {
			_ = b.SRVResource(h, dnsmessage.SRVResource{Priority: 20, Port: 8888, Target: dnsmessage.MustNewName("both.lab.test.")})
			_ = b.SRVResource(h, dnsmessage.SRVResource{Priority: 10, Port: 88, Target: dnsmessage.MustNewName("both.lab.test.")})
			_ = b.SRVResource(h, dnsmessage.SRVResource{Priority: 1, Port: 88, Target: dnsmessage.MustNewName("gone.lab.test.")})
		}
	default:
		return dnsmessage.RCodeNameError, true
	}
	return 0, true
}

func TestLookupHost(t *testing.T) {
	n := system{nameserver(t, zone)}
	ctx := context.Background()
	got, err := n.LookupHost(ctx, "both.lab.test.")
	if err != nil || len(got) != 2 {
		t.Fatal(got, err)
	}
	for _, literal := range []string{"192.0.2.7", "2001:db8::7", "fe80::1%eth0"} {
		got, err := n.LookupHost(ctx, literal)
		if err != nil || len(got) != 1 || got[0].String() != literal {
			t.Errorf("%s: %v %v", literal, got, err)
		}
	}
	for _, tt := range []struct {
		name     string
		notFound bool
	}{{"nobody.lab.test.", true}, {"empty.lab.test.", true}, {"broken.lab.test.", false}, {"silent.lab.test.", false}} {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		_, err := n.LookupHost(ctx, tt.name)
		cancel()
		if e := kindIs(t, err, DNS); e.NotFound != tt.notFound || e.Name != tt.name {
			t.Errorf("%s: %+v", tt.name, e)
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	time.AfterFunc(50*time.Millisecond, cancel)
	began := time.Now()
	_, err = n.LookupHost(cancelled, "silent.lab.test.")
	kindIs(t, err, Cancelled)
	if took := time.Since(began); took > 200*time.Millisecond {
		t.Errorf("cancelled after %v", took)
	}
}

func TestLookupKDC(t *testing.T) {
	n := system{nameserver(t, zone)}
	got, err := n.LookupKDC(context.Background(), "lab.test.")
	if err != nil || len(got) != 4 || got[0].Port() != 88 || got[2].Port() != 8888 {
		t.Errorf("%v %v", got, err)
	}
	_, err = n.LookupKDC(context.Background(), "other.test.")
	if e := kindIs(t, err, DNS); !e.NotFound {
		t.Errorf("%+v", e)
	}
}

func TestSourceFor(t *testing.T) {
	n := System()
	for _, loop := range []string{"127.0.0.1", "127.9.8.7"} {
		from, onLink, err := n.SourceFor(netip.MustParseAddr(loop))
		if err != nil || !from.IsLoopback() || !onLink {
			t.Errorf("%s: from %v, on link %v, %v", loop, from, onLink, err)
		}
	}
}

// Subnets as an interface list gives them.
func TestAttached(t *testing.T) {
	list := func(cidrs ...string) (l []net.Addr) {
		for _, c := range cidrs {
			ip, n, err := net.ParseCIDR(c)
			if err != nil {
				t.Fatal(err)
			}
			l = append(l, &net.IPNet{IP: ip, Mask: n.Mask})
		}
		return l
	}
	addrs := list("127.0.0.1/8", "10.1.2.3/24", "192.0.2.9/30", "fe80::5/64", "2001:db8:1::5/64")
	for _, tt := range []struct {
		from, to string
		want     bool
	}{
		{"10.1.2.3", "10.1.2.77", true},
		{"10.1.2.3", "10.1.3.77", false},
		{"192.0.2.9", "192.0.2.10", true},
		{"192.0.2.9", "10.1.2.77", false}, // another interface's subnet
		{"fe80::5%eth0", "fe80::9%eth0", true},
		{"2001:db8:1::5", "2001:db8:2::5", false},
		{"127.0.0.1", "127.1.1.1", true},
		{"10.1.2.3", "10.1.2.3", true},
	} {
		if got := attached(addrs, netip.MustParseAddr(tt.from), netip.MustParseAddr(tt.to)); got != tt.want {
			t.Errorf("%s from %s: %v", tt.to, tt.from, got)
		}
	}
}
