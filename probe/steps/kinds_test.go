package steps_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// kindCase is one thing that can happen at the endpoint mapper's port. What is
// expected are the words of the outside contract, section 3.
type kindCase struct {
	name  string
	serve func(net.Conn) // a server that is no Windows; or
	bend  bend           // what happens to the frames of one that is

	step   probe.StepID
	kind   probe.Kind // "" passes
	phase  probe.Phase
	within time.Duration // of the step
}

// The frames of the host on port 135, in a run with SPNEGO.
const (
	frameBindAck = iota
	frameAlive
	frameChallenge
	frameVerdict
	frameIdentity
	frameActivation
)

const soon = time.Second // nothing is to be waited for

// A server that closes before it has read is not among them: its FIN and the
// RST that answers our bind race, and either word is then true.
func kindCases() []kindCase {
	cut := func(f []byte) ([]byte, ending) { return f[:len(f)/2], fin }
	return []kindCase{
		{name: "silent", serve: stall.do, step: probe.StepBind135, kind: probe.KindTimeout, phase: probe.PhaseBind, within: 3100 * time.Millisecond},
		{name: "web server", serve: webServer, step: probe.StepBind135, kind: probe.KindNotRPC, phase: probe.PhaseBind, within: soon},
		{name: "SSH banner first", serve: sshServer, step: probe.StepBind135, kind: probe.KindNotRPC, phase: probe.PhaseBind, within: soon},
		{name: "reset on the first data", serve: afterData(rst), step: probe.StepBind135, kind: probe.KindReset, phase: probe.PhaseBind, within: soon},
		{name: "closed on the first data", serve: afterData(fin), step: probe.StepBind135, kind: probe.KindClosed, phase: probe.PhaseBind, within: soon},
		{name: "reset within the bind_ack", bend: only(frameBindAck, func(f []byte) ([]byte, ending) { return f[:20], rst }),
			step: probe.StepBind135, kind: probe.KindReset, phase: probe.PhaseBind, within: soon},
		{name: "bind_ack truncated", bend: only(frameBindAck, cut), step: probe.StepBind135, kind: probe.KindTruncated, phase: probe.PhaseBind, within: soon},
		{name: "bind_nak", bend: only(frameBindAck, func(f []byte) ([]byte, ending) { return bindNak(f, 2), goOn }),
			step: probe.StepBind135, kind: probe.KindBindNak, phase: probe.PhaseBind, within: soon},
		{name: "resolver rejected", bend: only(frameBindAck, func(f []byte) ([]byte, ending) { return rejectFirst(f), goOn }),
			step: probe.StepBind135, kind: probe.KindContextRejected, phase: probe.PhaseBind, within: soon},
		{name: "stub of ServerAlive2 malformed", bend: only(frameAlive, shortStub), step: probe.StepAlive, kind: probe.KindMalformed, phase: probe.PhaseResponse, within: soon},
		{name: "ServerAlive2 truncated", bend: only(frameAlive, cut), step: probe.StepAlive, kind: probe.KindTruncated, phase: probe.PhaseStream, within: soon},
		{name: "logon refused", bend: only(frameVerdict, func(f []byte) ([]byte, ending) { return fault(f, 5), goOn }),
			step: probe.StepSPNEGO, kind: probe.KindFault, phase: probe.PhaseAuth, within: soon},
		{name: "fault instead of identity", bend: only(frameIdentity, func(f []byte) ([]byte, ending) { return fault(f, 5), goOn }),
			step: probe.StepIdentity, kind: probe.KindFault, phase: probe.PhaseFault, within: soon},
		{name: "signature of identity changed", bend: only(frameIdentity, flipLast), step: probe.StepIdentity, kind: probe.KindSignature, phase: probe.PhaseStream, within: soon},
		{name: "signature of activation changed", bend: only(frameActivation, flipLast), step: probe.StepActivate, kind: probe.KindSignature, phase: probe.PhaseStream, within: soon},
		{name: "activation refused", bend: only(frameActivation, func(f []byte) ([]byte, ending) { return fault(f, 5), goOn }),
			step: probe.StepActivate, kind: probe.KindFault, phase: probe.PhaseFault, within: soon},
		{name: "activation never answered", bend: only(frameActivation, func([]byte) ([]byte, ending) { return nil, fin }),
			step: probe.StepActivate, kind: probe.KindClosed, phase: probe.PhaseStream, within: soon},
	}
}

// Each event has its own word, at its own step, in its own time.
func TestKinds(t *testing.T) {
	_, where := serve(t, machine.New(), "127.13.9.1:0")
	for _, c := range kindCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			at := c.open(t, where.Mapper.String())
			v := visitTo("127.13.9.2", at, network.System())
			began := time.Now()
			r := v.run(t.Context(), t)
			failed, _ := r.FirstFailed()
			f := failed.Failure
			if f == nil || failed.Step != c.step || f.Kind != c.kind || f.Phase != c.phase {
				t.Errorf("failed: %s %+v, want %s %s in %s", failed.Step, f, c.step, c.kind, c.phase)
				tell(t, r)
			}
			if failed.Took > c.within || time.Since(began) > c.within+3*time.Second {
				t.Errorf("took %v, want at most %v", failed.Took, c.within)
			}
			secretive(t, r, v.front)
		})
	}
}

