package ntlm

import (
	"fmt"
	"io"
)

// Credential is what a client logs on with. An empty one logs on as nobody.
type Credential struct {
	User        string // a bare name, or user@domain with an empty Domain
	Domain      string // NetBIOS or DNS name of the authority; the host's own name for a local account
	Password    string
	Workstation string // name of this machine, which the domain may restrict the account to
	TargetName  string // SPN of the service spoken to, as RPCSS/host; optional
}

// String never shows the password.
func (c Credential) String() string {
	if c.User == "" {
		return "anonymous"
	}
	if c.Domain == "" {
		return c.User
	}
	return c.Domain + `\` + c.User
}

// Format writes String for every verb, so that %#v can't show the password.
func (c Credential) Format(f fmt.State, verb rune) { io.WriteString(f, c.String()) }

// MarshalText writes String, for encoders that would walk the fields.
func (c Credential) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
