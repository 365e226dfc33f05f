package aws

import (
	"strings"

	"github.com/iacscan/iacscan/aws/iam"
	"github.com/iacscan/iacscan/graph"
)

// Bucket is an S3 bucket (AWS::S3::Bucket, aws_s3_bucket, awscc_s3_bucket).
type Bucket struct {
	*graph.Resource
	Name   String    `cfn:"BucketName" tf:"bucket"`
	Policy Attribute `cfn:"-" tf:"policy"` // deprecated in favour of a resource of its own
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
// with references to it.
func (w *World) ARNs(name graph.Value) []graph.Value {
	if b := w.Bucket(name); b != nil {
		return b.ARNs()
	}
	return arnsWith(name)
}

// ARNs are the forms that the ARN of the bucket can have in a policy.
func (b *Bucket) ARNs() []graph.Value {
	ref := func(attribute string) graph.Value { return graph.Reference(b.Resource, attribute) }
	if dialectOf(b.NativeType) == cfnDialect {
		return append(arnsWith(b.Name.Value, ref("Ref"), ref("id")), ref("Arn")) // the id of one that Terraform declares through Cloud Control
	}
	return append(arnsWith(b.Name.Value, ref("id"), ref("bucket")), ref("arn"))
}

func arnsWith(names ...graph.Value) []graph.Value {
	var arns []graph.Value
	for _, name := range names {
		if parts, ok := name.Parts(); ok && !name.IsNull() {
			arns = append(arns, graph.Template(append([]graph.Part{{Literal: "arn:aws:s3:::"}}, parts...)...))
		}
	}
	return arns
}

// bucketPolicy is the policy of a bucket (AWS::S3::BucketPolicy, aws_s3_bucket_policy, awscc_s3_bucket_policy).
type bucketPolicy struct {
	*graph.Resource
	Bucket   Ref       `cfn:"Bucket"`
	Document Attribute `cfn:"PolicyDocument" tf:"policy"`
}

// Policies are the documents that the files give a bucket. What cannot be read, or is given to a bucket that may be this one, has no
// statement that is decided.
func (w *World) Policies(b *Bucket) []*iam.Document {
	documents := []*iam.Document{iam.Parse(b.Policy.Value)}
	for _, p := range w.bucketPolicies {
		of := graph.False
		switch named := w.Bucket(p.Bucket.Value); {
		case named != nil:
			of = graph.TruthOf(named.Resource == b.Resource)
		case !p.Bucket.Known() && p.Bucket.Identity() != nil && p.Bucket.Identity().Resource == nil:
			of = graph.Equal(p.Bucket.Value, b.Name.Value)
		}
		switch of.And(graph.Implies(b.Exists, p.Exists)) {
		case graph.True:
			documents = append(documents, iam.Parse(p.Document.Value))
		case graph.Undecided:
			documents = append(documents, iam.Parse(graph.Unknown("whether "+p.Address+" is for "+b.Address+" is not decided")))
		}
	}
	if o := w.received[b.Resource]; o != nil {
		documents = append(documents, iam.Parse(graph.Unknown(o.Address+" ("+o.Source+") receives the bucket and may give it a policy: "+o.Hint)))
	}
	return documents
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
