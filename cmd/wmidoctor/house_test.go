package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/wmidoctor/wmidoctor/"

// rule says what packages may import. A path that ends in /... means the tree.
type rule struct {
	of     string   // the packages it is about
	may    []string // of ours; nil: everything that no not forbids
	not    []string // also of others, directly or through anything of ours
	direct []string // must not be imported directly
	why    string
}

var charm = []string{"github.com/charmbracelet/...", "github.com/muesli/..."}

// The house's table: who may import whom, and why not.
var rules = []rule{
	{of: "probe/code", may: []string{}, not: charm, why: "a leaf: numbers know nothing of who uses them"},
	{of: "probe/trace", may: []string{}, not: charm, why: "a leaf: a frame as every screen may see it"},
	{of: "probe/network", may: []string{}, not: charm, why: "a leaf: the outside world as one interface"},
	{of: "probe", may: []string{"probe/code", "probe/trace"}, not: charm, why: "words must outlive protocols and screens"},
	{of: "probe/wire/...", may: []string{"probe/code", "probe/trace", "probe/network", "probe/wire/..."}, not: charm,
		why: "the wing of protocols knows nothing of diagnosis and could be a library"},
	{of: "probe/steps", not: append([]string{module + "probe/verdict", module + "probe/winhost/...", module + "guide", module + "tui/..."}, charm...),
		direct: []string{"github.com/oiweiwei/go-msrpc/msrpc/...", "github.com/oiweiwei/go-msrpc/ssp/..."},
		why:    "doing and judging are apart, and the wire is the only door to the library"},
	{of: "probe/verdict", may: []string{"probe", "probe/code", "probe/trace"}, not: []string{"net", "github.com/oiweiwei/go-msrpc/dcerpc"},
		why: "it must judge a file on another machine"},
	{of: "probe/report", may: []string{"probe", "probe/code", "probe/trace"}, not: []string{"net", "github.com/oiweiwei/go-msrpc/dcerpc"},
		why: "a report is read and written where no host can be asked"},
	{of: "probe/explain", may: []string{"probe", "probe/code", "probe/trace", "probe/verdict"}, why: "an explanation needs numbers and rules, no host"},
	{of: "probe/winhost/...", not: append([]string{module + "probe/steps", module + "probe/verdict", module + "guide", module + "tui/..."}, charm...),
		why: "the practice host must not know what is expected of it"},
	{of: "probe/winhost/machine", may: []string{"probe/code", "probe/winhost/machine/..."}, not: []string{"net", "github.com/oiweiwei/go-msrpc/dcerpc"},
		why: "Windows as data and decisions, without sockets"},
	{of: "probe/winhost/console", may: []string{"probe/code", "probe/winhost/machine/..."}, why: "a command line changes a machine and nothing else"},
	{of: "guide", may: []string{"probe", "probe/code", "probe/trace"}, not: charm, why: "pages are text"},
	{of: "tui/...", may: []string{"probe", "probe/code", "probe/trace", "probe/report", "guide", "tui/..."},
		not: []string{"github.com/oiweiwei/go-msrpc/dcerpc"}, why: "screens speak no protocol, judge nothing and play nobody"},
	{of: "cmd/internal/earlyterm", may: []string{}, not: charm, why: "whatever it imports may be initialised after the terminal was asked"},
}

// pkg is what go list tells of a package.
type pkg struct {
	ImportPath    string
	Imports, Deps []string
	GoFiles       []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Deps,GoFiles", module+"...")
	out, err := cmd.Output()
	if err != nil {
		var e *exec.ExitError
		if errors.As(err, &e) {
			t.Fatalf("go list: %s", e.Stderr)
		}
		t.Skipf("needs go: %v", err)
	}
	var list []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); err == io.EOF {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

func matches(path, pattern string) bool {
	tree, ok := strings.CutSuffix(pattern, "/...")
	return path == pattern || ok && (path == tree || strings.HasPrefix(path, tree+"/"))
}

func TestWhoMayImportWhom(t *testing.T) {
	list := packages(t)
	for _, r := range rules {
		for _, p := range list {
			if !matches(p.ImportPath, module+r.of) {
				continue
			}
			for _, broken := range r.check(p) {
				t.Errorf("%s must not import %s: %s", strings.TrimPrefix(p.ImportPath, module), broken, r.why)
			}
		}
	}
}

func (r rule) check(p pkg) (broken []string) {
	for _, d := range p.Deps {
		own, ours := strings.CutPrefix(d, module)
		if ours && r.may != nil && !slices.ContainsFunc(r.may, func(m string) bool { return matches(own, m) }) {
			broken = append(broken, d)
		}
		if slices.ContainsFunc(r.not, func(n string) bool { return matches(d, n) }) {
			broken = append(broken, d)
		}
	}
	for _, d := range p.Imports {
		if slices.ContainsFunc(r.direct, func(n string) bool { return matches(d, n) }) {
			broken = append(broken, d)
		}
	}
	return broken
}

// A rule that is never broken in a test proves nothing.
func TestARuleBites(t *testing.T) {
	r := rule{of: "tui", may: []string{"probe"}, not: charm, direct: []string{"net"}}
	p := pkg{Imports: []string{"net"}, Deps: []string{module + "probe", module + "probe/steps", "github.com/muesli/termenv", "net"}}
	if got := r.check(p); !slices.Equal(got, []string{module + "probe/steps", "github.com/muesli/termenv", "net"}) {
		t.Error(got)
	}
}

func TestNobodyImportsCmdAndOneCommandJoinsAll(t *testing.T) {
	for _, p := range packages(t) {
		if strings.HasPrefix(p.ImportPath, module+"cmd/") {
			continue
		}
		for _, d := range p.Deps {
			if strings.HasPrefix(d, module+"cmd/") {
				t.Errorf("%s imports %s", p.ImportPath, d)
			}
		}
	}
}

// Only the wire, the practice host and one table of code may speak to the
// protocol library directly; steps may name the types that stand in the wire's
// own signatures.
func TestWhoTouchesTheProtocolLibrary(t *testing.T) {
	for _, p := range packages(t) {
		own := strings.TrimPrefix(p.ImportPath, module)
		if matches(own, "probe/wire/...") || matches(own, "probe/winhost/...") || own == "probe/code" || matches(own, "probe/peers/...") {
			continue
		}
		for _, d := range p.Imports {
			if own == "probe/steps" && d == "github.com/oiweiwei/go-msrpc/dcerpc" {
				continue
			}
			if strings.HasPrefix(d, "github.com/oiweiwei/go-msrpc/") {
				t.Errorf("%s imports %s", own, d)
			}
		}
	}
}

// The program may rely on earlyterm only while that imports nothing but os.
func TestEarlytermImportsOnlyOS(t *testing.T) {
	for _, p := range packages(t) {
		if p.ImportPath == module+"cmd/internal/earlyterm" && !slices.Equal(p.Imports, []string{"os"}) {
			t.Errorf("it imports %v", p.Imports)
		}
	}
}
