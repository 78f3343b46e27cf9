package code

import (
	"context"
	"errors"
	"testing"

	msrpc "github.com/oiweiwei/go-msrpc/dcerpc/errors"
	"github.com/oiweiwei/go-msrpc/msrpc/erref/ntstatus"
	"github.com/oiweiwei/go-msrpc/msrpc/erref/win32"
)

// What tail.go says of the side effect of its imports: a number without a space
// gets the name of the first table that knows it. When this changes, whoever
// relies on generated stubs must look again.
func TestImportsInstallMappers(t *testing.T) {
	var w *win32.Error
	if err := msrpc.New(context.Background(), uint32(5)); !errors.As(err, &w) {
		t.Errorf("5 is %T", err)
	}
	var n *ntstatus.Error
	if err := msrpc.New(context.Background(), uint32(0x103)); !errors.As(err, &n) {
		t.Errorf("0x103 is %T", err)
	}
}
