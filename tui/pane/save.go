package pane

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/tui/page"
)

// Save writes a ticket or a report. Its last lines preview what will be
// written, with the names as chosen.
type Save struct {
	*Shared
	Preview func(kind string, redacted bool) string
	Wrong   string // why the last attempt failed
	w, h    int
	at      int // what, names, file, then the three buttons
	report  bool
	shown   bool
	file    *field
	touched bool
	when    time.Time
	made    map[string][]string // previews
}

const (
	saveWhat = iota
	saveNames
	saveFile
	saveButton
	savePrint
	saveCancel
	saveStops
)

// NewSave proposes a file name that holds no text of the host.
func NewSave(s *Shared, r *probe.Report) *Save {
	when := r.Started
	if when.IsZero() {
		when = s.Now()
	}
	d := &Save{Shared: s, file: newField("", false), when: when}
	d.propose()
	return d
}

func (d *Save) propose() {
	if d.touched {
		return
	}
	ext := ".md"
	if d.report {
		ext = ".json"
	}
	d.file.set("wmidoctor-" + d.when.Format("2006-01-02-1504") + ext)
}

func (d *Save) kind() string {
	if d.report {
		return "report"
	}
	return "ticket"
}

// SetSize takes the size below the rule.
func (d *Save) SetSize(w, h int) { d.w, d.h = w, h }

// Title stands in the rule.
func (d *Save) Title() string { return "Save" }

// Height is what the text needs.
func (d *Save) Height(int) int { return 11 }

// Typing reports whether the file name is being typed.
func (d *Save) Typing() bool { return d.at == saveFile }

// Note is the line above the footer.
func (d *Save) Note() string {
	return "Neither of them ever holds a password, a Kerberos ticket or a hash."
}

// Hints of the footer.
func (d *Save) Hints() []Hint {
	return []Hint{{"Tab", "next"}, {d.Sides(), "change"}, {"Enter", "on a button"}, {"Esc", "close"}}
}

// Update takes a key.
func (d *Save) Update(k tea.KeyMsg) Action {
	name := k.String()
	switch name {
	case "esc":
		return Close{}
	case "tab", "down":
		d.at = (d.at + 1) % saveStops
		return nil
	case "shift+tab", "up":
		d.at = (d.at + saveStops - 1) % saveStops
		return nil
	case "enter":
		switch d.at {
		case saveCancel:
			return Close{}
		case savePrint:
			return SaveAs{Kind: d.kind(), Redacted: !d.shown, Print: true}
		case saveButton:
			return SaveAs{Kind: d.kind(), Path: strings.TrimSpace(d.file.value()), Redacted: !d.shown}
		}
		d.at = saveButton
		return nil
	}
	if d.at == saveFile {
		if typing(k) {
			d.file.typed(k)
			d.touched, d.Wrong = true, ""
		}
		return nil
	}
	side := name == "left" || name == "right" || name == "h" || name == "l"
	switch {
	case d.at == saveWhat && (side || name == " "):
		d.report = !d.report
		d.propose()
	case d.at == saveNames && (side || name == " "):
		d.shown = !d.shown
	case d.at >= saveButton && (name == "right" || name == "l"):
		d.at = min(d.at+1, saveCancel)
	case d.at >= saveButton && (name == "left" || name == "h"):
		d.at = max(d.at-1, saveButton)
	}
	return nil
}

// preview is what would be written; it is made once for each choice.
func (d *Save) preview() []string {
	key := d.kind()
	if d.shown {
		key += " shown"
	}
	if d.made == nil {
		d.made = map[string][]string{}
	}
	if _, ok := d.made[key]; !ok {
		d.made[key] = strings.Split(strings.TrimSpace(d.Preview(d.kind(), !d.shown)), "\n")
	}
	return d.made[key]
}

// View draws the choices, the preview and the buttons.
func (d *Save) View() string {
	out := []string{
		d.option(saveWhat, "What", !d.report, "ticket     text to paste for whoever must act (Markdown)"),
		d.option(-1, "", d.report, "report     everything, for this program or another (JSON)"),
		d.option(saveNames, "Names", !d.shown, "hidden     host-1, account-1, addr-1 stand in for them"),
		d.option(-1, "", d.shown, "shown      names and addresses as they are, for colleagues"),
	}
	file := "  " + page.Pad("File", 9) + d.mark(saveFile) + d.file.view(d.Shared, max(min(d.w-14, 60), 1), d.at == saveFile)
	if d.Wrong != "" {
		file = page.Columns(file, page.Paint(d.Theme.Fail, d.Symbols.Fail+" ")+page.Visible(d.Wrong), d.w-1, d.Symbols.Cut)
	}
	out = append(out, file, "")
	if room := d.h - len(out) - 2; room > 0 && d.Preview != nil {
		for _, l := range d.preview() {
			if room == 0 {
				break
			}
			if strings.TrimSpace(l) == "" {
				continue
			}
			out = append(out, "  "+page.Paint(d.Faint, page.Cut(page.Visible(l), d.w-2, d.Symbols.Cut)))
			room--
		}
	}
	for len(out) < d.h-1 {
		out = append(out, "")
	}
	if len(out) > d.h-1 && d.h > 0 {
		out = out[:d.h-1]
	}
	return strings.Join(append(out, d.buttons()), "\n")
}

func (d *Save) mark(at int) string {
	if d.at == at {
		return page.Paint(d.Strong, d.Mark) + " "
	}
	return "  "
}

func (d *Save) option(at int, label string, chosen bool, words string) string {
	sign := d.Choice
	if chosen {
		sign = d.Chosen
	}
	mark := "  "
	if at >= 0 {
		mark = d.mark(at)
	}
	return page.Cut("  "+page.Pad(label, 8)+" "+mark+sign+" "+words, d.w, d.Symbols.Cut)
}

func (d *Save) buttons() string {
	out := strings.Repeat(" ", min(12, max(d.w/6-1, 0)))
	for i, b := range []string{"[ Save ]", "[ Print it instead ]", "[ Cancel ]"} {
		lead := " "
		if d.at == saveButton+i {
			lead, b = page.Paint(d.Strong, d.Mark), page.Paint(d.Reverse, b)
		}
		out += lead + b + "  "
	}
	return page.Cut(strings.TrimRight(out, " "), d.w, "")
}
