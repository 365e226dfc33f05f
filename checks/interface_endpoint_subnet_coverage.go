package checks

import (
	"slices"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-207",
		Slug:     "interface-endpoint-subnet-coverage",
		Title:    "Interface endpoint misses subnets of its clients",
		Severity: finding.Low,
		Tags:     []string{"sagemaker", "privatelink", "availability"},
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Run:      func(p *Pass) { judgeSageMakerInterfaces(p, subnetCoverage) },
})

// subnetCoverage judges whether an endpoint has a network interface in each zone of its clients.
func subnetCoverage(w *aws.World, e *aws.Endpoint) Judgement {
	j := Judgement{Resource: e.Resource, Decided: e.Subnets.Attribute}
	own, more := e.SubnetIDs()
	if len(own) == 0 && !more {
		j.Verdict, j.Severity = finding.Fail, finding.High
		j.Message = "The interface endpoint has no subnet: nothing can reach it"
		return j
	}
	zones, unknownZones := w.Zones(own)
	open := ""
	for _, c := range endpointClients(w, e) {
		covered := true
		clientZones, unclear := w.Zones(c.Subnets)
		if unclear || c.MoreSubnets {
			open = "the Availability Zones of " + c.Address + " are not decided"
		}
		for _, z := range clientZones {
			switch hasZone(zones, z) {
			case graph.False:
				if c.Undecided != "" {
					open = c.Undecided
					continue
				}
				if more || unknownZones {
					open = "the endpoint's Availability Zones are not all decided"
					continue
				}
				covered = false
			case graph.Undecided:
				open = "whether the endpoint has a subnet in each zone of " + c.Address + " is not decided"
			}
		}
		if !covered {
			j.Verdict = finding.Fail
			j.Message = "The interface endpoint has no subnet in an Availability Zone of its clients: their traffic crosses zones and fails with the other one"
			j.Related = append(j.Related, Related{Message: "the client " + c.Address, Resource: c.Resource})
		}
	}
	if j.Verdict == finding.Fail {
		return j
	}
	if open != "" && !sameSubnets(w, e, own) {
		j.Verdict, j.Message, j.Reason = finding.Unknown, "Whether the endpoint is in every zone of its clients is not decided", open
		return j
	}
	j.Verdict, j.Message = finding.Pass, "The interface endpoint has a subnet in every Availability Zone of its clients"
	return j
}

// endpointClients are the workloads that call the service of an endpoint. People connect to notebooks from any private subnet.
func endpointClients(w *aws.World, e *aws.Endpoint) []aws.Client {
	clients := e.VPC.Clients()
	if notebook := e.Service.Is("notebook"); notebook != graph.False && e.VPC.Resource != nil {
		if private, _ := w.PrivateSubnets(e.VPC); len(private) > 0 {
			people := aws.Client{Resource: e.VPC.Resource, Subnets: private}
			if notebook == graph.Undecided {
				people.Undecided = e.Service.Why
			}
			clients = append(clients, people)
		}
	}
	return clients
}

// hasZone decides whether a zone is among some zones.
func hasZone(zones []graph.Value, zone graph.Value) graph.Truth {
	has := graph.False
	for _, z := range zones {
		if !aws.DifferentZones(z, zone) {
			has = has.Or(graph.Equal(z, zone))
		}
	}
	return has
}

// sameSubnets reports whether every subnet of the clients is one of the endpoint's, so that zones do not matter.
func sameSubnets(w *aws.World, e *aws.Endpoint, own []graph.Value) bool {
	for _, c := range endpointClients(w, e) {
		if c.MoreSubnets {
			return false
		}
		for _, s := range c.Subnets {
			if !slices.ContainsFunc(own, func(o graph.Value) bool { return graph.Equal(o, s) == graph.True }) {
				return false
			}
		}
	}
	return true
}
