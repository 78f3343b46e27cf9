package tui

import (
	"bytes"
	"os"
	"sync"
)

// terminal is the output that the screen and the clipboard share. It embeds
// the file, because Bubble Tea asks its descriptor for the size of the window.
type terminal struct {
	*os.File
	mu sync.Mutex
}

// home begins every frame of Bubble Tea's renderer on the alternate screen.
const home = "\x1b[H"

// Write writes one piece whole. The frames of the renderer are left out, for
// the painter draws them; what it does to the terminal otherwise passes.
func (t *terminal) Write(p []byte) (int, error) {
	if len(p) > len(home) && bytes.HasPrefix(p, []byte(home)) {
		return len(p), nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.File.Write(p)
}

// draw writes the lines of a frame. An error shows itself when the input ends.
func (t *terminal) draw(s string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, _ = t.File.WriteString(s)
}
