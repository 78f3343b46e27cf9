package steps_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/peers"
	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// hostFor names the address at which this binary serves a practice host, when
// it is started again inside a namespace.
const hostFor = "WMIDOCTOR_TEST_HOST"

func TestMain(m *testing.M) {
	if at := os.Getenv(hostFor); at != "" {
		if err := serveAlone(at); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serveAlone serves until standard input ends, and prints where.
func serveAlone(at string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	where, wait, err := winhost.New(machine.New(), winhost.Options{}).Listen(ctx, network.System(), netip.MustParseAddrPort(at))
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(where); err != nil {
		return err
	}
	_, _ = bufio.NewReader(os.Stdin).ReadByte()
	cancel()
	return wait()
}

// lab is two network namespaces with a cable between them, and a practice host
// in one.
type lab struct {
	client, host string // names of the namespaces
	object       netip.AddrPort
	program      string
}

const labHost = "10.99.7.2"

func newLab(t *testing.T) *lab {
	peers.Need(t, peers.Linux, peers.Root, peers.IP, peers.NFT)
	id := strconv.Itoa(os.Getpid())
	l := &lab{client: "wdc" + id, host: "wdh" + id, program: build(t)}
	for _, ns := range []string{l.client, l.host} {
		command(t, "ip", "netns", "add", ns)
		t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", ns).Run() })
		command(t, "ip", "-n", ns, "link", "set", "lo", "up")
	}
	command(t, "ip", "link", "add", "wd0", "netns", l.client, "type", "veth", "peer", "name", "wd0", "netns", l.host)
	for ns, address := range map[string]string{l.client: "10.99.7.1/24", l.host: labHost + "/24"} {
		command(t, "ip", "-n", ns, "addr", "add", address, "dev", "wd0")
		command(t, "ip", "-n", ns, "link", "set", "wd0", "up")
	}
	l.start(t)
	return l
}

// start serves a practice host in its namespace.
func (l *lab) start(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("ip", "netns", "exec", l.host, self)
	cmd.Env = append(os.Environ(), hostFor+"="+labHost+":135")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); _ = cmd.Wait() })
	var where winhost.Listening
	if err := json.NewDecoder(out).Decode(&where); err != nil {
		t.Fatal(err)
	}
	l.object = where.Object
}

func command(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// rules replaces the firewall of the host's namespace.
func (l *lab) rules(t *testing.T, rules ...string) {
	nft := func(args ...string) {
		command(t, "ip", append([]string{"netns", "exec", l.host, "nft"}, args...)...)
	}
	nft("flush", "ruleset")
	nft("add table inet lab")
	nft("add chain inet lab in { type filter hook input priority 0 ; }")
	for _, r := range rules {
		nft("add rule inet lab in " + r)
	}
}

var packets = regexp.MustCompile(`packets (\d+)`)

// What firewalls do to the ports of a host, in a real kernel: five answers to a
// SYN, each with its word in the program's JSON. The expected kinds are the
// contract's; which ICMP message is which is RFC 792 and 1812 5.2.7.1.
func TestFirewallsOfAKernel(t *testing.T) {
	l := newLab(t)
	object := strconv.Itoa(int(l.object.Port()))
	for _, c := range []struct {
		name, rule string
		step       probe.StepID
		kind       probe.Kind
	}{
		{"open", "", probe.StepNext, ""},
		{"135 dropped", "tcp dport 135 counter drop", probe.StepTCP135, probe.KindTimeout},
		{"135 rejected with RST", "tcp dport 135 reject with tcp reset", probe.StepTCP135, probe.KindRefused},
		{"135 port unreachable", "tcp dport 135 reject with icmp type port-unreachable", probe.StepTCP135, probe.KindRefused},
		{"135 host unreachable", "tcp dport 135 reject with icmp type host-unreachable", probe.StepTCP135, probe.KindUnreachable},
		{"135 prohibited", "tcp dport 135 reject with icmp type admin-prohibited", probe.StepTCP135, probe.KindProhibited},
		{"object port dropped", "tcp dport " + object + " counter drop", probe.StepTCPObject, probe.KindTimeout},
		{"object port rejected", "tcp dport " + object + " reject with tcp reset", probe.StepTCPObject, probe.KindRefused},
		{"object port prohibited", "tcp dport " + object + " reject with icmp type admin-prohibited", probe.StepTCPObject, probe.KindProhibited},
		{"data to 135 dropped", "tcp dport 135 ct state established meta length > 60 drop", probe.StepBind135, probe.KindTimeout},
		{"data to 135 reset", "tcp dport 135 ct state established meta length > 60 reject with tcp reset", probe.StepBind135, probe.KindReset},
		{"data to the object port reset", "tcp dport " + object + " ct state established meta length > 60 reject with tcp reset", probe.StepCallObject, probe.KindReset},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.rule == "" {
				l.rules(t)
			} else {
				l.rules(t, c.rule)
			}
			exit, steps := check(t, l.program, labHost, 135, "ip", "netns", "exec", l.client)
			got := steps[string(c.step)]
			if c.kind == "" {
				if exit != 0 || got.Outcome != "passed" {
					t.Errorf("exit %d, %+v", exit, steps)
				}
				return
			}
			if exit != 3 || got.Error == nil || got.Error.Kind != string(c.kind) || got.MS > 3100 {
				t.Errorf("exit %d, %s: %+v %+v, want %s", exit, c.step, got, got.Error, c.kind)
			}
			l.countSYNs(t, c.rule)
		})
	}
}

// countSYNs checks that silence was not concluded from one lost packet.
func (l *lab) countSYNs(t *testing.T, rule string) {
	if !strings.Contains(rule, "counter") {
		return
	}
	found := packets.FindStringSubmatch(command(t, "ip", "netns", "exec", l.host, "nft", "list", "ruleset"))
	if len(found) != 2 {
		t.Fatal("no counter")
	}
	if n, _ := strconv.Atoi(found[1]); n < 2 {
		t.Errorf("%d SYNs, want at least two", n)
	}
}
