package steps

import (
	"context"
	"encoding/hex"
	"strings"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmi"
)

// How many rows are asked for. Two tell one row from more; where there are
// more, a second call counts on. The report keeps the first five.
const (
	rowsFirst = 2
	rowsMore  = 98
	rowsKept  = 5
)

// nextWait is how long the host may collect before it answers that it is still
// at it (WBEM_S_TIMEDOUT): a slow provider is told from a dead one by that.
const nextWait = 4 * time.Second

// execQuery sends the query. With the flags of a semisynchronous query the host
// returns at once; many a refusal comes with the first Next.
func (w *walk) execQuery(ctx context.Context) (probe.Evidence, error) {
	e := &probe.Exec{Query: w.target.Query, Class: classOf(w.target.Query)}
	rows, err := w.object.services.ExecQuery(ctx, w.target.Query, wmi.FlagsSemiSync).Wait(ctx)
	if err != nil {
		e.Status = statusOf(err)
		return e, err
	}
	w.opened = &opened{rows: rows}
	return e, nil
}

// classOf is the class a query names after FROM, for the evidence; the host
// reads the query itself.
func classOf(query string) string {
	words := strings.Fields(query)
	for i, word := range words {
		if strings.EqualFold(word, "FROM") && i+1 < len(words) {
			return words[i+1]
		}
	}
	return ""
}

// firstRows fetches the first rows, and where there are more than two asks
// once more to count them.
func (w *walk) firstRows(ctx context.Context) (probe.Evidence, error) {
	e := &probe.Rows{}
	err := w.fetch(ctx, e, rowsFirst)
	if err == nil && e.Count == rowsFirst && e.Status.IsZero() {
		err = w.fetch(ctx, e, rowsMore)
		e.More = err == nil && e.Status.IsZero()
	}
	return e, err
}

// fetch calls Next until as many rows came, there are no more, or the step's
// time is over while the host keeps saying that it is still collecting.
func (w *walk) fetch(ctx context.Context, e *probe.Rows, want int) error {
	for want > 0 {
		batch, err := w.opened.rows.Next(ctx, max(w.patience(ctx), 0), want).Wait(ctx)
		for _, row := range batch.Rows {
			if row.Err != nil {
				e.Raw = hex.EncodeToString(row.Raw[:min(len(row.Raw), 64)])
				return &rpc.Error{Phase: rpc.PhaseResponse, Addr: w.object.conn.RemoteAddr(), Call: "Next",
					Err: &rpc.Malformed{What: "object", Err: row.Err, Raw: row.Raw[:min(len(row.Raw), 64)]}}
			}
			addRow(e, row.Object)
			want--
		}
		e.Status = code.Code{}
		switch {
		case err != nil:
			e.Status = statusOf(err)
			return err
		case batch.Status == wmi.StatusEnd:
			e.Status = code.Code{Space: code.WBEM, Number: batch.Status}
			return nil
		case batch.Status == wmi.StatusTimedOut && w.patience(ctx) <= 0:
			e.Status = code.Code{Space: code.WBEM, Number: batch.Status}
			return w.stillCollecting(e)
		}
	}
	return nil
}

// patience is how long one Next may wait on the host: less than what is left of
// the step, so that the host's own word arrives before our deadline.
func (w *walk) patience(ctx context.Context) time.Duration {
	end, ok := ctx.Deadline()
	if !ok {
		return nextWait
	}
	return min(nextWait, time.Until(end)-time.Second)
}

// stillCollecting is the failure of a query that the host has accepted and is
// still working on.
func (w *walk) stillCollecting(e *probe.Rows) error {
	return &failed{&probe.Failure{
		Kind: probe.KindWBEM, Code: e.Status, Phase: probe.PhaseResponse, Call: "Next", Executed: true,
		At: w.object.conn.RemoteAddr(), Text: "the host is still collecting rows when the time for this step is over",
	}}
}
