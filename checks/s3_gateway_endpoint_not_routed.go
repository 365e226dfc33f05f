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
	if len(tables) == 0 && !more && w.Exported(e.Resource) {
		j.Verdict, j.Message = finding.Unknown, "Whether the S3 gateway endpoint is on any route table is not decided"
		j.Reason = "an output of its root gives the endpoint to others, which may put it on their route tables: scan them together"
		return j
	}
	if len(tables) == 0 && !more {
		j.Verdict, j.Message = finding.Fail, "The S3 gateway endpoint is on no route table: no traffic takes it"
		return j
	}
	open := ""
	if e.VPC == nil {
		open = "its VPC, and so who its clients are, is not decided"
	} else {
		tables, unknown := s3RouteTables(e.VPC, e.Exists)
		for _, c := range e.VPC.Clients() {
			on, why := routedClient(w, c, tables, unknown)
			if on == graph.False {
				j.Verdict = finding.Fail
				j.Message = "The S3 gateway endpoint is not on the route table of a subnet of its SageMaker clients: their traffic does not take it"
				j.Related = append(j.Related, Related{Message: "the client " + c.Address, Resource: c.Resource})
			}
			open = cmp.Or(open, why)
		}
	}
	if j.Verdict == finding.Fail {
		return j
	}
	if open != "" {
		j.Verdict, j.Message, j.Reason = finding.Unknown, "Whether the S3 gateway endpoint is on the route tables of its clients is not decided", open
		return j
	}
	j.Verdict, j.Message = finding.Pass, "The S3 gateway endpoint is on the route tables of its clients"
	return j
}

// s3RouteTables are the route tables of the S3 gateway endpoints that a VPC has wherever something exists: it can have several, each for
// some of its tables. Where there may be further tables, unknown says why.
func s3RouteTables(v *aws.VPC, wherever graph.Guard) (tables []graph.Value, unknown string) {
	for _, e := range v.Endpoints {
		is := e.Service.Is("s3").And(e.Type.Is("Gateway")).And(graph.Implies(wherever, e.Exists))
		if is == graph.False {
			continue
		}
		on, more := e.RouteTables.Elements()
		switch {
		case is == graph.Undecided:
			unknown = "whether " + e.Address + " is an S3 gateway endpoint too is not decided"
		case e.Data:
			unknown = "the route tables of " + e.Address + " are not in the scanned files"
		case more:
			unknown = "the route tables of " + e.Address + " are not all decided: " + aws.Explain(e.RouteTables.Value)
		}
		if is == graph.True {
			tables = append(tables, on...)
		}
	}
	return tables, unknown
}

// routedClient decides whether all subnets of a client use one of some route tables, beside which there may be others where unknown says
// why; why says what is not decided.
func routedClient(w *aws.World, c aws.Client, tables []graph.Value, unknown string) (on graph.Truth, why string) {
	on = graph.True
	if c.MoreSubnets {
		on, why = graph.Undecided, "the subnets of "+c.Address+" are not all decided"
	}
	for _, subnet := range c.Subnets {
		routed, open := w.RoutedThrough(subnet, tables)
		if routed == graph.False && unknown != "" {
			routed, open = graph.Undecided, unknown
		}
		on, why = on.And(routed), cmp.Or(why, open)
	}
	if on == graph.False && c.Undecided != "" {
		return graph.Undecided, c.Undecided
	}
	return on, why
}
