package wql

import (
	"maps"
	"testing"
)

func TestComparedNamesWhatMustHold(t *testing.T) {
	for query, want := range map[string]map[string]string{
		`SELECT * FROM Win32_PingStatus WHERE Address='192.0.2.1'`:                       {"Address": "192.0.2.1"},
		`SELECT * FROM Win32_NTLogEvent WHERE Logfile="System" AND EventCode = 10016`:    {"Logfile": "System", "EventCode": "10016"},
		`SELECT * FROM Win32_NTLogEvent WHERE Logfile="System" OR Logfile="Application"`: {},
		`SELECT * FROM Win32_NTLogEvent WHERE NOT Logfile="System"`:                      {},
		`SELECT * FROM Win32_Service WHERE Name <> 'winmgmt'`:                            {},
	} {
		q, err := Parse(query)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.Compared(); !maps.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
}
