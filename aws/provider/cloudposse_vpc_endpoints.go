package provider

import (
	"strconv"

	"github.com/iacscan/iacscan/graph"
)

// cloudposse/vpc/aws//modules/vpc-endpoints: endpoints for the entries of two maps. Since version 2 gateway endpoints have routes, and
// resources of their own associate subnets and route tables; to the endpoints it is the same.
var _ = register(module{source: "cloudposse/vpc/aws", path: "modules/vpc-endpoints", create: func(f *fragment) {
	enabled := f.enabled()
	for _, kind := range []string{"Gateway", "Interface"} {
		m := &cloudposseEndpoints{fragment: f, kind: kind, name: map[string]string{"Gateway": "gateway", "Interface": "interface"}[kind]}
		endpoints := attributes{}
		all, more := entriesOf(f.input(m.name+"_vpc_endpoints", graph.Map(graph.NewObject(nil))))
		for _, e := range all {
			e.exists = graph.And(enabled, e.exists)
			endpoints[e.key] = m.endpoint(e)
		}
		output := object(endpoints)
		if more.Decide() != graph.False {
			f.addMany("aws_vpc_endpoint", m.name+"_endpoint", graph.And(enabled, more), attributes{
				"vpc_id":            f.inputs.get("vpc_id"),
				"service_name":      graph.Unknown("the map of endpoints may hold more than the files decide"),
				"vpc_endpoint_type": graph.String(kind),
			})
			output = output.AsOpen()
		}
		f.Outputs[m.name+"_vpc_endpoints_map"] = output
	}
}})

// cloudposseEndpoints is one half of the module while it is being summarised.
type cloudposseEndpoints struct {
	*fragment
	kind, name string
}

// endpoint adds the endpoint of an entry and is the resource.
func (m *cloudposseEndpoints) endpoint(e entry) graph.Value {
	get := func(name string) graph.Value { return field(e.value, name, graph.Null()) }
	a := attributes{
		"vpc_id":            m.inputs.get("vpc_id"),
		"service_name":      m.service(get("name")),
		"vpc_endpoint_type": graph.String(m.kind),
		"policy":            get("policy"),
	}
	if m.kind == "Interface" {
		for _, name := range []string{"private_dns_enabled", "security_group_ids", "subnet_ids"} {
			a[name] = get(name)
		}
	} else if m.release.since(2, 0) {
		a["route_table_ids"] = get("route_table_ids")
	}
	return m.add("aws_vpc_endpoint", m.name+"_endpoint["+strconv.Quote(e.key)+"]", e.exists, a).get("")
}
