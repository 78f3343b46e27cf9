package dcom

import (
	"context"
	"testing"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/ndr"
)

// Whatever a stranger sends to port 135, it is an answer or an error.
func FuzzHandles(f *testing.F) {
	e := NewExporter(ExporterLimits{})
	resolver := (&ResolverServer{
		Alive: func(context.Context) (Alive, error) { return Alive{Newest, sampleBindings}, nil },
		Resolve: func(context.Context, uint64, []uint16) (Resolved, error) {
			return Resolved{}, Returned("", InvalidOXID)
		},
	}).Handle()
	activator := &ActivatorServer{Create: func(context.Context, ActivationRequest) (Activation, error) {
		return Activation{}, Returned("", ClassNotReg)
	}}
	handles := []dcerpc.ServerHandle{resolver, activator.SCMHandle(), activator.ActivationHandle(),
		(&RemUnknownServer{Exporter: e, Resolver: func() Bindings { return sampleBindings }}).Handle()}
	f.Add(byte(0), byte(4), stubOf(vector(f, "resolveoxid2_request.hex")))
	f.Add(byte(2), byte(0), make([]byte, 80))
	f.Fuzz(func(t *testing.T, handle, opnum byte, stub []byte) {
		defer func() {
			// The library's decoders panic on referents of two types; the RPC
			// server turns that into a fault.
			_ = recover()
		}()
		op, err := handles[int(handle)%len(handles)](context.Background(), int(opnum), ndr.NDR20(stub))
		if err == nil && op != nil {
			_ = op.MarshalNDRResponse(context.Background(), ndr.NDR20(nil))
		}
	})
}
