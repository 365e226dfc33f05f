package checks

import (
	"path"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/aws/iam"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-404",
		Slug:     "presigned-notebook-url-not-network-restricted",
		Title:    "IAM policy lets notebooks be opened from anywhere",
		Severity: finding.Medium,
		Tags:     []string{"sagemaker", "notebook", "iam"},
	},
	Subjects: []aws.Type{aws.TypeNotebookInstance},
	Mentions: []string{"sagemaker:CreatePresigned"},
	Run: func(p *Pass) {
		if !hasPrivateNotebook(p.World) {
			return
		}
		for _, policy := range p.World.WrittenPolicies() {
			openFromAnywhere(p, policy)
		}
		for _, role := range p.World.Roles {
			managedFromAnywhere(p, role)
		}
	},
})

func hasPrivateNotebook(w *aws.World) bool {
	for _, n := range w.NotebookInstances {
		if n.DirectInternetAccess.Is("Disabled") == graph.True {
			return true
		}
	}
	return false
}

// openFromAnywhere judges a policy that allows, or may allow, to open notebooks, together with what else those have whom it is for.
func openFromAnywhere(p *Pass, policy aws.WrittenPolicy) {
	d := iam.Parse(policy.Document.Value)
	notebooks, undecided := namedNotebooks(d)
	if len(notebooks) == 0 && undecided == nil {
		return
	}
	j := Judgement{Resource: policy.Resource, Decided: policy.Document, Verdict: finding.Unknown}
	j.Message = "Whether the policy lets notebooks be opened from anywhere is not decided"
	roles, others := p.World.RolesOf(policy)
	opens, ground := graph.False, undecided
	people := others || len(roles) == 0
	if people {
		var g *iam.Ground
		if opens, g = opensNotebook(notebooks, d); g != nil {
			ground = g
		}
		if opens == graph.True && others && deniedElsewhere(p.World, policy) {
			opens, j.Reason = graph.Undecided, "another policy denies it to somebody, and may be for the same users or groups"
		}
	}
	for _, role := range roles {
		if role.ForSageMaker() == graph.True {
			continue
		}
		people = true
		permissions := p.World.Permissions(role)
		also, g := opensNotebook(notebooks, permissions.All()...)
		if also != graph.True && opens == graph.True {
			continue
		}
		if opens = opens.Or(also); g != nil {
			ground = g
		}
	}
	switch {
	case !people:
		return
	case opens == graph.True:
		j.Verdict, j.Reason = finding.Fail, ""
		j.Message = "This policy allows " + presignNotebook + " from anywhere: a notebook without internet access is opened over the internet"
		if own, g := opensNotebook(notebooks, d); own == graph.True && g != nil {
			j.Literal = graph.Null().WithSpan(g.At)
		}
	case opens == graph.Undecided || undecided != nil:
		if j.Reason == "" && ground != nil {
			j.Reason = ground.Undecided()
		}
		if j.Reason == "" {
			j.Reason = "a policy is not decided"
		}
	default:
		j.Verdict, j.Message = finding.Pass, "The policy lets notebooks be opened from a known network only"
		notePrivateWay(p.World, &j, d, roles)
	}
	p.Report(j)
}

const describeNotebook = "sagemaker:DescribeNotebookInstance"

// notePrivateWay notes of a policy that bounds where notebooks are opened from what keeps people in the VPC from it: they have no
// aws:SourceIp where they come through an endpoint, and the console and the SDK ask for the state of a notebook before they open it.
func notePrivateWay(w *aws.World, j *Judgement, d *iam.Document, roles []*aws.Role) {
	if at, only := addressesOnly(d); only {
		switch opensThroughEndpoint(w) {
		case graph.True:
			j.Verdict, j.Severity, j.Literal = finding.Fail, finding.Info, graph.Null().WithSpan(at)
			j.Message = "The policy asks for aws:SourceIp, which requests through the VPC's endpoints do not have: use aws:VpcSourceIp for those"
			return
		case graph.Undecided:
			j.Verdict, j.Literal = finding.Unknown, graph.Null().WithSpan(at)
			j.Message = "The policy asks for aws:SourceIp; whether notebooks are opened through an endpoint, whose requests have none, is not decided"
			j.Reason = "service, type or existence of an endpoint are not decided"
		}
	}
	for _, role := range roles {
		if describes, _ := w.Permissions(role).Allow(describeNotebook, graph.Null()); describes == graph.False && role.ForSageMaker() != graph.True {
			j.Verdict, j.Severity, j.Reason = finding.Fail, finding.Info, ""
			j.Message = "The policy allows " + presignNotebook + ", and nothing allows its role " + describeNotebook + ", which comes before it"
			j.Related = []Related{{Message: "the role " + role.Address, Resource: role.Resource}}
			return
		}
	}
}

