package probe

import (
	"encoding/json"
	"fmt"
	"log/slog"
)

const dots = "••••••"

// Secret is a password. However it is printed, dots come out.
type Secret struct{ text string }

// NewSecret wraps a password.
func NewSecret(s string) Secret { return Secret{s} }

// Reveal returns the password itself, for the one place that hands it to a
// protocol.
func (s Secret) Reveal() string { return s.text }

// Empty reports whether the password is empty.
func (s Secret) Empty() bool { return s.text == "" }

func (s Secret) String() string               { return dots }
func (s Secret) GoString() string             { return dots }
func (s Secret) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(dots)) }
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(dots) }
func (s Secret) MarshalText() ([]byte, error) { return []byte(dots), nil }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(dots) }

// Credential is an account with what proves it.
type Credential struct {
	Account  Account
	Password Secret
	CCache   string // path of a Kerberos credential cache, empty for none
	Keytab   string // path of a keytab, empty for none
}
