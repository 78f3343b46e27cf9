package cli

import (
	"github.com/spf13/cobra"
)

// root is the program: with HOST or without a command, the interface.
func (a *app) root() *cobra.Command {
	cmd := withUsage(withExitCodes(newCommand("wmidoctor", "which layer of a WMI connection fails, and why")),
		"wmidoctor check HOST [flags]", "wmidoctor COMMAND [arguments]")
	cmd.Long = `wmidoctor connects to one Windows host over WMI, layer by layer: endpoint
mapper, authentication, DCOM activation, namespace, query, async callback. It
names the layer that fails, says why and how it knows, who must act, and the
command that mends it. It changes nothing on the host.`
	cmd.Example = `  wmidoctor check srv01.corp.example -u 'CORP\svc-mon'
  wmidoctor check srv01 -u 'CORP\svc-mon' --json | jq .verdict`
	cmd.Version = versionLine()
	cmd.SetVersionTemplate("{{.Version}}\n")
	cmd.Flags().BoolP("help", "h", false, "this help")
	cmd.Flags().Bool("version", false, "the version of this program")
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
	cmd.AddCommand(a.checkCommand(), a.explainCommand(), a.openCommand(), a.versionCommand(), a.manCommand())
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
		if len(args) > 0 {
			return misuse("See wmidoctor --help. One run without interface is wmidoctor check HOST.", "there is no such command")
		}
		return nil
	}
	cmd.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	return cmd
}
