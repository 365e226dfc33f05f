package aws

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// Role is an IAM role (AWS::IAM::Role, aws_iam_role, awscc_iam_role).
type Role struct {
	*graph.Resource
	Name            String    `cfn:"RoleName" tf:"name"`
	Trust           Attribute `cfn:"AssumeRolePolicyDocument" tf:"assume_role_policy"`
	ManagedPolicies Refs      `cfn:"ManagedPolicyArns"`
	Boundary        Attribute `cfn:"PermissionsBoundary"`
	Inline          []struct {
		Document Attribute `cfn:"PolicyDocument" tf:"policy"`
	} `cfn:"Policies" tf:"inline_policy"`
	InlineList Attribute `cfn:"Policies" tf:"inline_policy"`

	attached []graph.Value
}

// Role is the role that a value names, nil when no file declares it.
func (w *World) Role(v graph.Value) *Role {
	id := v.Identity()
	if id == nil || id.Resource == nil || TypeOf(id.Resource) != TypeRole {
		return nil
	}
	role := view(id.Resource, &Role{Resource: id.Resource})
	for _, a := range w.attachments {
		if a.toRole(role) == graph.True && graph.Implies(role.Exists, a.Exists) == graph.True {
			role.attached = append(role.attached, a.Policy.Value)
		}
	}
	return role
}

// HasManagedPolicy reports whether a policy whose name starts with prefix is attached for sure: "AmazonSageMakerCanvas".
func (r *Role) HasManagedPolicy(prefix string) bool {
	listed, _ := r.ManagedPolicies.Elements()
	for _, arn := range append(listed[:len(listed):len(listed)], r.attached...) {
		parts, ok := arn.Parts()
		if !ok || parts[len(parts)-1].Hole != nil {
			continue
		}
		text := parts[len(parts)-1].Literal
		if strings.HasPrefix(text[strings.LastIndexByte(text, '/')+1:], prefix) {
			return true
		}
	}
	return false
}

// Trusts reports whether the trust policy names a service principal: "forecast.amazonaws.com".
func (r *Role) Trusts(service string) bool {
	found := false
	r.Trust.Walk(func(v graph.Value) bool {
		if parts, ok := v.Parts(); ok {
			for _, p := range parts {
				found = found || p.Literal == service || strings.Contains(p.Literal, `"`+service+`"`)
			}
		}
		return !found
	})
	return found
}
