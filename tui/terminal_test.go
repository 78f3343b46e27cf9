//go:build unix

package tui

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/clip"
)

// screenOf collects what a program writes to a terminal.
type screenOf struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (s *screenOf) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(p)
}

func (s *screenOf) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.String()
}

func (s *screenOf) wait(t *testing.T, words string) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if strings.Contains(s.String(), words) {
			return
		}
	}
	t.Fatalf("%q never came; got %q", words, s.String())
}

// Whichever way the program ends, the run is over, echo and line mode are back
// as they were, the cursor is shown and the alternate screen is left.
func TestTerminalIsPutBack(t *testing.T) {
	for name, c := range map[string]struct {
		leave func(io.Writer, context.CancelFunc)
		code  int
		last  string
	}{
		"q":           {func(w io.Writer, _ context.CancelFunc) { _, _ = w.Write([]byte("q")) }, 3, "Not saved."},
		"Ctrl+C":      {func(w io.Writer, _ context.CancelFunc) { _, _ = w.Write([]byte{3}) }, 3, "Not saved."},
		"from within": {func(_ io.Writer, stop context.CancelFunc) { stop() }, 130, ""},
	} {
		t.Run(name, func(t *testing.T) {
			ptm, pts, err := pty.Open()
			if err != nil {
				t.Skip("needs a pseudo terminal: " + err.Error())
			}
			defer func() { _ = ptm.Close() }() // the other end may still be read by a reader that was told to stop
			_ = pty.Setsize(ptm, &pty.Winsize{Rows: 24, Cols: 80})
			before, err := term.GetState(pts.Fd())
			if err != nil {
				t.Fatal(err)
			}
			screen := &screenOf{}
			go func() { _, _ = io.Copy(screen, ptm) }()
			ctx, stop := context.WithCancel(context.Background())
			defer stop()
			ended := make(chan struct{})
			type end struct {
				code int
				err  error
			}
			done := make(chan end, 1)
			go func() {
				code, err := Run(ctx, Config{In: pts, Out: pts, Go: true, Texts: exampleTexts(), Clip: &clip.Board{Mode: "off"},
					Request: Request{Target: probe.Target{Host: "srv01.corp.example"}},
					Start: func(ctx context.Context, _ Request, f probe.Front) *probe.Report {
						defer close(ended)
						rep := deniedReport()
						f.Emit(probe.Done{Report: rep})
						<-ctx.Done() // an engine that takes its time to close
						return rep
					}})
				done <- end{code, err}
			}()
			screen.wait(t, "access denied")
			c.leave(ptm, stop)
			select {
			case e := <-done:
				if e.code != c.code || e.err != nil {
					t.Errorf("ended with %d, %v; want %d", e.code, e.err, c.code)
				}
			case <-time.After(5 * time.Second):
				t.Fatal("it does not end")
			}
			select {
			case <-ended:
			default:
				t.Error("the engine was left behind")
			}
			screen.wait(t, c.last)
			after, err := term.GetState(pts.Fd())
			if err != nil {
				t.Fatal(err)
			}
			if *after != *before {
				t.Error("the terminal is not as it was")
			}
			out := screen.String()
			for _, seq := range []string{"\x1b[?1049l", "\x1b[?25h"} {
				if strings.LastIndex(out, seq) < strings.LastIndex(out, strings.Replace(strings.Replace(seq, "l", "h", 1), "25h", "25l", 1)) {
					t.Errorf("%q is not the last word", seq)
				}
			}
		})
	}
}

func TestPrintViewShowsTheRawLine(t *testing.T) {
	in, keys, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	var out bytes.Buffer
	v := &printView{ctx: context.Background(), head: "[1] join the group: on srv01, administrator cmd", text: `net localgroup "x" /add`}
	v.SetStdin(in)
	v.SetStdout(&out)
	go func() { _, _ = keys.WriteString("abc\n"); _ = keys.Close() }()
	if err := v.Run(); err != nil {
		t.Fatal(err)
	}
	want := "\n[1] join the group: on srv01, administrator cmd\n\nnet localgroup \"x\" /add\n\nPress Enter to go back to wmidoctor.\n"
	if out.String() != want {
		t.Errorf("%q", out.String())
	}
}
