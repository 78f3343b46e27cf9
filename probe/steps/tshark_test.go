package steps_test

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/peers"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// tshark reads a whole run, and finds nothing malformed, the calls in their
// order, and as many turns as the report counts.
func TestTsharkReadsARun(t *testing.T) {
	peers.Need(t, peers.Linux, peers.Root, peers.Tshark, peers.Tcpdump)
	for auth, want := range map[probe.AuthChoice]string{
		// type/opnum: bind and ServerAlive2, logon, ServerAlive2, RemoteCreateInstance; then the
		// object port: logon and NTLMLogin, ExecQuery, Next, RemRelease (MS-DCOM, MS-WMI).
		probe.AuthNTLM: "11 0/5 14 16 0/5 0/4 11 16 0/6 0/20 0/4 0/5",
		probe.AuthAuto: "11 0/5 14 14 0/5 0/4 11 14 0/6 0/20 0/4 0/5",
	} {
		t.Run(string(auth), func(t *testing.T) {
			_, where := serve(t, machine.New(), "127.13.9.7:135")
			file := t.TempDir() + "/run.pcap"
			end := capture(t, file, "host 127.13.9.7 and tcp")
			v := visitTo("127.13.9.7", where.Mapper.Port(), network.System())
			v.target.Auth = auth
			r := v.run(t.Context(), t)
			end()
			if bad := tshark(t, file, "-Y", "_ws.malformed || _ws.expert.severity >= 8388608", "-V"); bad != "" {
				t.Errorf("malformed:\n%s", bad)
			}
			lines := strings.Fields(strings.ReplaceAll(tshark(t, file, "-Y", "dcerpc && ip.dst == 127.13.9.7",
				"-T", "fields", "-e", "dcerpc.pkt_type", "-e", "dcerpc.opnum", "-E", "aggregator=;"), "\t", "|"))
			if got := sent(lines); got != want {
				t.Errorf("sent %s, want %s", got, want)
			}
			// The answer to the farewell is not waited for and may be in the
			// capture or not.
			if turns := turnsOf(t, file); turns != r.RoundTrips && turns != r.RoundTrips+1 {
				t.Errorf("%d turns in the capture, the report has %d", turns, r.RoundTrips)
			}
		})
	}
}

// sent makes one list of the types and operations of each segment.
func sent(lines []string) string {
	var out []string
	for _, l := range lines {
		types, opnums, _ := strings.Cut(l, "|")
		operations := strings.Split(opnums, ";")
		for _, kind := range strings.Split(types, ";") {
			if kind == "0" && len(operations) > 0 {
				kind, operations = "0/"+operations[0], operations[1:]
			}
			out = append(out, kind)
		}
	}
	return strings.Join(out, " ")
}

// turnsOf counts, on each connection, the segments with data or SYN of the host
// that follow one of ours.
func turnsOf(t *testing.T, file string) (turns int) {
	out := tshark(t, file, "-Y", "tcp.len > 0 || tcp.flags.syn == 1", "-T", "fields", "-e", "tcp.stream", "-e", "ip.src", "-e", "tcp.srcport", "-e", "tcp.dstport")
	waiting := map[string]bool{}
	first := map[string]string{} // the client's port on each connection
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		f := strings.Fields(line)
		if len(f) != 4 {
			continue
		}
		if first[f[0]] == "" {
			first[f[0]] = f[2]
		}
		if ours := first[f[0]] == f[2]; ours {
			waiting[f[0]] = true
		} else if waiting[f[0]] {
			waiting[f[0]] = false
			turns++
		}
	}
	return turns
}

func tshark(t *testing.T, file string, args ...string) string {
	t.Helper()
	out, err := exec.Command("tshark", append([]string{"-r", file}, args...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// capture starts tcpdump on the loopback interface; end waits until it has
// written what it saw.
func capture(t *testing.T, file, filter string) (end func()) {
	cmd := exec.Command("tcpdump", "-i", "lo", "--immediate-mode", "-B", "8192", "-U", "-s", "0", "-w", file, filter)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		if strings.Contains(lines.Text(), "listening on") {
			break
		}
	}
	return func() {
		time.Sleep(300 * time.Millisecond) // packets on their way to it
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	}
}
