package console

import (
	"cmp"
	"slices"
	"strings"
)

func textCmdlets() map[string]cmdlet {
	quietly := func(*call) ([]any, error) { return nil, nil }
	return map[string]cmdlet{
		"write-output":   {"InputObject=0 *", func(k *call) ([]any, error) { return append(unroll(k.params["inputobject"]), k.given...), nil }},
		"write-host":     {"Object=0 ForegroundColor BackgroundColor NoNewline? *", writeHost},
		"write-warning":  {"Message=0", func(k *call) ([]any, error) { k.out.line("WARNING: %s", k.text("message")); return nil, nil }},
		"write-error":    {"Message=0", func(k *call) ([]any, error) { return nil, fail(1, "%s", k.text("message")) }},
		"out-null":       {"", quietly},
		"out-string":     {"Width Stream?", func(k *call) ([]any, error) { return []any{k.printed()}, nil }},
		"out-host":       {"", func(k *call) ([]any, error) { return k.in, nil }},
		"clear-host":     {"", quietly},
		"start-sleep":    {"Seconds=0 Milliseconds", quietly},
		"import-module":  {"Name=0 Force?", quietly},
		"set-content":    {"Path=0 Value=1 Encoding Force? NoNewline? LiteralPath", func(k *call) ([]any, error) { return nil, k.write(false) }},
		"add-content":    {"Path=0 Value=1 Encoding Force? LiteralPath", func(k *call) ([]any, error) { return nil, k.write(true) }},
		"out-file":       {"FilePath=0 Encoding Append? Force? Width", func(k *call) ([]any, error) { return nil, k.write(k.on("append")) }},
		"get-content":    {"Path=0 Raw? Encoding LiteralPath TotalCount", getContent},
		"select-object":  {"Property=0 First Last ExpandProperty Unique? *", selectObject},
		"where-object":   {"Property=0 FilterScript EQ NE Like Match Value *", whereObject},
		"foreach-object": {"Process=0 MemberName", forEachObject},
		"sort-object":    {"Property=0 Descending? Unique?", sortObject},
		"measure-object": {"Property=0", func(k *call) ([]any, error) { return []any{newRecord(nil, "Count", len(k.in))}, nil }},
		"format-list":    {"Property=0 *", selectShown},
		"format-table":   {"Property=0 AutoSize? Wrap? *", selectShown},
		"new-object":     {"TypeName=0! ArgumentList=1 Property *", newObject},
		"set-variable": {"Name=0! Value=1", func(k *call) ([]any, error) {
			k.scope.vars[strings.ToLower(k.text("name"))] = k.params["value"]
			return nil, nil
		}},
		"remove-variable": {"Name=0!", func(k *call) ([]any, error) { delete(k.scope.vars, strings.ToLower(k.text("name"))); return nil, nil }},
	}
}

func writeHost(k *call) ([]any, error) {
	words := []string{k.text("object")}
	for _, g := range k.given {
		words = append(words, asText(g))
	}
	k.out.line("%s", strings.Join(words, " "))
	return nil, nil
}

// printed is what the pipeline's values look like.
func (k *call) printed() string {
	var text printer
	(&interpreter{m: k.m, scope: k.scope, out: &text}).show(k.in)
	return text.String()
}

func (k *call) write(appending bool) error {
	name := k.text("path") + k.text("literalpath") + k.text("filepath")
	if name == "" {
		return fail(1, "Cannot bind argument to parameter 'Path' because it is an empty string.")
	}
	text := ""
	switch {
	case k.has("value"):
		for _, v := range unroll(k.params["value"]) {
			text += asText(v) + "\r\n"
		}
	case strings.EqualFold(k.name, "out-file"):
		text = k.printed()
	default:
		for _, v := range k.in {
			text += asText(v) + "\r\n"
		}
	}
	path := filePath(name)
	if appending {
		text = string(k.m.Files[path]) + text
	}
	if len(text) > maxOutput {
		return fail(1, "There is not enough space on the disk.")
	}
	k.m.Files[path] = []byte(text)
	return nil
}

