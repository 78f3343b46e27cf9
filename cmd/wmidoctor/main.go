// Command wmidoctor tells which layer of a remote WMI connection to one
// Windows host fails, why, how it knows, who must act and what mends it.
package main

import (
	"os"

	"github.com/wmidoctor/wmidoctor/cmd/internal/cli"
	"github.com/wmidoctor/wmidoctor/cmd/internal/earlyterm"
)

func main() {
	earlyterm.Restore()
	os.Exit(cli.Main())
}
