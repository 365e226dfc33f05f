package checks

import (
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-506",
		Slug:     "model-role-missing-eni-permissions",
		Title:    "Role of a model in a VPC lacks network interface permissions",
		Severity: finding.Medium,
		Tags:     []string{"sagemaker", "hosting", "iam"},
	},
	Subjects: []aws.Type{aws.TypeModel},
	Run: func(p *Pass) {
		for _, m := range p.World.Models {
			if m.InVPC() == graph.True {
				p.Report(interfacePermissions(p.World, m))
			}
		}
	},
})

// The actions that "Give SageMaker AI Hosted Endpoints Access to Resources in Your Amazon VPC" lists. Those that describe know no
// resources.
var (
	describeNetwork = []string{
		"ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets",
		"ec2:DescribeVpcEndpoints", "ec2:DescribeVpcs",
	}
	changeInterfaces = []string{
		"ec2:CreateNetworkInterface", "ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface",
		"ec2:DeleteNetworkInterfacePermission",
	}
)

func interfacePermissions(w *aws.World, m *aws.Model) Judgement {
	j := Judgement{Resource: m.Resource, Decided: m.Role.Attribute, Verdict: finding.Unknown}
	l := lacks(w, m.Role.Value, false, changeInterfaces...).and(lacks(w, m.Role.Value, true, describeNetwork...))
	switch {
	case len(l.actions) > 0:
		role := w.Role(m.Role.Value)
		j.Verdict, j.Details = finding.Fail, map[string]any{"missing": l.actions}
		j.Message = "The role of this model may not put its network interfaces into the VPC: it is not allowed " + strings.Join(l.actions, ", ")
		j.Related = []Related{{Message: "the role " + role.Address, Resource: role.Resource}}
	case l.why != "":
		j.Message, j.Reason = "Whether the model's role may put network interfaces into the VPC is not decided", l.why
	default:
		j.Verdict, j.Message = finding.Pass, "The model's role may put its network interfaces into the VPC"
	}
	return j
}
