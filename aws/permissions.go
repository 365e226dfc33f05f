package aws

import (
	"slices"
	"strings"

	"github.com/iacscan/iacscan/aws/iam"
	"github.com/iacscan/iacscan/graph"
)

// IdentityPolicy is a policy for roles, users and groups that is a resource of its own: one of IAM's managed kind (AWS::IAM::ManagedPolicy,
// aws_iam_policy), or one that is part of them (AWS::IAM::Policy; AWS::IAM::RolePolicy, aws_iam_role_policy and those for users and groups).
type IdentityPolicy struct {
	*graph.Resource
	Name     Attribute `cfn:"ManagedPolicyName" tf:"name"`
	Document Attribute `cfn:"PolicyDocument" tf:"policy"`
	Role     Ref       `cfn:"RoleName" tf:"role"`
	User     Ref       `cfn:"UserName" tf:"user"`
	Group    Ref       `cfn:"GroupName" tf:"group"`
	Roles    Refs      `cfn:"Roles" tf:"-"`
	Users    Refs      `cfn:"Users" tf:"-"`
	Groups   Refs      `cfn:"Groups" tf:"-"`
}

// identityPolicyTypes are the types that an IdentityPolicy shows.
var identityPolicyTypes = []Type{TypeManagedPolicy, TypeInlinePolicy, TypeRolePolicy, TypeUserPolicy, TypeGroupPolicy}

// policyAttachment gives roles, users and groups a managed policy (aws_iam_role_policy_attachment and the like). CloudFormation lists
// the ARNs in the role instead, or the roles in the policy.
type policyAttachment struct {
	*graph.Resource
	Role     Ref       `cfn:"-" tf:"role"`
	RoleName Ref       `cfn:"-" tf:"role_name"`
	Roles    Refs      `cfn:"-" tf:"roles"`
	User     Ref       `cfn:"-" tf:"user"`
	Users    Refs      `cfn:"-" tf:"users"`
	Group    Ref       `cfn:"-" tf:"group"`
	Groups   Refs      `cfn:"-" tf:"groups"`
	Policy   Attribute `cfn:"-" tf:"policy_arn"`
	Policies Refs      `cfn:"-" tf:"policy_arns"`
	// Inline are the names of policies within the role, which exist, here or elsewhere.
	Inline Refs `cfn:"-" tf:"policy_names"`
}

// attachmentTypes are the resources that a policyAttachment shows.
var attachmentTypes = []string{
	"aws_iam_role_policy_attachment", "aws_iam_role_policy_attachments_exclusive", "aws_iam_role_policies_exclusive", "aws_iam_policy_attachment",
	"aws_iam_user_policy_attachment", "aws_iam_group_policy_attachment",
}

// toRole decides whether the attachment is one to a role.
func (a *policyAttachment) toRole(role *Role) graph.Truth {
	return nameRole(role, Refs{a.Role.Attribute}, Refs{a.RoleName.Attribute}, a.Roles).And(sameRoot(a.Resource, role.Resource))
}

// toRole decides whether the policy is one of a role, as far as the policy itself says.
func (p *IdentityPolicy) toRole(role *Role) graph.Truth {
	return nameRole(role, Refs{p.Role.Attribute}, p.Roles).And(sameRoot(p.Resource, role.Resource))
}

// sameRoot is true for resources of one root. Those of different ones are in one account only perhaps.
func sameRoot(a, b *graph.Resource) graph.Truth {
	if a.Root == b.Root {
		return graph.True
	}
	return graph.Undecided
}

// nameRole decides whether some lists of names hold a role.
func nameRole(role *Role, lists ...Refs) graph.Truth {
	named := graph.False
	for _, list := range lists {
		if list.IsNull() {
			continue
		}
		names, more := list.Elements()
		if list.Kind() != graph.KindList {
			names, more = []graph.Value{list.Value}, false
		}
		for _, name := range names {
			named = named.Or(role.named(name))
		}
		if more {
			named = named.Or(graph.Undecided)
		}
	}
	return named
}

// named decides whether a value names the role: it refers to it, or is its name. The name of a role that has none written is made up by
// the provider, so that nothing else can have it.
func (r *Role) named(v graph.Value) graph.Truth {
	if id := v.Identity(); id != nil && id.Resource != nil {
		switch {
		case id.Resource == r.Resource:
			return graph.True
		case !id.Resource.Data:
			return graph.False
		}
		v = id.Resource.Attribute("name")
	}
	if r.Name.IsNull() || v.IsNull() {
		return graph.False
	}
	return graph.Equal(v, r.Name.Value)
}

