package checks

import (
	"cmp"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:           "SMN-104",
		Slug:         "domain-vpconly-public-subnet",
		Title:        "VpcOnly domain is in a public subnet",
		Severity:     finding.Medium,
		Tags:         []string{"sagemaker", "network", "routing"},
		Counterparts: []finding.Counterpart{{Tool: finding.AWSConfig, ID: "no-unrestricted-route-to-igw"}},
	},
	Subjects: []aws.Type{aws.TypeDomain},
	Run:      func(p *Pass) { judgeNetwork(p, publicSubnets) },
})

// publicSubnets judges whether a subnet of a domain routes everything to an internet gateway.
func publicSubnets(_ *aws.World, d *aws.Domain) Judgement {
	j := Judgement{Resource: d.Resource, Decided: d.Subnets.Attribute}
	egress := d.Egress()
	public, route := egress.To(aws.TargetInternetGateway)
	switch {
	case public == graph.True:
		j.Verdict, j.Message = finding.Fail, "A subnet of the domain is public: its default route leads to an internet gateway"
		j.Related = []Related{{Message: "the default route", Resource: route.Resource}}
	case public == graph.Undecided:
		j.Verdict, j.Message = finding.Unknown, "Whether the domain's subnets are public is not decided"
		j.Reason = cmp.Or(egress.Why, "whether their default route leads to an internet gateway is not decided")
	default:
		j.Verdict, j.Message = finding.Pass, "No default route of the domain's subnets leads to an internet gateway"
	}
	return j
}
