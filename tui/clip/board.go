// Package clip takes a line to the clipboard of the person who sits at the
// keyboard, which over SSH is not the clipboard of the machine the program
// runs on. It never claims more than it knows: a terminal that is sent a line
// does not say whether it took it.
package clip

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"

	"github.com/aymanbagabas/go-osc52/v2"
)

// Way is how a line went.
type Way string

// The ways, in the order they are tried.
const (
	Tmux     Way = "tmux"     // tmux load-buffer: tmux keeps it and sends it on
	Screen   Way = "screen"   // OSC 52 wrapped for GNU screen
	Terminal Way = "terminal" // OSC 52
	Native   Way = "native"   // the clipboard of this computer
)

// The most that is sent, in encoded bytes: GNU screen cuts a string near 768;
// terminals differ, and the value is the lowest of the usual limits.
const (
	ScreenLimit   = 700
	TerminalLimit = 74994
)

// Errors of Copy.
var (
	ErrTooLong = errors.New("too long for this terminal")
	ErrNone    = errors.New("no clipboard was reached")
)

// Board is the clipboard chain.
type Board struct {
	// Mode is auto, osc52, tmux, native or off.
	Mode string
	Env  func(string) string
	// Out is the terminal. Its writes must not mix with those of the screen.
	Out io.Writer
	// Native writes the clipboard of this computer; nil: there is none.
	Native func(string) error
	// Tmux runs tmux with the line as its input; nil: there is none.
	Tmux func(ctx context.Context, line string) error
	// GOOS is the system, empty for the one this is built for.
	GOOS string
}

// Copy takes a line to the clipboard and says which way it went. The line is
// never cut: what is too long is refused whole.
func (b *Board) Copy(ctx context.Context, line string) (Way, error) {
	if b == nil {
		return "", ErrNone
	}
	way := b.way()
	switch way {
	case Tmux:
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		if b.Tmux == nil {
			return way, ErrNone
		}
		if err := b.Tmux(ctx, line); err != nil {
			return way, fmt.Errorf("%w: tmux load-buffer: %w", ErrNone, err)
		}
		return way, nil
	case Native:
		if b.Native == nil {
			return way, ErrNone
		}
		if err := b.Native(line); err != nil {
			return way, fmt.Errorf("%w: %w", ErrNone, err)
		}
		return way, nil
	case Screen, Terminal:
		return way, b.send(way, line)
	}
	return "", ErrNone
}

// way decides by TMUX and STY, never by TERM, which inside tmux often begins
// with "screen".
func (b *Board) way() Way {
	switch b.Mode {
	case "off":
		return ""
	case "osc52":
		if b.env("STY") != "" && b.env("TMUX") == "" {
			return Screen
		}
		return Terminal
	case "tmux":
		return Tmux
	case "native":
		return Native
	}
	switch {
	case b.env("TMUX") != "":
		return Tmux
	case b.env("STY") != "":
		return Screen
	case b.env("SSH_CONNECTION") != "" || b.env("SSH_TTY") != "":
		return Terminal
	case b.Native != nil && b.display():
		return Native
	}
	return Terminal
}

func (b *Board) env(name string) string {
	if b.Env == nil {
		return ""
	}
	return b.Env(name)
}

// display reports whether this computer has a clipboard of its own: on Linux
// only with a display.
func (b *Board) display() bool {
	system := b.GOOS
	if system == "" {
		system = runtime.GOOS
	}
	if system == "windows" || system == "darwin" {
		return true
	}
	return b.env("DISPLAY") != "" || b.env("WAYLAND_DISPLAY") != ""
}

// send writes the OSC 52 sequence.
func (b *Board) send(way Way, line string) error {
	if b.Out == nil || b.env("TERM") == "dumb" || b.env("TERM") == "linux" {
		return ErrNone
	}
	size, limit := base64.StdEncoding.EncodedLen(len(line)), TerminalLimit
	seq := osc52.New(line)
	if way == Screen {
		limit, seq = ScreenLimit, seq.Screen()
	}
	if size > limit {
		return ErrTooLong
	}
	if _, err := io.Copy(b.Out, strings.NewReader(seq.String())); err != nil {
		return fmt.Errorf("%w: write to the terminal: %w", ErrNone, err)
	}
	return nil
}
