package code

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

//go:embed common.tsv
var commonTSV string

//go:embed errno.tsv
var errnoTSV string

// table is what the two embedded files hold, indexed.
type table struct {
	byCode map[Code]Entry
	byName map[string][]Entry          // upper-case name, in the file's order; no events, no errno
	errno  map[string]map[uint32]Entry // system ("linux", "bsd", "windows"), number
}

// tables is read once; a row that does not parse is a mistake of ours, which
// the tests of this package find.
var tables = sync.OnceValue(func() *table {
	t := &table{byCode: map[Code]Entry{}, byName: map[string][]Entry{}, errno: map[string]map[uint32]Entry{}}
	for f := range rows(commonTSV) {
		e := Entry{Code: Code{Space(f[0]), number(f[1])}, Name: f[2], Text: f[3]}
		if len(f) > 4 {
			e.Win32 = f[4]
		}
		t.byCode[e.Code] = e
		if e.Space != Event {
			key := strings.ToUpper(e.Name)
			t.byName[key] = append(t.byName[key], e)
		}
	}
	for f := range rows(errnoTSV) {
		if t.errno[f[0]] == nil {
			t.errno[f[0]] = map[uint32]Entry{}
		}
		e := Entry{Code: Code{Errno, number(f[1])}, Name: f[2], Text: f[3]}
		t.errno[f[0]][e.Number] = e
	}
	return t
})

// rows yields the fields of each line that is neither empty nor a comment.
func rows(tsv string) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(tsv) {
			line = strings.TrimRight(line, "\r\n")
			if line == "" || line[0] == '#' {
				continue
			}
			if !yield(strings.Split(line, "\t")) {
				return
			}
		}
	}
}

func number(s string) uint32 {
	n, err := strconv.ParseUint(s, 0, 32)
	if err != nil {
		panic("code: table row with a bad number: " + s)
	}
	return uint32(n)
}
