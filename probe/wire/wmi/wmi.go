// Package wmi speaks MS-WMI as a client: login to a namespace, queries, rows,
// asynchronous calls. It knows nothing of diagnosis. Calls are sent by functions
// that return a *dcom.Pending, as in package dcom, and objects are read by
// package wmio.
//
// Three kinds of refusal are kept apart: what RPC says is an *rpc.Error, a
// return value is a *dcom.Status, whose code stands in the space wbem for a
// WBEMSTATUS and in hresult or win32 otherwise, and an object that cannot be
// read is one row's error, its bytes kept.
package wmi

import (
	"context"
	"fmt"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

// Success codes of WMI (MS-WMI 2.2.11) that are no refusal.
const (
	StatusOK       uint32 = 0
	StatusEnd      uint32 = 1          // WBEM_S_FALSE: fewer than were asked for, there are no more
	StatusTimedOut uint32 = 0x00040004 // WBEM_S_TIMEDOUT: fewer than were asked for within the time
)

// Flags of queries (MS-WMI 2.2.6).
const (
	FlagReturnImmediately uint32 = 0x10 // semisynchronous
	FlagForwardOnly       uint32 = 0x20 // rows are given once and forgotten
	FlagSendStatus        uint32 = 0x80 // intermediate SetStatus calls wanted

	// FlagsSemiSync is what a query is sent with: it returns at once, and the
	// host keeps no row that was fetched.
	FlagsSemiSync = FlagReturnImmediately | FlagForwardOnly
)

// Returned makes the *dcom.Status of a return value, nil for 0. The numbers of
// WBEMSTATUS stand in its own space; 0x8004 alone does not make one, since OLE
// has codes there too.
func Returned(call string, value uint32) error {
	switch {
	case value >= 0x80041000 && value <= 0x80044FFF, value>>16 == 0x0004, value == StatusEnd:
		return &dcom.Status{Call: call, Code: code.Code{Space: code.WBEM, Number: value}}
	}
	return dcom.Returned(call, value)
}

// Resource is the form in which a namespace is named at login: //./root/cimv2.
// MS-WMI 2.2.2 lets the machine be the local one, and one that is not named
// cannot be the wrong one where the host is reached by an address, an alias or
// through a translation. Other clients have sent this form to every Windows.
// What is typed as \\host\root\cimv2 or root\cimv2 gives the same.
func Resource(namespace string) string {
	_, path := SplitResource(namespace)
	return "//./" + strings.ReplaceAll(path, `\`, "/")
}

// SplitResource reads what clients name at login: \\machine\root\cimv2,
// //./root/cimv2 or root\cimv2. machine is empty where none is named; the
// path's separators are backslashes.
func SplitResource(resource string) (machine, path string) {
	path = strings.ReplaceAll(resource, "/", `\`)
	if rest, ok := strings.CutPrefix(path, `\\`); ok {
		machine, path, _ = strings.Cut(rest, `\`)
	}
	return machine, path
}

// Client calls the objects of one WMI service over one connection.
type Client struct {
	under      *rpc.Binding
	version    dcom.Version
	remUnknown dcom.GUID
	held       dcom.Held
}

// NewClient makes calls on the connection of a binding and under its security,
// to the exporter that an activation named. Whatever interfaces it needs are
// bound when they are first used. The references of the activation are the
// client's to release.
func NewClient(under *rpc.Binding, a *dcom.Activation) *Client {
	c := &Client{under: under, version: a.Version.Agreed(), remUnknown: a.RemUnknown}
	for _, i := range a.Interfaces {
		c.held.Add(i.Ref)
	}
	return c
}

func (c *Client) proxy(iid, ipid dcom.GUID) dcom.Proxy {
	return dcom.Proxy{Binding: c.under.Conn().Use(iid.Syntax(), c.under), IPID: ipid, Version: c.version}
}

// RemUnknown is the exporter's IRemUnknown.
func (c *Client) RemUnknown() dcom.Proxy { return c.proxy(dcom.IIDRemUnknown, c.remUnknown) }

// Release gives back, in one call, every reference that came with the answers
// so far. Objects made here are not to be used any more.
func (c *Client) Release(ctx context.Context) *dcom.Pending[struct{}] {
	refs := c.held.Take()
	if len(refs) == 0 {
		return &dcom.Pending[struct{}]{}
	}
	return dcom.RemRelease(ctx, c.RemUnknown(), refs...)
}

// receive takes the reference to an interface out of an answer and notes it for
// release.
func (c *Client) receive(ref *dcom.ObjRef, err error, iid dcom.GUID) (dcom.Proxy, error) {
	switch {
	case err != nil:
		return dcom.Proxy{}, err
	case ref == nil:
		return dcom.Proxy{}, fmt.Errorf("%w: no %s in spite of success", dcom.ErrMalformed, dcom.Name(iid))
	case ref.Kind == dcom.Custom:
		return dcom.Proxy{}, fmt.Errorf("%w: %s as a custom reference", dcom.ErrMalformed, dcom.Name(iid))
	}
	c.held.Add(ref)
	return c.proxy(iid, ref.Std.IPID), nil
}
