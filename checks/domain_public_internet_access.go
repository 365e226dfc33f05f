package checks

import (
	"fmt"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:           "SMN-101",
		Slug:         "domain-public-internet-access",
		Title:        "SageMaker domain gives its apps public internet access",
		Severity:     finding.High,
		Tags:         []string{"sagemaker", "network"},
		Counterparts: []finding.Counterpart{{Tool: finding.AWSConfig, ID: "sagemaker-domain-in-vpc"}},
	},
	Subjects: []aws.Type{aws.TypeDomain},
	Run: func(p *Pass) {
		for _, d := range p.World.Domains {
			j := Judgement{Resource: d.Resource, Decided: d.NetworkAccess.Attribute}
			switch d.PublicInternet() {
			case graph.False:
				j.Verdict, j.Message = finding.Pass, "The domain's apps reach the network through its own VPC only"
			case graph.Undecided:
				j.Verdict, j.Message = finding.Unknown, "Whether the domain's apps reach the public internet is not decided"
				j.Reason = d.NetworkAccess.Name + " is not decided: " + aws.Explain(d.NetworkAccess.Value)
				if kind := d.NetworkAccess.Kind(); kind == graph.KindList || kind == graph.KindMap {
					j.Reason = d.NetworkAccess.Name + " is no text"
				}
			case graph.True:
				j.Verdict = finding.Fail
				j.Message, j.Details = publicAccess(d)
			}
			p.Report(j)
		}
	},
})

// publicAccess says how a domain came to have public internet access.
func publicAccess(d *aws.Domain) (message string, details map[string]any) {
	a := d.NetworkAccess
	value, known := a.Text()
	details = map[string]any{"attribute": a.Name}
	if known {
		details["value"] = value
	}
	const harm = "the domain's apps reach the public internet through a VPC that SageMaker manages, past your own network controls"
	switch from := a.DefaultOf(d.Resource); {
	case !a.Written:
		return fmt.Sprintf("%s is not set and defaults to %s: %s", a.Name, value, harm), details
	case known && value != "PublicInternetOnly":
		return fmt.Sprintf("%s is %q, which is not VpcOnly (AWS accepts VpcOnly and PublicInternetOnly): %s", a.Name, value, harm), details
	case from != "":
		details["default"] = from
		return fmt.Sprintf("%s is PublicInternetOnly by the default of %s: %s", a.Name, from, harm), details
	}
	return fmt.Sprintf("%s is PublicInternetOnly: %s", a.Name, harm), details
}
