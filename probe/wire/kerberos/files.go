package kerberos

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/oiweiwei/gokrb5.fork/v9/messages"
	"github.com/oiweiwei/gokrb5.fork/v9/types"
)

// largestFile bounds what is read of a credential cache or keytab.
const largestFile = 4 << 20

// load reads a file by its path or by FILE: and its path, as KRB5CCNAME and
// KRB5_KTNAME hold it. Other kinds of store are not files.
func load(name string) ([]byte, error) {
	path := strings.TrimPrefix(strings.TrimPrefix(name, "WRFILE:"), "FILE:")
	if kind, _, ok := strings.Cut(path, ":"); ok && path == name && len(kind) > 1 && strings.ToUpper(kind) == kind &&
		!strings.ContainsAny(kind, `/\.`) {
		return nil, fmt.Errorf("only files can be read, not a store of kind %s", kind)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, largestFile+1))
	if err == nil && len(b) > largestFile {
		err = errors.New("too large")
	}
	return b, err
}

// store is a cursor over a credential cache or keytab. After its end it yields
// zeros and keeps the error. No length is believed before it is checked.
type store struct {
	b     []byte
	order binary.ByteOrder
	err   error
}

var errShort = errors.New("it ends within an entry")

func (s *store) bytes(n uint32) []byte {
	if s.err == nil && uint64(n) > uint64(len(s.b)) {
		s.err = errShort
	}
	if s.err != nil {
		return nil
	}
	out := s.b[:n:n]
	s.b = s.b[n:]
	return out
}

func (s *store) u8() uint8 {
	if b := s.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (s *store) u16() uint16 {
	if b := s.bytes(2); b != nil {
		return s.order.Uint16(b)
	}
	return 0
}

func (s *store) u32() uint32 {
	if b := s.bytes(4); b != nil {
		return s.order.Uint32(b)
	}
	return 0
}

// times reads so many entries of a list whose count comes from the file.
func (s *store) times(n uint32, read func()) {
	for ; n > 0 && s.err == nil; n-- {
		read()
	}
}

// Cache is a credential cache.
type Cache struct {
	Client  Principal
	Realm   string
	tickets []*Ticket
}

// LoadCache reads a credential cache: a path, or FILE: and a path.
func LoadCache(name string) (*Cache, error) {
	b, err := load(name)
	if err == nil {
		var c *Cache
		if c, err = ReadCache(b); err == nil {
			return c, nil
		}
	}
	return nil, fmt.Errorf("credential cache: %w", err)
}

// ReadCache reads a credential cache of version 3 or 4, the ones that are
// written in network byte order.
func ReadCache(b []byte) (*Cache, error) {
	s := &store{b: b, order: binary.BigEndian}
	version := s.u16()
	if version != 0x0503 && version != 0x0504 {
		return nil, errors.New("it is no credential cache of version 3 or 4")
	}
	if version == 0x0504 {
		s.bytes(uint32(s.u16())) // tags, such as the clock's offset
	}
	c := new(Cache)
	c.Client, c.Realm = s.ccPrincipal()
	for len(s.b) > 0 && s.err == nil {
		if t := s.ccTicket(version == 0x0503); t != nil {
			c.tickets = append(c.tickets, t)
		}
	}
	return c, s.err
}

func (s *store) ccPrincipal() (p Principal, realm string) {
	p.kind = int32(s.u32())
	n := s.u32()
	realm = string(s.bytes(s.u32()))
	s.times(n, func() { p.Parts = append(p.Parts, string(s.bytes(s.u32()))) })
	return p, realm
}

// ccTicket reads one credential, nil for what is no ticket: settings of the
// cache are stored in the same shape.
func (s *store) ccTicket(twice bool) *Ticket {
	t := new(Ticket)
	t.Client, t.Realm = s.ccPrincipal()
	var realm string
	t.Service, realm = s.ccPrincipal()
	t.key.KeyType = int32(s.u16())
	if twice {
		s.u16()
	}
	t.key.KeyValue = s.bytes(s.u32())
	s.bytes(8) // when it was issued, from when it is valid
	t.Expires = time.Unix(int64(s.u32()), 0)
	s.bytes(4 + 1 + 4) // renewable till, is-skey, flags
	skip := func() { s.u16(); s.bytes(s.u32()) }
	s.times(s.u32(), skip) // addresses
	s.times(s.u32(), skip) // authorization data
	raw := s.bytes(s.u32())
	s.bytes(s.u32()) // second ticket
	if s.err != nil || strings.HasPrefix(realm, "X-CACHECONF") {
		return nil
	}
	var ticket messages.Ticket
	if guard(func() error { return ticket.Unmarshal(raw) }) != nil {
		return nil
	}
	t.raw = ticket
	return t
}

// Errors of a cache without a usable ticket.
var (
	ErrNoTicket = errors.New("the credential cache holds no ticket for it")
	ErrExpired  = errors.New("the ticket in the credential cache has expired")
)

// Ticket returns the ticket for a service.
func (c *Cache) Ticket(service Principal, now time.Time) (*Ticket, error) {
	err := ErrNoTicket
	for _, t := range c.tickets {
		switch {
		case !t.Service.same(service):
		case t.Expires.Before(now):
			err = ErrExpired
		default:
			return t, nil
		}
	}
	return nil, err
}

// TGT returns the client's ticket-granting ticket.
func (c *Cache) TGT(now time.Time) (*Ticket, error) { return c.Ticket(krbtgt(c.Realm), now) }

// Keytab holds keys of principals.
type Keytab struct{ entries []keytabEntry }

type keytabEntry struct {
	who     Principal
	realm   string
	version uint32
	key     types.EncryptionKey
}

// Format writes how many keys there are, never one of them.
func (k *Keytab) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "keytab of %d keys", len(k.entries)) }

