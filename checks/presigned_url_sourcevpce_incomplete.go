package checks

import (
	"cmp"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/aws/iam"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-405",
		Slug:     "presigned-url-sourcevpce-incomplete",
		Title:    "Condition on endpoint ids names only one of the two that notebooks need",
		Severity: finding.Medium,
		Tags:     []string{"sagemaker", "notebook", "iam", "privatelink"},
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Mentions: []string{"sagemaker:CreatePresigned"},
	Run: func(p *Pass) {
		for _, policy := range p.World.WrittenPolicies() {
			presignedThrough(p, policy)
		}
	},
})

const presignNotebook = "sagemaker:CreatePresignedNotebookInstanceUrl"

// presignedThrough judges the endpoints that a policy opens notebooks through: those that every statement that allows it asks for
// together, and those that a statement asks for which denies it to everything else.
func presignedThrough(p *Pass, policy aws.WrittenPolicy) {
	var allowed iam.Element
	var lists []iam.Element
	allows, bounded := false, true
	for _, s := range iam.Parse(policy.Document.Value).Statements {
		switch {
		case s.Speaks(iam.Allow, presignNotebook) == graph.True:
			values, ok := sourceEndpoints(s, "")
			allows, bounded = true, bounded && ok // else another condition, or none: the business of SMN-404
			if allowed.Items = append(allowed.Items, values.Items...); allowed.At.IsZero() {
				allowed.At = values.At
			}
		case s.Speaks(iam.Deny, presignNotebook) == graph.True && len(s.Conditions) == 1:
			if values, ok := sourceEndpoints(s, "not"); ok {
				lists = append(lists, values)
			}
		}
	}
	if !allows {
		return
	}
	if bounded {
		lists = append(lists, allowed)
	}
	var worst *Judgement
	for _, list := range lists {
		if j := namesBoth(p.World, policy, list); worst == nil || j.Verdict == finding.Fail ||
			j.Verdict == finding.Unknown && worst.Verdict == finding.Pass {
			worst = &j
		}
	}
	if worst != nil {
		p.Report(*worst)
	}
}

// namesBoth judges one list of endpoints.
func namesBoth(w *aws.World, policy aws.WrittenPolicy, list iam.Element) Judgement {
	j := Judgement{Resource: policy.Resource, Decided: policy.Document, Verdict: finding.Unknown}
	j.Message = "Whether the policy names both endpoints that notebooks need is not decided"
	j.Literal = graph.Null().WithSpan(list.At)
	var missing []string
	for _, service := range []string{"sagemaker.api", "notebook"} {
		named := graph.False
		for _, id := range list.Items {
			is, why := endpointIs(w, id.Value, service)
			if id.When.Decide() != graph.True {
				is = is.And(graph.Undecided)
			}
			if named = named.Or(is); is == graph.Undecided && j.Reason == "" {
				j.Reason = why
			}
		}
		switch named {
		case graph.True:
		case graph.False:
			missing = append(missing, service)
		default:
			j.Reason = cmp.Or(j.Reason, "whether that of "+service+" is among them is not decided")
		}
	}
	switch {
	case len(missing) > 0:
		j.Verdict, j.Reason, j.Details = finding.Fail, "", map[string]any{"missing": missing}
		j.Message = "The policy opens notebooks through listed endpoints only, and that of " + strings.Join(missing, " and that of ") +
			" is not among them: a step is refused"
	case j.Reason == "":
		j.Verdict, j.Message = finding.Pass, "The policy names both endpoints that notebooks need"
	}
	return j
}

// sourceEndpoints are the values of a statement's condition that the request comes through an endpoint, or, with "not", that it does not.
func sourceEndpoints(s *iam.Statement, not string) (iam.Element, bool) {
	for _, c := range s.Conditions {
		operator := strings.ToLower(c.Operator)
		if not == "" {
			operator = strings.TrimPrefix(operator, "foranyvalue:")
		} else { // a request without the key is denied as well, or let be: that it needs both endpoints remains
			operator = strings.TrimSuffix(strings.TrimPrefix(operator, "forallvalues:"), "ifexists")
		}
		asks := []string{"string" + not + "equals", "string" + not + "like", "string" + not + "equalsignorecase"}
		if strings.EqualFold(c.Key, "aws:SourceVpce") && slices.Contains(asks, operator) {
			return c.Values, true
		}
	}
	return iam.Element{}, false
}

// endpointIs decides whether an id is that of an endpoint of the code for a service.
func endpointIs(w *aws.World, id graph.Value, service string) (is graph.Truth, why string) {
	identity := id.Identity()
	if identity == nil || identity.Resource == nil {
		if id.Known() {
			return graph.Undecided, "nothing says which endpoint " + id.String() + " is"
		}
		return graph.Undecided, "an endpoint is not decided: " + aws.Explain(id)
	}
	for _, e := range w.Endpoints {
		if e.Resource == identity.Resource {
			return e.Service.Is(service), e.Service.Why
		}
	}
	return graph.False, ""
}
