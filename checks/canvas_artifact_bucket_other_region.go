package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-307",
		Slug:     "canvas-artifact-bucket-other-region",
		Title:    "Canvas artefact bucket is in another Region",
		Severity: finding.Low,
		Tags:     []string{"sagemaker", "canvas", "s3"},
	},
	Subjects: []aws.Type{aws.TypeDomain},
	Run: func(p *Pass) {
		for _, d := range p.World.Domains {
			bucketRegions(p, d, d.Resource, d.UserSettings)
			for _, u := range d.UserProfiles() {
				bucketRegions(p, d, u.Resource, u.UserSettings)
			}
		}
	},
})

func bucketRegions(p *Pass, d *aws.Domain, says *graph.Resource, s aws.UserSettings) {
	for _, path := range []aws.Attribute{s.CanvasAppSettings.Workspace.ArtifactPath, s.Sharing.OutputPath.Attribute} {
		if !path.IsNull() {
			p.Report(bucketRegion(p.World, d, says, path))
		}
	}
}

// bucketRegion judges one path of a domain, which a resource says: the domain, or a user of it.
func bucketRegion(w *aws.World, d *aws.Domain, says *graph.Resource, path aws.Attribute) Judgement {
	j := Judgement{Resource: says, Decided: path, Verdict: finding.Unknown}
	j.Message = "Whether the bucket of " + path.Name + " is in the domain's Region is not decided"
	name := aws.BucketIn(path.Value)
	bucket := w.Bucket(name)
	if bucket == nil {
		j.Reason = "the bucket is not in the scanned files: " + aws.Explain(name)
		if _, ok := name.Parts(); ok {
			j.Reason = "the bucket " + name.String() + " is not in the scanned files"
		}
		return j
	}
	j.Related = []Related{{Message: "the bucket " + bucket.Address, Resource: bucket.Resource}}
	switch same := graph.Equal(bucket.Region, d.Region); {
	case same == graph.False && !bucket.Region.IsNull() && !d.Region.IsNull():
		j.Verdict = finding.Fail
		j.Message = "The bucket of " + path.Name + " is in another Region than the domain, which a VPC without internet access does not reach"
	case same == graph.True && (!d.Region.IsNull() || bucket.Root == d.Root):
		j.Verdict, j.Message = finding.Pass, "The bucket of "+path.Name+" is in the domain's Region"
	default:
		j.Reason = "the Region of the bucket, or that of the domain, is not decided"
	}
	return j
}