// Permissions are what the files give a role to do.
type Permissions struct {
	// Own are the documents of the customer's policies, Managed those of AWS, as far as [managedPolicies] knows them. What cannot be read
	// is a document whose one statement is not decided.
	Own, Managed []*iam.Document
	// Bounded says that the role has a permissions boundary, which may take anything away again.
	Bounded bool

	world *World
	role  *Role
}

// Permissions gathers the policies of a role: those within it, those that name it, and those that are attached to it.
func (w *World) Permissions(role *Role) *Permissions {
	if w.permissions[role.Resource] == nil {
		w.permissions[role.Resource] = w.gatherPermissions(role)
	}
	return w.permissions[role.Resource]
}

func (w *World) gatherPermissions(role *Role) *Permissions {
	p := &Permissions{world: w, role: role, Bounded: !role.Boundary.IsNull()}
	for _, inline := range role.Inline {
		p.add(role.Resource, graph.True, inline.Document.Value)
	}
	if _, ok := role.InlineList.Elements(); role.InlineList.IsOpen() || !ok && !role.InlineList.IsNull() && role.InlineList.Kind() != graph.KindMap {
		p.unread("the policies within " + role.Address + " are not all decided")
	}
	p.attach(role.Resource, graph.True, role.ManagedPolicies)
	for _, policy := range w.IdentityPolicies {
		if to := policy.toRole(role); to != graph.False {
			p.add(policy.Resource, to, policy.Document.Value)
		}
	}
	for _, a := range w.attachments {
		if to := a.toRole(role); to != graph.False {
			p.attach(a.Resource, to, Refs{a.Policy})
			p.attach(a.Resource, to, a.Policies)
			p.elsewhere(a, to)
		}
	}
	for _, o := range w.Graph.Opaque {
		if role.receivedBy(o) {
			p.unread(o.Address + " (" + o.Source + ") receives the role and may give it policies: " + o.Hint)
		}
	}
	return p
}

// receivedBy reports whether an unreadable module or stack is passed the role, by a reference or by its name.
func (r *Role) receivedBy(o *graph.Opaque) bool {
	if o.Root != r.Root || o.Exists.Decide() == graph.False || o.Inputs == nil {
		return false
	}
	received := o.Within
	for _, input := range o.Inputs().Values() {
		input.Walk(func(v graph.Value) bool {
			switch v.Kind() {
			case graph.KindString, graph.KindTemplate, graph.KindHole, graph.KindRef:
				received = received || r.named(v) == graph.True
			}
			return !received
		})
	}
	return received
}

// unread adds a policy that may say anything.
func (p *Permissions) unread(why string) {
	p.Own = append(p.Own, iam.Parse(graph.Unknown(why)))
}

// add adds the document of a policy that a resource gives the role.
func (p *Permissions) add(by *graph.Resource, to graph.Truth, document graph.Value) {
	if d := p.conditional(by, to, iam.Parse(document)); d != nil {
		p.Own = append(p.Own, d)
	}
}

// conditional puts the statements of a document under the condition that a resource gives it to the role; nil when it never does.
func (p *Permissions) conditional(by *graph.Resource, to graph.Truth, d *iam.Document) *iam.Document {
	when := graph.Always()
	switch graph.Implies(p.role.Exists, by.Exists) {
	case graph.False:
		return nil
	case graph.Undecided:
		when = by.Exists
	}
	if to == graph.Undecided {
		when = graph.And(when, graph.Holds(&graph.Identity{Root: by.Root, Name: by.Address + " is for " + p.role.Address}))
	}
	if by.Many && !p.role.Many {
		when = graph.And(when, graph.Holds(&graph.Identity{Root: by.Root, Name: "there is a " + by.Address}))
	}
	for _, s := range d.Statements {
		s.When = graph.And(when, s.When)
	}
	return d
}

// attach adds managed policies that a resource gives the role by their ARNs.
func (p *Permissions) attach(by *graph.Resource, to graph.Truth, arns Refs) {
	if arns.IsNull() {
		return
	}
	list, more := arns.Elements()
	if arns.Kind() != graph.KindList {
		list, more = []graph.Value{arns.Value}, false
	}
	for _, arn := range list {
		id := arn.Identity()
		switch {
		case id != nil && id.Resource != nil && id.Resource.Data && id.Resource.NativeType == "aws_iam_policy":
			p.attachNamed(by, to, id.Resource.Attribute("name"), id.Resource.Attribute("arn"))
		case id != nil && id.Resource != nil && TypeOf(id.Resource) == TypeManagedPolicy && !id.Resource.Data:
			policy := view(id.Resource, &IdentityPolicy{Resource: id.Resource})
			p.addGiven(by, to, policy)
		default:
			if policy := p.world.managedPolicy(arn, by.Root); policy != nil {
				p.addGiven(by, to, policy)
				continue
			}
			p.attachNamed(by, to, graph.Null(), arn)
		}
	}
	if more {
		p.add(by, to, graph.Unknown("the policies that "+by.Address+" attaches are not all decided: "+Explain(arns.Value)))
	}
}

