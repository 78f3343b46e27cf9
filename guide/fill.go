package guide

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// field is one name that a template may hold, what it means, and how it is
// read from the values.
type field struct {
	name, means string
	of          func(Values) string
	plain       bool // written without quotes where it is made of harmless signs only
}

var fields = []field{
	{"host", "the host as typed", func(v Values) string { return v.Host }, true},
	{"address", "the address of the host that answered", func(v Values) string { return v.Address }, true},
	{"computer", "the host's own short name", func(v Values) string { return v.Computer }, true},
	{"fqdn", "the host's full DNS name", func(v Values) string { return v.FQDN }, true},
	{"account", `the account as DOMAIN\user, HOST\user or a UPN`, func(v Values) string { return v.Account }, false},
	{"user", "the account without its domain", func(v Values) string { return v.User }, false},
	{"namespace", "the WMI namespace", func(v Values) string { return v.Namespace }, false},
	{"jump", "the address of this machine, as the host sees it", func(v Values) string { return v.Jump }, true},
	{"port", "the object port that the host named", func(v Values) string {
		if v.Port == 0 {
			return ""
		}
		return strconv.Itoa(int(v.Port))
	}, true},
	{"sink", "the port on which this machine takes the callback", func(v Values) string {
		if v.Sink == 0 {
			return ""
		}
		return strconv.Itoa(int(v.Sink))
	}, true},
	{"realm", "the Kerberos realm, in capitals", func(v Values) string { return v.Realm }, true},
}

var (
	mark     = regexp.MustCompile(`\{\{([^{}]*)\}\}`)
	harmless = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.:-]*$`)
)

// checkTemplate reports a name that no field has.
func checkTemplate(text string) error {
	for _, m := range mark.FindAllStringSubmatch(text, -1) {
		if fieldNamed(m[1]) == nil {
			return fmt.Errorf("there is no value {{%s}}", m[1])
		}
	}
	return nil
}

func fieldNamed(name string) *field {
	i := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
	if i < 0 {
		return nil
	}
	return &fields[i]
}

// Fill replaces every {{name}} of a template by its value, quoted for the
// shell. A value that is not known becomes <name>, quoted too, so that a
// command pasted by mistake fails and changes nothing. The names are those of
// Names; the error wraps ErrValue.
func Fill(shell Shell, template string, v Values) (string, error) {
	var failed error
	out := mark.ReplaceAllStringFunc(template, func(m string) string {
		f := fieldNamed(strings.Trim(m, "{}"))
		if f == nil {
			failed = fmt.Errorf("%w: there is no value %s", ErrValue, m)
			return ""
		}
		value := f.of(v)
		if value == "" {
			value = "<" + f.name + ">"
		}
		if f.plain && shell != PowerShell && harmless.MatchString(value) {
			return value
		}
		quoted, err := Quote(shell, value)
		if err != nil && failed == nil {
			failed = fmt.Errorf("%s: %w", f.name, err)
		}
		return quoted
	})
	if failed != nil {
		return "", failed
	}
	return out, nil
}

// Names are the names a template may hold, each with its meaning.
func Names() [][2]string {
	var list [][2]string
	for _, f := range fields {
		list = append(list, [2]string{f.name, f.means})
	}
	return list
}
