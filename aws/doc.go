// Package aws knows AWS: typed views over the resource graph, the names of endpoint services, what Canvas needs, and which resources
// complete which others.
//
// A view is a struct whose fields are tagged with the CloudFormation property; the Terraform argument is its snake case unless a tag
// says otherwise. Companion resources (a separate endpoint policy, a standalone association) are merged into the view that they
// complete, so that nobody who reads a view sees them. Everything that two checks need is a method here: checks never read each
// other's verdicts.
package aws
