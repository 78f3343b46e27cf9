package cli

import (
	"sync"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/network"
	"github.com/wmidoctor/wmidoctor/probe/winhost"
	"github.com/wmidoctor/wmidoctor/probe/winhost/console"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
	"github.com/wmidoctor/wmidoctor/probe/winhost/scenario"
)

// practiceHost is the practice host within this process, as it is set up now.
type practiceHost struct {
	mu      sync.Mutex
	host    *winhost.Host
	session *console.Session
	asks    scenario.Target
}

// newPracticeHost sets a host up with these faults, a healthy one without.
func newPracticeHost(faults ...scenario.Scenario) *practiceHost {
	p := &practiceHost{}
	p.play(faults...)
	return p
}

// play sets the host up anew.
func (p *practiceHost) play(faults ...scenario.Scenario) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := machine.New()
	p.host, p.session = winhost.New(m, winhost.Options{}), &console.Session{}
	p.asks = scenario.Play(m, p.host.Path(), faults...)
}

// request is the run that meets the host as it was set up.
func (p *practiceHost) request() request {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.asks.Probe(p.host.Machine().FQDN(), probe.DefaultPort)
	t.Callback = probe.CallbackAuto
	return request{target: t, account: p.asks.User, password: probe.NewSecret(p.asks.Password), practice: true}
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
