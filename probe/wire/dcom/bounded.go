package dcom

import (
	"context"
	"fmt"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/ndr"
)

// Bounded wraps a generated handle so that no count in a request can make the
// library's decoder allocate more than the request's own length: its readers of
// strings take the count as it comes, 8 GiB for four bytes. Whoever serves
// generated interfaces to strangers wraps them with it; this package's own
// handles are.
func Bounded(handle dcerpc.ServerHandle) dcerpc.ServerHandle {
	return func(ctx context.Context, opnum int, r ndr.Reader) (dcerpc.Operation, error) {
		return handle(ctx, opnum, boundedReader{r})
	}
}

// boundedReader refuses counts beyond what is left to read.
type boundedReader struct{ ndr.Reader }

func (b boundedReader) ReadSize(n *uint64) error {
	if err := b.Reader.ReadSize(n); err != nil {
		return err
	}
	if left := uint64(b.Len()); *n > left {
		return b.SetErr(fmt.Errorf("%w: a count of %d before %d bytes", ErrMalformed, *n, left))
	}
	return nil
}

// ReadPointer keeps the bound for what the pointer leads to, which is read
// later.
func (b boundedReader) ReadPointer(p ndr.Pointer, alias func(any), targets ...ndr.Unmarshaler) error {
	bounded := make([]ndr.Unmarshaler, len(targets))
	for i, t := range targets {
		bounded[i] = ndr.UnmarshalNDRFunc(func(ctx context.Context, _ ndr.Reader) error { return t.UnmarshalNDR(ctx, b) })
	}
	return b.Reader.ReadPointer(p, alias, bounded...)
}
