package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:           "SMN-211",
		Slug:         "interface-endpoint-single-az",
		Title:        "Interface endpoint for SageMaker is in one Availability Zone",
		Severity:     finding.Low,
		Tags:         []string{"sagemaker", "privatelink", "availability"},
		OffByDefault: true,
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		for _, e := range p.World.Endpoints {
			needed := e.Service.IsSageMaker() || aws.CanvasNeeds(e.Service.Plain())
			if e.Data || !needed || e.Service.Is("elastic-inference.runtime") == graph.True || e.Type.Is("Interface") != graph.True {
				continue
			}
			if e.VPC != nil && spread(p.World, e.VPC) {
				p.Report(singleZone(e))
			}
		}
	},
})

// spread reports whether a workload of the VPC has subnets in at least two Availability Zones.
func spread(w *aws.World, v *aws.VPC) bool {
	for _, c := range v.Clients() {
		if len(c.Subnets) >= 2 && w.SameZone(c.Subnets) != graph.True {
			return true
		}
	}
	return false
}

func singleZone(e *aws.Endpoint) Judgement {
	j := Judgement{Resource: e.Resource, Decided: e.Subnets.Attribute}
	switch subnets, more := e.SubnetIDs(); {
	case len(subnets) >= 2:
		j.Verdict, j.Message = finding.Pass, "The interface endpoint has subnets in at least two Availability Zones"
	case more:
		j.Verdict, j.Message = finding.Unknown, "How many subnets the interface endpoint has is not decided"
		j.Reason = "its subnets are not decided: " + aws.Explain(e.Subnets.Value)
	default:
		j.Verdict = finding.Fail
		j.Message = "The interface endpoint has " + subnetCount(len(subnets)) + ", while its clients are in at least two Availability Zones"
	}
	return j
}
