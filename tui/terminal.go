package tui

import (
	"os"
	"sync"
)

// terminal is the output that the screen and the clipboard share. It embeds
// the file, because Bubble Tea asks its descriptor for the size of the window.
type terminal struct {
	*os.File
	mu sync.Mutex
}

// Write writes one piece whole.
func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.File.Write(p)
}
