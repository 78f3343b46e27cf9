package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Run shows the interface until the person leaves it. code is that of the last
// finished run, 0 if there was none, 130 when it was interrupted. However it
// ends, the run under way is stopped and waited for, and the terminal is put
// back.
func Run(ctx context.Context, c Config) (code int, err error) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if c.Out == nil {
		c.Out = os.Stdout
	}
	if c.In == nil {
		c.In = os.Stdin
	}
	out := &terminal{File: c.Out}
	if c.Clip != nil && c.Clip.Out == nil {
		board := *c.Clip
		board.Out = out
		c.Clip = &board
	}
	m := newModel(ctx, c, page.NewTheme(renderer(c, out), !c.NoColor, c.ASCII))
	defer func() {
		if m.bridge != nil {
			m.answer(false)
			m.bridge.close()
		}
		for _, b := range m.past {
			b.close()
		}
	}()
	_, err = tea.NewProgram(&painter{model: m, out: out}, tea.WithContext(ctx), tea.WithAltScreen(), tea.WithInput(c.In), tea.WithOutput(out),
		tea.WithoutSignalHandler(), tea.WithFPS(1)).Run()
	if ctx.Err() != nil && errors.Is(err, tea.ErrProgramKilled) {
		return 130, nil
	}
	if err != nil {
		return 1, fmt.Errorf("terminal interface: %w", err)
	}
	for _, l := range m.summaryLines() {
		_, _ = fmt.Fprintln(out, m.shared.Final(page.Harmless(l)))
	}
	return m.code, nil
}

// renderer draws with the sixteen colours of the terminal. The profile is
// fixed: without colour the theme is another, bold and reverse stay.
func renderer(c Config, out *terminal) *lipgloss.Renderer {
	if c.Renderer != nil {
		return c.Renderer
	}
	r := lipgloss.NewRenderer(out)
	r.SetColorProfile(termenv.ANSI)
	r.SetHasDarkBackground(true)
	return r
}
