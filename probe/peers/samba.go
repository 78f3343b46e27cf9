package peers

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/wmidoctor/wmidoctor/probe/network"
)

// What an Active Directory domain of our own needs.
var (
	SambaTool = program("samba-tool", "apt-get install samba samba-ad-provision samba-dsdb-modules samba-vfs-modules winbind python3-samba")
	LDBModify = program("ldbmodify", "apt-get install ldb-tools")
	SMBClient = program("smbclient", "apt-get install smbclient")
	Faketime  = program("faketime", "apt-get install faketime")
	Kinit     = program("kinit", "apt-get install krb5-user")
)

//go:embed sambaad.sh
var sambaScript string

// Domain is a running Active Directory domain, LAB.TEST (NetBIOS LAB), on a
// Samba domain controller.
type Domain struct {
	Address  netip.Addr // of dc1.lab.test
	Password string     // of every account that has one
	// HostKeytab holds the keys of RPCSS/winhost.lab.test, a member that does
	// not exist; UserKeytab those of the account good.
	HostKeytab, UserKeytab string
}

// Network is this machine's network, in which the names of the domain are known.
func (d *Domain) Network() network.Network { return domainNetwork{network.System(), d.Address} }

// Cache logs an account on with MIT's kinit, gets tickets for services with its
// kvno, and returns the credential cache they wrote.
func (d *Domain) Cache(t testing.TB, account string, services ...string) string {
	t.Helper()
	Need(t, Kinit)
	folder := t.TempDir()
	config := filepath.Join(folder, "krb5.conf")
	err := os.WriteFile(config, []byte(fmt.Sprintf("[libdefaults]\ndefault_realm = LAB.TEST\ndns_lookup_kdc = false\nrdns = false\n"+
		"dns_canonicalize_hostname = false\nudp_preference_limit = 1\n[realms]\nLAB.TEST = {\nkdc = %s\n}\n", d.Address)), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	name := "FILE:" + filepath.Join(folder, "cache")
	run := func(program string, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program, append([]string{"-c", name}, args...)...)
		cmd.Env = append(os.Environ(), "KRB5_CONFIG="+config)
		cmd.Stdin = strings.NewReader(d.Password + "\n")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", program, err, out)
		}
	}
	run("kinit", account)
	if len(services) > 0 {
		run("kvno", services...)
	}
	return name
}

type domainNetwork struct {
	network.Network
	dc netip.Addr
}

func (n domainNetwork) LookupHost(ctx context.Context, name string) ([]netip.Addr, error) {
	if strings.HasSuffix(strings.ToLower(name), "lab.test") {
		return []netip.Addr{n.dc}, nil
	}
	return n.Network.LookupHost(ctx, name)
}

func (n domainNetwork) LookupKDC(_ context.Context, realm string) ([]netip.AddrPort, error) {
	if strings.EqualFold(realm, "LAB.TEST") || strings.EqualFold(realm, "LAB") {
		return []netip.AddrPort{netip.AddrPortFrom(n.dc, 88)}, nil
	}
	return nil, &network.Error{Op: "lookup", Kind: network.DNS, Name: realm, NotFound: true, Err: errors.New("no such name")}
}

// domains are started once for a test binary, by StartDomain.
var domains struct {
	sync.Mutex
	running *Domain
	failed  error
	stop    func()
}

// SambaAD returns the domain of this test binary and starts it at first use,
// which takes half a minute. The binary's TestMain must call StopDomain at its
// end. WMIDOCTOR_SAMBA="FOLDER ADDRESS" names one that runs already.
func SambaAD(t testing.TB) *Domain {
	t.Helper()
	Need(t, Linux, Root, IP, SambaTool, LDBModify, SMBClient, Faketime)
	domains.Lock()
	defer domains.Unlock()
	if domains.running == nil && domains.failed == nil {
		domains.running, domains.stop, domains.failed = startDomain()
	}
	if domains.failed != nil {
		t.Fatal(domains.failed)
	}
	return domains.running
}

// StopDomain stops what SambaAD started.
func StopDomain() {
	domains.Lock()
	defer domains.Unlock()
	if domains.stop != nil {
		domains.stop()
	}
	domains.running, domains.stop = nil, nil
}

func startDomain() (*Domain, func(), error) {
	if folder, address, ok := strings.Cut(os.Getenv("WMIDOCTOR_SAMBA"), " "); ok {
		a, err := netip.ParseAddr(address)
		return domainIn(folder, a), nil, err
	}
	folder, err := os.MkdirTemp("", "wmidoctor-samba-")
	if err != nil {
		return nil, nil, err
	}
	script := filepath.Join(folder, "sambaad.sh")
	if err := os.WriteFile(script, []byte(sambaScript), 0o700); err != nil {
		return nil, nil, err
	}
	// Networks of four addresses from the range for tests of equipment
	// (RFC 2544), one for each process.
	n := os.Getpid() % (1 << 14)
	ours := netip.AddrFrom4([4]byte{198, 18, byte(n >> 6), byte(n<<2) + 1})
	args := []string{folder, "wmisamba" + strconv.Itoa(os.Getpid()), ours.Next().String(), ours.String()}
	run := func(what string) ([]byte, error) {
		return exec.Command("bash", append([]string{script, what}, args...)...).CombinedOutput()
	}
	stop := func() {
		_, _ = run("down")
		os.RemoveAll(folder)
	}
	if out, err := run("up"); err != nil {
		stop()
		return nil, nil, fmt.Errorf("start the Samba domain: %w: %s", err, out)
	}
	return domainIn(folder, ours.Next()), stop, nil
}

func domainIn(folder string, a netip.Addr) *Domain {
	return &Domain{
		Address: a, Password: "Passw0rd!123",
		HostKeytab: filepath.Join(folder, "host.keytab"), UserKeytab: filepath.Join(folder, "good.keytab"),
	}
}
