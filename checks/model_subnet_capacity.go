package checks

import (
	"cmp"
	"fmt"
	"net/netip"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-503",
		Slug:     "model-subnet-capacity",
		Title:    "Subnets are too small for the model's instances",
		Severity: finding.Low,
		Tags:     []string{"sagemaker", "hosting", "network"},
	},
	Subjects: []aws.Type{aws.TypeModel},
	Run: func(p *Pass) {
		for _, m := range p.World.Models {
			if m.InVPC() != graph.True {
				continue
			}
			if j, ok := subnetCapacity(p.World, m); ok {
				p.Report(j)
			}
		}
	},
})

// subnetCapacity compares the addresses of a model's subnets with two for each instance, as many as
// there are from the start or autoscaling may add. It does not apply to a model that only
// serverless variants serve, nor to subnets of IPv6 only.
func subnetCapacity(w *aws.World, m *aws.Model) (j Judgement, applies bool) {
	j = Judgement{Resource: m.Resource, Decided: m.VPCConfig.Subnets.Attribute, Verdict: finding.Unknown}
	j.Message = "Whether the model's subnets have enough addresses is not decided"
	instances := 0
	variants, moreVariants := w.Variants(m)
	for _, v := range variants {
		if !v.Serverless.IsNull() {
			continue
		}
		n, ok := v.Count.Int()
		if !ok {
			j.Reason = "the instance count of a variant is not decided: " + cmp.Or(aws.Explain(v.Count.Value), "it is not written")
			return j, true
		}
		if !v.Max.IsNull() {
			scaled, ok := v.Max.Int()
			if !ok {
				j.Reason = "the number of instances that a variant scales to is not decided: " + aws.Explain(v.Max.Value)
				return j, true
			}
			n = max(n, scaled)
		}
		instances += n
	}
	if instances == 0 {
		return j, false
	}
	subnets, more := m.VPCConfig.Subnets.Elements()
	addresses := 0
	for _, id := range subnets {
		s := w.Subnet(id)
		if s == nil {
			j.Reason = "the subnet " + id.String() + " is not in the scanned files"
			return j, true
		}
		if s.IPv6Only.IsTrue() == graph.True {
			return j, false
		}
		n, ok := usableAddresses(s.CIDR.Value)
		if !ok {
			j.Reason = "the address range of " + s.Address + " is not decided: " + cmp.Or(aws.Explain(s.CIDR.Value), "it is not written")
			return j, true
		}
		addresses += n
	}
	need := 2 * instances
	switch {
	case addresses >= need && moreVariants:
		j.Reason = "a variant whose model is not decided may be on further instances of this one"
	case addresses >= need:
		j.Verdict, j.Message = finding.Pass, "The model's subnets have two addresses for each instance"
	case more:
		j.Reason = m.VPCConfig.Subnets.Name + " is not decided: " + aws.Explain(m.VPCConfig.Subnets.Value)
	default:
		j.Verdict = finding.Fail
		j.Message = fmt.Sprintf("The model's subnets have %d usable addresses, and %d instances need %d", addresses, instances, need)
		j.Details = map[string]any{"addresses": addresses, "instances": instances}
	}
	return j, true
}

// usableAddresses are those of an IPv4 range less the five that AWS keeps, at most as many as an int holds.
func usableAddresses(cidr graph.Value) (int, bool) {
	text, _ := cidr.Text()
	p, err := netip.ParsePrefix(text)
	if err != nil || !p.Addr().Is4() {
		return 0, false
	}
	return max(0, 1<<(32-p.Bits())-5), true
}
