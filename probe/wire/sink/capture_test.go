package sink

import (
	"encoding/binary"
	"encoding/hex"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wmidoctor/wmidoctor/probe/peers"
)

// A Server 2019 resolving an OXID at a foreign port 135 (capture 13): what it
// sent is replayed byte for byte, with our OXID in the place of theirs, and each
// of its frames gets the kind of answer it got then.
func TestWindowsFramesAreAnswered(t *testing.T) {
	dir := peers.Captures(t)
	peers.Need(t, peers.Tshark)
	s := listening(t, nil)
	const response, fault, bindAck, auth3 = 2, 3, 12, 16
	for _, c := range []struct {
		name   string
		stream string
		want   []byte // packet types of the answers, one for each frame but an auth3
		status uint32 // the last 4 bytes of the last response, or the fault's status
	}{
		{"ServerAlive2 without security", "0", []byte{bindAck, response}, 0},
		{"ResolveOxid2 with NTLM", "3", []byte{bindAck, fault}, accessDenied},
		{"the plain retry", "5", []byte{bindAck, response}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", s.Resolver().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(5 * time.Second))
			var got []byte
			var last []byte
			for _, frame := range framesOf(t, filepath.Join(dir, "13_windows_resolves_oxid_at_foreign_135.pcapng"), c.stream) {
				if frame[2] == 0 && len(frame) == 42 { // a request for ResolveOxid2: its OXID comes first
					binary.LittleEndian.PutUint64(frame[24:], s.ObjRef().Std.OXID)
				}
				if _, err := conn.Write(frame); err != nil {
					t.Fatal(err)
				}
				if frame[2] == auth3 {
					continue
				}
				last = readFrame(t, conn)
				got = append(got, last[2])
			}
			if string(got) != string(c.want) {
				t.Fatalf("answers of types %v, want %v", got, c.want)
			}
			status := binary.LittleEndian.Uint32(last[len(last)-4:])
			if last[2] == fault {
				status = binary.LittleEndian.Uint32(last[24:])
			}
			if status != c.status {
				t.Errorf("status %#x, want %#x", status, c.status)
			}
		})
	}
	named := false
	for _, e := range s.Events() {
		named = named || e.Kind == Identified && e.Identity == `SPLINTER\domain_admin_1`
	}
	if !named {
		t.Error("the account in the AUTHENTICATE was not written down")
	}
}

func framesOf(t *testing.T, file, stream string) (frames [][]byte) {
	t.Helper()
	out, err := exec.Command("tshark", "-r", file, "-Y", "tcp.stream=="+stream+" && tcp.dstport==135 && tcp.len>0",
		"-T", "fields", "-e", "tcp.payload").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Fields(string(out)) {
		b, err := hex.DecodeString(line)
		if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, b)
	}
	if len(frames) == 0 {
		t.Fatal("no frames in the capture")
	}
	return frames
}

func readFrame(t *testing.T, r io.Reader) []byte {
	t.Helper()
	header := make([]byte, 16)
	if _, err := io.ReadFull(r, header); err != nil {
		t.Fatal(err)
	}
	frame := append(header, make([]byte, int(binary.LittleEndian.Uint16(header[8:]))-16)...)
	if _, err := io.ReadFull(r, frame[16:]); err != nil {
		t.Fatal(err)
	}
	return frame
}
