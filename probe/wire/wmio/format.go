package wmio

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Format renders a value of type t for reading: strings as they are, arrays in
// braces with their strings quoted, a datetime in words when it is well
// formed, NULL for nil. The text may hold whatever the host put into it.
func Format(t Type, v any) string {
	if v == nil {
		return "NULL"
	}
	if !t.holds(v) {
		return fmt.Sprint(v)
	}
	if !t.IsArray() {
		return formatScalar(t, v)
	}
	list := reflect.ValueOf(v)
	parts := make([]string, list.Len())
	for i := range parts {
		e := list.Index(i).Interface()
		if s, ok := e.(string); ok && t.Base() != DateTime {
			parts[i] = quote(s)
		} else {
			parts[i] = formatScalar(t.Base(), e)
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func formatScalar(t Type, v any) string {
	switch v := v.(type) {
	case bool:
		return strings.ToUpper(fmt.Sprint(v))
	case uint16:
		if t == Char16 && v >= ' ' && v != 0x7f {
			return string(rune(v))
		}
	case string:
		if t == DateTime {
			return formatDateTime(v)
		}
		return v
	case *Object:
		return formatObject(v)
	}
	return fmt.Sprint(v)
}

func formatObject(o *Object) string {
	switch {
	case o == nil || o.Class == nil:
		return "NULL"
	case o.Instance:
		return "instance of " + o.Class.Name
	}
	return "class " + o.Class.Name
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// formatDateTime renders yyyymmddHHMMSS.mmmmmmsUUU and the interval
// ddddddddHHMMSS.mmmmmm:000 of DSP0004; anything else comes back unchanged,
// such as a datetime with asterisks for fields that aren't known.
func formatDateTime(s string) string {
	if len(s) != 25 || s[14] != '.' {
		return s
	}
	if s[21] == ':' {
		return formatInterval(s)
	}
	t, err := ParseDateTime(s)
	if err != nil {
		return s
	}
	return t.Format("2006-01-02 15:04:05 -07:00")
}

func formatInterval(s string) string {
	digits := s[:14] + s[15:21] + s[22:]
	if strings.Trim(digits, "0123456789") != "" || s[22:] != "000" {
		return s
	}
	days := strings.TrimLeft(s[:8], "0")
	if days == "" {
		days = "0"
	}
	return fmt.Sprintf("%s d %s:%s:%s", days, s[8:10], s[10:12], s[12:14])
}

// ParseDateTime reads a CIM datetime that is a point in time (DSP0004
// 2.2.1: yyyymmddHHMMSS.mmmmmmsUUU, the last four being the offset from UTC in
// minutes). Intervals and wildcards are errors.
func ParseDateTime(s string) (time.Time, error) {
	bad := fmt.Errorf("%q is not a CIM datetime", s)
	if len(s) != 25 || s[14] != '.' || (s[21] != '+' && s[21] != '-') {
		return time.Time{}, bad
	}
	if strings.Trim(s[:14]+s[15:21]+s[22:], "0123456789") != "" {
		return time.Time{}, bad
	}
	minutes := int(s[22]-'0')*100 + int(s[23]-'0')*10 + int(s[24]-'0')
	if s[21] == '-' {
		minutes = -minutes
	}
	t, err := time.ParseInLocation("20060102150405.000000", s[:21], time.FixedZone("", minutes*60))
	if err != nil {
		return time.Time{}, bad
	}
	return t, nil
}
