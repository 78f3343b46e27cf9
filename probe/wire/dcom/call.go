package dcom

import (
	"context"
	"errors"
	"path"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	ms "github.com/oiweiwei/go-msrpc/msrpc/dcom"
	"github.com/oiweiwei/go-msrpc/ndr"

	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// Pending is a call that was sent. It is waited for once. The zero Pending is a
// call that there was no need to send.
type Pending[T any] struct {
	call *rpc.Call
	read func() (T, error)
	err  error // the call could not be sent
}

// Bound waits for the answer to the bind or alter_context that left together
// with the call, and returns at once if there was none.
func (p *Pending[T]) Bound(ctx context.Context) error {
	if p.err != nil || p.call == nil {
		return p.err
	}
	return p.call.Bound(ctx)
}

// Wait waits for the answer. The error is an *rpc.Error, or a *Status for a
// return value that is a refusal; what was learnt in spite of it comes along.
func (p *Pending[T]) Wait(ctx context.Context) (T, error) {
	var none T
	if p.err != nil || p.call == nil {
		return none, p.err
	}
	if err := p.call.Wait(ctx); err != nil {
		return none, err
	}
	return p.read()
}

// Refused is the fault that made rpc repeat the call in plain order, nil
// normally.
func (p *Pending[T]) Refused() *rpc.Fault {
	if p.call == nil {
		return nil
	}
	return p.call.Refused()
}

// Send sends one call. in and out are generated; read turns out into facts
// once it is filled. An error of read about bytes that are not what they should
// be becomes an *rpc.Error around *rpc.Malformed.
func Send[T any](ctx context.Context, b *rpc.Binding, in rpc.Request, out ndr.Unmarshaler, read func() (T, error), opts ...dcerpc.CallOption) *Pending[T] {
	call, err := b.Send(ctx, rpc.Operation(in, out), opts...)
	if err != nil {
		return &Pending[T]{err: err}
	}
	return &Pending[T]{call: call, read: func() (T, error) {
		facts, err := read()
		if errors.Is(err, ErrMalformed) {
			name := path.Base(in.OpName()) // "/IObjectExporter/v0/ServerAlive2"
			err = &rpc.Error{Phase: rpc.PhaseResponse, Addr: b.Conn().RemoteAddr(), Call: name,
				Err: &rpc.Malformed{What: "answer to " + name, Err: err}}
		}
		return facts, err
	}}
}

// Proxy is one interface of a remote object, under a binding for it.
type Proxy struct {
	Binding *rpc.Binding
	IPID    GUID
	Version Version // COM version spoken with the host
}

// Call is the option that addresses the object.
func (p Proxy) Call() dcerpc.CallOption { return dcerpc.WithObjectUUID(p.IPID.UUID()) }

// This is the implicit first argument of an ORPC call (MS-DCOM 2.2.13.3), with
// a causality id of its own.
func (p Proxy) This() *ms.ORPCThis { return this(p.Version) }

func this(v Version) *ms.ORPCThis {
	if v == (Version{}) {
		v = Newest
	}
	return &ms.ORPCThis{Version: v.ndr(), CID: (*ms.CID)(NewGUID().dtyp())}
}
