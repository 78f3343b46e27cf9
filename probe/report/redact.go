package report

import (
	"encoding/hex"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/wmidoctor/wmidoctor/probe"
)

// Redact returns a copy of a report in which stand-ins take the place of
// hosts, domains, accounts and addresses, the same one everywhere. Addresses
// become others of the same kind, which Document and Ticket write as addr-1,
// addr-2 …; so the copy can be judged, saved and read like the real report.
func Redact(r *probe.Report) *probe.Report {
	n := namesOf(r)
	w := rewrite{text: n.hide, addr: n.addresses.replace}
	out := rewritten(r, w)
	out.Tool, out.StandIns = r.Tool, nil
	n.dressAccount(&out.Account, r.Account)
	hideBytes(out, n)
	out.StandIns = n.addresses.list
	return out
}

// hide replaces names, then addresses, in a text.
func (n *names) hide(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); {
		if !insideWord(s, i) {
			if p, ok := n.at(s[i:]); ok && !insideWord(s, i+len(p.real)) {
				out.WriteString(p.standIn)
				i += len(p.real)
				continue
			}
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		out.WriteString(s[i : i+size])
		i += size
	}
	return inTexts(out.String(), func(a netip.Addr) string { return n.addresses.replace(a).String() })
}

// at returns the longest name a text begins with, whatever its case.
func (n *names) at(s string) (pair, bool) {
	for _, p := range n.pairs { // longest first
		if len(s) >= len(p.real) && strings.EqualFold(s[:len(p.real)], p.real) && !insideWord(s, len(p.real)) {
			return p, true
		}
	}
	return pair{}, false
}

// insideWord reports whether place i lies between two letters or digits.
func insideWord(s string, i int) bool {
	if i <= 0 || i >= len(s) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i:])
	return wordRune(before) && wordRune(after)
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// dressAccount restores the form of the account, which the judge looks at: a
// UPN stays one.
func (n *names) dressAccount(out *probe.Account, real probe.Account) {
	if real.UPN() {
		_, domain, _ := strings.Cut(real.User, "@")
		out.User = n.hide(real.User) + "@" + n.hide(domain)
	}
}

// hideBytes blanks names within the bytes some evidence keeps as hex digits.
func hideBytes(r *probe.Report, n *names) {
	each := func(results []probe.Result) {
		for _, res := range results {
			switch e := res.Learnt.(type) {
			case *probe.Bind:
				e.FirstBytes = n.hideHex(e.FirstBytes)
			case *probe.Rows:
				e.Raw = n.hideHex(e.Raw)
			}
		}
	}
	each(r.Results)
	for _, t := range r.Trials {
		each(t.Results)
	}
}

// hideHex overwrites each name in hex-coded bytes, as ASCII and as UTF-16LE.
func (n *names) hideHex(digits string) string {
	b, err := hex.DecodeString(digits)
	if err != nil {
		return digits
	}
	for _, p := range n.pairs {
		blank(b, []byte(p.real))
		blank(b, utf16le(p.real))
	}
	return hex.EncodeToString(b)
}

func blank(b, name []byte) {
	for i := 0; i+len(name) <= len(b); i++ {
		if strings.EqualFold(string(b[i:i+len(name)]), string(name)) {
			for j := range name {
				if name[j] != 0 {
					b[i+j] = 'x'
				}
			}
		}
	}
}

func utf16le(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}
