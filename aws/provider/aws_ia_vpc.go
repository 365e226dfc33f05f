package provider

import (
	"slices"
	"strconv"

	"github.com/iacscan/iacscan/graph"
)

// aws-ia/vpc/aws: a VPC with a subnet of each kind in each Availability Zone, and no endpoints. The kinds are the keys of an input.
// Unless the call of version 4 or later names the zones, nobody knows the keys of the subnets.
var _ = register(module{source: "aws-ia/vpc/aws", create: func(f *fragment) {
	m := &zonedVPC{fragment: f}
	m.network()
	kinds, more := entriesOf(f.inputs.get("subnets"))
	if i := slices.IndexFunc(kinds, func(k entry) bool { return k.key == "public" }); i > 0 {
		kinds[0], kinds[i] = kinds[i], kinds[0] // the routes of others lead to its gateways
	}
	decided := more.Decide() == graph.False
	for _, k := range kinds {
		decided = decided && k.exists.Decide() == graph.True
		m.kind(k)
	}
	f.addMany("aws_subnet", "private", more, attributes{"vpc_id": m.vpc})
	f.addMany("aws_route", "private_to_nat", more, attributes{"route_table_id": undecidedKey})
	if decided && m.zones != nil {
		f.Outputs["private_subnet_attributes_by_az"] = object(m.private)
		f.Outputs["public_subnet_attributes_by_az"] = object(m.public)
	}
}})

// undecidedKey stands for an attribute of resources whose keys nobody knows.
var undecidedKey = graph.Unknown("the Availability Zones of the subnets are not decided")

// zonedVPC is the module while it is being summarised.
type zonedVPC struct {
	*fragment
	vpc             graph.Value
	zones           []string // nil when they are not decided
	private, public attributes
	igw             *single
	nat             map[string]*single // by zone
}

// network adds the VPC, and reads the zones.
func (m *zonedVPC) network() {
	created := m.on("create_vpc", true)
	vpc := m.add("aws_vpc", "main[0]", created, m.pass(attributes{
		"enable_dns_hostnames": m.input("vpc_enable_dns_hostnames", graph.Bool(true)),
		"enable_dns_support":   m.input("vpc_enable_dns_support", graph.Bool(true)),
	}, "cidr_block"))
	given := m.inputs.get("vpc_id")
	m.vpc = either(created, vpc.id(), given)
	m.Outputs["vpc_attributes"] = either(created, vpc.get(""), object(attributes{"id": given}).AsOpen())
	m.private, m.public = attributes{}, attributes{}
	azs := m.inputs.get("azs")
	if azs.IsNull() {
		return
	}
	m.Outputs["azs"] = azs
	if zones, more := elements(azs); !more && m.release.since(4, 0) {
		m.zones = names(zones)
	}
}