// open starts the case's server or relay, and returns its port.
func (c *kindCase) open(t *testing.T, host string) uint16 {
	if c.serve != nil {
		return strange(t, "127.13.9.2:0", c.serve).Port()
	}
	return relay(t, "127.13.9.2:0", parse(t, host), c.bend).Port()
}

// Nothing listens: the SYN is refused, and the answer is there at once.
func TestClosedPortIsRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.13.9.3:0")
	if err != nil {
		t.Fatal(err)
	}
	port := uint16(l.Addr().(*net.TCPAddr).Port)
	l.Close()
	r := visitTo("127.13.9.3", port, network.System()).run(t.Context(), t)
	failed, _ := r.FirstFailed()
	if f := failed.Failure; f == nil || failed.Step != probe.StepTCP135 || f.Kind != probe.KindRefused || f.Phase != probe.PhaseDial || failed.Took > soon {
		t.Errorf("%s %+v after %v", failed.Step, f, failed.Took)
	}
}

// A slow link delivers one byte at a time; that is no fault.
func TestAnswersByteByByte(t *testing.T) {
	_, where := serve(t, machine.New(), "127.13.9.4:0")
	drip := func(to string) func(net.Conn) {
		return func(client net.Conn) {
			host, err := net.Dial("tcp", to)
			if err != nil {
				return
			}
			defer host.Close()
			go func() { _, _ = io.Copy(host, client); host.Close() }()
			one := make([]byte, 1)
			for {
				if _, err := host.Read(one); err != nil {
					return
				}
				if _, err := client.Write(one); err != nil { // TCP_NODELAY: a segment each
					return
				}
			}
		}
	}
	at := strange(t, "127.13.9.5:0", drip(where.Mapper.String()))
	strange(t, net.JoinHostPort("127.13.9.5", strconv.Itoa(int(where.Object.Port()))), drip(where.Object.String()))
	r := visitTo("127.13.9.5", at.Port(), network.System()).run(t.Context(), t)
	if r.Outcome != probe.Passed || r.RoundTrips != 12 {
		t.Errorf("%v in %d turns", r.Outcome, r.RoundTrips)
		tell(t, r)
	}
}

func webServer(c net.Conn) {
	_, _ = c.Read(make([]byte, 1024))
	_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

func sshServer(c net.Conn) {
	_, _ = io.WriteString(c, "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
	_, _ = io.Copy(io.Discard, c)
}

func afterData(e ending) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = c.Read(make([]byte, 4096))
		e.do(c)
	}
}

func flipLast(f []byte) ([]byte, ending) {
	f[len(f)-1] ^= 1
	return f, goOn
}

// shortStub leaves six bytes of the stub of a response: the COM version and
// half a pointer.
func shortStub(f []byte) ([]byte, ending) { return frame(2, f, f[16:30]...), goOn }

// The same through the built program: exit code 3, and error.kind in its JSON.
func TestKindsOfTheProgram(t *testing.T) {
	program := build(t)
	_, where := serve(t, machine.New(), "127.13.9.6:0")
	for _, c := range kindCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, steps := check(t, program, "127.13.9.2", c.open(t, where.Mapper.String()))
			got := steps[string(c.step)]
			if code != 3 || got.Outcome != "failed" || got.Error == nil || got.Error.Kind != string(c.kind) || got.Error.Phase != string(c.phase) {
				t.Errorf("exit %d, %s: %+v %+v", code, c.step, got, got.Error)
			}
		})
	}
	t.Run("healthy", func(t *testing.T) {
		code, steps := check(t, program, "127.13.9.6", where.Mapper.Port())
		if code != 0 || steps["next"].Outcome != "passed" {
			t.Errorf("exit %d, %+v", code, steps)
		}
	})
}

// build builds the program once a test.
func build(t testing.TB) string {
	t.Helper()
	_, file, _, _ := runtime.Caller(0)
	program := filepath.Join(t.TempDir(), "wmidoctor")
	cmd := exec.Command("go", "build", "-o", program, "./cmd/wmidoctor")
	cmd.Dir = filepath.Dir(filepath.Dir(filepath.Dir(file)))
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// stepDoc is what the contract promises of a step.
type stepDoc struct {
	ID, Outcome string
	MS          float64
	Error       *struct{ Kind, Phase, Code string }
}

// check runs the program's check with JSON; before holds a command that runs it.
func check(t testing.TB, program, host string, port uint16, before ...string) (exit int, steps map[string]stepDoc) {
	t.Helper()
	args := append(before, program, "check", host, "--port", strconv.Itoa(int(port)), "-u", account, "--callback", "off", "--json")
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "WMIDOCTOR_PASSWORD="+machine.Password)
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	err := cmd.Run()
	var status *exec.ExitError
	if err != nil && !errors.As(err, &status) {
		t.Fatal(err)
	}
	if bytes.Contains(out.Bytes(), []byte(machine.Password)) || bytes.Contains(complaints.Bytes(), []byte(machine.Password)) {
		t.Error("the password was printed")
	}
	var doc struct{ Layers []struct{ Steps []stepDoc } }
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatalf("%v\n%s%s", err, out.Bytes(), complaints.Bytes())
	}
	steps = map[string]stepDoc{}
	for _, l := range doc.Layers {
		for _, s := range l.Steps {
			steps[s.ID] = s
		}
	}
	return cmd.ProcessState.ExitCode(), steps
}
