package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-102",
		Slug:     "domain-insufficient-subnets",
		Title:    "SageMaker domain has fewer than two usable subnets",
		Severity: finding.Medium,
		Tags:     []string{"sagemaker", "network", "availability"},
	},
	Subjects: []aws.Type{aws.TypeDomain},
	Run:      func(p *Pass) { judgeConfined(p, domainSubnets) },
})

// domainSubnets judges the subnets of a domain whose apps are confined to its VPC. Without a list SageMaker takes all subnets of the VPC.
func domainSubnets(w *aws.World, d *aws.Domain) Judgement {
	j := Judgement{Resource: d.Resource, Decided: d.Subnets.Attribute}
	switch {
	case d.Settings.UnifiedStudio.Kind() == graph.KindMap:
		return Judgement{} // Unified Studio sees to its network
	case d.VPC.IsNull():
		j.Verdict, j.Message, j.Decided = finding.Fail, "The domain names no VPC, and its apps have no other network", d.VPC.Attribute
		return j
	}
	subnets, more := d.SubnetIDs()
	switch sameZone := w.SameZone(subnets); {
	case len(subnets) >= 2 && sameZone == graph.True && !more:
		j.Verdict, j.Severity = finding.Fail, finding.Low
		j.Message = "All subnets of the domain are in one Availability Zone"
	case len(subnets) >= 2:
		j.Verdict, j.Message = finding.Pass, "The domain has at least two subnets"
	case more:
		j.Verdict, j.Message = finding.Unknown, "How many subnets the domain has is not decided"
		j.Reason = "its subnets are not decided: " + aws.Explain(d.Subnets.Value)
		if d.Subnets.IsNull() {
			j.Reason = "it names no subnets, so SageMaker takes all of its VPC, which the scanned files do not list"
		}
	default:
		j.Verdict, j.Message = finding.Fail, "The domain has "+subnetCount(len(subnets))+": SageMaker needs at least two that it can use"
		j.Details = map[string]any{"subnets": len(subnets)}
	}
	return j
}
