package tfplan

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// What a reference in `configuration` means is certain only for an argument that takes an identifier: an id or ARN goes in as it is or
// not at all, whereas a name or a policy may be made from it. Which arguments do follows from how Terraform's providers name them: vpc_id,
// subnet_ids, role_arn, or the noun of the type that is referred to (security_groups, execution_role, bucket).

// identifierSuffixes end the names of attributes that are identifiers, or lists of them.
var identifierSuffixes = map[string]bool{"id": true, "ids": true, "arn": true, "arns": true}

func lastWord(name string) string { return name[strings.LastIndexByte(name, '_')+1:] }

// isIdentifier reports whether an attribute with a name is an identifier or a list of them.
func isIdentifier(name string) bool { return identifierSuffixes[lastWord(name)] }

// isPlural reports whether an argument with a name takes several things.
func isPlural(name string) bool { return strings.HasSuffix(lastWord(name), "s") }

// namesType reports whether an argument is called after a resource type: security_groups, vpc_id and execution_role after
// aws_security_group, aws_vpc and aws_iam_role.
func namesType(argument, resourceType string) bool {
	noun := argument
	if isIdentifier(argument) {
		noun = strings.TrimSuffix(strings.TrimSuffix(argument, lastWord(argument)), "_")
	}
	noun = strings.TrimSuffix(noun, "s")
	if noun == "" {
		return false
	}
	return strings.HasSuffix(resourceType, "_"+noun) || lastWord(noun) == lastWord(resourceType)
}

// takes reports whether an argument takes an attribute of a resource as it is.
func takes(argument string, of *graph.Resource, id *graph.Identity) bool {
	if argument == "id" || argument == "arn" || id.Resource == nil || !isIdentifier(id.Attribute) { // its own, or no other's
		return false
	}
	return isIdentifier(argument) || id.Resource.NativeType != of.NativeType && namesType(argument, id.Resource.NativeType)
}
