package report

import (
	"net/netip"
	"strings"
	"time"

	"github.com/wmidoctor/wmidoctor/probe"
)

// HostName is what sentences call the host: the first part of a name, an
// address as it is.
func HostName(r *probe.Report) string {
	host := r.Target.Host
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	short, _, _ := strings.Cut(host, ".")
	return short
}

// Who names who must act, as a phrase of at most 39 cells for a short host.
func Who(o probe.Owner, host string) string {
	switch o {
	case probe.OwnerUser:
		return "you, at this machine"
	case probe.OwnerJumpBox:
		return "whoever runs this machine"
	case probe.OwnerWindows:
		return "the Windows administrator of " + host
	case probe.OwnerDirectory:
		return "the administrator of the domain"
	case probe.OwnerNetwork:
		return "the network team"
	case probe.OwnerDeveloper:
		return "the maker of the client program"
	}
	return ""
}

// Place says where a fix is carried out, in what, and at what risk: "on srv01,
// administrator cmd, low risk".
func Place(f probe.Fix, host string) string {
	parts := []string{Where(f, host)}
	if s := shell(f); s != "" {
		parts = append(parts, s)
	}
	return strings.Join(append(parts, Risk(f)), ", ")
}

// Where says on which machine a fix is carried out.
func Where(f probe.Fix, host string) string {
	switch f.Where {
	case "host":
		return "on " + host
	case "jump-box":
		return "on this machine"
	case "domain-controller":
		return "on a domain controller"
	case "network":
		return "in the network"
	}
	return f.Where
}

func shell(f probe.Fix) string {
	name := map[string]string{"cmd": "cmd", "powershell": "PowerShell", "sh": "shell", "gui": "by hand"}[f.Shell]
	switch {
	case f.Elevated && f.Shell == "sh":
		return "root shell"
	case f.Elevated && f.Shell == "gui":
		return "by hand, as administrator"
	case f.Elevated && name != "":
		return "administrator " + name
	}
	return name
}

// Risk names the risk of a fix.
func Risk(f probe.Fix) string {
	switch f.Risk {
	case "none":
		return "reads only"
	case "last-resort":
		return "last resort"
	}
	return f.Risk + " risk"
}

// LayerTook is how long the steps of a layer took together.
func LayerTook(r *probe.Report, l probe.Layer) (d time.Duration) {
	for _, s := range r.Results {
		if s.Layer == l {
			d += s.Took
		}
	}
	return d
}
