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
		ID:           "SMN-308",
		Slug:         "s3-endpoint-policy-perimeter-gap",
		Title:        "S3 endpoint policy leaves one side open",
		Severity:     finding.Info,
		Tags:         []string{"sagemaker", "s3", "privatelink", "iam", "data-perimeter"},
		OffByDefault: true,
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		for _, e := range p.World.Endpoints {
			if is := e.Service.Is("s3"); !e.Data && is != graph.False {
				perimeter(p, e, is)
			}
		}
	},
})

// perimeter judges an S3 endpoint that does not let just anyone reach any bucket; one that does is the business of SMN-301.
func perimeter(p *Pass, e *aws.Endpoint, is graph.Truth) {
	j := Judgement{Resource: e.Resource, Decided: e.Policy, Verdict: finding.Unknown}
	j.Message = "Whether the endpoint's policy leaves a side of the perimeter open is not decided"
	x := iam.S3EndpointExposure(e.Policy.Value)
	named := x.NamePattern
	if x.OwnToForeign != graph.True { // else whatever its name
		named = named.Or(x.OwnToNamed)
	}
	gaps := []struct {
		open graph.Truth
		what string
	}{
		{x.OwnToForeign, "your credentials reach buckets of others"},
		{x.ForeignToOwn, "credentials of others reach your buckets"},
		{named, "a bucket of others is reached if it has a name like yours"},
	}
	var open []string
	undecided := false
	for _, g := range gaps {
		if g.open == graph.True {
			open = append(open, g.what)
		}
		undecided = undecided || g.open == graph.Undecided
	}
	switch {
	case is == graph.Undecided:
		j.Reason, j.Decided = e.Service.Why, e.ServiceName.Attribute
	case x.Grade == iam.Undecided:
		j.Reason = x.Reason
	case x.Grade != iam.Closed:
		return
	case len(open) > 0:
		j.Verdict, j.Details = finding.Fail, map[string]any{"open": open}
		j.Message = "The policy of this S3 endpoint leaves a side open: " + strings.Join(open, "; ")
	case undecided:
		j.Reason = "it depends on a value of the policy that the files do not decide"
		if open := x.Document.Open(); open != nil {
			j.Reason = open.Undecided()
		}
	default:
		j.Verdict, j.Message = finding.Pass, "The endpoint's policy bounds both the credentials and the buckets"
	}
	p.Report(j)
}
