package cli

import (
	"encoding/json"
	"io"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wmidoctor/wmidoctor/probe/explain"
)

// maxExplained bounds what is read from standard input.
const maxExplained = 1 << 20

func (a *app) explainCommand() *cobra.Command {
	cmd := newCommand("explain CODE-OR-TEXT… [flags]", "what a code or a pasted log line means")
	cmd.GroupID = groupLearn
	cmd.Long = `explain names every code in what you paste, says which layers of a WMI
connection answer with it, and which faults may stand behind. Hexadecimal,
decimal, negative numbers and names are understood, and whole log lines.
With - it reads standard input. It asks no host. Where nothing is recognised it
ends with 3.`
	cmd.Example = `  wmidoctor explain 0x800706BA
  wmidoctor explain -2147217405
  wmidoctor explain "Event ID 10036" RPC_S_SERVER_UNAVAILABLE
  journalctl -u opc | tail -20 | wmidoctor explain -`
	var asJSON bool
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return misuse("Give a code, a name or a log line in quotes, or - to read standard input.", "nothing to explain was given")
		}
		return nil
	}
	cmd.RunE = func(_ *cobra.Command, args []string) error { return a.explain(args, asJSON) }
	return cmd
}

func (a *app) explain(args []string, asJSON bool) error {
	text := strings.Join(args, " ")
	if text == "-" {
		b, err := io.ReadAll(io.LimitReader(a.in, maxExplained))
		if err != nil {
			return misuse("Pipe the text in: some-program | wmidoctor explain -", "standard input cannot be read")
		}
		text = string(b)
	}
	x := explain.Text(text, meaning)
	for _, f := range x.Faults {
		for _, id := range sections(faultID(f)) {
			x.Sections = appendNew(x.Sections, id)
		}
	}
	if len(x.Codes) == 0 {
		a.code = exitFailed
	}
	var err error
	if asJSON {
		e := json.NewEncoder(a.out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		err = e.Encode(x)
	} else {
		err = x.WriteText(a.out)
	}
	if err != nil {
		return &complaint{code: exitInternal, what: "the result could not be written", err: err}
	}
	return nil
}

func appendNew(list []string, s string) []string {
	for _, x := range list {
		if x == s {
			return list
		}
	}
	return append(list, s)
}

var negativeNumber = regexp.MustCompile(`^-[0-9]`)

// arrange lets explain take a negative number without a --: what begins with a
// minus and a digit goes behind one, after the flags.
func arrange(args []string) []string {
	if len(args) == 0 || args[0] != "explain" {
		return args
	}
	flags, texts := []string{"explain"}, []string{}
	for i, arg := range args[1:] {
		if arg == "--" {
			texts = append(texts, args[i+2:]...)
			break
		}
		if strings.HasPrefix(arg, "-") && arg != "-" && !negativeNumber.MatchString(arg) {
			flags = append(flags, arg)
		} else {
			texts = append(texts, arg)
		}
	}
	return append(append(flags, "--"), texts...)
}
