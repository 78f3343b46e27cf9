package guide

import (
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/wmidoctor/wmidoctor/probe"
)

// systems says for each value of `windows` which builds it means: from the
// first to the last, 0 for no end.
var systems = map[string][2]int{
	"all":     {0, 0},
	"5.x":     {0, 3790},
	"6.0+":    {6000, 0}, // Vista, Server 2008
	"6.0-6.1": {6000, 7601},
	"6.2+":    {9200, 0},  // 8, Server 2012
	"6.3+":    {9600, 0},  // 8.1, Server 2012 R2
	"10.0+":   {10240, 0}, // 10, Server 2016
	"1607+":   {14393, 0}, // 10 1607, Server 2016
	"1809+":   {17763, 0}, // 10 1809, Server 2019
}

// fits reports whether a command is meant for this Windows, role and account.
// What is not known excludes nothing but commands for systems before Vista.
func (c Command) fits(v Values) bool {
	span := systems[c.Windows]
	switch {
	case v.Build == 0 && c.Windows == "5.x":
		return false
	case v.Build != 0 && v.Build < span[0], v.Build != 0 && span[1] != 0 && v.Build > span[1]:
		return false
	case c.shortNames && len(utf16.Encode([]rune(v.User))) > 20:
		return false
	case v.Class != "" && !strings.HasPrefix(strings.ToLower(v.Class), strings.ToLower(c.class)):
		return false
	}
	if len(c.roles) == 0 || v.Role == RoleUnknown {
		return true
	}
	if v.Role == InDomain {
		return slices.Contains(c.roles, Member) || slices.Contains(c.roles, DomainController)
	}
	return slices.Contains(c.roles, v.Role)
}

// Prescribe returns the commands for what a run found: those of the first cause
// first and those of warnings last; within a cause the least risk first. Each
// command fits the host as far as the run knows it, and is filled and quoted.
// Commands that only read are left out where there is one that mends.
func Prescribe(r *probe.Report) []probe.Fix {
	if r == nil {
		return nil
	}
	v := ValuesOf(r)
	var faults []probe.FaultID
	for _, c := range r.Verdict.Causes {
		faults = append(faults, c.Fault)
	}
	for _, w := range r.Verdict.Warnings {
		faults = append(faults, w.Fault)
	}
	var fixes []probe.Fix
	given := map[string]bool{}
	for _, f := range faults {
		for _, c := range chosen(f, v) {
			if key := c.Section + " " + c.ID; !given[key] {
				given[key] = true
				fixes = append(fixes, c.fix(f))
			}
		}
	}
	return fixes
}

// chosen are the filled commands for one fault.
func chosen(fault probe.FaultID, v Values) []Command {
	var list []Command
	for _, s := range For(fault) {
		for _, c := range s.commands {
			if !slices.Contains(c.Faults, fault) || !c.fits(v) {
				continue
			}
			if filled, err := c.Fill(v); err == nil {
				list = append(list, filled)
			}
		}
	}
	if mends := func(c Command) bool { return c.Risk != "none" }; slices.ContainsFunc(list, mends) {
		list = slices.DeleteFunc(list, func(c Command) bool { return !mends(c) })
	}
	slices.SortStableFunc(list, func(a, b Command) int { return slices.Index(risks, a.Risk) - slices.Index(risks, b.Risk) })
	return list
}
