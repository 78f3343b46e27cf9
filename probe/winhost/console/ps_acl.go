package console

import (
	"slices"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

func (s *sdObject) call(low string, args []any, missing error) (any, error) {
	switch low {
	case "getbinaryform":
		if len(args) != 2 {
			return nil, missing
		}
		buffer, ok := args[0].([]byte)
		off, okOff := asInt(args[1])
		b := s.Encode()
		if !ok || !okOff || off < 0 || off+int64(len(b)) > int64(len(buffer)) {
			return nil, fail(1, "Exception calling \"GetBinaryForm\" with \"2\" argument(s): \"Destination array is not long enough.\"")
		}
		copy(buffer[off:], b)
		return nil, nil
	case "getsddlform":
		return s.SDDL(), nil
	}
	return nil, missing
}

func (a *aclObject) call(low string, args []any, missing error) (any, error) {
	i := int64(-1)
	if len(args) > 0 {
		if n, ok := asInt(args[0]); ok {
			i = n
		}
	}
	switch low {
	case "insertace":
		if len(args) != 2 {
			return nil, missing
		}
		ace, ok := args[1].(*aceObject)
		if !ok || i < 0 || i > int64(len(a.sd.DACL)) {
			return nil, fail(1, "Exception calling \"InsertAce\" with \"2\" argument(s): \"Specified argument was out of the range of valid values.\"")
		}
		a.sd.DACL = slices.Insert(slices.Clone(a.sd.DACL), int(i), ace.ACE)
		return nil, nil
	case "removeace":
		if i < 0 || i >= int64(len(a.sd.DACL)) {
			return nil, fail(1, "Exception calling \"RemoveAce\" with \"1\" argument(s): \"Specified argument was out of the range of valid values.\"")
		}
		a.sd.DACL = slices.Delete(slices.Clone(a.sd.DACL), int(i), int(i)+1)
		return nil, nil
	}
	return nil, missing
}

// securityMethod is what __SystemSecurity does: GetSD, SetSD and the helpers
// that System.Management puts around a call.
func (in *interpreter) securityMethod(s *securityObject, low string, args []any, missing error) (any, error) {
	switch low {
	case "getmethodparameters":
		return newTable(), nil
	case "invokemethod":
		if len(args) < 2 {
			return nil, missing
		}
		return in.systemSecurity(s.namespace, asText(args[0]), args[1])
	case "getsd", "getcalleraccessrights":
		return in.systemSecurity(s.namespace, low, nil)
	case "setsd":
		if len(args) != 1 {
			return nil, missing
		}
		t := newTable()
		t.set("SD", args[0])
		return in.systemSecurity(s.namespace, low, t)
	}
	return nil, missing
}

// systemSecurity runs a method of __SystemSecurity.
func (in *interpreter) systemSecurity(n *machine.Namespace, method string, args any) (any, error) {
	switch strings.ToLower(method) {
	case "getsd":
		return newRecord(nil, "ReturnValue", 0, "SD", in.m.Security(n).Encode()), nil
	case "getcalleraccessrights":
		return newRecord(nil, "ReturnValue", 0, "Rights", 0x6003F), nil
	case "setsd":
		t, _ := args.(*table)
		if t == nil {
			return nil, fail(1, "Exception calling \"InvokeMethod\" with \"3\" argument(s): \"Invalid method Parameter(s) \"")
		}
		v, _ := t.get("SD")
		b, err := toBytes(v)
		if err != nil {
			return nil, err
		}
		d, err := machine.DecodeDescriptor(b)
		if err != nil {
			return nil, fail(1, "Exception calling \"InvokeMethod\" with \"3\" argument(s): \"Invalid parameter \"")
		}
		in.m.SetSecurity(n, d)
		return newRecord(nil, "ReturnValue", 0), nil
	}
	return nil, fail(1, "Exception calling \"InvokeMethod\": \"Invalid method \"")
}
