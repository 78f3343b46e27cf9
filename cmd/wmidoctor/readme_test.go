package main

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/wmidoctor/wmidoctor/tui/pane"
)

var update = flag.Bool("update", false, "write the key table into the README")

// The README's key table is the one in the code.
func TestReadmeKeyTable(t *testing.T) {
	const file, begin, end = "../../README.md", "<!-- keys: begin -->\n", "<!-- keys: end -->"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	table, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("the README has no table between %q and %q", begin, end)
	}
	switch want := pane.KeyTable(); {
	case table == want:
	case *update:
		if err := os.WriteFile(file, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Error("the README's key table is old: go test ./cmd/wmidoctor -run TestReadmeKeyTable -update")
	}
}
