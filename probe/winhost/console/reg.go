package console

import (
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

const (
	regNotFound  = "ERROR: The system was unable to find the specified registry key or value."
	regDenied    = "ERROR: Access is denied."
	regBadKey    = "ERROR: Invalid key name.\nType \"REG %s /?\" for usage."
	regBadSyntax = "ERROR: Invalid syntax.\nType \"REG %s /?\" for usage."
	regDone      = "The operation completed successfully.\n"
	regAsk       = "%s (Yes/No)? \nERROR: The operation was canceled: a question can't be answered here, add /f."
)

// reg is reg.exe.
func reg(c *command) error {
	if len(c.args) == 0 {
		return fail(1, "ERROR: Invalid syntax.\nType \"REG /?\" for usage.")
	}
	verb, rest := strings.ToUpper(c.args[0]), c.args[1:]
	switch verb {
	case "ADD":
		return regAdd(c, rest)
	case "QUERY":
		return regQuery(c, rest)
	case "DELETE":
		return regDelete(c, rest)
	case "EXPORT":
		return regExport(c, rest)
	case "IMPORT":
		return regImport(c, rest)
	}
	return fail(1, "ERROR: Invalid argument/option - '%s'.\nType \"REG /?\" for usage.", c.args[0])
}

// regOptions are the options of one reg command.
type regOptions struct {
	key        string
	value      string
	byValue    bool // /v or /ve
	all        bool // /va
	force      bool
	recursive  bool
	separator  string
	typ        string
	data       string
	hasData    bool
	positional []string
}

func readRegOptions(verb string, args []string) (regOptions, error) {
	o := regOptions{separator: `\0`, typ: "REG_SZ"}
	bad := fail(1, regBadSyntax, verb)
	for i := 0; i < len(args); i++ {
		take := func(to *string) bool {
			if i+1 >= len(args) {
				return false
			}
			i++
			*to = args[i]
			return true
		}
		ok := true
		switch strings.ToLower(args[i]) {
		case "/v":
			o.byValue = true
			ok = take(&o.value)
		case "/ve":
			o.byValue = true
		case "/va":
			o.all = true
		case "/t":
			ok = take(&o.typ)
		case "/d":
			o.hasData = true
			ok = take(&o.data)
		case "/s":
			if verb == "QUERY" {
				o.recursive = true
			} else {
				ok = take(&o.separator)
			}
		case "/f", "/y":
			o.force = true
		case "/reg:64", "/reg:32":
		default:
			if strings.HasPrefix(args[i], "/") {
				return o, bad
			}
			o.positional = append(o.positional, args[i])
		}
		if !ok {
			return o, bad
		}
	}
	if len(o.positional) == 0 {
		return o, bad
	}
	o.key = o.positional[0]
	return o, nil
}

// regKey checks a key's form and prints it in full.
func regKey(verb, typed string) (string, error) {
	full, ok := machine.KeyPath(strings.TrimPrefix(typed, `\\.\`))
	if !ok {
		return "", fail(1, regBadKey, verb)
	}
	return full, nil
}

func regAdd(c *command, args []string) error {
	o, err := readRegOptions("ADD", args)
	if err != nil {
		return err
	}
	key, err := regKey("ADD", o.key)
	if err != nil {
		return err
	}
	if len(o.positional) > 1 || o.hasData && !o.byValue {
		return fail(1, regBadSyntax, "ADD")
	}
	v, err := regValue(o)
	if err != nil {
		return err
	}
	if !c.m.Registry.Writable(key) {
		return fail(1, regDenied)
	}
	if !o.byValue {
		c.m.Registry.Create(key)
	} else {
		if _, there := c.m.Registry.Get(key, o.value); there && !o.force {
			return fail(1, regAsk, "Value "+o.value+" exists, overwrite")
		}
		c.m.Registry.Set(key, v)
	}
	c.out.line(regDone)
	return nil
}

// regValue makes the value that /t and /d describe.
func regValue(o regOptions) (machine.Value, error) {
	v := machine.Value{Name: o.value}
	bad := fail(1, "ERROR: Invalid syntax. Specify valid numeric value for '/d'.\nType \"REG ADD /?\" for usage.")
	switch strings.ToUpper(o.typ) {
	case "REG_SZ":
		v.Type, v.Text = machine.RegSZ, o.data
	case "REG_EXPAND_SZ":
		v.Type, v.Text = machine.RegExpandSZ, o.data
	case "REG_MULTI_SZ":
		v.Type = machine.RegMultiSZ
		if o.data != "" {
			v.List = strings.Split(strings.TrimSuffix(o.data, o.separator), o.separator)
		}
	case "REG_DWORD", "REG_DWORD_LITTLE_ENDIAN", "REG_QWORD":
		bits := 32
		if v.Type = machine.RegDWord; strings.ToUpper(o.typ) == "REG_QWORD" {
			v.Type, bits = machine.RegQWord, 64
		}
		if !o.hasData {
			return v, nil
		}
		n, err := strconv.ParseUint(o.data, 0, bits)
		if err != nil || strings.ContainsAny(o.data, "_oObB") && !strings.HasPrefix(strings.ToLower(o.data), "0x") {
			return v, bad
		}
		v.Number = n
	case "REG_BINARY", "REG_NONE":
		if v.Type = machine.RegBinary; strings.ToUpper(o.typ) == "REG_NONE" {
			v.Type = machine.RegNone
		}
		text := o.data
		if len(text)%2 == 1 {
			text = "0" + text
		}
		b, err := hex.DecodeString(text)
		if err != nil {
			return v, bad
		}
		v.Bytes = b
	default:
		return v, fail(1, "ERROR: Invalid syntax. Invalid type specified for '/t'.\nType \"REG ADD /?\" for usage.")
	}
	return v, nil
}

func regQuery(c *command, args []string) error {
	o, err := readRegOptions("QUERY", args)
	if err != nil {
		return err
	}
	key, err := regKey("QUERY", o.key)
	if err != nil {
		return err
	}
	if !c.m.Registry.HasKey(key) {
		return fail(1, regNotFound)
	}
	if o.byValue {
		v, ok := c.m.Registry.Get(key, o.value)
		if !ok {
			return fail(1, regNotFound)
		}
		c.out.line("\n%s\n%s\n", key, regLine(v))
		return nil
	}
	regList(c, key, o.recursive)
	return nil
}

func regList(c *command, key string, recursive bool) {
	values := c.m.Registry.Values(key)
	if len(values) > 0 || recursive {
		c.out.line("\n%s", key)
		for _, v := range values {
			c.out.line("%s", regLine(v))
		}
	}
	c.out.line("")
	for _, sub := range c.m.Registry.Subkeys(key) {
		if recursive {
			regList(c, sub, true)
		} else {
			c.out.line("%s", sub)
		}
	}
}

func regLine(v machine.Value) string {
	name := v.Name
	if name == "" {
		name = "(Default)"
	}
	return "    " + name + "    " + v.Type.String() + "    " + valueText(v)
}

// valueText is a value's data as reg.exe prints it.
func valueText(v machine.Value) string {
	switch v.Type {
	case machine.RegDWord, machine.RegQWord:
		return "0x" + strconv.FormatUint(v.Number, 16)
	case machine.RegBinary, machine.RegNone:
		return strings.ToUpper(hex.EncodeToString(v.Bytes))
	case machine.RegMultiSZ:
		return strings.Join(v.List, `\0`)
	}
	return v.Text
}

func regDelete(c *command, args []string) error {
	o, err := readRegOptions("DELETE", args)
	if err != nil {
		return err
	}
	key, err := regKey("DELETE", o.key)
	if err != nil {
		return err
	}
	r := c.m.Registry
	_, there := r.Get(key, o.value)
	switch {
	case !r.HasKey(key), o.byValue && !there:
		return fail(1, regNotFound)
	case !r.Writable(key):
		return fail(1, regDenied)
	case !o.force && o.byValue:
		return fail(1, regAsk, "Delete the registry value "+o.value)
	case !o.force:
		return fail(1, regAsk, "Permanently delete the registry key "+key)
	case o.byValue:
		r.Delete(key, o.value)
	case o.all:
		for _, v := range r.Values(key) {
			r.Delete(key, v.Name)
		}
	case !strings.Contains(key, `\`):
		return fail(1, regDenied)
	default:
		r.DeleteKey(key)
	}
	c.out.line(regDone)
	return nil
}
