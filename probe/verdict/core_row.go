package verdict

import (
	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

func rpcStatus(numbers ...uint32) []code.Code { return codes(code.RPC, numbers) }
func hresult(numbers ...uint32) []code.Code   { return codes(code.HResult, numbers) }
func wbem(numbers ...uint32) []code.Code      { return codes(code.WBEM, numbers) }
func ntstatus(numbers ...uint32) []code.Code  { return codes(code.NTStatus, numbers) }
func krb(numbers ...uint32) []code.Code       { return codes(code.Kerberos, numbers) }
func win32(numbers ...uint32) []code.Code     { return codes(code.Win32, numbers) }

func codes(s code.Space, numbers []uint32) (list []code.Code) {
	for _, n := range numbers {
		list = append(list, code.Code{Space: s, Number: n})
	}
	return list
}

func sign(step probe.StepID, kind probe.Kind, list ...[]code.Code) Sign {
	s := Sign{Step: step, Kind: kind}
	for _, l := range list {
		s.Codes = append(s.Codes, l...)
	}
	return s
}

func signs(list ...Sign) []Sign { return list }
func clues(list ...Clue) []Clue { return list }
