package network_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/peers"
)

// dialled is what a dial in a network namespace reports back.
type dialled struct {
	Kind   network.Kind
	Errno  uintptr
	OnLink bool
	From   string
	Took   time.Duration
}

// inNamespace makes the test program dial once and print the result, when the
// test below started it inside a namespace.
func inNamespace() bool {
	to := os.Getenv("WMIDOCTOR_TEST_DIAL")
	if to == "" {
		return false
	}
	at := netip.MustParseAddrPort(to)
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	began := time.Now()
	c, err := network.System().Dial(ctx, at)
	d := dialled{Took: time.Since(began)}
	var e *network.Error
	if errors.As(err, &e) {
		d.Kind, d.Errno = e.Kind, e.Errno
	} else if err == nil {
		c.Close()
	}
	from, onLink, _ := network.System().SourceFor(at.Addr())
	d.From, d.OnLink = from.String(), onLink
	_ = json.NewEncoder(os.Stdout).Encode(d)
	return true
}

// lab is two namespaces joined by a cable.
type lab struct {
	t         *testing.T
	near, far string
}

func newLab(t *testing.T) *lab {
	l := &lab{t: t, near: fmt.Sprintf("wdn%d", os.Getpid()), far: fmt.Sprintf("wdf%d", os.Getpid())}
	for _, ns := range []string{l.near, l.far} {
		l.must("ip", "netns", "add", ns)
		t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", ns).Run() })
		l.must("ip", "-n", ns, "link", "set", "lo", "up")
	}
	l.must("ip", "link", "add", "v0", "netns", l.near, "type", "veth", "peer", "name", "v1", "netns", l.far)
	for _, side := range [][]string{{l.near, "v0", "1"}, {l.far, "v1", "2"}} {
		l.must("ip", "-n", side[0], "addr", "add", "10.99.0."+side[2]+"/24", "dev", side[1])
		l.must("ip", "-n", side[0], "addr", "add", "2001:db8:99::"+side[2]+"/64", "dev", side[1], "nodad")
		l.must("ip", "-n", side[0], "link", "set", side[1], "up")
	}
	l.must("ip", "netns", "exec", l.far, "nft", "add table inet t; add chain inet t in { type filter hook input priority 0; }")
	l.must("ip", "netns", "exec", l.near, "nft", "add table inet t; add chain inet t out { type filter hook output priority 0; }")
	return l
}

func (l *lab) must(args ...string) {
	l.t.Helper()
	if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
		l.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (l *lab) dial(to string) (d dialled) {
	l.t.Helper()
	self, err := os.Executable()
	if err != nil {
		l.t.Fatal(err)
	}
	cmd := exec.Command("ip", "netns", "exec", l.near, self)
	cmd.Env = append(os.Environ(), "WMIDOCTOR_TEST_DIAL="+to)
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &d)
	}
	if err != nil {
		l.t.Fatalf("dial %s: %v\n%s", to, err, out)
	}
	return d
}

// The answers to a SYN, made by a real kernel: nftables at the far end and
// routes at the near one.
func TestAnswersToASYN(t *testing.T) {
	peers.Need(t, peers.Root, peers.IP, peers.NFT)
	l := newLab(t)
	far := func(rule string) { l.must("ip", "netns", "exec", l.far, "nft", "add rule inet t in "+rule) }
	far("tcp dport 1001 drop")
	far("tcp dport 1002 reject with tcp reset")
	far("tcp dport 1003 reject with icmpx type admin-prohibited")
	far("tcp dport 1004 reject with icmpx type host-unreachable")
	far("ip protocol tcp tcp dport 1005 reject with icmp type host-prohibited")
	far("ip protocol tcp tcp dport 1006 reject with icmp type net-unreachable")
	l.must("ip", "netns", "exec", l.near, "nft", "add rule inet t out tcp dport 1007 reject with icmpx type admin-prohibited")
	for route, kind := range map[string]string{"10.98.1.0/24": "prohibit", "10.98.2.0/24": "unreachable", "10.98.3.0/24": "blackhole"} {
		l.must("ip", "-n", l.near, "route", "add", kind, route)
	}
	for _, tt := range []struct {
		to   string
		want network.Kind
	}{
		{"10.99.0.2:1000", network.Refused},
		{"10.99.0.2:1001", network.Timeout},
		{"10.99.0.2:1002", network.Refused},
		{"10.99.0.2:1003", network.Prohibited},
		{"10.99.0.2:1004", network.Unreachable},
		{"10.99.0.2:1005", network.Prohibited},
		{"10.99.0.2:1006", network.Unreachable},
		{"10.99.0.2:1007", network.Prohibited},
		{"[2001:db8:99::2]:1000", network.Refused},
		{"[2001:db8:99::2]:1003", network.Prohibited},
		{"[2001:db8:99::2]:1004", network.Unreachable},
		{"10.98.1.1:135", network.Prohibited},
		{"10.98.2.1:135", network.Unreachable},
		{"10.98.3.1:135", network.Unreachable},
		{"10.97.0.1:135", network.Unreachable},
		{"[fe80::1]:135", network.Unreachable}, // no zone
	} {
		d := l.dial(tt.to)
		if d.Kind != tt.want || d.Took > 3200*time.Millisecond || tt.want != network.Timeout && d.Took > 2*time.Second {
			t.Errorf("%s: %+v, want %s", tt.to, d, tt.want)
		}
		if strings.HasPrefix(tt.to, "10.99.0.2") && (!d.OnLink || d.From != "10.99.0.1") {
			t.Errorf("%s: source %s, on link %v", tt.to, d.From, d.OnLink)
		}
	}
}
