package probe

import (
	"errors"
	"sync"
)

// Purse holds the credential and is the lockout rule: a credential that was
// rejected is not handed out again unless the person agreed. It outlives the
// run, so that a second run still knows what the host refused.
type Purse struct {
	mu                       sync.Mutex
	credential               Credential
	open                     int // handed out, answer not seen yet
	sent, accepted, rejected int
	refused, allowed         bool
}

// Errors of Spend.
var (
	ErrRejected  = errors.New("the host has rejected this credential; it is not sent again without consent")
	ErrAnonymous = errors.New("no credential may be sent")
)

// NewPurse keeps a credential. An anonymous one can never be spent.
func NewPurse(c Credential) *Purse { return &Purse{credential: c} }

// Account is whom the purse speaks for.
func (p *Purse) Account() Account {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.credential.Account
}

// Files are the paths of the Kerberos credential cache and of the keytab, empty
// for none. Paths are no secrets.
func (p *Purse) Files() (ccache, keytab string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.credential.CCache, p.credential.Keytab
}

// OnlyFiles reports whether a cache or a keytab is all there is: NTLM has
// nothing to prove the account with.
func (p *Purse) OnlyFiles() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.credential
	return c.Password.Empty() && (c.CCache != "" || c.Keytab != "")
}

// Peek reports whether Spend would hand the credential out, without counting.
func (p *Purse) Peek() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.may()
}

func (p *Purse) may() error {
	if p.credential.Account.Anonymous() {
		return ErrAnonymous
	}
	if (p.refused || p.open > 0) && !p.allowed {
		return ErrRejected
	}
	return nil
}

// Spend hands the credential out for one attempt and counts it as sent. An
// attempt whose answer never came is treated as rejected.
func (p *Purse) Spend(StepID) (Credential, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.may(); err != nil {
		return Credential{}, err
	}
	p.allowed, p.open = false, p.open+1
	p.sent++
	return p.credential, nil
}

// Accepted records that the host or KDC accepted the last attempt.
func (p *Purse) Accepted() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open, p.refused = max(p.open-1, 0), false
	p.accepted++
}

// Rejected records that the host or KDC refused the last attempt, or that no
// answer came.
func (p *Purse) Rejected() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = max(p.open-1, 0)
	p.rejected++
	p.refused = true
}

// Allow lets a refused credential be spent once more, after the person agreed.
func (p *Purse) Allow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.allowed = true
}

// Forbid takes back an Allow that was not used.
func (p *Purse) Forbid() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.allowed = false
}

// Replace puts a newly typed credential in, which nobody has refused yet.
func (p *Purse) Replace(c Credential) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.credential, p.open, p.refused, p.allowed = c, 0, false, false
}

// Count returns how often the credential was sent, accepted and rejected.
func (p *Purse) Count() (sent, accepted, rejected int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent, p.accepted, p.rejected
}
