package steps_test

import (
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/peers"
	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// distant forwards connections, each direction late by half a round trip. The
// handshake of TCP, which the kernel answers at once, is made up for before the
// first byte.
func distant(t testing.TB, at string, to netip.AddrPort, rtt time.Duration) {
	strange(t, at, func(client net.Conn) {
		host, err := net.Dial("tcp", to.String())
		if err != nil {
			return
		}
		defer host.Close()
		done := make(chan bool, 2)
		go func() { late(host, client, rtt+rtt/2, rtt/2); done <- true }()
		go func() { late(client, host, rtt/2, rtt/2); done <- true }()
		<-done
	})
}

// late copies what it reads, each piece after a delay of its own.
func late(to io.Writer, from io.Reader, first, delay time.Duration) {
	type piece struct {
		due  time.Time
		data []byte
	}
	pieces := make(chan piece, 1024)
	go func() {
		defer close(pieces)
		wait := first
		for {
			b := make([]byte, 32<<10)
			n, err := from.Read(b)
			if n > 0 {
				pieces <- piece{time.Now().Add(wait), b[:n]}
				wait = delay
			}
			if err != nil {
				return
			}
		}
	}()
	for p := range pieces {
		time.Sleep(time.Until(p.due))
		if _, err := to.Write(p.data); err != nil {
			return
		}
	}
}

// How long other clients and ours need for the same query over the same way is
// printed, with what each needs without the distance: starting an interpreter
// is none of the wire's business. No time is held: the machine may be busy.
func TestClientsAtADistance(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	peers.Need(t, peers.Root, peers.Impacket)
	const rtt = 100 * time.Millisecond
	near, far := farHost(t, "127.13.10.1", 0), farHost(t, "127.13.10.3", rtt)
	query := filepath.Join(t.TempDir(), "query")
	if err := os.WriteFile(query, []byte(probe.DefaultQuery+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	program := build(t)
	clients := []struct {
		name string
		run  func(host string) *exec.Cmd
	}{
		{"check --auth ntlm", func(host string) *exec.Cmd { return ourCheck(program, host, "ntlm") }},
		{"check --auth auto", func(host string) *exec.Cmd { return ourCheck(program, host, "auto") }},
		{"wmiquery.py", func(host string) *exec.Cmd {
			return exec.Command(peers.Python(), peers.ImpacketExample("wmiquery.py"), "-rpc-auth-level", "integrity",
				"-file", query, `LAB/svc-mon:`+machine.Password+"@"+host)
		}},
		{"wmic.go", goExample(t, "wmic.go")},
		{"wmic_using_client_set.go", goExample(t, "wmic_using_client_set.go")},
	}
	took := map[string]time.Duration{}
	for _, c := range clients {
		base, whole := timed(t, c.run(near)), timed(t, c.run(far))
		took[c.name] = whole - base
		t.Logf("%-26s near %5d ms, far %5d ms: %4.1f round trips", c.name, base.Milliseconds(), whole.Milliseconds(), float64(whole-base)/float64(rtt))
	}
	for _, c := range clients[2:] {
		t.Logf("ours with raw NTLM against %s: %.2f", c.name, float64(took["check --auth ntlm"])/float64(took[c.name]))
	}
}

// farHost serves a host whose bindings name the far end of a way, and returns
// that end's address. The next address after at is the host's own.
func farHost(t testing.TB, at string, rtt time.Duration) string {
	end := netip.MustParseAddr(at)
	h, where := serve(t, machine.New(), netip.AddrPortFrom(end.Next(), 135).String())
	h.Machine().Do(func(m *machine.Machine) {
		m.Network.Addresses = []netip.Prefix{netip.PrefixFrom(end, 32)}
	})
	distant(t, net.JoinHostPort(at, "135"), where.Mapper, rtt)
	distant(t, net.JoinHostPort(at, strconv.Itoa(int(where.Object.Port()))), where.Object, rtt)
	return at
}

func ourCheck(program, host, auth string) *exec.Cmd {
	cmd := exec.Command(program, "check", host, "-u", account, "--callback", "off", "--auth", auth, "--json")
	cmd.Env = append(os.Environ(), "WMIDOCTOR_PASSWORD="+machine.Password)
	return cmd
}

// timed runs a client that must print the build number of the practice host.
func timed(t testing.TB, cmd *exec.Cmd) time.Duration {
	t.Helper()
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if !strings.Contains(string(out), "20348") {
		t.Fatalf("%v\n%s", err, out)
	}
	return time.Since(began)
}

// goExample builds one of go-msrpc's programs as it is, but for the line that
// keeps it out of its own build.
func goExample(t testing.TB, name string) func(string) *exec.Cmd {
	t.Helper()
	dir := strings.TrimSpace(command(t, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/oiweiwei/go-msrpc"))
	text, err := os.ReadFile(filepath.Join(dir, "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	source, program := filepath.Join(work, "main.go"), filepath.Join(work, "client")
	if err := os.WriteFile(source, []byte(strings.Replace(string(text), "//go:build ignore", "", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, "go", "build", "-o", program, source)
	return func(host string) *exec.Cmd {
		cmd := exec.Command(program, "-query", probe.DefaultQuery)
		cmd.Env = append(os.Environ(), "USERNAME="+account, "PASSWORD="+machine.Password, "SERVER="+host, "TARGET=winhost")
		return cmd
	}
}

// What a healthy run costs within the process: turns and allocations, host
// included.
func BenchmarkHealthyRun(b *testing.B) {
	for _, auth := range []probe.AuthChoice{probe.AuthNTLM, probe.AuthAuto} {
		b.Run(string(auth), func(b *testing.B) {
			b.ReportAllocs()
			n := winhost.New(machine.New(), winhost.Options{}).Network()
			defer n.Close()
			turns := 0
			for b.Loop() {
				v := visitTo("winhost.lab.test", 135, n)
				v.target.Auth = auth
				r := v.run(b.Context(), b)
				if r.Outcome != probe.Passed {
					b.Fatal(r.Outcome)
				}
				turns = r.RoundTrips
			}
			b.ReportMetric(float64(turns), "turns")
		})
	}
}
