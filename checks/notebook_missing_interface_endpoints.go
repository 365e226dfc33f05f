package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:           "SMN-402",
		Slug:         "notebook-missing-interface-endpoints",
		Title:        "Private notebook instance lacks the endpoints to open it",
		Severity:     finding.Medium,
		Tags:         []string{"sagemaker", "notebook", "privatelink"},
		Counterparts: []finding.Counterpart{{Tool: finding.AWSConfig, ID: "vpc-endpoint-enabled"}},
	},
	Subjects: []aws.Type{aws.TypeNotebookInstance},
	Run: func(p *Pass) {
		for _, n := range p.World.NotebookInstances {
			private := n.DirectInternetAccess.Is("Disabled")
			if private == graph.False || n.Subnet.IsNull() {
				continue
			}
			j := notebookEndpoints(p.World, n)
			if private == graph.Undecided {
				j = j.onlyIf("direct internet access is Disabled", aws.Explain(n.DirectInternetAccess.Value))
			}
			p.Report(j)
		}
	},
})

// notebookEndpoints judges what a person in the VPC needs to open a notebook, and without a way to the internet what the notebook calls.
func notebookEndpoints(w *aws.World, n *aws.NotebookInstance) Judgement {
	needs := []need{{"notebook", finding.Medium}, {"sagemaker.api", finding.Medium}}
	if w.Egress(aws.Refs{Attribute: n.Subnet.Attribute}).Internet() == graph.False {
		needs = append(needs, need{"s3", finding.Low}, need{"sagemaker.runtime", finding.Low})
	}
	return absence{n.Resource, graph.Null(), aws.Refs{Attribute: n.Subnet.Attribute}, needs, "the notebook instance"}.judge(w)
}
