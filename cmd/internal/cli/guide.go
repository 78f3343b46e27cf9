package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wmidoctor/wmidoctor/guide"
	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/verdict"
	"github.com/wmidoctor/wmidoctor/tui/plain"
)

// guideFlags say what the templates of the guide are filled with.
type guideFlags struct {
	host, user, namespace, jump string
	windows                     string
	json                        bool
}

func (a *app) guideCommand() *cobra.Command {
	f := &guideFlags{}
	cmd := withUsage(newCommand("guide", "the pages: what is behind a fault, and what mends it"),
		"wmidoctor guide list|show ID|search WORDS|commands [flags]", "wmidoctor guide --for FAULT [flags]", "wmidoctor guide --all [flags]")
	cmd.GroupID = groupLearn
	cmd.Long = `guide prints pages on their own, without a run. Each command stands with what
takes it back and what checks it. --host, --user, --namespace, --jump and
--windows fill the templates; what is not given stays as <name>, quoted so that a
command pasted by mistake changes nothing.`
	cmd.Example = `  wmidoctor guide list
  wmidoctor guide show dcom-rights --user 'CORP\svc-mon'
  wmidoctor guide search firewall
  wmidoctor guide --for fw135-drop --windows 20348`
	var fault string
	var whole bool
	group(cmd, "Flags", func(g *pflag.FlagSet) {
		g.StringVar(&fault, "for", "", "the pages for one `FAULT`")
		g.BoolVar(&whole, "all", false, "every page")
	})
	p := cmd.PersistentFlags()
	p.StringVar(&f.host, "host", "", "`HOST` in the commands, a name or an address")
	p.StringVar(&f.user, "user", "", "`ACCOUNT` in the commands")
	p.StringVar(&f.namespace, "namespace", "", "`NS` in the commands")
	p.StringVar(&f.jump, "jump", "", "address `A` of the machine that asks")
	p.StringVar(&f.windows, "windows", "", "`BUILD` number of the host's Windows, such as 20348")
	p.BoolVar(&f.json, "json", false, "print JSON")
	cmd.Args = exactly(0, "a subcommand, --for or --all")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		switch {
		case whole && fault != "":
			return misuse("See wmidoctor guide --help.", "--all and --for exclude each other")
		case whole:
			return a.pages(guide.Sections(), f)
		case fault != "":
			return a.pagesFor(probe.FaultID(fault), f)
		}
		return cmd.Help()
	}
	cmd.AddCommand(a.guideList(f), a.guideShow(f), a.guideSearch(f), a.guideCommands(f))
	return cmd
}

func (a *app) guideList(f *guideFlags) *cobra.Command {
	cmd := newCommand("list", "every page")
	cmd.Args = exactly(0, "no argument")
	cmd.RunE = func(*cobra.Command, []string) error { return a.index(guide.Sections(), f) }
	return cmd
}

func (a *app) guideShow(f *guideFlags) *cobra.Command {
	cmd := newCommand("show ID", "one page")
	cmd.Args = exactly(1, "the ID of one page")
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) (ids []cobra.Completion, _ cobra.ShellCompDirective) {
		for _, s := range guide.Sections() {
			ids = append(ids, cobra.CompletionWithDesc(s.ID, s.Title))
		}
		return ids, cobra.ShellCompDirectiveNoFileComp
	}
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		s, ok := guide.Find(args[0])
		if !ok {
			return misuse("See wmidoctor guide list.", "the guide has no such page")
		}
		v, err := f.values()
		if err != nil {
			return err
		}
		if f.json {
			return a.json(newPageDoc(s, v, true))
		}
		return a.page(s, v)
	}
	return cmd
}

func (a *app) guideSearch(f *guideFlags) *cobra.Command {
	cmd := newCommand("search WORDS", "the pages that hold all words")
	cmd.Args = func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return misuse("wmidoctor guide list shows every page.", "no words to search for were given")
		}
		return nil
	}
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		found := guide.Search(strings.Join(args, " "))
		if len(found) == 0 {
			a.code = exitFailed
			if !f.json {
				return &complaint{code: exitFailed, what: "nothing in the guide matches", todo: "wmidoctor guide list shows every page."}
			}
		}
		return a.index(found, f)
	}
	return cmd
}

