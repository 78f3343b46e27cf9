package console

import (
	"slices"
	"strings"

	"github.com/wmidoctor/wmidoctor/probe/winhost/machine"
)

func policyCmdlets() map[string]cmdlet {
	return map[string]cmdlet{
		"set-gpregistryvalue":    {"Name=0 Guid Key! ValueName Type Value Domain Server", setPolicy},
		"get-gpregistryvalue":    {"Name=0 Guid Key! ValueName", getPolicy},
		"remove-gpregistryvalue": {"Name=0 Guid Key! ValueName", removePolicy},
		"invoke-gpupdate":        {"Computer=0 Force? RandomDelayInMinutes", func(k *call) ([]any, error) { k.m.RefreshPolicy(); return nil, nil }},
	}
}

// policyKey is a key of the one policy that the practice domain has.
func (k *call) policyKey() (string, error) {
	if err := k.hasDirectory(); err != nil {
		return "", err
	}
	want, ok := machine.KeyPath(k.text("key"))
	if !ok {
		return "", fail(1, "The following Group Policy registry key is not valid: \"%s\". It must begin with HKLM\\ or HKCU\\.", k.text("key"))
	}
	for key := range k.m.Policy {
		if full, _ := machine.KeyPath(key); strings.EqualFold(full, want) {
			return key, nil
		}
	}
	return want, nil
}

// setPolicy changes the policy in the directory; it counts on the host after
// the next refresh.
func setPolicy(k *call) ([]any, error) {
	key, err := k.policyKey()
	if err != nil {
		return nil, err
	}
	k.params["propertytype"] = k.params["type"]
	delete(k.params, "type")
	v, err := k.registryValue(key, k.text("valuename"))
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(slices.Clone(k.m.Policy[key]), func(o machine.Value) bool { return strings.EqualFold(o.Name, v.Name) })
	k.m.Policy[key] = append(list, v)
	return nil, nil
}

func getPolicy(k *call) ([]any, error) {
	key, err := k.policyKey()
	if err != nil {
		return nil, err
	}
	var out []any
	for _, v := range k.m.Policy[key] {
		if !k.has("valuename") || strings.EqualFold(v.Name, k.text("valuename")) {
			out = append(out, newRecord(nil, "FullKeyPath", key, "ValueName", v.Name, "Type", v.Type.String(), "Value", valueObject(v)))
		}
	}
	if len(out) == 0 {
		return nil, fail(1, "The following Group Policy registry setting was not found: \"%s\".", k.text("key"))
	}
	return out, nil
}

// removePolicy takes values out of the policy, and what the policy had written
// out of the registry, as a policy key loses what no policy sets any more.
func removePolicy(k *call) ([]any, error) {
	key, err := k.policyKey()
	if err != nil {
		return nil, err
	}
	var kept []machine.Value
	for _, v := range k.m.Policy[key] {
		if k.has("valuename") && !strings.EqualFold(v.Name, k.text("valuename")) {
			kept = append(kept, v)
			continue
		}
		k.m.Registry.Delete(key, v.Name)
	}
	if len(kept) == len(k.m.Policy[key]) {
		return nil, fail(1, "The following Group Policy registry setting was not found: \"%s\".", k.text("key"))
	}
	k.m.Policy[key] = kept
	return nil, nil
}
