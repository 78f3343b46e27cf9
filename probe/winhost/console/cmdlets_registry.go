package console

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

func registryCmdlets() map[string]cmdlet {
	path := "Path=0 LiteralPath Name=1 "
	return map[string]cmdlet{
		"get-itemproperty":      {path, getItemProperty},
		"get-itempropertyvalue": {path, getItemPropertyValue},
		"set-itemproperty":      {path + "Value=2 Type PropertyType Force? PassThru?", setItemProperty},
		"new-itemproperty":      {path + "Value PropertyType Type Force?", newItemProperty},
		"remove-itemproperty":   {path + "Force?", removeItemProperty},
		"new-item":              {"Path=0 Name ItemType Force? Value", newItem},
		"remove-item":           {"Path=0 LiteralPath Recurse? Force?", removeItem},
		"test-path":             {"Path=0 LiteralPath PathType", testPath},
		"get-item":              {"Path=0 LiteralPath", getItem},
		"get-childitem":         {"Path=0 LiteralPath Recurse? Name?", getChildren},
	}
}

// registryPath reads HKLM:\…, Registry::HKEY_…\… and a path with a longer name
// from a provider.
func registryPath(typed string) (string, bool) {
	for _, prefix := range []string{"registry::", `microsoft.powershell.core\registry::`} {
		if len(typed) > len(prefix) && strings.EqualFold(typed[:len(prefix)], prefix) {
			return machine.KeyPath(typed[len(prefix):])
		}
	}
	drive, rest, ok := strings.Cut(typed, ":")
	if !ok || !strings.EqualFold(drive, "HKLM") && !strings.EqualFold(drive, "HKCU") {
		return "", false
	}
	return machine.KeyPath(drive + `\` + strings.Trim(strings.ReplaceAll(rest, "/", `\`), `\`))
}

// key gives the path of the call; exists asks that it is there.
func (k *call) key(exists bool) (string, error) {
	typed := k.text("path") + k.text("literalpath")
	key, ok := registryPath(typed)
	if !ok {
		if drive, _, has := strings.Cut(typed, ":"); has && len(drive) > 1 {
			return "", fail(1, "Cannot find drive. A drive with the name '%s' does not exist.", drive)
		}
		return "", fail(1, "Cannot find path '%s' because it does not exist.", typed)
	}
	if exists && !k.m.Registry.HasKey(key) {
		return "", fail(1, "Cannot find path '%s' because it does not exist.", typed)
	}
	return key, nil
}

func (k *call) writableKey(exists bool) (string, error) {
	key, err := k.key(exists)
	if err == nil && !k.m.Registry.Writable(key) {
		err = fail(1, "Requested registry access is not allowed.")
	}
	return key, err
}

func valueObject(v machine.Value) any {
	switch v.Type {
	case machine.RegDWord, machine.RegQWord:
		return int64(v.Number)
	case machine.RegBinary, machine.RegNone:
		return v.Bytes
	case machine.RegMultiSZ:
		return plain(v.List)
	}
	return v.Text
}

func getItemProperty(k *call) ([]any, error) {
	key, err := k.key(true)
	if err != nil {
		return nil, err
	}
	out := newRecord(nil)
	names := k.texts("name")
	for _, v := range k.m.Registry.Values(key) {
		name := v.Name
		if name == "" {
			name = "(default)"
		}
		keep := len(names) == 0
		for _, n := range names {
			keep = keep || wildcard(n).MatchString(name)
		}
		if keep {
			out.set(name, valueObject(v))
		}
	}
	if len(out.names) == 0 && len(names) > 0 {
		return nil, fail(1, "Property %s does not exist at path %s.", names[0], key)
	}
	out.set("PSPath", "Microsoft.PowerShell.Core\\Registry::"+key)
	return []any{out}, nil
}

func getItemPropertyValue(k *call) ([]any, error) {
	key, err := k.key(true)
	if err != nil {
		return nil, err
	}
	v, ok := k.m.Registry.Get(key, k.text("name"))
	if !ok {
		return nil, fail(1, "Property %s does not exist at path %s.", k.text("name"), key)
	}
	return []any{valueObject(v)}, nil
}

// registryValue makes a value of the type that was asked, that the value had,
// or that fits the data.
func (k *call) registryValue(key, name string) (machine.Value, error) {
	data := k.params["value"]
	typ := strings.ToLower(k.text("type") + k.text("propertytype"))
	if typ == "" {
		typ = k.presentType(key, name, data)
	}
	v := machine.Value{Name: name}
	bad := fail(1, "The type of the value object did not match the specified RegistryValueKind or the object could not be properly converted.")
	switch typ {
	case "string":
		v.Type, v.Text = machine.RegSZ, asText(data)
	case "expandstring":
		v.Type, v.Text = machine.RegExpandSZ, asText(data)
	case "dword", "qword":
		n, ok := asInt(data)
		if v.Type = machine.RegDWord; typ == "qword" {
			v.Type = machine.RegQWord
		}
		if !ok || typ == "dword" && (n < -1<<31 || n > 0xFFFFFFFF) {
			return v, bad
		}
		v.Number = uint64(n)
		if typ == "dword" {
			v.Number &= 0xFFFFFFFF
		}
	case "binary":
		b, err := toBytes(data)
		if err != nil {
			return v, bad
		}
		v.Type, v.Bytes = machine.RegBinary, b
	case "multistring":
		v.Type, v.List = machine.RegMultiSZ, k.texts("value")
	default:
		return v, fail(1, "Cannot bind parameter 'PropertyType'. Unable to match the identifier name %s to a valid enumerator name. Specify one of the following enumerator names and try again: String, ExpandString, Binary, DWord, MultiString, QWord, Unknown", typ)
	}
	return v, nil
}

// presentType is the type a value has; a new one takes that of its data.
func (k *call) presentType(key, name string, data any) string {
	if v, ok := k.m.Registry.Get(key, name); ok && strings.EqualFold(k.name, "Set-ItemProperty") {
		return map[machine.ValueType]string{machine.RegSZ: "string", machine.RegExpandSZ: "expandstring", machine.RegDWord: "dword", machine.RegQWord: "qword",
			machine.RegBinary: "binary", machine.RegMultiSZ: "multistring"}[v.Type]
	}
	switch data.(type) {
	case int64:
		return "dword"
	case []byte:
		return "binary"
	case []any:
		return "multistring"
	}
	return "string"
}

func setItemProperty(k *call) ([]any, error) {
	key, err := k.writableKey(true)
	if err != nil {
		return nil, err
	}
	if !k.has("name") {
		return nil, fail(1, "Cannot process command because of one or more missing mandatory parameters: Name.")
	}
	v, err := k.registryValue(key, defaultName(k.text("name")))
	if err == nil {
		k.m.Registry.Set(key, v)
	}
	return nil, err
}

func defaultName(n string) string {
	if strings.EqualFold(n, "(default)") {
		return ""
	}
	return n
}

func newItemProperty(k *call) ([]any, error) {
	key, err := k.writableKey(true)
	if err != nil {
		return nil, err
	}
	name := defaultName(k.text("name"))
	if _, there := k.m.Registry.Get(key, name); there && !k.on("force") {
		return nil, fail(1, "The property already exists.")
	}
	v, err := k.registryValue(key, name)
	if err != nil {
		return nil, err
	}
	k.m.Registry.Set(key, v)
	return []any{newRecord(nil, name, valueObject(v), "PSPath", "Microsoft.PowerShell.Core\\Registry::"+key)}, nil
}

func removeItemProperty(k *call) ([]any, error) {
	key, err := k.writableKey(true)
	if err != nil {
		return nil, err
	}
	for _, n := range k.texts("name") {
		if !k.m.Registry.Delete(key, defaultName(n)) {
			return nil, fail(1, "Property %s does not exist at path %s.", n, key)
		}
	}
	return nil, nil
}

func newItem(k *call) ([]any, error) {
	if k.has("name") {
		k.params["path"] = strings.TrimSuffix(k.text("path"), `\`) + `\` + k.text("name")
	}
	key, err := k.writableKey(false)
	if err != nil {
		return nil, err
	}
	if k.m.Registry.HasKey(key) && !k.on("force") {
		return nil, fail(1, "A key in this path already exists.")
	}
	if k.m.Registry.HasKey(key) { // -Force makes the key anew
		k.m.Registry.DeleteKey(key)
	}
	k.m.Registry.Create(key)
	return []any{newRecord(nil, "Name", key)}, nil
}

func removeItem(k *call) ([]any, error) {
	typed := k.text("path") + k.text("literalpath")
	if _, isKey := registryPath(typed); !isKey {
		if _, ok := k.m.Files[filePath(typed)]; !ok {
			return nil, fail(1, "Cannot find path '%s' because it does not exist.", typed)
		}
		delete(k.m.Files, filePath(typed))
		return nil, nil
	}
	key, err := k.writableKey(true)
	if err != nil {
		return nil, err
	}
	if len(k.m.Registry.Subkeys(key)) > 0 && !k.on("recurse") {
		return nil, fail(1, "The item at %s has children and the Recurse parameter was not specified.", key)
	}
	if !k.m.Registry.DeleteKey(key) {
		return nil, fail(1, "Requested registry access is not allowed.")
	}
	return nil, nil
}

func testPath(k *call) ([]any, error) {
	typed := k.text("path") + k.text("literalpath")
	if key, isKey := registryPath(typed); isKey {
		return []any{k.m.Registry.HasKey(key)}, nil
	}
	_, there := k.m.Files[filePath(typed)]
	return []any{there}, nil
}

func getItem(k *call) ([]any, error) {
	key, err := k.key(true)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, v := range k.m.Registry.Values(key) {
		names = append(names, v.Name)
	}
	return []any{newRecord(nil, "Name", key, "Property", names)}, nil
}

func getChildren(k *call) ([]any, error) {
	key, err := k.key(true)
	if err != nil {
		return nil, err
	}
	var out []any
	for _, sub := range k.m.Registry.Subkeys(key) {
		out = append(out, newRecord(nil, "Name", sub))
	}
	return out, nil
}
