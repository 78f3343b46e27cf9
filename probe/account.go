package probe

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Account is who asks, as it was typed and as it is sent. It holds no secret.
type Account struct {
	Typed     string `json:"typed"`     // as given: DOM\user, user@dom, .\user, user; empty: anonymous
	Authority string `json:"authority"` // left of the backslash; "." for the host itself; empty until known
	User      string `json:"user"`      // the name alone, or the whole UPN
	Sent      string `json:"sent"`      // the exact AUTHORITY\user (or UPN) that was sent; empty until then
	Protocol  string `json:"protocol"`  // what was used: "ntlm", "kerberos"; empty until known
	Package   string `json:"package"`   // "spnego" or "raw"

	SentCount, AcceptedCount, RejectedCount int
}

// Anonymous reports whether no account was given.
func (a Account) Anonymous() bool { return a.Typed == "" }

// Name is what to call the account on a screen.
func (a Account) Name() string {
	if a.Sent != "" {
		return a.Sent
	}
	return a.Typed
}

// ErrAccount is what ParseAccount's errors wrap.
var ErrAccount = errors.New("not usable as an account")

// ParseAccount reads DOM\user, user@dom.example, .\user or a bare name. The
// characters Windows forbids in a SAM account name are refused.
func ParseAccount(s string) (Account, error) {
	a := Account{Typed: s, User: s}
	if s == "" {
		return a, nil
	}
	if strings.IndexFunc(s, unicode.IsControl) >= 0 {
		return a, fmt.Errorf("%w: it holds a control character", ErrAccount)
	}
	if i := strings.IndexByte(s, '\\'); i >= 0 {
		a.Authority, a.User = s[:i], s[i+1:]
		if a.Authority == "" || a.User == "" {
			return a, fmt.Errorf(`%w: write it as DOM\user`, ErrAccount)
		}
		if strings.ContainsRune(a.User, '\\') {
			return a, fmt.Errorf("%w: it holds two backslashes", ErrAccount)
		}
	} else if i := strings.IndexByte(s, '/'); i >= 0 {
		return a, fmt.Errorf(`%w: use a backslash: %s\%s`, ErrAccount, s[:i], s[i+1:])
	}
	if i := strings.IndexAny(a.User, `"/[]:;|=,+*?<>`); i >= 0 {
		return a, fmt.Errorf("%w: Windows allows no %q in an account name", ErrAccount, a.User[i])
	}
	return a, nil
}

// UPN reports whether the account is written as user@domain.
func (a Account) UPN() bool { return a.Authority == "" && strings.ContainsRune(a.User, '@') }

// Bare reports whether no authority was given; such a name is never sent.
func (a Account) Bare() bool { return !a.Anonymous() && a.Authority == "" && !a.UPN() }
