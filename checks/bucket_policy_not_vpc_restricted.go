package checks

import (
	"slices"
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/aws/iam"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:           "SMN-306",
		Slug:         "bucket-policy-not-vpc-restricted",
		Title:        "Data bucket accepts requests from outside the VPC",
		Severity:     finding.Low,
		Tags:         []string{"sagemaker", "s3", "iam", "data-perimeter"},
		OffByDefault: true,
	},
	Subjects: []aws.Type{aws.TypeModel, aws.TypeDomain, aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		used := usedBuckets(p.World)
		for _, b := range p.World.Buckets {
			if by := used[b.Resource]; by != nil {
				p.Report(bucketPerimeter(p.World, b, by))
			}
		}
	},
})

// usedBuckets are the buckets of the code that SageMaker uses, and by what.
func usedBuckets(w *aws.World) map[*graph.Resource]*graph.Resource {
	used := map[*graph.Resource]*graph.Resource{}
	add := func(name graph.Value, by *graph.Resource) {
		if b := w.Bucket(name); b != nil && used[b.Resource] == nil {
			used[b.Resource] = by
		}
	}
	for _, m := range w.Models {
		for _, c := range append([]aws.Container{m.PrimaryContainer}, m.Containers...) {
			add(aws.BucketIn(c.ModelData.Value), m.Resource)
		}
	}
	for _, d := range w.Domains {
		for _, s := range d.AllUserSettings() {
			add(aws.BucketIn(s.CanvasAppSettings.Workspace.ArtifactPath.Value), d.Resource)
		}
	}
	for _, e := range w.Endpoints {
		if e.Data || e.Service.Is("s3") != graph.True || e.VPC == nil || !e.VPC.HostsSageMaker() {
			continue
		}
		for _, s := range iam.Parse(e.Policy.Value).Statements {
			for _, item := range s.Resources.Items {
				add(bucketOfARN(item.Value), e.Resource)
			}
		}
	}
	return used
}

// bucketOfARN is the name of the bucket, or the bucket itself, that an ARN begins with; unknown when it names none.
func bucketOfARN(arn graph.Value) graph.Value {
	parts, ok := arn.Parts()
	if !ok {
		return graph.Unknown("the ARN is not decided")
	}
	if parts[0].Hole != nil {
		return graph.Hole(parts[0].Hole)
	}
	name, ok := strings.CutPrefix(parts[0].Literal, "arn:aws:s3:::")
	switch {
	case !ok || strings.ContainsAny(name, "*?"):
		return graph.Unknown("it names no single bucket")
	case name == "" && len(parts) > 1:
		return graph.Hole(parts[1].Hole)
	}
	name, _, _ = strings.Cut(name, "/")
	return graph.String(name)
}

// bucketPerimeter judges a bucket by what its policies say of requests from elsewhere.
func bucketPerimeter(w *aws.World, b *aws.Bucket, by *graph.Resource) Judgement {
	j := Judgement{Resource: b.Resource, Verdict: finding.Unknown}
	j.Message = "Whether the bucket turns away requests from outside the VPC is not decided"
	j.Related = []Related{{Message: by.Address + " uses the bucket", Resource: by}}
	policies := w.Policies(b)
	reads := graph.Undecided
	for _, arn := range b.ARNs() { // they are the same bucket: what one decides is decided
		d := iam.ReadsOverInternet(arn, policies...)
		if d.Allowed != graph.Undecided {
			reads, j.Reason = d.Allowed, ""
			break
		}
		if g := first(d.Grounds); g != nil {
			j.Reason = g.Undecided()
		}
	}
	switch {
	case reads == graph.False || slices.ContainsFunc(policies, allowsVPCOnly):
		j.Verdict, j.Reason, j.Message = finding.Pass, "", "The bucket turns away requests from outside the VPC"
	case reads == graph.True:
		j.Verdict = finding.Fail
		j.Message = "No policy of this bucket turns away requests from outside the VPC: credentials that leak reach it from anywhere"
	case j.Reason == "":
		j.Reason = "a policy of the bucket is not decided"
	}
	return j
}

// allowsVPCOnly reports whether a document allows something, and nothing without the condition that it comes through a VPC.
func allowsVPCOnly(d *iam.Document) bool {
	allows := false
	for _, s := range d.Statements {
		if len(s.Unread) > 0 || s.Speaks(iam.Allow, "s3:GetObject") == graph.Undecided {
			return false
		}
		if s.Speaks(iam.Allow, "s3:GetObject") == graph.False {
			continue
		}
		bound := slices.ContainsFunc(s.Conditions, func(c iam.Condition) bool {
			operator := strings.TrimPrefix(strings.ToLower(c.Operator), "foranyvalue:")
			return (strings.EqualFold(c.Key, "aws:SourceVpce") || strings.EqualFold(c.Key, "aws:SourceVpc")) &&
				slices.Contains([]string{"stringequals", "stringlike"}, operator) && c.When.Decide() == graph.True
		})
		if !bound {
			return false
		}
		allows = true
	}
	return allows
}
