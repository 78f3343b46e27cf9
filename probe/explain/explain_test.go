package explain

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

func nothing(code.Code) []Meaning { return nil }

// The shape is the contract's, section 4.
func TestJSON(t *testing.T) {
	got, err := json.Marshal(Text("0x800706BA", func(c code.Code) []Meaning {
		if c == hresult(0x800706BA) {
			return []Meaning{{"query", "q-provider-crash"}, {"dcom-activation", "objport-exhausted"}}
		}
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"schema":"wmidoctor/explain/1","input":"0x800706BA","codes":[{"space":"hresult","code":"0x800706BA",` +
		`"name":"RPC_S_SERVER_UNAVAILABLE","text":"The RPC server is unavailable.","win32":"RPC_S_SERVER_UNAVAILABLE","layers":[` +
		`{"layer":"endpoint-mapper","means":"nothing answers on port 135: host off, wrong address, or a firewall.","faults":["host-down","fw135-drop","fw135-localsubnet"]},` +
		`{"layer":"dcom-activation","means":"135 answers, the WMI port does not: the usual case.","faults":["objport-drop","objport-path-drop","binding-private-address","objport-exhausted"]},` +
		`{"layer":"query","means":"inside a reply: the provider on the host died.","faults":["q-provider-crash"]},` +
		`{"layer":"async-callback","means":"the host cannot reach this machine.","faults":["cb-no-syn","cb-fw-client","cb-address-nat"]}]}],` +
		`"faults":["host-down","fw135-drop","fw135-localsubnet","objport-drop","objport-path-drop","binding-private-address","objport-exhausted","q-provider-crash","cb-no-syn","cb-fw-client","cb-address-nat"],` +
		`"sections":[],"unknown":[]}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestNothingRecognised(t *testing.T) {
	x := Text("the printer is on fire, on line 5", nothing)
	got, _ := json.Marshal(x)
	want := `{"schema":"wmidoctor/explain/1","input":"the printer is on fire, on line 5","codes":[],"faults":[],"sections":[],` +
		`"unknown":["the","printer","is","on","fire,","line","5"]}`
	if string(got) != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	var b bytes.Buffer
	if err := x.WriteText(&b); err != nil || !strings.Contains(b.String(), "Event ID 10036") || !strings.Contains(b.String(), "printer") {
		t.Errorf("no hint: %s %v", b.String(), err)
	}
}

func TestSeveralCodesKeepTheirOrder(t *testing.T) {
	x := Text("0x80041003, then Event ID 10036, NT_STATUS_LOGON_FAILURE and 0x81234567", nothing)
	var got []string
	for _, c := range x.Codes {
		got = append(got, c.Space+" "+c.Code)
	}
	if diff := cmp.Diff([]string{"wbem 0x80041003", "event 10036", "ntstatus 0xC000006D"}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"0x81234567"}, x.Unknown); diff != "" {
		t.Error(diff)
	}
}

// A Windows client shows a fault as a HRESULT: what the catalogue says of the
// fault is then asked too. The other way round it is not.
func TestDresses(t *testing.T) {
	for _, c := range []struct {
		text string
		want []code.Code
	}{
		{"0x80070005", []code.Code{hresult(0x80070005), win32(5), rpc(5)}},
		{"WERR_ACCESS_DENIED", []code.Code{win32(5), hresult(0x80070005), rpc(5)}},
		{"rpc_s_access_denied", []code.Code{rpc(5)}},
		{"0x80041003", []code.Code{wbem(0x80041003), hresult(0x80041003)}},
		{"0x80010111", []code.Code{hresult(0x80010111), wbem(0x80010111), rpc(0x80010111)}},
		{"KDC_ERR_PREAUTH_FAILED", []code.Code{krb(24)}},
	} {
		var asked []code.Code
		Text(c.text, func(k code.Code) []Meaning { asked = append(asked, k); return nil })
		if diff := cmp.Diff(c.want, asked); diff != "" {
			t.Errorf("%s: %s", c.text, diff)
		}
	}
}

// A layer of which only the catalogue knows gets a general sentence, one the
// catalogue does not have cannot come up.
func TestCatalogueOnly(t *testing.T) {
	x := Text("0x80041016", func(c code.Code) []Meaning {
		if c.Space == code.WBEM {
			return []Meaning{{"query", "q-reset-forward-only"}, {"no-such-layer", "x"}}
		}
		return nil
	})
	want := []Layer{{"query", "the answer to the query, or while its rows were fetched.", []string{"q-reset-forward-only"}}}
	if diff := cmp.Diff(want, x.Codes[0].Layers); diff != "" {
		t.Error(diff)
	}
	for _, l := range probe.Layers() {
		if usually(l.ID()) == "" {
			t.Errorf("no sentence for %s", l.ID())
		}
	}
}

// What people paste most must say more than a name (problems people have with
// remote WMI, the catalogue's codes, and the events of the design).
func TestPastedCodesHaveMeanings(t *testing.T) {
	for _, text := range []string{
		"0x800706BA", "2147944122", "-2147023174", "1722", "0x80070005", "E_ACCESSDENIED", "5", "rpc_s_access_denied", "NT_STATUS_ACCESS_DENIED",
		"0x80041003", "0x8004100E", "0x80041010", "0x80041017", "0x8004106C", "0x80041033", "0x80041014", "0x80041064", "0x80041062", "0x80041032",
		"0x80041001", "0x80041002", "0x80041004", "0x80041006", "0x80041008", "0x8004100A", "0x80041011", "0x80041012", "0x80041013", "0x80041018", "0x80041024",
		"0x80041045", "0x80041087", "0x00040004", "0x80010108", "0x80010110", "0x80010111", "0x80010114", "0x80040154", "0x80070422", "0x80080005", "0x80080008",
		"0x8000401A", "0x8007000E", "0x800706BE", "0x800706B9", "0x80070776", "0x776", "0x778", "0x721", "0x1C010002", "0x1C010003", "0x1C010014", "0x1C01000B", "0x1C00001B",
		"0x16C9A0D6", "error 1326", "0xC000006D", "0xC000006A", "0xC0000064", "0xC0000234", "0xC0000072", "0xC0000193", "0xC0000071", "0xC0000224", "0xC000006F",
		"0xC0000070", "0xC000006E", "0xC000015B", "0xC000018D", "0xC000005E", "0xC0000413", "0xC0000418", "0xC00002FA", "0x775", "0x533", "0x701", "0x532", "0x773", "0x530", "0x531",
		"KRB-ERROR 6", "KRB-ERROR 7", "KRB-ERROR 12", "KRB-ERROR 14", "KRB-ERROR 18", "KRB-ERROR 23", "KRB-ERROR 24", "KRB-ERROR 25", "KRB-ERROR 37", "KRB-ERROR 41", "KRB-ERROR 68",
		"ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EPERM", "EACCES", "ECONNRESET", "WSAECONNREFUSED", "WSAETIMEDOUT", "[WinError 10061]",
		"Event ID 10036", "Event ID 10037", "Event ID 10038", "Event ID 5605", "Event ID 4625", "Event ID 5858", "Event ID 10016", "Event ID 10010", "Event ID 5612", "Event ID 4776", "Event ID 4771", "Event ID 4740",
	} {
		x := Text(text, nothing)
		if len(x.Codes) == 0 || len(x.Codes[0].Layers) == 0 {
			t.Errorf("%s: nothing to say: %+v", text, x.Codes)
		}
	}
}

// The rows themselves: each code known and in one row only, each fault in the
// catalogue, each sentence fit to stand behind the layer's title.
func TestMeanings(t *testing.T) {
	text, err := os.ReadFile("testdata/faults.tsv")
	if err != nil {
		t.Fatal(err)
	}
	layerOf := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if id, layer, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			layerOf[id] = layer
		}
	}
	seen := map[code.Code]int{}
	for i, m := range meanings() {
		if len(m.codes)+len(m.errnos) == 0 || len(m.layers) == 0 {
			t.Errorf("empty row %+v", m)
		}
		for _, c := range m.codes {
			if _, ok := code.Lookup(c); !ok {
				t.Errorf("%s %s has no name", c.Space, c)
			}
			if at, ok := seen[c]; ok && at != i {
				t.Errorf("%s %s stands in two rows", c.Space, c)
			}
			seen[c] = i
		}
		for _, name := range m.errnos {
			if code.Named(name) == nil {
				t.Errorf("%s is no errno", name)
			}
		}
		last := probe.LayerNone
		for _, l := range m.layers {
			layer := probe.LayerByID(l.Layer)
			if layer <= last {
				t.Errorf("%+v: layer %q is unknown or out of order", m.codes, l.Layer)
			}
			last = layer
			if !strings.HasSuffix(l.Means, ".") || len(l.Means) > 130 || strings.ContainsAny(l.Means, "—\n") {
				t.Errorf("sentence %q", l.Means)
			}
			for _, f := range l.Faults {
				if layerOf[f] == "" {
					t.Errorf("%q is not in the catalogue", f)
				}
			}
		}
	}
}

