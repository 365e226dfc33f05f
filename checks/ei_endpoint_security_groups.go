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
				p.Report(ended(elasticInferenceGroups(p.World, e)))
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
	groups, unknown := w.SecurityGroups(e.SecurityGroups)
	why := unknown
	for _, g := range groups {
		wrong, open := endpointGroup(g)
		if wrong != "" {
			j.Message, j.Related = wrong, []Related{{Message: "the security group", Resource: g.Resource}}
			return j
		}
		why = cmp.Or(why, open)
	}
	if e.VPC == nil {
		why = cmp.Or(why, "the VPC of the endpoint, and so who uses it, is not decided")
	}
	for _, c := range w.AcceleratedClients(e.VPC) {
		clientGroups, open := w.SecurityGroups(c.Groups)
		if c.Asks() != graph.True {
			open = cmp.Or(open, "whether "+c.Address+" uses Elastic Inference is not decided")
		}
		wrong, severity, undecided := clientWiring(clientGroups, groups)
		if wrong != "" && unknown == "" && open == "" {
			j.Message, j.Severity, j.Related = wrong, severity, []Related{{Message: "the client " + c.Address, Resource: c.Resource}}
			return j
		}
		if undecided != "" {
			open = cmp.Or(open, "whether the groups of "+c.Address+" "+undecided+" is not decided")
		}
		why = cmp.Or(why, open)
	}
	if why != "" {
		j.Verdict, j.Message, j.Reason = finding.Unknown, "Whether the security groups of Elastic Inference are wired as required is not decided", why
		return j
	}
	j.Verdict, j.Message = finding.Pass, "The security groups of Elastic Inference are wired as required"
	return j
}

// endpointGroup says what is wrong with a group on an endpoint for whoever uses it, or what is not decided.
func endpointGroup(g *aws.SecurityGroup) (wrong, open string) {
	anywhere := aws.Traffic{Any: true, Peer: func(aws.Peer) graph.Truth { return graph.True }}
	switch addresses := g.Ingress.Pass(aws.Traffic{Any: true, Peer: isAddress}); {
	case addresses == graph.True:
		return "The security group of the Elastic Inference endpoint admits addresses, not only the security group of its clients", ""
	case addresses == graph.Undecided:
		open = "whether " + g.Address + " admits addresses is not decided"
	}
	switch g.Egress.Pass(anywhere) {
	case graph.False:
		return "The security group of the Elastic Inference endpoint lets nothing out", ""
	case graph.Undecided:
		open = cmp.Or(open, "whether "+g.Address+" lets anything out is not decided")
	}
	return "", open
}

// isAddress decides whether a peer is an address block or a prefix list. A list of them that nothing decides may be empty.
func isAddress(p aws.Peer) graph.Truth {
	if p.Kind != aws.PeerCIDR && p.Kind != aws.PeerPrefixList {
		return graph.False
	}
	if _, ok := p.Value.Text(); ok || p.Value.Kind() == graph.KindTemplate {
		return graph.True
	}
	return graph.Undecided
}

// clientWiring says what is wrong between the groups of a client and those of the endpoint, how bad that is, or what is not decided.
func clientWiring(client, endpoint []*aws.SecurityGroup) (wrong string, severity finding.Severity, undecided string) {
	admits := aws.AnyGroup(endpoint, func(g *aws.SecurityGroup) graph.Truth {
		return g.Ingress.Pass(aws.Traffic{From: 443, To: 443, Peer: aws.Group(g.Resource, resourcesOf(client)...)})
	})
	reaches := aws.AnyGroup(client, func(g *aws.SecurityGroup) graph.Truth {
		return g.Egress.Pass(aws.Traffic{From: 443, To: 443, Peer: aws.Group(g.Resource, resourcesOf(endpoint)...)})
	})
	called := aws.AnyGroup(client, func(g *aws.SecurityGroup) graph.Truth {
		return g.Ingress.Pass(aws.Traffic{Any: true, Peer: func(aws.Peer) graph.Truth { return graph.True }})
	})
	switch {
	case admits == graph.False:
		return "The security group of the Elastic Inference endpoint does not admit the security group of a client", "", ""
	case reaches == graph.False:
		return "The security groups of an Elastic Inference client let nothing out to the endpoint's group", "", ""
	case intersect(client, endpoint):
		return "The Elastic Inference endpoint and its clients share one security group, where the guide asks for two", finding.Low, ""
	case called == graph.True:
		return "The security group of an Elastic Inference client admits traffic, and it needs none", "", ""
	case admits == graph.Undecided:
		return "", "", "are admitted by the endpoint's"
	case reaches == graph.Undecided:
		return "", "", "let it out to the endpoint"
	case called == graph.Undecided:
		return "", "", "admit anything"
	}
	return "", "", ""
}
