package checks

import (
	"strings"
	"unicode"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-206",
		Slug:     "endpoint-service-name-invalid",
		Title:    "Endpoint service name is wrong or of another Region",
		Severity: finding.Medium,
		Tags:     []string{"sagemaker", "network", "privatelink"},
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		for _, e := range p.World.Endpoints {
			if !e.Data && !e.ServiceName.IsNull() {
				serviceName(p, e)
			}
		}
	},
})

// serviceName judges the name of an endpoint's service, each alternative of a choice for itself.
func serviceName(p *Pass, e *aws.Endpoint) {
	j := Judgement{Resource: e.Resource, Decided: e.ServiceName.Attribute}
	for i, c := range e.ServiceName.Cases() {
		one, applies := judgeName(e, c.Value)
		if !applies {
			return
		}
		if i > 0 && one.Verdict != j.Verdict {
			j.Verdict, j.Message = finding.Unknown, "Whether the endpoint's service name is right is not decided"
			j.Reason = "it is right in some cases only: " + aws.Explain(e.ServiceName.Value)
			break
		}
		if i == 0 {
			j.Verdict, j.Severity, j.Message, j.Reason = one.Verdict, one.Severity, one.Message, one.Reason
		}
	}
	p.Report(j)
}

// judgeName judges one name; applies is false for the name of a service that is not of AWS.
func judgeName(e *aws.Endpoint, name graph.Value) (j Judgement, applies bool) {
	wrong := func(message string) (Judgement, bool) {
		return Judgement{Verdict: finding.Fail, Severity: finding.Medium, Message: "The endpoint's service name " + message}, true
	}
	if message := misspelt(name); message != "" {
		return wrong(message)
	}
	s := aws.ParseEndpointService(name)
	unlisted := "is of no service that AWS lists: " + s.Name
	switch {
	case !s.IsAWS():
		return Judgement{}, false
	case s.Name == "":
		return Judgement{
			Verdict: finding.Unknown, Message: "Whether the endpoint's service name is right is not decided", Reason: s.Why,
		}, true
	case s.PrefixUndecided && s.Listed():
		return Judgement{
			Verdict: finding.Unknown, Message: "Whether the endpoint's service name is right is not decided",
			Reason: "its prefix is not decided: " + aws.Explain(name),
		}, true
	case !s.SageMaker && aws.OfSageMakerPrefix(s.Plain()):
		return wrong("has the wrong prefix: it is aws.sagemaker.<region>." + s.Name)
	case s.SageMaker && !s.Listed() && aws.OfPlainPrefix("sagemaker."+s.Plain()):
		return wrong("has the wrong prefix: it is com.amazonaws.<region>.sagemaker." + s.Name)
	case s.SageMaker && !s.Listed() && aws.OfPlainPrefix(s.Plain()):
		return wrong("has the wrong prefix: it is com.amazonaws.<region>." + s.Name)
	case s.Mistaken() != "":
		return wrong("is not what the service is called: " + s.Name + " is " + s.Mistaken())
	case !s.Listed():
		if nearest := s.Nearest(); nearest != "" {
			unlisted += " (did you mean " + nearest + "?)"
		}
		j, _ = wrong(unlisted)
		j.Severity = finding.Low
		return j, true
	case s.Region.IsNull() && !s.IsGlobal():
		return wrong("has no Region: it is com.amazonaws.<region>." + s.Name)
	case !s.Region.IsNull() && s.IsGlobal() && !aws.OfPlainPrefix(s.Name):
		return wrong("has a Region, and the service has none: it is com.amazonaws." + s.Name)
	case e.ServiceRegion.IsNull() && s.Name != "q" && otherRegion(s.Region, e.Region):
		return wrong("names a Region other than the one that the endpoint is created in, without a service Region")
	}
	return Judgement{Verdict: finding.Pass, Message: "The endpoint's service name is right"}, true
}

// otherRegion reports whether two Regions are known and differ.
func otherRegion(a, b graph.Value) bool {
	_, known := a.Text()
	_, knownToo := b.Text()
	return known && knownToo && graph.Equal(a, b) == graph.False
}

// misspelt says what is wrong with a name that does not have the form of one of AWS but is meant for one; empty when nothing is.
func misspelt(name graph.Value) string {
	parts, ok := name.Parts()
	if !ok {
		return ""
	}
	for _, p := range parts {
		if strings.ContainsFunc(p.Literal, func(r rune) bool { return r > unicode.MaxASCII || unicode.IsSpace(r) }) {
			return "holds characters that no name has"
		}
	}
	head := parts[0].Literal
	switch {
	case parts[0].Hole != nil:
	case strings.HasPrefix(head, "amazonaws."):
		return "lacks its start: it begins with com.amazonaws."
	case strings.HasPrefix(head, "com.amazonaws") && !strings.HasPrefix(head, "com.amazonaws."),
		strings.HasPrefix(head, "comamazonaws"), strings.HasPrefix(head, "com.amazon."), strings.HasPrefix(head, "aws.sagemaker") &&
			!strings.HasPrefix(head, "aws.sagemaker."):
		return "lacks a dot, or a part, at its start: it begins with com.amazonaws.<region>. or aws.sagemaker.<region>."
	}
	return ""
}
