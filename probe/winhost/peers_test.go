package winhost_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/peers"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// peerAt is where other people's clients find the practice host: they know no
// other port than 135.
const peerAt = "127.13.5.1:135"

// run gives a program half a minute, and returns all it printed.
func run(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	return string(out), err
}

// Unmodified clients query the practice host with the password and are refused
// without. What they print is theirs; the values are the simulated machine's.
func TestOtherClientsQueryTheHost(t *testing.T) {
	peers.Need(t, peers.Root, peers.Impacket)
	h, _ := serve(t, machine.New(), peerAt)
	address := strings.TrimSuffix(peerAt, ":135")
	query := t.TempDir() + "/query"
	write(t, query, "SELECT Caption, BuildNumber FROM Win32_OperatingSystem\n")
	wmiquery := func(password, level string) (string, error) {
		return run(t, peers.Python(), peers.ImpacketExample("wmiquery.py"), "-rpc-auth-level", level,
			"-file", query, `LAB/svc-mon:`+password+"@"+address)
	}
	for _, level := range []string{"integrity", "privacy"} {
		t.Run("wmiquery "+level, func(t *testing.T) {
			out, err := wmiquery(machine.Password, level)
			if err != nil || !strings.Contains(out, "20348") {
				t.Errorf("%v\n%s", err, out)
			}
		})
		t.Run("wmiquery "+level+", wrong password", func(t *testing.T) {
			before := h.Count().Rejected
			out, _ := wmiquery("not-the-password", level)
			if strings.Contains(out, "20348") || h.Count().Rejected != before+1 {
				t.Errorf("not refused: %s", out)
			}
		})
	}
	t.Run("rpcdump", func(t *testing.T) {
		out, err := run(t, peers.Python(), peers.ImpacketExample("rpcdump.py"), address)
		if err != nil || !strings.Contains(out, "Windows Event Log") {
			t.Errorf("%v\n%s", err, out)
		}
	})
}

func TestRPCClientReadsTheEndpointMapper(t *testing.T) {
	peers.Need(t, peers.Root, peers.RPCClient)
	h, _ := serve(t, machine.New(), peerAt)
	address := strings.TrimSuffix(peerAt, ":135")
	for _, binding := range []string{"ntlm,sign", "ntlm,seal", "spnego,sign", "spnego,seal"} {
		t.Run(binding, func(t *testing.T) {
			out, err := run(t, "rpcclient", "-U", `LAB\svc-mon%`+machine.Password, "ncacn_ip_tcp:"+address+"["+binding+"]", "-c", "epmlookup")
			if err != nil || !strings.Contains(out, "f6beaff7-1e19-4fbb-9f8f-b89e2018337c") {
				t.Errorf("%v\n%s", err, out)
			}
			out, err = run(t, "rpcclient", "-U", `LAB\svc-mon%`+machine.Password, "ncacn_ip_tcp:"+address+"["+binding+"]", "-c", "epmmap")
			if err != nil || !strings.Contains(out, "12345778-1234-abcd-ef00-0123456789ab") {
				t.Errorf("epmmap: %v\n%s", err, out)
			}
			before := h.Count().Rejected
			out, _ = run(t, "rpcclient", "-U", `LAB\svc-mon%not-the-password`, "ncacn_ip_tcp:"+address+"["+binding+"]", "-c", "epmlookup")
			if strings.Contains(out, "abstract_syntax") || h.Count().Rejected == before {
				t.Errorf("a wrong password is not refused: %s", out)
			}
		})
	}
}

// go-msrpc's example programs are built as they are, but for the line that
// keeps them out of its own build.
func TestGoMSRPCQueriesTheHost(t *testing.T) {
	peers.Need(t, peers.Root)
	h, _ := serve(t, machine.New(), peerAt)
	dir, err := run(t, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/oiweiwei/go-msrpc")
	if err != nil {
		t.Fatal(dir, err)
	}
	for _, example := range []string{"wmic.go", "wmic_using_client_set.go"} {
		t.Run(example, func(t *testing.T) {
			program := buildExample(t, filepath.Join(strings.TrimSpace(dir), "examples", example))
			query := func(password string) string {
				cmd := exec.CommandContext(t.Context(), program, "-query", "SELECT Name, State FROM Win32_Service WHERE Name = 'winmgmt'")
				cmd.Env = append(os.Environ(), `USERNAME=LAB\svc-mon`, "PASSWORD="+password,
					"SERVER="+strings.TrimSuffix(peerAt, ":135"), "TARGET=winhost")
				out, _ := cmd.CombinedOutput()
				return string(out)
			}
			if out := query(machine.Password); !strings.Contains(out, "Running") {
				t.Error(out)
			}
			before := h.Count().Rejected
			if out := query("not-the-password"); strings.Contains(out, "Running") || h.Count().Rejected == before {
				t.Errorf("a wrong password is not refused: %s", out)
			}
		})
	}
}

func buildExample(t *testing.T, source string) string {
	text, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	main := filepath.Join(dir, "main.go")
	write(t, main, strings.Replace(string(text), "//go:build ignore", "", 1))
	program := filepath.Join(dir, "example")
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, main).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}
