package console

import (
	"strings"
	"time"
)

// dateObject is a DateTime.
type dateObject struct{ time.Time }

const dateText = "1/2/2006 3:04:05 PM"

func (d dateObject) String() string { return d.Format(dateText) }

// layout turns a .NET format into Go's; letters it does not know stay.
func layout(format string) string {
	return strings.NewReplacer("yyyy", "2006", "yy", "06", "MM", "01", "dd", "02", "HH", "15", "hh", "03", "mm", "04", "ss", "05", "tt", "PM").Replace(format)
}

func (d dateObject) call(low string, args []any, missing error) (any, error) {
	if len(args) != 1 {
		return nil, missing
	}
	if low == "tostring" {
		return d.Format(layout(asText(args[0]))), nil
	}
	n, ok := asInt(args[0])
	if !ok || n > 100_000_000 || n < -100_000_000 {
		return nil, missing
	}
	switch low {
	case "adddays":
		return dateObject{d.AddDate(0, 0, int(n))}, nil
	case "addmonths":
		return dateObject{d.AddDate(0, int(n), 0)}, nil
	case "addyears":
		return dateObject{d.AddDate(int(n), 0, 0)}, nil
	case "addhours":
		return dateObject{d.Add(time.Duration(n) * time.Hour)}, nil
	case "addminutes":
		return dateObject{d.Add(time.Duration(n) * time.Minute)}, nil
	}
	return nil, missing
}

func (d dateObject) property(low string) any {
	switch low {
	case "year":
		return int64(d.Year())
	case "month":
		return int64(d.Month())
	case "day":
		return int64(d.Day())
	case "hour":
		return int64(d.Hour())
	case "date":
		return dateObject{d.Truncate(24 * time.Hour)}
	}
	return nil
}
