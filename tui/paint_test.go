package tui

import (
	"os"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// written drains what a painter wrote since the last call.
func written(t *testing.T, r *os.File) string {
	t.Helper()
	_ = r.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	var b strings.Builder
	buf := make([]byte, 1<<16)
	for {
		n, err := r.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			return b.String()
		}
	}
}

func TestPainterWritesWhatChanged(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = r.Close(), w.Close() }()
	s := finishedRun(t, deniedReport(), 80, 24)
	p := &painter{model: s.model, out: &terminal{File: w}}
	p.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	first := written(t, r)
	for y, l := range strings.Split(s.View(), "\n") {
		if !strings.Contains(first, l) {
			t.Errorf("line %d is not drawn", y+1)
		}
	}
	p.Update(tick{turn: -1})
	if got := written(t, r); got != "" {
		t.Errorf("nothing changed, yet %q was written", got)
	}
	p.Update(keyMsg("down")) // the mark moves: two lines of the verdict, and none else
	got := written(t, r)
	if n := strings.Count(got, ";1H"); n == 0 || n > 4 {
		t.Errorf("%d lines are drawn for one arrow: %q", n, got)
	}
	p.Update(tea.ResumeMsg{}) // the screen was lent: everything again
	if n := strings.Count(written(t, r), ";1H"); n != 24 {
		t.Errorf("%d lines are drawn, want all", n)
	}
	if p.View() != "" {
		t.Error("the renderer is given something to draw")
	}
	// A frame of the renderer is left out, what it does otherwise passes.
	_, _ = p.out.Write([]byte("\x1b[H\r \x1b[K"))
	_, _ = p.out.Write([]byte("\x1b[?1049h"))
	_, _ = p.out.Write([]byte("\x1b[H"))
	if got := written(t, r); got != "\x1b[?1049h\x1b[H" {
		t.Errorf("%q came through", got)
	}
}

// A frame of a running step repaints one row, in less than 200 bytes.
func TestTheDotIsCheap(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = r.Close(), w.Close() }()
	s := runningObjectPort(t, 80, 24)
	p := &painter{model: s.model, out: &terminal{File: w}}
	p.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	written(t, r)
	s.shared.Run.State = 1
	p.Update(tick{turn: s.turn})
	if got := written(t, r); strings.Count(got, ";1H") != 1 || len(got) > 200 {
		t.Errorf("%d bytes for one movement of the dot: %q", len(got), got)
	}
}
