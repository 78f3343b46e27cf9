package console

import (
	"net/netip"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

func must(address string) netip.Addr { return netip.MustParseAddr(address) }

func sddl(text string) []byte {
	d, err := machine.ParseSDDL(text)
	if err != nil {
		panic(err)
	}
	return d.Encode()
}