// addressesOnly reports whether every statement that allows to open notebooks asks for addresses that are not those within a VPC.
func addressesOnly(d *iam.Document) (at source.Span, only bool) {
	for _, s := range d.Statements {
		if s.Speaks(iam.Allow, presignNotebook) != graph.True {
			continue
		}
		i := slices.IndexFunc(s.Conditions, func(c iam.Condition) bool {
			return strings.EqualFold(c.Key, "aws:SourceIp") && strings.EqualFold(c.Operator, "IpAddress") && c.When.Decide() == graph.True
		})
		if i < 0 {
			return source.Span{}, false
		}
		at, only = s.Conditions[i].Values.At, true
	}
	return at, only
}

// opensThroughEndpoint decides whether the code has an endpoint through which notebooks are opened.
func opensThroughEndpoint(w *aws.World) graph.Truth {
	opens := graph.False
	for _, e := range w.Endpoints {
		opens = opens.Or(e.Service.Is("notebook").Or(e.Service.Is("sagemaker.api")).And(e.Type.Is("Interface")).And(e.Exists.Decide()))
	}
	return opens
}

// managedFromAnywhere judges a role that has the permission by a policy of AWS.
func managedFromAnywhere(p *Pass, role *aws.Role) {
	permissions := p.World.Permissions(role)
	some := []graph.Value{anyNotebook()}
	if by, _ := opensNotebook(some, permissions.Managed...); by != graph.True || role.ForSageMaker() == graph.True {
		return
	}
	if own, _ := opensNotebook(some, permissions.Own...); own == graph.True {
		return // reported of the policy
	}
	j := Judgement{Resource: role.Resource, Decided: role.ManagedPolicies.Attribute, Verdict: finding.Unknown}
	j.Message = "Whether the role may open notebooks from anywhere is not decided"
	switch opens, ground := opensNotebook(some, permissions.All()...); {
	case opens == graph.False:
		j.Verdict, j.Message = finding.Pass, "What the AWS managed policy of the role allows is denied from outside a known network"
	case opens == graph.Undecided && ground != nil:
		j.Reason = ground.Undecided()
	case opens == graph.Undecided:
		j.Reason = "a policy of the role is not decided"
	case role.ForSageMaker() == graph.Undecided:
		j.Reason = "who may assume the role is not decided: " + aws.Explain(role.Trust.Value)
	default:
		j.Verdict, j.Severity = finding.Fail, finding.Low
		j.Message = "An AWS managed policy allows this role " + presignNotebook +
			" from anywhere: a notebook without internet access is opened over the internet"
	}
	p.Report(j)
}

// opensNotebook decides whether documents that apply together let one of some notebooks be opened over the internet.
func opensNotebook(notebooks []graph.Value, documents ...*iam.Document) (opens graph.Truth, ground *iam.Ground) {
	opens = graph.False
	for _, arn := range notebooks {
		d := iam.Decide(iam.Request{Action: presignNotebook, Resource: arn, Context: iam.FromInternet}, documents...)
		if d.Allowed == graph.True {
			return graph.True, first(d.Grounds)
		}
		if d.Allowed == graph.Undecided {
			opens, ground = graph.Undecided, first(d.Grounds)
		}
	}
	return opens, ground
}

// deniedElsewhere reports whether another policy than one denies the action to somebody.
func deniedElsewhere(w *aws.World, but aws.WrittenPolicy) bool {
	for _, p := range w.WrittenPolicies() {
		if p.Resource == but.Resource {
			continue
		}
		for _, s := range iam.Parse(p.Document.Value).Statements {
			if len(s.Unread) > 0 || s.Speaks(iam.Deny, presignNotebook) != graph.False {
				return true
			}
		}
	}
	return false
}