func (a *app) guideCommands(f *guideFlags) *cobra.Command {
	cmd := newCommand("commands", "every command of every page")
	cmd.Args = exactly(0, "no argument")
	cmd.RunE = func(*cobra.Command, []string) error {
		v, err := f.values()
		if err != nil {
			return err
		}
		list := []guide.Command{}
		for _, c := range guide.Commands() {
			filled, err := c.Fill(v)
			if err != nil {
				return &complaint{code: exitUsage, what: "a value cannot stand in a command", todo: "Change it; nothing was printed.", err: err}
			}
			list = append(list, filled)
		}
		if f.json {
			return a.json(list)
		}
		return plain.Commands(a.out, list)
	}
	return cmd
}

// values checks what the templates are to be filled with. What Windows itself
// forbids is refused.
func (f *guideFlags) values() (v guide.Values, err error) {
	for name, s := range map[string]string{"host": f.host, "user": f.user, "namespace": f.namespace, "jump": f.jump} {
		if err := guide.Usable(s); err != nil {
			return v, &complaint{code: exitUsage, what: "the value of --" + name + " cannot stand in a command", todo: "Windows allows no such name.", err: err}
		}
	}
	v = guide.Values{Host: f.host, Namespace: f.namespace, Jump: f.jump}
	if a, err := netip.ParseAddr(f.host); err == nil {
		v.Address = a.String()
	} else if strings.Contains(f.host, ".") {
		v.FQDN = f.host
	}
	if f.user != "" {
		if v, err = v.WithAccount(f.user); err != nil {
			return v, &complaint{code: exitUsage, what: "the value of --user is not usable", todo: `Write it as DOM\user, user@dom.example or user.`, err: err}
		}
	}
	if f.jump != "" {
		if _, err := netip.ParseAddr(f.jump); err != nil {
			return v, misuse("Give the address the host sees.", "the value of --jump is no address")
		}
	}
	if f.windows != "" {
		n, err := strconv.ParseUint(f.windows, 10, 16)
		if err != nil || n == 0 {
			return v, misuse("Give the number alone, such as 20348; check shows it.", "the value of --windows is no build number")
		}
		v.Build = int(n)
	}
	return v, nil
}

func (a *app) pagesFor(fault probe.FaultID, f *guideFlags) error {
	found := guide.For(fault)
	if _, known := verdict.ByID(fault); !known && len(found) == 0 {
		return misuse("A verdict names its fault, as in: fault act-machine-launch.", "the catalogue has no such fault")
	}
	if len(found) == 0 {
		return &complaint{code: exitFailed, what: "there is no page for this fault yet", todo: "wmidoctor guide search finds pages by words."}
	}
	return a.pages(found, f)
}

func (a *app) pages(list []guide.Section, f *guideFlags) error {
	v, err := f.values()
	if err != nil {
		return err
	}
	if f.json {
		docs := []pageDoc{}
		for _, s := range list {
			docs = append(docs, newPageDoc(s, v, true))
		}
		return a.json(docs)
	}
	for i, s := range list {
		if i > 0 {
			fmt.Fprint(a.out, "\n\n")
		}
		if err := a.page(s, v); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) page(s guide.Section, v guide.Values) error {
	if err := plain.Page(a.out, s.Title, s.Blocks(v), or(v.Host, "the host")); err != nil {
		return &complaint{code: exitInternal, what: "the page could not be written", err: err}
	}
	return nil
}

func (a *app) index(list []guide.Section, f *guideFlags) error {
	if f.json {
		docs := []pageDoc{}
		for _, s := range list {
			docs = append(docs, newPageDoc(s, guide.Values{}, false))
		}
		return a.json(docs)
	}
	for _, s := range list {
		fmt.Fprintf(a.out, "%-26s %s\n", s.ID, s.Title)
	}
	return nil
}

// pageDoc is a page in JSON.
type pageDoc struct {
	ID     string          `json:"id"`
	Title  string          `json:"title"`
	Faults []probe.FaultID `json:"faults"`
	Text   string          `json:"text,omitempty"`
}

func newPageDoc(s guide.Section, v guide.Values, text bool) pageDoc {
	d := pageDoc{ID: s.ID, Title: s.Title, Faults: append([]probe.FaultID{}, s.Faults...)}
	if text {
		var b bytes.Buffer
		_ = plain.Page(&b, s.Title, s.Blocks(v), or(v.Host, "the host")) // a buffer takes everything
		d.Text = b.String()
	}
	return d
}

// json writes a value as the result.
func (a *app) json(v any) error {
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return &complaint{code: exitInternal, what: "the result could not be written", err: errors.Unwrap(err)}
	}
	return nil
}
