package network

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
)

// Classify makes an *Error of whatever a socket call returned: op is "dial",
// "listen", "route", "read" or "write". An error that is an *Error already
// keeps its kind. err must not be nil.
func Classify(op string, addr netip.AddrPort, err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	e := &Error{Op: op, Kind: Other, Addr: addr, Err: err}
	var number syscall.Errno
	if errors.As(err, &number) {
		e.Errno = uintptr(number)
	}
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		e.Kind = Cancelled
	case number != 0:
		e.Kind = kindOf(op, number)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		e.Kind = Timeout
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		e.Kind = Closed
	case errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		e.Kind = Cancelled // nobody but ourselves closes our end
	}
	return e
}
