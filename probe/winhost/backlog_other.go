//go:build !linux

package winhost

import (
	"context"
	"errors"
	"net/netip"
)

// swallowSYNs is known to work on Linux only: elsewhere a full queue refuses.
func swallowSYNs(context.Context, netip.AddrPort) (netip.AddrPort, func(), error) {
	return netip.AddrPort{}, nil, errors.New("a port that drops connections can be played on Linux only")
}
