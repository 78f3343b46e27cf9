package console

import "strings"

// findCmdlet looks a name up in every family; aliases stand beside the names.
func findCmdlet(name string) (cmdlet, bool) {
	low := strings.ToLower(strings.Map(plainDash, name))
	if full, ok := map[string]string{"gwmi": "get-wmiobject", "gcim": "get-ciminstance", "gsv": "get-service", "sasv": "start-service", "spsv": "stop-service",
		"sc": "set-content", "gc": "get-content", "cat": "get-content", "type": "get-content", "ac": "add-content", "echo": "write-output", "where": "where-object",
		"?": "where-object", "select": "select-object", "foreach": "foreach-object", "%": "foreach-object", "fl": "format-list", "ft": "format-table",
		"sp": "set-itemproperty", "gp": "get-itemproperty", "rp": "remove-itemproperty", "ni": "new-item", "ri": "remove-item", "gps": "get-process",
		"kill": "stop-process", "ps": "get-process", "sort": "sort-object", "measure": "measure-object", "cls": "clear-host", "sleep": "start-sleep", "iex": ""}[low]; ok {
		low = full
	}
	for _, family := range []map[string]cmdlet{textCmdlets(), firewallCmdlets(), networkCmdlets(), groupCmdlets(), directoryCmdlets(), serviceCmdlets(),
		registryCmdlets(), wmiCmdlets(), systemCmdlets(), policyCmdlets()} {
		if c, ok := family[low]; ok {
			return c, true
		}
	}
	return cmdlet{}, false
}
