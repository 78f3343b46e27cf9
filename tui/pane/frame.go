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
	if f.Status != "" || len(f.Fields) == 0 {
		out = append(out, p.wireField("is", frameWords(f), ""))
	}
	for _, x := range f.Fields {
		out = append(out, p.wireField(x.Name, x.Value, x.Meaning))
	}
	if len(f.Raw) > 0 {
		out = append(out, "")
		out = append(out, hexRows(f.Raw, p.w)...)
	}
	return out
}

// wireField writes one dissected value in three columns.
func (p *Wire) wireField(name, value, meaning string) string {
	name, value = page.Clean(name), page.Clean(value)
	left := "  " + page.Paint(p.Faint, page.Pad(page.Cut(name, 12, p.Symbols.Cut), 12)) + " "
	if meaning == "" {
		return left + page.Cut(value, p.w-15, p.Symbols.Cut)
	}
	room := 20
	if p.w < 70 {
		room = max(p.w/3-6, 6)
	}
	return left + page.Cut(page.Pad(page.Cut(value, room, p.Symbols.Cut), room)+" "+page.Visible(meaning), p.w-15, p.Symbols.Cut)
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
