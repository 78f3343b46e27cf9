package probe

import "time"

// Target is the one host that is asked, and how.
type Target struct {
	Host      string // as typed: a name or an address
	Port      uint16 // of the endpoint mapper, 135
	Namespace string // root\cimv2
	Query     string // WQL

	Auth     AuthChoice
	Realm    string // Kerberos realm, empty: from the account or the host
	KDC      string // host or host:port, empty: DNS
	SPN      string // service principal name, empty: RPCSS/host
	Callback CallbackChoice
	// CallbackAddress and CallbackPort override what is published in the
	// sink's OBJREF; empty and 0: the address of the route, any free port.
	CallbackAddress string
	CallbackPort    uint16

	// StepTimeout, if not zero, is the deadline of every step; TotalTimeout
	// that of the run.
	StepTimeout, TotalTimeout time.Duration
	// OnlyAnonymous forbids that any credential is sent.
	OnlyAnonymous bool
	// Experiments allows the ones that send the credential again.
	Experiments bool
}

// The defaults of the outside contract.
const (
	DefaultPort         = 135
	DefaultNamespace    = `root\cimv2`
	DefaultQuery        = "SELECT Caption, Version, BuildNumber FROM Win32_OperatingSystem"
	DefaultTotalTimeout = 2 * time.Minute
)

// AuthChoice is the flag --auth.
type AuthChoice string

// The values of --auth.
const (
	AuthAuto     AuthChoice = "auto"
	AuthNTLM     AuthChoice = "ntlm"
	AuthKerberos AuthChoice = "kerberos"
)

// CallbackChoice is the flag --callback.
type CallbackChoice string

// The values of --callback.
const (
	CallbackAuto CallbackChoice = "auto"
	CallbackOn   CallbackChoice = "on"
	CallbackOff  CallbackChoice = "off"
)