// elsewhere adds the policies within the role that an attachment names and the files do not create.
func (p *Permissions) elsewhere(a *policyAttachment, to graph.Truth) {
	names, more := a.Inline.Elements()
	for _, name := range names {
		if !slices.ContainsFunc(p.world.IdentityPolicies, func(policy *IdentityPolicy) bool {
			byReference := refersTo(name, policy.Resource)
			return policy.toRole(p.role) == graph.True && (byReference || graph.Equal(policy.Name.Value, name) == graph.True)
		}) {
			p.add(a.Resource, to, graph.Unknown("the policy "+name.String()+" of "+p.role.Address+" is not in the scanned files"))
		}
	}
	if more {
		p.add(a.Resource, to, graph.Unknown("the policies within "+p.role.Address+" are not all decided: "+Explain(a.Inline.Value)))
	}
}

// addGiven adds the document of a managed policy that the files create and a resource gives the role, as far as the policy exists then.
func (p *Permissions) addGiven(by *graph.Resource, to graph.Truth, policy *IdentityPolicy) {
	if graph.Implies(by.Exists, policy.Exists) != graph.True {
		p.add(by, to, graph.Unknown("whether "+policy.Address+" exists is not decided"))
		return
	}
	p.add(by, to, policy.Document.Value)
}

// managedPolicy is the customer's managed policy of a root that an ARN names with the own account and its name; nil when there is none.
func (w *World) managedPolicy(arn graph.Value, root string) *IdentityPolicy {
	name, ok := ownName(arn, ":policy/")
	if !ok {
		return nil
	}
	for _, p := range w.IdentityPolicies {
		if p.Root == root && TypeOf(p.Resource) == TypeManagedPolicy && graph.Equal(p.Name.Value, graph.String(name)) == graph.True {
			return p
		}
	}
	return nil
}

// ownName is the name at the end of an ARN of the own account: ":policy/" or ":role/" stands before it. The names of an account's policies,
// and those of its roles, differ, whatever their paths.
func ownName(arn graph.Value, before string) (name string, ok bool) {
	parts, ok := arn.Parts()
	if !ok || len(parts) < 2 || parts[len(parts)-2].Hole == nil || parts[len(parts)-2].Hole.Means != iam.OwnAccount {
		return "", false
	}
	name, ok = strings.CutPrefix(parts[len(parts)-1].Literal, before)
	return name[strings.LastIndexByte(name, '/')+1:], ok
}

// attachNamed adds a policy of AWS by its name or ARN. One of the customer's that the files do not create cannot be read.
func (p *Permissions) attachNamed(by *graph.Resource, to graph.Truth, name, arn graph.Value) {
	text := managedName(name, arn)
	if text == "" {
		why := Explain(arn)
		if known, ok := arn.Text(); ok {
			why = known + " is not in the scanned files"
		} else if parts, ok := arn.Parts(); ok && strings.Contains(parts[len(parts)-1].Literal, ":policy/") {
			why = arn.String() + " is not in the scanned files"
		}
		p.add(by, to, graph.Unknown("a policy of "+p.role.Address+" cannot be read: "+why))
		return
	}
	m, ok := managedPolicies[text]
	d := iam.Parse(m.document())
	if !ok {
		d = iam.Parse(unsureOf("*", "it is not known what the AWS managed policy "+text+" allows"))
	}
	if d = p.conditional(by, to, d); d != nil {
		p.Managed = append(p.Managed, d)
	}
}

// managedName is the name of a policy of AWS; empty when it is none, or not known to be one.
func managedName(name, arn graph.Value) string {
	if text, ok := name.Text(); ok {
		return text
	}
	parts, ok := arn.Parts()
	if !ok || len(parts) == 0 {
		return ""
	}
	const owner = ":iam::aws:policy/"
	text := parts[len(parts)-1].Literal
	if !strings.Contains(text, owner) {
		return ""
	}
	return text[strings.LastIndexByte(text, '/')+1:]
}

// Allow decides whether a role's policies allow an action, whatever the boundary and the organisation say. The resource is "*" for
// actions that know none; a Null one stands for the resource that the action is meant for.
func (p *Permissions) Allow(action string, resource graph.Value) (allowed graph.Truth, why string) {
	return allow(action, resource, p.All())
}

