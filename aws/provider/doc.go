// Package provider is what AWS would answer to Terraform: what data sources yield as far as the files decide it, and what well-known
// modules that are not on disk create. It implements the interface that parsers/terraform asks a cloud through.
//
// A data source is a function in a table ([New] has it). A module is one file that registers itself: the source that calls name it by, and
// a function that gives its resources, with the addresses that the module's own code gives them, and its outputs.
package provider
