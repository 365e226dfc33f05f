package checks

import (
	"cmp"

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
	Run:      func(p *Pass) { judgeSageMakerInterfaces(p, endpointGroups) },
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
	for _, c := range e.VPC.Clients() {
		clientGroups, clientWhy := w.SecurityGroups(c.Groups)
		if c.Groups.IsNull() {
			clientWhy = c.Address + " names no security group"
		}
		admits := admitsClient(w, e, groups, c, clientGroups)
		leaves := aws.AnyGroup(clientGroups, func(g *aws.SecurityGroup) graph.Truth {
			return g.Egress.Pass(aws.Traffic{From: 443, To: 443, Peer: func(aws.Peer) graph.Truth { return graph.True }})
		})
		blocked := ""
		switch {
		case admits == graph.False && why == "" && clientWhy == "":
			blocked = "The endpoint's security groups do not admit TCP on 443 from its SageMaker clients"
		case leaves == graph.False && len(clientGroups) > 0 && clientWhy == "":
			blocked = "A client of the endpoint has security groups that let nothing out to port 443"
		case admits != graph.True || leaves == graph.Undecided:
			why = cmp.Or(why, clientWhy, "whether the rules between "+c.Address+" and the endpoint let 443 pass is not decided")
		}
		if blocked != "" && c.Undecided != "" {
			why, blocked = cmp.Or(why, c.Undecided), ""
		}
		if blocked != "" {
			j.Verdict, j.Message = finding.Fail, cmp.Or(j.Message, blocked)
			j.Related = append(j.Related, Related{Message: "the client " + c.Address, Resource: c.Resource})
		}
	}
	if j.Verdict == finding.Fail {
		return j
	}
	for _, g := range groups {
		switch g.Ingress.Pass(aws.Traffic{From: 443, To: 443, Peer: aws.AnyAddress}) {
		case graph.True:
			j.Verdict, j.Severity = finding.Fail, finding.Low
			j.Message = "A security group of the endpoint admits every address to port 443"
			j.Related = []Related{{Message: "the security group", Resource: g.Resource}}
			return j
		case graph.Undecided:
			why = cmp.Or(why, "whether "+g.Address+" admits every address to port 443 is not decided")
		}
	}
	if why != "" {
		j.Verdict, j.Message, j.Reason = finding.Unknown, "Whether the endpoint's security groups admit its clients is not decided", why
		return j
	}
	j.Verdict, j.Message = finding.Pass, "The endpoint's security groups admit its clients and not everybody"
	return j
}

// admitsClient decides whether the groups of an endpoint let a client in: one of its groups, the VPC's addresses, or those of each of its
// subnets, be it by several rules.
func admitsClient(w *aws.World, e *aws.Endpoint, groups []*aws.SecurityGroup, c aws.Client, clientGroups []*aws.SecurityGroup) graph.Truth {
	admit := func(addresses graph.Value) graph.Truth {
		return aws.AnyGroup(groups, func(g *aws.SecurityGroup) graph.Truth {
			byGroup := aws.Group(g.Resource, resourcesOf(clientGroups)...)
			return g.Ingress.Pass(aws.Traffic{From: 443, To: 443, Peer: func(p aws.Peer) graph.Truth {
				switch {
				case p.Kind != aws.PeerCIDR:
					return byGroup(p)
				case e.VPC.IsCIDR(p.Value) || aws.HoldsBlock(p.Value, w.CIDR(e.VPC)) == graph.True:
					return graph.True
				}
				return aws.HoldsBlock(p.Value, addresses)
			}})
		})
	}
	all := graph.True
	undecided := graph.Unknown("the scanned files do not create the subnet")
	if c.MoreSubnets || len(c.Subnets) == 0 {
		all = admit(undecided)
	}
	for _, id := range c.Subnets {
		if s := w.Subnet(id); s != nil {
			all = all.And(admit(s.CIDR.Value))
		} else {
			all = all.And(admit(undecided))
		}
	}
	return all
}
