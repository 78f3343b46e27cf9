package report

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
)

// Evidence structs hold durations; documents hold milliseconds. encodeData and
// decodeData are json.Marshal and json.Unmarshal with that one difference.

func encodeData(e probe.Evidence) (any, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("write what a step learnt: %w", err)
	}
	tree, err := decodeTree(b)
	if err != nil {
		return nil, fmt.Errorf("write what a step learnt: %w", err)
	}
	return durations(reflect.TypeOf(e), tree, func(n json.Number) any {
		ns, _ := n.Int64()
		return toMS(time.Duration(ns))
	}), nil
}

// decodeData fills the struct that belongs to the step. It returns nil for a
// step we do not know.
func decodeData(step probe.StepID, b json.RawMessage) (probe.Evidence, error) {
	e := probe.Blank(step)
	if e == nil || len(b) == 0 || string(b) == "null" {
		return nil, nil
	}
	tree, err := decodeTree(b)
	if err != nil {
		return nil, err
	}
	tree = durations(reflect.TypeOf(e), tree, func(n json.Number) any {
		f, _ := n.Float64()
		return int64(fromMS(f))
	})
	if b, err = json.Marshal(tree); err != nil {
		return nil, err
	}
	if err = json.Unmarshal(b, e); err != nil {
		return nil, err
	}
	return e, nil
}

func decodeTree(b []byte) (tree any, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	err = d.Decode(&tree)
	return tree, err
}

var (
	durationType  = reflect.TypeFor[time.Duration]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// durations walks a tree beside the type it belongs to and converts each
// number that is a duration there.
func durations(t reflect.Type, tree any, convert func(json.Number) any) any {
	switch {
	case t == durationType:
		if n, ok := tree.(json.Number); ok {
			return convert(n)
		}
	case t.Kind() == reflect.Pointer:
		return durations(t.Elem(), tree, convert)
	case t.Implements(textMarshaler):
	case t.Kind() == reflect.Slice:
		if list, ok := tree.([]any); ok {
			for i := range list {
				list[i] = durations(t.Elem(), list[i], convert)
			}
		}
	case t.Kind() == reflect.Struct:
		object, ok := tree.(map[string]any)
		if !ok {
			return tree
		}
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			if v, ok := object[name]; ok {
				object[name] = durations(t.Field(i).Type, v, convert)
			}
		}
	}
	return tree
}
