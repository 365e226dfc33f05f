package aws

import "github.com/iacscan/iacscan/graph"

// companionTypes are resources that only complete an endpoint: what each adds to it.
var companionTypes = map[string]func(e *Endpoint, c *graph.Resource){
	"aws_vpc_endpoint_policy": func(e *Endpoint, c *graph.Resource) {
		policy := c.Attribute("policy")
		if graph.Implies(e.Exists, c.Exists) != graph.True {
			policy = graph.Choice(graph.Case{When: c.Exists, Value: policy}, graph.Case{When: graph.Not(c.Exists), Value: e.Policy.Value})
		}
		e.Policy.Value, e.Policy.Written, e.Policy.Place = policy, true, c.Place("policy")
	},
	"aws_vpc_endpoint_subnet_association": func(e *Endpoint, c *graph.Resource) {
		e.Subnets.add(e.Exists, c, "subnet_id")
	},
	"aws_vpc_endpoint_route_table_association": func(e *Endpoint, c *graph.Resource) {
		e.RouteTables.add(e.Exists, c, "route_table_id")
	},
	"aws_vpc_endpoint_security_group_association": func(e *Endpoint, c *graph.Resource) {
		e.SecurityGroups.add(e.Exists, c, "security_group_id")
	},
	"aws_vpc_endpoint_private_dns": func(e *Endpoint, c *graph.Resource) {
		on := c.Attribute("private_dns_enabled")
		if graph.Implies(e.Exists, c.Exists) != graph.True {
			on = graph.Choice(graph.Case{When: c.Exists, Value: on}, graph.Case{When: graph.Not(c.Exists), Value: e.PrivateDNS.Value})
		}
		e.PrivateDNS.Value, e.PrivateDNS.Written, e.PrivateDNS.Place = on, true, c.Place("private_dns_enabled")
	},
}

// add appends what a companion names; one that may not exist, or that stands for several, leaves the list open.
func (r *Refs) add(owner graph.Guard, c *graph.Resource, name string) {
	elements, _ := r.Value.Elements()
	added := c.Attribute(name)
	if graph.Implies(owner, c.Exists) != graph.True {
		added = graph.Choice(graph.Case{When: c.Exists, Value: added}, graph.Case{When: graph.Not(c.Exists), Value: graph.Null()})
	}
	list := graph.List(append(elements[:len(elements):len(elements)], added)...).WithSpan(r.At())
	known := r.Kind() == graph.KindList && !r.IsOpen() || r.IsNull()
	if !known || c.Many {
		list = list.AsOpen()
	}
	r.Value, r.Written = list, true
}

// mergeCompanions completes the endpoints.
func (w *World) mergeCompanions(companions []*graph.Resource) {
	endpoints := make(map[*graph.Resource]*Endpoint, len(w.Endpoints))
	for _, e := range w.Endpoints {
		endpoints[e.Resource] = e
	}
	for _, c := range companions {
		id := c.Attribute("vpc_endpoint_id").Identity()
		if id == nil {
			continue
		}
		if e := endpoints[id.Resource]; e != nil && graph.Implies(e.Exists, c.Exists) != graph.False {
			companionTypes[c.NativeType](e, c)
		}
	}
}
