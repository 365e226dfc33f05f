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
			needed := graph.TruthOf(v.HostsSageMaker()).Or(v.UsesPrivateDNS())
			if attributes == nil || needed == graph.False {
				continue
			}
			j := dnsAttributes(v, attributes)
			if needed == graph.Undecided {
				j = j.onlyIf("an endpoint of the VPC has private DNS", "the files do not decide it")
			}
			p.Report(j)
		}
	},
})

const dnsUndecided = "Whether private DNS names resolve in this VPC is not decided"

// dnsAttributes judges the two switches without which the name of a service does not resolve to an endpoint. One that is off decides,
// whatever the other is.
func dnsAttributes(v *aws.VPC, a *aws.DNSAttributes) Judgement {
	j := Judgement{Resource: v.Resource, Verdict: finding.Pass, Message: "Private DNS names resolve in this VPC"}
	if !v.HasInterfaceEndpoint() {
		j.Severity = finding.Low
	}
	for _, s := range []aws.Bool{a.Support, a.Hostnames} {
		switch s.IsTrue() {
		case graph.False:
			j.Verdict, j.Decided, j.Reason = finding.Fail, s.Attribute, ""
			j.Message = s.Name + " is false: private DNS names of endpoints do not resolve in this VPC"
			if !s.Written {
				j.Message = s.Name + " is not set and defaults to false: private DNS names of endpoints do not resolve in this VPC"
			}
			return j
		case graph.Undecided:
			j.Verdict, j.Message, j.Decided = finding.Unknown, dnsUndecided, s.Attribute
			j.Reason = s.Name + " is not decided: " + aws.Explain(s.Value)
		case graph.True:
			if j.Verdict == finding.Pass {
				j.Decided = s.Attribute
			}
		}
	}
	return j
}
