package cli

import (
	"net/netip"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wmidoctor/wmidoctor/probe"
)

// runFlags are the flags of a run, the same for check and the interface.
type runFlags struct {
	user                      string
	passwordStdin             bool
	auth, callback            *choice
	ccache, keytab            string
	kdc, realm, spn           string
	namespace, query          string
	port, callbackPort        port
	callbackAddress           string
	timeout, total            span
	experiments, anonymous    bool
	report, ticket, hostFacts string
	noRedact                  bool
	show                      *showFlags
}

// showFlags are about how things are shown.
type showFlags struct {
	plain, ascii, verbose bool
	color, clipboard      *choice
	debug                 string
}

func addRunFlags(cmd *cobra.Command) *runFlags {
	f := &runFlags{port: probe.DefaultPort, total: span(probe.DefaultTotalTimeout)}
	group(cmd, "Who asks", func(g *pflag.FlagSet) {
		g.StringVarP(&f.user, "user", "u", "", "`ACCOUNT` as DOM\\user, user@dom.example, .\\user or user; none: anonymous steps only")
		g.BoolVar(&f.passwordStdin, "password-stdin", false, "read the password from the first line of standard input")
		f.auth = choose(cmd, g, "auth", "how to log on; auto negotiates, the others use that one alone", "auto", "ntlm", "kerberos")
		g.StringVar(&f.ccache, "ccache", "", "Kerberos: credential cache `FILE`")
		g.StringVar(&f.keytab, "keytab", "", "Kerberos: keytab `FILE`")
		g.StringVar(&f.kdc, "kdc", "", "Kerberos: domain controller `HOST` or HOST:PORT; otherwise asked of DNS")
		g.StringVar(&f.realm, "realm", "", "Kerberos: realm `NAME`")
		g.StringVar(&f.spn, "spn", "", "Kerberos: service principal `NAME`; otherwise RPCSS/HOST")
		g.BoolVar(&f.anonymous, "only-anonymous", false, "never send a credential")
		g.BoolVar(&f.experiments, "experiments", false, "allow the extra tests that send the credential again")
	})
	group(cmd, "What is asked", func(g *pflag.FlagSet) {
		g.StringVarP(&f.namespace, "namespace", "n", probe.DefaultNamespace, "WMI namespace `NS`")
		g.StringVarP(&f.query, "query", "q", probe.DefaultQuery, "`WQL` query")
		g.Var(&f.port, "port", "port of the endpoint mapper")
		f.callback = choose(cmd, g, "callback", "layer 6; scripts that want one exit code with and without privilege say off", "auto", "on", "off")
		g.StringVar(&f.callbackAddress, "callback-address", "", "address `A` under which the host can reach this machine")
		g.Var(&f.callbackPort, "callback-port", "port at which rows are delivered")
		g.Var(&f.timeout, "timeout", "deadline of every step; otherwise 3s for a connect, 10s for a call, 30s for the activation")
		g.Var(&f.total, "total-timeout", "deadline of the whole run")
		g.StringVar(&f.hostFacts, "host-facts", "", "judge with `FILE`, which the script of host-facts printed")
	})
	group(cmd, "What is written", func(g *pflag.FlagSet) {
		g.StringVar(&f.report, "report", "", "write the report as JSON to `FILE`, names hidden")
		g.StringVar(&f.ticket, "ticket", "", "write Markdown to paste into a ticket to `FILE`, names hidden")
		g.BoolVar(&f.noRedact, "no-redact", false, "keep names and addresses in --report and --ticket")
	})
	f.show = addShowFlags(cmd)
	return f
}

func addShowFlags(cmd *cobra.Command) *showFlags {
	s := &showFlags{}
	group(cmd, "How it looks", func(g *pflag.FlagSet) {
		g.BoolVar(&s.plain, "plain", false, "lines of text, nothing is redrawn (also ACCESSIBLE=1)")
		g.BoolVar(&s.ascii, "ascii", false, "ASCII signs only")
		s.color = choose(cmd, g, "color", "colours; NO_COLOR turns them off too", "auto", "always", "never")
		s.clipboard = choose(cmd, g, "clipboard", "how to copy", "auto", "osc52", "tmux", "native", "off")
		g.BoolVarP(&s.verbose, "verbose", "v", false, "tell each step on standard error")
		g.StringVar(&s.debug, "debug", "", "write every event and frame to `FILE`, one JSON object a line")
	})
	return s
}