// LoadKeytab reads a keytab: a path, or FILE: and a path.
func LoadKeytab(name string) (*Keytab, error) {
	b, err := load(name)
	if err == nil {
		var k *Keytab
		if k, err = ReadKeytab(b); err == nil {
			return k, nil
		}
	}
	return nil, fmt.Errorf("keytab: %w", err)
}

// ReadKeytab reads a keytab of version 2.
func ReadKeytab(b []byte) (*Keytab, error) {
	s := &store{b: b, order: binary.BigEndian}
	if s.u16() != 0x0502 {
		return nil, errors.New("it is no keytab of version 2")
	}
	k := new(Keytab)
	for len(s.b) >= 4 && s.err == nil {
		size := int32(s.u32())
		switch {
		case size == 0:
			return k, nil
		case size < 0: // a hole
			s.bytes(uint32(-int64(size)))
		default:
			entry := &store{b: s.bytes(uint32(size)), order: s.order}
			e := entry.keytabEntry()
			if s.err == nil && entry.err != nil {
				return nil, entry.err
			}
			k.entries = append(k.entries, e)
		}
	}
	return k, s.err
}

func (s *store) keytabEntry() (e keytabEntry) {
	n := uint32(s.u16())
	e.realm = string(s.bytes(uint32(s.u16())))
	s.times(n, func() { e.who.Parts = append(e.who.Parts, string(s.bytes(uint32(s.u16())))) })
	e.who.kind = int32(s.u32())
	s.bytes(4) // when it was written
	e.version = uint32(s.u8())
	e.key.KeyType = int32(s.u16())
	e.key.KeyValue = s.bytes(uint32(s.u16()))
	if len(s.b) >= 4 {
		if v := s.u32(); v != 0 {
			e.version = v
		}
	}
	return e
}

// Principal is the first entry's, for a client that named none.
func (k *Keytab) Principal() (p Principal, realm string, ok bool) {
	if len(k.entries) == 0 {
		return p, "", false
	}
	return k.entries[0].who, k.entries[0].realm, true
}

// key returns the newest key of a principal, or that of one version. A user
// principal name finds the entry of its first part.
func (k *Keytab) key(who Principal, realm string, version uint32, etype int32) (types.EncryptionKey, error) {
	if who.canonical() {
		name, _, _ := strings.Cut(who.Parts[0], "@")
		who = User(name)
	}
	var best *keytabEntry
	for i := range k.entries {
		e := &k.entries[i]
		if !e.who.same(who) || !strings.EqualFold(e.realm, realm) || e.key.KeyType != etype ||
			version != 0 && e.version != version {
			continue
		}
		if best == nil || e.version > best.version {
			best = e
		}
	}
	if best == nil {
		return types.EncryptionKey{}, fmt.Errorf("the keytab has no key of kind %d for %s@%s", etype, who, realm)
	}
	return best.key, nil
}
