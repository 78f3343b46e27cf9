package steps

import (
	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmio"
)

// addRow puts one object into the evidence: counted always, kept as text while
// there are few.
func addRow(e *probe.Rows, o *wmio.Object) {
	var row probe.Row
	for p, v := range o.All() {
		column := probe.Column{Name: p.Name, Null: v == nil}
		if v != nil {
			column.Value = wmio.Format(p.Type, v)
			e.Null = drop(e.Null, p.Name)
		} else if e.Count == 0 {
			e.Null = append(e.Null, p.Name)
		}
		if e.Count == 0 {
			e.Columns = append(e.Columns, p.Name)
		}
		row = append(row, column)
	}
	e.Count++
	if len(e.First) < rowsKept {
		e.First = append(e.First, row)
	}
}

func drop(list []string, s string) []string {
	kept := list[:0]
	for _, x := range list {
		if x != s {
			kept = append(kept, x)
		}
	}
	return kept
}
