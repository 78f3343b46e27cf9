package guide

import (
	"slices"
	"strings"
)

// Search returns the pages that hold every one of the words, in any case, the
// best match first: the id before the title, the title before a fault's id and
// a command's title, those before the text. No words: every page.
func Search(words string) []Section {
	wanted := strings.Fields(strings.ToLower(words))
	type hit struct {
		s     Section
		score int
	}
	var hits []hit
	for _, s := range all() {
		total := 0
		for _, w := range wanted {
			n := s.score(w)
			if n == 0 {
				total = -1
				break
			}
			total += n
		}
		if total >= 0 {
			hits = append(hits, hit{s, total})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return b.score - a.score })
	list := make([]Section, len(hits))
	for i, h := range hits {
		list[i] = h.s
	}
	return list
}

// score says how well a word in small letters fits a page, 0 for not at all.
func (s Section) score(word string) int {
	has := func(text string) bool { return strings.Contains(strings.ToLower(text), word) }
	switch {
	case s.ID == word:
		return 16
	case has(s.ID), has(s.Title):
		return 8
	}
	for _, f := range s.Faults {
		if has(string(f)) {
			return 4
		}
	}
	for _, c := range s.commands {
		if has(c.Title) || has(c.ID) {
			return 3
		}
	}
	if has(s.source) {
		return 1
	}
	return 0
}
