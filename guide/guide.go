// Package guide holds the pages: what is behind a fault, and the commands that
// mend it, take the mending back and check it. A page is Markdown with a few
// header lines, one file a section; each command stands in it once, as a fenced
// block. The package finds pages by fault or by words, fills commands with what
// a run measured, quoted for their shell, and hands a page out as plain blocks.
// It draws nothing and judges nothing.
//
// A file begins with header lines and an empty line:
//
//	title: Rights to start WMI over DCOM
//	faults: act-machine-launch act-machine-access
//	windows: 6.0+
//
// or `background: yes` in place of faults. A command is a fenced block whose
// info string reads
//
//	SHELL ID run title="…" where=host elevated risk=low faults=a,b windows=6.0+
//
// followed anywhere by blocks `SHELL ID undo` and `SHELL ID verify`. Further
// attributes of a run block: no-undo="why there is none", role=member,workgroup,dc,
// names=short (the program takes account names of 20 characters at most),
// class=Win32_Perf (it helps with classes whose names begin so).
package guide

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/wmidoctor/wmidoctor/probe"
)

//go:embed sections/*.md
var files embed.FS

// Section is one page.
type Section struct {
	ID         string
	Title      string          // at most 36 cells
	Faults     []probe.FaultID // what it helps with, the best match first; nil for background reading
	Background bool
	Windows    string // the systems it speaks of, "" for all

	source   string // Markdown without the header
	commands []Command
}

// Commands are the templates of the section, in the order of the page.
func (s Section) Commands() []Command { return slices.Clone(s.commands) }

// all reads the pages that are part of the program. A page that cannot be read
// is a mistake of ours that the tests find, so it panics.
var all = sync.OnceValue(func() []Section {
	list, err := load(files)
	if err != nil {
		panic("guide: " + err.Error())
	}
	return list
})

func load(fsys fs.FS) ([]Section, error) {
	names, err := fs.Glob(fsys, "sections/*.md")
	if err != nil {
		return nil, err
	}
	var list []Section
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		s, err := parse(strings.TrimSuffix(path.Base(name), ".md"), string(text))
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	slices.SortStableFunc(list, func(a, b Section) int { return rank(a) - rank(b) })
	return list, nil
}

// rank orders the pages as a connection meets their subjects; what is not
// named comes last, by name.
func rank(s Section) int {
	if i := slices.Index(order, s.ID); i >= 0 {
		return i
	}
	return len(order)
}

var order = []string{
	"what-is-wmi", "new-user",
	"names", "reach", "firewall", "firewall-rules", "firewall-profile", "network-path", "fixed-port", "server-2003", "rpc-service", "rpc-policy",
	"password", "account-name", "account-state", "logon-rights", "ntlm-policy", "trust", "kerberos", "clock",
	"dcom-rights", "dcom-limits", "uac", "uac-last-resort", "dcom-off", "hardening", "wmi-service", "object-port", "endpoint-protection",
	"namespace-rights", "namespace-names",
	"query", "class-rights", "counters", "providers",
	"callback", "callback-here", "callback-host", "callback-anonymous",
	"client-program", "events",
}

// Sections returns every page, in the order of a connection.
func Sections() []Section { return slices.Clone(all()) }

// Find returns the page with an id.
func Find(id string) (Section, bool) {
	for _, s := range all() {
		if s.ID == id {
			return s, true
		}
	}
	return Section{}, false
}

// For returns the pages for a fault, best first: those that mend it before
// those that only look or explain, with the least risk first, and among equals
// the one that names the fault earliest.
func For(fault probe.FaultID) []Section {
	var list []Section
	for _, s := range all() {
		if slices.Contains(s.Faults, fault) {
			list = append(list, s)
		}
	}
	score := func(s Section) int {
		best := 2 * len(risks)
		for _, c := range s.commands {
			switch {
			case !slices.Contains(c.Faults, fault):
			case c.Risk == "none":
				best = min(best, len(risks))
			default:
				best = min(best, slices.Index(risks, c.Risk))
			}
		}
		return 1000*best + slices.Index(s.Faults, fault)
	}
	slices.SortStableFunc(list, func(a, b Section) int { return score(a) - score(b) })
	return list
}

// Commands returns every command of every page as a template, in page order.
func Commands() []Command {
	var list []Command
	for _, s := range all() {
		list = append(list, s.commands...)
	}
	return list
}
