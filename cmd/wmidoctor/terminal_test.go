//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// built is the program, built once for a test.
func built(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "wmidoctor")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// terminal is a pseudo terminal with the program on it.
type terminal struct {
	*os.File
	cmd  *exec.Cmd
	mu   sync.Mutex
	seen []byte
	done chan struct{}
}

// onTerminal starts the program on a terminal that answers nothing.
func onTerminal(t *testing.T, program string, args ...string) *terminal {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color")
	f, err := pty.Start(cmd)
	if err != nil {
		t.Skipf("needs a pseudo terminal: %v", err)
	}
	x := &terminal{File: f, cmd: cmd, done: make(chan struct{})}
	read := make(chan struct{})
	go func() {
		defer close(read)
		b := make([]byte, 4096)
		for {
			n, err := f.Read(b)
			x.mu.Lock()
			x.seen = append(x.seen, b[:n]...)
			x.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	go func() {
		_ = cmd.Wait()
		select {
		case <-read:
		case <-time.After(time.Second): // some systems never end the read
		}
		close(x.done)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-x.done
		f.Close()
	})
	return x
}

func (x *terminal) text() []byte {
	x.mu.Lock()
	defer x.mu.Unlock()
	return bytes.Clone(x.seen)
}

// await waits until a text has come.
func (x *terminal) await(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if bytes.Contains(x.text(), []byte(text)) {
			return
		}
	}
	t.Fatalf("%q never came: %q", text, x.text())
}

// exit waits for the end and returns the exit code.
func (x *terminal) exit(t *testing.T) int {
	t.Helper()
	select {
	case <-x.done:
	case <-time.After(20 * time.Second):
		t.Fatalf("it does not end: %q", x.text())
	}
	return x.cmd.ProcessState.ExitCode()
}

// On a terminal that answers nothing, the program must ask it nothing before
// main, or every command would wait five seconds.
func TestASilentTerminalCostsNoTime(t *testing.T) {
	program := built(t)
	for _, args := range [][]string{{"--version"}, {"explain", "5"}, {"check"}} {
		start := time.Now()
		x := onTerminal(t, program, args...)
		x.exit(t)
		out := x.text()
		if took := time.Since(start); took > 4*time.Second {
			t.Errorf("%v took %v", args, took)
		}
		if len(out) == 0 || bytes.HasPrefix(out, []byte("\x1b")) {
			t.Errorf("%v begins with %q", args, out[:min(len(out), 40)])
		}
	}
}

// The password is asked for on the terminal and not shown; Ctrl+C there ends
// the program as interrupted.
func TestThePromptHidesAndStops(t *testing.T) {
	const prompt = `Password of LAB\svc, not shown while you type:`
	program := built(t)
	x := onTerminal(t, program, "check", "127.0.0.1", "--port", "1", "-u", `LAB\svc`)
	x.await(t, prompt)
	time.Sleep(300 * time.Millisecond) // the echo goes off after the prompt
	_, _ = x.WriteString("Secret1\r")
	if code := x.exit(t); code != 3 {
		t.Errorf("exit code %d, want 3: nothing listens at port 1", code)
	}
	if out := x.text(); bytes.Contains(out, []byte("Secret1")) {
		t.Errorf("%q", out)
	}

	x = onTerminal(t, program, "check", "127.0.0.1", "--port", "1", "-u", `LAB\svc`)
	x.await(t, prompt)
	time.Sleep(300 * time.Millisecond)
	_, _ = x.WriteString("\x03")
	if code := x.exit(t); code != 130 {
		t.Errorf("exit code %d after Ctrl+C, want 130", code)
	}
}
