package console

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// The objects of the guide's permission scripts.
type (
	typeValue     string // a type literal
	sidObject     struct{ sid machine.SID }
	accountObject struct{ name string }
	// sdObject is a RawSecurityDescriptor.
	sdObject  struct{ machine.Descriptor }
	aclObject struct{ sd *sdObject }
	aceObject struct{ machine.ACE }
	// securityObject is the __SystemSecurity instance of a namespace.
	securityObject struct{ namespace *machine.Namespace }
)

func (t typeValue) String() string     { return string(t) }
func (s sidObject) String() string     { return string(s.sid) }
func (a accountObject) String() string { return a.name }
func (*sdObject) String() string       { return "System.Security.AccessControl.RawSecurityDescriptor" }
func (*aclObject) String() string      { return "System.Security.AccessControl.RawAcl" }
func (*aceObject) String() string      { return "System.Security.AccessControl.CommonAce" }
func (s *securityObject) String() string {
	return `\\.\` + s.namespace.Path + `:__SystemSecurity=@`
}

// newObject is New-Object and [Type]::new().
func (in *interpreter) newObject(typ string, args []any) (any, error) {
	wrong := fail(1, "New-Object : Cannot find an overload for \"%s\" and the argument count: \"%d\".", typ, len(args))
	switch typ {
	case "security.principal.ntaccount":
		switch len(args) {
		case 1:
			return accountObject{asText(args[0])}, nil
		case 2:
			return accountObject{asText(args[0]) + `\` + asText(args[1])}, nil
		}
		return nil, wrong
	case "security.principal.securityidentifier":
		if len(args) == 2 {
			if b, ok := args[0].([]byte); ok {
				return nil, fail(1, "New-Object : a SID of %d bytes can't be read here.", len(b))
			}
		}
		if len(args) != 1 {
			return nil, wrong
		}
		return in.convert(typ, args[0])
	case "security.accesscontrol.rawsecuritydescriptor":
		return newSD(args, wrong)
	case "security.accesscontrol.commonace":
		return newACE(args, wrong)
	case "byte[]":
		n, ok := asInt(rolled(args))
		if !ok || n < 0 || n > maxInput {
			return nil, wrong
		}
		return make([]byte, n), nil
	case "object", "psobject":
		return &record{table: *newTable()}, nil
	}
	return nil, fail(1, "New-Object : Cannot find type [%s]: verify that the assembly containing this type is loaded.", typ)
}

func newSD(args []any, wrong error) (any, error) {
	switch len(args) {
	case 1:
		d, err := machine.ParseSDDL(asText(args[0]))
		if err != nil {
			return nil, fail(1, "New-Object : Exception calling \".ctor\" with \"1\" argument(s): \"The SDDL string contains an invalid sid or a sid that cannot be translated.\"")
		}
		return &sdObject{d}, nil
	case 2:
		b, err := toBytes(args[0])
		off, ok := asInt(args[1])
		if err != nil || !ok || off < 0 || off > int64(len(b)) {
			return nil, wrong
		}
		d, err := machine.DecodeDescriptor(b[off:])
		if err != nil {
			return nil, fail(1, "New-Object : Exception calling \".ctor\" with \"2\" argument(s): \"The binary form of a security descriptor is not valid.\"")
		}
		return &sdObject{d}, nil
	}
	return nil, wrong
}

// newACE is CommonAce(flags, qualifier, mask, sid, isCallback, opaque).
func newACE(args []any, wrong error) (any, error) {
	if len(args) != 6 {
		return nil, wrong
	}
	flags, okF := aceFlags(args[0])
	qualifier, okQ := asInt(args[1])
	switch strings.ToLower(asText(args[1])) {
	case "accessallowed":
		qualifier, okQ = 0, true
	case "accessdenied":
		qualifier, okQ = 1, true
	}
	mask, okM := asInt(args[2])
	sid, okS := args[3].(sidObject)
	if !okF || !okQ || !okM || !okS || qualifier < 0 || qualifier > 1 || flags < 0 || flags > 255 || mask < 0 || mask > 0xFFFFFFFF {
		return nil, wrong
	}
	return &aceObject{machine.ACE{Type: uint8(qualifier), Flags: uint8(flags), Mask: uint32(mask), SID: sid.sid}}, nil
}

func aceFlags(v any) (int64, bool) {
	if n, ok := asInt(v); ok {
		return n, true
	}
	var out int64
	for _, word := range strings.Split(asText(v), ",") {
		n, ok := map[string]int64{"none": 0, "objectinherit": 1, "containerinherit": 2, "nopropagateinherit": 4, "inheritonly": 8, "inherited": 16}[strings.ToLower(strings.TrimSpace(word))]
		if !ok {
			return 0, false
		}
		out |= n
	}
	return out, true
}

func (in *interpreter) member(n member) (any, error) {
	name, err := in.memberName(n)
	if err != nil {
		return nil, err
	}
	of, err := in.value(n.of)
	if err != nil {
		return nil, err
	}
	if n.static {
		switch t := of.(type) {
		case typeValue:
			if t == "environment" && strings.EqualFold(name, "MachineName") {
				return in.m.Computer, nil
			}
			return name, nil // an enumeration value stands for itself
		}
	}
	return property(of, name), nil
}

func (in *interpreter) memberName(n member) (string, error) {
	if n.dynamic == nil {
		return n.name, nil
	}
	v, err := in.value(n.dynamic)
	return asText(v), err
}

// property reads a member; one that isn't there is null, as in PowerShell.
func property(of any, name string) any {
	low := strings.ToLower(name)
	if low == "psbase" || low == "psobject" {
		return of
	}
	switch v := of.(type) {
	case *record:
		out, _ := v.get(name)
		return out
	case *table:
		switch out, ok := v.get(name); {
		case ok:
			return out
		case low == "count":
			return int64(len(v.names))
		case low == "keys":
			return plain(v.names)
		}
		return nil
	case string:
		if low == "length" {
			return int64(len([]rune(v)))
		}
	case []byte:
		if low == "length" || low == "count" {
			return int64(len(v))
		}
	case []any:
		if low == "length" || low == "count" {
			return int64(len(v))
		}
		var out []any
		for _, x := range v {
			out = append(out, unroll(property(x, name))...)
		}
		return rolled(out)
	case sidObject:
		if low == "value" {
			return string(v.sid)
		}
	case accountObject:
		if low == "value" {
			return v.name
		}
	case dateObject:
		return v.property(low)
	case *sdObject:
		return v.property(low)
	case *aclObject:
		if low == "count" {
			return int64(len(v.sd.DACL))
		}
	case *aceObject:
		return v.property(low)
	}
	if low == "count" && of != nil {
		return int64(1)
	}
	return nil
}

func (s *sdObject) property(low string) any {
	switch low {
	case "discretionaryacl":
		return &aclObject{s}
	case "binarylength":
		return int64(len(s.Encode()))
	case "owner":
		return sidObject{s.Owner}
	case "group":
		return sidObject{s.Group}
	case "controlflags":
		return int64(s.Control)
	}
	return nil
}

func (a *aceObject) property(low string) any {
	switch low {
	case "isinherited":
		return a.Flags&machine.Inherited != 0
	case "aceflags":
		return int64(a.Flags)
	case "inheritanceflags":
		return int64(a.Flags & 3)
	case "accessmask":
		return int64(a.Mask)
	case "securityidentifier":
		return sidObject{a.SID}
	case "acetype", "acequalifier":
		return map[uint8]string{machine.AccessAllowed: "AccessAllowed", machine.AccessDenied: "AccessDenied", machine.SystemAudit: "SystemAudit"}[a.Type]
	}
	return nil
}

func setMember(of any, name string, v any) error {
	switch o := of.(type) {
	case *table:
		o.set(name, v)
		return nil
	case *record:
		if _, ok := o.get(name); ok || o.of == nil {
			o.set(name, v)
			return nil
		}
	case *aceObject:
		if n, ok := asInt(v); ok && strings.EqualFold(name, "AccessMask") {
			o.Mask = uint32(n)
			return nil
		}
	}
	return fail(1, "The property '%s' cannot be found on this object. Verify that the property exists and can be set.", name)
}

func (in *interpreter) index(n index) (any, error) {
	of, err := in.value(n.of)
	if err != nil {
		return nil, err
	}
	key, err := in.value(n.i)
	if err != nil {
		return nil, err
	}
	if t, ok := of.(*table); ok {
		v, _ := t.get(asText(key))
		return v, nil
	}
	i, ok := asInt(key)
	if !ok || of == nil {
		return nil, fail(1, "Cannot index into a null array.")
	}
	var list []any
	switch v := of.(type) {
	case string:
		for _, r := range v {
			list = append(list, string(r))
		}
	case []byte:
		for _, b := range v {
			list = append(list, int64(b))
		}
	default:
		list = unroll(of)
	}
	if i < 0 {
		i += int64(len(list))
	}
	if i < 0 || i >= int64(len(list)) {
		return nil, nil
	}
	return list[i], nil
}

func setIndex(of, key, v any) error {
	switch o := of.(type) {
	case *table:
		o.set(asText(key), v)
		return nil
	case []any:
		if i, ok := asInt(key); ok && i >= 0 && i < int64(len(o)) {
			o[i] = v
			return nil
		}
	}
	return fail(1, "Index was outside the bounds of the array.")
}

// invoke calls a method.
func (in *interpreter) invoke(n invoke) (any, error) {
	name, err := in.memberName(n.m)
	if err != nil {
		return nil, err
	}
	of, err := in.value(n.m.of)
	if err != nil {
		return nil, err
	}
	listed, err := in.items(n.args)
	if err != nil {
		return nil, err
	}
	args := listed.([]any)
	if t, ok := of.(typeValue); ok && n.m.static {
		return in.staticCall(string(t), name, args)
	}
	low := strings.ToLower(name)
	if low == "tostring" && (of == nil || len(args) == 0) {
		if of == nil {
			return nil, fail(1, "You cannot call a method on a null-valued expression.")
		}
		return asText(of), nil
	}
	missing := fail(1, "Method invocation failed because [%T] does not contain a method named '%s'.", of, name)
	switch v := of.(type) {
	case nil:
		return nil, fail(1, "You cannot call a method on a null-valued expression.")
	case string:
		missing = fail(1, "Method invocation failed because [System.String] does not contain a method named '%s'.", name)
		return stringMethod(v, low, args, missing)
	case dateObject:
		return v.call(low, args, missing)
	case sidObject, accountObject:
		return in.translate(of, low, args, missing)
	case *sdObject:
		return v.call(low, args, missing)
	case *aclObject:
		return v.call(low, args, missing)
	case *securityObject:
		return in.securityMethod(v, low, args, missing)
	case *table:
		if low == "containskey" && len(args) == 1 {
			_, ok := v.get(asText(args[0]))
			return ok, nil
		}
	}
	return nil, missing
}

func stringMethod(s, low string, args []any, missing error) (any, error) {
	arg := func(i int) string {
		if i < len(args) {
			return asText(args[i])
		}
		return ""
	}
	switch low {
	case "trim":
		return strings.TrimSpace(s), nil
	case "trimend":
		return strings.TrimRight(s, arg(0)+" \r\n"), nil
	case "toupper":
		return strings.ToUpper(s), nil
	case "tolower":
		return strings.ToLower(s), nil
	case "startswith":
		return strings.HasPrefix(s, arg(0)), nil
	case "endswith":
		return strings.HasSuffix(s, arg(0)), nil
	case "contains":
		return strings.Contains(s, arg(0)), nil
	case "indexof":
		return int64(strings.Index(s, arg(0))), nil
	case "replace":
		if len(args) == 2 && arg(0) != "" && len(s)*(1+len(arg(1))) <= maxOutput {
			return strings.ReplaceAll(s, arg(0), arg(1)), nil
		}
	case "insert":
		if n, ok := asInt(rolled(args[:min(1, len(args))])); ok && len(args) == 2 && n >= 0 && n <= int64(len(s)) {
			return s[:n] + arg(1) + s[n:], nil
		}
	case "split":
		return plain(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(arg(0), r) || arg(0) == "" && r == ' ' })), nil
	case "substring":
		from, ok := asInt(rolled(args[:min(1, len(args))]))
		end := int64(len(s))
		if len(args) == 2 {
			if n, okN := asInt(args[1]); okN {
				end = from + n
			}
		}
		if ok && len(args) > 0 && from >= 0 && from <= end && end <= int64(len(s)) {
			return s[from:end], nil
		}
		return nil, fail(1, "Exception calling \"Substring\": \"Index and length must refer to a location within the string.\"")
	}
	return nil, missing
}

// translate turns names into SIDs and back.
func (in *interpreter) translate(of any, low string, args []any, missing error) (any, error) {
	if low != "translate" || len(args) != 1 {
		return nil, missing
	}
	to := typeName(asText(args[0]))
	sid, _, ok := in.m.Resolve(asText(of))
	if _, isSID := of.(sidObject); isSID {
		ok = in.m.NameOf(sid) != string(sid)
	}
	if !ok {
		return nil, fail(1, "Exception calling \"Translate\" with \"1\" argument(s): \"Some or all identity references could not be translated.\"")
	}
	switch to {
	case "security.principal.securityidentifier":
		return sidObject{sid}, nil
	case "security.principal.ntaccount":
		return accountObject{in.m.NameOf(sid)}, nil
	}
	return nil, missing
}
