package checks

import (
	"cmp"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-801",
		Slug:     "canvas-fine-tuning-in-isolated-vpc",
		Title:    "Canvas fine-tuning is configured where it cannot work",
		Severity: finding.Info,
		Tags:     []string{"sagemaker", "canvas", "bedrock", "network"},
	},
	Subjects: []aws.Type{aws.TypeDomain},
	Run: func(p *Pass) {
		for _, d := range p.World.Domains {
			if runs := runsCanvas(d); runs != graph.False {
				p.Report(fineTuning(p.World, d, runs))
			}
		}
	},
})

// fineTuning judges a domain that shows Canvas in its VPC.
func fineTuning(w *aws.World, d *aws.Domain, runs graph.Truth) Judgement {
	j := Judgement{Resource: d.Resource, Verdict: finding.Unknown}
	j.Message = "Whether fine-tuning is configured in a VPC without internet access is not decided"
	configured, says, by, why := configuresFineTuning(w, d)
	egress := d.Egress()
	leaves := graph.False
	for _, way := range waysOut {
		leads, _ := egress.To(way.target)
		leaves = leaves.Or(leads)
	}
	switch {
	case configured == graph.False:
		j.Verdict, j.Message = finding.Pass, "Nothing configures fine-tuning of foundation models in Canvas"
	case leaves == graph.True:
		j.Verdict, j.Message = finding.Pass, "The domain's subnets have a way to the internet, by which fine-tuning works"
	case configured == graph.Undecided:
		j.Reason = why
	case leaves == graph.Undecided:
		j.Reason = cmp.Or(egress.Why, "where the default route of the subnets leads is not decided")
	case runs == graph.Undecided:
		j.Reason = "whether the domain is VpcOnly and shows Canvas is not decided"
	default:
		j.Verdict, j.Resource, j.Decided = finding.Fail, says, by
		j.Message = "Fine-tuning of foundation models is configured for this domain, and its VPC has no way to the internet, which fine-tuning needs"
	}
	return j
}

// configuresFineTuning decides whether the domain or one of its users is set up for fine-tuning, and says which of them by which attribute:
// a Bedrock role, or a permission that a policy of their own gives the execution role. A role that the files do not create is no sign.
func configuresFineTuning(w *aws.World, d *aws.Domain) (configured graph.Truth, says *graph.Resource, by aws.Attribute, why string) {
	configured = graph.False
	for _, s := range d.AllUserSettings() {
		if bedrock := s.CanvasAppSettings.GenerativeAISettings.BedrockRole; !bedrock.IsNull() {
			if bedrock.Kind() != graph.KindUnknown && bedrock.Kind() != graph.KindChoice {
				return graph.True, s.Resource, bedrock.Attribute, ""
			}
			configured, why = graph.Undecided, aws.Explain(bedrock.Value)
		}
		role := w.Role(s.ExecutionRole.Value)
		if role == nil || role.Data {
			continue
		}
		switch allowed, reason := w.Permissions(role).OwnAllow("bedrock:CreateModelCustomizationJob"); allowed {
		case graph.True:
			return graph.True, s.Resource, s.ExecutionRole.Attribute, ""
		case graph.Undecided:
			configured, why = graph.Undecided, reason
		}
	}
	return configured, nil, by, why
}
