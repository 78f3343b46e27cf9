package pane

import (
	"slices"

	"github.com/wmidoctor/wmidoctor/guide"
	"github.com/wmidoctor/wmidoctor/probe"
)

// The guide's words, under the names the panes use for them.
type (
	Section   = guide.Section
	Block     = guide.Block
	BlockKind = guide.BlockKind
)

// The kinds of a block.
const (
	Paragraph    = guide.Paragraph
	Heading      = guide.Heading
	ListItem     = guide.ListItem
	Table        = guide.Table
	CommandBlock = guide.CommandBlock
	Example      = guide.Example
)

// Guide is where the pages come from.
type Guide struct {
	Sections func(search string) []Section            // no words: all
	For      func(*probe.Report) []string             // ids for this run, best first
	Blocks   func(id string, r *probe.Report) []Block // a page, its commands filled in
}

// Pages is the guide that is part of the program.
func Pages() Guide {
	return Guide{Sections: guide.Search, For: pagesFor, Blocks: func(id string, r *probe.Report) []Block {
		s, ok := guide.Find(id)
		if !ok {
			return nil
		}
		return s.Blocks(guide.ValuesOf(r))
	}}
}

// pagesFor are the pages for the causes of a run, then those for its warnings
// and for what is still possible.
func pagesFor(r *probe.Report) []string {
	var ids []string
	add := func(f probe.FaultID) {
		for _, s := range guide.For(f) {
			if !slices.Contains(ids, s.ID) {
				ids = append(ids, s.ID)
			}
		}
	}
	for _, c := range r.Verdict.Causes {
		add(c.Fault)
	}
	for _, w := range r.Verdict.Warnings {
		add(w.Fault)
	}
	for _, p := range r.Verdict.Possible {
		add(p.Fault)
	}
	return ids
}
