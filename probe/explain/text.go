package explain

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/wmidoctor/wmidoctor/probe"
	"github.com/wmidoctor/wmidoctor/probe/code"
)

const (
	width     = 80
	indent    = 20 // of what stands behind the title of a layer
	maxFaults = 6  // named per layer; JSON holds all

	maxSections = 3
)

// WriteText writes the explanation in 80 columns. Nothing of the input is in it
// but words that were made harmless.
func (x Explanation) WriteText(w io.Writer) error {
	out := bufio.NewWriter(w)
	if len(x.Codes) == 0 {
		x.writeHint(out)
		return out.Flush()
	}
	for i, same := range grouped(x.Codes) {
		if i > 0 {
			fmt.Fprintln(out)
		}
		writeCode(out, same)
	}
	x.writeNext(out)
	return out.Flush()
}

// writeNext says what to do now: which codes stayed unknown, how to find the
// layer, where to read.
func (x Explanation) writeNext(out io.Writer) {
	if len(x.Unknown)+len(x.Faults)+len(x.Sections) > 0 {
		fmt.Fprintln(out)
	}
	if len(x.Unknown) > 0 {
		wrap(out, "Not known         ", 18, strings.Join(cleaned(x.Unknown), " "))
	}
	if len(x.Faults) > 0 {
		fmt.Fprintln(out, "Which one is it   wmidoctor check HOST -u ACCOUNT")
	}
	for i, id := range x.Sections[:min(maxSections, len(x.Sections))] {
		title := "Read about it     "
		if i > 0 {
			title = strings.Repeat(" ", len(title))
		}
		fmt.Fprintf(out, "%swmidoctor guide show %s\n", title, clean(id))
	}
}

func (x Explanation) writeHint(out io.Writer) {
	fmt.Fprintln(out, "Nothing recognised in this text.")
	if len(x.Unknown) > 0 {
		wrap(out, "Not known  ", 11, strings.Join(cleaned(x.Unknown), " "))
	}
	fmt.Fprintln(out)
	fmt.Fprintln(out, "What can be asked")
	for _, line := range [][2]string{
		{"0x800706BA", "a code, or in decimal 2147944122 or -2147023174"},
		{"WBEM_E_ACCESS_DENIED", "a name, also in Samba's or impacket's spelling"},
		{"error 1326", "a small number after a word that says what it is"},
		{"Event ID 10036", "an event of Windows"},
		{"a pasted line", "of a log, of PowerShell, of another tool"},
	} {
		fmt.Fprintf(out, "  %-22s%s\n", line[0], line[1])
	}
}

// grouped puts neighbours together that are one error in several spaces.
func grouped(codes []Code) [][]Code {
	var groups [][]Code
	for _, c := range codes {
		if last := len(groups) - 1; last >= 0 && groups[last][0].Name == c.Name && groups[last][0].Code == c.Code {
			groups[last] = append(groups[last], c)
			continue
		}
		groups = append(groups, []Code{c})
	}
	return groups
}

func writeCode(out io.Writer, same []Code) {
	first := same[0]
	if first.Space == string(code.Event) {
		fmt.Fprintf(out, "Event %s  %s\n", first.Code, strings.TrimSuffix(first.Name, " "+first.Code))
	} else {
		fmt.Fprintf(out, "%s  %s\n", first.Code, first.Name)
		wrap(out, "", 0, kinds(same))
	}
	if first.Text != "" {
		wrap(out, "", 0, "\""+clean(first.Text)+"\"")
	}
	layers := allLayers(same)
	switch len(layers) {
	case 0:
		return
	case 1:
		fmt.Fprint(out, "\nThe layer that answers with it:\n\n")
	default:
		fmt.Fprint(out, "\nOne code, several causes. It depends on the layer that answered with it:\n\n")
	}
	for _, l := range layers {
		writeLayer(out, l)
	}
}

// kinds says of which sort a code is and how else it is written.
func kinds(same []Code) string {
	var list []string
	for _, c := range same {
		list = append(list, kindOf(c))
	}
	line := strings.Join(list, ", or ") + "."
	first := same[0]
	if number, err := code.Parse(code.Space(first.Space), first.Code); err == nil && number.Number >= 1<<31 {
		unsigned, signed := number.Decimals()
		line += " Also written " + unsigned + " and " + signed + "."
	}
	return strings.ToUpper(line[:1]) + line[1:]
}

// kindOf says in words what sort of code it is.
func kindOf(c Code) string {
	number, err := code.Parse(code.Space(c.Space), c.Code)
	if err != nil {
		return c.Space
	}
	switch number.Space {
	case code.HResult:
		if c.Win32 != "" {
			return fmt.Sprintf("HRESULT, wraps Win32 %d", number.Number&0xFFFF)
		}
		return "HRESULT"
	case code.WBEM:
		return "WMI status"
	case code.NTStatus:
		return "NTSTATUS"
	case code.Win32:
		return fmt.Sprintf("Win32 error %d", number.Number)
	case code.RPC:
		if c.Win32 != "" {
			return "status of an RPC fault, for Windows clients " + c.Win32
		}
		return "status of an RPC fault"
	case code.EPT:
		return "status of the endpoint mapper"
	case code.Kerberos:
		return "code of a KRB-ERROR"
	case code.Errno:
		return "error of a socket call (errno)"
	}
	return c.Space
}

// allLayers are the layers of a group, each once, with the faults of all.
func allLayers(same []Code) []Layer {
	var layers []Layer
	for _, id := range probe.Layers() {
		var joined Layer
		for _, c := range same {
			for _, l := range c.Layers {
				if l.Layer != id.ID() {
					continue
				}
				if joined.Layer == "" {
					joined = Layer{Layer: l.Layer, Means: l.Means}
				}
				joined.Faults = merge(joined.Faults, l.Faults)
			}
		}
		if joined.Layer != "" {
			layers = append(layers, joined)
		}
	}
	return layers
}

func writeLayer(out io.Writer, l Layer) {
	layer := probe.LayerByID(l.Layer)
	title := fmt.Sprintf("%d %-*s", layer, indent-2, layer.Title())
	faults := l.Faults
	more := ""
	if len(faults) > maxFaults {
		more = fmt.Sprintf(" and %d more", len(faults)-maxFaults)
		faults = faults[:maxFaults]
	}
	lines := wrapped(title, indent, clean(l.Means))
	if names := strings.Join(faults, " ") + more; names != "" {
		last := lines[len(lines)-1]
		if utf8.RuneCountInString(last)+1+len(names) <= width {
			lines[len(lines)-1] = last + " " + names
		} else {
			lines = append(lines, wrapped(strings.Repeat(" ", indent), indent, names)...)
		}
	}
	for _, line := range lines {
		fmt.Fprintln(out, line)
	}
}

// wrap writes words behind a title, the lines after the first indented.
func wrap(out io.Writer, title string, indent int, text string) {
	for _, line := range wrapped(title, indent, text) {
		fmt.Fprintln(out, line)
	}
}

func wrapped(title string, indent int, text string) (lines []string) {
	line, used, empty := title, utf8.RuneCountInString(title), true
	for word := range strings.FieldsSeq(text) {
		n := utf8.RuneCountInString(word)
		if !empty && used+1+n > width {
			lines = append(lines, line)
			line, used, empty = strings.Repeat(" ", indent), indent, true
		}
		if !empty {
			line, used = line+" ", used+1
		}
		line, used, empty = line+word, used+n, false
	}
	return append(lines, line)
}

func cleaned(list []string) []string {
	var out []string
	for _, s := range list {
		if s = short(clean(s)); s != "" {
			out = append(out, s)
		}
	}
	return out
}
