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

const (
	typeFits         = "The endpoint's type fits its service"
	gatewayTakesNone = "A gateway endpoint takes no subnets, security groups or private DNS: AWS rejects it"
	typeUndecided    = "Whether the endpoint's type fits its service is not decided"
)

// endpointType judges an endpoint that is, or may be, a gateway or an interface.
func endpointType(e *aws.Endpoint, gateway, iface graph.Truth) Judgement {
	j := Judgement{Resource: e.Resource, Decided: e.Type.Attribute, Verdict: finding.Fail}
	subnets, moreSubnets := e.SubnetIDs()
	tables, moreTables := e.RouteTables.Elements()
	groups, moreGroups := e.SecurityGroups.Elements()
	switch {
	case gateway == graph.Undecided:
		j.Verdict, j.Message = finding.Unknown, typeUndecided
		j.Reason = e.Type.Name + " is not decided: " + aws.Explain(e.Type.Value)
	case gateway == graph.True && e.Service.Name != "" && !slices.Contains(gatewayServices, e.Service.Plain()):
		j.Message = e.Service.Name + " has no gateway endpoints, and " + e.Type.Name + " is Gateway"
		if !e.Type.Written {
			j.Message += " because nothing is written"
		}
		j.Message += ": it must be Interface"
	case gateway == graph.True && len(subnets) > 0:
		j.Message, j.Decided = gatewayTakesNone, e.Subnets.Attribute
	case gateway == graph.True && len(groups) > 0:
		j.Message, j.Decided = gatewayTakesNone, e.SecurityGroups.Attribute
	case gateway == graph.True && e.PrivateDNS.IsTrue() == graph.True:
		j.Message, j.Decided = gatewayTakesNone, e.PrivateDNS.Attribute
	case iface == graph.True && len(tables) > 0:
		j.Message, j.Decided = "An interface endpoint takes no route tables: AWS rejects it", e.RouteTables.Attribute
	case e.Service.Name == "":
		j.Verdict, j.Message = finding.Unknown, typeUndecided
		j.Reason, j.Decided = e.Service.Why, e.ServiceName.Attribute
	case gateway == graph.True && (moreSubnets || moreGroups || e.PrivateDNS.IsTrue() == graph.Undecided):
		j.Verdict, j.Message = finding.Unknown, typeUndecided
		j.Reason = "whether the gateway endpoint has subnets, security groups or private DNS is not decided"
	case iface == graph.True && moreTables:
		j.Verdict, j.Message = finding.Unknown, typeUndecided
		j.Reason, j.Decided = "whether the interface endpoint has route tables is not decided", e.RouteTables.Attribute
	case iface == graph.True && e.Service.Plain() == "s3" && e.PrivateDNS.IsTrue() != graph.True:
		return s3InterfaceAlone(e, j)
	default:
		j.Verdict, j.Message = finding.Pass, typeFits
	}
	return j
}

// s3InterfaceAlone judges an interface endpoint for S3 that has, or may have, no private DNS: clients pass it by, so that the VPC needs
// another one.
func s3InterfaceAlone(e *aws.Endpoint, j Judgement) Judgement {
	j.Verdict, j.Message = finding.Unknown, typeUndecided
	if e.VPC == nil {
		j.Reason = "its VPC, which may have another S3 endpoint, is not decided"
		return j
	}
	inventory, open := e.VPC.Inventory()
	switch has := e.VPC.Has("s3", e.Exists); {
	case has == graph.True:
		j.Verdict, j.Message = finding.Pass, typeFits
	case has == graph.Undecided || e.PrivateDNS.IsTrue() == graph.Undecided:
		j.Reason = "private DNS of this endpoint, or another S3 endpoint of the VPC, is not decided"
	case inventory == aws.OpenInventory:
		j.Reason = open
	default:
		j.Verdict = finding.Fail
		j.Message = "The only S3 endpoint of the VPC is an interface without private DNS, which clients pass by: add a gateway endpoint"
		if inventory == aws.ManagedInventory {
			j.Severity, j.Message = finding.High.Lower(1), j.Message+", unless another stack provides it"
		}
	}
	return j
}
