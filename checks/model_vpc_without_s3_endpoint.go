package checks

import (
	"slices"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:           "SMN-504",
		Slug:         "model-vpc-without-s3-endpoint",
		Title:        "Model in a VPC has no S3 endpoint",
		Severity:     finding.High,
		Tags:         []string{"sagemaker", "hosting", "s3", "privatelink"},
		Counterparts: []finding.Counterpart{{Tool: finding.AWSConfig, ID: "vpc-endpoint-enabled"}},
	},
	Subjects: []aws.Type{aws.TypeModel},
	Run: func(p *Pass) {
		for _, m := range p.World.Models {
			if m.InVPC() == graph.True && m.NetworkIsolation.IsTrue() != graph.True {
				p.Report(modelS3(p.World, m))
			}
		}
	},
})

// modelS3 judges the way of a model's container to S3.
func modelS3(w *aws.World, m *aws.Model) Judgement {
	subnets := m.VPCConfig.Subnets
	j := absence{m.Resource, graph.Null(), subnets, []need{{"s3", finding.High}}, "the model"}.judge(w)
	if j.Verdict == finding.Pass {
		j = modelRoutes(w, m, j)
	}
	switch {
	case j.Verdict != finding.Fail:
	case m.NetworkIsolation.IsTrue() == graph.Undecided:
		j = j.onlyIf("the model is not isolated", aws.Explain(m.NetworkIsolation.Value))
	case w.Egress(subnets).Internet() == graph.True:
		j.Severity, j.Message = finding.Low, j.Message+"; its subnets reach S3 over the internet"
	}
	return j
}

// modelRoutes judges a model whose VPC has an S3 endpoint: a gateway serves only the route tables that it is on.
func modelRoutes(w *aws.World, m *aws.Model, pass Judgement) Judgement {
	vpc, _ := w.VPCOf(graph.Null(), m.VPCConfig.Subnets)
	if slices.ContainsFunc(vpc.Endpoints, func(e *aws.Endpoint) bool { return servesWholeVPC(e, m.Exists) }) {
		return pass
	}
	j := Judgement{Resource: m.Resource, Related: pass.Related, Verdict: finding.Unknown}
	j.Message = "Whether the VPC has every endpoint that the model needs is not decided"
	tables, unknown := s3RouteTables(vpc, m.Exists)
	client := aws.Client{Resource: m.Resource}
	client.Subnets, client.MoreSubnets = m.VPCConfig.Subnets.Elements()
	on, why := routedClient(w, client, tables, unknown)
	switch on {
	case graph.True:
		return pass
	case graph.False:
		j.Verdict, j.Message = finding.Fail, "The VPC has no endpoint for s3 on the route tables of the model's subnets"
	case graph.Undecided:
		j.Reason = why
	}
	return j
}

// servesWholeVPC reports whether an S3 endpoint that exists wherever something does needs no route: an interface with private DNS, or one
// that is only read, so that nobody here knows its routes.
func servesWholeVPC(e *aws.Endpoint, wherever graph.Guard) bool {
	iface := e.Type.Is("Interface").And(e.Resolves())
	serves := e.Service.Is("s3").And(iface.Or(graph.TruthOf(e.Data)))
	return serves.And(graph.Implies(wherever, e.Exists)) == graph.True
}
