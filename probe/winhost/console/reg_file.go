package console

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

const regHeader = "Windows Registry Editor Version 5.00"

func regExport(c *command, args []string) error {
	o, err := readRegOptions("EXPORT", args)
	if err != nil {
		return err
	}
	if len(o.positional) != 2 {
		return fail(1, regBadSyntax, "EXPORT")
	}
	key, err := regKey("EXPORT", o.key)
	if err != nil {
		return err
	}
	if !c.m.Registry.HasKey(key) {
		return fail(1, regNotFound)
	}
	path := filePath(o.positional[1])
	if _, there := c.m.Files[path]; there && !o.force {
		return fail(1, regAsk, "File "+o.positional[1]+" already exists. Do you want to overwrite the existing file")
	}
	var b strings.Builder
	b.WriteString(regHeader + "\r\n")
	exportKey(&b, c.m.Registry, key)
	c.m.Files[path] = []byte(b.String())
	c.out.line(regDone)
	return nil
}

func exportKey(b *strings.Builder, r *machine.Registry, key string) {
	fmt.Fprintf(b, "\r\n[%s]\r\n", key)
	for _, v := range r.Values(key) {
		name := "@"
		if v.Name != "" {
			name = quoteReg(v.Name)
		}
		fmt.Fprintf(b, "%s=%s\r\n", name, regData(v))
	}
	for _, sub := range r.Subkeys(key) {
		exportKey(b, r, sub)
	}
}

func quoteReg(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func regData(v machine.Value) string {
	list := func(b []byte) string {
		out := make([]string, len(b))
		for i, x := range b {
			out[i] = hex.EncodeToString([]byte{x})
		}
		return strings.Join(out, ",")
	}
	switch v.Type {
	case machine.RegSZ:
		return quoteReg(v.Text)
	case machine.RegDWord:
		return fmt.Sprintf("dword:%08x", uint32(v.Number))
	case machine.RegQWord:
		b := make([]byte, 8)
		for i := range b {
			b[i] = byte(v.Number >> (8 * i))
		}
		return "hex(b):" + list(b)
	case machine.RegExpandSZ:
		return "hex(2):" + list(utf16le(v.Text+"\x00"))
	case machine.RegMultiSZ:
		text := ""
		for _, s := range v.List {
			text += s + "\x00"
		}
		return "hex(7):" + list(utf16le(text+"\x00"))
	case machine.RegNone:
		return "hex(0):" + list(v.Bytes)
	}
	return "hex:" + list(v.Bytes)
}

func regImport(c *command, args []string) error {
	if len(args) < 1 {
		return fail(1, regBadSyntax, "IMPORT")
	}
	text, ok := c.m.Files[filePath(args[0])]
	if !ok {
		return fail(1, "ERROR: Error opening the file. There may be a disk or file system error.")
	}
	if err := importReg(c.m.Registry, string(text)); err != nil {
		return err
	}
	c.out.line(regDone)
	return nil
}

// importReg merges a .reg text: [key], [-key], name=data, name=-.
func importReg(r *machine.Registry, text string) error {
	bad := fail(1, "ERROR: The specified file is not a registry script. You can only import binary registry files from within the registry editor.")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\\\n", "")
	scan := bufio.NewScanner(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	scan.Buffer(nil, maxOutput)
	if !scan.Scan() || strings.TrimSpace(scan.Text()) != regHeader && strings.TrimSpace(scan.Text()) != "REGEDIT4" {
		return bad
	}
	key := ""
	for scan.Scan() {
		line := strings.TrimSpace(scan.Text())
		switch {
		case line == "" || line[0] == ';':
		case strings.HasPrefix(line, "[-") && strings.HasSuffix(line, "]"):
			if !r.Writable(line[2 : len(line)-1]) {
				return fail(1, "ERROR: Error accessing the registry.")
			}
			r.DeleteKey(line[2 : len(line)-1])
			key = ""
		case line[0] == '[' && strings.HasSuffix(line, "]"):
			key = line[1 : len(line)-1]
			if !r.Writable(key) || !r.Create(key) {
				return fail(1, "ERROR: Error accessing the registry.")
			}
		default:
			if err := importValue(r, key, line); err != nil {
				return err
			}
		}
	}
	return nil
}

func importValue(r *machine.Registry, key, line string) error {
	bad := fail(1, "ERROR: Error accessing the registry.")
	name, rest := "", strings.TrimPrefix(line, "@")
	if line[0] != '@' {
		var ok bool
		if name, rest, ok = cutQuoted(line); !ok {
			return bad
		}
	}
	rest = strings.TrimSpace(rest)
	if key == "" || !strings.HasPrefix(rest, "=") {
		return bad
	}
	data := strings.TrimSpace(rest[1:])
	if data == "-" {
		r.Delete(key, name)
		return nil
	}
	v, ok := readRegData(data)
	if !ok {
		return bad
	}
	v.Name = name
	r.Set(key, v)
	return nil
}

// cutQuoted takes a quoted string off the front.
func cutQuoted(s string) (text, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		return "", s, false
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
			return b.String(), s[i+1:], true
		default:
			b.WriteByte(s[i])
		}
	}
	return "", s, false
}

func readRegData(data string) (machine.Value, bool) {
	if text, rest, ok := cutQuoted(data); ok {
		return machine.SZ("", text), rest == ""
	}
	kind, list, ok := strings.Cut(data, ":")
	if !ok {
		return machine.Value{}, false
	}
	if kind == "dword" {
		n, err := strconv.ParseUint(list, 16, 32)
		return machine.DWord("", uint32(n)), err == nil
	}
	b, err := hex.DecodeString(strings.NewReplacer(",", "", " ", "", "\t", "").Replace(list))
	if err != nil {
		return machine.Value{}, false
	}
	switch kind {
	case "hex":
		return machine.Binary("", b), true
	case "hex(0)":
		return machine.Value{Type: machine.RegNone, Bytes: b}, true
	case "hex(2)":
		return machine.Value{Type: machine.RegExpandSZ, Text: strings.TrimRight(fromUTF16(b), "\x00")}, true
	case "hex(7)":
		v := machine.Value{Type: machine.RegMultiSZ}
		if text := strings.TrimRight(fromUTF16(b), "\x00"); text != "" {
			v.List = strings.Split(text, "\x00")
		}
		return v, true
	case "hex(b)":
		v := machine.Value{Type: machine.RegQWord}
		for i, x := range b {
			if i < 8 {
				v.Number |= uint64(x) << (8 * i)
			}
		}
		return v, len(b) == 8
	}
	return machine.Value{}, false
}
