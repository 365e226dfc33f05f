package provider

import (
	"strconv"

	"github.com/iacscan/iacscan/graph"
)

// terraform-aws-modules/vpc/aws//modules/vpc-endpoints: an endpoint for each entry of a map, since version 3.
var _ = register(module{source: "terraform-aws-modules/vpc/aws", path: "modules/vpc-endpoints", create: func(f *fragment) {
	m := &endpointsModule{fragment: f, created: f.on("create", true)}
	m.securityGroup()
	endpoints := attributes{}
	all, more := entriesOf(f.input("endpoints", graph.Map(graph.NewObject(nil))))
	for _, e := range all {
		endpoints[e.key] = m.endpoint(e)
	}
	output := object(endpoints)
	if more.Decide() != graph.False {
		f.addMany("aws_vpc_endpoint", "this", graph.And(m.created, more), attributes{
			"vpc_id":            f.inputs.get("vpc_id"),
			"service_name":      graph.Unknown("the map of endpoints may hold more than the files decide"),
			"vpc_endpoint_type": graph.Unknown("the map of endpoints may hold more than the files decide"),
		})
		output = output.AsOpen()
	}
	f.Outputs["endpoints"] = output
}})

// endpointsModule is the module while it is being summarised.
type endpointsModule struct {
	*fragment
	created graph.Guard
	groups  graph.Value // the security groups of every endpoint
}

// entry is an entry of a map under the condition that the map has it.
type entry struct {
	key    string
	exists graph.Guard
	value  graph.Value
}

// entriesOf lists the entries of a map, and the condition under which there may be more.
func entriesOf(v graph.Value) (entries []entry, more graph.Guard) {
	more = graph.Never()
	cases := map[string][]graph.Case{}
	var order []string
	for _, c := range v.Cases() {
		o, ok := c.Value.Object()
		if !ok {
			if !c.Value.IsNull() {
				more = graph.Or(more, c.When)
			}
			continue
		}
		if c.Value.IsOpen() {
			more = graph.Or(more, c.When)
		}
		for i, key := range o.Keys() {
			if cases[key] == nil {
				order = append(order, key)
			}
			cases[key] = append(cases[key], graph.Case{When: c.When, Value: o.Values()[i]})
		}
	}
	for _, key := range order {
		e := entry{key: key, exists: graph.Never(), value: graph.Choice(cases[key]...)}
		for _, c := range cases[key] {
			e.exists = graph.Or(e.exists, c.When)
		}
		entries = append(entries, e)
	}
	return entries, more
}

// endpoint adds the endpoint of an entry and is the resource.
func (m *endpointsModule) endpoint(e entry) graph.Value {
	get := func(name string, fallback graph.Value) graph.Value { return field(e.value, name, fallback) }
	null, none := graph.Null(), graph.List()
	exists := graph.And(m.created, e.exists)
	if m.release.since(3, 14) {
		exists = graph.And(exists, m.is("endpoints."+e.key+".create", get("create", graph.Bool(true)), "true"))
	}
	kind := get("service_type", graph.String("Interface")) // where the resource itself has Gateway
	what := "endpoints." + e.key + ".service_type"
	only := func(wanted string, v graph.Value) graph.Value { return either(m.is(what, kind, wanted), v, null) }
	a := attributes{
		"vpc_id":              m.inputs.get("vpc_id"),
		"service_name":        m.serviceName(get),
		"vpc_endpoint_type":   kind,
		"policy":              get("policy", null),
		"route_table_ids":     only("Gateway", get("route_table_ids", null)),
		"subnet_ids":          only("Interface", union(m.input("subnet_ids", none), get("subnet_ids", none))),
		"security_group_ids":  only("Interface", union(m.groups, get("security_group_ids", none))),
		"private_dns_enabled": only("Interface", get("private_dns_enabled", null)),
	}
	if m.release.since(5, 7) {
		if options := get("dns_options", null); !options.IsNull() {
			const only = "private_dns_only_for_inbound_resolver_endpoint"
			a["dns_options"] = graph.List(object(attributes{only: field(options, only, null)}))
		}
	}
	if m.release.since(5, 18) {
		a["service_region"] = get("service_region", null)
		if configurations := get("subnet_configurations", null); !configurations.IsNull() {
			a["subnet_configuration"] = configurations
		}
	}
	return m.add("aws_vpc_endpoint", "this["+strconv.Quote(e.key)+"]", exists, a).get("")
}

// serviceName is the full name of the service: as it is, or that of a service of AWS.
func (m *endpointsModule) serviceName(get func(string, graph.Value) graph.Value) graph.Value {
	name := get("service_name", graph.Null()).Map(func(v graph.Value) graph.Value {
		if v.IsNull() {
			return m.service(get("service", graph.Null()))
		}
		return v
	})
	if m.release.since(5, 7) {
		return get("service_endpoint", name)
	}
	return name
}

// securityGroup adds the group for all endpoints that the module creates if it is told to, since version 5.1.
func (m *endpointsModule) securityGroup() {
	m.groups = m.input("security_group_ids", graph.List())
	if !m.release.since(5, 1) {
		return
	}
	created := graph.And(m.created, m.on("create_security_group", false))
	group := m.add("aws_security_group", "this[0]", created, m.pass(attributes{}, "vpc_id"))
	m.Outputs["security_group_id"], m.Outputs["security_group_arn"] = group.id(), group.get("arn")
	if created.Decide() == graph.False {
		return
	}
	m.groups = either(created, union(m.groups, graph.List(group.of.call.Refer(group.address, group.nativeType, "id"))), m.groups)
	rules, more := entriesOf(m.input("security_group_rules", graph.Null()))
	for _, r := range rules {
		a := attributes{
			"security_group_id": group.id(),
			"type":              field(r.value, "type", graph.String("ingress")),
			"protocol":          field(r.value, "protocol", graph.String("tcp")),
			"from_port":         field(r.value, "from_port", graph.Int(443)),
			"to_port":           field(r.value, "to_port", graph.Int(443)),
		}
		for _, name := range []string{"cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "self", "source_security_group_id"} {
			a[name] = field(r.value, name, graph.Null())
		}
		m.add("aws_security_group_rule", "this["+strconv.Quote(r.key)+"]", graph.And(created, r.exists), a)
	}
	m.addMany("aws_security_group_rule", "this", graph.And(created, more), attributes{"security_group_id": group.id()})
}
