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

// judgeDuplicates judges each endpoint of a VPC with private DNS beside the others. The second and later ones of a service fail: AWS
// refuses to create them.
func judgeDuplicates(p *Pass, v *aws.VPC) {
	var earlier []*aws.Endpoint
	for _, e := range v.Endpoints {
		if e.Data || e.Type.Is("Interface") == graph.False || e.PrivateDNS.IsTrue() == graph.False || !e.Service.IsAWS() {
			continue
		}
		j := Judgement{Resource: e.Resource, Decided: e.ServiceName.Attribute, Verdict: finding.Pass}
		j.Message = "The endpoint is the first of its VPC with private DNS for this service"
		for _, other := range earlier {
			switch both := sameHost(e, other); {
			case both == graph.True:
				j.Verdict = finding.Fail
				j.Message = "Another endpoint of the VPC has private DNS for " + e.Service.Name + " already: AWS rejects the second one"
				j.Related = []Related{{Message: "the other endpoint", Resource: other.Resource}}
			case both == graph.Undecided && j.Verdict == finding.Pass:
				j.Verdict, j.Message = finding.Unknown, "Whether another endpoint of the VPC has private DNS for this service is not decided"
				j.Reason = "service, type, private DNS or existence of " + e.Address + " and " + other.Address + " are not all decided"
			}
		}
		earlier = append(earlier, e)
		p.Report(j)
	}
}

// sameHost decides whether two endpoints of a VPC claim one host name at the same time.
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
	same = same.And(e.Type.Is("Interface")).And(other.Type.Is("Interface"))
	return same.And(e.PrivateDNS.IsTrue()).And(other.PrivateDNS.IsTrue()).And(together(e.Exists, other.Exists))
}

// together decides whether two conditions hold at once: always where they are one, never where they exclude each other.
func together(a, b graph.Guard) graph.Truth {
	if graph.And(a, b).Decide() == graph.False {
		return graph.False
	}
	if graph.Implies(a, b) == graph.True || graph.Implies(b, a) == graph.True {
		return graph.True
	}
	return graph.Undecided
}
