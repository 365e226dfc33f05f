package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-401",
		Slug:     "notebook-direct-internet-access",
		Title:    "Notebook instance has direct internet access",
		Severity: finding.High,
		Tags:     []string{"sagemaker", "notebook", "network"},
		Counterparts: []finding.Counterpart{
			{Tool: finding.AWSConfig, ID: "sagemaker-notebook-no-direct-internet-access"},
			{Tool: finding.AWSConfig, ID: "sagemaker-notebook-instance-inside-vpc"},
			{Tool: finding.SecurityHub, ID: "SageMaker.1"},
			{Tool: finding.SecurityHub, ID: "SageMaker.2"},
			{Tool: finding.Checkov, ID: "CKV_AWS_122"},
			{Tool: finding.Checkov, ID: "CKV_AWS_306"},
			{Tool: finding.KICS, ID: "88d55d94-315d-4564-beee-d2d725feab11"},
			{Tool: finding.KICS, ID: "9c7028d9-04c2-45be-b8b2-1188ccaefb36"},
		},
	},
	Subjects: []aws.Type{aws.TypeNotebookInstance},
	Run: func(p *Pass) {
		for _, n := range p.World.NotebookInstances {
			access := n.DirectInternetAccess
			j := Judgement{Resource: n.Resource, Decided: access.Attribute}
			switch disabled := access.Is("Disabled"); {
			case disabled == graph.False && !access.Written:
				j.Verdict, j.Message = finding.Fail, access.Name+" is not set and defaults to Enabled: the notebook reaches the internet past your VPC"
			case disabled == graph.False:
				j.Verdict, j.Message = finding.Fail, access.Name+" is not Disabled: the notebook reaches the internet past your VPC"
			case disabled == graph.Undecided:
				j.Verdict, j.Message = finding.Unknown, "Whether the notebook has direct internet access is not decided"
				j.Reason = access.Name + " is not decided: " + aws.Explain(access.Value)
			case n.Subnet.IsNull():
				j.Verdict, j.Message = finding.Fail, "Direct internet access is Disabled without a subnet, which AWS rejects: put the notebook in a subnet of your VPC"
			default:
				j.Verdict, j.Message = finding.Pass, "The notebook reaches the network through its own VPC only"
			}
			p.Report(j)
		}
	},
})
