package checks

import (
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/aws/iam"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:           "SMN-305",
		Slug:         "s3-endpoint-policy-allows-package-repos",
		Title:        "S3 endpoint policy lets containers install packages",
		Severity:     finding.Low,
		Tags:         []string{"sagemaker", "hosting", "s3", "privatelink", "iam"},
		OffByDefault: true,
	},
	Subjects: []aws.Type{aws.TypeModel},
	Run: func(p *Pass) {
		for _, e := range p.World.Endpoints {
			is := e.Service.Is("s3")
			if e.Data || is == graph.False || e.VPC != nil && len(e.VPC.Models) == 0 {
				continue
			}
			if e.VPC == nil && len(p.World.Models) == 0 {
				continue
			}
			p.Report(packageRepositories(e, is))
		}
	},
})

// repositories are the buckets of Amazon Linux 1, 2 and 2023 that hold packages; %s is the Region. The endpoint policies in "Give
// SageMaker AI Hosted Endpoints Access to Resources in Your Amazon VPC" name the first three.
var repositories = []string{
	"packages.%s.amazonaws.com", "repo.%s.amazonaws.com", "amazonlinux.%s.amazonaws.com", "amazonlinux-2-repos-%s",
	"al2023-repos-%s-de612dc2",
}

// packageRepositories judges an S3 endpoint of a VPC that hosts models.
func packageRepositories(e *aws.Endpoint, is graph.Truth) Judgement {
	j := Judgement{Resource: e.Resource, Decided: e.Policy, Verdict: finding.Unknown}
	j.Message = "Whether the endpoint's policy lets containers read package repositories is not decided"
	d := iam.ParseEndpointPolicy(e.Policy.Value)
	var readable []string
	var undecided, ground *iam.Ground
	for _, name := range repositories {
		decision := iam.AnonymousMayRead(d, inRegion(name, e.RegionOf()))
		switch {
		case decision.Allowed == graph.True:
			readable = append(readable, strings.ReplaceAll(name, "%s", "<region>"))
			ground = first(decision.Grounds)
		case decision.Allowed == graph.Undecided:
			undecided = first(decision.Grounds)
		}
	}
	switch {
	case is == graph.Undecided:
		j.Reason, j.Decided = e.Service.Why, e.ServiceName.Attribute
	case e.VPC == nil:
		j.Reason = "which VPC the endpoint is in, and so whether it hosts models, is not decided: " + aws.Explain(e.VPCID.Value)
	case len(readable) > 0:
		j.Verdict, j.Details = finding.Fail, map[string]any{"repositories": readable}
		j.Message = "Containers can install packages through this S3 endpoint: its policy lets them read " + strings.Join(readable, ", ")
		if ground != nil && !ground.At.IsZero() {
			j.Literal = graph.Null().WithSpan(ground.At)
		}
	case undecided != nil:
		j.Reason = undecided.Undecided()
	default:
		j.Verdict, j.Message = finding.Pass, "The endpoint's policy keeps containers from the package repositories of Amazon Linux"
	}
	return j
}

func first(grounds []iam.Ground) *iam.Ground {
	if len(grounds) == 0 {
		return nil
	}
	return &grounds[0]
}

// inRegion is a name with the Region in the place of %s.
func inRegion(name string, region graph.Value) graph.Value {
	before, after, _ := strings.Cut(name, "%s")
	parts, _ := region.Parts()
	all := append([]graph.Part{{Literal: before}}, parts...)
	return graph.Template(append(all, graph.Part{Literal: after})...)
}
