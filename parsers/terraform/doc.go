// Package terraform reads Terraform and OpenTofu configuration into the graph.
//
// Nothing is parsed that nobody asks for. A file is indexed from its bytes: kinds, labels and ranges of its top-level blocks ([Skim] does
// the same for discovery, in less detail). The index of a directory, override files merged, is a module. A block is parsed on its own,
// with hclsyntax, when its content is needed, so that a syntax error costs its block, and so that what would overflow the parser's stack
// never reaches it. JSON syntax is translated into the same tree.
//
// An evaluator over [graph.Value] walks that tree, from the resources that somebody asks for to what they refer to, through modules,
// variables and local values, each evaluated once.
package terraform
