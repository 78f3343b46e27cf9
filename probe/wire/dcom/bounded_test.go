package dcom

import (
	"context"
	"encoding/binary"
	"errors"
	"runtime"
	"testing"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iactivation/v0"
	"github.com/oiweiwei/go-msrpc/ndr"
)

// A request whose string says that it has four thousand million characters.
func TestBounded(t *testing.T) {
	w := ndr.NDR20(nil)
	in := &iactivation.RemoteActivationRequest{ORPCThis: this(Newest), ClassID: ClassLevel1Login.dtyp(), ObjectName: "ABCD",
		Interfaces: 1, IIDs: []*ms.IID{(*ms.IID)(IIDLevel1Login.dtyp())}, RequestedProtocolSequencesCount: 1, RequestedProtocolSequences: []uint16{7}}
	if err := in.MarshalNDR(context.Background(), w); err != nil {
		t.Fatal(err)
	}
	stub := w.Bytes()
	const name = 32 + 16 + 4 // ORPCTHIS, class, referent: then three counts
	if binary.LittleEndian.Uint32(stub[name:]) != 5 || binary.LittleEndian.Uint32(stub[name+8:]) != 5 {
		t.Fatalf("the counts are elsewhere: %x", stub)
	}
	binary.LittleEndian.PutUint32(stub[name+8:], 0xffffffff)
	s := &ActivatorServer{Create: func(context.Context, ActivationRequest) (Activation, error) {
		t.Error("it was asked")
		return Activation{}, nil
	}}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := s.ActivationHandle()(context.Background(), 0, ndr.NDR20(stub))
	runtime.ReadMemStats(&after)
	if !errors.Is(err, ErrMalformed) {
		t.Errorf("read: %v", err)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("%d bytes were allocated for it", n)
	}
}

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
