package rpc

import (
	"context"
	"fmt"

	"github.com/oiweiwei/go-msrpc/ndr"
)

// slack is how far a count may go beyond the bytes that are left: the maximum
// of a varying array says what the caller has room for, not what is there.
const slack = 1 << 16

// bounded keeps the library's decoder from allocating what a count in a stub
// says: its readers of strings and arrays take the count as it comes, 8 GiB for
// four bytes.
func bounded(r ndr.Reader) ndr.Reader { return boundedReader{r} }

type boundedReader struct{ ndr.Reader }

// ReadSize refuses counts far beyond what is left to read.
func (b boundedReader) ReadSize(n *uint64) error {
	if err := b.Reader.ReadSize(n); err != nil {
		return err
	}
	if left := uint64(b.Len()); *n > left+slack {
		return b.SetErr(fmt.Errorf("a count of %d before %d bytes", *n, left))
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
