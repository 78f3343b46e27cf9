package cli

import (
	"sync"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/console"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// The account that a practice run uses.
const practiceAccount = `LAB\svc-mon`

// practiceHost is the practice host within this process.
type practiceHost struct {
	mu      sync.Mutex
	host    *winhost.Host
	session *console.Session
}

// newPracticeHost sets up a healthy host.
func newPracticeHost() *practiceHost {
	return &practiceHost{host: winhost.New(machine.New(), winhost.Options{}), session: &console.Session{}}
}

// request is the run that meets the host as it stands.
func (p *practiceHost) request() request {
	return request{
		target: probe.Target{
			Host: p.host.Machine().FQDN(), Port: probe.DefaultPort, Namespace: probe.DefaultNamespace, Query: probe.DefaultQuery,
			Auth: probe.AuthAuto, Callback: probe.CallbackAuto,
		},
		account: practiceAccount, password: probe.NewSecret(machine.Password), practice: true,
	}
}

// network is the world around the host for one run; done ends it.
func (p *practiceHost) network() (n network.Network, done func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	world := p.host.Network()
	return world, func() { _ = world.Close() }
}

// console runs one command line on the host and returns what it prints.
func (p *practiceHost) console(line string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out, err := p.session.Run(p.host.Machine(), line)
	if err != nil && out == "" {
		return err.Error()
	}
	return out
}
