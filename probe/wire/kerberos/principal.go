package kerberos

import (
	"fmt"
	"strings"

	"github.com/oiweiwei/gokrb5.fork/v9/types"
)

// Kinds of name (RFC 4120 6.2, RFC 6806 5).
const (
	nameUser       = 1
	nameService    = 2
	nameEnterprise = 10
)

// Principal is a name within a realm.
type Principal struct {
	kind  int32
	Parts []string
}

// User is an account by its own name.
func User(name string) Principal { return Principal{nameUser, []string{name}} }

// Enterprise is an account by its user principal name, whose suffix need not be
// the realm's name (RFC 6806 5).
func Enterprise(upn string) Principal { return Principal{nameEnterprise, []string{upn}} }

// Service is a service by its SPN, as RPCSS/srv01.corp.example. A realm behind
// an @ is not part of the name.
func Service(spn string) (Principal, error) {
	spn, _, _ = strings.Cut(spn, "@")
	parts := strings.Split(spn, "/")
	if len(parts) < 2 || parts[0] == "" || parts[1] == "" {
		return Principal{}, fmt.Errorf("%q is no service principal name: write it as service/host", spn)
	}
	return Principal{nameService, parts}, nil
}

func (p Principal) String() string { return strings.Join(p.Parts, "/") }

// canonical says whether the server may answer with another name.
func (p Principal) canonical() bool { return p.kind == nameEnterprise }

func (p Principal) types() types.PrincipalName {
	return types.PrincipalName{NameType: p.kind, NameString: p.Parts}
}

func principalOf(n types.PrincipalName) Principal { return Principal{n.NameType, n.NameString} }

func (p Principal) same(q Principal) bool { return p.types().Equal(q.types()) }

// krbtgt is the ticket-granting service of a realm.
func krbtgt(realm string) Principal { return Principal{nameService, []string{"krbtgt", realm}} }
