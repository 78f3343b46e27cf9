package console

import (
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

// command is one program being run.
type command struct {
	m     *machine.Machine
	scope *scope
	out   *printer
	in    string   // what was piped in
	args  []string // without the program's name
	shell Shell
	depth int
}

// prompt is where the console stands, as FOR echoes it.
const (
	prompt    = `C:\Windows\system32>`
	directory = `C:\Windows\system32`
)

// runCMD runs a line of cmd.
func runCMD(m *machine.Machine, s *scope, line string, out *printer) error {
	line = strings.ReplaceAll(strings.ReplaceAll(line, "\r\n", "\n"), "\r", "\n")
	var failed error
	for _, l := range joinLines(line) {
		commands, err := parseCMD(expandPercent(l, environment(m)))
		if err != nil {
			failed = fail(1, "%v", err)
		} else if len(commands) > 0 {
			failed = sequence(m, s, commands, out, 0)
		}
		if failed != nil && line != l {
			out.line("%s", failed)
		}
	}
	return failed
}

// joinLines splits a text into lines; an unescaped ^ at an end joins two.
func joinLines(text string) []string {
	var out []string
	for _, l := range strings.Split(text, "\n") {
		if n := len(out); n > 0 && strings.HasSuffix(out[n-1], "^") && !strings.HasSuffix(out[n-1], "^^") {
			out[n-1] += "\n" + l
			continue
		}
		if strings.TrimSpace(l) != "" {
			out = append(out, l)
		}
	}
	return out
}

// sequence runs commands joined by &, &&, || and |. The result is the last
// one's; what failed before it is printed where it failed.
func sequence(m *machine.Machine, s *scope, list []cmdCommand, out *printer, depth int) error {
	var last error
	for i := 0; i < len(list); i++ {
		if s.commands > maxCommands {
			return last
		}
		c := list[i]
		switch {
		case i == 0:
		case c.op == "&&" && last != nil, c.op == "||" && last == nil:
			continue
		}
		piped := ""
		for i+1 < len(list) && list[i+1].op == "|" {
			var stage printer
			if err := one(m, s, list[i], piped, &stage, depth); err != nil {
				out.line("%s", err)
			}
			piped = stage.String()
			i++
		}
		if last != nil {
			out.line("%s", last)
		}
		last = one(m, s, list[i], piped, out, depth)
	}
	return last
}

// one runs a single command and sends its output where it belongs.
func one(m *machine.Machine, s *scope, c cmdCommand, in string, out *printer, depth int) error {
	var own printer
	err := s.spend()
	switch {
	case err != nil:
	case depth > maxDepth:
		err = fail(1, "The maximum setlocal recursion level has been reached.")
	case c.group != nil:
		err = sequence(m, s, c.group, &own, depth+1)
	default:
		name, rest := cutName(c.text)
		err = runNamed(&command{m: m, scope: s, out: &own, in: in, shell: CMD, depth: depth}, name, rest)
	}
	switch {
	case c.file != "":
		path := filePath(c.file)
		if c.append {
			m.Files[path] = append(m.Files[path], own.String()...)
		} else {
			m.Files[path] = []byte(own.String())
		}
	case !c.toNull:
		out.print(own.String())
	}
	return err
}

// cutName takes the program's name off a command: up to a blank, or for cmd's
// own commands up to a sign that can't be part of their names.
func cutName(text string) (name, rest string) {
	if strings.HasPrefix(text, `"`) {
		if end := strings.IndexByte(text[1:], '"'); end >= 0 {
			return text[1 : end+1], text[end+2:]
		}
	}
	end := strings.IndexAny(text, " \t,;=(")
	if slash := strings.IndexByte(text, '/'); slash > 0 && (end < 0 || slash < end) {
		end = slash
	}
	if end < 0 {
		return text, ""
	}
	return text[:end], text[end:]
}

func runNamed(c *command, name, rest string) error {
	switch strings.ToLower(name) {
	case "for":
		return c.forLoop(rest)
	case "echo", "echo.":
		if text := strings.TrimPrefix(rest, " "); text != "" {
			c.out.line("%s", text)
		} else {
			c.out.line("ECHO is on.")
		}
		return nil
	case "rem", "cls", "title", "color", "pause", "exit", "setlocal", "endlocal":
		return nil
	case "cmd", "cmd.exe":
		return c.nestedCMD(rest)
	}
	c.args = splitArgs(rest)
	run := program(name)
	if run == nil {
		return fail(9009, "'%s' is not recognized as an internal or external command,\noperable program or batch file.", name)
	}
	return run(c)
}

// nestedCMD is cmd /c "…".
func (c *command) nestedCMD(rest string) error {
	rest = strings.TrimSpace(rest)
	if len(rest) < 2 || !strings.EqualFold(rest[:2], "/c") && !strings.EqualFold(rest[:2], "/k") {
		c.out.line("Microsoft Windows [Version %s.%d]", c.m.System.Version(), c.m.System.Build)
		return nil
	}
	rest = strings.TrimSpace(rest[2:])
	if len(rest) > 1 && rest[0] == '"' && rest[len(rest)-1] == '"' && strings.Count(rest, `"`) != 2 || strings.Count(rest, `"`) == 2 && strings.HasPrefix(rest, `"`) && strings.HasSuffix(rest, `"`) {
		rest = rest[1 : len(rest)-1]
	}
	if c.depth > maxDepth {
		return fail(1, "The maximum recursion level has been reached.")
	}
	list, err := parseCMD(rest)
	if err != nil {
		return fail(1, "%v", err)
	}
	return sequence(c.m, c.scope, list, c.out, c.depth+1)
}

// environment gives the variables of an elevated prompt.
func environment(m *machine.Machine) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := map[string]string{
			"SYSTEMROOT": `C:\Windows`, "WINDIR": `C:\Windows`, "SYSTEMDRIVE": "C:", "COMPUTERNAME": m.Computer, "OS": "Windows_NT",
			"COMSPEC": `C:\Windows\system32\cmd.exe`, "USERNAME": "Administrator", "USERDOMAIN": m.Computer, "CD": directory,
			"TEMP": `C:\Users\ADMINI~1\AppData\Local\Temp`, "TMP": `C:\Users\ADMINI~1\AppData\Local\Temp`, "USERPROFILE": `C:\Users\Administrator`,
			"PROGRAMFILES": `C:\Program Files`, "PROGRAMDATA": `C:\ProgramData`, "PROCESSOR_ARCHITECTURE": "AMD64",
			"PATH": `C:\Windows\system32;C:\Windows;C:\Windows\System32\Wbem`, "PROMPT": "$P$G", "ERRORLEVEL": "0",
		}[strings.ToUpper(name)]
		return v, ok
	}
}

// filePath makes the key of a file from a name as typed.
func filePath(name string) string {
	name = strings.ReplaceAll(strings.Trim(name, `"`), "/", `\`)
	if len(name) < 2 || name[1] != ':' {
		name = directory + `\` + strings.TrimLeft(name, `\`)
	}
	return strings.ToLower(name)
}