// names are texts in order, nil when not all are known.
func names(values []graph.Value) []string {
	var list []string
	for _, v := range values {
		name, ok := v.Text()
		if !ok {
			return nil
		}
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// kind adds the subnets of a kind.
func (m *zonedVPC) kind(k entry) {
	setting := func(name string, fallback graph.Value) graph.Value { return field(k.value, name, fallback) }
	plain := func(zone string) string { return zone }
	toNAT := graph.And(k.exists, m.is("connect_to_public_natgw of "+k.key, setting("connect_to_public_natgw", graph.Bool(false)), "true"))
	switch k.key {
	case "public":
		m.subnets(k, "public", m.public, plain)
		m.igw = m.add("aws_internet_gateway", "main[0]", k.exists, attributes{"vpc_id": m.vpc})
		connected := graph.And(k.exists, m.is("connect_to_igw", setting("connect_to_igw", graph.Bool(true)), "true"))
		m.routes("public_to_igw", "public", connected, plain, func(string) attributes { return attributes{"gateway_id": m.igw.id()} })
		m.gateways(k, setting("nat_gateway_configuration", graph.String("none")))
	case "transit_gateway":
		m.subnets(k, "tgw", nil, plain)
		m.routes("tgw_to_nat", "tgw", toNAT, plain, m.natOf)
	case "core_network":
		m.subnets(k, "cwan", nil, plain)
		m.routes("cwan_to_nat", "cwan", toNAT, plain, m.natOf)
	default:
		key := func(zone string) string { return k.key + "/" + zone }
		m.subnets(k, "private", m.private, key)
		m.routes("private_to_nat", "private", toNAT, key, m.natOf)
	}
}

// gateways adds the NAT gateways: in every zone, in the first one, or none.
func (m *zonedVPC) gateways(k entry, configuration graph.Value) {
	everywhere := graph.And(k.exists, m.is("nat_gateway_configuration", configuration, "all_azs"))
	once := graph.And(k.exists, m.is("nat_gateway_configuration", configuration, "single_az"))
	m.nat = map[string]*single{}
	if m.zones == nil {
		m.addMany("aws_nat_gateway", "main", graph.Or(everywhere, once), attributes{"subnet_id": undecidedKey})
		return
	}
	for i, zone := range m.zones {
		exists := everywhere
		if i == 0 {
			exists = graph.Or(everywhere, once)
		}
		at := "[" + strconv.Quote(zone) + "]"
		m.nat[zone] = m.add("aws_nat_gateway", "main"+at, exists, attributes{
			"subnet_id": m.call.Refer("aws_subnet.public"+at, "aws_subnet", "id"),
		})
	}
}

// natOf is the target of a route to the NAT gateway of a zone, or to the only one.
func (m *zonedVPC) natOf(zone string) attributes {
	own, first := m.nat[zone], (*single)(nil)
	if len(m.zones) > 0 {
		first = m.nat[m.zones[0]]
	}
	if own == nil || first == nil {
		return attributes{"nat_gateway_id": undecidedKey}
	}
	return attributes{"nat_gateway_id": either(own.exists, own.id(), first.id())}
}

// subnets adds the subnets of a kind and their route tables, with their routes to a transit gateway.
func (m *zonedVPC) subnets(k entry, resource string, into attributes, key func(zone string) string) {
	if m.zones == nil {
		m.addMany("aws_subnet", resource, k.exists, attributes{"vpc_id": m.vpc})
		m.addMany("aws_route_table", resource, k.exists, attributes{"vpc_id": m.vpc})
	}
	for _, zone := range m.zones {
		at := resource + "[" + strconv.Quote(key(zone)) + "]"
		subnet := m.add("aws_subnet", at, k.exists, attributes{
			"vpc_id": m.vpc, "availability_zone": graph.String(zone), "map_public_ip_on_launch": graph.Bool(resource == "public"),
		})
		table := m.add("aws_route_table", at, k.exists, attributes{"vpc_id": m.vpc})
		m.add("aws_route_table_association", at, k.exists, attributes{"subnet_id": subnet.id(), "route_table_id": table.id()})
		if into != nil {
			into[key(zone)] = subnet.get("")
		}
	}
	cidr := field(m.inputs.get("transit_gateway_routes"), k.key, graph.Null())
	if cidr.IsNull() {
		return
	}
	m.routesTo(cidr, resource+"_to_tgw", resource, k.exists, key, func(string) attributes {
		return attributes{"transit_gateway_id": m.inputs.get("transit_gateway_id")}
	})
}

// routes adds a default route for each subnet of a kind.
func (m *zonedVPC) routes(name, resource string, exists graph.Guard, key func(string) string, target func(zone string) attributes) {
	m.routesTo(graph.String("0.0.0.0/0"), name, resource, exists, key, target)
}

func (m *zonedVPC) routesTo(
	cidr graph.Value, name, resource string, exists graph.Guard, key func(string) string, target func(zone string) attributes,
) {
	if m.zones == nil {
		a := target("")
		a["route_table_id"], a["destination_cidr_block"] = undecidedKey, cidr
		m.addMany("aws_route", name, exists, a)
	}
	for _, zone := range m.zones {
		at := "[" + strconv.Quote(key(zone)) + "]"
		a := target(zone)
		a["route_table_id"] = m.call.Refer("aws_route_table."+resource+at, "aws_route_table", "id")
		a["destination_cidr_block"] = cidr
		m.add("aws_route", name+at, exists, a)
	}
}
