package rpc

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wmidoctor/wmidoctor/probe/peers"
)

func tshark(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("tshark", args...).Output()
	if err != nil {
		t.Fatalf("tshark %q: %v", args, err)
	}
	return string(out)
}

// streams returns the two directions of each TCP stream of a capture that
// tshark sees DCE/RPC in.
func streams(t *testing.T, file string) map[string][2][]byte {
	args := []string{"-r", file, "-q"}
	var order []string
	for _, n := range strings.Fields(tshark(t, "-r", file, "-Y", "dcerpc", "-T", "fields", "-e", "tcp.stream")) {
		if !slices.Contains(order, n) {
			order = append(order, n)
			args = append(args, "-z", "follow,tcp,raw,"+n)
		}
	}
	found := make(map[string][2][]byte)
	current := ""
	for _, line := range strings.Split(tshark(t, args...), "\n") {
		if n, ok := strings.CutPrefix(line, "Filter: tcp.stream eq "); ok {
			current = n
		}
		sides := found[current]
		side := 0
		if strings.HasPrefix(line, "\t") {
			side = 1
		}
		if b, err := hex.DecodeString(strings.TrimSpace(line)); err == nil && len(b) > 0 {
			sides[side] = append(sides[side], b...)
			found[current] = sides
		}
	}
	return found
}

// cutFrames reads all frames of one direction.
func cutFrames(t *testing.T, b []byte) (frames []frame) {
	r := newReader(&fixed{Reader: bytes.NewReader(b)})
	for {
		f, err := r.next()
		if err == io.EOF {
			return frames
		}
		if err != nil {
			t.Errorf("after %d frames: %v", len(frames), err)
			return frames
		}
		frames = append(frames, f)
	}
}

// fixed is a connection that only yields bytes.
type fixed struct {
	io.Reader
	net.Conn
}

func (f *fixed) Read(p []byte) (int, error)      { return f.Reader.Read(p) }
func (f *fixed) SetReadDeadline(time.Time) error { return nil }

// Every frame of every capture is read, and type, call, operation and status
// are those that tshark reads.
func TestCaptures(t *testing.T) {
	peers.Need(t, peers.Tshark)
	folder := peers.Captures(t)
	files, _ := filepath.Glob(filepath.Join(folder, "*.pcap*"))
	total := 0
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			var ours []string
			for n, sides := range streams(t, file) {
				for _, side := range sides {
					for _, f := range cutFrames(t, side) {
						total++
						ours = append(ours, n+" "+describe(t, &f))
					}
				}
			}
			var theirs []string
			table := tshark(t, "-r", file, "-Y", "dcerpc", "-T", "fields", "-E", "occurrence=a", "-E", "separator=;",
				"-e", "tcp.stream", "-e", "dcerpc.pkt_type", "-e", "dcerpc.cn_call_id", "-e", "dcerpc.cn_frag_len", "-e", "dcerpc.cn_auth_len")
			for _, row := range strings.Fields(table) {
				c := strings.Split(row, ";")
				for i, kind := range strings.Split(c[1], ",") {
					theirs = append(theirs, fmt.Sprintf("%s %s %s %s %s", c[0], kind, nth(c[2], i), nth(c[3], i), nth(c[4], i)))
				}
			}
			slices.Sort(ours)
			slices.Sort(theirs)
			if !slices.Equal(ours, theirs) {
				t.Errorf("%d frames, tshark reads %d", len(ours), len(theirs))
				for _, l := range ours {
					if !slices.Contains(theirs, l) {
						t.Log("only ours:", l)
					}
				}
				for _, l := range theirs {
					if !slices.Contains(ours, l) {
						t.Log("only tshark's:", l)
					}
				}
			}
		})
	}
	t.Logf("%d frames in %d captures", total, len(files))
}

func nth(list string, i int) string {
	if l := strings.Split(list, ","); i < len(l) {
		return l[i]
	}
	return ""
}

// describe is a frame in the columns of the tshark table; its body is read,
// written again and compared, and dissected.
func describe(t *testing.T, f *frame) string {
	t.Helper()
	again := func(b []byte, err error, got *bindBody) {
		g := *f
		g.raw = b
		putHeader(g.raw, f.kind, f.flags, f.callID, 0)
		g.auth = 0
		parse := parseBind
		if f.kind == typeBindAck || f.kind == typeAlterResp {
			parse = parseAck
		}
		second, err2 := parse(&g)
		if err != nil || err2 != nil || !cmp.Equal(got, second, cmp.AllowUnexported(bindBody{}, contextOffer{}, contextResult{})) {
			t.Errorf("%s %d: %v %v", f.kind, f.callID, err, err2)
		}
		if f.auth == 0 && (f.kind == typeBind || f.kind == typeAlter) && !bytes.Equal(b, f.raw) {
			t.Errorf("%s %d is written differently", f.kind, f.callID)
		}
	}
	switch f.kind {
	case typeBind, typeAlter:
		b, err := parseBind(f)
		if err != nil {
			t.Error(err)
			break
		}
		again(b.appendBind(nil), err, b)
	case typeBindAck, typeAlterResp:
		b, err := parseAck(f)
		if err != nil {
			t.Error(err)
			break
		}
		again(b.appendAck(nil), err, b)
	case typeFault:
		if _, err := parseFault(f); err != nil {
			t.Error(err)
		}
	case typeBindNak:
		if _, err := parseNak(f); err != nil {
			t.Error(err)
		}
	}
	d := dissection{}.frame(f.raw)
	if d.Status == "unreadable" || d.Type != f.kind.String() {
		t.Errorf("dissected as %q, %q", d.Type, d.Status)
	}
	for _, field := range d.Fields {
		if field.Offset < 0 || field.Offset+field.Size > len(f.raw) {
			t.Errorf("%s: field %q lies outside the frame", d.Type, field.Name)
		}
	}
	return fmt.Sprintf("%d %d %d %d", f.kind, f.callID, len(f.raw), f.auth)
}
