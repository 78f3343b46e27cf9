package guide

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"

	"github.com/wmidoctor/wmidoctor/probe"
)

// BlockKind is what a block of a page is.
type BlockKind uint8

// The kinds of a block: all that a renderer needs.
const (
	Paragraph    BlockKind = iota // Text
	Heading                       // Text, Level 1 and up
	ListItem                      // Text, Level 1 and up; a numbered one begins with its number
	Table                         // Cells, the first row is the heading
	CommandBlock                  // Fix: title, place, run, undo, verify, filled and quoted
	Example                       // Text of several lines, to be shown as it is
)

// Block is one part of a page, as plain text without any control sequence.
type Block struct {
	Kind  BlockKind
	Level int
	Text  string
	Cells [][]string
	Fix   probe.Fix
}

// Blocks returns the page with the values filled in. Commands that are not
// meant for the host, as far as it is known, are left out; one whose values
// cannot be written stands with <name> in their place.
func (s Section) Blocks(v Values) []Block {
	r := &reader{s: s, v: v, source: []byte(s.source)}
	for n := document(r.source).FirstChild(); n != nil; n = n.NextSibling() {
		r.block(n, 1)
	}
	return r.out
}

type reader struct {
	s      Section
	v      Values
	source []byte
	out    []Block
}

func (r *reader) block(n ast.Node, level int) {
	switch n := n.(type) {
	case *ast.Heading:
		r.add(Block{Kind: Heading, Level: n.Level, Text: r.inline(n)})
	case *ast.List:
		r.list(n, level)
	case *east.Table:
		r.add(Block{Kind: Table, Cells: r.table(n)})
	case *ast.FencedCodeBlock:
		r.fenced(n)
	case *ast.Paragraph, *ast.TextBlock:
		r.add(Block{Kind: Paragraph, Text: r.inline(n)})
	default:
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			r.block(c, level)
		}
	}
}

func (r *reader) add(b Block) { r.out = append(r.out, b) }

// list writes each item as one block; what stands in it below its first
// paragraph follows.
func (r *reader) list(l *ast.List, level int) {
	number := l.Start
	for item := l.FirstChild(); item != nil; item = item.NextSibling() {
		first := true
		for c := item.FirstChild(); c != nil; c = c.NextSibling() {
			if _, nested := c.(*ast.List); nested || !first {
				r.block(c, level+1)
				continue
			}
			text := r.inline(c)
			if l.IsOrdered() {
				text = strconv.Itoa(number) + ". " + text
			}
			r.add(Block{Kind: ListItem, Level: level, Text: text})
			first = false
		}
		number++
	}
}

func (r *reader) table(t *east.Table) [][]string {
	var rows [][]string
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []string
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			cells = append(cells, r.inline(c))
		}
		rows = append(rows, cells)
	}
	return rows
}

// fenced writes a command where its run block stands.
func (r *reader) fenced(n *ast.FencedCodeBlock) {
	in, isCommand, err := readInfo(n, r.source)
	switch {
	case err != nil || isCommand && in.part != "run":
		return
	case !isCommand:
		r.add(Block{Kind: Example, Text: lines(n, r.source)})
		return
	}
	for _, c := range r.s.commands {
		if c.ID != in.id || !c.fits(r.v) && !(r.v.Build == 0 && c.Windows == "5.x") {
			continue
		}
		filled, err := c.Fill(r.v)
		if err != nil {
			filled, _ = c.Fill(r.v.withoutUnusable())
		}
		fault := probe.FaultID("")
		if len(c.Faults) > 0 {
			fault = c.Faults[0]
		}
		if filled.Verify == filled.Run {
			filled.Verify = "" // a page need not show one line twice
		}
		r.add(Block{Kind: CommandBlock, Fix: filled.fix(fault)})
	}
}

// inline is the text of a node without its marks.
func (r *reader) inline(n ast.Node) string {
	var b strings.Builder
	r.write(&b, n)
	text, err := Fill(None, b.String(), r.v)
	if err != nil {
		text, _ = Fill(None, b.String(), r.v.withoutUnusable())
	}
	return text
}

func (r *reader) write(b *strings.Builder, n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.Write(c.Segment.Value(r.source))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.AutoLink:
			b.Write(c.URL(r.source))
		case *ast.Link:
			r.write(b, c)
			b.WriteString(" (" + string(c.Destination) + ")")
		default:
			r.write(b, c)
		}
	}
}

// withoutUnusable drops what cannot stand in a command.
func (v Values) withoutUnusable() Values {
	for _, s := range []*string{&v.Host, &v.Address, &v.FQDN, &v.Computer, &v.Account, &v.User, &v.Namespace, &v.Jump, &v.Realm} {
		if Usable(*s) != nil {
			*s = ""
		}
	}
	return v
}
