package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:           "SMN-501",
		Slug:         "model-without-vpc-config",
		Title:        "Model is not attached to a VPC",
		Severity:     finding.Medium,
		Tags:         []string{"sagemaker", "hosting", "network"},
		Counterparts: []finding.Counterpart{{Tool: finding.AWSConfig, ID: "sagemaker-model-in-vpc"}},
	},
	Subjects: []aws.Type{aws.TypeModel},
	Run: func(p *Pass) {
		for _, m := range p.World.Models {
			p.Report(modelAttached(p.World, m))
		}
	},
})

const attachedUndecided = "Whether the model is attached to a VPC is not decided"

// modelAttached judges where a model's containers have their network interfaces. Those of an inference component have them where its
// endpoint configuration says.
func modelAttached(w *aws.World, m *aws.Model) Judgement {
	j := Judgement{Resource: m.Resource, Decided: m.VPC}
	variants, _ := w.Variants(m)
	host := w.ComponentHost()
	switch {
	case m.InVPC() == graph.True:
		j.Verdict, j.Message = finding.Pass, "The model is attached to a VPC"
	case m.InVPC() == graph.Undecided:
		j.Verdict, j.Message = finding.Unknown, attachedUndecided
		j.Reason = m.VPC.Name + " is not decided: " + aws.Explain(m.VPC.Value)
	case host != nil && len(variants) == 0:
		j.Verdict, j.Message = finding.Unknown, attachedUndecided
		j.Reason = host.Address + " has a VPC of its own and may host the model as an inference component"
	case m.NetworkIsolation.IsTrue() == graph.True:
		j.Verdict, j.Severity = finding.Fail, finding.Low
		j.Message = "The model has no VPC configuration; network isolation keeps its container from calling anything"
	case m.NetworkIsolation.IsTrue() == graph.Undecided:
		j.Verdict = finding.Fail
		j.Message = "The model has no VPC configuration: its container reaches the internet past your network controls unless it is isolated"
	default:
		j.Verdict, j.Message = finding.Fail, "The model has no VPC configuration: its container reaches the internet past your network controls"
	}
	return j
}