// Screen 22 of the design.
func TestWriteText(t *testing.T) {
	x := Text("0x800706BA", nothing)
	x.Sections = []string{"firewall"}
	var b bytes.Buffer
	if err := x.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	want := `0x800706BA  RPC_S_SERVER_UNAVAILABLE
HRESULT, wraps Win32 1722. Also written 2147944122 and -2147023174.
"The RPC server is unavailable."

One code, several causes. It depends on the layer that answered with it:

1 Endpoint mapper   nothing answers on port 135: host off, wrong address, or a
                    firewall. host-down fw135-drop fw135-localsubnet
3 DCOM activation   135 answers, the WMI port does not: the usual case.
                    objport-drop objport-path-drop binding-private-address
5 Query             inside a reply: the provider on the host died.
                    q-provider-crash
6 Async callback    the host cannot reach this machine.
                    cb-no-syn cb-fw-client cb-address-nat

Which one is it   wmidoctor check HOST -u ACCOUNT
Read about it     wmidoctor guide show firewall
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestTextIsNarrow(t *testing.T) {
	many := func(c code.Code) []Meaning {
		var list []Meaning
		for _, id := range strings.Fields("a-rather-long-fault-name-1 a-rather-long-fault-name-2 a-rather-long-fault-name-3 a-4 a-5 a-6 a-7 a-8") {
			list = append(list, Meaning{"authentication", id})
		}
		return list
	}
	for _, text := range []string{"0x800706BA", "5", "0x80041003 error 1326 NT_STATUS_LOGON_FAILURE Event ID 10036", "SOME_VERY_LONG_NAME_THAT_IS_UNKNOWN_" + strings.Repeat("X", 30), "24", "0x1c010014", "nothing", ""} {
		for _, meaning := range []func(code.Code) []Meaning{nothing, many} {
			x := Text(text, meaning)
			x.Sections = []string{"one", "two", "three", "four"}
			var b bytes.Buffer
			if err := x.WriteText(&b); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
					t.Errorf("%q: %d columns: %s", text, n, line)
				}
				if strings.HasSuffix(line, " \n") {
					t.Errorf("%q: blank at the end of %q", text, line)
				}
			}
		}
	}
}

// Nothing of the input may command the terminal (contract section 4).
func TestHostileInput(t *testing.T) {
	for _, text := range []string{
		"\x1b[2J\x1b]0;title\x07 hello", "a\u009b31mb \u202eevil\u202c \u2066x\u2069 \u200b \ufeff", "\x00\x7f\x80\xff", strings.Repeat("é", 5000), strings.Repeat("\xff", 9000),
		strings.Repeat("word\u0085", 3000), "0x80041003 \x1b[31m SOME_NAME\u202e",
	} {
		x := Text(text, nothing)
		var b bytes.Buffer
		if err := x.WriteText(&b); err != nil {
			t.Fatal(err)
		}
		checkHarmless(t, b.String())
		if len(x.Input) > 4<<10 || !utf8.ValidString(x.Input) {
			t.Errorf("input has %d bytes", len(x.Input))
		}
		encoded, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		checkHarmless(t, string(encoded))
		for _, w := range x.Unknown {
			if utf8.RuneCountInString(w) > maxWordRunes*2 {
				t.Errorf("word of %d bytes", len(w))
			}
		}
	}
}

func checkHarmless(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("not UTF-8: %.40q", s)
	}
	if i := strings.IndexFunc(s, func(r rune) bool { return r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }); i >= 0 {
		t.Errorf("%q holds a control character", s[max(0, i-20):min(len(s), i+20)])
	}
}

func TestLongInputIsCut(t *testing.T) {
	x := Text(strings.Repeat("x ", 100_000)+"0x80041003", nothing)
	if len(x.Input) != 4<<10 || len(x.Codes) != 1 {
		t.Errorf("%d bytes, %d codes", len(x.Input), len(x.Codes))
	}
	if x = Text("HRESULT\u00a0: 0x800706BA — ügyfél", nothing); x.Input != "HRESULT\u00a0: 0x800706BA — ügyfél" {
		t.Errorf("harmless input became %q", x.Input)
	}
	if x = Text(strings.Repeat("é", 3000), nothing); len(x.Input) != 4<<10 {
		t.Errorf("%d bytes", len(x.Input))
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"0x800706BA", "\x1b[2J", "Event ID 10036", "\u202e", "\xff\xfe", "error 5 ERROR_ACCESS_DENIED"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		x := Text(s, func(c code.Code) []Meaning { return []Meaning{{"query", "f"}} })
		var b bytes.Buffer
		if err := x.WriteText(&b); err != nil {
			t.Fatal(err)
		}
		checkHarmless(t, b.String())
		if len(x.Input) > 4<<10 || slices.Contains(x.Unknown, "") {
			t.Errorf("%d bytes of input, unknown %q", len(x.Input), x.Unknown)
		}
	})
}
