package cli

import (
	"bytes"

	"github.com/wmidoctor/wmidoctor/guide"
	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/plain"
)

// pageText is the first page for a fault, filled in for a run.
func pageText(f probe.FaultID, r *probe.Report) string {
	list := guide.For(f)
	if len(list) == 0 {
		return ""
	}
	var b bytes.Buffer
	_ = plain.Page(&b, list[0].Title, list[0].Blocks(guide.ValuesOf(r)), report.HostName(r)) // a buffer takes everything
	return b.String()
}
