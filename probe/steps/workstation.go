package steps

import (
	"os"
	"strings"
)

// workstation is the name this machine gives in a logon, which the domain may
// restrict the account to: the first label of its host name, in capitals and
// cut to the 15 characters of a NetBIOS name.
func workstation() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	name, _, _ = strings.Cut(name, ".")
	return strings.ToUpper(name[:min(len(name), 15)])
}
