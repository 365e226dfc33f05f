package checks

import (
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

// need is a service that a workload calls through its VPC, and how bad it is when there is no endpoint for it.
type need struct {
	service  string
	severity finding.Severity
}

// absence is a question about a workload: does its VPC have an endpoint for everything that it needs?
type absence struct {
	resource *graph.Resource
	vpc      graph.Value // null where the subnets tell
	subnets  aws.Refs
	needs    []need
	who      string // "Studio", "the model", for messages
}

// judge answers it. What is not there is missing only where the inventory of the VPC is not open, and one level less bad where the VPC
// is known by reference only, because another stack may provide it.
func (a absence) judge(w *aws.World) Judgement {
	j := Judgement{Resource: a.resource, Verdict: finding.Unknown}
	j.Message = "Whether the VPC has every endpoint that " + a.who + " needs is not decided"
	vpc, why := w.VPCOf(a.vpc, a.subnets)
	if vpc == nil {
		j.Reason = why
		return j
	}
	var missing []string
	var severity finding.Severity
	undecided := false
	for _, n := range a.needs {
		service := w.Required(n.service)
		switch vpc.Has(service, a.resource.Exists) {
		case graph.False:
			missing = append(missing, service)
			severity = finding.Worst(severity, n.severity)
		case graph.Undecided:
			undecided = true
		}
	}
	inventory, open, link := w.InventoryFor(a.resource, vpc)
	j.Related = vpcRelated(vpc, link)
	switch {
	case len(missing) == 0 && !undecided:
		j.Verdict, j.Message = finding.Pass, "The VPC has an endpoint for every service that "+a.who+" needs"
		return j
	case len(missing) == 0:
		j.Reason = "an endpoint whose name, type or existence is not decided may be the one that is missing"
		return j
	}
	j.Details = map[string]any{"missing": missing}
	if inventory == aws.OpenInventory {
		j.Reason = open
		return j
	}
	j.Verdict, j.Severity = finding.Fail, severity
	j.Message = "The VPC has no endpoint for " + strings.Join(missing, ", ") + ", which " + a.who + " needs"
	if inventory == aws.ManagedInventory {
		j.Severity, j.Message = severity.Lower(1), j.Message+", unless another stack provides them"
	}
	return j
}
