package checks

import (
	"cmp"
	"net/netip"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-208",
		Slug:     "interface-endpoint-security-group",
		Title:    "Security group of an interface endpoint does not admit its clients, or admits everybody",
		Severity: finding.Medium,
		Tags:     []string{"sagemaker", "privatelink", "security-group"},
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		for _, e := range p.World.Endpoints {
			if !e.Data && e.Service.IsAWS() && e.Type.Is("Interface") == graph.True && e.VPC != nil && e.VPC.HostsSageMaker() {
				p.Report(endpointGroups(p.World, e))
			}
		}
	},
})

// endpointGroups judges the way on port 443 from the SageMaker side to an endpoint.
func endpointGroups(w *aws.World, e *aws.Endpoint) Judgement {
	j := Judgement{Resource: e.Resource, Decided: e.SecurityGroups.Attribute}
	if elements, more := e.SecurityGroups.Elements(); len(elements) == 0 && !more {
		j.Verdict, j.Message = finding.Fail, "The endpoint names no security group and gets the default group of its VPC"
		if stripped := w.StrippedDefaultGroup(e.VPC); stripped != nil {
			j.Severity = finding.High
			j.Message += ", which the code strips of its rules: nothing can reach it"
			j.Related = []Related{{Message: "the default security group", Resource: stripped.Resource}}
		}
		return j
	}
	groups, why := w.SecurityGroups(e.SecurityGroups)
	for _, g := range groups {
		if g.Ingress.Pass(aws.Traffic{From: 443, To: 443, Peer: aws.AnyAddress}) == graph.True {
			j.Verdict, j.Severity = finding.Fail, finding.Low
			j.Message = "A security group of the endpoint admits every address to port 443"
			j.Related = []Related{{Message: "the security group", Resource: g.Resource}}
			return j
		}
	}
	for _, c := range e.VPC.Clients() {
		clientGroups, clientWhy := w.SecurityGroups(c.Groups)
		admits := aws.AnyGroup(groups, func(g *aws.SecurityGroup) graph.Truth {
			return g.Ingress.Pass(aws.Traffic{From: 443, To: 443, Peer: fromClient(w, e, g, c, clientGroups)})
		})
		leaves := aws.AnyGroup(clientGroups, func(g *aws.SecurityGroup) graph.Truth {
			return g.Egress.Pass(aws.Traffic{From: 443, To: 443, Peer: func(aws.Peer) graph.Truth { return graph.True }})
		})
		switch {
		case admits == graph.False && why == "" && clientWhy == "":
			j.Verdict, j.Message = finding.Fail, "The endpoint's security groups do not admit TCP on 443 from its SageMaker clients"
			j.Related = []Related{{Message: "the client " + c.Address, Resource: c.Resource}}
			return j
		case leaves == graph.False && len(clientGroups) > 0 && clientWhy == "":
			j.Verdict, j.Message = finding.Fail, "A client of the endpoint has security groups that let nothing out to port 443"
			j.Related = []Related{{Message: "the client " + c.Address, Resource: c.Resource}}
			return j
		case admits == graph.Undecided || leaves == graph.Undecided || admits == graph.False:
			why = cmp.Or(why, clientWhy, "whether the rules between "+c.Address+" and the endpoint let 443 pass is not decided")
		}
	}
	if why != "" {
		j.Verdict, j.Message, j.Reason = finding.Unknown, "Whether the endpoint's security groups admit its clients is not decided", why
		return j
	}
	j.Verdict, j.Message = finding.Pass, "The endpoint's security groups admit its clients and not everybody"
	return j
}

// fromClient decides whether a peer of an endpoint's group is a client: one of its groups, or addresses that hold all of its subnets, or
// of the VPC.
func fromClient(w *aws.World, e *aws.Endpoint, g *aws.SecurityGroup, c aws.Client, clientGroups []*aws.SecurityGroup) func(aws.Peer) graph.Truth {
	byGroup := aws.Group(g.Resource, resourcesOf(clientGroups)...)
	return func(p aws.Peer) graph.Truth {
		if p.Kind != aws.PeerCIDR {
			return byGroup(p)
		}
		if e.VPC.Resource != nil && graph.Equal(p.Value, w.CIDR(e.VPC)) == graph.True {
			return graph.True
		}
		all := graph.True
		for _, id := range c.Subnets {
			s := w.Subnet(id)
			if s == nil {
				return graph.Undecided
			}
			all = all.And(holds(p.Value, s.CIDR.Value))
		}
		return all
	}
}

// holds decides whether one address block lies within another.
func holds(outer, inner graph.Value) graph.Truth {
	if graph.Equal(outer, inner) == graph.True {
		return graph.True
	}
	a, ok := outer.Text()
	b, ok2 := inner.Text()
	if !ok || !ok2 {
		return graph.Undecided
	}
	p, err := netip.ParsePrefix(a)
	q, err2 := netip.ParsePrefix(b)
	if err != nil || err2 != nil {
		return graph.Undecided
	}
	return graph.TruthOf(p.Bits() <= q.Bits() && p.Contains(q.Addr()))
}
