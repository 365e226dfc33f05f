package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-204",
		Slug:     "vpc-dns-attributes-disabled",
		Title:    "DNS attributes of the VPC prevent private DNS",
		Severity: finding.High,
		Tags:     []string{"sagemaker", "network", "dns"},
	},
	Subjects: []aws.Type{aws.TypeDomain, aws.TypeNotebookInstance, aws.TypeModel, aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		for _, v := range p.World.VPCs() {
			attributes := v.DNS()
			if attributes == nil || !v.HostsSageMaker() && !v.UsesPrivateDNS() {
				continue
			}
			p.Report(dnsAttributes(v, attributes))
		}
	},
})

// dnsAttributes judges the two switches without which the name of a service does not resolve to an endpoint.
func dnsAttributes(v *aws.VPC, a *aws.DNSAttributes) Judgement {
	j := Judgement{Resource: v.Resource}
	if !v.HasInterfaceEndpoint() {
		j.Severity = finding.Low
	}
	for _, s := range []aws.Bool{a.Support, a.Hostnames} {
		j.Decided = s.Attribute
		switch s.IsTrue() {
		case graph.False:
			j.Verdict, j.Message = finding.Fail, s.Name+" is false: private DNS names of endpoints do not resolve in this VPC"
			if !s.Written {
				j.Message = s.Name + " is not set and defaults to false: private DNS names of endpoints do not resolve in this VPC"
			}
			return j
		case graph.Undecided:
			j.Verdict, j.Message = finding.Unknown, "Whether private DNS names resolve in this VPC is not decided"
			j.Reason = s.Name + " is not decided: " + aws.Explain(s.Value)
			return j
		}
	}
	j.Verdict, j.Message = finding.Pass, "Private DNS names resolve in this VPC"
	return j
}
