package checks

import (
	"fmt"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/aws/iam"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-303",
		Slug:     "s3-endpoint-policy-malformed",
		Title:    "VPC endpoint policy is malformed or contradicts itself",
		Severity: finding.Medium,
		Tags:     []string{"sagemaker", "s3", "privatelink", "iam"},
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		for _, e := range p.World.Endpoints {
			if e.Data || e.Policy.IsNull() || !e.Service.TakesPolicy() {
				continue
			}
			p.Report(wellFormed(e))
		}
	},
})

// wellFormed judges the form of an endpoint's policy: by the rules that surely apply to the endpoint it fails, by those that only may
// apply it is undecided.
func wellFormed(e *aws.Endpoint) Judgement {
	j := Judgement{Resource: e.Resource, Decided: e.Policy}
	d := iam.Parse(e.Policy.Value)
	s3, gateway := e.Service.Is("s3"), e.Type.Is("Gateway")
	strict := lintEndpoint(d, s3 != graph.False, gateway != graph.False)
	sure := lintEndpoint(d, s3 == graph.True, gateway == graph.True)

	malformed := graph.Never()
	for _, p := range sure {
		malformed = graph.Or(malformed, p.When)
	}
	switch is := graph.Implies(e.Exists, malformed); {
	case len(sure) > 0 && is == graph.True:
		j.Verdict, j.Message = finding.Fail, "The policy of this VPC endpoint is malformed: "+sure[0].Message
		if more := len(sure) - 1; more > 0 {
			j.Message += fmt.Sprintf(" (and %d more)", more)
		}
		j.Literal = graph.Null().WithSpan(sure[0].At)
		j.Details = map[string]any{"problems": problemCodes(sure)}
		return j
	case len(strict) > 0 && is != graph.True:
		j.Reason = "depending on what is not decided, " + strict[0].Message
	case gateway != graph.False && len(unsurePrincipals(d)) > 0:
		j.Reason = "a principal of a gateway endpoint that is not \"*\" is none: " + aws.Explain(unsurePrincipals(d)[0])
	default:
		j.Reason = unreadPart(d)
	}
	if j.Reason != "" {
		j.Verdict, j.Message = finding.Unknown, "Whether the endpoint's policy is well formed is not decided"
		return j
	}
	j.Verdict, j.Message = finding.Pass, "The endpoint's policy is well formed"
	return j
}

// lintEndpoint lists what is wrong with the policy of an endpoint of a kind.
func lintEndpoint(d *iam.Document, s3, gateway bool) []iam.Problem {
	service := ""
	if s3 {
		service = "s3"
	}
	return append(d.Problems[:len(d.Problems):len(d.Problems)], d.LintEndpoint(service, gateway)...)
}

func problemCodes(problems []iam.Problem) []string {
	codes := make([]string, len(problems))
	for i, p := range problems {
		codes[i] = string(p.Code)
	}
	return codes
}

// unsurePrincipals are those of which the files do not decide whether they are everyone.
func unsurePrincipals(d *iam.Document) []graph.Value {
	var unsure []graph.Value
	for _, s := range d.Statements {
		for _, p := range s.Principals.Items {
			if p.Everyone() == graph.Undecided {
				unsure = append(unsure, p.Value)
			}
		}
	}
	return unsure
}

// unreadPart says which part of a document may hold anything, empty when there is none.
func unreadPart(d *iam.Document) string {
	for _, s := range d.Statements {
		for _, v := range s.Unread {
			return s.Name() + " is not decided: " + aws.Explain(v)
		}
	}
	return ""
}
