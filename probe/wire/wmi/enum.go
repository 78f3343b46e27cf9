package wmi

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/ienumwbemclassobject/v0"

	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
)

// Enumerator is the result of a query, IEnumWbemClassObject (MS-WMI 3.1.4.4).
type Enumerator struct {
	client *Client
	proxy  dcom.Proxy
}

// Next asks for the next rows, count at most, and lets the host wait for them
// as long as timeout, without end if that is negative (opnum 4). Two rows asked
// for at once tell one row from more than one. Rows come along with an error,
// too.
func (e *Enumerator) Next(ctx context.Context, timeout time.Duration, count int) *dcom.Pending[Batch] {
	in := &ienumwbemclassobject.NextRequest{This: e.proxy.This(), Timeout: milliseconds(timeout), Count: uint32(count)}
	out := &ienumwbemclassobject.NextResponse{}
	return dcom.Send(ctx, e.proxy.Binding, in, out, func() (Batch, error) {
		b := Batch{Status: uint32(out.Return)}
		refused := nextError("Next", b.Status)
		if refused == nil && (len(out.Objects) > count || int64(out.Returned) != int64(len(out.Objects))) {
			return b, fmt.Errorf("%w: %d objects announced, %d there, %d asked for", dcom.ErrMalformed, out.Returned, len(out.Objects), count)
		}
		for _, o := range out.Objects[:min(len(out.Objects), count)] {
			b.Rows = append(b.Rows, rowOf(o.InterfacePointer()))
		}
		return b, refused
	}, e.proxy.Call())
}

// Reset goes back to the first row (opnum 3), which a forward-only enumerator
// refuses.
func (e *Enumerator) Reset(ctx context.Context) *dcom.Pending[struct{}] {
	out := &ienumwbemclassobject.ResetResponse{}
	return dcom.Send(ctx, e.proxy.Binding, &ienumwbemclassobject.ResetRequest{This: e.proxy.This()}, out, func() (struct{}, error) {
		return struct{}{}, Returned("Reset", uint32(out.Return))
	}, e.proxy.Call())
}

// nextError is the error of a Next, nil for the three ways to succeed.
func nextError(call string, status uint32) error {
	switch status {
	case StatusOK, StatusEnd, StatusTimedOut:
		return nil
	}
	return Returned(call, status)
}

// milliseconds is a timeout as Next takes it: WBEM_INFINITE is -1.
func milliseconds(d time.Duration) int32 {
	if d < 0 {
		return -1
	}
	return int32(min(d.Milliseconds(), math.MaxInt32))
}
