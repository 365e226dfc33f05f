package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-201",
		Slug:     "canvas-missing-vpc-endpoints",
		Title:    "VPC of a VpcOnly domain lacks endpoints that SageMaker Canvas needs",
		Severity: finding.High,
		Tags:     []string{"sagemaker", "canvas", "network", "privatelink"},
		Counterparts: []finding.Counterpart{
			{Tool: finding.AWSConfig, ID: "vpc-endpoint-enabled"},
			{Tool: finding.AWSConfig, ID: "service-vpc-endpoint-enabled"},
			{Tool: finding.SecurityHub, ID: "EC2.10"},
			{Tool: finding.SecurityHub, ID: "EC2.55"},
			{Tool: finding.SecurityHub, ID: "EC2.56"},
		},
	},
	Subjects: []aws.Type{aws.TypeDomain},
	Run: func(p *Pass) {
		for _, d := range p.World.Domains {
			canvas := d.Canvas()
			if d.PublicInternet() == graph.True || canvas.Hidden == graph.True {
				continue
			}
			p.Report(canvasEndpoints(p.World, d, canvas))
		}
	},
})

// canvasEndpoints judges one domain whose apps are, or may be, confined to its VPC.
func canvasEndpoints(w *aws.World, d *aws.Domain, canvas aws.Canvas) Judgement {
	j := Judgement{Resource: d.Resource, Verdict: finding.Unknown}
	j.Message = "Whether the domain's VPC has every endpoint that SageMaker Canvas needs is not decided"
	vpc, why := w.VPCOf(d.VPC.Value, d.Subnets)
	if vpc == nil {
		j.Reason = why
		return j
	}
	missing := d.MissingEndpoints(vpc, canvas)
	if len(missing) == 0 {
		j.Verdict, j.Message = finding.Pass, "The domain's VPC has an endpoint for every service that SageMaker Canvas needs"
		return j
	}
	inventory, open, link := w.InventoryFor(d.Resource, vpc)
	sure := slices.DeleteFunc(slices.Clone(missing), func(m aws.MissingEndpoint) bool { return !m.Sure })
	switch {
	case d.PublicInternet() == graph.Undecided:
		j.Reason = d.NetworkAccess.Name + " is not decided: " + aws.Explain(d.NetworkAccess.Value)
	case canvas.Hidden == graph.Undecided:
		j.Reason = canvas.Why
	case inventory == aws.OpenInventory:
		j.Reason = open
	case len(sure) == 0:
		j.Reason = "an endpoint whose name, type or existence is not decided may be the one that is missing"
	default:
		j.Verdict, missing = finding.Fail, sure
	}
	j.Severity = canvasSeverity(missing, canvas.Meant)
	j.Details = missingDetails(missing)
	j.Related = vpcRelated(vpc, link)
	if j.Verdict == finding.Fail {
		j.Message = fmt.Sprintf("The VPC of this VpcOnly domain has no endpoint for %s that SageMaker Canvas calls (%s), so there is no private way to %s",
			services(len(missing)), byTier(missing), them(len(missing)))
		if inventory == aws.ManagedInventory {
			j.Severity = j.Severity.Lower(1)
			j.Details["inventory"] = "managed"
			j.Message += ", unless another stack provides " + them(len(missing))
		}
	}
	return j
}

// canvasSeverity is that of the worst tier that is missing. What Canvas cannot work without weighs more where the code means Canvas;
// what nobody asked for weighs little.
func canvasSeverity(missing []aws.MissingEndpoint, meant bool) finding.Severity {
	worst := finding.Low
	for _, m := range missing {
		s := finding.Medium // a feature whose use shows
		switch {
		case m.Tier == aws.TierDocumented, m.Tier == aws.TierStandardBuild && !meant:
			s = finding.Low
		case m.Tier == aws.TierCore && meant:
			s = finding.High
		}
		worst = finding.Worst(worst, s)
	}
	return worst
}

// missingDetails lists the services, all and by tier.
func missingDetails(missing []aws.MissingEndpoint) map[string]any {
	all := []string{}
	tiers := map[string][]string{}
	for _, m := range missing {
		all = append(all, m.Service)
		tiers[string(m.Tier)] = append(tiers[string(m.Tier)], m.Service)
	}
	return map[string]any{"missing": all, "missing_by_tier": tiers}
}

// byTier is "core: logs, sts; documented: ssm", the tiers that matter most first.
func byTier(missing []aws.MissingEndpoint) string {
	weight := func(t aws.Tier) int {
		return slices.Index([]aws.Tier{aws.TierDocumented, "", aws.TierStandardBuild, aws.TierCore}, t)
	}
	groups := map[aws.Tier][]string{}
	var tiers []aws.Tier
	for _, m := range missing {
		if groups[m.Tier] == nil {
			tiers = append(tiers, m.Tier)
		}
		groups[m.Tier] = append(groups[m.Tier], m.Service)
	}
	slices.SortFunc(tiers, func(a, b aws.Tier) int {
		wa, wb := weight(a), weight(b)
		if wa < 0 {
			wa = 1
		}
		if wb < 0 {
			wb = 1
		}
		if wa != wb {
			return wb - wa
		}
		return strings.Compare(string(a), string(b))
	})
	var text []string
	for _, t := range tiers {
		text = append(text, string(t)+": "+strings.Join(groups[t], ", "))
	}
	return strings.Join(text, "; ")
}

func services(n int) string {
	if n == 1 {
		return "1 service"
	}
	return fmt.Sprintf("%d services", n)
}

func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// vpcRelated names the network that a judgement is about, where the files create it, and the link by which another root knows it.
func vpcRelated(vpc *aws.VPC, link *graph.Link) []Related {
	if vpc.Resource == nil {
		return nil
	}
	message := "the VPC " + vpc.Name
	if link != nil {
		message += ", joined by " + link.What + " " + link.Name.String() + " of " + link.To
		if !link.Exact {
			message += ", the only one that can be meant"
		}
	}
	return []Related{{Message: message, Resource: vpc.Resource}}
}
