package scenario

import (
	"strconv"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// Target is the question a client asks the practice host.
type Target struct {
	Host             string // typed instead of the address of the host; empty: that address
	User, Password   string
	Namespace, Query string
	Auth             probe.AuthChoice
	Timeout          time.Duration // of every step; 0: the usual ones
}

// Plain is the question that a healthy host answers.
func Plain() Target {
	return Target{User: `LAB\svc-mon`, Password: machine.Password, Namespace: probe.DefaultNamespace, Query: probe.DefaultQuery, Auth: probe.AuthAuto}
}

// Probe is the question in the words of a run. host stands where no other name
// is asked for.
func (t Target) Probe(host string, port uint16) probe.Target {
	if t.Host != "" {
		host = t.Host
	}
	return probe.Target{Host: host, Port: port, Namespace: t.Namespace, Query: t.Query, Auth: t.Auth, StepTimeout: t.Timeout}
}

// Arguments are the whole arguments of "check" with which a host served at this
// address and port shows the fault. They are nil where the address, the port
// and the user suffice. The password comes by another way.
func (t Target) Arguments(address string, port uint16) []string {
	plain := Plain()
	plain.User, plain.Password = t.User, t.Password
	if t == plain {
		return nil
	}
	if t.Host != "" {
		address = t.Host
	}
	args := []string{address, "--port", strconv.Itoa(int(port)), "-u", t.User, "--password-stdin"}
	if t.Namespace != plain.Namespace {
		args = append(args, "-n", t.Namespace)
	}
	if t.Query != plain.Query {
		args = append(args, "-q", t.Query)
	}
	if t.Auth != plain.Auth {
		args = append(args, "--auth", string(t.Auth))
	}
	if t.Timeout != 0 {
		args = append(args, "--timeout", t.Timeout.String())
	}
	return args
}

func as(user string) func(*Target) { return func(t *Target) { t.User = user } }

func in(namespace string) func(*Target) { return func(t *Target) { t.Namespace = namespace } }

func ask(query string) func(*Target) { return func(t *Target) { t.Query = query } }
