package rpc

import (
	"context"
	"testing"

	"github.com/oiweiwei/go-msrpc/dcerpc"

	"github.com/wmidoctor/wmidoctor/probe/network"
)

// One call of 100 bytes over loopback, without protection and with the tests'
// own mechanism.
func BenchmarkCall(b *testing.B) {
	at := serve(b, testServer("pw"))
	for name, auth := range map[string]*Auth{"plain": nil, "sealed": testAuth(dcerpc.AuthTypeWinNT, LevelPrivacy, "pw")} {
		b.Run(name, func(b *testing.B) {
			ctx := context.Background()
			c, err := (&Dialer{Network: network.System()}).Dial(ctx, at)
			if err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			bindings, err := c.Bind(ctx, auth, echoSyntax)
			if err != nil {
				b.Fatal(err)
			}
			op := &rawOp{in: make([]byte, 100)}
			b.ReportAllocs()
			for b.Loop() {
				if err := bindings[0].Invoke(ctx, op); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
