package checks

import (
	"cmp"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-105",
		Slug:     "domain-vpconly-internet-egress",
		Title:    "VpcOnly domain still reaches the internet",
		Severity: finding.Low,
		Tags:     []string{"sagemaker", "network", "routing"},
	},
	Subjects: []aws.Type{aws.TypeDomain},
	Run:      func(p *Pass) { judgeNetwork(p, internetEgress) },
})

// internetEgress judges where a domain's default routes lead. An internet gateway is not among the ways out: apps have no public address.
func internetEgress(_ *aws.World, d *aws.Domain) Judgement {
	j := Judgement{Resource: d.Resource, Decided: d.Subnets.Attribute}
	egress := d.Egress()
	all := graph.False
	for _, way := range waysOut {
		leads, route := egress.To(way.target)
		if leads == graph.True {
			j.Verdict, j.Severity = finding.Fail, way.severity
			j.Message = "The default route of the domain's subnets leads to " + way.target.String() + ", " + way.message
			j.Related = []Related{{Message: "the default route", Resource: route.Resource}}
			j.Details = map[string]any{"target": way.target.String()}
			return j
		}
		all = all.Or(leads)
	}
	if all == graph.Undecided {
		j.Verdict, j.Message = finding.Unknown, "Whether the domain's subnets reach the internet is not decided"
		j.Reason = cmp.Or(egress.Why, "where their default route leads is not decided")
		return j
	}
	j.Verdict, j.Message = finding.Pass, "No default route leads the domain's apps to the internet"
	return j
}

// waysOut are the targets of default routes that lead, or may lead, to the internet, the sure ones first.
var waysOut = []struct {
	target   aws.RouteTarget
	severity finding.Severity
	message  string
}{
	{aws.TargetNATGateway, finding.Low, "which reaches the internet"},
	{aws.TargetEgressOnlyGateway, finding.Low, "which reaches the internet"},
	{aws.TargetNetworkInterface, finding.Low, "which may be a NAT instance"},
	{aws.TargetPrivateNATGateway, finding.Info, "beyond which the code does not show what comes"},
	{aws.TargetTransitGateway, finding.Info, "beyond which the code does not show what comes"},
	{aws.TargetCoreNetwork, finding.Info, "beyond which the code does not show what comes"},
	{aws.TargetPeering, finding.Info, "beyond which the code does not show what comes"},
	{aws.TargetVPCEndpoint, finding.Info, "which may be a firewall in front of the internet"},
}
