package report

import (
	"fmt"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe"
)

// Layers 3 to 5: starting WMI, opening a namespace, asking.

func (l *list) activation(e *probe.Activation) {
	l.add("activation-call", "call", e.Method, "the call that starts an object on the host")
	l.add("activation-class", "class", e.Class, classMeaning(e.Class))
	l.when(e.Level > 0, "activation-level", "protection level", Level(e.Level), levelMeaning(e.Level))
	l.add("activation-com-version", "COM version", e.COMVersion, "the version the call was made in")
	l.when(e.Impersonate > 0, "activation-impersonation", "impersonation", impersonation(e.Impersonate), "how far the host may act in the account's name")
	l.when(e.FellBack, "activation-fallback", "older call", "used", "the host does not offer the newer activation interface")
	if !e.Answered {
		l.add("activation-result", "result", "none", "the object service never answered the call itself")
		return
	}
	if e.HResult.IsZero() {
		l.add("activation-result", "result", "0", "the host started the object")
	} else {
		l.code("activation-result", "result", e.HResult, "the host started the object")
	}
	for i, r := range e.Results {
		l.code(fmt.Sprintf("activation-interface-%d", i+1), fmt.Sprintf("interface %d", i+1), r, "granted")
	}
	l.add("activation-bindings", "object at", strings.Join(e.Bindings, ", "), "addresses and ports the host named for the object")
	l.when(len(e.Towers) > 0, "activation-towers", "transports", towers(e.Towers), "7 is TCP, which this program needs")
	l.when(e.AuthnHint > 0, "activation-hint", "level it asks for", Level(e.AuthnHint), "the least protection the object wants for later calls")
}

func classMeaning(class string) string {
	switch {
	case strings.HasPrefix(strings.ToLower(class), "8bc3f05e-d86b-11d0"):
		return "WbemLevel1Login, the door to WMI"
	case class != "":
		return "the class that was asked for"
	}
	return ""
}

func impersonation(level uint8) string {
	names := [...]string{"default", "anonymous", "identify", "impersonate", "delegate"}
	if int(level) < len(names) {
		return fmt.Sprintf("%d, %s", level, names[level])
	}
	return fmt.Sprint(level)
}

func (l *list) objectCall(e *probe.ObjectCall) {
	l.when(e.Level > 0, "object-level", "protection level", Level(e.Level), levelMeaning(e.Level))
	l.when(e.AuthnHint > 0, "object-hint", "level it asks for", Level(e.AuthnHint), "the least protection the object wants")
	l.add("object-rejected", "spare contexts", strings.Join(e.Rejected, ", "), "interfaces the host did not take in advance; no fault, they are asked for again later")
	if e.Answered {
		l.add("object-answered", "first call", "answered", "the object's process took the call")
	} else {
		l.add("object-answered", "first call", "no answer", "the object's process did not take the call")
	}
	if e.Verified {
		l.add("object-verified", "signature", "verified", "the answer is signed with the key of this logon")
	} else {
		l.add("object-verified", "signature", "not verified", "no signed answer was seen here")
	}
}

func (l *list) login(e *probe.Login) {
	l.add("login-namespace", "namespace", e.Namespace, "the part of WMI that was to be opened")
	l.when(e.Level > 0, "login-level", "protection level", Level(e.Level), levelMeaning(e.Level))
	l.when(e.Imp > 0, "login-impersonation", "impersonation", impersonation(e.Imp), "how far the host may act in the account's name")
	if e.Status.IsZero() {
		l.add("login-status", "result", "none or 0", "no WMI status stands against it")
	} else {
		l.code("login-status", "result", e.Status, "opened")
	}
}

func (l *list) exec(e *probe.Exec) {
	l.add("exec-query", "query", e.Query, "sent as it stands here")
	l.add("exec-class", "class", e.Class, "the class it asks for")
	if e.Status.IsZero() {
		l.add("exec-status", "result", "none or 0", "no WMI status stands against it")
	} else {
		l.code("exec-status", "result", e.Status, "accepted; rows are fetched next")
	}
}

func (l *list) rows(e *probe.Rows) {
	count := fmt.Sprint(e.Count)
	if e.More {
		count += ", and the host has more"
	}
	l.add("rows-count", "rows read", count, "how many objects came back")
	l.add("rows-columns", "columns", strings.Join(e.Columns, ", "), "the properties of the class, as the host orders them")
	for i, row := range e.First[:min(len(e.First), 5)] {
		var cells []string
		for _, c := range row {
			v := c.Value
			if c.Null {
				v = "no value"
			}
			cells = append(cells, c.Name+"="+v)
		}
		l.add(fmt.Sprintf("rows-%d", i+1), fmt.Sprintf("row %d", i+1), strings.Join(cells, "; "), "text from the host; we show it, we do not vouch for it")
	}
	l.add("rows-null", "without a value", strings.Join(e.Null, ", "), "columns that were empty in every row read")
	l.when(e.Raw != "", "rows-raw", "raw bytes", fmt.Sprintf("%d bytes", len(e.Raw)/2), "an object we could not read; its bytes are in the report")
	l.code("rows-status", "last status", e.Status, "rows came, more may follow")
}
