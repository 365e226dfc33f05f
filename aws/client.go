package aws

import (
	"regexp"

	"github.com/iacscan/iacscan/graph"
)

// Client is a SageMaker workload in a VPC, which calls AWS services through the VPC's endpoints.
type Client struct {
	*graph.Resource
	// Subnets are those that it has network interfaces in; MoreSubnets says that there may be others.
	Subnets     []graph.Value
	MoreSubnets bool
	// Groups are the security groups of its interfaces; null where it names none.
	Groups Refs
	// Undecided says why the files do not decide whether it uses the VPC at all; empty where it does.
	Undecided string
}

// Clients are the workloads that are in the VPC: users with security groups of their own beside, or where it names none instead of, their
// domain. A domain with public internet access is none: its apps do not use the VPC. One whose
// network access is not decided is an undecided client.
func (v *VPC) Clients() []Client {
	w := v.world
	var clients []Client
	for _, d := range v.Domains {
		if d.PublicInternet() == graph.True {
			continue
		}
		c := Client{Resource: d.Resource, Groups: d.UserSettings.SecurityGroups}
		c.Subnets, c.MoreSubnets = d.SubnetIDs()
		if d.PublicInternet() == graph.Undecided {
			c.Undecided = "whether " + d.Address + " uses the VPC is not decided: " + Explain(d.NetworkAccess.Value)
		}
		users := d.usersWithGroups(c)
		if !d.UserSettings.SecurityGroups.IsNull() || len(users) == 0 {
			clients = append(clients, c)
		}
		clients = append(clients, users...)
	}
	for _, n := range w.NotebookInstances {
		if vpc, _ := w.VPCOf(graph.Null(), Refs{n.Subnet.Attribute}); vpc == v {
			clients = append(clients, Client{Resource: n.Resource, Subnets: []graph.Value{n.Subnet.Value}, Groups: n.SecurityGroups})
		}
	}
	for _, m := range w.Models {
		if vpc, _ := w.VPCOf(graph.Null(), m.VPCConfig.Subnets); vpc == v {
			c := Client{Resource: m.Resource, Groups: m.VPCConfig.SecurityGroups}
			c.Subnets, c.MoreSubnets = m.VPCConfig.Subnets.Elements()
			clients = append(clients, c)
		}
	}
	return clients
}

// usersWithGroups are the users of a domain whose apps have security groups of their own instead of the domain's, each a client as the
// domain is. Users with the same groups are one client: the first of them stands for all.
func (d *Domain) usersWithGroups(domain Client) []Client {
	var users []Client
	seen := map[string]bool{}
	for _, p := range d.UserProfiles() {
		groups := p.UserSettings.SecurityGroups
		key := groups.Key()
		if groups.IsNull() || seen[key] {
			continue
		}
		c := domain
		c.Resource, c.Groups = p.Resource, groups
		if seen[key] = graph.Implies(d.Exists, p.Exists) == graph.True; !seen[key] && c.Undecided == "" {
			c.Undecided = "whether " + p.Address + " exists is not decided"
		}
		users = append(users, c)
	}
	return users
}

// Zones are the distinct Availability Zones of some subnets, and whether there may be others.
func (w *World) Zones(subnets []graph.Value) (zones []graph.Value, more bool) {
	for _, v := range subnets {
		s := w.Subnet(v)
		switch {
		case s == nil || s.zone().IsNull():
			more = true
		case !containsEqual(zones, s.zone()):
			zones = append(zones, s.zone())
		}
	}
	return zones, more
}

// DifferentZones reports whether two zones are different for sure: their names differ in the literal end ("…a", "…b"), or they are
// elements of one list of zones, which holds each zone once, at different places.
func DifferentZones(a, b graph.Value) bool {
	if graph.Equal(a, b) == graph.False {
		return true
	}
	i, j := a.Identity(), b.Identity()
	if i == nil || j == nil || i.Root != j.Root {
		return false
	}
	listA, indexA := zoneIndex(i.Name)
	listB, indexB := zoneIndex(j.Name)
	return listA != "" && listA == listB && indexA != indexB
}

// zoneElement matches an element of a list by a constant index, as the parsers name it: `data.aws_availability_zones.x.names[0]`,
// `Select(0, GetAZs(AWS::Region))`.
var zoneElement = regexp.MustCompile(`^(.*)\[(\d+)\]$|^Select\((\d+), (.*)\)$`)

func zoneIndex(name string) (list, index string) {
	m := zoneElement.FindStringSubmatch(name)
	if m == nil {
		return "", ""
	}
	return m[1] + m[4], m[2] + m[3]
}
