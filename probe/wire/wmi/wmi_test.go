package wmi

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oiweiwei/go-msrpc/dcerpc"
	"github.com/oiweiwei/go-msrpc/msrpc/dcom/wmi/iwbemlevel1login/v0"
	"github.com/oiweiwei/go-msrpc/ndr"

	"github.com/wmidoctor/wmidoctor/probe/code"
	"github.com/wmidoctor/wmidoctor/probe/wire/dcom"
	"github.com/wmidoctor/wmidoctor/probe/wire/ntlm"
	"github.com/wmidoctor/wmidoctor/probe/wire/rpc"
)

func statusOf(err error) code.Code {
	var s *dcom.Status
	if errors.As(err, &s) {
		return s.Code
	}
	return code.Code{}
}

func wbem(number uint32) code.Code { return code.Code{Space: code.WBEM, Number: number} }

// The forms are those of clients: Windows' own, impacket's, Samba's.
func TestResource(t *testing.T) {
	for _, c := range []struct{ typed, machine, path string }{
		{`root\cimv2`, "", `root\cimv2`},
		{`root/cimv2`, "", `root\cimv2`},
		{`\\SNICKLEFRITZ\root\cimv2`, "SNICKLEFRITZ", `root\cimv2`},
		{`//./root/cimv2`, ".", `root\cimv2`},
		{`\\.\ROOT`, ".", "ROOT"},
		{`\\host`, "host", ""},
		{"", "", ""},
	} {
		if machine, path := SplitResource(c.typed); machine != c.machine || path != c.path {
			t.Errorf("%q: %q, %q", c.typed, machine, path)
		}
		if got, want := Resource(c.typed), "//./"+strings.ReplaceAll(c.path, `\`, "/"); got != want {
			t.Errorf("Resource(%q) = %q", c.typed, got)
		}
	}
}

// MS-WMI 2.2.11 and MS-ERREF: a number is read in its own space.
func TestReturned(t *testing.T) {
	for number, space := range map[uint32]code.Space{
		0x80041003: code.WBEM, 0x8004100E: code.WBEM, 0x80042001: code.WBEM, 0x80044001: code.WBEM, 0x00040004: code.WBEM, 1: code.WBEM,
		0x80040154: code.HResult, 0x80070005: code.HResult, 0x800706BA: code.HResult, 0x80010110: code.HResult, 5: code.Win32,
	} {
		if got := statusOf(Returned("call", number)); got != (code.Code{Space: space, Number: number}) {
			t.Errorf("%#x read as %s %s", number, got.Space, got)
		}
	}
	if err := Returned("call", 0); err != nil {
		t.Error(err)
	}
}

func login(t *testing.T, h *host, under *rpc.Binding) (*Client, *Services) {
	t.Helper()
	ctx, a := within(t), h.activation()
	c := NewClient(under, a)
	s, err := c.Login(ctx, a.Interface(dcom.IIDLevel1Login), `root\cimv2`).Wait(ctx)
	if err != nil {
		t.Fatalf("login: %v", err)
	}
	return c, s
}

func anonymous(t *testing.T, h *host) (*Client, *Services) {
	conn := h.serve(nil)
	return login(t, h, conn.Use(dcom.IIDLevel1Login.Syntax(), nil))
}

func TestHealthyQuery(t *testing.T) {
	h := newHost(t)
	c, s := anonymous(t, h)
	ctx := within(t)
	e, err := s.ExecQuery(ctx, "one", FlagsSemiSync).Wait(ctx)
	if err != nil {
		t.Fatal(err)
	}
	// Two rows asked for, one there: so it is the only one.
	b, err := e.Next(ctx, -1, 2).Wait(ctx)
	if err != nil || b.Status != StatusEnd || len(b.Rows) != 1 {
		t.Fatalf("Next: %+v, %v", b, err)
	}
	if v, _ := b.Rows[0].Object.Value("Name"); v != "Ding" || b.Rows[0].Err != nil || len(b.Rows[0].Raw) == 0 {
		t.Errorf("row %+v", b.Rows[0])
	}
	if h.resource != `root\cimv2` || h.query != "one" {
		t.Errorf("the host saw namespace %q, query %q", h.resource, h.query)
	}
	if _, err := c.Release(ctx).Wait(ctx); err != nil {
		t.Error(err)
	}
	if n := h.exporter.Len(); n != 0 || h.releases != 1 {
		t.Errorf("%d objects left after %d releases", n, h.releases)
	}
	if _, err := c.Release(ctx).Wait(ctx); err != nil || h.releases != 1 {
		t.Errorf("released again: %v, %d calls", err, h.releases)
	}
	want := []string{"IWbemLevel1Login", "IWbemServices", "IEnumWbemClassObject", "IRemUnknown"}
	if !slices.Equal(h.calls, want) {
		t.Errorf("calls on %v, want %v", h.calls, want)
	}
	// Each interface's bind or alter_context leaves with its first call.
	if h.turns != len(want) {
		t.Errorf("%d turns for %d calls", h.turns, len(want))
	}
}

func TestNext(t *testing.T) {
	h := newHost(t)
	_, s := anonymous(t, h)
	ctx := within(t)
	for _, c := range []struct {
		query  string
		count  int
		rows   int
		status uint32
		err    code.Code
	}{
		{"none", 2, 0, StatusEnd, code.Code{}},
		{"one", 1, 1, StatusOK, code.Code{}},
		{"many", 2, 2, StatusOK, code.Code{}},
		{"many", 300, 250, StatusEnd, code.Code{}},
		{"late", 2, 0, StatusTimedOut, code.Code{}},
		{"broken", 10, 3, 0x80041003, wbem(0x80041003)},
	} {
		e, err := s.ExecQuery(ctx, c.query, FlagsSemiSync).Wait(ctx)
		if err != nil {
			t.Fatal(err)
		}
		b, err := e.Next(ctx, time.Second, c.count).Wait(ctx)
		if len(b.Rows) != c.rows || b.Status != c.status || statusOf(err) != c.err || (err == nil) != (c.err == code.Code{}) {
			t.Errorf("%s, %d at most: %d rows, status %#x, %v", c.query, c.count, len(b.Rows), b.Status, err)
		}
	}
	e, err := s.ExecQuery(ctx, "many", FlagsSemiSync).Wait(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Reset(ctx).Wait(ctx); statusOf(err) != wbem(0x80041016) {
		t.Errorf("Reset of a forward-only enumerator: %v", err)
	}
}

func TestSmartNext(t *testing.T) {
	h := newHost(t)
	c, s := anonymous(t, h)
	ctx := within(t)
	e, err := s.ExecQuery(ctx, "many", FlagsSemiSync).Wait(ctx)
	if err != nil {
		t.Fatal(err)
	}
	smart, err := e.Smart(ctx)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for {
		b, err := smart.Next(ctx, -1, 100).Wait(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range b.Rows {
			if v, _ := r.Object.Value("Number"); r.Err != nil || v != uint32(total) {
				t.Fatalf("row %d: %v, %v", total, v, r.Err)
			}
			total++
		}
		if b.Status == StatusEnd {
			break
		}
	}
	if total != 250 {
		t.Errorf("%d rows", total)
	}
	if _, err := c.Release(ctx).Wait(ctx); err != nil || h.exporter.Len() != 0 {
		t.Errorf("%v, %d objects left", err, h.exporter.Len())
	}
}

func TestRefusals(t *testing.T) {
	h := newHost(t)
	c, s := anonymous(t, h)
	ctx := within(t)
	ref := h.activation().Interface(dcom.IIDLevel1Login)
	for resource, want := range map[string]uint32{`\\host\root\denied`: 0x80041003, "//./root/nowhere": 0x8004100E} {
		if _, err := c.Login(ctx, ref, resource).Wait(ctx); statusOf(err) != wbem(want) {
			t.Errorf("login to %s: %v", resource, err)
		}
		if h.resource != resource {
			t.Errorf("sent %q as %q", resource, h.resource)
		}
	}
	if _, err := s.ExecQuery(ctx, "SELEC", FlagsSemiSync).Wait(ctx); statusOf(err) != wbem(0x80041017) {
		t.Errorf("a query with an error: %v", err)
	}
	if _, err := s.OpenNamespace(ctx, "nowhere").Wait(ctx); statusOf(err) != wbem(0x8004100E) {
		t.Errorf("OpenNamespace: %v", err)
	}
	gone := *ref
	gone.Std.IPID = dcom.NewGUID()
	e := &Enumerator{client: c, proxy: c.proxy(dcom.IIDEnumObject, gone.Std.IPID)}
	var fault *rpc.Fault
	if _, err := e.Next(ctx, -1, 1).Wait(ctx); !errors.As(err, &fault) || fault.Status != dcom.InvalidObject || statusOf(err) != (code.Code{}) {
		t.Errorf("an object that isn't: %v", err)
	}
}

// Counts are of UTF-16 units, not bytes: go-msrpc's own decoder reads it.
func TestOutsideASCII(t *testing.T) {
	h := newHost(t)
	c, s := anonymous(t, h)
	ctx := within(t)
	if _, err := c.Login(ctx, h.activation().Interface(dcom.IIDLevel1Login), `root\größe`).Wait(ctx); err != nil || h.resource != `root\größe` {
		t.Errorf("login: the host saw %q, %v", h.resource, err)
	}
	if _, err := s.ExecQuery(ctx, "größer", FlagsSemiSync).Wait(ctx); err != nil || h.query != "größer" {
		t.Errorf("query: the host saw %q, %v", h.query, err)
	}
	if _, err := s.OpenNamespace(ctx, "größe").Wait(ctx); err != nil {
		t.Errorf("OpenNamespace: %v", err)
	}
	if got := bstr("größer\U0001F600"); got.Size != 8 || got.BytesCount != 16 {
		t.Errorf("BSTR of %d units, %d bytes", got.Size, got.BytesCount)
	}
}

// For ASCII the library's encoder is a witness of ours.
func TestLoginRequestAgainstGoMSRPC(t *testing.T) {
	plain := iwbemlevel1login.NTLMLoginRequest{This: dcom.Proxy{Version: dcom.Newest}.This(), NetworkResource: `\\SNICKLEFRITZ\root\cimv2`}
	encode := func(m ndr.Marshaler) []byte {
		w := ndr.NDR20(nil)
		if err := m.MarshalNDR(context.Background(), w); err != nil {
			t.Fatal(err)
		}
		return w.Bytes()
	}
	if ours, theirs := encode(&loginRequest{plain}), encode(&plain); !bytes.Equal(ours, theirs) {
		t.Errorf("ours\n%x, theirs\n%x", ours, theirs)
	}
}

// A Windows 7 client's GetObject of Win32_Process at packet level, its stub from
// behind the causality id; elcabezzonn Pcaps collection, wmi_query. The referents
// are the client's own choice.
func TestPathRequestAsWindows(t *testing.T) {
	windows, err := hex.DecodeString("00000000" + "55736572" + "0d000000" + "1a000000" + "0d000000" +
		"570069006e00330032005f00500072006f006300650073007300" + "0000" + "00000000" + "00000000" + "00000200" + "00000000" + "00000000")
	if err != nil {
		t.Fatal(err)
	}
	w := ndr.NDR20(nil)
	r := pathRequest{this: dcom.Proxy{Version: dcom.Newest}.This(), path: "Win32_Process"}
	if err := r.MarshalNDR(context.Background(), w); err != nil {
		t.Fatal(err)
	}
	ours := w.Bytes()[28:]
	if len(ours) != len(windows) {
		t.Fatalf("ours\n%x, Windows'\n%x", ours, windows)
	}
	for _, referent := range []int{4, len(ours) - 12} {
		if bytes.Equal(ours[referent:referent+4], make([]byte, 4)) {
			t.Errorf("no pointer at %d", referent)
		}
		copy(ours[referent:referent+4], windows[referent:])
	}
	if !bytes.Equal(ours, windows) {
		t.Errorf("ours\n%x, Windows'\n%x", ours, windows)
	}
}

func TestGetObject(t *testing.T) {
	h := newHost(t)
	_, s := anonymous(t, h)
	ctx := within(t)
	r, err := s.GetObject(ctx, "Win32_Thing").Wait(ctx)
	if err != nil || r.Err != nil || r.Object.Instance || r.Object.Class.Name != "Win32_Thing" {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := s.GetObject(ctx, "Win32_Nothing").Wait(ctx); statusOf(err) != wbem(0x80041002) {
		t.Errorf("of nothing: %v", err)
	}
}

func TestAsync(t *testing.T) {
	h := newHost(t)
	_, s := anonymous(t, h)
	ctx := within(t)
	sink := &dcom.ObjRef{Kind: dcom.Standard, IID: dcom.IIDObjectSink, Std: dcom.StdObjRef{PublicRefs: 5, OXID: 1, OID: 2, IPID: dcom.NewGUID()},
		Resolver: dcom.Bindings{Strings: []dcom.StringBinding{dcom.TCP("192.0.2.7", 0)}, Security: []dcom.SecurityBinding{{Authn: 0x0a, Authz: 0xffff}}}}
	call := s.ExecQueryAsync(ctx, "one", 0, sink) // not waited for yet
	if _, err := call.Wait(ctx); err != nil {
		t.Error(err)
	}
	if h.sink == nil || h.sink.Std != sink.Std || h.sink.Resolver.Strings[0].Address != "192.0.2.7" {
		t.Errorf("the host got %+v", h.sink)
	}
	if _, err := s.CancelAsyncCall(ctx, sink).Wait(ctx); err != nil {
		t.Error(err)
	}
	if _, err := s.ExecQueryAsync(ctx, "unreachable", 0, sink).Wait(ctx); statusOf(err) != (code.Code{Space: code.HResult, Number: 0x800706BA}) {
		t.Errorf("a sink that cannot be reached: %v", err)
	}
}

func TestUnreadableObject(t *testing.T) {
	h := newHost(t)
	_, s := anonymous(t, h)
	h.spoil = true
	ctx := within(t)
	e, err := s.ExecQuery(ctx, "one", FlagsSemiSync).Wait(ctx)
	if err != nil {
		t.Fatal(err)
	}
	b, err := e.Next(ctx, -1, 2).Wait(ctx)
	if err != nil || len(b.Rows) != 1 || b.Rows[0].Err == nil || len(b.Rows[0].Raw) == 0 || b.Rows[0].Object != nil {
		t.Errorf("%+v, %v", b, err)
	}
}

// The same calls sealed, with the auth3 of raw NTLM in one flight with the
// login, and every later interface under the same security.
func TestSealed(t *testing.T) {
	h := newHost(t)
	conn := h.serve(func(_ *rpc.Peer, _ dcerpc.AuthType, _ rpc.Level) (rpc.Mechanism, error) {
		return ntlm.NewServer(ntlm.ServerOptions{NetBIOSComputer: "SIM01", NetBIOSDomain: "SIM01", DNSComputer: "sim01", DNSDomain: "sim01", Major: 10, Build: 20348,
			Verify: func(a *ntlm.Attempt) error {
				if !a.CheckPassword("right") {
					return errors.New("refused")
				}
				return nil
			}}), nil
	})
	ctx := within(t)
	client := ntlm.NewClient(ntlm.ClientOptions{Sign: true, Seal: true}, func(ntlm.Challenge) (ntlm.Credential, error) {
		return ntlm.Credential{User: "alice", Domain: "SIM01", Password: "right"}, nil
	})
	bindings, err := conn.Bind(ctx, &rpc.Auth{Type: dcerpc.AuthType(10), Level: rpc.LevelPrivacy, Mechanism: client}, dcom.IIDLevel1Login.Syntax())
	if err != nil {
		t.Fatal(err)
	}
	c, s := login(t, h, bindings[0])
	e, err := s.ExecQuery(ctx, "many", FlagsSemiSync).Wait(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if e.proxy.Binding.Level() != rpc.LevelPrivacy {
		t.Errorf("the enumerator is called at level %s", e.proxy.Binding.Level())
	}
	b, err := e.Next(ctx, -1, 100).Wait(ctx)
	if err != nil || len(b.Rows) != 100 {
		t.Errorf("%d rows, %v", len(b.Rows), err)
	}
	if _, err := c.Release(ctx).Wait(ctx); err != nil || h.exporter.Len() != 0 {
		t.Errorf("%v, %d objects left", err, h.exporter.Len())
	}
}

func FuzzReadRow(f *testing.F) {
	h := newHost(&testing.T{})
	ref, err := ObjectRef(h.object(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(ref.Bytes())
	f.Fuzz(func(t *testing.T, p []byte) {
		r := ReadRow(p)
		if (r.Object == nil) != (r.Err != nil) {
			t.Fatalf("object %v, error %v", r.Object, r.Err)
		}
	})
}
