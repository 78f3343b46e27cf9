package guide

import (
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"github.com/wmidoctor/wmidoctor/probe"
)

// parse reads one page and holds it to the rules of the package comment.
func parse(id, source string) (Section, error) {
	s := Section{ID: id}
	source = strings.ReplaceAll(source, "\r\n", "\n")
	head, body, ok := strings.Cut(source, "\n\n")
	if !ok {
		return s, fmt.Errorf("%s: no empty line after the header", id)
	}
	for _, line := range strings.Split(head, "\n") {
		name, value, ok := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch {
		case !ok:
			return s, fmt.Errorf("%s: header line %q has no colon", id, line)
		case name == "title":
			s.Title = value
		case name == "windows":
			s.Windows = value
		case name == "background":
			s.Background = value == "yes"
		case name == "faults":
			for _, f := range strings.Fields(value) {
				s.Faults = append(s.Faults, probe.FaultID(f))
			}
		default:
			return s, fmt.Errorf("%s: unknown header %q", id, name)
		}
	}
	if s.Title == "" || s.Background == (len(s.Faults) > 0) {
		return s, fmt.Errorf("%s: a page needs a title, and faults or background: yes", id)
	}
	s.source = body
	if err := s.readCommands(); err != nil {
		return s, err
	}
	for i, c := range s.commands {
		if c.readsOnly() && c.Verify == "" {
			s.commands[i].Verify = c.Run // looking again is the check
		}
	}
	return s, nil
}

// document is the page as goldmark's tree.
func document(source []byte) ast.Node {
	md := goldmark.New(goldmark.WithExtensions(extension.Table))
	return md.Parser().Parse(text.NewReader(source))
}

// readCommands collects the fenced blocks that are commands.
func (s *Section) readCommands() error {
	source := []byte(s.source)
	return ast.Walk(document(source), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		f, ok := n.(*ast.FencedCodeBlock)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		info, isCommand, err := readInfo(f, source)
		if err == nil && isCommand {
			err = s.take(info, lines(f, source))
		}
		if err != nil {
			return ast.WalkStop, fmt.Errorf("%s: %w", s.ID, err)
		}
		return ast.WalkSkipChildren, nil
	})
}

// info is the info string of a fenced block.
type info struct {
	shell    Shell
	id, part string
	attrs    map[string]string
}

// readInfo reads an info string. A block whose first word is `text` is an
// example and no command.
func readInfo(f *ast.FencedCodeBlock, source []byte) (info, bool, error) {
	var line string
	if f.Info != nil {
		line = string(f.Info.Segment.Value(source))
	}
	words, err := splitInfo(line)
	if err != nil {
		return info{}, false, err
	}
	if len(words) == 1 && words[0] == "text" {
		return info{}, false, nil
	}
	if len(words) < 3 {
		return info{}, false, fmt.Errorf("a fenced block needs shell, id and part: %q", line)
	}
	in := info{shell: Shell(words[0]), id: words[1], part: words[2], attrs: map[string]string{}}
	if !slices.Contains(Shells, in.shell) {
		return in, false, fmt.Errorf("command %s: unknown shell %q", in.id, in.shell)
	}
	for _, w := range words[3:] {
		name, value, _ := strings.Cut(w, "=")
		in.attrs[name] = strings.Trim(value, `"`)
	}
	return in, true, nil
}

// splitInfo splits at blanks outside double quotes.
func splitInfo(line string) ([]string, error) {
	var words []string
	var b strings.Builder
	quoted := false
	for _, r := range line {
		switch {
		case r == '"':
			quoted = !quoted
			b.WriteRune(r)
		case r == ' ' && !quoted:
			if b.Len() > 0 {
				words = append(words, b.String())
				b.Reset()
			}
		default:
			b.WriteRune(r)
		}
	}
	if quoted {
		return nil, fmt.Errorf("a quote is left open in %q", line)
	}
	if b.Len() > 0 {
		words = append(words, b.String())
	}
	return words, nil
}

func lines(n ast.Node, source []byte) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		l := n.Lines().At(i)
		b.Write(l.Value(source))
	}
	return strings.TrimRight(b.String(), "\n")
}

// take adds a block to the commands of the section.
func (s *Section) take(in info, body string) error {
	if err := checkTemplate(body); err != nil {
		return fmt.Errorf("command %s: %w", in.id, err)
	}
	i := slices.IndexFunc(s.commands, func(c Command) bool { return c.ID == in.id })
	if in.part == "run" {
		if i >= 0 {
			return fmt.Errorf("command %s stands here twice", in.id)
		}
		c, err := s.newCommand(in, body)
		s.commands = append(s.commands, c)
		return err
	}
	switch {
	case i < 0:
		return fmt.Errorf("command %s: its run block must come first", in.id)
	case s.commands[i].Shell != in.shell || len(in.attrs) > 0:
		return fmt.Errorf("command %s: %s must have the shell of run, and no attributes", in.id, in.part)
	case in.part == "undo" && s.commands[i].Undo == "":
		s.commands[i].Undo = body
	case in.part == "verify" && s.commands[i].Verify == "":
		s.commands[i].Verify = body
	default:
		return fmt.Errorf("command %s: unknown or repeated part %q", in.id, in.part)
	}
	return nil
}

func (s *Section) newCommand(in info, body string) (Command, error) {
	c := Command{Section: s.ID, ID: in.id, Shell: in.shell, Run: body, Windows: s.Windows, Faults: []probe.FaultID{}}
	if c.Windows == "" {
		c.Windows = "all"
	}
	for name, value := range in.attrs {
		switch name {
		case "title":
			c.Title = value
		case "where":
			c.Where = value
		case "elevated":
			c.Elevated = true
		case "risk":
			c.Risk = value
		case "windows":
			c.Windows = value
		case "no-undo":
			c.NoUndo = value
		case "class":
			c.class = value
		case "names":
			c.shortNames = value == "short"
		case "faults":
			for _, f := range strings.Split(value, ",") {
				c.Faults = append(c.Faults, probe.FaultID(f))
			}
		case "role":
			for _, r := range strings.Split(value, ",") {
				c.roles = append(c.roles, Role(r))
			}
		default:
			return c, fmt.Errorf("command %s: unknown attribute %q", in.id, name)
		}
	}
	_, known := systems[c.Windows]
	switch {
	case c.Title == "" || body == "":
		return c, fmt.Errorf("command %s: it needs a title and a text", in.id)
	case !slices.Contains(places, c.Where):
		return c, fmt.Errorf("command %s: unknown place %q", in.id, c.Where)
	case !slices.Contains(risks, c.Risk):
		return c, fmt.Errorf("command %s: unknown risk %q", in.id, c.Risk)
	case !known:
		return c, fmt.Errorf("command %s: unknown Windows %q", in.id, c.Windows)
	}
	for _, f := range c.Faults {
		if !slices.Contains(s.Faults, f) {
			return c, fmt.Errorf("command %s: the page does not name its fault %s", in.id, f)
		}
	}
	for _, r := range c.roles {
		if !slices.Contains([]Role{Member, Workgroup, DomainController}, r) {
			return c, fmt.Errorf("command %s: unknown role %q", in.id, r)
		}
	}
	return c, nil
}
