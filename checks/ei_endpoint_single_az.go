package checks

import (
	"fmt"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-601",
		Slug:     "ei-endpoint-single-az",
		Title:    "Elastic Inference endpoint spans fewer than two Availability Zones",
		Severity: finding.High,
		Tags:     []string{"sagemaker", "elastic-inference", "availability"},
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		for _, e := range p.World.Endpoints {
			is := e.Service.Is("elastic-inference.runtime")
			if e.Data || is == graph.False || e.Type.Is("Interface") == graph.False {
				continue
			}
			p.Report(ended(elasticInferenceZones(p.World, e, is)))
		}
	},
})

// elasticInferenceZones judges one endpoint. AWS allows an endpoint one subnet in each Availability Zone, so two distinct subnets of an
// endpoint that can be created are two zones; only subnets that are written in one zone are known to fail.
func elasticInferenceZones(w *aws.World, e *aws.Endpoint, is graph.Truth) Judgement {
	j := Judgement{Resource: e.Resource, Decided: e.Subnets.Attribute}
	subnets, more := e.SubnetIDs()
	sameZone := w.SameZone(subnets)
	switch {
	case is == graph.Undecided:
		j.Verdict, j.Message = finding.Unknown, "Whether this is an Elastic Inference endpoint is not decided"
		j.Reason, j.Decided = e.Service.Why, e.ServiceName.Attribute
	case e.Type.Is("Interface") == graph.Undecided:
		j.Verdict, j.Message = finding.Unknown, "Whether this is an interface endpoint is not decided"
		j.Reason, j.Decided = aws.Explain(e.Type.Value), e.Type.Attribute
	case len(subnets) >= 2 && sameZone != graph.True:
		j.Verdict, j.Message = finding.Pass, "The Elastic Inference endpoint has subnets in at least two Availability Zones"
	case more:
		j.Verdict, j.Message = finding.Unknown, "How many Availability Zones the Elastic Inference endpoint spans is not decided"
		j.Reason = "its subnets are not decided: " + aws.Explain(e.Subnets.Value)
	case len(subnets) >= 2:
		j.Verdict = finding.Fail
		j.Message = fmt.Sprintf("All %d subnets of the Elastic Inference endpoint are in one Availability Zone: it fails with fewer than two", len(subnets))
	default:
		j.Verdict = finding.Fail
		j.Message = fmt.Sprintf("The Elastic Inference endpoint has %s: it fails in fewer than two Availability Zones", subnetCount(len(subnets)))
	}
	if j.Verdict == finding.Fail {
		j.Details = map[string]any{"subnets": len(subnets)}
	}
	return j
}

func subnetCount(n int) string {
	switch n {
	case 0:
		return "no subnet"
	case 1:
		return "one subnet"
	}
	return fmt.Sprintf("%d subnets", n)
}
