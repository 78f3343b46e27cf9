package rpc

import (
	"context"
	"encoding/binary"
	"runtime"
	"testing"

	"github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/iactivation/v0"
	"github.com/oiweiwei/go-msrpc/msrpc/dtyp"
	"github.com/oiweiwei/go-msrpc/ndr"
)

// A request whose string says that it has four thousand million characters.
func TestCountsAreBounded(t *testing.T) {
	w := ndr.NDR20(nil)
	in := &iactivation.RemoteActivationRequest{ORPCThis: &dcom.ORPCThis{Version: &dcom.COMVersion{MajorVersion: 5, MinorVersion: 7}},
		ClassID: &dtyp.GUID{Data1: 1}, ObjectName: "ABCD", Interfaces: 1, IIDs: []*dcom.IID{{Data1: 2}},
		RequestedProtocolSequencesCount: 1, RequestedProtocolSequences: []uint16{7}}
	if err := in.MarshalNDR(context.Background(), w); err != nil {
		t.Fatal(err)
	}
	stub := w.Bytes()
	const name = 32 + 16 + 4 // ORPCTHIS, class, referent: then three counts
	if binary.LittleEndian.Uint32(stub[name:]) != 5 || binary.LittleEndian.Uint32(stub[name+8:]) != 5 {
		t.Fatalf("the counts are elsewhere: %x", stub)
	}
	read := func() error {
		return new(iactivation.RemoteActivationRequest).UnmarshalNDR(context.Background(), bounded(ndr.NDR20(stub)))
	}
	if err := read(); err != nil {
		t.Fatalf("as it should be: %v", err)
	}
	binary.LittleEndian.PutUint32(stub[name+8:], 0xffffffff)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := read()
	runtime.ReadMemStats(&after)
	if err == nil {
		t.Error("read as if nothing were wrong")
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("%d bytes were allocated for it", n)
	}
}
