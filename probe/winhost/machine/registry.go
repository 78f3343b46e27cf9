package machine

import (
	"maps"
	"slices"
	"strings"
)

// ValueType is the type number of a registry value (MS-RRP 3.1.1.5).
type ValueType uint32

// The types this registry holds.
const (
	RegNone     ValueType = 0
	RegSZ       ValueType = 1
	RegExpandSZ ValueType = 2
	RegBinary   ValueType = 3
	RegDWord    ValueType = 4
	RegMultiSZ  ValueType = 7
	RegQWord    ValueType = 11
)

// String is the name that reg.exe prints and takes.
func (t ValueType) String() string {
	return map[ValueType]string{RegNone: "REG_NONE", RegSZ: "REG_SZ", RegExpandSZ: "REG_EXPAND_SZ", RegBinary: "REG_BINARY",
		RegDWord: "REG_DWORD", RegMultiSZ: "REG_MULTI_SZ", RegQWord: "REG_QWORD"}[t]
}

// Value is one registry value. Its type says which of the four data fields counts.
type Value struct {
	Name   string
	Type   ValueType
	Text   string   // RegSZ, RegExpandSZ
	List   []string // RegMultiSZ
	Bytes  []byte   // RegBinary, RegNone
	Number uint64   // RegDWord, RegQWord
}

// DWord, SZ, Binary and MultiSZ make values.
func DWord(name string, n uint32) Value { return Value{Name: name, Type: RegDWord, Number: uint64(n)} }

// SZ makes a REG_SZ value.
func SZ(name, text string) Value { return Value{Name: name, Type: RegSZ, Text: text} }

// Binary makes a REG_BINARY value.
func Binary(name string, b []byte) Value { return Value{Name: name, Type: RegBinary, Bytes: b} }

// MultiSZ makes a REG_MULTI_SZ value.
func MultiSZ(name string, list ...string) Value {
	return Value{Name: name, Type: RegMultiSZ, List: list}
}

func (v Value) clone() Value {
	v.List, v.Bytes = slices.Clone(v.List), slices.Clone(v.Bytes)
	return v
}

// Key is one registry key: its path as it was first written, and its values by
// lower-case name. ReadOnly stands for keys that TrustedInstaller alone may write.
type Key struct {
	Path     string
	Values   map[string]Value
	ReadOnly bool
}

// Registry is a tree of keys. Paths may start with a short or long root name
// (HKLM, HKEY_LOCAL_MACHINE, HKLM:) and are compared without regard to case.
type Registry struct{ keys map[string]*Key }

func newRegistry() *Registry { return &Registry{keys: map[string]*Key{}} }

func (r *Registry) clone() *Registry {
	if r == nil {
		return nil
	}
	out := newRegistry()
	for id, k := range r.keys {
		values := make(map[string]Value, len(k.Values))
		for n, v := range k.Values {
			values[n] = v.clone()
		}
		out.keys[id] = &Key{Path: k.Path, Values: values, ReadOnly: k.ReadOnly}
	}
	return out
}

var roots = map[string]string{
	"HKLM": "HKEY_LOCAL_MACHINE", "HKEY_LOCAL_MACHINE": "HKEY_LOCAL_MACHINE",
	"HKCU": "HKEY_CURRENT_USER", "HKEY_CURRENT_USER": "HKEY_CURRENT_USER",
	"HKU": "HKEY_USERS", "HKEY_USERS": "HKEY_USERS",
	"HKCC": "HKEY_CURRENT_CONFIG", "HKEY_CURRENT_CONFIG": "HKEY_CURRENT_CONFIG",
	"HKCR": `HKEY_LOCAL_MACHINE\SOFTWARE\Classes`, "HKEY_CLASSES_ROOT": `HKEY_LOCAL_MACHINE\SOFTWARE\Classes`,
}

