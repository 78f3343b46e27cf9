package pane

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/tui/page"
)

var stopNames = [stops]string{"host", "account", "password", "protocol", "namespace", "query", "callback", "choice",
	"connection", "steps", "practice"}

// View draws the fields and, where there is room, a drawer that explains the
// one with the cursor.
func (f *Form) View() string {
	if f.w < 1 || f.h < 1 {
		return ""
	}
	rows, at := f.rows()
	if f.h >= 20 {
		help := page.Wrap(f.about(), max(prose(f.w)-5, 8))
		if f.at == stopAccount {
			help = strings.Split(f.about(), "\n")
		}
		room := min(len(help), f.h-len(rows)-1)
		for len(rows) < f.h-max(room, 5)-1 {
			rows = append(rows, "")
		}
		rows = append(rows, page.Paint(f.Faint, f.Theme.Title(f.heading(), f.w)))
		for _, l := range help[:max(room, 0)] {
			rows = append(rows, "   "+l)
		}
	}
	top := 0
	if at >= f.h {
		top = at - f.h + 1
	}
	return strings.Join(rows[top:min(len(rows), top+f.h)], "\n")
}

func (f *Form) heading() string {
	n := []string{"Host", "Account", "Password", "Protocol", "Namespace", "Query", "Callback", "Remember", "Connect", "Step by step", "Practice"}
	return n[f.at]
}

// rows are the lines of the form, and which of them has the cursor.
func (f *Form) rows() (rows []string, at int) {
	add := func(s stop, label, value string) {
		if f.at == s {
			at = len(rows)
		}
		rows = append(rows, f.row(s, label, value)...)
	}
	gap := func() {
		if f.h >= 14 {
			rows = append(rows, "")
		}
	}
	gap()
	add(stopHost, "Host", f.text(stopHost, f.host))
	add(stopAccount, "Account", f.text(stopAccount, f.account))
	add(stopPassword, "Password", f.text(stopPassword, f.password))
	gap()
	options := []struct {
		s            stop
		label, value string
	}{
		{stopProtocol, "Protocol", f.choice(f.protocol, "auto", "Kerberos", "NTLM")},
		{stopNamespace, "Namespace", f.text(stopNamespace, f.namespace)},
		{stopQuery, "Query", f.text(stopQuery, f.query)},
		{stopCallback, "Callback", f.choice(f.callback, "auto", "on", "off")},
		{stopRemember, "Remember", f.tick(f.remember) + " host, account and namespace for next time"},
	}
	if f.h < 14 { // one line: the option with the cursor, or all in short
		short := "protocol " + string(protocols[f.protocol]) + ", " + f.namespace.value() + ", callback " + string(callbacks[f.callback])
		label, value, s := "Options", short, stopConnect+stops
		for _, o := range options {
			if o.s == f.at {
				label, value, s = o.label, o.value, o.s
			}
		}
		add(s, label, value)
	} else {
		for _, o := range options {
			add(o.s, o.label, o.value)
		}
	}
	gap()
	if f.at >= stopConnect {
		at = len(rows)
	}
	return append(rows, f.buttons()), at
}

func (f *Form) valueAt() int {
	if f.w < 40 {
		return 11
	}
	return 15
}

func (f *Form) row(s stop, label, value string) []string {
	mark := "  "
	if f.at == s {
		mark = f.Mark + " "
	}
	start := f.valueAt()
	line := page.Pad("   "+label, start-2)
	if f.w < 40 {
		line = page.Pad(label, start-2)
	}
	line += page.Paint(f.Strong, mark) + value
	why := f.refused[s]
	if why == "" {
		return []string{line}
	}
	why = page.Paint(f.Theme.Fail, f.Symbols.Fail+" ") + page.Visible(why)
	if f.w >= 80 && page.Width(line) < 45 {
		return []string{page.Pad(line, 45) + why}
	}
	return []string{line, strings.Repeat(" ", start) + why}
}

