package code

import "strings"

// label is what the words before a number say of it.
type label uint8

const (
	silent       label = iota // nothing: a number in prose
	says                      // a code follows: "error 1326", "Code: 80041010"
	saysWeakly                // a code may follow: "status 1722", but not "status 200"
	saysNot                   // something else follows: "Logon ID: 0x3E7"
	saysEvent                 // "Event ID 10036"
	saysEventID               // the same with the word ID in it
	saysKerberos              // "KRB-ERROR 24", "Failure Code: 0x12"
	saysErrno                 // "[Errno 111]"
	saysWin32                 // "[WinError 1722]", "net helpmsg 1326"
	saysRPC                   // "DCERPC fault 0x00000721"
	saysOSError               // "(os error 111)", which is an errno or, on Windows, a Win32 error
)

// labelOf classifies one lower-case word. Windows, PowerShell and their users
// speak many languages; the code beside the word does not.
func labelOf(word string) label {
	switch word {
	case "error", "err", "errorcode", "error_code", "errcode", "errornumber", "lasterror", "getlasterror", "code", "hresult", "hr",
		"ntstatus", "nt_status", "systemerror", "systemfel", "systemfejl", "systemfeil", "järjestelmävirhe", "fehler", "fehlercode", "systemfehler", "netzwerkfehler", "erreur", "errore", "erro",
		"código", "codigo", "codice", "fout", "foutcode", "systeemfout", "fel", "felkod", "fejl", "fejlkode", "feil", "feilkode",
		"virhe", "virhekoodi", "błąd", "błędu", "kod", "kode", "hata", "hiba", "hibakód", "chyba", "chyby", "ошибка", "ошибки", "код",
		"エラー", "コード", "错误", "错误代码", "错误码", "代码", "錯誤", "錯誤碼", "代碼", "오류", "코드":
		return says
	case "status", "result", "resultcode", "returned", "returns", "return", "failed", "failure", "rc", "retcode", "retval",
		"returnvalue", "reason", "substatus", "exception":
		return saysWeakly
	case "event", "events", "eid", "ereignis", "ereignisse", "événement", "évènement", "evenement", "évènements", "événements", "evento",
		"eventos", "eventi", "gebeurtenis", "händelse", "zdarzenie", "zdarzenia", "событие", "события", "イベント", "事件", "事件编号", "이벤트":
		return saysEvent
	case "eventid", "event_id", "eventcode", "event_code", "ereigniskennung":
		return saysEventID
	case "krberror", "krb_error", "krberr", "krbexception", "failurecode":
		return saysKerberos
	case "errno":
		return saysErrno
	case "winerror", "win32error", "win32exception", "helpmsg":
		return saysWin32
	case "socketexception":
		return saysOSError
	case "fault", "faultcode", "dcerpcfault":
		return saysRPC
	case "type", "options", "option", "mask", "length", "len", "flags", "flag", "offset", "address", "addr", "level", "port", "opnum",
		"version", "size", "bits", "key", "handle", "pid", "tid", "thread", "process", "line", "logon", "at", "by", "id", "luid", "rid",
		"sid", "mode", "exit", "http", "https", "typ", "länge", "index", "count":
		return saysNot
	}
	for _, ending := range []string{"エラー", "コード", "错误", "错误码", "代码", "錯誤", "代碼", "오류", "코드"} { // no blanks between words there
		if strings.HasSuffix(word, ending) {
			return says
		}
	}
	return silent
}

// joins are words that may stand between the label and its number.
func joins(word string) bool {
	switch word {
	case "is", "was", "code", "codes", "number", "nr", "no", "num", "id", "with", "hex", "value", "win32", "ist", "lautet", "kennung", "est", "es",
		"è", "era", "système", "sistema", "systemu", "systému", "de", "di", "do", "del":
		return true
	}
	return false
}

// counts are words after a number that make it an amount: "error: 3 attempts".
func counts(word string) bool {
	switch word {
	case "times", "attempts", "attempt", "tries", "retries", "retry", "seconds", "second", "secs", "sec", "s", "ms", "minutes", "minute", "min",
		"hours", "days", "bytes", "kb", "mb", "gb", "packets", "hosts", "files", "rows", "records", "items", "warnings", "errors", "of", "more",
		"out", "percent", "users", "objects", "instances", "von", "sur", "de", "di":
		return true
	}
	return false
}

// conjunctions join the numbers of a list: "events 10036, 10037 and 10038".
func conjunction(word string) bool {
	switch word {
	case "and", "or", "und", "oder", "et", "ou", "y", "o", "e", "en", "och":
		return true
	}
	return false
}

// glued reports whether a gap may stand between a label and its number.
func glued(gap string) bool {
	if len(gap) > 24 {
		return false
	}
	gap = strings.ReplaceAll(gap, "()", "") // GetLastError() = 5
	return strings.Trim(gap, " \t\u00a0\u202f\u3000:=#('\"[{<>-\u2212\u2013\u2014\u2192|*`~\uff1a\uff08\u300c\u300e\u201c\u201d\u201e\u00ab\u00bb") == ""
}
