package graph

import "fmt"

// Identity names something whose value the files do not decide: an unset variable, a parameter, what a data source will read, an
// attribute that only the cloud knows, or a function of these. Two identities with the same Root and Name always have the same value.
type Identity struct {
	// Root is the root module or template that the name belongs to; empty when the name means the same everywhere (an import, say).
	Root string
	// Name is canonical text: "module.net.var.vpc_id", "data.aws_region.current.name", "lower(var.env)".
	Name string
	// Means says what the value stands for where that is known whatever the name, as a CloudFormation pseudo parameter:
	// "AWS::Region", "AWS::AccountId", "AWS::Partition". Empty otherwise.
	Means string
	// Hint is what would decide the value, as an instruction: "pass --var vpc_id=…", "run terraform init".
	Hint string
	// Allowed lists every value that it can have, where the files list them (AllowedValues, a validation). Nil when they do not.
	Allowed []string
	// Resource is the resource whose attribute this is, and Attribute that attribute's native name ("id", "Arn", "Ref"; empty for the
	// resource as a whole); nil for everything else.
	Resource  *Resource
	Attribute string
	// Opaque is the unreadable module or stack that yields the value, when one does.
	Opaque *Opaque
	// Encodes is the value that this is the text of ([JSON]); nil for everything else.
	Encodes *Value

	// unsettled says that this is made from something that has no identity itself, so that no other identity is the same.
	unsettled bool
}

// Same reports whether two identities name the same value.
func (i *Identity) Same(j *Identity) bool {
	return i == j || i != nil && j != nil && !i.unsettled && !j.unsettled && i.Root == j.Root && i.Name == j.Name
}

// Bare is the same identity without what it leads to, for keeping when the root that it comes from is dropped.
func (i *Identity) Bare() *Identity {
	return &Identity{Root: i.Root, Name: i.Name, Means: i.Means, Hint: i.Hint, Allowed: i.Allowed, unsettled: i.unsettled}
}

// key is equal for identities that are the same.
func (i *Identity) key() string {
	key := i.Root + "\x00" + i.Name
	if i.unsettled {
		key += fmt.Sprintf("\x00%p", i)
	}
	return key
}

// String is the name.
func (i *Identity) String() string { return i.Name }
