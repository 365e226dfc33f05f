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
				discoverEndpoints(p, d, runs)
			}
		}
	},
})

const describeEndpointServices = "ec2:DescribeVpcEndpointServices"

// discoverEndpoints judges every execution role of a domain, its own and those of its users, each once.
func discoverEndpoints(p *Pass, d *aws.Domain, runs graph.Truth) {
	judged := map[*graph.Resource]bool{}
	for _, s := range d.AllUserSettings() {
		if s.ExecutionRole.IsNull() {
			continue // a user without one has the domain's
		}
		role := p.World.Role(s.ExecutionRole.Value)
		if role != nil && judged[role.Resource] {
			continue
		}
		if role != nil {
			judged[role.Resource] = true
		}
		p.Report(endpointDiscovery(p.World, d, s, role, runs))
	}
}

// endpointDiscovery judges the role of a domain or of one of its users; it is nil where the files do not create it.
func endpointDiscovery(w *aws.World, d *aws.Domain, s aws.OwnedSettings, role *aws.Role, runs graph.Truth) Judgement {
	j := Judgement{Resource: s.Resource, Decided: s.ExecutionRole.Attribute, Verdict: finding.Unknown}
	j.Message = "Whether the execution role is allowed " + describeEndpointServices + " is not decided"
	l := lacks(w, s.ExecutionRole.Value, true, describeEndpointServices)
	switch bounded := role != nil && !role.Boundary.IsNull(); {
	case runs == graph.Undecided:
		j.Reason = cmp.Or(l.why, "whether the domain is VpcOnly and shows Canvas is not decided")
	case len(l.actions) > 0:
		j.Verdict = finding.Fail
		j.Message = "The execution role is not allowed " + describeEndpointServices +
			", by which SageMaker Canvas finds its VPC endpoints: it runs standard builds in a VPC that AWS manages"
		j.Related = []Related{{Message: "the role " + role.Address, Resource: role.Resource}}
		if j.Severity = finding.Medium; !d.Canvas().Meant {
			j.Severity = finding.Low
		}
	case l.why != "":
		j.Reason = l.why
	case bounded:
		j.Reason = role.Address + " has a permissions boundary, which may take the action away"
	default:
		j.Verdict, j.Message = finding.Pass, "The execution role is allowed "+describeEndpointServices
	}
	return j
}
