package wql

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

type kind int

const (
	end    kind = iota
	name        // a word: keyword or identifier
	text        // a string constant
	digits      // a number
	symbol      // an operator, parenthesis, comma or asterisk
)

// token is one piece of a query. s is the word, the content of a string with
// its escapes resolved, the number as written, or the symbol.
type token struct {
	kind kind
	s    string
	at   int // byte offset in the query
}

func (t token) String() string {
	if t.kind == end {
		return "the end"
	}
	return fmt.Sprintf("%.40q", t.s)
}

func syntaxError(at int, format string, args ...any) error {
	return fmt.Errorf("%w at byte %d: %s", ErrSyntax, at, fmt.Sprintf(format, args...))
}

// lex cuts a query into tokens, the last of which is the end.
func lex(query string) ([]token, error) {
	var tokens []token
	for at := 0; at < len(query); {
		if strings.IndexByte(" \t\r\n", query[at]) >= 0 {
			at++
			continue
		}
		t, next, err := scan(query, at)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		at = next
	}
	return append(tokens, token{kind: end, at: len(query)}), nil
}

// scan reads the token at a byte and returns where the next one may start.
func scan(query string, at int) (token, int, error) {
	switch c := query[at]; {
	case c == '\'' || c == '"':
		return scanText(query, at)
	case isDigit(c), (c == '-' || c == '+' || c == '.') && at+1 < len(query) && (isDigit(query[at+1]) || query[at+1] == '.'):
		next := at + 1
		for next < len(query) && (isWord(query[next]) || query[next] == '.' || isSign(query, next)) {
			next++
		}
		return token{digits, query[at:next], at}, next, nil
	case isWord(c):
		next := at
		for next < len(query) && isWord(query[next]) {
			next++
		}
		if !utf8.ValidString(query[at:next]) {
			return token{}, 0, syntaxError(at, "a name that is not UTF-8")
		}
		return token{name, query[at:next], at}, next, nil
	}
	for _, s := range []string{"<=", ">=", "<>", "!=", "<", ">", "=", "(", ")", ",", "*"} {
		if strings.HasPrefix(query[at:], s) {
			return token{symbol, s, at}, at + len(s), nil
		}
	}
	r, _ := utf8.DecodeRuneInString(query[at:])
	return token{}, 0, syntaxError(at, "unexpected %q", r)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isWord accepts what names are made of; CIM allows U+0080 and up in them
// (DSP0004, IDENTIFIER).
func isWord(c byte) bool {
	return isDigit(c) || c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80
}

// isSign tells the sign of an exponent, as in 1.5E-3. A hexadecimal number
// has none.
func isSign(query string, at int) bool {
	return (query[at] == '-' || query[at] == '+') && query[at-1]|0x20 == 'e' && at+1 < len(query) && isDigit(query[at+1])
}

// scanText reads a string constant. Backslash, double and single quote are
// escaped by a backslash (WHERE Clause); a backslash before anything else is
// an error, as it is to WMI.
func scanText(query string, at int) (token, int, error) {
	var b strings.Builder
	for i := at + 1; i < len(query); i++ {
		switch c := query[i]; c {
		case query[at]:
			return token{text, b.String(), at}, i + 1, nil
		case '\\':
			i++
			if i == len(query) || strings.IndexByte(`\"'`, query[i]) < 0 {
				return token{}, 0, syntaxError(i-1, `a \ that escapes nothing`)
			}
			b.WriteByte(query[i])
		default:
			b.WriteByte(c)
		}
	}
	return token{}, 0, syntaxError(at, "a string without end")
}
