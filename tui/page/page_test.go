package page

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// The rules are those of the design of the screens, "Text from the host".
func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "SRV01", "SRV01"},
		{"escape code", "a\x1b[31mred", `a\x1b[31mred`},
		{"C1 and DEL", "a\u009bb\x7f", `a\x9bb\x7f`},
		{"right-to-left mark", "srv\u202e10", `srv\u202e10`},
		{"zero width", "a\u200bb\ufeff", `a\u200bb\ufeff`},
		{"invalid UTF-8", "a\xffb", `a\xffb`},
		{"tab and line ends", "a\tb\r\nc\nd", "a b / c / d"},
		{"two combining marks stay", "e\u0301\u0302x", "e\u0301\u0302x"},
		{"the third combining mark goes", "e\u0301\u0302\u0303x", "e\u0301\u0302x"},
		{"a mark with no letter", "\u0301x", `\u0301x`},
		{"plane 14 tag", "a\U000e0041", `a\U000e0041`},
		{"wide letters stay", "日本", "日本"},
	} {
		if got := Clean(c.in); got != c.want {
			t.Errorf("%s: Clean(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
	long := Clean(strings.Repeat("x", 1280))
	if want := strings.Repeat("x", 256) + "… (1,024 more)"; long != want {
		t.Errorf("long text ends %q", long[200:])
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "a\x1b]0;x\a", "\u202e", "e\u0301\u0301\u0301", "\xff\xfe", "🇩🇪", "각"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) {
			t.Fatalf("not UTF-8: %q", got)
		}
		for _, r := range got {
			if r < 0x20 || r >= 0x7f && r < 0xa0 || r == '\u202e' || r == '\u200b' {
				t.Fatalf("%U came through in %q", r, got)
			}
		}
		if Width(got) > MaxClean+24 {
			t.Fatalf("%d cells", Width(got))
		}
	})
}

// The last look at a line keeps styles and takes out what moves or turns.
func TestHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"plain √ × ► ‹›":               "plain √ × ► ‹›",
		"\x1b[1;31mred\x1b[0m":         "\x1b[1;31mred\x1b[0m",
		"a\x1b[2Jb\x1b]0;t\ac\x1b":     "a[2Jb]0;tc",
		"a\x00\r\nb\u009bc\x7f":        "abc",
		"a\u202eb\u200bc\u2066d\u2028": "abcd",
	} {
		if got := Harmless(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestWrapCommandLosesNothing(t *testing.T) {
	command := `net localgroup "Distributed COM Users"  "CORP\svc-mon" /add`
	for w := 1; w < 70; w++ {
		lines := WrapCommand(command, w, w-2)
		if got := strings.Join(lines, ""); got != command {
			t.Fatalf("width %d: %q", w, got)
		}
	}
	got := WrapCommand(command, 44, 42)
	if strings.TrimRight(got[0], " ") != `net localgroup "Distributed COM Users"` {
		t.Errorf("first line %q", got[0])
	}
}

func TestWrapWidths(t *testing.T) {
	text := "srv01 accepted the password of CORP\\svc-mon but 日本語日本語日本語 does not let\n\nthis"
	for w := 2; w < 60; w++ {
		for _, l := range Wrap(text, w) {
			if Width(l) > w {
				t.Fatalf("width %d: %q", w, l)
			}
		}
	}
}

func TestCutMiddle(t *testing.T) {
	for in, want := range map[string]string{
		`net localgroup "Distributed COM Users" "CORP\svc-mon" /delete`: `net localgroup "Di…P\svc-mon" /delete`,
		`short`: `short`,
	} {
		if got := CutMiddle(in, 37, "…"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for w := 0; w < 30; w++ {
		if got := CutMiddle("日本語日本語日本語日本語", w, "…"); Width(got) > w {
			t.Errorf("width %d: %q is %d", w, got, Width(got))
		}
	}
}

func TestNumbers(t *testing.T) {
	for d, want := range map[time.Duration]string{
		400 * time.Microsecond: "0 ms", 21 * time.Millisecond: "21 ms", 6100 * time.Millisecond: "6.1 s",
		252 * time.Second: "4 min 12 s", 999900 * time.Microsecond: "1.0 s", 90 * time.Minute: "1 h 30 min",
	} {
		if got := Took(d); got != want {
			t.Errorf("Took(%v) = %q, want %q", d, got, want)
		}
	}
	if got := TookFine(2100 * time.Microsecond); got != "2.1 ms" {
		t.Errorf("TookFine %q", got)
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 10000: "10,000", -1234567: "-1,234,567"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q", n, got)
		}
	}
}
