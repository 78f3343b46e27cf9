package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"unicode/utf16"

	"github.com/spf13/cobra"

	"github.com/wmidoctor/wmidoctor/guide"
	"github.com/wmidoctor/wmidoctor/probe"
)

const (
	hostFactsSchema = "wmidoctor/host-facts/1"
	maxHostFacts    = 4 << 20
)

func (a *app) hostFactsCommand() *cobra.Command {
	cmd := newCommand("host-facts [flags]", "a read-only script for the host's administrator")
	cmd.GroupID = groupLearn
	cmd.Long = `host-facts prints a PowerShell script that reads, on the host itself, what RPC
never tells: which right is missing, which policy is set. It changes nothing. What
it prints there makes the verdict certain here.`
	cmd.Example = `  wmidoctor host-facts -u 'CORP\svc-mon' > host-facts.ps1
  wmidoctor check srv01 -u 'CORP\svc-mon' --host-facts facts.json`
	cmd.Args = exactly(0, "no argument")
	user := cmd.Flags().StringP("user", "u", "", "`ACCOUNT` to look at: DOM\\user, .\\user")
	namespace := cmd.Flags().StringP("namespace", "n", probe.DefaultNamespace, "WMI `NS` to look at")
	cmd.RunE = func(*cobra.Command, []string) error {
		script, err := guide.HostFacts(*user, *namespace)
		if err != nil {
			return &complaint{code: exitUsage, what: "the script cannot be made", todo: "Windows allows no such name.", err: err}
		}
		fmt.Fprint(a.out, script)
		return nil
	}
	return cmd
}

// readHostFacts reads what the script of host-facts printed. PowerShell may
// have written it as UTF-16, or as UTF-8 with a mark.
func readHostFacts(path string) (*probe.HostFacts, error) {
	if path == "" {
		return nil, nil
	}
	const todo = "Give the file that holds the output of the script, as wmidoctor host-facts prints it."
	f, err := os.Open(path)
	if err != nil {
		return nil, &complaint{code: exitUsage, what: "the host facts cannot be read", todo: todo, err: reasonOf(err)}
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxHostFacts+1))
	if err != nil || len(b) > maxHostFacts {
		return nil, misuse(todo, "the host facts cannot be read, or are too large")
	}
	facts, err := parseHostFacts(b)
	if err != nil {
		return nil, &complaint{code: exitUsage, what: "the host facts are not usable", todo: todo, err: err}
	}
	return facts, nil
}

func parseHostFacts(b []byte) (*probe.HostFacts, error) {
	var doc struct {
		Schema   string          `json:"schema"`
		Computer string          `json:"computer"`
		Taken    string          `json:"taken"`
		Facts    map[string]any  `json:"facts"`
		Errors   json.RawMessage `json:"errors"`
	}
	if err := json.Unmarshal(utf8Text(b), &doc); err != nil {
		return nil, fmt.Errorf("no JSON document")
	}
	if doc.Schema != hostFactsSchema {
		return nil, fmt.Errorf("the schema is not %s", hostFactsSchema)
	}
	out := &probe.HostFacts{Computer: doc.Computer, Taken: doc.Taken, Facts: doc.Facts, Errors: map[string]string{}}
	var list []map[string]string
	if json.Unmarshal(doc.Errors, &list) == nil {
		for i, e := range list {
			out.Errors[or(or(e["fact"], e["name"]), fmt.Sprintf("error-%d", i+1))] = or(or(e["reason"], e["error"]), e["text"])
		}
	} else if len(doc.Errors) > 0 && json.Unmarshal(doc.Errors, &out.Errors) != nil {
		return nil, fmt.Errorf("its errors have an unknown shape")
	}
	return out, nil
}

// utf8Text removes a byte order mark and turns UTF-16 into UTF-8.
func utf8Text(b []byte) []byte {
	high := 1 // place of the high byte of a unit
	switch {
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}):
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		high = 0
	default:
		return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	}
	var units []uint16
	for i := 2; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i+high])<<8|uint16(b[i+1-high]))
	}
	return []byte(string(utf16.Decode(units)))
}