// anyNotebook is the ARN of some notebook of the account.
func anyNotebook() graph.Value {
	hole := func(name, means string) graph.Part {
		return graph.Part{Hole: &graph.Identity{Name: name, Means: means}}
	}
	return graph.Template(
		graph.Part{Literal: "arn:aws:sagemaker:"}, hole("the notebook's Region", "AWS::Region"), graph.Part{Literal: ":"},
		hole("the notebook's account", iam.OwnAccount), graph.Part{Literal: ":notebook-instance/"}, hole("the notebook's name", ""))
}

// namedNotebooks are ARNs of notebooks that fit the resources of the statements that allow to open notebooks, one for each resource. What
// may allow it, or may name a notebook, is undecided.
func namedNotebooks(d *iam.Document) (arns []graph.Value, undecided *iam.Ground) {
	for _, s := range d.Statements {
		if len(s.Unread) > 0 {
			undecided = &iam.Ground{Statement: s, Value: s.Unread[0]}
			continue
		}
		switch s.Speaks(iam.Allow, presignNotebook) {
		case graph.False:
			continue
		case graph.Undecided:
			undecided = &iam.Ground{Statement: s, Element: "Action", Value: undecidedAction(s)}
			continue
		}
		if !s.Resources.Written {
			arns = append(arns, anyNotebook())
		}
		for _, item := range s.Resources.Items {
			switch arn, named := notebookOf(item.Value); named {
			case graph.True:
				arns = append(arns, arn)
			case graph.Undecided:
				undecided = &iam.Ground{Statement: s, Element: "Resource", Value: item.Value}
			}
		}
	}
	return arns, undecided
}

// undecidedAction is the action of a statement that the files do not decide.
func undecidedAction(s *iam.Statement) graph.Value {
	for _, item := range append(s.Actions.Items[:len(s.Actions.Items):len(s.Actions.Items)], s.NotActions.Items...) {
		if !item.Value.Known() {
			return item.Value
		}
	}
	return graph.Null()
}

// notebookOf is the ARN of a notebook that fits a resource of a policy, if any does.
func notebookOf(resource graph.Value) (arn graph.Value, fits graph.Truth) {
	text, known := resource.Text()
	if text == "*" {
		return anyNotebook(), graph.True
	}
	parts, ok := resource.Parts()
	if !ok || parts[0].Hole != nil {
		return arn, graph.Undecided
	}
	if service := strings.Split(parts[0].Literal, ":"); len(service) > 3 {
		if is, _ := path.Match(service[2], "sagemaker"); !is {
			return arn, graph.False
		}
	}
	if !known { // one name of a notebook after an ARN with holes is the common form
		last := parts[len(parts)-1].Literal
		for _, p := range parts {
			if strings.Contains(p.Literal, ":notebook-instance/") {
				return withoutWildcards(parts), graph.True
			}
		}
		if len(parts) > 1 && strings.HasPrefix(parts[0].Literal, "arn:") && strings.Contains(last, ":") && !strings.HasSuffix(last, ":*") {
			return arn, graph.False // another kind of resource
		}
		return arn, graph.Undecided
	}
	fields := strings.SplitN(text, ":", 6)
	if len(fields) < 6 {
		return arn, graph.Undecided
	}
	if strings.ContainsAny(fields[1], "*?") {
		fields[1] = "aws"
	}
	fields[2] = "sagemaker"
	const notebooks = "notebook-instance/"
	kind, _, _ := strings.Cut(fields[5], "*")
	switch {
	case strings.HasPrefix(fields[5], notebooks):
		return withoutWildcards([]graph.Part{{Literal: strings.Join(fields, ":")}}), graph.True
	case fields[5] == "*", strings.HasPrefix(notebooks, kind) && strings.HasSuffix(fields[5], "*"):
		fields[5] = notebooks + "x"
		return withoutWildcards([]graph.Part{{Literal: strings.Join(fields, ":")}}), graph.True
	}
	return arn, graph.False
}

// withoutWildcards is text in which something concrete stands for each wildcard.
func withoutWildcards(parts []graph.Part) graph.Value {
	concrete := make([]graph.Part, len(parts))
	for i, p := range parts {
		concrete[i] = graph.Part{Literal: strings.NewReplacer("*", "x", "?", "x").Replace(p.Literal), Hole: p.Hole}
	}
	return graph.Template(concrete...)
}
