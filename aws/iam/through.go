package iam

import (
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// This file asks single questions about requests through a VPC endpoint, with the parties and the context of [S3EndpointExposure].

// StrangersMay decides whether the policy of an endpoint lets credentials of a foreign account do something to a resource of that
// account. The resource is an ARN without its end, as in "notebook-instance/": what follows is a name that no policy can have thought of.
// One that the account does not own, as a foundation model, has no account in its ARN.
func StrangersMay(d *Document, action string, region graph.Value, resource string, owned bool) Decision {
	account := foreignX.account
	if !owned {
		account = graph.String("")
	}
	service, _, _ := strings.Cut(action, ":")
	arn := joined(graph.String("arn:aws:"+service+":"), region, graph.String(":"), account, graph.String(":"+resource), Stranger("name"))
	return Decide(Request{Principal: probeOwners.principal.principal(), Action: action, Resource: arn, Context: probeOwners.context}, d)
}

// AnonymousMayRead decides whether the policy of an S3 endpoint lets requests without credentials read the objects of a bucket of
// somebody else, as package managers do.
func AnonymousMayRead(d *Document, bucket graph.Value) Decision {
	return Decide(Request{
		Principal: anonymous.principal(),
		Action:    "s3:GetObject",
		Resource:  joined(graph.String("arn:aws:s3:::"), bucket, graph.String("/"), Stranger("object")),
		Context:   probe{anonymous, foreignY, bucket}.context,
	}, d.withoutOwn())
}

// OwnersMay decides whether the policy of an S3 endpoint lets an identity of its owner do something to a bucket of the owner, or of
// somebody else, by its ARN: to an object in it where the action is one on objects, to all buckets where there is no bucket (Null).
func OwnersMay(d *Document, action string, bucket graph.Value, foreignBucket bool) Decision {
	p := probe{ownParty, ownParty, randomBucket}
	if foreignBucket {
		p.owner = foreignY
		d = d.withoutOwn()
	}
	resource := graph.String("*")
	if !bucket.IsNull() {
		resource = bucket
		if strings.HasSuffix(action, "Object") {
			resource = joined(bucket, graph.String("/"), Stranger("object"))
		}
	}
	return Decide(Request{Principal: p.principal.principal(), Action: action, Resource: resource, Context: p.context}, d)
}

// withoutOwn is the document without the resources that the files create: to what is somebody else's they do not apply.
func (d *Document) withoutOwn() *Document {
	own := func(item Item) bool {
		parts, _ := item.Value.Parts()
		return len(parts) > 0 && parts[0].Hole != nil && parts[0].Hole.Resource != nil && !parts[0].Hole.Resource.Data
	}
	without := *d
	without.Statements = make([]*Statement, len(d.Statements))
	for i, s := range d.Statements {
		foreign := *s
		foreign.Resources.Items = slices.DeleteFunc(slices.Clone(s.Resources.Items), own)
		foreign.NotResources.Items = slices.DeleteFunc(slices.Clone(s.NotResources.Items), own)
		without.Statements[i] = &foreign
	}
	return &without
}

// joined is the text of values one after the other.
func joined(values ...graph.Value) graph.Value {
	var parts []graph.Part
	for _, v := range values {
		p, _ := v.Parts()
		parts = append(parts, p...)
	}
	return graph.Template(parts...)
}
