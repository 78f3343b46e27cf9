package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// memory is what the form keeps for next time, if it was asked to. It has no
// field for a password.
type memory struct {
	Host      string `json:"host"`
	Account   string `json:"account"`
	Namespace string `json:"namespace"`
}

// memoryFile is where it is kept, "" where the system names no such place.
func memoryFile() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "wmidoctor", "last.json")
}

// recall reads what was kept. What cannot be read, or is not usable, was not
// kept.
func recall(path string) (m memory, ok bool) {
	b, err := os.ReadFile(path)
	if err != nil || len(b) > 4096 || json.Unmarshal(b, &m) != nil {
		return memory{}, false
	}
	if _, err := usableHost(m.Host); err != nil {
		return memory{}, false
	}
	return m, true
}

// keep writes it, or removes it where it is no longer wanted. That this fails
// is no reason to stop anybody.
func (m memory) keep(path string, wanted bool) {
	if path == "" {
		return
	}
	if !wanted {
		_ = os.Remove(path)
		return
	}
	b, err := json.Marshal(m)
	if err == nil && os.MkdirAll(filepath.Dir(path), 0o700) == nil {
		_ = os.WriteFile(path, b, 0o600)
	}
}
