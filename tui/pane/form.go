package pane

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// stop is a place of the form that can have the cursor.
type stop uint8

const (
	stopHost stop = iota
	stopAccount
	stopPassword
	stopProtocol
	stopNamespace
	stopQuery
	stopCallback
	stopRemember
	stopConnect
	stopSteps
	stopPractice
	stops
)

// settle is how long after another key an Enter on a button is ignored, so
// that the line end of a pasted text cannot start a run.
const settle = 150 * time.Millisecond

// Form asks for the host, the account and how to connect.
type Form struct {
	*Shared
	Practice  bool // practice is offered
	w, h      int
	at        stop
	host      *field
	account   *field
	password  *field
	namespace *field
	query     *field
	protocol  int
	callback  int
	remember  bool
	refused   map[stop]string
	lastKey   time.Time
}

var (
	protocols = [...]probe.AuthChoice{probe.AuthAuto, probe.AuthKerberos, probe.AuthNTLM}
	callbacks = [...]probe.CallbackChoice{probe.CallbackAuto, probe.CallbackOn, probe.CallbackOff}
)

// NewForm makes a form with the values that are known.
func NewForm(s *Shared, v Start, practice bool) *Form {
	f := &Form{Shared: s, Practice: practice, refused: map[stop]string{},
		host: newField("", false), account: newField(`DOM\user, user@dom.example or .\user`, false),
		password: newField("never stored, never logged", true), namespace: newField("", false), query: newField("", false)}
	f.host.set(v.Host)
	f.account.set(v.Account)
	f.namespace.set(or(v.Namespace, probe.DefaultNamespace))
	f.query.set(or(v.WQL, probe.DefaultQuery))
	if !v.Password.Empty() {
		f.password.set(v.Password.Reveal())
	}
	f.remember = v.Remember
	for i, p := range protocols {
		if p == v.Auth {
			f.protocol = i
		}
	}
	for i, c := range callbacks {
		if c == v.Callback {
			f.callback = i
		}
	}
	switch {
	case v.Host == "":
	case v.Account == "":
		f.at = stopAccount
	default:
		f.at = stopPassword
	}
	return f
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// SetSize takes the size of the whole body.
func (f *Form) SetSize(w, h int) { f.w, f.h = w, h }

// Typing reports whether printable keys are text.
func (f *Form) Typing() bool { return f.field() != nil }

// Secret reports whether what is typed now must not be recorded anywhere.
func (f *Form) Secret() bool { return f.at == stopPassword }

func (f *Form) field() *field {
	switch f.at {
	case stopHost:
		return f.host
	case stopAccount:
		return f.account
	case stopPassword:
		return f.password
	case stopNamespace:
		return f.namespace
	case stopQuery:
		return f.query
	}
	return nil
}

// Hints of the footer.
func (f *Form) Hints() []Hint {
	enter := "next"
	if f.at >= stopConnect {
		enter = "press the button"
	}
	return []Hint{{"Enter", enter}, {"Tab", "all fields"}, {"Shift+Tab", "back"}}
}

// Update takes a key.
func (f *Form) Update(k tea.KeyMsg) Action {
	now := f.Now()
	quick := now.Sub(f.lastKey) < settle
	f.lastKey = now
	switch k.String() {
	case "enter":
		return f.enter(quick)
	case "tab", "down":
		f.leave(1)
		return nil
	case "shift+tab", "up":
		f.leave(-1)
		return nil
	}
	if in := f.field(); in != nil {
		if typing(k) {
			in.typed(k)
			delete(f.refused, f.at)
		}
		return nil
	}
	d := 0
	switch k.String() {
	case "left", "h":
		d = -1
	case "right", "l":
		d = 1
	case " ":
		if f.at == stopRemember {
			f.remember = !f.remember
		}
		d = 1
	}
	switch f.at {
	case stopProtocol:
		f.protocol = (f.protocol + d + len(protocols)) % len(protocols)
	case stopCallback:
		f.callback = (f.callback + d + len(callbacks)) % len(callbacks)
	case stopConnect, stopSteps, stopPractice:
		if k.String() != " " {
			if to := f.at + stop(d); to >= stopConnect && to <= f.last() {
				f.at = to
			}
		}
	}
	return nil
}

func (f *Form) last() stop {
	if f.Practice {
		return stopPractice
	}
	return stopSteps
}

// leave leaves the field, which is when it is looked at, for the next or the one
// before.
func (f *Form) leave(d int) {
	f.check(f.at)
	n := int(f.last()) + 1
	f.at = stop((int(f.at) + d + n) % n)
}

func (f *Form) enter(quick bool) Action {
	switch f.at {
	case stopHost:
		if strings.TrimSpace(f.host.value()) == "" && f.Practice {
			if quick {
				return nil
			}
			return OpenPicker{}
		}
		f.leave(1)
	case stopAccount:
		f.leave(1)
	case stopPassword:
		f.at = stopConnect
	case stopConnect, stopSteps:
		if !quick {
			return f.start(f.at == stopSteps)
		}
	case stopPractice:
		if !quick {
			return OpenPicker{}
		}
	default:
		f.leave(1)
	}
	return nil
}

// start looks at every field and asks for the run, or goes to the first field
// that is refused.
func (f *Form) start(steps bool) Action {
	for s := stopHost; s < stopConnect; s++ {
		f.check(s)
	}
	if strings.TrimSpace(f.host.value()) == "" {
		f.refused[stopHost] = "type the name of a computer"
	}
	for s := stopHost; s < stopConnect; s++ {
		if f.refused[s] != "" {
			f.at = s
			return nil
		}
	}
	return Start{Host: strings.TrimSpace(f.host.value()), Account: strings.TrimSpace(f.account.value()),
		Password: probe.NewSecret(f.password.value()), Auth: protocols[f.protocol], Callback: callbacks[f.callback],
		Namespace: f.namespace.value(), WQL: f.query.value(), Remember: f.remember, Steps: steps}
}

// check says what is wrong with a field, or clears what was said.
func (f *Form) check(s stop) {
	why := ""
	switch s {
	case stopHost:
		why = refuseHost(strings.TrimSpace(f.host.value()))
	case stopAccount:
		if _, err := probe.ParseAccount(strings.TrimSpace(f.account.value())); err != nil {
			why = strings.TrimPrefix(err.Error(), probe.ErrAccount.Error()+": ")
		}
	case stopNamespace:
		why = refuseName(f.namespace.value())
	case stopQuery:
		if strings.TrimSpace(f.query.value()) == "" {
			why = "a query is needed, SELECT …"
		}
	}
	if why == "" {
		delete(f.refused, s)
		return
	}
	f.refused[s] = why
}

func refuseHost(h string) string {
	switch {
	case strings.ContainsAny(h, " \t"):
		return "a name holds no blank"
	case strings.Contains(h, "@"):
		return "only the host here, no user or password"
	case strings.Contains(h, `\`):
		return `without \\ in front`
	case strings.Contains(h, "/"):
		return "only the name, no path"
	}
	return ""
}

func refuseName(n string) string {
	if strings.TrimSpace(n) == "" {
		return `a namespace is needed, root\cimv2`
	}
	for _, r := range n {
		if r < 0x20 || r == 0x7f {
			return "it holds a control character"
		}
	}
	return ""
}

// Note is the line above the footer.
func (f *Form) Note() string {
	for s := stopHost; s < stopConnect; s++ {
		if f.refused[s] != "" {
			return page.Paint(f.Theme.Fail, f.Symbols.Fail) + " Change the " + stopNames[s] + ", then connect. Nothing has been sent yet."
		}
	}
	return ""
}
