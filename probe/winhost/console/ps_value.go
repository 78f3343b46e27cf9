package console

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Values of a script are nil, string, int64, bool, []byte, []any, *table,
// *record, scripts in braces, and the objects of ps_object.go.

// table is a hashtable; keys keep their order and compare without case.
type table struct {
	names  []string
	values map[string]any
}

func newTable() *table { return &table{values: map[string]any{}} }

func (t *table) set(name string, v any) {
	if _, ok := t.values[strings.ToLower(name)]; !ok {
		t.names = append(t.names, name)
	}
	t.values[strings.ToLower(name)] = v
}

func (t *table) get(name string) (any, bool) {
	v, ok := t.values[strings.ToLower(name)]
	return v, ok
}

// record is an object that a cmdlet puts out: its properties in order, the
// thing it stands for, and whether it prints as a list.
type record struct {
	table
	of     any
	hidden []string // properties that are there but not printed
}

func newRecord(of any, pairs ...any) *record {
	r := &record{table: *newTable(), of: of}
	for i := 0; i+1 < len(pairs); i += 2 {
		r.set(pairs[i].(string), plain(pairs[i+1]))
	}
	return r
}

// plain turns Go values into those of a script.
func plain(v any) any {
	switch v := v.(type) {
	case int:
		return int64(v)
	case uint8:
		return int64(v)
	case uint16:
		return int64(v)
	case uint32:
		return int64(v)
	case uint64:
		return int64(v)
	case int16:
		return int64(v)
	case int32:
		return int64(v)
	case []string:
		out := make([]any, len(v))
		for i, s := range v {
			out[i] = s
		}
		return out
	case time.Time:
		if v.IsZero() {
			return nil
		}
		return dateObject{v}
	}
	return v
}

// unroll makes a list of a value, as a pipeline does.
func unroll(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	case *aclObject:
		out := make([]any, len(v.sd.DACL))
		for i := range out {
			out[i] = &aceObject{v.sd.DACL[i]}
		}
		return out
	}
	return []any{v}
}

// rolled is the value of a list of results: nothing, the one, or the list.
func rolled(list []any) any {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	return list
}

func isTrue(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case string:
		return v != ""
	case []any:
		return len(v) > 1 || len(v) == 1 && isTrue(v[0])
	case []byte:
		return len(v) > 0
	}
	return true
}

func asText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	case []any:
		out := make([]string, len(v))
		for i, x := range v {
			out[i] = asText(x)
		}
		return strings.Join(out, " ")
	case []byte:
		out := make([]string, len(v))
		for i, x := range v {
			out[i] = strconv.Itoa(int(x))
		}
		return strings.Join(out, " ")
	case *table:
		return "System.Collections.Hashtable"
	case *record:
		if s, ok := v.get("Name"); ok && len(v.names) > 0 {
			return asText(s)
		}
		return "System.Object"
	}
	return fmt.Sprint(v)
}

func asInt(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case bool:
		return int64(boolInt(v)), true
	case nil:
		return 0, true
	case string:
		return number(v)
	}
	return 0, false
}

// number reads a decimal or 0x number.
func number(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	if h, ok := strings.CutPrefix(strings.ToLower(s), "0x"); ok {
		n, err := strconv.ParseUint(h, 16, 63)
		return int64(n), err == nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
