package console

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

func wmiCmdlets() map[string]cmdlet {
	return map[string]cmdlet{
		"get-ciminstance":  {"ClassName=0 Namespace Filter Query Property ComputerName", getInstances},
		"get-wmiobject":    {"Class=0 Namespace Filter Query Property=1 ComputerName List? Credential", getInstances},
		"invoke-cimmethod": {"ClassName=0 MethodName=1 Name Namespace Arguments=2 InputObject", invokeMethod},
		"invoke-wmimethod": {"Class=0 Name=1! Namespace ArgumentList InputObject Path", invokeMethod},
		"set-ciminstance":  {"InputObject=0 Property Query Namespace", setInstance},
	}
}

// wmiNamespace opens a namespace as the local administrator that types here.
func (k *call) wmiNamespace() (*machine.Namespace, error) {
	path := k.text("namespace")
	if path == "" {
		path = `root\cimv2`
	}
	n, d := k.m.MayOpen(k.administrator(), machine.Login{Namespace: path, Level: machine.LevelPrivacy, Impersonation: 3})
	switch {
	case d.Kind == machine.NoAnswer:
		return nil, fail(1, "The operation has timed out.")
	case d.Refused() && d.Code.Number == 0x8004100E:
		return nil, fail(1, "Invalid namespace \"%s\"", path)
	case d.Refused():
		return nil, fail(1, "WMI answered with %s.", d.Code)
	}
	return n, nil
}

// administrator is who sits at this console: the built-in one, elevated.
func (k *call) administrator() machine.Caller {
	return machine.Caller{Account: k.m.Computer + `\Administrator`, User: machine.LocalSystem,
		Groups: []machine.SID{machine.Everyone, machine.AuthenticatedUsers, machine.Interactive, machine.Administrators}}
}

func getInstances(k *call) ([]any, error) {
	n, err := k.wmiNamespace()
	if err != nil {
		return nil, err
	}
	name := k.text("classname") + k.text("class")
	filter := k.text("filter")
	if q := k.text("query"); q != "" {
		f := strings.Fields(q)
		if len(f) < 4 || !strings.EqualFold(f[0], "select") || !strings.EqualFold(f[2], "from") {
			return nil, fail(1, "Invalid query")
		}
		name = f[3]
		if i := strings.Index(strings.ToLower(q), " where "); i >= 0 {
			filter = q[i+7:]
		}
	}
	if name == "" {
		return nil, fail(1, "Cannot process command because of one or more missing mandatory parameters: ClassName.")
	}
	if strings.EqualFold(name, "__SystemSecurity") {
		return []any{&securityObject{n}}, nil
	}
	result := k.m.MayQuery(k.administrator(), n, machine.Query{Class: name})
	switch d := result.Denial; {
	case d.Kind == machine.NoAnswer:
		return nil, fail(1, "The operation has timed out.")
	case d.Refused() && d.Code.Number == 0x80041010:
		return nil, fail(1, "Invalid class \"%s\"", name)
	case d.Refused():
		return nil, fail(1, "WMI answered with %s.", d.Code)
	}
	var out []any
	for _, row := range result.Rows {
		r := newRecord(row)
		for _, p := range result.Class.Properties {
			r.set(p.Name, plain(row[p.Name]))
		}
		keep, err := filterRow(r, filter)
		if err != nil {
			return nil, err
		}
		if keep {
			out = append(out, r)
		}
	}
	return out, nil
}

// filterRow knows one comparison: Property = 'value'.
func filterRow(r *record, filter string) (bool, error) {
	if filter == "" {
		return true, nil
	}
	for _, op := range []string{"<>", "!=", "="} {
		if name, value, ok := strings.Cut(filter, op); ok {
			value = strings.Trim(strings.TrimSpace(value), `'"`)
			return equal(r.values[strings.ToLower(strings.TrimSpace(name))], value) == (op == "="), nil
		}
	}
	return false, fail(1, "Invalid query")
}

// invokeMethod knows the methods of __SystemSecurity.
func invokeMethod(k *call) ([]any, error) {
	n, err := k.wmiNamespace()
	if err != nil {
		return nil, err
	}
	class, method := k.text("classname")+k.text("class"), k.text("methodname")+k.text("name")
	if s, ok := k.params["inputobject"].(*securityObject); ok {
		n, class = s.namespace, "__SystemSecurity"
	}
	if path := k.text("path"); path != "" {
		class = strings.TrimSuffix(path, "=@")
	}
	if !strings.EqualFold(class, "__SystemSecurity") {
		return nil, fail(1, "Only the methods of __SystemSecurity can be called here.")
	}
	args := k.params["arguments"]
	if k.has("argumentlist") {
		t := newTable()
		if list := unroll(k.params["argumentlist"]); len(list) == 1 {
			t.set("SD", list[0])
		} else {
			t.set("SD", k.params["argumentlist"])
		}
		args = t
	}
	v, err := k.systemSecurity(n, method, args)
	if err != nil {
		return nil, err
	}
	return []any{v}, nil
}

// setInstance changes the one instance that the guide changes: the quota of
// provider hosts. It counts after the next boot.
func setInstance(k *call) ([]any, error) {
	t, ok := k.params["property"].(*table)
	if !ok {
		return nil, fail(1, "Cannot bind parameter 'Property'. A hashtable is needed.")
	}
	text := strings.ToLower(k.text("query"))
	for _, v := range append(k.in, unroll(k.params["inputobject"])...) {
		if r, ok := v.(*record); ok {
			if _, quota := r.get("MemoryPerHost"); quota {
				text = "__providerhostquotaconfiguration"
			}
		}
	}
	v, has := t.get("MemoryPerHost")
	n, number := asInt(v)
	if !strings.Contains(text, "__providerhostquotaconfiguration") || !has || !number || n <= 0 {
		return nil, fail(1, "Only MemoryPerHost of __ProviderHostQuotaConfiguration can be set here.")
	}
	k.m.WMI.QuotaMB = uint64(n) >> 20
	return nil, nil
}
