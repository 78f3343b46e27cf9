package console

import (
	"slices"
	"strings"
)

// show prints what a statement put out.
func (in *interpreter) show(values []any) {
	var run []*record
	flush := func() {
		if len(run) > 0 {
			printRecords(in.out, run)
			run = nil
		}
	}
	for _, v := range values {
		switch v := v.(type) {
		case nil:
		case *record:
			if len(run) > 0 && !slices.Equal(run[0].shown(), v.shown()) {
				flush()
			}
			run = append(run, v)
		case *table:
			flush()
			for _, n := range v.names {
				in.out.line("%-30s %s", n, asText(v.values[strings.ToLower(n)]))
			}
		case []byte:
			flush()
			for _, b := range v {
				in.out.line("%d", b)
			}
		case []any:
			flush()
			in.show(v)
		default:
			flush()
			in.out.line("%s", asText(v))
		}
	}
	flush()
}

func (r *record) shown() []string {
	return slices.DeleteFunc(slices.Clone(r.names), func(n string) bool { return slices.Contains(r.hidden, n) })
}

// printRecords prints a table of up to four columns, else a list.
func printRecords(out *printer, list []*record) {
	names := list[0].shown()
	if len(names) > 4 {
		width := 0
		for _, n := range names {
			width = max(width, len(n))
		}
		for _, r := range list {
			out.line("")
			for _, n := range names {
				out.line("%-*s : %s", width, n, cell(r, n))
			}
		}
		out.line("")
		return
	}
	widths := make([]int, len(names))
	for i, n := range names {
		widths[i] = len(n)
		for _, r := range list {
			widths[i] = max(widths[i], len([]rune(cell(r, n))))
		}
	}
	row := func(text func(int, string) string) {
		var b strings.Builder
		for i, n := range names {
			t := text(i, n)
			b.WriteString(t + strings.Repeat(" ", widths[i]-len([]rune(t))+1))
		}
		out.line("%s", strings.TrimRight(b.String(), " "))
	}
	out.line("")
	row(func(_ int, n string) string { return n })
	row(func(_ int, n string) string { return strings.Repeat("-", len(n)) })
	for _, r := range list {
		row(func(_ int, n string) string { return cell(r, n) })
	}
	out.line("")
}

func cell(r *record, name string) string {
	v := r.values[strings.ToLower(name)]
	if list, ok := v.([]any); ok {
		parts := make([]string, len(list))
		for i, x := range list {
			parts[i] = asText(x)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return asText(v)
}
