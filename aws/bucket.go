package aws

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// Bucket is an S3 bucket (AWS::S3::Bucket, aws_s3_bucket, awscc_s3_bucket).
type Bucket struct {
	*graph.Resource
	Name String `cfn:"BucketName" tf:"bucket"`
}

// Bucket is the bucket that the files create for a value that names it, by its name or a reference; nil when none is.
func (w *World) Bucket(name graph.Value) *Bucket {
	if id := name.Identity(); id != nil && id.Resource != nil {
		for _, b := range w.Buckets {
			if b.Resource == id.Resource {
				return b
			}
		}
	}
	for _, b := range w.Buckets {
		if !b.Name.IsNull() && graph.Equal(b.Name.Value, name) == graph.True {
			return b
		}
	}
	return nil
}

// ARNs are the forms that the ARN of a bucket with a name can have in a policy: with the name, and where the files create the bucket,
// as a reference.
func (w *World) ARNs(name graph.Value) []graph.Value {
	parts, ok := name.Parts()
	if !ok {
		return nil
	}
	forms := []graph.Value{graph.Template(append([]graph.Part{{Literal: "arn:aws:s3:::"}}, parts...)...)}
	if b := w.Bucket(name); b != nil {
		arn := "arn"
		if dialectOf(b.NativeType) == cfnDialect {
			arn = "Arn"
		}
		forms = append(forms, graph.Reference(b.Resource, arn))
	}
	return forms
}

// BucketIn is the name of the bucket in an S3 URI: "s3://name/key". It is null for a null URI and unknown for what is no such URI.
func BucketIn(uri graph.Value) graph.Value {
	if uri.IsNull() {
		return uri
	}
	parts, ok := uri.Parts()
	if !ok {
		return graph.Unknown("the S3 URI is not decided: " + Explain(uri))
	}
	rest, ok := strings.CutPrefix(parts[0].Literal, "s3://")
	if !ok {
		return graph.Unknown("it is not known which bucket " + uri.String() + " names")
	}
	var name []graph.Part
	for _, p := range append([]graph.Part{{Literal: rest}}, parts[1:]...) {
		before, _, end := strings.Cut(p.Literal, "/")
		name = append(name, graph.Part{Literal: before, Hole: p.Hole})
		if end {
			break
		}
	}
	if len(name) == 2 && name[0].Literal == "" && name[1].Hole != nil || len(name) == 1 && name[0].Hole != nil {
		return graph.Hole(name[len(name)-1].Hole) // the bucket itself, not text
	}
	return graph.Template(name...)
}
