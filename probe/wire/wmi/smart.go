package wmi

import (
	"context"
	"fmt"
	"time"

	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemfetchsmartenum/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemwcosmartenum/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dtyp"

	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmio"
)

// SmartEnumerator gives the same rows as an Enumerator, each class once and
// many rows in one buffer (MS-WMI 3.1.4.6 and 2.2.14).
type SmartEnumerator struct {
	proxy   dcom.Proxy
	guid    *dtyp.GUID // names this proxy to the host, which remembers the classes it has sent
	classes wmio.ClassCache
}

// Smart asks the enumerator for its smart form: RemQueryInterface for
// IWbemFetchSmartEnum, then GetSmartEnum. Two turns.
func (e *Enumerator) Smart(ctx context.Context) (*SmartEnumerator, error) {
	const call = "RemQueryInterface"
	found, err := dcom.RemQueryInterface(ctx, e.client.RemUnknown(), e.proxy.IPID, 5, dcom.IIDFetchSmart).Wait(ctx)
	if err != nil {
		return nil, err
	}
	if result := found[0].HResult; result != 0 {
		return nil, dcom.Returned(call, result)
	}
	e.client.held.AddStd(found[0].Std)
	fetch := e.client.proxy(dcom.IIDFetchSmart, found[0].Std.IPID)
	out := &iwbemfetchsmartenum.GetSmartEnumResponse{}
	return dcom.Send(ctx, fetch.Binding, &iwbemfetchsmartenum.GetSmartEnumRequest{This: fetch.This()}, out, func() (*SmartEnumerator, error) {
		if err := Returned("GetSmartEnum", uint32(out.Return)); err != nil {
			return nil, err
		}
		ref, err := dcom.FromPointer(out.SmartEnum.InterfacePointer())
		proxy, err := e.client.receive(ref, err, dcom.IIDSmartEnum)
		if err != nil {
			return nil, err
		}
		return &SmartEnumerator{proxy: proxy, guid: newGUID()}, nil
	}, fetch.Call()).Wait(ctx)
}

// Next asks for the next rows, like Enumerator.Next (opnum 3). A buffer that
// cannot be read is one row with its error and the buffer in Raw. One Next at a
// time.
func (s *SmartEnumerator) Next(ctx context.Context, timeout time.Duration, count int) *dcom.Pending[Batch] {
	const call = "IWbemWCOSmartEnum::Next"
	in := &iwbemwcosmartenum.NextRequest{This: s.proxy.This(), ProxyGUID: s.guid, Timeout: milliseconds(timeout), Count: uint32(count)}
	out := &iwbemwcosmartenum.NextResponse{}
	return dcom.Send(ctx, s.proxy.Binding, in, out, func() (Batch, error) {
		b := Batch{Status: uint32(out.Return)}
		refused := nextError(call, b.Status)
		if uint64(out.BufferSize) > uint64(len(out.Buffer)) || int64(out.Returned) > int64(count) {
			if refused != nil {
				return b, refused
			}
			return b, fmt.Errorf("%w: %d objects in %d of %d bytes, %d asked for", dcom.ErrMalformed, out.Returned, out.BufferSize, len(out.Buffer), count)
		}
		buffer := out.Buffer[:out.BufferSize]
		if len(buffer) > 0 {
			b.Rows = s.read(buffer, int(out.Returned))
		}
		return b, refused
	}, s.proxy.Call())
}

func (s *SmartEnumerator) read(buffer []byte, announced int) []Row {
	objects, err := wmio.DecodeArray(buffer, &s.classes)
	if err == nil && len(objects) != announced {
		err = fmt.Errorf("%w: %d objects announced, %d there", dcom.ErrMalformed, announced, len(objects))
	}
	if err != nil {
		return []Row{{Raw: buffer, Err: err}}
	}
	rows := make([]Row, len(objects))
	for i, o := range objects {
		rows[i] = Row{Object: o}
	}
	return rows
}

func newGUID() *dtyp.GUID { return dtyp.GUIDFromUUID(dcom.NewGUID().UUID()) }
