package pane

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// GuidePane shows the page for the fault, or the list of all.
type GuidePane struct {
	reader
	section string
	blocks  []Block
	title   string
	listing bool
	search  *field
	asking  bool
	list    list
	hits    []Section
}

// NewGuide makes the pane.
func NewGuide(s *Shared) *GuidePane {
	g := &GuidePane{reader: reader{Shared: s}, search: newField("words in a page", false)}
	g.feed = g.compose
	return g
}

// Refresh picks the page for the verdict, for a new run or verdict.
func (g *GuidePane) Refresh() {
	g.listing, g.asking = false, false
	g.search.set("")
	id := ""
	if g.Run.Report != nil && !g.Run.Hidden {
		if ids := g.Text.Guide.For(g.Run.Report); len(ids) > 0 {
			id = ids[0]
		}
	}
	if id == "" {
		g.All(true)
		return
	}
	g.open(id)
}

func (g *GuidePane) open(id string) {
	g.section, g.listing, g.asking, g.blocks, g.title = id, false, false, nil, id
	g.blocks = g.Text.Guide.Blocks(id, g.Run.Report)
	for _, s := range g.Text.Guide.Sections("") {
		if s.ID == id {
			g.title = s.Title
		}
	}
	g.reset()
}

// All shows the list of sections; ask opens the search line with it.
func (g *GuidePane) All(ask bool) {
	g.listing, g.asking = true, ask
	g.find()
}

func (g *GuidePane) find() {
	g.hits = g.Text.Guide.Sections(g.search.value())
	g.list.set(len(g.hits), g.h-3)
}

// Typing reports whether the search line has the focus.
func (g *GuidePane) Typing() bool { return g.listing && g.asking && g.focused }

// Listing reports whether the list of pages is shown, not a page.
func (g *GuidePane) Listing() bool { return g.listing }

// Filter opens the search line.
func (g *GuidePane) Filter() { g.All(true) }

// Close closes what was opened last; it reports whether there was something.
func (g *GuidePane) Close() bool {
	switch {
	case g.listing && g.search.value() != "":
		g.search.set("")
		g.find()
	case g.listing && g.asking:
		g.asking = false
	case g.listing && g.section != "":
		g.listing = false
		g.refresh()
	default:
		return false
	}
	return true
}

// Hints of the footer.
func (g *GuidePane) Hints() []Hint {
	if g.listing {
		return []Hint{{"Enter", "open"}, {g.Arrows(), "choose"}, {"/", "search"}, {"Esc", "back"}}
	}
	return []Hint{{"1-9", "copy"}, {g.Arrows(), "next command"}, {"i", "all sections"}, {"/", "search"}, {"z", "wide"}}
}

// SetSize takes the size of the pane.
func (g *GuidePane) SetSize(w, h int) {
	g.reader.SetSize(w, h)
	g.list.set(len(g.hits), g.h-3)
}

// Update moves, searches and opens pages.
func (g *GuidePane) Update(k tea.KeyMsg) Action {
	if !g.listing {
		return g.reader.Update(k)
	}
	name := k.String()
	switch {
	case name == "enter":
		if g.list.at >= 0 && g.list.at < len(g.hits) {
			g.open(g.hits[g.list.at].ID)
		}
	case name == "up", name == "down", name == "pgup", name == "pgdown":
		g.list.move(name)
	case g.asking && typing(k):
		g.search.typed(k)
		g.find()
	default:
		g.list.move(move(name))
	}
	return nil
}

// View draws the page or the list.
func (g *GuidePane) View() string {
	if !g.listing {
		return g.reader.View()
	}
	if g.w < 1 || g.h < 1 {
		return ""
	}
	out := []string{page.Cut("Search  "+g.search.view(g.Shared, max(g.w-9, 1), g.asking && g.focused), g.w, ""), ""}
	if len(g.hits) == 0 {
		out = append(out, page.Wrap(fmt.Sprintf("Nothing matches %q. Esc shows all %d again.", g.search.value(), len(g.Text.Guide.Sections(""))), g.w)...)
	}
	from, to := g.list.window()
	for i := from; i < to; i++ {
		s := g.hits[i]
		line := " " + page.Columns(s.Title, page.Paint(g.Faint, s.ID), g.w-1, g.Symbols.Cut)
		if i == g.list.at && g.focused {
			line = page.Paint(g.Strong, g.Mark) + line[1:]
		}
		out = append(out, line)
	}
	if left := len(g.hits) - to; left > 0 {
		out = append(out, page.Paint(g.Faint, page.PadLeft(g.Below+" "+page.Plural(left, "more page", "more pages"), g.w)))
	}
	return strings.Join(out[:min(len(out), g.h)], "\n")
}

