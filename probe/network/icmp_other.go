//go:build !linux

package network

import (
	"context"
	"syscall"
)

// icmp has nothing to read here: only Linux hands out the message that ended a
// dial.
type icmp struct{}

func (*icmp) control(context.Context, string, string, syscall.RawConn) error { return nil }
func (*icmp) prohibited() bool                                               { return false }
func (*icmp) connected()                                                     {}
func (*icmp) close()                                                         {}
