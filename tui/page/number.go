package page

import (
	"fmt"
	"strconv"
	"time"
)

// Count writes a number with thousands marks: 10,000.
func Count(n int) string {
	s := strconv.Itoa(n)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Took writes a duration the way people say it: 21 ms, 6.1 s, 4 min 12 s.
func Took(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Took(-d)
	case d < time.Second-time.Millisecond/2:
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// TookFine is Took with one decimal below ten milliseconds.
func TookFine(d time.Duration) string {
	if d >= 0 && d < 10*time.Millisecond-50*time.Microsecond {
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
	}
	return Took(d)
}

// Seconds writes whole seconds, for a time that is still running.
func Seconds(d time.Duration) string { return fmt.Sprintf("%d s", int(d.Seconds())) }

// Plural is one thing or many: 1 row, 2 rows.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}
