//go:build unix

package code

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// systemErrno asks the operating system; the name is empty if it has none.
func systemErrno(n uint32) (name, text string) {
	if n == 0 {
		return "", ""
	}
	e := syscall.Errno(n)
	return unix.ErrnoName(e), e.Error()
}
