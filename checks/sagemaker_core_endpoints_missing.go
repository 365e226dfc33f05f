package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-210",
		Slug:     "sagemaker-core-endpoints-missing",
		Title:    "VpcOnly domain lacks the endpoints that Studio needs",
		Severity: finding.High,
		Tags:     []string{"sagemaker", "network", "privatelink"},
		Counterparts: []finding.Counterpart{
			{Tool: finding.AWSConfig, ID: "vpc-endpoint-enabled"},
			{Tool: finding.AWSConfig, ID: "service-vpc-endpoint-enabled"},
		},
	},
	Subjects: []aws.Type{aws.TypeDomain},
	Run:      func(p *Pass) { judgeNetwork(p, coreEndpoints) },
})

// studioServices are what every Studio domain calls.
var studioServices = []need{
	{"logs", finding.Low},
	{"s3", finding.Medium},
	{"sagemaker.api", finding.High},
	{"sagemaker.runtime", finding.High},
	{"sts", finding.Low},
	{"studio", finding.Low},
}

// coreEndpoints judges the endpoints of a domain that hides Canvas.
func coreEndpoints(w *aws.World, d *aws.Domain) Judgement {
	if d.Canvas().Hidden != graph.True {
		return Judgement{} // SMN-201 covers it
	}
	j := absence{d.Resource, d.VPC.Value, d.Subnets, studioServices, "Studio"}.judge(w)
	if j.Verdict == finding.Fail && d.Egress().Internet() == graph.True {
		j.Severity, j.Message = finding.Low, j.Message+"; its subnets reach it over the internet"
	}
	return j
}
