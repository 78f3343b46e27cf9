package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wmidoctor/wmidoctor/probe"
)

// root is the program: with HOST or without a command, the interface.
func (a *app) root() *cobra.Command {
	cmd := withUsage(withExitCodes(newCommand("wmidoctor [HOST] [flags]", "which layer of a WMI connection fails, and why")),
		"wmidoctor [HOST] [flags]", "wmidoctor check HOST [flags]", "wmidoctor COMMAND [arguments]")
	cmd.Long = `wmidoctor connects to one Windows host over WMI, layer by layer: endpoint
mapper, authentication, DCOM activation, namespace, query, async callback. It
names the layer that fails, says why and how it knows, who must act, and the
command that mends it. It changes nothing on the host.

With HOST it opens the interface and starts; without, it asks for the host.`
	cmd.Example = `  wmidoctor srv01.corp.example -u 'CORP\svc-mon'
  wmidoctor practice
  wmidoctor check srv01.corp.example -u 'CORP\svc-mon'
  wmidoctor check srv01 -u 'CORP\svc-mon' --json | jq .verdict`
	f := addRunFlags(cmd)
	cmd.Flags().BoolP("help", "h", false, "this help")
	// cobra's own version flag brings text/template in, and with it every method
	// of every type: a megabyte and more.
	showVersion := cmd.Flags().Bool("version", false, "the version of this program")
	cmd.SetHelpFunc(func(c *cobra.Command, _ []string) {
		c.InitDefaultHelpFlag()
		help(a.out, c)
	})
	cmd.SetUsageFunc(func(c *cobra.Command) error {
		help(a.out, c)
		return nil
	})
	cmd.SetFlagErrorFunc(flagError)
	cmd.AddGroup(commandGroups...)
	cmd.AddCommand(a.checkCommand(), a.practiceCommand(), a.guideCommand(), a.hostFactsCommand(), a.explainCommand(), a.openCommand(), a.versionCommand(), a.manCommand())
	cmd.SetHelpCommandGroupID(groupKeep)
	cmd.SetCompletionCommandGroupID(groupKeep)
	cmd.SetHelpCommand(a.helpCommand())
	cmd.InitDefaultHelpCmd()
	cmd.InitDefaultCompletionCmd()
	for _, c := range cmd.Commands() {
		if c.Name() == "completion" {
			c.Short = "completion for bash, zsh, fish or PowerShell"
		}
	}
	cmd.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 1 {
			return misuse("See wmidoctor --help. One run without interface is wmidoctor check HOST.", "one HOST is expected; %s", given(len(args)))
		}
		return nil
	}
	cmd.RunE = func(c *cobra.Command, args []string) error {
		if *showVersion {
			fmt.Fprintln(a.out, versionLine())
			return nil
		}
		host := ""
		if len(args) == 1 {
			host = args[0]
			if host == "" {
				return misuse("Leave it out, and it is asked for.", "HOST is empty")
			}
		}
		return a.connect(c.Context(), host, f)
	}
	return cmd
}

// connect opens the interface, on a host where one was given.
func (a *app) connect(ctx context.Context, host string, f *runFlags) error {
	asked := host
	if host == "" {
		host = "none.invalid" // the other flags are checked all the same
	}
	t, err := f.target(host)
	if err != nil {
		return err
	}
	if asked == "" {
		t.Host = ""
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
	account, err := f.account()
	if err != nil {
		return err
	}
	v := visit{show: f.show, bench: &bench{ccache: f.ccache, keytab: f.keytab, hostFacts: facts, practice: newPracticeHost()},
		request: request{target: t, account: account.Typed}}
	if asked == "" {
		v.memory = memoryFile()
		if m, ok := recall(v.memory); ok {
			v.kept, v.request.target.Host = true, m.Host
			if account.Anonymous() {
				v.request.account = m.Account
			}
			if f.namespace == probe.DefaultNamespace && m.Namespace != "" {
				v.request.target.Namespace = m.Namespace
			}
		}
	}
	if asked != "" || f.passwordStdin {
		if v.request.password, v.ready, err = a.passwordForInterface(ctx, f, account, asked); err != nil {
			return err
		}
	}
	if v.debug, err = openDebug(f.show.debug); err != nil {
		return err
	}
	defer v.debug.close()
	var last *probe.Report
	v.done = func(r *probe.Report) { last = r }
	if err := a.interactive(ctx, v); err != nil {
		return err
	}
	if last != nil {
		return outputs.write(last, !f.noRedact)
	}
	return nil
}

// passwordForInterface takes the password where it comes without asking. The
// screen asks for it in its form; plain mode asks here.
func (a *app) passwordForInterface(ctx context.Context, f *runFlags, account probe.Account, host string) (probe.Secret, bool, error) {
	ready := host != ""
	if a.screen() && !f.show.plain && !f.passwordStdin && a.password == "" &&
		!account.Anonymous() && !f.anonymous && f.ccache == "" && f.keytab == "" {
		return probe.Secret{}, false, nil
	}
	c, err := a.credential(ctx, f)
	return c.Password, ready, err
}
