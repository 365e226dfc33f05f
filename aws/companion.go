package aws

import "github.com/iacscan/iacscan/graph"

// companion is a resource that only completes an endpoint, under a condition.
type companion struct {
	*graph.Resource
	of   *Endpoint
	when graph.Guard
}

// companionTypes are the types of companions: what each adds to its endpoint.
var companionTypes = map[string]func(c companion){
	"aws_vpc_endpoint_policy":                  func(c companion) { c.replace(&c.of.Policy, "policy") },
	"aws_vpc_endpoint_subnet_association":      func(c companion) { c.add(&c.of.Subnets, "subnet_id") },
	"aws_vpc_endpoint_route_table_association": func(c companion) { c.add(&c.of.RouteTables, "route_table_id") },
	"aws_vpc_endpoint_security_group_association": func(c companion) {
		c.add(&c.of.SecurityGroups, "security_group_id")
	},
	"aws_vpc_endpoint_private_dns": func(c companion) { c.replace(&c.of.PrivateDNS.Attribute, "private_dns_enabled") },
}

// orElse is what the companion says where it is there wherever its endpoint is, else the choice between that and something else.
func (c companion) orElse(says, other graph.Value) graph.Value {
	if graph.Implies(c.of.Exists, c.when) == graph.True {
		return says
	}
	return graph.Choice(graph.Case{When: c.when, Value: says}, graph.Case{When: graph.Not(c.when), Value: other})
}

// replace sets an attribute of the endpoint to what the companion says.
func (c companion) replace(a *Attribute, name string) {
	a.Value, a.Written, a.Place = c.orElse(c.Attribute(name), a.Value), true, c.Place(name)
}

// add appends what the companion names to a list; one that may not exist, or that stands for several, leaves the list open.
func (c companion) add(r *Refs, name string) {
	elements, _ := r.Value.Elements()
	added := c.orElse(c.Attribute(name), graph.Null())
	list := graph.List(append(elements[:len(elements):len(elements)], added)...).WithSpan(r.At())
	known := r.Kind() == graph.KindList && !r.IsOpen() || r.IsNull()
	if !known || c.Many {
		list = list.AsOpen()
	}
	r.Value, r.Written = list, true
}

// mergeCompanions completes the endpoints. What names an endpoint in a way that nobody can follow may be for any one of its root.
func (w *World) mergeCompanions(companions []*graph.Resource) {
	endpoints := make(map[*graph.Resource]*Endpoint, len(w.Endpoints))
	for _, e := range w.Endpoints {
		endpoints[e.Resource] = e
	}
	merge := func(e *Endpoint, c *graph.Resource, when graph.Guard) {
		if e != nil && graph.Implies(e.Exists, when) != graph.False {
			companionTypes[c.NativeType](companion{c, e, when})
		}
	}
	for _, c := range companions {
		for _, named := range c.Attribute("vpc_endpoint_id").Cases() {
			when := graph.And(c.Exists, named.When)
			if id := named.Value.Identity(); id != nil {
				merge(endpoints[id.Resource], c, when)
				continue
			}
			if named.Value.Kind() != graph.KindUnknown {
				continue
			}
			for _, e := range w.Endpoints {
				if e.Root == c.Root {
					merge(e, c, graph.And(when, graph.Holds(&graph.Identity{Root: c.Root, Name: c.Address + " is for " + e.Address})))
				}
			}
		}
	}
}
