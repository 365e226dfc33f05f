package checks

import (
	"cmp"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-602",
		Slug:     "ei-endpoint-security-groups",
		Title:    "Security groups of Elastic Inference are not wired as required",
		Severity: finding.Medium,
		Tags:     []string{"sagemaker", "elastic-inference", "security-group"},
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		for _, e := range p.World.Endpoints {
			if !e.Data && e.Service.Is("elastic-inference.runtime") == graph.True && e.Type.Is("Interface") != graph.False {
				p.Report(elasticInferenceGroups(p.World, e))
			}
		}
	},
})

// elasticInferenceGroups judges the group on an endpoint, and the groups of the workloads that use it.
func elasticInferenceGroups(w *aws.World, e *aws.Endpoint) Judgement {
	j := Judgement{Resource: e.Resource, Decided: e.SecurityGroups.Attribute, Verdict: finding.Fail}
	if elements, more := e.SecurityGroups.Elements(); len(elements) == 0 && !more {
		j.Message = "The Elastic Inference endpoint names no security group"
		return j
	}
	groups, why := w.SecurityGroups(e.SecurityGroups)
	for _, g := range groups {
		for _, r := range g.Ingress.List {
			for _, peer := range r.Peers {
				if peer.Kind == aws.PeerCIDR || peer.Kind == aws.PeerPrefixList {
					j.Message = "The security group of the Elastic Inference endpoint admits addresses, not only the security group of its clients"
					j.Related = []Related{{Message: "the security group", Resource: g.Resource}}
					return j
				}
			}
		}
		if g.Ingress.More || g.Egress.More {
			why = cmp.Or(why, "the rules of "+g.Address+" are not all decided")
		} else if len(g.Egress.List) == 0 {
			j.Message = "The security group of the Elastic Inference endpoint lets nothing out"
			j.Related = []Related{{Message: "the security group", Resource: g.Resource}}
			return j
		}
	}
	for _, c := range w.AcceleratedClients(e.VPC) {
		clientGroups, clientWhy := w.SecurityGroups(c.Groups)
		if intersect(clientGroups, groups) {
			j.Severity = finding.Low
			j.Message = "The Elastic Inference endpoint and its clients share one security group, where the guide asks for two"
			j.Related = []Related{{Message: "the client " + c.Address, Resource: c.Resource}}
			return j
		}
		reaches := aws.AnyGroup(clientGroups, func(g *aws.SecurityGroup) graph.Truth {
			return g.Egress.Pass(aws.Traffic{From: 443, To: 443, Peer: aws.Group(g.Resource, resourcesOf(groups)...)})
		})
		switch {
		case clientWhy != "":
			why = cmp.Or(why, clientWhy)
		case reaches == graph.False && why == "":
			j.Message = "The security groups of an Elastic Inference client let nothing out to the endpoint's group"
			j.Related = []Related{{Message: "the client " + c.Address, Resource: c.Resource}}
			return j
		case reaches == graph.Undecided:
			why = cmp.Or(why, "whether the groups of "+c.Address+" reach the endpoint's is not decided")
		}
		for _, g := range clientGroups {
			if len(g.Ingress.List) > 0 {
				j.Message = "The security group of an Elastic Inference client admits traffic, and it needs none"
				j.Related = []Related{{Message: "the security group", Resource: g.Resource}}
				return j
			}
		}
	}
	if why != "" {
		j.Verdict, j.Message, j.Reason = finding.Unknown, "Whether the security groups of Elastic Inference are wired as required is not decided", why
		return j
	}
	j.Verdict, j.Message = finding.Pass, "The security groups of Elastic Inference are wired as required"
	return j
}
