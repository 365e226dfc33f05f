package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-209",
		Slug:     "duplicate-private-dns-endpoint",
		Title:    "Two interface endpoints of one service have private DNS in one VPC",
		Severity: finding.Medium,
		Tags:     []string{"privatelink", "dns"},
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		for _, v := range p.World.VPCs() {
			judgeDuplicates(p, v)
		}
	},
})

// judgeDuplicates judges each endpoint of a VPC with private DNS beside the others. AWS refuses to create a second one of a service: the
// later one fails, or the one of a pair that exists only beside the other.
func judgeDuplicates(p *Pass, v *aws.VPC) {
	var endpoints []*aws.Endpoint
	for _, e := range v.Endpoints {
		if !e.Data && e.Type.Is("Interface").And(e.PrivateDNS.IsTrue()) != graph.False && e.Service.IsAWS() {
			endpoints = append(endpoints, e)
		}
	}
	for i, e := range endpoints {
		j := Judgement{Resource: e.Resource, Decided: e.ServiceName.Attribute, Verdict: finding.Pass}
		j.Message = "The endpoint is the first of its VPC with private DNS for this service"
		for k, other := range endpoints {
			same := graph.False
			if k != i {
				same = sameHost(e, other)
			}
			if same == graph.False || k > i && graph.Implies(other.Exists, e.Exists) == graph.True {
				continue // where both fail, the later one is judged
			}
			switch both := same.And(beside(e, other)); {
			case both == graph.True:
				j.Verdict = finding.Fail
				j.Message = "Another endpoint of the VPC has private DNS for " + e.Service.Name + " already: AWS rejects the second one"
				j.Related = []Related{{Message: "the other endpoint", Resource: other.Resource}}
			case both == graph.Undecided && k < i && j.Verdict == finding.Pass:
				j.Verdict, j.Message = finding.Unknown, "Whether another endpoint of the VPC has private DNS for this service is not decided"
				j.Reason = "service, type, private DNS or existence of " + e.Address + " and " + other.Address + " are not all decided"
			}
		}
		p.Report(j)
	}
}

// sameHost decides whether two endpoints of a VPC claim one host name.
func sameHost(e, other *aws.Endpoint) graph.Truth {
	same := graph.Undecided
	switch {
	case e.Service.Name != "" && other.Service.Name != "":
		same = graph.TruthOf(e.Service.Name == other.Service.Name && e.Service.SageMaker == other.Service.SageMaker)
	case e.Service.Name != "":
		same = other.Service.Is(e.Service.Name)
	case other.Service.Name != "":
		same = e.Service.Is(other.Service.Name)
	}
	if same == graph.False { // as it is for most
		return same
	}
	for _, one := range []*aws.Endpoint{e, other} {
		same = same.And(one.Type.Is("Interface")).And(one.PrivateDNS.IsTrue())
	}
	return same
}

// beside decides whether another endpoint exists wherever an endpoint does, or never.
func beside(e, other *aws.Endpoint) graph.Truth {
	if graph.And(e.Exists, other.Exists).Decide() == graph.False {
		return graph.False
	}
	return graph.TruthOf(graph.Implies(e.Exists, other.Exists) == graph.True).Or(graph.Undecided)
}