func getContent(k *call) ([]any, error) {
	name := k.text("path") + k.text("literalpath")
	b, ok := k.m.Files[filePath(name)]
	if !ok {
		return nil, fail(1, "Cannot find path '%s' because it does not exist.", name)
	}
	if k.on("raw") {
		return []any{string(b)}, nil
	}
	if len(b) == 0 {
		return nil, nil
	}
	return plain(strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n"), "\n")).([]any), nil
}

func selectObject(k *call) ([]any, error) {
	list := k.in
	if n, ok := asInt(k.params["first"]); ok && k.has("first") {
		list = list[:max(0, min(int(n), len(list)))]
	}
	if n, ok := asInt(k.params["last"]); ok && k.has("last") {
		list = list[max(0, len(list)-int(max(n, 0))):]
	}
	if name := k.text("expandproperty"); name != "" {
		var out []any
		for _, v := range list {
			out = append(out, unroll(property(v, name))...)
		}
		return out, nil
	}
	names := k.texts("property")
	if len(names) == 0 || slices.Contains(names, "*") {
		return list, nil
	}
	var out []any
	for _, v := range list {
		r := newRecord(nil)
		for _, n := range names {
			r.set(n, property(v, n))
		}
		out = append(out, r)
	}
	return out, nil
}

// selectShown is Format-List and Format-Table: the properties named, or all.
func selectShown(k *call) ([]any, error) {
	if k.has("property") && k.text("property") != "*" {
		return selectObject(k)
	}
	return k.in, nil
}

func whereObject(k *call) ([]any, error) {
	var out []any
	filter, isBlock := k.params["property"].(blockNode)
	if b, ok := k.params["filterscript"].(blockNode); ok {
		filter, isBlock = b, true
	}
	for _, v := range k.in {
		keep := false
		if isBlock {
			got, err := k.withItem(v, filter.body)
			if err != nil {
				return nil, err
			}
			keep = isTrue(rolled(got))
		} else {
			value := property(v, k.text("property"))
			keep = isTrue(value)
			for _, op := range []string{"eq", "ne", "like", "match"} {
				if k.has(op) {
					var err error
					if keep, err = compare("-"+op, value, k.params[op]); err != nil {
						return nil, err
					}
				}
			}
		}
		if keep {
			out = append(out, v)
		}
	}
	return out, nil
}

// withItem runs a block with $_ set.
func (k *call) withItem(v any, body script) ([]any, error) {
	old := k.scope.vars["_"]
	k.scope.vars["_"] = v
	out, err := k.body(body)
	k.scope.vars["_"] = old
	return out, err
}

func forEachObject(k *call) ([]any, error) {
	b, ok := k.params["process"].(blockNode)
	var out []any
	for _, v := range k.in {
		if !ok {
			out = append(out, unroll(property(v, k.text("process")+k.text("membername")))...)
			continue
		}
		got, err := k.withItem(v, b.body)
		if out = append(out, got...); err != nil {
			return out, err
		}
	}
	return out, nil
}

func sortObject(k *call) ([]any, error) {
	list := slices.Clone(k.in)
	key := func(v any) string {
		if n := k.text("property"); n != "" {
			v = property(v, n)
		}
		return strings.ToLower(asText(v))
	}
	slices.SortStableFunc(list, func(a, b any) int {
		c := cmp.Compare(key(a), key(b))
		if k.on("descending") {
			return -c
		}
		return c
	})
	return list, nil
}

func newObject(k *call) ([]any, error) {
	args := unroll(k.params["argumentlist"])
	if b, ok := k.params["argumentlist"].([]byte); ok {
		args = []any{b}
	}
	typ := typeName(k.text("typename"))
	if typ == "psobject" {
		if t, ok := k.params["property"].(*table); ok {
			return []any{&record{table: *t}}, nil
		}
	}
	if len(k.given) > 0 {
		return nil, fail(1, "A positional parameter cannot be found that accepts argument '%s'.", asText(k.given[0]))
	}
	v, err := k.newObject(typ, args)
	if f, ok := err.(*Failure); ok {
		err = &Failure{Text: "New-Object : " + strings.TrimPrefix(f.Text, "New-Object : "), Code: f.Code}
	}
	return []any{v}, err
}
