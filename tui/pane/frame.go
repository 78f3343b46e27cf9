package pane

import (
	"fmt"
	"strings"

	"github.com/wmidoctor/wmidoctor/tui/page"
)

// detail is the marked frame: its heading, its fields, its bytes.
func (p *Wire) detail(f Frame, number int) []string {
	who := "from "
	if f.Out {
		who = "to "
	}
	title := "Frame " + page.Count(number)
	if f.Remote.IsValid() {
		title += ", " + who + f.Remote.Addr().String() + " port " + itoa(int(f.Remote.Port()))
	}
	if f.Served {
		title += ", the host connected to us"
	}
	out := []string{page.Paint(p.Faint, p.Theme.Title(title, p.w))}
	rows := [][3]string{}
	if len(f.Fields) == 0 {
		rows = append(rows, [3]string{"is", frameWords(f), ""})
	}
	for _, x := range f.Fields {
		rows = append(rows, [3]string{page.Clean(x.Name), page.Clean(x.Value), page.Clean(x.Meaning)})
	}
	name, value := 7, 8
	for _, r := range rows {
		name = min(max(name, page.Width(r[0])), max(p.w*3/10, 4))
		if r[2] != "" {
			value = min(max(value, page.Width(r[1])), max(p.w/3-4, 6))
		}
	}
	for _, r := range rows {
		out = append(out, p.wireField(r, name, value))
	}
	if len(f.Raw) > 0 {
		out = append(out, "")
		out = append(out, hexRows(f.Raw, p.w)...)
	}
	return out
}

// wireField writes one dissected value in three columns.
func (p *Wire) wireField(r [3]string, name, value int) string {
	left := "  " + page.Paint(p.Faint, page.Pad(page.Cut(r[0], name, p.Symbols.Cut), name)) + "  "
	room := max(p.w-name-4, 1)
	if r[2] == "" {
		return left + page.Cut(r[1], room, p.Symbols.Cut)
	}
	return left + page.Cut(page.Pad(page.Cut(r[1], value, p.Symbols.Cut), value)+"  "+r[2], room, p.Symbols.Cut)
}

func (p *Wire) detailLength() int {
	f := p.frame(p.list.at)
	per := perRow(p.w)
	return 3 + len(f.Fields) + (len(f.Raw)+per-1)/per
}

// perRow is how many bytes stand in a row of the hexadecimal view.
func perRow(w int) int {
	switch {
	case w >= 76:
		return 16
	case w >= 42:
		return 8
	}
	return 4
}

// hexRows writes bytes as offset, hexadecimal and text.
func hexRows(raw []byte, w int) []string {
	per := perRow(w)
	var out []string
	for at := 0; at < len(raw); at += per {
		part := raw[at:min(at+per, len(raw))]
		var hex, text strings.Builder
		for i := range per {
			if i == 8 {
				hex.WriteByte(' ')
			}
			if i >= len(part) {
				hex.WriteString("   ")
				continue
			}
			fmt.Fprintf(&hex, "%02x ", part[i])
			c := part[i]
			if c < 0x20 || c > 0x7e {
				c = '.'
			}
			text.WriteByte(c)
			if i == 7 && per == 16 {
				text.WriteByte(' ')
			}
		}
		out = append(out, fmt.Sprintf("  %04x  %s %s", at, hex.String(), text.String()))
	}
	return out
}
