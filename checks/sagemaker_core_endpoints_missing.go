package checks

import (
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-210",
		Slug:     "sagemaker-core-endpoints-missing",
		Title:    "VpcOnly domain lacks the endpoints that Studio needs",
		Severity: finding.High,
		Tags:     []string{"sagemaker", "network", "privatelink"},
	},
	Subjects: []aws.Type{aws.TypeDomain},
	Run: func(p *Pass) {
		for _, d := range p.World.Domains {
			if d.PublicInternet() != graph.True && d.Canvas().Hidden == graph.True { // else SMN-201 covers it
				p.Report(confined(d, coreEndpoints(p.World, d)))
			}
		}
	},
})

// studioServices are what every Studio domain calls, and how bad it is when that fails.
var studioServices = []struct {
	name     string
	severity finding.Severity
}{
	{"logs", finding.Low}, {"s3", finding.Medium}, {"sagemaker.api", finding.High}, {"sagemaker.runtime", finding.High}, {"sts", finding.Low},
	{"studio", finding.Low},
}

// coreEndpoints judges the endpoints of a domain that hides Canvas.
func coreEndpoints(w *aws.World, d *aws.Domain) Judgement {
	j := Judgement{Resource: d.Resource, Verdict: finding.Unknown, Message: "Whether the domain's VPC has every endpoint that Studio needs is not decided"}
	vpc, why := w.VPCOf(d.VPC.Value, d.Subnets)
	if vpc == nil {
		j.Reason = why
		return j
	}
	var missing []string
	undecided := false
	for _, s := range studioServices {
		switch vpc.Has(s.name, d.Exists) {
		case graph.False:
			missing = append(missing, s.name)
			j.Severity = finding.Worst(j.Severity, s.severity)
		case graph.Undecided:
			undecided = true
		}
	}
	inventory, open := vpc.Inventory()
	switch {
	case len(missing) == 0 && !undecided:
		j.Verdict, j.Message = finding.Pass, "The domain's VPC has an endpoint for every service that Studio needs"
		return j
	case inventory == aws.OpenInventory:
		j.Reason = open
	case len(missing) == 0:
		j.Reason = "an endpoint whose name, type or existence is not decided may be the one that is missing"
	default:
		j.Verdict = finding.Fail
		j.Message = "Studio has no VPC endpoint for " + strings.Join(missing, ", ")
	}
	j.Details = map[string]any{"missing": missing}
	j.Related = vpcRelated(vpc)
	if j.Verdict != finding.Fail {
		j.Severity = ""
		return j
	}
	if inventory == aws.ManagedInventory {
		j.Severity, j.Message = j.Severity.Lower(1), j.Message+", unless another stack provides them"
	}
	if w.Egress(d.SubnetIDs()).Internet() == graph.True {
		j.Severity, j.Message = finding.Low, j.Message+"; its subnets reach it over the internet"
	}
	return j
}
