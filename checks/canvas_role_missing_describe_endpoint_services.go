package checks

import (
	"cmp"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-701",
		Slug:     "canvas-role-missing-describe-endpoint-services",
		Title:    "Canvas role cannot discover VPC endpoints",
		Severity: finding.Medium,
		Tags:     []string{"sagemaker", "canvas", "iam", "privatelink"},
	},
	Subjects: []aws.Type{aws.TypeDomain},
	Run: func(p *Pass) {
		for _, d := range p.World.Domains {
			if runs := runsCanvas(d); runs != graph.False {
				p.Report(endpointDiscovery(p.World, d, runs))
			}
		}
	},
})

const describeEndpointServices = "ec2:DescribeVpcEndpointServices"

// endpointDiscovery judges every execution role of a domain, its own and those of its users.
func endpointDiscovery(w *aws.World, d *aws.Domain, runs graph.Truth) Judgement {
	j := Judgement{Resource: d.Resource, Decided: d.UserSettings.ExecutionRole.Attribute, Verdict: finding.Unknown}
	j.Message = "Whether the domain's execution roles are allowed " + describeEndpointServices + " is not decided"
	judged := map[*graph.Resource]bool{}
	for _, s := range d.AllUserSettings() {
		if s.ExecutionRole.IsNull() {
			continue // a user without one has the domain's
		}
		if role := w.Role(s.ExecutionRole.Value); role != nil {
			if judged[role.Resource] {
				continue
			}
			judged[role.Resource] = true
		}
		l := lacks(w, s.ExecutionRole.Value, true, describeEndpointServices)
		j.Reason = cmp.Or(j.Reason, l.why)
		role := w.Role(s.ExecutionRole.Value)
		if role != nil && !role.Boundary.IsNull() && len(l.actions) == 0 {
			j.Reason = cmp.Or(j.Reason, role.Address+" has a permissions boundary, which may take the action away")
		}
		if len(l.actions) == 0 || runs == graph.Undecided {
			continue
		}
		j.Verdict, j.Reason = finding.Fail, ""
		j.Message = "An execution role of this domain is not allowed " + describeEndpointServices +
			", by which SageMaker Canvas finds its VPC endpoints: it runs standard builds in a VPC that AWS manages"
		j.Related = []Related{{Message: "the role " + role.Address, Resource: role.Resource}}
		if j.Severity = finding.Medium; !d.Canvas().Meant {
			j.Severity = finding.Low
		}
		return j
	}
	switch {
	case runs == graph.Undecided:
		j.Reason = cmp.Or(j.Reason, "whether the domain is VpcOnly and shows Canvas is not decided")
	case j.Reason == "":
		j.Verdict, j.Message = finding.Pass, "The domain's execution roles are allowed "+describeEndpointServices
	}
	return j
}
