package aws

import (
	"slices"
	"strings"

	"github.com/iacscan/iacscan/aws/iam"
	"github.com/iacscan/iacscan/graph"
)

// Role is an IAM role (AWS::IAM::Role, aws_iam_role, awscc_iam_role).
type Role struct {
	*graph.Resource
	Name            String    `cfn:"RoleName" tf:"name"`
	Path            String    `cfn:"Path" default:"/"`
	Trust           Attribute `cfn:"AssumeRolePolicyDocument" tf:"assume_role_policy"`
	ManagedPolicies Refs      `cfn:"ManagedPolicyArns"`
	Boundary        Attribute `cfn:"PermissionsBoundary"`
	Inline          []struct {
		Document Attribute `cfn:"PolicyDocument" tf:"policy"`
	} `cfn:"Policies" tf:"inline_policy"`
	InlineList Attribute `cfn:"Policies" tf:"inline_policy"`

	attached []graph.Value
}

// Role is the role that a value names by a reference or by an ARN of the own account, nil when no file declares it.
func (w *World) Role(v graph.Value) *Role {
	var declared *graph.Resource
	if id := v.Identity(); id != nil {
		declared = id.Resource
	} else {
		declared = w.roleOfARN(v)
	}
	if declared == nil || TypeOf(declared) != TypeRole {
		return nil
	}
	role := view(declared, &Role{Resource: declared})
	for _, a := range w.attachments {
		if a.toRole(role) == graph.True && graph.Implies(role.Exists, a.Exists) == graph.True {
			role.attached = append(role.attached, a.Policy.Value)
		}
	}
	return role
}

// roleOfARN is the one role whose name and path an ARN of the own account ends with; nil when there is none. The account is that of the
// root that asks for it, or of whatever stack a template is deployed in.
func (w *World) roleOfARN(arn graph.Value) *graph.Resource {
	parts, ok := arn.Parts()
	account := slices.IndexFunc(parts, func(p graph.Part) bool { return p.Hole != nil && p.Hole.Means == iam.OwnAccount })
	if !ok || account < 0 {
		return nil
	}
	root := parts[account].Hole.Root
	if asked := parts[account].Hole.Resource; asked != nil {
		root = asked.Root
	}
	var found *graph.Resource
	for _, r := range w.Roles {
		name, named := r.Name.Parts()
		path, known := r.Path.Text()
		if !named || !known || r.Name.IsNull() || root != "" && r.Root != root {
			continue
		}
		own := slices.Concat(parts[:account+1], []graph.Part{{Literal: ":role" + path}}, name)
		if graph.Equal(graph.Template(own...), arn) != graph.True {
			continue
		}
		if found != nil {
			return nil
		}
		found = r.Resource
	}
	return found
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
