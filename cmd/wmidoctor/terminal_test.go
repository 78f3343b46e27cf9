//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
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

// read collects what comes from a terminal until it ends or is quiet.
func read(f *os.File, done <-chan struct{}) []byte {
	out := make(chan []byte, 64)
	go func() {
		defer close(out)
		for {
			b := make([]byte, 4096)
			n, err := f.Read(b)
			if err != nil {
				return
			}
			out <- b[:n]
		}
	}()
	var all []byte
	for {
		select {
		case b, ok := <-out:
			if !ok {
				return all
			}
			all = append(all, b...)
		case <-done:
			select {
			case b := <-out:
				all = append(all, b...)
			case <-time.After(200 * time.Millisecond):
				return all
			}
		}
	}
}

// On a terminal that answers nothing, the program must ask it nothing before
// main, or every command would wait five seconds.
func TestASilentTerminalCostsNoTime(t *testing.T) {
	program := built(t)
	for _, args := range [][]string{{"--version"}, {"explain", "5"}, {"check"}} {
		cmd := exec.Command(program, args...)
		cmd.Env = append(os.Environ(), "TERM=xterm-256color")
		start := time.Now()
		f, err := pty.Start(cmd)
		if err != nil {
			t.Skipf("needs a pseudo terminal: %v", err)
		}
		done := make(chan struct{})
		go func() { _ = cmd.Wait(); close(done) }()
		out := read(f, done)
		f.Close()
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%v took %v", args, took)
		}
		if len(out) == 0 || bytes.HasPrefix(out, []byte("\x1b")) {
			t.Errorf("%v begins with %q", args, out[:min(len(out), 40)])
		}
	}
}

// The password is asked for on the terminal and not shown; Ctrl+C there ends
// the program as interrupted, with the terminal as it was.
func TestThePromptHidesAndStops(t *testing.T) {
	program := built(t)
	cmd := exec.Command(program, "check", "127.0.0.1", "--port", "1", "-u", `LAB\svc`)
	f, err := pty.Start(cmd)
	if err != nil {
		t.Skipf("needs a pseudo terminal: %v", err)
	}
	time.Sleep(500 * time.Millisecond)
	_, _ = f.WriteString("Secret1\r")
	done := make(chan struct{})
	go func() { _ = cmd.Wait(); close(done) }()
	out := read(f, done)
	f.Close()
	if !bytes.Contains(out, []byte(`Password of LAB\svc, not shown while you type:`)) || bytes.Contains(out, []byte("Secret1")) {
		t.Errorf("%q", out)
	}
	if code := cmd.ProcessState.ExitCode(); code != 3 {
		t.Errorf("exit code %d, want 3: nothing listens at port 1", code)
	}

	cmd = exec.Command(program, "check", "127.0.0.1", "--port", "1", "-u", `LAB\svc`)
	if f, err = pty.Start(cmd); err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	time.Sleep(500 * time.Millisecond)
	_, _ = f.WriteString("\x03")
	stuck := time.AfterFunc(5*time.Second, func() { _ = cmd.Process.Signal(syscall.SIGKILL) })
	_ = cmd.Wait()
	stuck.Stop()
	if code := cmd.ProcessState.ExitCode(); code != 130 {
		t.Errorf("exit code %d after Ctrl+C, want 130", code)
	}
}
