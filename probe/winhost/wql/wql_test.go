package wql

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// disk has a property of every kind that can be compared.
var disk = map[string]any{
	"name": "C:", "filesystem": "NTFS", "volumename": nil, "description": `50% of "C:\data"`,
	"drivetype": uint32(3), "freespace": uint64(1 << 63), "sizetext": "18446744073709551615",
	"offset": int32(-5), "share": 0.25, "compressed": false, "local": true,
	"installdate": "20240315081530.000000+060", "access": []uint16{1}, "wide": "größe",
	"__class": "Win32_LogicalDisk", "__relpath": `Win32_LogicalDisk.DeviceID="C:"`,
}

func get(property string) (any, bool) {
	v, ok := disk[strings.ToLower(property)]
	return v, ok
}

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		query, class string
		properties   []string
		where        bool
	}{
		{"SELECT * FROM Win32_OperatingSystem", "Win32_OperatingSystem", nil, false},
		{"SELECT Caption, Version, BuildNumber FROM Win32_OperatingSystem", "Win32_OperatingSystem", []string{"Caption", "Version", "BuildNumber"}, false},
		{"select name from __namespace", "__namespace", []string{"name"}, false},
		{"\tSELECT\r\n__CLASS,__RELPATH\nFrom CIM_X where a=1 ", "CIM_X", []string{"__CLASS", "__RELPATH"}, true},
		{"SELECT*FROM meta_class WHERE __CLASS='Win32_Service'", "meta_class", nil, true},
		{"SELECT Größe FROM Fläche", "Fläche", []string{"Größe"}, false},
	} {
		q, err := Parse(tt.query)
		if err != nil {
			t.Errorf("%s: %v", tt.query, err)
			continue
		}
		if q.Class != tt.class || !slices.Equal(q.Properties, tt.properties) || (q.Properties == nil) != (tt.properties == nil) || (q.Where != nil) != tt.where {
			t.Errorf("%s: %+v", tt.query, q)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		where string
		want  bool
	}{
		// "WHERE Clause": comparisons ignore case, a constant may stand first
		{`FileSystem = "NTFS"`, true},
		{`filesystem = 'ntfs'`, true},
		{`FILESYSTEM != "FAT"`, true},
		{`"NTFS" = FileSystem`, true},
		{`3 < DriveType`, false},
		{`2 < DriveType`, true},
		{`4 >= DriveType`, true},
		{`(Name = "C:" OR Name = "D:") AND FreeSpace > 2000000 AND FileSystem = "NTFS"`, true},
		{`Description = '50% of \"C:\\data\"'`, true},
		{`Description = "50% of \"C:\\data\""`, true},
		{`Name = 'it\'s'`, false},
		{`Wide = 'GRÖßE'`, true},

		// booleans: TRUE is 1, FALSE is 0; quoted in an example of "LIKE Operator"
		{`Local = 1`, true},
		{`Local = TRUE`, true},
		{`Local <> FALSE`, true},
		{`Local != 0`, true},
		{`Local = "True"`, true},
		{`TRUE = Compressed`, false},
		{`Compressed = "FALSE"`, true},
		{`DriveType = TRUE`, false},

		// numbers
		{`DriveType = 3`, true},
		{`DriveType = 0x3`, true},
		{`DriveType = "3"`, true},
		{`DriveType = 3.0`, true},
		{`DriveType >= 2.5E0`, true},
		{`DriveType < +4`, true},
		{`Offset = -5`, true},
		{`Offset < -6`, false},
		{`Offset < 0`, true},
		{`Offset > -0x6`, true},
		{`0 > Offset`, true},
		{`FreeSpace = 9223372036854775808`, true},
		{`FreeSpace > 9223372036854775807`, true},
		{`FreeSpace > "9223372036854775809"`, false},
		{`SizeText = 18446744073709551615`, true},
		{`SizeText > 18446744073709551614`, true},
		{`Share = .25`, true},
		{`Share < 1`, true},

		// datetimes, in the form of CIM
		{`InstallDate > '20240101000000.000000+060'`, true},
		{`InstallDate < '20240101000000.000000+060'`, false},

		// "WQL Operators": IS and IS NOT with NULL only
		{`VolumeName IS NULL`, true},
		{`VolumeName is not null`, false},
		{`Name IS NOT NULL`, true},
		{`VolumeName = NULL`, true},
		{`Name <> NULL`, true},
		{`NULL = Name`, false},
		{`VolumeName = ""`, false},
		{`VolumeName <> "x"`, false},
		{`VolumeName LIKE "%"`, false},
		{`Access IS NOT NULL`, true},

		// logic: OR is evaluated after AND, NOT before both
		{`Name = "D:" AND Name = "C:" OR Name = "C:"`, true},
		{`Name = "C:" OR Name = "C:" AND Name = "D:"`, true},
		{`(Name = "C:" OR Name = "C:") AND Name = "D:"`, false},
		{`NOT Name = "D:" AND DriveType = 3`, true},
		{`NOT (Name = "C:" AND DriveType = 3)`, false},
		{`NOT NOT Name = "C:"`, true},

		// "LIKE Operator"
		{`__CLASS LIKE "%Win32%"`, true},
		{`__Class LIKE "win32[_]logical%"`, true},
		{`__Class LIKE "%[_][_]%"`, false},
		{`__RELPATH LIKE '%DeviceID=\"_:\"'`, true},
		{`Name LIKE "[a-f]:"`, true},
		{`Name LIKE "[^a-f]:"`, false},
		{`Name LIKE "[abc]_"`, true},
		{`Name LIKE "[d-z]:"`, false},
		{`Name LIKE "c"`, false},
		{`Name LIKE "%c%:%"`, true},
		{`Name LIKE ""`, false},
		{`Description LIKE "50[%]%"`, true},
		{`FileSystem LIKE "[n-]tfs"`, true},
		{`FileSystem LIKE "[]n]tf[^]]"`, true},
		{`Wide LIKE "GR_ßE"`, true},
		{`NOT FileSystem LIKE "%FAT%" AND Local = "TRUE"`, true},
	} {
		q, err := Parse("SELECT * FROM Win32_LogicalDisk WHERE " + tt.where)
		if err != nil {
			t.Errorf("%s: %v", tt.where, err)
			continue
		}
		if got, err := q.Match(get); got != tt.want || err != nil {
			t.Errorf("%s: %v, %v", tt.where, got, err)
		}
	}
	if ok, err := (Query{}).Match(nil); !ok || err != nil {
		t.Errorf("no WHERE: %v, %v", ok, err)
	}
}

