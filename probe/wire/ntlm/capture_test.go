package ntlm

import (
	"bytes"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// captures is the folder with traffic of real hosts.
func captures(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("WMIDOCTOR_CAPTURES")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "..", "shared", "captures")
	}
	files, _ := filepath.Glob(filepath.Join(folder, "*.pcap*"))
	need(t, "captures of real hosts (WMIDOCTOR_CAPTURES)", len(files) > 0)
	return folder
}

// TestCaptures reads every NTLM message of real Windows traffic and compares
// with what tshark reads in it.
func TestCaptures(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(captures(t), "*.pcap*"))
	tshark, err := exec.LookPath("tshark")
	need(t, "tshark", err == nil)

	count := map[uint32]int{}
	for _, file := range files {
		args := []string{"-r", file, "-Y", "ntlmssp.messagetype", "-T", "fields", "-E", "occurrence=f"}
		for _, f := range []string{"tcp.payload", "ntlmssp.negotiateflags", "ntlmssp.ntlmserverchallenge", "ntlmssp.challenge.target_name",
			"ntlmssp.challenge.target_info.dns_computer_name", "ntlmssp.version.build_number",
			"ntlmssp.auth.username", "ntlmssp.auth.domain", "ntlmssp.auth.hostname"} {
			args = append(args, "-e", f)
		}
		out, err := exec.Command(tshark, args...).Output()
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(out)) {
			f := strings.Split(strings.TrimRight(line, "\n"), "\t")
			frame, _ := hex.DecodeString(f[0])
			at := bytes.Index(frame, []byte(signature))
			if at < 0 {
				continue
			}
			kind := compare(t, filepath.Base(file), frame[at:], f[1:])
			count[kind]++
		}
	}
	t.Logf("messages by type: %v", count)
	if count[typeChallenge] == 0 || count[typeAuthenticate] == 0 {
		t.Error("no challenge or no answer in any capture")
	}
}

func compare(t *testing.T, file string, token []byte, want []string) uint32 {
	t.Helper()
	kind, err := messageType(token)
	var got []string
	switch kind {
	case typeNegotiate:
		flags, e := readNegotiate(token)
		err, got = e, []string{hex32(flags), "", "", "", want[4], "", "", ""}
	case typeChallenge:
		c, e := ReadChallenge(token)
		err, got = e, []string{hex32(c.Flags), hex.EncodeToString(c.Nonce[:]), c.TargetName, c.DNSComputer, strconv.Itoa(int(c.Build)), "", "", ""}
	case typeAuthenticate:
		a, e := ReadAuthenticate(token)
		build := ""
		if a.Flags&flagVersion != 0 && want[4] != "" {
			build = strconv.Itoa(int(a.Build))
		}
		want[3] = "" // tshark also reads the attributes inside the response
		err, got = e, []string{hex32(a.Flags), "", "", "", build, a.User, a.Domain, a.Workstation}
	}
	if err != nil {
		t.Errorf("%s, type %d: %v", file, kind, err)
		return kind
	}
	for i := range want {
		if w := strings.ReplaceAll(want[i], "NULL", ""); got[i] != w {
			t.Errorf("%s, type %d, field %d: got %q, tshark says %q", file, kind, i, got[i], w)
		}
	}
	if red := Redact(token); len(red) != len(token) || kind == typeAuthenticate && bytes.Equal(red, token) {
		t.Errorf("%s: not redacted", file)
	}
	return kind
}

func hex32(v uint32) string {
	return "0x" + strings.Repeat("0", 8-len(strconv.FormatUint(uint64(v), 16))) + strconv.FormatUint(uint64(v), 16)
}
