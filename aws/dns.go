package aws

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// HostedZone is a Route 53 zone (AWS::Route53::HostedZone, aws_route53_zone).
type HostedZone struct {
	*graph.Resource
	Name String `cfn:"Name"`
	// VPCs make the zone private; a zone without any is public.
	VPCs []struct {
		ID Ref `cfn:"VPCId" tf:"vpc_id"`
	} `cfn:"VPCs" tf:"vpc"`
}

// HasPrivateZone decides whether a private hosted zone for the host name of an endpoint's service is declared for its VPC, which takes the
// place of private DNS, as in a hub that serves several VPCs.
func (w *World) HasPrivateZone(e *Endpoint) graph.Truth {
	has := graph.False
	if e.VPC == nil {
		return has
	}
	for _, z := range w.HostedZones {
		serves := zoneServes(z.Name.Value, e.Service).And(graph.Implies(e.Exists, z.Exists))
		for _, v := range z.VPCs {
			key := vpcKey(v.ID.Value)
			in := graph.TruthOf(key == e.VPC.key)
			if key == "" {
				in = graph.Undecided
			}
			has = has.Or(serves.And(in))
		}
	}
	return has
}

// serviceHosts are the hosts of the services whose name is not <service>.<region>.amazonaws.com, as prefix and suffix around the Region.
var serviceHosts = map[string][2]string{
	"sagemaker.api":     {"api.sagemaker.", ".amazonaws.com"},
	"sagemaker.runtime": {"runtime.sagemaker.", ".amazonaws.com"},
	"notebook":          {"notebook.", ".sagemaker.aws"},
	"studio":            {"studio.", ".sagemaker.aws"},
	"ecr.api":           {"api.ecr.", ".amazonaws.com"},
	"ecr.dkr":           {"dkr.ecr.", ".amazonaws.com"},
}

// zoneServes decides whether a zone's name is the host of a service, in some Region.
func zoneServes(zone graph.Value, s EndpointService) graph.Truth {
	parts, ok := zone.Parts()
	if !ok {
		return graph.Undecided
	}
	host, ok := serviceHosts[s.Plain()]
	if !ok {
		host = [2]string{s.Plain() + ".", ".amazonaws.com"}
	}
	head, tail := parts[0].Literal, strings.TrimSuffix(parts[len(parts)-1].Literal, ".")
	switch {
	case len(parts) == 1 && parts[0].Hole == nil:
		region, ok := strings.CutPrefix(strings.TrimSuffix(tail, host[1]), host[0])
		return graph.TruthOf(ok && strings.HasSuffix(tail, host[1]) && regionName.MatchString(region))
	case head == host[0] && tail == host[1]:
		return graph.True
	}
	starts := strings.HasPrefix(host[0], head) || strings.HasPrefix(head, host[0])
	ends := strings.HasSuffix(host[1], tail) || strings.HasSuffix(tail, host[1])
	return graph.TruthOf(starts && ends).And(graph.Undecided)
}

// DNSAttributes are the switches of a VPC on which private DNS depends.
type DNSAttributes struct {
	Support   Bool `cfn:"EnableDnsSupport" default:"true"`
	Hostnames Bool `cfn:"EnableDnsHostnames" default:"false"`
}

// DNS are the VPC's DNS attributes, nil when the files do not create the VPC. The default VPC has host names on.
func (v *VPC) DNS() *DNSAttributes {
	if v.Resource == nil {
		return nil
	}
	a := view(v.Resource, &DNSAttributes{})
	if v.Resource.NativeType == "aws_default_vpc" && !a.Hostnames.Written {
		a.Hostnames.Value = graph.Bool(true)
	}
	return a
}

// UsesPrivateDNS decides whether an interface endpoint of the VPC has private DNS.
func (v *VPC) UsesPrivateDNS() graph.Truth {
	uses := graph.False
	for _, e := range v.Endpoints {
		if !e.Data {
			uses = uses.Or(e.Type.Is("Interface").And(e.PrivateDNS.IsTrue()).And(e.Exists.Decide()))
		}
	}
	return uses
}

// HasInterfaceEndpoint reports whether the VPC has, or may have, an interface endpoint.
func (v *VPC) HasInterfaceEndpoint() bool {
	for _, e := range v.Endpoints {
		if e.Type.Is("Interface").And(e.Exists.Decide()) != graph.False {
			return true
		}
	}
	return false
}
