package checks

import (
	"cmp"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-803",
		Slug:     "q-developer-endpoint-region",
		Title:    "Amazon Q Developer endpoint is requested outside us-east-1",
		Severity: finding.Low,
		Tags:     []string{"sagemaker", "canvas", "privatelink", "region"},
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		for _, e := range p.World.Endpoints {
			if !e.Data && e.Service.Is("q") == graph.True {
				p.Report(developerRegion(e))
			}
		}
	},
})

// developerRegion judges an endpoint of a service that one Region offers: it must name that Region, and be in it or reach over to it.
func developerRegion(e *aws.Endpoint) Judgement {
	j := Judgement{Resource: e.Resource, Decided: e.ServiceName.Attribute}
	only := graph.String("us-east-1")
	named := graph.Equal(e.Service.Region, only)
	reaches := graph.Equal(e.ServiceRegion.Value, only)
	home := graph.Equal(e.Region, only)
	if e.Region.IsNull() {
		home = graph.Undecided
	}
	switch {
	case named == graph.False:
		j.Verdict, j.Message = finding.Fail, "Only us-east-1 offers Amazon Q Developer, and the endpoint names another Region"
	case named.And(home.Or(reaches)) == graph.True:
		j.Verdict, j.Message = finding.Pass, "The endpoint reaches Amazon Q Developer in us-east-1"
	case named == graph.True && home == graph.False && reaches == graph.False:
		j.Verdict, j.Message = finding.Fail, "The endpoint is in another Region than Amazon Q Developer and does not say that its service is in us-east-1"
	default:
		j.Verdict, j.Message = finding.Unknown, "Whether the endpoint reaches Amazon Q Developer is not decided"
		j.Reason = cmp.Or(aws.Explain(e.Service.Region), aws.Explain(e.Region), "the Region of the endpoint is not decided")
	}
	return j
}
