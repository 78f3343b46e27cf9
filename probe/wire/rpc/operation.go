package rpc

import (
	"context"
	"errors"
	"strings"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/ndr"
)

// Request is what go-msrpc generates for the in parameters of an operation.
type Request interface {
	ndr.Marshaler
	OpNum() int
	OpName() string
}

// Operation makes an operation for Binding.Send of a generated request and the
// response it shall be decoded into. The stub's own operation types are private
// and its methods send and wait in one.
func Operation(in Request, out ndr.Unmarshaler) dcerpc.Operation { return operation{in, out} }

type operation struct {
	Request
	out ndr.Unmarshaler
}

var errClientOnly = errors.New("operation of a client")

func (o operation) MarshalNDRRequest(ctx context.Context, w ndr.Writer) error {
	return o.MarshalNDR(ctx, w)
}
func (o operation) UnmarshalNDRResponse(ctx context.Context, r ndr.Reader) error {
	return o.out.UnmarshalNDR(ctx, r)
}
func (operation) UnmarshalNDRRequest(context.Context, ndr.Reader) error { return errClientOnly }
func (operation) MarshalNDRResponse(context.Context, ndr.Writer) error  { return errClientOnly }

// shortName is the last element of a generated name,
// "/IObjectExporter/v0/ServerAlive2".
func shortName(op dcerpc.Operation) string {
	name := op.OpName()
	return name[strings.LastIndexByte(name, '/')+1:]
}
