package guide

import (
	_ "embed" // the script
	"strings"
)

//go:embed host-facts.ps1
var hostFactsScript string

// HostFacts is the read-only script for the host's administrator: what it
// prints makes a verdict certain that the wire leaves open. The account may be
// empty; its error is that of a value that Windows itself forbids.
func HostFacts(account, namespace string) (string, error) {
	quoted := make([]string, 0, 4)
	for name, value := range map[string]string{"{{account}}": account, "{{namespace}}": namespace} {
		q, err := Quote(PowerShell, value)
		if err != nil {
			return "", err
		}
		if !strings.HasPrefix(q, "'") { // a bare word is a command in PowerShell, not a string
			q = "'" + q + "'"
		}
		quoted = append(quoted, name, q)
	}
	return strings.NewReplacer(quoted...).Replace(hostFactsScript), nil
}
