package winhost

// Count is how often credentials arrived. The lockout rule of a client is
// tested by it.
type Count struct{ Submitted, Accepted, Rejected int }

// Count returns how often a credential was submitted so far.
func (h *Host) Count() Count {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}

func (h *Host) counted(anonymous, accepted bool) {
	if anonymous {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.count.Submitted++
	if accepted {
		h.count.Accepted++
	} else {
		h.count.Rejected++
	}
}
