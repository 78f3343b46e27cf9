package main

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

const (
	columns, rows         = 80, 24
	cellWidth, cellHeight = 9, 18 // pixels
	margin                = 12
	ground, ink           = "#14161b", "#d5d8de"
)

// colours are the sixteen of a terminal, the bright ones last.
var colours = [16]string{
	"#2a2e37", "#ef6b73", "#8fc96b", "#e5b95c", "#6aa9f0", "#c583dc", "#56bfc6", "#c3c8d1",
	"#7d8594", "#ff8a90", "#a9e085", "#ffd479", "#8cc2ff", "#dba1ee", "#79dbe2", "#ffffff",
}

// style is what the escape sequences have set.
type style struct {
	fore, back                           string
	bold, faint, italic, under, reversed bool
}

// draw is the picture. Text is placed cell by cell, so that it keeps the grid
// in whichever monospaced font the reader has.
func draw(screen string) string {
	var b strings.Builder
	width, height := columns*cellWidth+2*margin, rows*cellHeight+2*margin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="15" xml:space="preserve">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" rx="8" fill="%s"/>`+"\n", width, height, ground)
	var now style
	for row, line := range strings.Split(screen, "\n") {
		if row == rows {
			break
		}
		now = drawLine(&b, row, line, now)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// drawLine draws one row and returns the style at its end.
func drawLine(b *strings.Builder, row int, line string, now style) style {
	column, state := 0, byte(0)
	for line != "" {
		part, width, n, next := ansi.DecodeSequence(line, state, nil)
		line, state = line[n:], next
		if width == 0 {
			if codes, ok := strings.CutPrefix(part, "\x1b["); ok && strings.HasSuffix(codes, "m") {
				now = now.set(strings.TrimSuffix(codes, "m"))
			}
			continue
		}
		now.cell(b, row, column, width, part)
		column += width
	}
	return now
}

func (s style) cell(b *strings.Builder, row, column, width int, text string) {
	fore, back := s.fore, s.back
	if fore == "" {
		fore = ink
	}
	if s.reversed {
		if back == "" {
			back = ground
		}
		fore, back = back, fore
	}
	x, y := margin+column*cellWidth, margin+row*cellHeight
	if back != "" {
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`, x, y, width*cellWidth, cellHeight, back)
	}
	if strings.TrimSpace(text) != "" {
		fmt.Fprintf(b, `<text x="%d" y="%d" fill="%s"%s>`, x, y+14, fore, s.attributes())
		_ = xml.EscapeText(b, []byte(text))
		b.WriteString("</text>\n")
	}
}

func (s style) attributes() string {
	var a string
	for _, on := range []struct {
		is   bool
		text string
	}{
		{s.bold, ` font-weight="bold"`}, {s.faint, ` opacity="0.65"`},
		{s.italic, ` font-style="italic"`}, {s.under, ` text-decoration="underline"`},
	} {
		if on.is {
			a += on.text
		}
	}
	return a
}

// set applies the codes of one SGR sequence: attributes and the sixteen colours.
func (s style) set(codes string) style {
	for _, text := range strings.Split(codes, ";") {
		switch n, _ := strconv.Atoi(text); {
		case n == 0:
			s = style{}
		case n == 1:
			s.bold = true
		case n == 2:
			s.faint = true
		case n == 3:
			s.italic = true
		case n == 4:
			s.under = true
		case n == 7:
			s.reversed = true
		case n == 22:
			s.bold, s.faint = false, false
		case n == 23:
			s.italic = false
		case n == 24:
			s.under = false
		case n == 27:
			s.reversed = false
		case n >= 30 && n <= 37:
			s.fore = colours[n-30]
		case n == 39:
			s.fore = ""
		case n >= 40 && n <= 47:
			s.back = colours[n-40]
		case n == 49:
			s.back = ""
		case n >= 90 && n <= 97:
			s.fore = colours[n-90+8]
		case n >= 100 && n <= 107:
			s.back = colours[n-100+8]
		}
	}
	return s
}
