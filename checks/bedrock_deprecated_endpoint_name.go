package checks

import (
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-202",
		Slug:     "bedrock-deprecated-endpoint-name",
		Title:    "VPC endpoint has the Bedrock name that SageMaker Canvas retired",
		Severity: finding.High,
		Tags:     []string{"sagemaker", "canvas", "bedrock", "privatelink"},
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		for _, e := range p.World.Endpoints {
			if e.Data {
				continue
			}
			j := Judgement{Resource: e.Resource, Decided: e.ServiceName.Attribute}
			switch is := e.Service.Is("bedrock"); {
			case is == graph.True:
				j.Verdict = finding.Fail
				j.Severity, j.Message = bedrockSeverity(e)
				j.Related = bedrockRelated(e)
			case is == graph.Undecided:
				j.Verdict, j.Message = finding.Unknown, "Whether the endpoint has the retired Bedrock name is not decided"
				j.Reason = e.Service.Why
			case strings.HasPrefix(e.Service.Name, "bedrock-"):
				j.Verdict, j.Message = finding.Pass, "The endpoint's service name is not the one that SageMaker Canvas retired"
			default:
				continue
			}
			p.Report(j)
		}
	},
})

// bedrockSeverity grades an endpoint of the retired name by what its VPC has beside it and is used for.
func bedrockSeverity(e *aws.Endpoint) (finding.Severity, string) {
	const (
		retired = "SageMaker Canvas retired the endpoint name bedrock in favour of bedrock-runtime"
		control = "; the name serves Bedrock's control plane only (listing and administering models), which is a legitimate use"
	)
	if e.VPC == nil || !e.VPC.HostsSageMaker() {
		return finding.Info, retired + control
	}
	inventory, _ := e.VPC.Inventory()
	switch e.VPC.Has("bedrock-runtime", e.Exists) {
	case graph.True:
		return finding.Info, retired + ", which the VPC has as well" + control
	case graph.Undecided:
		return finding.Info, retired + ", which the VPC may have as well" + control
	}
	if inventory == aws.OpenInventory {
		return finding.Info, retired + ", which another module or stack may provide" + control
	}
	severity := finding.Low
	if meansInference(e) {
		severity = finding.Medium
	}
	for _, d := range e.VPC.Domains {
		switch {
		case !d.Canvas().Meant:
		case d.PublicInternet() == graph.False:
			severity = finding.Worst(severity, finding.High)
		default:
			severity = finding.Worst(severity, finding.Medium)
		}
	}
	if inventory == aws.ManagedInventory {
		severity = severity.Lower(1)
	}
	return severity, retired + ", for which the VPC has no endpoint: calls to foundation models have no private way"
}

// meansInference reports whether the name or the tags of an endpoint say that it is for calls to models, which the control plane refuses.
func meansInference(e *aws.Endpoint) bool {
	said := strings.ToLower(e.Address)
	e.Tags.Walk(func(v graph.Value) bool {
		if text, ok := v.Text(); ok {
			said += " " + strings.ToLower(text)
		}
		return true
	})
	return strings.Contains(said, "runtime") || strings.Contains(said, "invoke")
}

func bedrockRelated(e *aws.Endpoint) []Related {
	if e.VPC == nil {
		return nil
	}
	var related []Related
	for _, d := range e.VPC.Domains {
		related = append(related, Related{Message: "the domain " + d.Address + " uses this VPC", Resource: d.Resource})
	}
	return related
}
