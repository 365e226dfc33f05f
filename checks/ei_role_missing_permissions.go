package checks

import (
	"cmp"
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-604",
		Slug:     "ei-role-missing-permissions",
		Title:    "Role of an Elastic Inference workload lacks permissions",
		Severity: finding.Low,
		Tags:     []string{"sagemaker", "elastic-inference", "iam"},
	},
	Subjects: []aws.Type{aws.TypeNotebookInstance, aws.TypeEndpointConfig},
	Run: func(p *Pass) {
		for _, a := range p.World.Accelerated() {
			p.Report(ended(acceleratorPermissions(p.World, a)))
		}
	},
})

// acceleratorPermissions judges the role of a workload that asks, or may ask, for an accelerator.
func acceleratorPermissions(w *aws.World, a aws.Accelerated) Judgement {
	j := Judgement{Resource: a.Resource, Decided: a.Role.Attribute, Verdict: finding.Unknown}
	j.Message = "Whether the workload's role may use Elastic Inference is not decided"
	l := lacks(w, a.Role.Value, false, "elastic-inference:Connect").and(lacks(w, a.Role.Value, true, "ec2:DescribeVpcEndpoints"))
	asks := accelerator(a)
	switch {
	case len(l.actions) > 0 && asks.Verdict == finding.Fail:
		role := w.Role(a.Role.Value)
		j.Verdict, j.Details = finding.Fail, map[string]any{"missing": l.actions}
		j.Message = "The role of this Elastic Inference workload is not allowed " + strings.Join(l.actions, ", ")
		j.Related = []Related{{Message: "the role " + role.Address, Resource: role.Resource}}
	case len(l.actions) > 0 || l.why != "":
		j.Reason = cmp.Or(l.why, asks.Reason)
	default:
		j.Verdict, j.Message = finding.Pass, "The workload's role may use Elastic Inference"
	}
	return j
}
