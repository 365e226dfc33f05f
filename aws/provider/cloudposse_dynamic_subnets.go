package provider

import "github.com/iacscan/iacscan/graph"

// cloudposse/dynamic-subnets/aws: a private and a public subnet in each Availability Zone of an existing VPC, with their routes. Which
// CIDR blocks they get is computed.
var _ = register(module{source: "cloudposse/dynamic-subnets/aws", create: func(f *fragment) {
	vpc := f.inputs.get("vpc_id")
	zones := f.inputs.get("availability_zones")
	n := countOf(zones)
	if perZone := f.input("subnets_per_az_count", graph.Int(1)); zones.IsNull() || graph.Equal(perZone, graph.Int(1)) != graph.True {
		n = count{any: true, when: graph.Always()}
	}
	n = n.under(f.enabled())
	tables := map[string]*repeated{}
	for _, kind := range []string{"private", "public"} {
		here := n.under(f.on(kind+"_subnets_enabled", true))
		subnets := f.addEach("aws_subnet", kind, here, func(i int) attributes {
			return attributes{
				"vpc_id": vpc, "availability_zone": elementOf(zones, i), "cidr_block": f.call.Hole(kind + "_subnet_cidrs"),
				"map_public_ip_on_launch": graph.Bool(kind == "public"),
			}
		})
		each := here
		if kind == "public" { // one table for all of them, or one for each
			each = count{any: true, when: here.some()}
		}
		table := f.addEach("aws_route_table", kind, each, func(int) attributes { return attributes{"vpc_id": vpc} })
		f.addEach("aws_route_table_association", kind, here, func(i int) attributes {
			return attributes{"subnet_id": subnets.element(i), "route_table_id": table.element(i)}
		})
		tables[kind] = table
		f.Outputs[kind+"_subnet_ids"], f.Outputs[kind+"_route_table_ids"] = subnets.all("id"), table.all("id")
	}
	route := func(name, kind string, exists graph.Guard, target string, to graph.Value) {
		f.addEach("aws_route", name, tables[kind].under(exists), func(i int) attributes {
			return attributes{
				"route_table_id": tables[kind].element(i), "destination_cidr_block": graph.String("0.0.0.0/0"), target: to,
			}
		})
	}
	instances := f.on("nat_instance_enabled", false)
	gateways := f.on("nat_gateway_enabled", true)
	if f.inputs.get("nat_gateway_enabled").IsNull() {
		gateways = graph.Not(instances)
	}
	route("nat4", "private", gateways, "nat_gateway_id", f.call.Hole("nat_gateway_ids"))
	route("nat_instance", "private", instances, "network_interface_id", f.call.Hole("nat_instance_ids"))
	route("public", "public", graph.Always(), "gateway_id", elementOf(f.inputs.get("igw_id"), 0))
}})
