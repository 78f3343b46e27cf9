// Package earlyterm keeps the program from stalling at its start.
//
// Bubble Tea asks the terminal for its background colour while its package is
// initialised, before main runs and whatever command was given. A terminal
// that does not answer costs five seconds, even for --version. With TERM set to
// dumb it does not ask.
//
// Go initialises packages whose imports are all initialised in the order of
// their import paths. This package imports nothing but os, so it is ready
// early; the asking package waits, through its imports, for golang.org/x/sys,
// whose path sorts after every path that begins with github.com. So the
// variable is set in time. Importing anything else here may undo that; a test
// of the built program on a silent terminal holds it.
package earlyterm

import "os"

const name = "TERM"

var term, set = os.LookupEnv(name)

func init() { _ = os.Setenv(name, "dumb") }

// Restore gives TERM its value back. main calls it before anything else.
func Restore() {
	if set {
		_ = os.Setenv(name, term)
	} else {
		_ = os.Unsetenv(name)
	}
}
