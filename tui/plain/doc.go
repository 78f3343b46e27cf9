// Package plain is the second renderer: lines of text that are written once
// and never drawn again, for scripts, screen readers and terminals that can
// do no more. Words carry everything; no symbol has a meaning.
package plain

import (
	"bufio"
	"io"
	"strings"

	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Width is how wide text is written.
const Width = 80

// writer writes lines and remembers that it could not.
type writer struct {
	out *bufio.Writer
}

func newWriter(w io.Writer) *writer { return &writer{bufio.NewWriter(w)} }

// line writes one line as it is, harmless for a terminal.
func (w *writer) line(parts ...string) {
	_, _ = w.out.WriteString(strings.TrimRight(page.Harmless(strings.Join(parts, "")), " ") + "\n")
}

// prose writes wrapped text.
func (w *writer) prose(s string) {
	for _, l := range page.Wrap(oneParagraph(s), Width) {
		w.line(l)
	}
}

// labelled writes text beside a label, the lines after the first indented.
func (w *writer) labelled(label, s string) {
	const column = 11
	for i, l := range page.Wrap(oneParagraph(s), Width-column) {
		if i > 0 {
			label = ""
		}
		w.line(page.Pad(label, column), l)
	}
}

// command writes a command uncut, from column 1, each of its lines.
func (w *writer) command(s string) {
	for _, l := range strings.Split(strings.TrimRight(s, "\n"), "\n") {
		w.line(page.Visible(l))
	}
}

func (w *writer) flush() error { return w.out.Flush() }

// oneParagraph joins the lines that a text has for a narrow pane.
func oneParagraph(s string) string { return strings.Join(strings.Fields(s), " ") }
