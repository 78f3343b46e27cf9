package rpc

import (
	"context"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/midl/uuid"
)

// This file is what the generated stubs want of a dcerpc.Conn.

// Invoke is Send and Wait.
func (b *Binding) Invoke(ctx context.Context, op dcerpc.Operation, opts ...dcerpc.CallOption) error {
	call, err := b.Send(ctx, op, opts...)
	if err != nil {
		return err
	}
	return call.Wait(ctx)
}

// InvokeObject is Invoke for one object.
func (b *Binding) InvokeObject(ctx context.Context, ipid *uuid.UUID, op dcerpc.Operation, opts ...dcerpc.CallOption) error {
	return b.Invoke(ctx, op, append(opts[:len(opts):len(opts)], dcerpc.WithObjectUUID(ipid))...)
}

// Error wraps a return value other than zero.
func (b *Binding) Error(_ context.Context, value any) error {
	e := &Error{Phase: PhaseResponse, Addr: b.conn.remote, Err: &Returned{value}}
	if name := b.last.Load(); name != nil {
		e.Call = *name
	}
	return e
}

// Bind returns the binding itself: it is bound already, or will be.
func (b *Binding) Bind(context.Context, ...dcerpc.Option) (dcerpc.Conn, error) { return b, nil }

// AlterContext does nothing; see Use.
func (b *Binding) AlterContext(context.Context, ...dcerpc.Option) error { return nil }

// Context is empty: security contexts are the connection's.
func (b *Binding) Context() context.Context { return context.Background() }

// Close does nothing: the connection outlives its bindings.
func (b *Binding) Close(context.Context) error { return nil }

// RegisterServer does nothing; see Server.
func (b *Binding) RegisterServer(dcerpc.ServerHandle, ...dcerpc.Option) {}
