package code

import (
	"encoding/json"
	"testing"
)

// The forms are those of the contract, section 3.
func TestCodeText(t *testing.T) {
	for _, c := range []struct {
		code         Code
		string, text string
	}{
		{Code{RPC, 5}, "0x00000005", "rpc:0x00000005"},
		{Code{HResult, 0x800706BA}, "0x800706BA", "hresult:0x800706BA"},
		{Code{WBEM, 0x80041003}, "0x80041003", "wbem:0x80041003"},
		{Code{NTStatus, 0xC000006D}, "0xC000006D", "ntstatus:0xC000006D"},
		{Code{Win32, 1722}, "0x000006BA", "win32:0x000006BA"},
		{Code{EPT, 0x16C9A0D6}, "0x16C9A0D6", "ept:0x16C9A0D6"},
		{Code{Errno, 111}, "111", "errno:111"},
		{Code{Kerberos, 24}, "24", "krb:24"},
		{Code{Event, 10036}, "10036", "event:10036"},
		{Code{WBEM, 0}, "0x00000000", "wbem:0x00000000"},
		{Code{}, "", ""},
	} {
		if got := c.code.String(); got != c.string {
			t.Errorf("String of %#v is %q, want %q", c.code, got, c.string)
		}
		text, err := c.code.MarshalText()
		if err != nil || string(text) != c.text {
			t.Errorf("text of %#v is %q, %v, want %q", c.code, text, err, c.text)
		}
		var back Code
		if err := back.UnmarshalText(text); err != nil || back != c.code {
			t.Errorf("%q reads as %#v, %v", text, back, err)
		}
		if c.code.IsZero() {
			continue
		}
		if read, err := Parse(c.code.Space, c.string); err != nil || read != c.code {
			t.Errorf("Parse(%s, %q) = %#v, %v", c.code.Space, c.string, read, err)
		}
	}
}

func TestCodeInJSON(t *testing.T) {
	type failure struct {
		Code Code `json:"code,omitzero"`
	}
	for _, c := range []struct {
		value failure
		want  string
	}{{failure{Code{RPC, 5}}, `{"code":"rpc:0x00000005"}`}, {failure{}, `{}`}} {
		got, err := json.Marshal(c.value)
		if err != nil || string(got) != c.want {
			t.Errorf("%s, %v, want %s", got, err, c.want)
		}
		var back failure
		if err := json.Unmarshal(got, &back); err != nil || back != c.value {
			t.Errorf("%s reads as %#v, %v", got, back, err)
		}
	}
}

func TestCodeRefusesWhatItDidNotWrite(t *testing.T) {
	for _, text := range []string{"rpc", "rpc:", "rpc:5", "rpc:0x", "rpc:0x123456789", "krb:0x18", "errno:-1", "errno:4294967296", "http:404", ":5", "rpc:0xZZ"} {
		var c Code
		if err := c.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q reads as %#v", text, c)
		}
	}
	if _, err := (Code{"http", 404}).MarshalText(); err == nil {
		t.Error("an unknown space was written")
	}
}

func TestDecimals(t *testing.T) {
	// Screen 22 of the design.
	unsigned, signed := Code{HResult, 0x800706BA}.Decimals()
	if unsigned != "2147944122" || signed != "-2147023174" {
		t.Errorf("%s, %s", unsigned, signed)
	}
}
