package guide

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Shell is the language a command is written in.
type Shell string

// The shells of the outside contract. GUI and None are read by people: nothing
// is quoted in them.
const (
	CMD        Shell = "cmd"        // the interactive prompt of cmd.exe, delayed expansion off as it is by default
	PowerShell Shell = "powershell" // Windows PowerShell 5.1 and PowerShell 7
	SH         Shell = "sh"         // any POSIX shell
	GUI        Shell = "gui"
	None       Shell = "none"
)

// Shells are all of them.
var Shells = []Shell{CMD, PowerShell, SH, GUI, None}

// ErrValue is what errors about values wrap: Windows itself forbids the value,
// or it cannot be put on one line.
var ErrValue = errors.New("this value cannot stand in a command")

// maxValue bounds a value in bytes; a line of cmd holds 8,191 characters.
const maxValue = 1024

// Quote returns the value as one word of a shell's command line, such that the
// called program gets it unchanged.
func Quote(shell Shell, value string) (string, error) {
	if err := Usable(value); err != nil {
		return "", err
	}
	switch shell {
	case CMD:
		return quoteCMD(value), nil
	case PowerShell:
		return quotePowerShell(value), nil
	case SH:
		return quoteSH(value), nil
	case GUI, None:
		return value, nil
	}
	return "", fmt.Errorf("%w: there is no shell %q", ErrValue, shell)
}

// Usable says why a value cannot be put into a command. The names of accounts,
// hosts and namespaces may hold neither a double quote nor a control character,
// and marks that turn the direction of reading would show another command than
// the one that runs.
func Usable(value string) error {
	switch {
	case !utf8.ValidString(value):
		return fmt.Errorf("%w: it is not UTF-8", ErrValue)
	case len(value) > maxValue:
		return fmt.Errorf("%w: it is longer than %d bytes", ErrValue, maxValue)
	case strings.ContainsRune(value, '"'):
		return fmt.Errorf(`%w: Windows allows no " in it`, ErrValue)
	case strings.ContainsFunc(value, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }):
		return fmt.Errorf("%w: it holds a control character or a line end", ErrValue)
	case strings.ContainsFunc(value, func(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }):
		return fmt.Errorf("%w: it holds a mark that turns the direction of reading", ErrValue)
	}
	return nil
}

// quoteCMD quotes for the prompt of cmd and for the C runtime's splitting.
//
// Within double quotes & | < > ( ) ^ and blanks are plain. A percent sign is
// not: %NAME% is replaced before quotes are looked at, and at the prompt there
// is no way to write an escaped one. So each percent sign is left outside the
// quotes: in %"NAME"% cmd looks for a variable whose name holds the quotes,
// finds none and leaves the text as it is. The runtime then drops the quotes.
// Backslashes before a quote of ours are doubled, since the runtime reads \" as
// a quote that belongs to the value.
func quoteCMD(value string) string {
	if value == "" {
		return `""`
	}
	var b strings.Builder
	for i, part := range strings.Split(value, "%") {
		if i > 0 {
			b.WriteByte('%')
		}
		if part == "" {
			continue
		}
		tail := len(part) - len(strings.TrimRight(part, `\`))
		b.WriteString(`"` + part + strings.Repeat(`\`, tail) + `"`)
	}
	return b.String()
}

// quotePowerShell writes a single-quoted string. PowerShell takes the
// typographic quotes U+2018 to U+201B for single quotes too, so each of them is
// doubled. Its cmdlets get the value as it is; programs outside PowerShell do
// not (a trailing backslash is lost on 5.1), so the pages give them no values.
func quotePowerShell(value string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range value {
		if r == '\'' || r >= '\u2018' && r <= '\u201b' {
			b.WriteRune(r)
		}
		b.WriteRune(r)
	}
	b.WriteByte('\'')
	return b.String()
}

// quoteSH writes a single-quoted word; it also keeps ! from the history of an
// interactive bash.
func quoteSH(value string) string {
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}
