// Package graph is what the languages have in common: resources, the values of their attributes as far as the files decide them, and
// the conditions under which they exist. It does no I/O and knows neither a language nor a cloud.
//
// # Values
//
// A [Value] says what the files say about one value, and where. What they leave open keeps its identity: a string is a template of
// literal parts and holes, so that "com.amazonaws.${var.region}.s3" has a known suffix, and two uses of one unset variable are the
// same. A collection may be open (it may hold more than is known), a conditional that nothing decides is a choice between its
// branches, each under its guard. A reference to an attribute that only the cloud knows (an id, an ARN) is a hole that names the
// resource.
//
// # Guards
//
// A [Guard] is a formula over undecided atoms. Whether two resources exist together is a question of implication between their guards.
package graph
