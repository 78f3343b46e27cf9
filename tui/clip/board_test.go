package clip

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
)

// The order of the ways is that of style rule "Copying": TMUX, STY, SSH,
// native, never TERM.
func TestWay(t *testing.T) {
	native := func(string) error { return nil }
	for _, c := range []struct {
		name, mode, goos string
		env              map[string]string
		native           func(string) error
		want             Way
	}{
		{"tmux", "auto", "linux", map[string]string{"TMUX": "/tmp/x", "SSH_TTY": "/dev/pts/1"}, native, Tmux},
		{"TERM says screen inside tmux", "", "linux", map[string]string{"TMUX": "x", "TERM": "screen-256color"}, nil, Tmux},
		{"screen", "auto", "linux", map[string]string{"STY": "1.x", "SSH_TTY": "x"}, native, Screen},
		{"ssh never writes the remote clipboard", "auto", "linux", map[string]string{"SSH_CONNECTION": "a b c d", "DISPLAY": ":10"}, native, Terminal},
		{"local with a display", "auto", "linux", map[string]string{"DISPLAY": ":0"}, native, Native},
		{"local wayland", "auto", "linux", map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, native, Native},
		{"local without a display", "auto", "linux", nil, native, Terminal},
		{"windows", "auto", "windows", nil, native, Native},
		{"darwin", "auto", "darwin", nil, native, Native},
		{"asked for osc52", "osc52", "windows", map[string]string{"TMUX": "x"}, native, Terminal},
		{"asked for osc52 in screen", "osc52", "linux", map[string]string{"STY": "x"}, native, Screen},
		{"asked for native", "native", "linux", map[string]string{"TMUX": "x"}, native, Native},
		{"off", "off", "linux", map[string]string{"TMUX": "x"}, native, ""},
	} {
		b := &Board{Mode: c.mode, GOOS: c.goos, Env: func(n string) string { return c.env[n] }, Native: c.native}
		if got := b.way(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCopyToTheTerminal(t *testing.T) {
	var out bytes.Buffer
	b := &Board{Mode: "osc52", Out: &out}
	line := `net localgroup "Distributed COM Users" "CORP\svc-mon" /add`
	way, err := b.Copy(context.Background(), line)
	if err != nil || way != Terminal {
		t.Fatalf("%q, %v", way, err)
	}
	// OSC 52: ESC ] 52 ; c ; base64 BEL (xterm control sequences).
	want := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(line)) + "\a"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

func TestScreenWrapsInDCS(t *testing.T) {
	var out bytes.Buffer
	b := &Board{Out: &out, Env: func(n string) string { return map[string]string{"STY": "1"}[n] }}
	if _, err := b.Copy(context.Background(), "whoami"); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "\x1bP") || !strings.HasSuffix(out.String(), "\x1b\\") {
		t.Errorf("%q is no device control string", out.String())
	}
}

// What is too long is refused whole: half a command is worse than none.
func TestTooLong(t *testing.T) {
	for _, c := range []struct {
		env string
		n   int
		bad bool
	}{{"STY", 500, false}, {"STY", 526, true}, {"STY", 1500, true}, {"SSH_TTY", 1500, false}, {"SSH_TTY", 56244, false}, {"SSH_TTY", 56245, true}} {
		var out bytes.Buffer
		b := &Board{Out: &out, Env: func(n string) string {
			if n == c.env {
				return "x"
			}
			return ""
		}}
		_, err := b.Copy(context.Background(), strings.Repeat("x", c.n))
		if c.bad != errors.Is(err, ErrTooLong) || c.bad && out.Len() > 0 {
			t.Errorf("%s, %d: %v, %d bytes written", c.env, c.n, err, out.Len())
		}
	}
}

func TestNoClipboard(t *testing.T) {
	fails := errors.New("no server")
	for name, b := range map[string]*Board{
		"nil":     nil,
		"off":     {Mode: "off"},
		"tmux":    {Mode: "tmux"},
		"no tmux": {Mode: "tmux", Tmux: func(context.Context, string) error { return fails }},
		"native":  {Mode: "native", Native: func(string) error { return fails }},
		"console": {Out: &bytes.Buffer{}, Env: func(n string) string { return map[string]string{"TERM": "linux"}[n] }},
		"no out":  {Mode: "osc52"},
	} {
		if _, err := b.Copy(context.Background(), "x"); !errors.Is(err, ErrNone) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTmuxGetsTheLineItself(t *testing.T) {
	got := ""
	b := &Board{Env: func(n string) string { return map[string]string{"TMUX": "x"}[n] }, Tmux: func(_ context.Context, l string) error { got = l; return nil }}
	if way, err := b.Copy(context.Background(), `echo "%PATH%"`); err != nil || way != Tmux || got != `echo "%PATH%"` {
		t.Errorf("%q %v %q", way, err, got)
	}
}
