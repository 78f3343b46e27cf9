package plain

import (
	"io"
	"strings"

	"github.com/wmidoctor/wmidoctor/guide"
	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Page writes a page of the guide: text wrapped, commands uncut from column 1.
// host is what the host is called.
func Page(out io.Writer, title string, blocks []guide.Block, host string) error {
	w := newWriter(out)
	w.line(title)
	w.line(strings.Repeat("=", page.Width(title)))
	for _, b := range blocks {
		w.block(b, host)
	}
	return w.flush()
}

func (w *writer) block(b guide.Block, host string) {
	if b.Kind != guide.ListItem {
		w.line()
	}
	switch b.Kind {
	case guide.Heading:
		w.line(page.Visible(b.Text))
		w.line(strings.Repeat("-", page.Width(b.Text)))
	case guide.ListItem:
		w.item(b)
	case guide.Table:
		w.table(b.Cells)
	case guide.CommandBlock:
		w.line(page.Visible(b.Fix.Title))
		w.line(page.Visible(report.Place(b.Fix, host)))
		for _, part := range []struct{ word, text string }{{"run", b.Fix.Run}, {"undo", b.Fix.Undo}, {"verify", b.Fix.Verify}} {
			if part.text != "" {
				w.line(part.word)
				w.command(part.text)
			}
		}
		if b.Fix.Undo == "" && b.Fix.NoUndo != "" {
			w.prose("No undo: " + b.Fix.NoUndo)
		}
	case guide.Example:
		for _, l := range strings.Split(b.Text, "\n") {
			w.line("    ", page.Visible(l))
		}
	default:
		w.prose(b.Text)
	}
}

// item writes an entry of a list; a numbered one brings its number.
func (w *writer) item(b guide.Block) {
	indent := strings.Repeat("  ", max(b.Level, 1))
	mark := "- "
	if b.Text != "" && b.Text[0] >= '0' && b.Text[0] <= '9' {
		mark = ""
	}
	for _, l := range page.Wrap(oneParagraph(b.Text), Width-len(indent)-len(mark)) {
		w.line(indent, mark, l)
		mark = strings.Repeat(" ", len(mark))
	}
}

// table writes rows in columns where they fit beside each other, else each row
// as lines under its headings.
func (w *writer) table(cells [][]string) {
	var widths []int
	total := 0
	for _, row := range cells {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], page.Width(page.Visible(c)))
		}
	}
	for _, n := range widths {
		total += n + 2
	}
	for i, row := range cells {
		if total-2 <= Width {
			line := ""
			for j, c := range row {
				line += page.Pad(page.Visible(c), widths[j]+2)
			}
			w.line(line)
			continue
		}
		if i == 0 {
			continue
		}
		for j, c := range row {
			if c != "" && j < len(cells[0]) {
				w.prose(cells[0][j] + ": " + c)
			}
		}
		w.line()
	}
}

// Commands writes commands without their pages.
func Commands(out io.Writer, list []guide.Command) error {
	w := newWriter(out)
	for i, c := range list {
		if i > 0 {
			w.line()
		}
		w.line(page.Visible(c.Section + " " + c.ID + ": " + c.Title))
		w.line(page.Visible(report.Place(probe.Fix{Shell: string(c.Shell), Where: c.Where, Elevated: c.Elevated, Risk: c.Risk}, "the host")))
		for _, part := range []struct{ word, text string }{{"run", c.Run}, {"undo", c.Undo}, {"verify", c.Verify}} {
			if part.text != "" {
				w.line(part.word)
				w.command(part.text)
			}
		}
	}
	return w.flush()
}
