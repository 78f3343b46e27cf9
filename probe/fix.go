package probe

// Fix is one command of the guide, filled in for this run.
type Fix struct {
	Fault    FaultID `json:"fault"`
	Section  string  `json:"section"`
	ID       string  `json:"id"`
	Title    string  `json:"title"`
	Shell    string  `json:"shell"` // cmd powershell sh gui none
	Where    string  `json:"where"` // host jump-box domain-controller network
	Elevated bool    `json:"elevated"`
	Risk     string  `json:"risk"` // none low medium high last-resort
	Windows  string  `json:"windows,omitempty"`
	Run      string  `json:"run"`
	Undo     string  `json:"undo"`
	NoUndo   string  `json:"no_undo,omitempty"`
	Verify   string  `json:"verify"`
}
