package checks

import (
	"slices"

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
	Run:      func(p *Pass) { judgeInterfaces(p, singleZone) },
})

// clientsSpread decides whether the workloads of the VPC are in at least two Availability Zones.
func clientsSpread(w *aws.World, v *aws.VPC) graph.Truth {
	var sure, all []graph.Value
	more := false
	for _, c := range v.Clients() {
		if all = append(all, c.Subnets...); c.Undecided == "" {
			sure = append(sure, c.Subnets...)
		}
		more = more || c.MoreSubnets
	}
	zones, _ := w.Zones(sure)
	switch {
	case distinctZones(zones):
		return graph.True
	case more || w.SameZone(distinct(all)) != graph.True:
		return graph.Undecided
	}
	return graph.False
}

// distinct leaves out values that are the same as an earlier one.
func distinct(values []graph.Value) []graph.Value {
	var out []graph.Value
	for _, v := range values {
		if !slices.ContainsFunc(out, func(o graph.Value) bool { return graph.Equal(o, v) == graph.True }) {
			out = append(out, v)
		}
	}
	return out
}

// singleZone judges an endpoint for SageMaker, or for what Canvas calls, whose clients are, or may be, spread. SMN-601 is about Elastic
// Inference.
func singleZone(w *aws.World, e *aws.Endpoint) Judgement {
	needed := e.Service.IsSageMaker() || aws.CanvasNeeds(e.Service.Plain())
	if !needed || e.Service.Is("elastic-inference.runtime") == graph.True || e.VPC == nil {
		return Judgement{}
	}
	spread := clientsSpread(w, e.VPC)
	subnets, more := e.SubnetIDs()
	if spread == graph.False || len(subnets) == 0 && !more { // SMN-207 is about an endpoint without subnets
		return Judgement{}
	}
	j := Judgement{Resource: e.Resource, Decided: e.Subnets.Attribute, Verdict: finding.Unknown}
	j.Message = "Whether the interface endpoint is in fewer Availability Zones than its clients is not decided"
	switch {
	case len(subnets) >= 2:
		j.Verdict, j.Message = finding.Pass, "The interface endpoint has subnets in at least two Availability Zones"
	case more:
		j.Reason = "its subnets are not decided: " + aws.Explain(e.Subnets.Value)
	case spread == graph.Undecided:
		j.Reason = "the Availability Zones of its clients are not all decided"
	default:
		j.Verdict = finding.Fail
		j.Message = "The interface endpoint has one subnet, while its clients are in at least two Availability Zones"
	}
	return j
}
