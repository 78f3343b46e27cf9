package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/tui/plain"
)

func (a *app) checkCommand() *cobra.Command {
	cmd := withExitCodes(newCommand("check HOST [flags]", "one run without interface: text or JSON, and an exit code"))
	cmd.GroupID = groupRun
	cmd.Long = `check walks the six layers once, prints what it found and ends with an exit
code. Standard output carries the result alone; progress and complaints go to
standard error. The password is asked for on the terminal, or comes by
--password-stdin or the variable WMIDOCTOR_PASSWORD; there is no flag for it.

A credential that the host refuses is not sent again, unless --experiments
allows it.`
	cmd.Example = `  wmidoctor check srv01.corp.example -u 'CORP\svc-mon'
  wmidoctor check 192.0.2.7 --only-anonymous
  echo "$SECRET" | wmidoctor check srv01 -u 'CORP\svc-mon' --password-stdin --json
  wmidoctor check srv01 -u '.\adm' --callback off --ticket for-the-admin.md
  wmidoctor check srv01 -u svc@corp.example -n 'root\MicrosoftDNS' \
      -q 'SELECT Name FROM MicrosoftDNS_Zone'`
	cmd.Args = exactly(1, "one HOST")
	f := addRunFlags(cmd)
	var asJSON bool
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON, names as they are")
	_ = cmd.Flags().SetAnnotation("json", groupNote, []string{"What is written"})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.check(cmd.Context(), args[0], f, asJSON)
	}
	return cmd
}

func (a *app) check(ctx context.Context, host string, f *runFlags, asJSON bool) error {
	t, err := f.target(host)
	if err != nil {
		return err
	}
	outputs, err := openOutputs(f)
	if err != nil {
		return err
	}
	defer outputs.discard()
	facts, err := readHostFacts(f.hostFacts)
	if err != nil {
		return err
	}
	credential, err := a.credential(ctx, f)
	if err != nil {
		return err
	}
	front, err := a.checkFront(f)
	if err != nil {
		return err
	}
	r := runJob(ctx, job{target: t, purse: probe.NewPurse(credential), hostFacts: facts}, front)
	front.close()
	a.code = codeOf(r)
	if err := a.print(r, asJSON); err != nil {
		return err
	}
	return outputs.write(r, !f.noRedact)
}

// print writes a report to standard output, as text or JSON.
func (a *app) print(r *probe.Report, asJSON bool) error {
	fixes := prescribe(r)
	var err error
	if asJSON {
		err = report.Write(a.out, report.Document(r, fixes, sections))
	} else {
		err = plain.Text(a.out, r, fixes, sections)
	}
	if err != nil {
		return &complaint{code: exitInternal, what: "the result could not be written", todo: "Standard output is closed or full.", err: err}
	}
	return nil
}
