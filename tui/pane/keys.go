package pane

import "strings"

// Key is one row of the key table, from which the footer, the help and the
// table in the README are made.
type Key struct {
	Names []string // as Bubble Tea calls the key
	Shown string   // as the help and the README write it
	Does  string   // what it does, in the help
	Group string   // heading in the help
	Live  string   // where it works, for the README
}

// Keys is the table. Every key has one meaning everywhere; only small letters,
// so that a key can be read out on the telephone.
func Keys() []Key {
	const copying, run, keep, look, move = "Copy", "Run", "Keep", "Look", "Move"
	return []Key{
		{[]string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, "1-9", "copy the line with that number", copying, "verdict, guide, drawers"},
		{[]string{"c"}, "c", "copy the marked line", copying, "all but the form"},
		{[]string{"p"}, "p", "print it on the plain screen", copying, "all but the form"},

		{[]string{"r"}, "r", "run on from here", run, "not while running"},
		{[]string{"a"}, "a", "run all again", run, "not while running"},
		{[]string{"x"}, "x", "stop now", run, "running, watching"},
		{[]string{" "}, "space", "one step at a time", run, "running, step mode"},
		{[]string{"d"}, "d", "decide between causes", run, "a verdict with a question open"},
		{[]string{"m"}, "m", "watch until the port opens", run, "after a failure in layer 1, or the object port"},
		{[]string{"t"}, "t", "another target, another fault", run, "not while running"},

		{[]string{"s"}, "s", "save a ticket or a report", keep, "panes"},
		{[]string{"o"}, "o", "open the practice console", keep, "practice"},

		{[]string{"v"}, "v", "verdict, or the step", look, "panes"},
		{[]string{"e"}, "e", "evidence of the step", look, "panes"},
		{[]string{"g"}, "g", "guide, text and commands", look, "panes"},
		{[]string{"w"}, "w", "wire, every frame", look, "panes"},
		{[]string{"f"}, "f", "facts about the host", look, "panes"},
		{[]string{"left", "right", "h", "l"}, "← →", "next tab, either way", look, "everywhere"},
		{[]string{"z"}, "z", "one pane wide, or two", look, "panes"},
		{[]string{"/"}, "/", "search or filter", look, "panes"},
		{[]string{"i"}, "i", "all guide sections", look, "panes"},

		{[]string{"up", "down", "k", "j"}, "↑ ↓", "line, step or command", move, "the pane with focus"},
		{[]string{"pgup", "pgdown"}, "PgUp PgDn", "a page", move, "the pane with focus"},
		{[]string{"home", "end"}, "Home End", "first, last", move, "the pane with focus"},
		{[]string{"tab", "shift+tab"}, "Tab", "other pane, next field", move, "everywhere"},
		{[]string{"enter"}, "Enter", "open the marked thing", move, "everywhere"},
		{[]string{"esc"}, "Esc", "close the last opened", move, "everywhere"},

		{[]string{"?"}, "?", "help", "", "outside text fields"},
		{[]string{"q"}, "q", "quit, after stopping a run", "", "outside text fields"},
		{[]string{"ctrl+c"}, "Ctrl+C", "stop the run, else quit", "", "everywhere"},
		{[]string{"ctrl+z"}, "Ctrl+Z", "suspend", "", "everywhere"},
		{[]string{"ctrl+l"}, "Ctrl+L", "draw again", "", "everywhere"},
	}
}

// KeyTable is the table as Markdown, for the README.
func KeyTable() string {
	var b strings.Builder
	b.WriteString("| key | what it does | where |\n|---|---|---|\n")
	for _, k := range Keys() {
		b.WriteString("| `" + k.Shown + "` | " + k.Does + " | " + k.Live + " |\n")
	}
	return b.String()
}

// Hint is one offer of the footer.
type Hint struct{ Key, Words string }

// move turns a key into a direction for lists and text: up, down, pgup,
// pgdown, home, end, or "".
func move(name string) string {
	switch name {
	case "up", "k":
		return "up"
	case "down", "j":
		return "down"
	case "pgup", "pgdown", "home", "end":
		return name
	}
	return ""
}
