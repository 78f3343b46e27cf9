package console

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf16"
)

func utf16le(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

func fromUTF16(b []byte) string {
	var units []uint16
	for i := 0; i+1 < len(b); i += 2 {
		units = append(units, binary.LittleEndian.Uint16(b[i:]))
	}
	return string(utf16.Decode(units))
}

// typeFile is cmd's type and more.
func typeFile(c *command) error {
	if len(c.args) == 0 {
		c.out.print(c.in)
		return nil
	}
	text, ok := c.m.Files[filePath(c.args[0])]
	if !ok {
		return fail(1, "The system cannot find the file specified.")
	}
	c.out.print(string(text))
	if !strings.HasSuffix(string(text), "\n") {
		c.out.line("")
	}
	return nil
}

func deleteFile(c *command) error {
	for _, a := range c.args {
		if strings.HasPrefix(a, "/") {
			continue
		}
		if _, ok := c.m.Files[filePath(a)]; !ok {
			return fail(1, "Could Not Find %s", filePath(a))
		}
		delete(c.m.Files, filePath(a))
	}
	return nil
}

func listFiles(c *command) error {
	var names []string
	for n := range c.m.Files {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		c.out.line("%12d %s", len(c.m.Files[n]), n)
	}
	return nil
}

// findText is find and findstr: the lines that hold a text.
func findText(c *command) error {
	fold, invert, want, file := false, false, "", ""
	for _, a := range c.args {
		switch l := strings.ToLower(a); {
		case l == "/i":
			fold = true
		case l == "/v":
			invert = true
		case l == "/c", l == "/n", l == "/r", l == "/s":
		case strings.HasPrefix(l, "/c:"):
			want = a[3:]
		case want == "":
			want = a
		default:
			file = a
		}
	}
	text := c.in
	if file != "" {
		b, ok := c.m.Files[filePath(file)]
		if !ok {
			return fail(1, "File not found - %s", strings.ToUpper(file))
		}
		text = string(b)
	}
	if want == "" {
		return fail(2, "FIND: Parameter format not correct")
	}
	found := false
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		has := strings.Contains(line, want) || fold && strings.Contains(strings.ToLower(line), strings.ToLower(want))
		if has != invert {
			c.out.line("%s", line)
			found = true
		}
	}
	if !found {
		return &Failure{Code: 1}
	}
	return nil
}
