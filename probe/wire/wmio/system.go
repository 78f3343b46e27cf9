package wmio

import (
	"fmt"
	"strings"
)

// system returns a system property, which WMI derives from the object and
// doesn't send (WMI System Properties in the WMI reference).
func (o *Object) system(name string) (any, bool) {
	c := o.Class
	switch strings.ToUpper(name) {
	case "__CLASS":
		return c.Name, true
	case "__SUPERCLASS":
		return orNull(c.Super()), true
	case "__DYNASTY":
		if n := len(c.Derivation); n > 0 {
			return c.Derivation[n-1], true
		}
		return c.Name, true
	case "__DERIVATION":
		return append([]string{}, c.Derivation...), true
	case "__GENUS":
		if o.Instance {
			return int32(2), true
		}
		return int32(1), true
	case "__PROPERTY_COUNT":
		return int32(len(c.Properties)), true
	case "__SERVER":
		return orNull(o.Server), true
	case "__NAMESPACE":
		return orNull(o.Namespace), true
	case "__RELPATH":
		return orNull(o.relativePath()), true
	case "__PATH":
		return orNull(o.path()), true
	}
	return nil, false
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// relativePath is "Class" for a class, `Class.Key="value"` for an instance and
// "Class=@" for the only instance of a singleton; "" when the keys aren't all
// there, as in the rows of a query that left them out.
func (o *Object) relativePath() string {
	if !o.Instance {
		return o.Class.Name
	}
	var keys []string
	for p, v := range o.All() {
		if !p.Key() {
			continue
		}
		if v == nil {
			return ""
		}
		keys = append(keys, p.Name+"="+keyValue(v))
	}
	if len(keys) > 0 {
		return o.Class.Name + "." + strings.Join(keys, ",")
	}
	if q, ok := find(o.Class.Qualifiers, "singleton"); ok && q.Value == true {
		return o.Class.Name + "=@"
	}
	return ""
}

func keyValue(v any) string {
	switch v := v.(type) {
	case string:
		return quote(v)
	case bool:
		return strings.ToUpper(fmt.Sprint(v))
	}
	return fmt.Sprint(v)
}

func (o *Object) path() string {
	relative := o.relativePath()
	if relative == "" || o.Server == "" || o.Namespace == "" {
		return ""
	}
	return `\\` + o.Server + `\` + o.Namespace + ":" + relative
}
