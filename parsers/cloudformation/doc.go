// Package cloudformation reads CloudFormation templates, YAML and JSON, into the resource graph.
//
// [Recognise] and [Skim] look over the bytes of a file, for finding what is worth loading. [Load] reads a template and, when they are
// asked for, the templates of the stacks nested in it; values are evaluated when they are asked for, once.
//
// What a template leaves open keeps an identity. A parameter that nobody binds is a hole with the parameter's name, a pseudo parameter is
// a hole that says which, and a function of these is a hole named by the call, so that `Select(0, GetAZs(AWS::Region))` is the same
// Availability Zone wherever it stands. A condition that nothing decides is a guard over parameters: `Fn::If` is a choice, and a
// resource under it exists only where it holds.
//
// The attributes of a resource are its properties. What stands beside the properties has names that begin with a slash: "/Metadata",
// "/DependsOn", "/DeletionPolicy", "/Condition". An attribute of Fn::GetAtt has the name that the intrinsic uses, Ref is the attribute
// "Ref".
package cloudformation
