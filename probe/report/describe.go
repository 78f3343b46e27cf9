package report

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

// Item is one piece of evidence: what was on the wire, and what it means to
// somebody who has never seen it.
type Item struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Value   string `json:"value"`
	Meaning string `json:"meaning"`
}

// Describe puts into words what a step learnt and what failed in it. It is the
// one place where evidence has titles and meanings.
func Describe(r probe.Result) []Item {
	var l list
	switch e := r.Learnt.(type) {
	case *probe.Names:
		l.names(e)
	case *probe.Dial:
		l.dial(e)
	case *probe.Bind:
		l.bind(e)
	case *probe.Alive:
		l.alive(e)
	case *probe.Endpoints:
		l.endpoints(e)
	case *probe.Passport:
		l.passport(e)
	case *probe.Logon:
		l.logon(e)
	case *probe.KDCAnswer:
		l.kdc(e)
	case *probe.SMBSession:
		l.smb(e)
	case *probe.Ping:
		l.ping(e)
	case *probe.Activation:
		l.activation(e)
	case *probe.Bindings:
		l.bindings(e)
	case *probe.ObjectCall:
		l.objectCall(e)
	case *probe.Login:
		l.login(e)
	case *probe.Exec:
		l.exec(e)
	case *probe.Rows:
		l.rows(e)
	case *probe.Listening:
		l.listening(e)
	case *probe.CallbackStage:
		l.stage(e)
	}
	l.failure(r.Failure)
	return l
}

// list collects items; what is empty is not evidence and is left out.
type list []Item

func (l *list) add(id, title, value, meaning string) {
	if value != "" {
		*l = append(*l, Item{id, title, value, meaning})
	}
}

// when adds an item that is worth a line only where cond holds.
func (l *list) when(cond bool, id, title, value, meaning string) {
	if cond {
		l.add(id, title, value, meaning)
	}
}

func (l *list) code(id, title string, c code.Code, zero string) {
	if c.IsZero() {
		return
	}
	meaning := codeText(c)
	if c.Number == 0 && zero != "" {
		meaning = zero
	}
	l.add(id, title, CodeName(c), meaning)
}

// CodeName writes a number with its space and its name: a code never stands
// alone.
func CodeName(c code.Code) string {
	if c.IsZero() {
		return ""
	}
	s := c.String()
	if e, ok := code.Lookup(c); ok && e.Name != "" {
		s += " " + e.Name
	}
	return s
}

func codeText(c code.Code) string {
	if e, ok := code.Lookup(c); ok && e.Text != "" {
		return e.Text
	}
	return "a number we have no sentence for, in the space " + string(c.Space)
}

func addrs(list []netip.Addr) string {
	out := make([]string, len(list))
	for i, a := range list {
		out[i] = a.String()
	}
	return strings.Join(out, ", ")
}

func addrPort(a netip.AddrPort) string {
	if !a.IsValid() {
		return ""
	}
	return fmt.Sprintf("%s port %d", a.Addr(), a.Port())
}

// Span writes a duration as people say it: 38 ms, 2.5 s, 4 min 12 s.
func Span(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Span(-d)
	case d > 0 && d < 10*time.Millisecond:
		return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 1, 64) + " ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return strings.TrimSuffix(strconv.FormatFloat(d.Seconds(), 'f', 1, 64), ".0") + " s"
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// Skew writes a clock difference from our point of view.
func Skew(d time.Duration) string {
	switch {
	case d.Abs() < 500*time.Millisecond:
		return "the same as here"
	case d > 0:
		return Span(d) + " ahead of this machine"
	}
	return Span(-d) + " behind this machine"
}

// Level names an authentication level (MS-RPCE 2.2.1.1.8).
func Level(level uint8) string {
	names := [...]string{"default", "NONE", "CONNECT", "CALL", "PKT", "PKT_INTEGRITY", "PKT_PRIVACY"}
	if int(level) < len(names) {
		return fmt.Sprintf("%d, %s", level, names[level])
	}
	return strconv.Itoa(int(level))
}

func levelMeaning(level uint8) string {
	switch level {
	case 6:
		return "signed and encrypted"
	case 5:
		return "signed; the least that hosts patched since 2023 accept"
	case 0, 1:
		return "no logon at all"
	}
	return "below signed; hosts patched since 2023 refuse to start objects for it"
}
