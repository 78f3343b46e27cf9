package sink

import (
	"context"
	"net"
	"net/netip"

	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemobjectsink/v0"

	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
	"github.com/wmidoctor/wmidoctor/probe/wire/wmi"
)

// objectSink is IWbemObjectSink (MS-WMI 3.1.4.7). It always answers success at
// once: a sink that says no, or is slow, stops the host's query.
type objectSink struct {
	iwbemobjectsink.UnimplementedObjectSinkServer
	sink *Sink
}

func (o objectSink) Indicate(ctx context.Context, in *iwbemobjectsink.IndicateRequest) (*iwbemobjectsink.IndicateResponse, error) {
	e := o.event(ctx, Indicated)
	for _, object := range in.ObjectArray {
		if len(e.Rows) == maxRows {
			break
		}
		if object == nil {
			continue
		}
		e.Rows = append(e.Rows, wmi.ReadRow(object.InterfacePointer().Data))
	}
	o.sink.log.add(e)
	return &iwbemobjectsink.IndicateResponse{That: &ms.ORPCThat{}}, nil
}

func (o objectSink) SetStatus(ctx context.Context, in *iwbemobjectsink.SetStatusRequest) (*iwbemobjectsink.SetStatusResponse, error) {
	// Flag 0 is the end; other flags report progress (MS-WMI 2.2.12).
	if in.Flags == 0 {
		e := o.event(ctx, Ended)
		e.Status = uint32(in.HResult)
		o.sink.log.add(e)
	}
	return &iwbemobjectsink.SetStatusResponse{That: &ms.ORPCThat{}}, nil
}

func (o objectSink) event(ctx context.Context, k Kind) Event {
	e := Event{Port: Object, Kind: k, Level: uint8(rpc.LevelNone)}
	if in := rpc.IncomingFrom(ctx); in != nil {
		e.From, e.AuthType, e.Level = in.Peer.Remote, uint8(in.AuthType), uint8(in.Level)
	}
	return e
}

func remote(c net.Conn) netip.AddrPort {
	a, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	p := a.AddrPort()
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}