// All are the documents of the customer's policies and of those of AWS.
func (p *Permissions) All() []*iam.Document { return slices.Concat(p.Own, p.Managed) }

// OwnAllow is Allow by the customer's policies alone.
func (p *Permissions) OwnAllow(action string) (allowed graph.Truth, why string) {
	return allow(action, graph.Null(), p.Own)
}

// names reports whether a policy of the customer's allows an action for sure, on whatever resource, by a pattern that names its service.
func (p *Permissions) names(action string) bool {
	service, _, _ := strings.Cut(action, ":")
	for _, d := range p.Own {
		for _, s := range d.Statements {
			if s.Speaks(iam.Allow, action) != graph.True {
				continue
			}
			named := func(item iam.Item) bool { return startsWith(item.Value, service+":") }
			if slices.ContainsFunc(s.Actions.Items, named) {
				return true
			}
		}
	}
	return false
}

func allow(action string, resource graph.Value, documents []*iam.Document) (allowed graph.Truth, why string) {
	if resource.IsNull() {
		resource = graph.Hole(&graph.Identity{Name: "what " + action + " is for"})
	}
	d := iam.Decide(iam.Request{Action: action, Resource: resource}, documents...)
	if d.Allowed == graph.Undecided && len(d.Grounds) > 0 {
		why = d.Grounds[0].Undecided()
		if unread := d.Grounds[0].Value.Why(); unread != "" {
			why = unread
		}
	}
	return d.Allowed, why
}

// WrittenPolicy is a policy document for identities where it is written: in a policy, or in a role.
type WrittenPolicy struct {
	*graph.Resource
	Document Attribute
}

// WrittenPolicies are all of them.
func (w *World) WrittenPolicies() []WrittenPolicy {
	var all []WrittenPolicy
	for _, p := range w.IdentityPolicies {
		all = append(all, WrittenPolicy{p.Resource, p.Document})
	}
	for _, r := range w.Roles {
		for _, inline := range r.Inline {
			all = append(all, WrittenPolicy{r.Resource, inline.Document})
		}
	}
	return all
}

// RolesOf are the roles that a written policy is for, and whether it is, or may be, for somebody else: for users, groups, or roles that
// the files do not create. A policy that nothing is attached to is for nobody yet.
func (w *World) RolesOf(p WrittenPolicy) (roles []*Role, others bool) {
	for _, r := range w.Roles {
		if r.Resource == p.Resource {
			return []*Role{r}, false
		}
	}
	for _, policy := range w.IdentityPolicies {
		if policy.Resource != p.Resource {
			continue
		}
		for _, list := range []Attribute{policy.User.Attribute, policy.Group.Attribute, policy.Users.Attribute, policy.Groups.Attribute} {
			others = others || !list.IsNull()
		}
		sure := w.addRoles(&roles, policy.toRole)
		named := !policy.Role.IsNull() || !policy.Roles.IsNull()
		others = others || named && !sure
	}
	for _, r := range w.Roles {
		arns, _ := r.ManagedPolicies.Elements()
		if slices.ContainsFunc(arns, func(arn graph.Value) bool { return refersTo(arn, p.Resource) }) {
			roles = append(roles, r)
		}
	}
	for _, a := range w.attachments {
		if id := a.Policy.Identity(); id == nil || id.Resource != p.Resource {
			continue
		}
		sure := w.addRoles(&roles, a.toRole)
		others = others || !sure || !a.Users.IsNull() || !a.Groups.IsNull()
	}
	return roles, others
}

// addRoles adds the roles that something is for, and reports whether there are some and no more.
func (w *World) addRoles(roles *[]*Role, to func(*Role) graph.Truth) bool {
	found, sure := false, true
	for _, r := range w.Roles {
		switch to(r) {
		case graph.True:
			*roles, found = append(*roles, r), true
		case graph.Undecided:
			sure = false
		}
	}
	return found && sure
}

// ForSageMaker decides whether nobody but the SageMaker service may assume the role.
func (r *Role) ForSageMaker() graph.Truth {
	only := graph.False
	for _, s := range iam.Parse(r.Trust.Value).Statements {
		if len(s.Unread) > 0 || s.NotPrincipals.Written {
			return graph.Undecided
		}
		for _, p := range s.Principals.Items {
			if parts, ok := p.Value.Parts(); p.Type != "Service" || !ok || !strings.HasPrefix(parts[0].Literal, "sagemaker.") {
				return graph.False
			}
			only = graph.True
		}
	}
	return only
}
