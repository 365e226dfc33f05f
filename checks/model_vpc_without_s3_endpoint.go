package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-504",
		Slug:     "model-vpc-without-s3-endpoint",
		Title:    "Model in a VPC has no S3 endpoint",
		Severity: finding.High,
		Tags:     []string{"sagemaker", "hosting", "s3", "privatelink"},
	},
	Subjects: []aws.Type{aws.TypeModel},
	Run: func(p *Pass) {
		for _, m := range p.World.Models {
			if m.InVPC() != graph.True || m.NetworkIsolation.IsTrue() == graph.True {
				continue
			}
			subnets := m.VPCConfig.Subnets
			j := absence{m.Resource, graph.Null(), subnets, []need{{"s3", finding.High}}, "the model"}.judge(p.World)
			if j.Verdict == finding.Fail && p.World.Egress(subnets.Elements()).Internet() == graph.True {
				j.Severity, j.Message = finding.Low, j.Message+"; its subnets reach S3 over the internet"
			}
			p.Report(j)
		}
	},
})
