package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-502",
		Slug:     "model-single-az",
		Title:    "Model's VPC configuration spans one Availability Zone",
		Severity: finding.High,
		Tags:     []string{"sagemaker", "hosting", "availability"},
	},
	Subjects: []aws.Type{aws.TypeModel},
	Run: func(p *Pass) {
		for _, m := range p.World.Models {
			if m.InVPC() != graph.False {
				p.Report(modelZones(p.World, m))
			}
		}
	},
})

// modelZones judges the subnets of a model. AWS accepts two of one zone and then fails to create the endpoint, so two subnets alone do
// not pass.
func modelZones(w *aws.World, m *aws.Model) Judgement {
	named := m.VPCConfig.Subnets
	j := Judgement{Resource: m.Resource, Decided: named.Attribute}
	subnets, more := named.Elements()
	zones, unknown := w.Zones(subnets)
	switch {
	case distinctZones(zones):
		j.Verdict, j.Message = finding.Pass, "The model's subnets are in at least two Availability Zones"
	case more || len(subnets) >= 2 && (unknown || len(zones) >= 2):
		j.Verdict, j.Message = finding.Unknown, "How many Availability Zones the model spans is not decided"
		j.Reason = "the Availability Zones of its subnets are not all decided"
		if more {
			j.Reason = named.Name + " is not decided: " + aws.Explain(named.Value)
		}
	case len(subnets) >= 2:
		j.Verdict, j.Message = finding.Fail, "All subnets of the model are in one Availability Zone: SageMaker needs two, even for one instance"
	default:
		j.Verdict, j.Message = finding.Fail, "The model has "+subnetCount(len(subnets))+": SageMaker needs two Availability Zones, even for one instance"
	}
	return j
}

// distinctZones reports whether two of some zones are different for sure.
func distinctZones(zones []graph.Value) bool {
	for i, a := range zones {
		for _, b := range zones[:i] {
			if aws.DifferentZones(a, b) {
				return true
			}
		}
	}
	return false
}
