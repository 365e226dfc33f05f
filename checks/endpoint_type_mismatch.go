package checks

import (
	"slices"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-205",
		Slug:     "endpoint-type-mismatch",
		Title:    "Endpoint type does not fit the service",
		Severity: finding.High,
		Tags:     []string{"privatelink", "network"},
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		for _, e := range p.World.Endpoints {
			gateway, iface := e.Type.Is("Gateway"), e.Type.Is("Interface")
			if e.Data || !e.Service.IsAWS() || gateway == graph.False && iface == graph.False {
				continue
			}
			p.Report(endpointType(e, gateway, iface))
		}
	},
})

// gatewayServices are the services that have gateway endpoints.
var gatewayServices = []string{"s3", "dynamodb", "s3express"}

// endpointType judges an endpoint that is, or may be, a gateway or an interface.
func endpointType(e *aws.Endpoint, gateway, iface graph.Truth) Judgement {
	j := Judgement{Resource: e.Resource, Decided: e.Type.Attribute, Verdict: finding.Fail}
	subnets, _ := e.SubnetIDs()
	tables, _ := e.RouteTables.Elements()
	groups, _ := e.SecurityGroups.Elements()
	switch {
	case gateway == graph.Undecided:
		j.Verdict, j.Message = finding.Unknown, "Whether the endpoint's type fits its service is not decided"
		j.Reason = e.Type.Name + " is not decided: " + aws.Explain(e.Type.Value)
	case gateway == graph.True && e.Service.Name != "" && !slices.Contains(gatewayServices, e.Service.Plain()):
		j.Message = e.Service.Name + " has no gateway endpoints, and " + e.Type.Name + " is Gateway"
		if !e.Type.Written {
			j.Message += " because nothing is written"
		}
		j.Message += ": it must be Interface"
	case gateway == graph.True && (len(subnets) > 0 || len(groups) > 0 || e.PrivateDNS.IsTrue() == graph.True):
		j.Message = "A gateway endpoint takes no subnets, security groups or private DNS: AWS rejects it"
	case iface == graph.True && len(tables) > 0:
		j.Message, j.Decided = "An interface endpoint takes no route tables: AWS rejects it", e.RouteTables.Attribute
	case e.Service.Name == "":
		j.Verdict, j.Message = finding.Unknown, "Whether the endpoint's type fits its service is not decided"
		j.Reason, j.Decided = e.Service.Why, e.ServiceName.Attribute
	case iface == graph.True && e.Service.Plain() == "s3" && e.PrivateDNS.IsTrue() == graph.False && e.VPC != nil &&
		e.VPC.Has("s3", e.Exists) == graph.False && e.VPC.HasInventory():
		j.Message = "The only S3 endpoint of the VPC is an interface without private DNS, which clients pass by: add a gateway endpoint"
	default:
		j.Verdict, j.Message = finding.Pass, "The endpoint's type fits its service"
	}
	return j
}
