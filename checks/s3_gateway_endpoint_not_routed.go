package checks

import (
	"cmp"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-302",
		Slug:     "s3-gateway-endpoint-not-routed",
		Title:    "S3 gateway endpoint is not on the route tables of the SageMaker subnets",
		Severity: finding.High,
		Tags:     []string{"sagemaker", "s3", "privatelink", "routing"},
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		for _, e := range p.World.Endpoints {
			if !e.Data && e.Service.Is("s3") == graph.True && e.Type.Is("Gateway") == graph.True {
				p.Report(gatewayRoutes(p.World, e))
			}
		}
	},
})

// gatewayRoutes judges whether an S3 gateway endpoint is on the route tables of the workloads in its VPC.
func gatewayRoutes(w *aws.World, e *aws.Endpoint) Judgement {
	j := Judgement{Resource: e.Resource, Decided: e.RouteTables.Attribute}
	tables, more := e.RouteTables.Elements()
	if len(tables) == 0 && !more {
		j.Verdict, j.Message = finding.Fail, "The S3 gateway endpoint is on no route table: no traffic takes it"
		return j
	}
	open := ""
	if e.VPC != nil {
		for _, c := range e.VPC.Clients() {
			for _, subnet := range c.Subnets {
				switch on, why := w.RoutedThrough(subnet, tables); {
				case on == graph.False && more:
					open = "its route tables are not all decided: " + aws.Explain(e.RouteTables.Value)
				case on == graph.False:
					j.Verdict = finding.Fail
					j.Message = "The S3 gateway endpoint is not on the route table of a subnet of its SageMaker clients: their traffic does not take it"
					j.Related = []Related{{Message: "the client " + c.Address, Resource: c.Resource}}
					return j
				case on == graph.Undecided:
					open = cmp.Or(open, why)
				}
			}
		}
	}
	if open != "" {
		j.Verdict, j.Message, j.Reason = finding.Unknown, "Whether the S3 gateway endpoint is on the route tables of its clients is not decided", open
		return j
	}
	j.Verdict, j.Message = finding.Pass, "The S3 gateway endpoint is on the route tables of its clients"
	return j
}
