// Package peers is test support: it says which independent programs a test
// needs and where they are. On a bare machine such a test skips with its
// reason; where WMIDOCTOR_PEERS=all is set it fails instead, so that nothing
// is ever skipped silently in continuous integration.
package peers

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Peer is something a test needs that is not Go.
type Peer struct {
	Name    string
	Install string // how to get it
	Have    func() bool
}

// The peers of this repository's tests.
var (
	Root      = Peer{"root", "run as root, for raw ports and namespaces", func() bool { return os.Geteuid() == 0 }}
	Linux     = Peer{"Linux", "a Linux kernel with network namespaces", func() bool { return runtime.GOOS == "linux" }}
	Tshark    = program("tshark", "apt-get install tshark")
	Tcpdump   = program("tcpdump", "apt-get install tcpdump")
	IP        = program("ip", "apt-get install iproute2")
	NFT       = program("nft", "apt-get install nftables")
	Tmux      = program("tmux", "apt-get install tmux")
	RPCClient = program("rpcclient", "apt-get install smbclient")
	Impacket  = Peer{"impacket", "apt-get install python3-impacket", func() bool {
		return exec.Command(Python(), "-c", "import impacket").Run() == nil
	}}
)

// All lists them, for the line that says what is missing.
func All() []Peer {
	return []Peer{Root, Linux, Tshark, Tcpdump, IP, NFT, Tmux, RPCClient, Impacket, SambaTool, LDBModify, SMBClient, Faketime, Kinit}
}

func program(name, install string) Peer {
	return Peer{name, install, func() bool { _, err := exec.LookPath(name); return err == nil }}
}

// Python is the interpreter that sees the distribution's modules.
func Python() string {
	if _, err := os.Stat("/usr/bin/python3"); err == nil {
		return "/usr/bin/python3"
	}
	return "python3"
}

// ImpacketExample returns the path of one of impacket's programs.
func ImpacketExample(name string) string {
	for _, dir := range []string{"/usr/share/doc/python3-impacket/examples", "/usr/share/impacket"} {
		if p := filepath.Join(dir, name); exists(p) {
			return p
		}
	}
	return name
}

func exists(p string) bool { _, err := os.Stat(p); return err == nil }

// Required reports whether a missing peer is a failure.
func Required() bool { return os.Getenv("WMIDOCTOR_PEERS") == "all" }

// Need skips the test when a peer is missing, or fails it where all are
// required.
func Need(t testing.TB, ps ...Peer) {
	t.Helper()
	for _, p := range ps {
		if p.Have() {
			continue
		}
		if Required() {
			t.Fatalf("needs %s: %s", p.Name, p.Install)
		}
		t.Skipf("needs %s: %s", p.Name, p.Install)
	}
}

// Captures returns the folder of captures of real Windows hosts: the one named
// by WMIDOCTOR_CAPTURES, or shared/captures beside the checkout. They are no
// part of the repository; without them the test skips, in continuous
// integration too.
func Captures(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv("WMIDOCTOR_CAPTURES"); dir != "" {
		return dir
	}
	_, file, _, ok := runtime.Caller(0)
	if ok {
		root := filepath.Dir(filepath.Dir(filepath.Dir(file)))
		if dir := filepath.Join(filepath.Dir(root), "shared", "captures"); exists(dir) {
			return dir
		}
	}
	t.Skip("needs captures of real Windows hosts: set WMIDOCTOR_CAPTURES to their folder")
	return ""
}

// Missing names the peers that this machine lacks.
func Missing() string {
	var names []string
	for _, p := range All() {
		if !p.Have() {
			names = append(names, p.Name+" ("+p.Install+")")
		}
	}
	return strings.Join(names, ", ")
}