func TestMatchRefuses(t *testing.T) {
	for _, tt := range []struct {
		where string
		want  error
	}{
		{`Nothing = 1`, ErrProperty},
		{`Nothing IS NULL`, ErrProperty},
		{`Nothing LIKE "x"`, ErrProperty},
		{`Name = "C:" OR Nothing = 1`, ErrProperty}, // whatever the rest says
		{`Name = "D:" AND NOT Nothing = 1`, ErrProperty},
		{`Local >= 0`, ErrOperand}, // "WHERE Clause" has it as an invalid query
		{`Local = 2`, ErrOperand},
		{`Local = "yes"`, ErrOperand},
		{`DriveType = "three"`, ErrOperand},
		{`Name = 3`, ErrOperand},
		{`Access = 1`, ErrOperand}, // "Querying with WQL": no arrays
		{`DriveType LIKE "3"`, ErrOperand},
	} {
		q, err := Parse("SELECT * FROM C WHERE " + tt.where)
		if err != nil {
			t.Errorf("%s: %v", tt.where, err)
			continue
		}
		if ok, err := q.Match(get); ok || !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, %v", tt.where, ok, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, query := range []string{
		"", " ", "SELECT", "SELECT *", "SELECT * FROM", "SELECT FROM C", "SELECT *, a FROM C", "SELECT a, FROM C", "SELECT a b FROM C",
		"SELEC * FROM C", "SELECT * FORM C", "SELECT * FROM C, D", "SELECT * FROM 'C'", "SELECT * FROM C WHERE", "SELECT * FROM C;",
		"SELECT * FROM SELECT", "SELECT NULL FROM C", "SELECT count(*) FROM C", "SELECT * FROM 3com", "SELECT * FROM C\x00", "SELECT * FROM \xff",
		"SELECT * FROM C WITHIN 5 WHERE a=1", "SELECT * FROM C GROUP WITHIN 5",
		"ASSOCIATORS OF {C.a='b'}", "REFERENCES OF {C}",
		"SELECT * FROM C WHERE a", "SELECT * FROM C WHERE a =", "SELECT * FROM C WHERE = 1", "SELECT * FROM C WHERE 1 = 1", "SELECT * FROM C WHERE a = b",
		"SELECT * FROM C WHERE a == 1", "SELECT * FROM C WHERE a = 1 AND", "SELECT * FROM C WHERE a = 1 b = 2", "SELECT * FROM C WHERE a = 1 OR OR b = 2",
		"SELECT * FROM C WHERE (a = 1", "SELECT * FROM C WHERE a = 1)", "SELECT * FROM C WHERE ()", "SELECT * FROM C WHERE NOT", "SELECT * FROM C WHERE AND a = 1",
		"SELECT * FROM C WHERE a IS 5", "SELECT * FROM C WHERE a IS NOT 'x'", "SELECT * FROM C WHERE a IS", "SELECT * FROM C WHERE a NOT LIKE 'x'",
		"SELECT * FROM C WHERE a LIKE 5", "SELECT * FROM C WHERE a LIKE 'x[y'", "SELECT * FROM C WHERE a LIKE '[]'", "SELECT * FROM C WHERE 'x' LIKE a",
		"SELECT * FROM C WHERE a <= TRUE", "SELECT * FROM C WHERE a >= null", "SELECT * FROM C WHERE FALSE < a", // "WHERE Clause"
		"SELECT * FROM C WHERE a.b = 5", "SELECT * FROM C WHERE __this ISA 'x'", "SELECT * FROM C WHERE a < (4 + 7 - 2)", "SELECT * FROM C WHERE a = b / 7",
		`SELECT * FROM C WHERE a = 'x`, `SELECT * FROM C WHERE a = "x'`, `SELECT * FROM C WHERE a = 'C:\temp'`, `SELECT * FROM C WHERE a = 'x\`,
		"SELECT * FROM C WHERE a = 5x", "SELECT * FROM C WHERE a = 0x", "SELECT * FROM C WHERE a = 0xG", "SELECT * FROM C WHERE a = 1.2.3",
		"SELECT * FROM C WHERE a = 1e999", "SELECT * FROM C WHERE a = 0x1p5", "SELECT * FROM C WHERE a = 1_000", "SELECT * FROM C WHERE a = --5", "SELECT * FROM C WHERE a = -",
		"SELECT * FROM C WHERE a = 0x10000000000000000",
	} {
		if q, err := Parse(query); !errors.Is(err, ErrSyntax) {
			t.Errorf("%q: %+v, %v", query, q, err)
		}
	}
}

func TestLimits(t *testing.T) {
	where := "SELECT * FROM C WHERE "
	for name, query := range map[string]string{
		"length":      where + strings.Repeat("a=1 OR ", MaxLength/7) + "a=1",
		"parentheses": where + strings.Repeat("(", MaxDepth) + "a=1" + strings.Repeat(")", MaxDepth),
		"NOT":         where + strings.Repeat("NOT ", MaxDepth) + "a=1",
	} {
		if _, err := Parse(query); !errors.Is(err, ErrSyntax) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, query := range map[string]string{
		"length":      where + strings.Repeat("a=1 OR ", MaxLength/7-8) + "a=1",
		"parentheses": where + strings.Repeat("(", MaxDepth-1) + "a=1" + strings.Repeat(")", MaxDepth-1),
	} {
		if _, err := Parse(query); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLikeIsNotExponential: many % that almost match.
func TestLikeIsNotExponential(t *testing.T) {
	q, err := Parse("SELECT * FROM C WHERE Long LIKE '" + strings.Repeat("%a", 2000) + "b'")
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("a", 5000)
	start := time.Now()
	ok, err := q.Match(func(string) (any, bool) { return long, true })
	if took := time.Since(start); ok || err != nil || took > 5*time.Second {
		t.Errorf("%v, %v after %v", ok, err, took)
	}
}

// TestPositions: an error says where.
func TestPositions(t *testing.T) {
	for query, want := range map[string]string{
		"SELECT * FORM C":                `at byte 9: "FORM" where FROM should be`,
		"SELECT * FROM":                  "at byte 13: the end where a class should be",
		`SELECT * FROM C WHERE a = 'x\y`: `at byte 28: a \ that escapes nothing`,
		"SELECT * FROM C WHERE a ? 1":    "at byte 24: unexpected '?'",
	} {
		if _, err := Parse(query); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", query, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"SELECT * FROM Win32_OperatingSystem", "SELECT a,__PATH FROM C WHERE NOT (a='x' AND b<>0x1F) OR c LIKE '%[^a-f]_' OR d IS NOT NULL",
		`SELECT * FROM C WHERE "x\"\\" >= name AND -1.5E-3 < share AND local = TRUE`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := Parse(s)
		if err != nil {
			if !errors.Is(err, ErrSyntax) {
				t.Fatalf("%v", err)
			}
			return
		}
		if q.Class == "" || q.Properties != nil && len(q.Properties) == 0 {
			t.Fatalf("%+v", q)
		}
		ok, err := q.Match(get)
		if err != nil && (ok || !errors.Is(err, ErrProperty) && !errors.Is(err, ErrOperand)) {
			t.Fatalf("%v, %v", ok, err)
		}
	})
}
