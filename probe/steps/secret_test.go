package steps_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/crypto/md4" //lint:ignore SA1019 the NT hash is MD4

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/report"
	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// needles are the password and its NT hash (MS-NLMP 3.3.1: MD4 of the password
// in UTF-16LE) in the forms in which they might slip out.
var needles = func() (list [][]byte) {
	var wide []byte
	for _, u := range utf16.Encode([]rune(machine.Password)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	h := md4.New()
	h.Write(wide)
	for _, secret := range [][]byte{[]byte(machine.Password), wide, h.Sum(nil)} {
		list = append(list, secret, []byte(hex.EncodeToString(secret)), []byte(strings.ToUpper(hex.EncodeToString(secret))),
			[]byte(base64.RawStdEncoding.EncodeToString(secret)), fmt.Append(nil, secret))
	}
	return list
}()

// secretive checks that no event, no report and no error text of a run holds
// the password or its hash.
func secretive(t *testing.T, r *probe.Report, l *listener) {
	t.Helper()
	var all bytes.Buffer
	for _, f := range l.frames() {
		all.Write(f.Frame.Raw)
		fmt.Fprintf(&all, "%s %s ", f.Frame.Operation, f.Frame.Status)
		for _, field := range f.Frame.Fields {
			fmt.Fprintf(&all, "%s %s ", field.Value, field.Meaning)
		}
	}
	for _, s := range r.Results {
		fmt.Fprintf(&all, "%+v %+v %s ", s.Learnt, s.Failure, s.Because)
	}
	fmt.Fprintf(&all, "%+v ", r.Account)
	if err := report.Write(&all, report.Document(r, nil, func(probe.FaultID) []string { return nil })); err != nil {
		t.Error(err)
	}
	for i, needle := range needles {
		if bytes.Contains(all.Bytes(), needle) {
			t.Errorf("form %d of the secrets stands in events or report", i)
		}
	}
}

// The search finds what it looks for: else the test above could not fail.
func TestNeedlesAreFound(t *testing.T) {
	text, _ := json.Marshal(map[string]string{"password": machine.Password})
	found := false
	for _, n := range needles {
		found = found || bytes.Contains(text, n)
	}
	if !found {
		t.Errorf("%s", text)
	}
	// MD4 of the password "Password" in UTF-16LE is the NTOWFv1 of MS-NLMP 4.2.2.1.2.
	h := md4.New()
	for _, c := range "Password" {
		h.Write([]byte{byte(c), 0})
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != "a4f49c406510bdcab6824ee7c30fd852" {
		t.Error(got)
	}
}
