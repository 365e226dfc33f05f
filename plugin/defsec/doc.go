// Package defsec gives iacscan's checks to scanners that are built on github.com/aquasecurity/defsec, as rules of its registry:
//
//	unregister := defsec.Register()
//	defer unregister()
//
// # What a rule sees
//
// A host hands a check one evaluated [terraform.Module] at a time, in which a string with an unknown part is nothing at all, ids are
// random, and a block whose for_each is unknown is gone. The questions of the checks cross modules ("which endpoints has this VPC?"), and
// must not take what is unknown for what is missing. So a rule takes from the host's root module what the host alone decides, which root
// is evaluated, with which file system and which values of the variables, and evaluates that root once for all rules with iacscan's own
// interpreter: where the host has a value of Terraform's the checks have the same one, and where it has none they have what the files say.
//
// Results carry metadata as the host makes it: the range of the attribute, resource and module calls, in the host's file system, so that
// its output, filters and ignore comments work on them. Only what fails, passes or is suppressed becomes a result: defsec has no word for
// unknown.
//
// The package is a module of its own, so that nothing else of iacscan carries defsec's engine.
package defsec
