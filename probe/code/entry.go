package code

// Entry is a code with its name and meaning. It inherits Code's text form, so
// whoever writes entries as JSON copies the fields he wants into a struct of
// his own.
type Entry struct {
	Code
	Name  string // as the specification spells it, "RPC_S_SERVER_UNAVAILABLE"
	Text  string // one short sentence
	Win32 string // of a HRESULT of facility 7: the name of the Win32 error inside
}
