package dcom

import (
	"bytes"
	"context"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/ndr"

	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// stubOf cuts the stub out of a whole response PDU (24 bytes before it) or a
// request without object.
func stubOf(pdu []byte) []byte { return pdu[24:] }

// vector reads a file of testdata: hexadecimal digits, the first line says
// where they come from.
func vector(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	_, digits, _ := bytes.Cut(text, []byte("\n"))
	p, err := hex.DecodeString(string(bytes.Join(bytes.Fields(digits), nil)))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return p
}

func decode(t testing.TB, stub []byte, into ndr.Unmarshaler) {
	t.Helper()
	if err := into.UnmarshalNDR(context.Background(), ndr.NDR20(stub)); err != nil {
		t.Fatalf("decode %T: %v", into, err)
	}
}

// serve passes one call through a server's handle, as bytes both ways.
func serve(t testing.TB, handle dcerpc.ServerHandle, in rpc.Request, out ndr.Unmarshaler) error {
	t.Helper()
	ctx := context.Background()
	w := ndr.NDR20(nil)
	if err := in.MarshalNDR(ctx, w); err != nil {
		t.Fatalf("encode %T: %v", in, err)
	}
	op, err := handle(ctx, in.OpNum(), ndr.NDR20(w.Bytes()))
	if err != nil {
		return err
	}
	w = ndr.NDR20(nil)
	if err := op.MarshalNDRResponse(ctx, w); err != nil {
		t.Fatalf("encode response of %s: %v", op.OpName(), err)
	}
	decode(t, w.Bytes(), out)
	return nil
}
