package iam

import "github.com/iacscan/iacscan/graph"

// Request is a question to a policy: may this principal do this to that?
type Request struct {
	// Principal asks; nil when the policy belongs to the principal, so that it does not say whom it speaks of.
	Principal *Principal
	// Action is one action: "s3:PutObject".
	Action string
	// Resource is what it is done to: an ARN, or "*" for an action that knows no resources. Holes in it are concrete text.
	Resource graph.Value
	// Context says what the request holds for condition keys.
	Context Context
}

// Principal is who makes a request.
type Principal struct {
	// Type is as in a policy: "AWS", "Service", "Federated" or "CanonicalUser".
	Type string
	// ID is the ARN of an AWS principal, the host name of a service.
	ID graph.Value
	// Account is the account of an AWS principal, who is also meant where a policy names the account.
	Account graph.Value
}

// Context says what a request holds for a condition key, which is given in lower case. A nil Context leaves every key undecided.
type Context func(key string) Operand

// Operand is what a request holds for a condition key. The zero Operand is undecided.
type Operand struct {
	State State
	// Values are the key's values when they are given.
	Values []graph.Value
	// Choice is how far the requester chooses, when they do.
	Choice Choice
	// Optional says that others may make the request without the key; a ForAllValues operator lets them.
	Optional bool
}

// State says how much is known of a condition key.
type State uint8

// The states of a condition key.
const (
	undecided State = iota // it may hold anything
	absent                 // the request has no such key
	given                  // the request has these values
	chosen                 // the requester sets it as they like
)

// Choice is how far a requester chooses the value of a condition key.
type Choice struct {
	// Always says that the key cannot be left out.
	Always bool
	// Shape, when it is not nil, is the form of the value, cut at its colons: a field that is not Null is fixed, the others are free. An
	// ARN of one account is six fields with the account fixed.
	Shape []graph.Value
	// Others are values that may help beyond those that the policy names.
	Others []graph.Value
}

// Absent is the operand of a key that the request does not have.
func Absent() Operand { return Operand{State: absent} }

// Given is the operand of a key that has these values.
func Given(values ...graph.Value) Operand { return Operand{State: given, Values: values} }

// Chosen is the operand of a key that the requester sets.
func Chosen(choice Choice) Operand { return Operand{State: chosen, Choice: choice} }
