// Package explain tells what a pasted code or log line means: the codes in it,
// the layers of a WMI connection that answer with them, and the faults of the
// catalogue behind them.
package explain

import (
	"slices"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

// Schema names the JSON form.
const Schema = "wmidoctor/explain/1"

// Explanation is the outside contract's answer, its section 4. No list in it is
// nil. Sections belongs to the caller, who knows the guide.
type Explanation struct {
	Schema   string   `json:"schema"`
	Input    string   `json:"input"` // at most 4 KiB of what was asked
	Codes    []Code   `json:"codes"` // in the order of the text
	Faults   []string `json:"faults"`
	Sections []string `json:"sections"`
	Unknown  []string `json:"unknown"` // words that look like a code, or all of them where nothing was recognised
}

// Code is one code of the text.
type Code struct {
	Space  string  `json:"space"`
	Code   string  `json:"code"` // in the contract's form
	Name   string  `json:"name"`
	Text   string  `json:"text"`
	Win32  string  `json:"win32,omitempty"`
	Layers []Layer `json:"layers"` // from the first to the last a client meets
}

// Layer is what a code means where one layer answers with it.
type Layer struct {
	Layer  string   `json:"layer"`
	Means  string   `json:"means"`
	Faults []string `json:"faults"` // the likeliest first
}

// Meaning is one fault of the catalogue that shows itself by a code, and the
// layer in which it is met.
type Meaning struct{ Layer, Fault string }

// Text explains whatever codes s holds. meaning asks the catalogue for the
// faults whose signs name a code.
func Text(s string, meaning func(code.Code) []Meaning) Explanation {
	x := Explanation{Schema: Schema, Input: input(s), Codes: []Code{}, Faults: []string{}, Sections: []string{}, Unknown: []string{}}
	for _, e := range code.Find(s) {
		c := Code{Space: string(e.Space), Code: e.String(), Name: e.Name, Text: e.Text, Win32: e.Win32, Layers: layersOf(e, meaning)}
		for _, l := range c.Layers {
			x.Faults = merge(x.Faults, l.Faults)
		}
		x.Codes = append(x.Codes, c)
	}
	x.Unknown = append(x.Unknown, code.Unknown(s)...)
	if len(x.Codes) == 0 {
		x.Unknown = words(s)
	}
	return x
}

// layersOf joins what this package says of a code with what the catalogue says
// of it and of the same error in its other dresses.
func layersOf(e code.Entry, meaning func(code.Code) []Meaning) []Layer {
	byLayer := map[string]Layer{}
	for _, l := range said(e) {
		byLayer[l.Layer] = Layer{l.Layer, l.Means, slices.Clone(l.Faults)}
	}
	for _, c := range dresses(e.Code) {
		for _, m := range meaning(c) {
			l := byLayer[m.Layer]
			if l.Layer == "" {
				l = Layer{Layer: m.Layer, Means: usually(m.Layer)}
			}
			l.Faults = merge(l.Faults, []string{m.Fault})
			byLayer[m.Layer] = l
		}
	}
	layers := []Layer{}
	for _, l := range probe.Layers() {
		if found, ok := byLayer[l.ID()]; ok {
			if found.Faults == nil {
				found.Faults = []string{}
			}
			layers = append(layers, found)
		}
	}
	return layers
}

// dresses are the codes by which a client may show one and the same error.
// Windows turns the status of a fault into a HRESULT of facility 7, so that a
// pasted HRESULT or Win32 error also stands for the fault; a fault that was
// named as one stands for itself only.
func dresses(c code.Code) []code.Code {
	all := []code.Code{c}
	number := c.Number
	switch {
	case c.Space == code.HResult && number>>16 == 0x8007:
		number &= 0xFFFF
		all = append(all, code.Code{Space: code.Win32, Number: number}, code.Code{Space: code.RPC, Number: number})
	case c.Space == code.Win32 && number <= 0xFFFF:
		all = append(all, code.Code{Space: code.HResult, Number: 0x80070000 | number}, code.Code{Space: code.RPC, Number: number})
	case c.Space == code.HResult:
		all = append(all, code.Code{Space: code.WBEM, Number: number}, code.Code{Space: code.RPC, Number: number})
	case c.Space == code.WBEM:
		all = append(all, code.Code{Space: code.HResult, Number: number})
	}
	return all
}

// usually is the sentence for a layer where nothing narrower is known.
func usually(layer string) string {
	switch probe.LayerByID(layer) {
	case probe.LayerEndpointMapper:
		return "the answer on port 135, before any logon."
	case probe.LayerAuthentication:
		return "the answer to the logon."
	case probe.LayerActivation:
		return "the answer to the request to start WMI, or on the WMI port."
	case probe.LayerNamespace:
		return "the answer of WMI when the namespace was opened."
	case probe.LayerQuery:
		return "the answer to the query, or while its rows were fetched."
	case probe.LayerCallback:
		return "on the way back, when the host calls this machine."
	}
	return ""
}

// merge appends what is not there yet.
func merge(list, more []string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// said is what meanings.go holds for a code.
func said(e code.Entry) []Layer {
	name := ""
	if e.Space == code.Errno || e.Space == code.Win32 && strings.HasPrefix(e.Name, "WSA") {
		name = strings.TrimPrefix(e.Name, "WSA") // numbers differ per system, names do not
	}
	for _, m := range meanings() {
		if slices.Contains(m.codes, e.Code) || name != "" && slices.Contains(m.errnos, name) {
			return m.layers
		}
	}
	return nil
}
