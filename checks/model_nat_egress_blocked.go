package checks

import (
	"cmp"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-507",
		Slug:     "model-nat-egress-blocked",
		Title:    "Model's security group blocks the way to its NAT gateway",
		Severity: finding.Low,
		Tags:     []string{"sagemaker", "hosting", "security-group", "routing"},
	},
	Subjects: []aws.Type{aws.TypeModel},
	Run: func(p *Pass) {
		for _, m := range p.World.Models {
			nat, _ := p.World.Egress(m.VPCConfig.Subnets).To(aws.TargetNATGateway)
			if m.InVPC() == graph.True && nat == graph.True {
				p.Report(natEgress(p.World, m))
			}
		}
	},
})

// natEgress judges whether a group of a model lets anything out to the internet, beyond which its NAT gateway is of use.
func natEgress(w *aws.World, m *aws.Model) Judgement {
	named := m.VPCConfig.SecurityGroups
	j := Judgement{Resource: m.Resource, Decided: named.Attribute}
	groups, why := w.SecurityGroups(named)
	outside, undecided := aws.Traffic{Any: true, Peer: aws.Internet}, ""
	out := aws.AnyGroup(groups, func(g *aws.SecurityGroup) graph.Truth {
		undecided = cmp.Or(undecided, g.Egress.Undecided(outside))
		return g.Egress.Pass(outside)
	})
	switch {
	case out == graph.True:
		j.Verdict, j.Message = finding.Pass, "A security group of the model lets it out to its NAT gateway"
	case out == graph.Undecided || why != "":
		j.Verdict, j.Message = finding.Unknown, "Whether the model's security groups let it out to its NAT gateway is not decided"
		j.Reason = cmp.Or(why, undecided)
	default:
		j.Verdict, j.Message = finding.Fail, "The model's subnets have a route to a NAT gateway, and its security groups let nothing out to the internet"
	}
	return j
}
