package report

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/wmidoctor/wmidoctor/probe"
)

// CompareSchema names the shape of a Comparison.
const CompareSchema = "wmidoctor/compare/1"

// Comparison is what changed from one report to another.
type Comparison struct {
	Schema  string   `json:"schema"`
	Before  Side     `json:"before"`
	After   Side     `json:"after"`
	Changes []Change `json:"changes"`
}

// Side is one of the reports.
type Side struct {
	Host     string        `json:"host"`
	Account  string        `json:"account"`
	Started  Instant       `json:"started"`
	Outcome  probe.Outcome `json:"outcome"`
	Layer    string        `json:"layer"`
	Step     probe.StepID  `json:"step"`
	Headline string        `json:"headline"`
}

// Change is one thing that differs. What is the kind of thing: "target",
// "account", "outcome", "layer", "step", "fault", "fact".
type Change struct {
	What   string `json:"what"`
	ID     string `json:"id"`
	Title  string `json:"title"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Compare lists what changed, the most telling first: what was asked, the
// outcome, layers, steps, faults, facts. Times are not compared.
func Compare(before, after *probe.Report) Comparison {
	c := Comparison{Schema: CompareSchema, Before: side(before), After: side(after), Changes: []Change{}}
	c.add("target", "host", "Host", before.Target.Host, after.Target.Host)
	c.add("target", "namespace", "Namespace", before.Target.Namespace, after.Target.Namespace)
	c.add("target", "query", "Query", before.Target.Query, after.Target.Query)
	c.add("account", "account", "Account", before.Account.Name(), after.Account.Name())
	c.add("outcome", "run", "Outcome", before.Outcome.String(), after.Outcome.String())
	for _, l := range probe.Layers() {
		c.add("layer", l.ID(), l.Title(), before.LayerOutcome(l).String(), after.LayerOutcome(l).String())
	}
	for _, s := range union(before, after) {
		c.add("step", string(s.Step), or(s.Label, string(s.Step)), short(before.Result(s.Step)), short(after.Result(s.Step)))
	}
	c.faults(before, after)
	c.facts(Facts(before), Facts(after))
	return c
}

// WriteComparison writes a comparison as indented JSON.
func WriteComparison(w io.Writer, c Comparison) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(c); err != nil {
		return fmt.Errorf("write comparison: %w", err)
	}
	return nil
}

func side(r *probe.Report) Side {
	return Side{Host: r.Target.Host, Account: r.Account.Name(), Started: Instant(r.Started), Outcome: r.Outcome,
		Layer: r.Verdict.Layer.ID(), Step: r.Verdict.Step, Headline: r.Verdict.Headline}
}

func (c *Comparison) add(what, id, title, before, after string) {
	if before != after {
		c.Changes = append(c.Changes, Change{what, id, title, before, after})
	}
}

// short is a result in one word and, where it failed, its number.
func short(r probe.Result) string {
	s := r.Outcome.String()
	if r.Failure != nil {
		s += ": " + string(r.Failure.Kind)
		if n := CodeName(r.Failure.Code); n != "" {
			s += " " + n
		}
	}
	return s
}

// union lists the steps of both reports in their order, each once.
func union(reports ...*probe.Report) (list []probe.Result) {
	seen := map[probe.StepID]bool{}
	for _, r := range reports {
		for _, s := range r.Results {
			if !seen[s.Step] {
				seen[s.Step] = true
				list = append(list, s)
			}
		}
	}
	return list
}

func (c *Comparison) faults(before, after *probe.Report) {
	confidence := func(r *probe.Report) (ids []probe.FaultID, words, titles map[probe.FaultID]string) {
		words, titles = map[probe.FaultID]string{}, map[probe.FaultID]string{}
		for _, x := range r.Verdict.Causes {
			ids, words[x.Fault], titles[x.Fault] = append(ids, x.Fault), x.Confidence.String(), x.Title
		}
		for _, x := range r.Verdict.Warnings {
			ids, words[x.Fault], titles[x.Fault] = append(ids, x.Fault), "warning", x.Title
		}
		return ids, words, titles
	}
	a, aw, at := confidence(before)
	b, bw, bt := confidence(after)
	seen := map[probe.FaultID]bool{}
	for _, id := range append(a, b...) {
		if !seen[id] {
			seen[id] = true
			c.add("fault", string(id), or(at[id], bt[id]), or(aw[id], "no"), or(bw[id], "no"))
		}
	}
}

// facts compares what stays the same while a host does; times and counts of a
// run are no change.
func (c *Comparison) facts(before, after []Fact) {
	unsteady := map[string]bool{"clock": true, "credential": true, "mapper-port": true, "wmi-port-state": true, "account": true}
	value := func(list []Fact, id string) string {
		for _, f := range list {
			if f.ID == id {
				return f.Value
			}
		}
		return ""
	}
	seen := map[string]bool{}
	for _, f := range append(append([]Fact{}, before...), after...) {
		if !seen[f.ID] && !unsteady[f.ID] {
			seen[f.ID] = true
			c.add("fact", f.ID, f.Title, value(before, f.ID), value(after, f.ID))
		}
	}
}