// KeyPath gives the full path of a key as Windows prints it, and whether its
// root exists and no part of it is empty.
func KeyPath(path string) (string, bool) {
	root, rest, deeper := strings.Cut(strings.TrimSuffix(path, `\`), `\`)
	full, ok := roots[strings.ToUpper(strings.TrimSuffix(root, ":"))]
	if !ok || deeper && (rest == "" || strings.Contains(`\`+rest+`\`, `\\`)) {
		return "", false
	}
	if deeper {
		full += `\` + rest
	}
	return full, true
}

func (r *Registry) key(path string) *Key {
	full, _ := KeyPath(path)
	return r.keys[lower(full)]
}

// HasKey says whether the key exists; a root always does.
func (r *Registry) HasKey(path string) bool {
	full, ok := KeyPath(path)
	return ok && (!strings.Contains(full, `\`) || r.keys[lower(full)] != nil)
}

// Create makes the key and those above it. It is false for a path whose root
// does not exist.
func (r *Registry) Create(path string) bool {
	full, ok := KeyPath(path)
	if !ok {
		return false
	}
	for i, c := range full + `\` {
		if c == '\\' && strings.Contains(full[:i], `\`) {
			if id := lower(full[:i]); r.keys[id] == nil {
				r.keys[id] = &Key{Path: full[:i], Values: map[string]Value{}}
			}
		}
	}
	return true
}

// Set writes a value and makes the key where it is missing.
func (r *Registry) Set(path string, v Value) bool {
	if !r.Create(path) || r.key(path) == nil {
		return false
	}
	r.key(path).Values[lower(v.Name)] = v.clone()
	return true
}

// Get reads a value; the name "" is the default value.
func (r *Registry) Get(path, name string) (Value, bool) {
	k := r.key(path)
	if k == nil {
		return Value{}, false
	}
	v, ok := k.Values[lower(name)]
	return v.clone(), ok
}

// Delete removes one value and says whether it was there.
func (r *Registry) Delete(path, name string) bool {
	k := r.key(path)
	if k == nil {
		return false
	}
	_, ok := k.Values[lower(name)]
	delete(k.Values, lower(name))
	return ok
}

// DeleteKey removes a key with all below it and says whether it was there.
func (r *Registry) DeleteKey(path string) bool {
	full, ok := KeyPath(path)
	if !ok || r.keys[lower(full)] == nil {
		return false
	}
	for id := range r.keys {
		if id == lower(full) || strings.HasPrefix(id, lower(full)+`\`) {
			delete(r.keys, id)
		}
	}
	return true
}

// Values lists the values of a key by name.
func (r *Registry) Values(path string) []Value {
	k := r.key(path)
	if k == nil {
		return nil
	}
	out := make([]Value, 0, len(k.Values))
	for _, id := range slices.Sorted(maps.Keys(k.Values)) {
		out = append(out, k.Values[id].clone())
	}
	return out
}

// Subkeys lists the full paths of the keys directly below.
func (r *Registry) Subkeys(path string) []string {
	full, ok := KeyPath(path)
	if !ok {
		return nil
	}
	var out []string
	for id, k := range r.keys {
		if rest, below := strings.CutPrefix(id, lower(full)+`\`); below && !strings.Contains(rest, `\`) {
			out = append(out, k.Path)
		}
	}
	slices.Sort(out)
	return out
}

// Protect marks a key as one that only TrustedInstaller may write, or takes the mark away.
func (r *Registry) Protect(path string, on bool) {
	if r.Create(path); r.key(path) != nil {
		r.key(path).ReadOnly = on
	}
}

// Writable says whether an administrator may write below the path.
func (r *Registry) Writable(path string) bool {
	full, _ := KeyPath(path)
	for full != "" {
		if k := r.keys[lower(full)]; k != nil && k.ReadOnly {
			return false
		}
		full = full[:max(strings.LastIndexByte(full, '\\'), 0)]
	}
	return true
}

// DWord reads a REG_DWORD; a value of another type is as good as absent, as
// for Windows' own readers.
func (r *Registry) DWord(path, name string) (uint32, bool) {
	v, ok := r.Get(path, name)
	return uint32(v.Number), ok && v.Type == RegDWord
}

// Text reads a REG_SZ or REG_EXPAND_SZ.
func (r *Registry) Text(path, name string) (string, bool) {
	v, ok := r.Get(path, name)
	return v.Text, ok && (v.Type == RegSZ || v.Type == RegExpandSZ)
}

func lower(s string) string { return strings.ToLower(s) }
