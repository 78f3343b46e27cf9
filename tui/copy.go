package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/tui/clip"
	"github.com/wmidoctor/wmidoctor/tui/page"
	"github.com/wmidoctor/wmidoctor/tui/pane"
)

// result is what became of a copy.
type result struct {
	line pane.Copyable
	way  clip.Way
	err  error
}

// copy sends the stored line, never what is drawn.
func (m *model) copy(line pane.Copyable) tea.Cmd {
	line.Command = strings.TrimRight(line.Command, "\r\n")
	board, ctx := m.cfg.Clip, m.ctx
	return func() tea.Msg {
		way, err := board.Copy(ctx, line.Command)
		return copied{line, way, err}
	}
}

// copied says what is known of a copy, and no more.
func (m *model) copied(c copied) {
	if c.err == nil {
		m.message = copyWords(result(c))
		return
	}
	why := "Could not reach a clipboard."
	if errors.Is(c.err, clip.ErrTooLong) {
		m.message = copyWords(result(c))
		why, _, _ = strings.Cut(m.message, ". ")
		why += "."
	}
	if m.drawer != nil && !m.behind && !m.isConsole() {
		m.message = why
		return
	}
	if m.isConsole() { // the line already stands at the prompt
		return
	}
	m.drawer, m.question, m.behind = &pane.ByHand{Shared: m.shared, Line: c.line, Why: why}, nil, false
}

// copyWords is the wording of the message line.
func copyWords(c result) string {
	name := "it"
	if c.line.Number > 0 {
		name = fmt.Sprintf("[%d]", c.line.Number)
	}
	size := page.Plural(utf8.RuneCountInString(c.line.Command), "character", "characters")
	if errors.Is(c.err, clip.ErrTooLong) {
		return upperFirst(name) + " is " + size + ", too long for this terminal. s saves it, p prints it."
	}
	switch c.way {
	case clip.Tmux:
		return "Sent " + name + " to the terminal through tmux, " + size + ". tmux keeps a copy too."
	case clip.Native:
		return "Put " + name + " on the clipboard of this computer, " + size + "."
	}
	return "Sent " + name + " to the terminal, " + size + ". Terminals do not confirm; paste it."
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// print shows a line on the ordinary screen, outside the alternate one.
func (m *model) print(line pane.Copyable) tea.Cmd {
	head := line.Title
	if line.Number > 0 {
		head = fmt.Sprintf("[%d] %s", line.Number, line.Title)
	}
	if line.Place != "" {
		head += ": " + strings.Join(strings.Split(line.Place, ", ")[:min(2, strings.Count(line.Place, ", ")+1)], ", ")
	}
	return m.printText(page.Visible(head), line.Command)
}

func (m *model) printText(head, text string) tea.Cmd {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = page.Visible(strings.TrimRight(l, "\r"))
	}
	v := &printView{ctx: m.ctx, head: head, text: strings.Join(lines, "\n")}
	return tea.Exec(v, func(err error) tea.Msg { return printed{err} })
}

// printView is the ordinary screen with a text on it, until Enter.
type printView struct {
	ctx        context.Context
	head, text string
	in         io.Reader
	out        io.Writer
}

func (v *printView) SetStdin(r io.Reader)  { v.in = r }
func (v *printView) SetStdout(w io.Writer) { v.out = w }
func (v *printView) SetStderr(io.Writer)   {}

// Run prints and waits for Enter, or for the end of the program.
func (v *printView) Run() error {
	if _, err := fmt.Fprintf(v.out, "\n%s\n\n%s\n\nPress Enter to go back to wmidoctor.\n", v.head, v.text); err != nil {
		return err
	}
	line := make(chan error, 1)
	go func() {
		b := make([]byte, 1)
		for {
			n, err := v.in.Read(b)
			if err != nil || n == 1 && (b[0] == '\n' || b[0] == '\r') {
				line <- err
				return
			}
		}
	}()
	select {
	case err := <-line:
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	case <-v.ctx.Done():
		return nil
	}
}

// save writes what the drawer asked for.
func (m *model) save(a pane.SaveAs) tea.Cmd {
	rep := m.shared.Run.Report
	if a.Print {
		m.closeDrawer()
		if m.cfg.Render == nil {
			m.message = "Printing is not offered here."
			return nil
		}
		return m.printText("The "+a.Kind+":", m.cfg.Render(a.Kind, a.Redacted, rep))
	}
	if a.Path == "" {
		m.savedAs(saved{err: "a name is needed"})
		return nil
	}
	write := m.cfg.Save
	return func() tea.Msg {
		if err := write(a.Kind, a.Path, a.Redacted, rep); err != nil {
			return saved{a.Path, why(err)}
		}
		return saved{a.Path, ""}
	}
}

// why is a file error without the path, which stands beside it.
func why(err error) string {
	var p *os.PathError
	if errors.Is(err, os.ErrExist) {
		return "exists already, not overwritten"
	}
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

func (m *model) savedAs(s saved) {
	if s.err != "" {
		if d, ok := m.drawer.(*pane.Save); ok {
			d.Wrong = s.err
		} else {
			m.message = "Not saved: " + s.err
		}
		return
	}
	if _, ok := m.drawer.(*pane.Save); ok {
		m.closeDrawer()
	}
	m.saved = s.path
	m.message = "Saved " + s.path + "."
}

// saveLine writes one line to a file of its own.
func (m *model) saveLine(line pane.Copyable) tea.Cmd {
	path := "wmidoctor-" + m.cfg.Now().Format("2006-01-02-150405") + "-line.txt"
	return func() tea.Msg {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			_, err = f.WriteString(line.Command + "\n")
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			return saved{path, why(err)}
		}
		return saved{path, ""}
	}
}
