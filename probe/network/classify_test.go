package network

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"syscall"
	"testing"
)

// What socket calls return, and the class each is of.
func TestClassify(t *testing.T) {
	sys := func(e syscall.Errno) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", e)}
	}
	tests := []struct {
		op   string
		err  error
		want Kind
	}{
		{"dial", context.Canceled, Cancelled},
		{"dial", fmt.Errorf("dial: %w", context.DeadlineExceeded), Timeout},
		{"read", &net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, Timeout},
		{"read", io.EOF, Closed},
		{"read", io.ErrUnexpectedEOF, Closed},
		{"read", net.ErrClosed, Cancelled},
		{"dial", errors.New("something"), Other},
		{"dial", sys(syscall.ECONNREFUSED), Refused},
		{"dial", sys(syscall.ETIMEDOUT), Timeout},
		{"dial", sys(syscall.EHOSTUNREACH), Unreachable},
		{"dial", sys(syscall.ENETUNREACH), Unreachable},
		{"dial", sys(syscall.EACCES), LocalDenied},
		{"dial", sys(syscall.EPERM), LocalDenied},
		{"dial", sys(syscall.EINVAL), Unreachable},
		{"listen", sys(syscall.EADDRINUSE), InUse},
		{"read", sys(syscall.ECONNRESET), Reset},
		{"write", sys(syscall.EPIPE), Reset},
	}
	if runtime.GOOS != "windows" {
		tests = append(tests, []struct {
			op   string
			err  error
			want Kind
		}{
			{"listen", sys(syscall.EACCES), LocalDenied},
			{"dial", sys(syscall.EHOSTDOWN), Unreachable},
			{"dial", sys(syscall.ENOPROTOOPT), Unreachable},
			{"dial", sys(syscall.EMFILE), Other},
		}...)
	}
	at := netip.MustParseAddrPort("192.0.2.7:135")
	for _, tt := range tests {
		got := Classify(tt.op, at, tt.err)
		if got.Kind != tt.want || got.Op != tt.op || got.Addr != at || !errors.Is(got, tt.err) {
			t.Errorf("%s %v: %+v, want %s", tt.op, tt.err, got, tt.want)
		}
		if again := Classify("read", netip.AddrPort{}, fmt.Errorf("wrapped: %w", got)); again != got {
			t.Errorf("classified twice: %+v", again)
		}
	}
}
