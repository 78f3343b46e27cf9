package machine

// SetAtBoot writes a registry value as if it had been there at the last boot
// and the last start of WMI: what reads it then knows it already.
func (m *Machine) SetAtBoot(key string, v Value) {
	m.Registry.Set(key, v)
	m.booted.Set(key, v)
	m.atWMIStart.Set(key, v)
}

// LimitTo sets one of the descriptors that DCOM keeps as bytes, such as
// MachineAccessRestriction, from its SDDL.
func (m *Machine) LimitTo(key, name, sddl string) error {
	d, err := ParseSDDL(sddl)
	if err != nil {
		return err
	}
	m.Registry.Set(key, Binary(name, d.Encode()))
	return nil
}
