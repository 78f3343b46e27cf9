//go:build !unix

package code

// systemErrno reads the number as a Win32 error, which is what a socket call on
// Windows answers when it is none of Winsock's own.
func systemErrno(n uint32) (name, text string) {
	e, _ := Lookup(Code{Win32, n})
	return e.Name, e.Text
}
