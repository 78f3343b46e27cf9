package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
	"github.com/wmidoctor/wmidoctor/probe/winhost/scenario"
)

func (a *app) practiceCommand() *cobra.Command {
	cmd := withExitCodes(newCommand("practice [FAULT] [flags]", "the interface against a simulated Windows host"))
	cmd.GroupID = groupLearn
	cmd.Long = `practice plays a small Windows host inside this program and connects to it, with
the same bytes as on a network. Nothing leaves this machine, no privilege and no
port is needed. What you type in its console changes that host alone.`
	cmd.Example = "  wmidoctor practice\n  wmidoctor practice act-machine-launch\n  wmidoctor practice serve --port 41135"
	cmd.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 1 {
			return misuse("See wmidoctor practice list.", "one FAULT is expected; %s", given(len(args)))
		}
		return nil
	}
	show := addShowFlags(cmd)
	names := addFaultFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		asked := append(args, *names...)
		faults, err := scenariosOf(asked)
		if err != nil {
			return err
		}
		host := newPracticeHost(faults...)
		return a.interactive(cmd.Context(), visit{show: show, bench: &bench{practice: host}, request: host.request(),
			fault: strings.Join(asked, " "), ready: true})
	}
	cmd.AddCommand(a.listCommand(), a.serveCommand(), a.consoleCommand())
	return cmd
}

func (a *app) serveCommand() *cobra.Command {
	cmd := newCommand("serve [flags]", "the practice host alone, for other programs")
	cmd.Long = `serve offers the practice host at an address of this machine, for other people's
clients. It prints one line of JSON with address, user and password, and serves
until it is interrupted. Port 135 needs a privilege on most systems.`
	cmd.Example = `  wmidoctor practice serve --port 41135
  wmidoctor practice serve --listen 127.0.0.2`
	cmd.Args = exactly(0, "no argument")
	listen := cmd.Flags().String("listen", "127.0.0.1", "`ADDR` of this machine to listen at")
	at := port(probe.DefaultPort)
	cmd.Flags().Var(&at, "port", "port of the endpoint mapper")
	names := addFaultFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		faults, err := scenariosOf(*names)
		if err != nil {
			return err
		}
		addr, err := netip.ParseAddr(*listen)
		if err != nil {
			return misuse("Give an address of this machine, such as 127.0.0.1.", "the value of --listen is no address")
		}
		return a.serve(cmd.Context(), netip.AddrPortFrom(addr, uint16(at)), faults)
	}
	return cmd
}

// served is the line that serve prints.
type served struct {
	Address  string   `json:"address"`
	Port     uint16   `json:"port"`
	Host     string   `json:"host"`
	FQDN     string   `json:"fqdn"`
	Domain   string   `json:"domain"`
	User     string   `json:"user"`
	Password string   `json:"password"`
	Fault    []string `json:"fault"`
	PID      int      `json:"pid"`
	Check    []string `json:"check,omitempty"`
}

func (a *app) serve(ctx context.Context, at netip.AddrPort, faults []scenario.Scenario) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m := machine.New()
	host := winhost.New(m, winhost.Options{})
	asks := scenario.Play(m, host.Path(), faults...)
	names := []string{}
	for _, s := range faults {
		if s.Needs != scenario.NeedsNone {
			return misuse("Play it within this program: wmidoctor practice "+string(s.Fault)+".", "%s cannot be played at a plain address", s.Fault)
		}
		names = append(names, string(s.Fault))
	}
	where, wait, err := host.Listen(ctx, network.System(), at)
	if err != nil {
		return &complaint{code: exitUsage, what: "the practice host cannot listen there",
			todo: "Choose another address or port with --listen and --port; ports below 1024 need a privilege.", err: err}
	}
	domain, user, found := strings.Cut(asks.User, `\`)
	if !found {
		domain, user = "", asks.User
	}
	line, err := json.Marshal(served{
		Address: where.Mapper.Addr().String(), Port: where.Mapper.Port(), Host: strings.ToLower(m.Computer), FQDN: m.FQDN(),
		Domain: domain, User: user, Password: asks.Password, Fault: names, PID: os.Getpid(),
		Check: asks.Arguments(where.Mapper.Addr().String(), where.Mapper.Port()),
	})
	if err != nil {
		return &complaint{code: exitInternal, what: "the line could not be made", err: err}
	}
	if _, err := fmt.Fprintln(a.out, string(line)); err != nil {
		return &complaint{code: exitInternal, what: "standard output is closed", err: err}
	}
	if err := wait(); err != nil && ctx.Err() == nil {
		return &complaint{code: exitInternal, what: "the practice host ended by itself", err: err}
	}
	return nil
}

func (a *app) consoleCommand() *cobra.Command {
	cmd := newCommand("console", "the practice host's command line on standard input")
	cmd.Long = `console reads command lines from standard input and prints what the practice
host would answer to each: the fix commands of the guide, in cmd and PowerShell.
A command it does not understand is an error, as on Windows.`
	cmd.Example = `  echo 'net localgroup "Distributed COM Users"' | wmidoctor practice console`
	cmd.Args = exactly(0, "no argument")
	names := addFaultFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		faults, err := scenariosOf(*names)
		if err != nil {
			return err
		}
		return a.console(cmd.Context(), newPracticeHost(faults...))
	}
	return cmd
}

func (a *app) console(ctx context.Context, host *practiceHost) error {
	lines := bufio.NewScanner(a.in)
	lines.Buffer(nil, 1<<20)
	for ctx.Err() == nil && lines.Scan() {
		if out := host.console(lines.Text()); out != "" {
			if _, err := fmt.Fprintln(a.out, strings.TrimRight(out, "\r\n")); err != nil {
				return &complaint{code: exitInternal, what: "standard output is closed", err: err}
			}
		}
	}
	if err := lines.Err(); err != nil {
		return misuse("Lines may have up to a million characters.", "standard input cannot be read")
	}
	return nil
}
