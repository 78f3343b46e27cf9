package winhost

import (
	"context"
	"sync"
	"time"

	mswmi "github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/ienumwbemclassobject/v0"

	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmi"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmio"
)

// enumerator is the result of a query as a client goes through it.
type enumerator struct {
	since int

	mu   sync.Mutex
	rows *rows
	at   int
}

func (e *enumerator) born() int { return e.since }

// WBEM_E_INVALID_OPERATION, of a Reset on a forward-only enumerator.
const wbemInvalidOperation = 0x80041016

// take gives the next rows, count at most, waiting for the provider as long as
// the client wants. The status is that of Next (MS-WMI 3.1.4.4.2).
func (e *enumerator) take(ctx context.Context, timeout int32, count int) ([]*wmio.Object, uint32, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := refuse(ctx, "Next", e.rows.denial); err != nil {
		return nil, 0, err
	}
	if wait := time.Until(e.rows.ready); wait > 0 {
		limit := time.Duration(timeout) * time.Millisecond
		if timeout >= 0 && limit < wait {
			wait = limit
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
		if time.Now().Before(e.rows.ready) {
			return nil, wmi.StatusTimedOut, nil
		}
	}
	n := min(count, len(e.rows.objects)-e.at)
	taken := e.rows.objects[e.at : e.at+n]
	e.at += n
	if n < count {
		return taken, wmi.StatusEnd, nil
	}
	return taken, wmi.StatusOK, nil
}

type enumServer struct {
	ienumwbemclassobject.UnimplementedEnumClassObjectServer
	host *Host
}

func (s enumServer) Next(ctx context.Context, in *ienumwbemclassobject.NextRequest) (*ienumwbemclassobject.NextResponse, error) {
	out := &ienumwbemclassobject.NextResponse{That: that(), Count: in.Count}
	self, err := implOf[*enumerator](ctx, s.host)
	if err != nil {
		return out, err
	}
	objects, status, err := self.take(ctx, in.Timeout, count(in.Count))
	if err != nil {
		out.Return, err = result(err)
		return out, err
	}
	for _, o := range objects {
		ref, err := wmi.ObjectRef(o)
		if err != nil {
			return out, err
		}
		out.Objects = append(out.Objects, (*mswmi.ClassObject)(ref.Pointer()))
	}
	out.Returned, out.Return = uint32(len(objects)), int32(status)
	return out, nil
}

// count bounds what one Next may ask for.
func count(n uint32) int { return int(min(n, 1<<16)) }

func (s enumServer) Reset(ctx context.Context, _ *ienumwbemclassobject.ResetRequest) (*ienumwbemclassobject.ResetResponse, error) {
	out := &ienumwbemclassobject.ResetResponse{That: that()}
	self, err := implOf[*enumerator](ctx, s.host)
	if err != nil {
		return out, err
	}
	self.mu.Lock()
	defer self.mu.Unlock()
	if self.rows.forwardOnly {
		out.Return, err = result(wmi.Returned("Reset", wbemInvalidOperation))
		return out, err
	}
	self.at = 0
	return out, nil
}

func (s enumServer) Skip(ctx context.Context, in *ienumwbemclassobject.SkipRequest) (*ienumwbemclassobject.SkipResponse, error) {
	out := &ienumwbemclassobject.SkipResponse{That: that()}
	self, err := implOf[*enumerator](ctx, s.host)
	if err != nil {
		return out, err
	}
	_, status, err := self.take(ctx, in.Timeout, count(in.Count))
	if err != nil {
		out.Return, err = result(err)
		return out, err
	}
	out.Return = int32(status)
	return out, nil
}

func (s enumServer) Clone(ctx context.Context, _ *ienumwbemclassobject.CloneRequest) (*ienumwbemclassobject.CloneResponse, error) {
	out := &ienumwbemclassobject.CloneResponse{That: that()}
	self, err := implOf[*enumerator](ctx, s.host)
	if err != nil {
		return out, err
	}
	self.mu.Lock()
	copied := &enumerator{since: self.since, rows: self.rows, at: self.at}
	self.mu.Unlock()
	if copied.rows.forwardOnly {
		out.Return, err = result(wmi.Returned("Clone", wbemInvalidOperation))
		return out, err
	}
	pointer, err := s.host.export(copied, dcom.IIDEnumObject, dcom.IIDFetchSmart)
	out.Enum = (*mswmi.EnumClassObject)(pointer)
	out.Return, err = result(err)
	return out, err
}