func (g *GuidePane) compose(w, marked int) text {
	t := &text{}
	if g.section == "" || len(g.blocks) == 0 {
		t.add(page.Wrap("We have no guide page for this. Evidence holds what is known.", prose(w))...)
		return *t
	}
	w84 := prose(w)
	t.add(page.Columns(page.Paint(g.Strong, page.Visible(g.title)), page.Paint(g.Faint, g.section), w84, g.Symbols.Cut), "")
	for i, b := range g.blocks {
		g.block(t, w, marked, b, i > 0 && tightTo(g.blocks[i-1], b))
	}
	return *t
}

// tightTo reports whether a block stands right below the one before.
func tightTo(before, b Block) bool {
	return before.Kind == ListItem && b.Kind == ListItem || before.Kind == Heading && b.Kind != Heading ||
		before.Kind == CommandBlock && b.Kind == CommandBlock && before.Fix.ID == b.Fix.ID
}

func (g *GuidePane) block(t *text, w, marked int, b Block, tight bool) {
	w84 := prose(w)
	if n := len(t.rows); !tight && n > 0 && t.rows[n-1].text != "" {
		t.add("")
	}
	switch b.Kind {
	case Heading:
		for _, l := range page.Wrap(b.Text, w84) {
			t.add(page.Paint(g.Strong, l))
		}
	case ListItem:
		g.item(t, w84, b)
	case Table:
		g.cells(t, w84, b.Cells)
	case Example:
		for _, l := range strings.Split(b.Text, "\n") {
			t.add("  " + page.Cut(page.Visible(l), w-2, g.Symbols.Cut))
		}
	case CommandBlock:
		for _, l := range page.Wrap(sentenceCase(b.Fix.Title), w84) {
			t.add(page.Paint(g.Strong, l))
		}
		style := g.Faint
		if b.Fix.Risk == "last-resort" {
			style = g.Last
		}
		for _, l := range page.Wrap(report.Place(b.Fix, g.Run.Host()), w84) {
			t.add(page.Paint(style, l))
		}
		g.Commands(t, w, marked, b.Fix)
	default:
		t.add(page.Wrap(b.Text, w84)...)
	}
}

// item writes an item of a list with its sign or its own number in front.
func (g *GuidePane) item(t *text, w int, b Block) {
	lead, words := g.NotRun, b.Text
	if n, rest, ok := strings.Cut(words, ". "); ok && n != "" && strings.Trim(n, "0123456789") == "" {
		lead, words = n+".", rest
	}
	indent := 2*(max(b.Level, 1)-1) + len([]rune(lead)) + 1
	for i, l := range page.Wrap(words, max(w-indent, 6)) {
		if i == 0 {
			t.add(page.PadLeft(lead, indent-1) + " " + l)
		} else {
			t.add(strings.Repeat(" ", indent) + l)
		}
	}
}

// cells writes a table whose last column wraps.
func (g *GuidePane) cells(t *text, w int, rows [][]string) {
	cols := 0
	for _, r := range rows {
		cols = max(cols, len(r))
	}
	if cols == 0 {
		return
	}
	widths := make([]int, cols)
	for _, r := range rows {
		for i, c := range r {
			widths[i] = min(max(widths[i], page.Width(page.Visible(c))), max(w/cols, 6))
		}
	}
	for n, r := range rows {
		parts, height := make([][]string, cols), 1
		used := 0
		for i := range cols {
			room := widths[i]
			if i == cols-1 {
				room = max(w-used, 6)
			}
			used += room + 2
			if i < len(r) {
				parts[i] = page.Wrap(r[i], room)
			}
			height = max(height, len(parts[i]))
		}
		for y := range height {
			line := ""
			for i := range cols {
				cell := ""
				if y < len(parts[i]) {
					cell = parts[i][y]
				}
				line += page.Pad(cell, widths[i]) + "  "
			}
			line = strings.TrimRight(line, " ")
			if n == 0 {
				line = page.Paint(g.Faint, line)
			}
			t.add(line)
		}
	}
}