// target checks what was typed and makes the target of a run.
func (f *runFlags) target(host string) (probe.Target, error) {
	host, err := usableHost(host)
	if err != nil {
		return probe.Target{}, err
	}
	if f.namespace == "" || strings.IndexFunc(f.namespace, unicode.IsControl) >= 0 {
		return probe.Target{}, misuse(`The usual one is root\cimv2.`, "the namespace is empty or holds a control character")
	}
	if strings.TrimSpace(f.query) == "" {
		return probe.Target{}, misuse("Leave --query out for the usual one.", "the query is empty")
	}
	if f.callbackAddress != "" {
		if _, err := netip.ParseAddr(f.callbackAddress); err != nil {
			return probe.Target{}, misuse("Give the address the host should call, such as 192.0.2.10.", "the value of --callback-address is no address")
		}
	}
	return probe.Target{
		Host: host, Port: uint16(f.port), Namespace: f.namespace, Query: f.query,
		Auth: probe.AuthChoice(f.auth.value), Realm: f.realm, KDC: f.kdc, SPN: f.spn,
		Callback: probe.CallbackChoice(f.callback.value), CallbackAddress: f.callbackAddress, CallbackPort: uint16(f.callbackPort),
		StepTimeout: time.Duration(f.timeout), TotalTimeout: time.Duration(f.total),
		OnlyAnonymous: f.anonymous, Experiments: f.experiments,
	}, nil
}

// usableHost refuses what is no name and no address. What was typed is not
// repeated: it may hold a password.
func usableHost(host string) (string, error) {
	const todo = "HOST is the name or the address of one Windows computer, and nothing else."
	if h, ok := strings.CutPrefix(host, "["); ok {
		host = strings.TrimSuffix(h, "]")
	}
	switch {
	case host == "":
		return "", misuse(todo, "HOST is empty")
	case strings.ContainsRune(host, '@'):
		return "", misuse(todo+"\nThe account goes to --user; the password is asked for.", "HOST holds an @")
	case strings.IndexFunc(host, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) >= 0:
		return "", misuse(todo, "HOST holds a blank or a control character")
	case strings.ContainsAny(host, `/\`):
		return "", misuse(todo, `HOST holds a slash or a backslash`)
	case len(host) > 253:
		return "", misuse(todo, "HOST is longer than a name can be")
	}
	if _, err := netip.ParseAddr(host); err != nil && strings.ContainsRune(host, ':') {
		return "", misuse(todo+"\nAnother port than 135 goes to --port.", "HOST holds a colon and is no IPv6 address")
	}
	return host, nil
}

// account reads the account. One that holds a colon is refused without being
// repeated.
func (f *runFlags) account() (probe.Account, error) {
	const todo = `Write it as DOM\user, user@dom.example, .\user or user.`
	if strings.ContainsRune(f.user, ':') {
		return probe.Account{}, misuse(todo+" The password is asked for.", "the account holds a colon")
	}
	a, err := probe.ParseAccount(f.user)
	if err != nil {
		return a, &complaint{code: exitUsage, what: "the account cannot be used", todo: todo, err: err}
	}
	return a, nil
}

// groupNote marks a flag with the heading it stands under in the help.
const groupNote = "group"

// group adds flags that stand under one heading.
func group(cmd *cobra.Command, heading string, add func(*pflag.FlagSet)) {
	set := cmd.Flags()
	set.SortFlags = false
	before := map[string]bool{}
	set.VisitAll(func(f *pflag.Flag) { before[f.Name] = true })
	add(set)
	set.VisitAll(func(f *pflag.Flag) {
		if !before[f.Name] {
			_ = set.SetAnnotation(f.Name, groupNote, []string{heading})
		}
	})
}
