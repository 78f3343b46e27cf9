package code

import "runtime"

// An errno has no meaning without its system: 61 is ECONNREFUSED on macOS and
// ENODATA on Linux. Lookup reads it as the system this program runs on numbers
// it; LookupOn takes the system a saved report was made on.

// LookupOn is Lookup with an errno read as goos (a value of runtime.GOOS)
// numbers it.
func LookupOn(goos string, c Code) (Entry, bool) {
	if c.Space != Errno || goos == runtime.GOOS {
		return Lookup(c)
	}
	e, ok := tables().errno[errnoSystem(goos)][c.Number]
	return e, ok
}

// errnoHere names the errno by the table of this system, and what is not in it
// by the system itself.
func errnoHere(n uint32) (Entry, bool) {
	if e, ok := tables().errno[errnoSystem(runtime.GOOS)][n]; ok {
		return e, true
	}
	name, text := systemErrno(n)
	if name == "" {
		return Entry{}, false
	}
	return Entry{Code: Code{Errno, n}, Name: name, Text: text}, true
}

// errnoAnywhere is for text that does not say where it comes from: this system
// first, then the others. The tables hold only what a socket call answers, so
// that a Mac's 61 is recognized on Linux.
func errnoAnywhere(n uint32) (Entry, bool) {
	for _, system := range []string{errnoSystem(runtime.GOOS), "linux", "bsd", "windows"} {
		if e, ok := tables().errno[system][n]; ok {
			return e, true
		}
	}
	return Entry{}, false
}

// errnoNamed finds a name like ECONNREFUSED or WSAECONNREFUSED.
func errnoNamed(name string) (Entry, bool) {
	for _, system := range []string{errnoSystem(runtime.GOOS), "linux", "bsd", "windows"} {
		for _, e := range tables().errno[system] {
			if e.Name == name {
				return e, true
			}
		}
	}
	return Entry{}, false
}

// errnoSystem is the column of errno.tsv a system reads.
func errnoSystem(goos string) string {
	switch goos {
	case "linux", "android":
		return "linux"
	case "darwin", "ios", "freebsd", "netbsd", "openbsd", "dragonfly":
		return "bsd"
	case "windows":
		return "windows"
	}
	return ""
}
