package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-603",
		Slug:     "ei-accelerator-without-endpoint",
		Title:    "Elastic Inference is used in a VPC without its endpoint",
		Severity: finding.Medium,
		Tags:     []string{"sagemaker", "elastic-inference", "privatelink"},
	},
	Subjects: []aws.Type{aws.TypeNotebookInstance, aws.TypeEndpointConfig},
	Run: func(p *Pass) {
		for _, a := range p.World.Accelerated() {
			if a.Subnets.IsNull() {
				continue
			}
			needs := []need{{"elastic-inference.runtime", finding.Medium}}
			j := absence{a.Resource, graph.Null(), a.Subnets, needs, "Elastic Inference"}.judge(p.World)
			if a.Asks() != graph.True {
				j = j.onlyIf("an accelerator is asked for", aws.Explain(a.Accelerator.Value))
			}
			p.Report(ended(j))
		}
	},
})
