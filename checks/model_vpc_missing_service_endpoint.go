package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:           "SMN-505",
		Slug:         "model-vpc-missing-service-endpoint",
		Title:        "Model in a VPC depends on a service without endpoint",
		Severity:     finding.Info,
		Tags:         []string{"sagemaker", "hosting", "privatelink"},
		OffByDefault: true,
	},
	Subjects: []aws.Type{aws.TypeModel},
	Run: func(p *Pass) {
		for _, m := range p.World.Models {
			if m.InVPC() != graph.True || m.NetworkIsolation.IsTrue() == graph.True {
				continue
			}
			if needs := serviceNeeds(m); len(needs) > 0 {
				p.Report(serviceEndpoints(p.World, m, needs))
			}
		}
	},
})

// serviceNeeds are the services whose hosts the environment of a model's containers names, or the path of an image that is pulled
// through the VPC.
func serviceNeeds(m *aws.Model) []need {
	var needs []need
	seen := map[string]bool{}
	for _, c := range append([]aws.Container{m.PrimaryContainer}, m.Containers...) {
		services := aws.ServicesOf(c.Environment.Value)
		if c.ImageConfig.RepositoryAccessMode.Is("Vpc") == graph.True {
			services = append(services, aws.ServicesOf(c.Image.Value)...)
		}
		for _, s := range services {
			if !seen[s] {
				seen[s] = true
				needs = append(needs, need{s, finding.Info})
			}
		}
	}
	return needs
}

func serviceEndpoints(w *aws.World, m *aws.Model, needs []need) Judgement {
	subnets := m.VPCConfig.Subnets
	j := absence{m.Resource, graph.Null(), subnets, needs, "the model"}.judge(w)
	j.Decided = m.PrimaryContainer.Environment
	if j.Verdict != finding.Fail {
		return j
	}
	egress := w.Egress(subnets)
	switch {
	case egress.Internet() == graph.True:
		j.Verdict, j.Severity, j.Details = finding.Pass, "", nil
		j.Message = "The model's subnets reach what has no endpoint over the internet"
	case egress.Internet() == graph.Undecided:
		j.Verdict, j.Severity, j.Message = finding.Unknown, "", "Whether the model reaches every service that it needs is not decided"
		if j.Reason = egress.Why; j.Reason == "" {
			j.Reason = "where the default route of its subnets leads is not decided"
		}
	case m.NetworkIsolation.IsTrue() == graph.Undecided:
		j.Verdict, j.Severity, j.Message = finding.Unknown, "", "Whether the model calls any service is not decided"
		j.Reason = aws.Explain(m.NetworkIsolation.Value)
	}
	return j
}