func (f *Form) text(s stop, in *field) string {
	room := f.w - f.valueAt() - 1
	if f.refused[s] != "" && f.w >= 80 {
		room = 28
	}
	return in.view(f.Shared, max(room, 1), f.at == s)
}

func (f *Form) choice(at int, names ...string) string {
	for i, n := range names {
		sign := f.Choice
		if i == at {
			sign = f.Chosen
		}
		names[i] = sign + " " + n
	}
	return strings.Join(names, "   ")
}

func (f *Form) tick(on bool) string {
	if on {
		return f.Checked
	}
	return f.Box
}

func (f *Form) buttons() string {
	names := []string{"[ Connect ]", "[ Step by step ]"}
	if f.Practice {
		names = append(names, "[ Practice ]")
	}
	gap := "   "
	if f.w < 62 {
		gap, names[1] = " ", "[ Steps ]"
	}
	out := strings.Repeat(" ", f.valueAt())
	if f.w < 62 {
		out = ""
	}
	for i, n := range names {
		if stopConnect+stop(i) == f.at {
			lead := f.Mark
			if out == "" {
				out = lead
			} else {
				out = out[:len(out)-1] + page.Paint(f.Strong, lead)
			}
			n = page.Paint(f.Reverse, n)
		}
		out += n + gap
	}
	return strings.TrimRight(out, " ")
}

// about explains the field with the cursor.
func (f *Form) about() string {
	switch f.at {
	case stopHost:
		s := "The name or address of one Windows computer, as you would type it in any other tool. A full name such as srv01.corp.example allows Kerberos as well; an address allows NTLM only."
		if f.Practice {
			s += "\n\nNo Windows computer at hand? Leave it empty and press Enter: practice."
		}
		return s
	case stopAccount:
		return f.aboutAccount()
	case stopPassword:
		return "It goes to the host or its domain in the protocol's own form, once for a logon, and is forgotten when the program ends.\n\nA password the host refuses is not sent again before you agree."
	case stopProtocol:
		return "auto lets the host choose: Kerberos where a ticket can be had, else NTLM. The other two ask for that one alone, which tells whether it works."
	case stopNamespace:
		return `The place in WMI where the classes stand. root\cimv2 is what most tools use.`
	case stopQuery:
		return "What layer 5 asks, in WQL. It reads; a query changes nothing on the host."
	case stopCallback:
		return "Layer 6 lets the host connect back to this machine, as some tools need. auto tests it where this machine can be called back; a failure is then a warning. on makes it a failure, off leaves it out."
	case stopRemember:
		return "Keeps host, account and namespace for next time, in a file of yours. Never a password."
	case stopConnect:
		return "Walks the six layers until one fails or all have passed. It reads one row and changes nothing on the host."
	case stopSteps:
		return "Stops before each step and says what it will do, why, and what it sends."
	}
	return "Plays a Windows computer with a fault of your choice. It is part of this program; nothing leaves this machine."
}

func (f *Form) aboutAccount() string {
	dom, user := "CORP", "svc-mon"
	typed := strings.TrimSpace(f.account.value())
	if i := strings.IndexAny(typed, `\/`); i > 0 && i < len(typed)-1 && typed[:i] != "." {
		dom, user = page.Cut(page.Clean(typed[:i]), 15, f.Symbols.Cut), page.Cut(page.Clean(typed[i+1:]), 15, f.Symbols.Cut)
	}
	host := strings.TrimSpace(f.host.value())
	if i := strings.IndexByte(host, '.'); i > 0 {
		host = host[:i]
	}
	if host == "" {
		host = "the host"
	}
	line := func(a, b string) string { return page.Pad(a, 23) + " " + b }
	out := []string{line(dom+`\`+user, "an account of the domain "+dom),
		line(user+"@"+strings.ToLower(dom)+".example", "the same account, written the other way"),
		line(`.\`+user, "a local account of "+page.Cut(page.Clean(host), 20, f.Symbols.Cut)+" itself"), "",
		"Empty: only the steps that need no logon. The run then ends incomplete."}
	return strings.Join(out, "\n")
}
