package provider

import (
	"regexp"

	"github.com/iacscan/iacscan/graph"
)

// terraform-aws-modules/vpc/aws: a VPC with subnets, their route tables, and gateways. Up to version 2 it also creates endpoints
// (terraform_aws_modules_vpc_v2.go); from version 3 on a submodule of its own does.
var _ = register(module{source: "terraform-aws-modules/vpc/aws", create: func(f *fragment) {
	v := &vpcModule{fragment: f, created: graph.And(f.on("create_vpc", true), f.on("putin_khuylo", true))}
	v.network()
	for _, kind := range vpcSubnets {
		v.subnetsOf(kind)
	}
	v.gateways()
	v.routeTables()
	for _, kind := range vpcSubnets {
		v.associate(kind)
	}
	if !f.release.since(3, 0) {
		v.endpoints()
	}
}})

// vpcSubnets are the kinds of subnets that the module creates, in the names of its inputs and resources.
var vpcSubnets = []string{"public", "private", "database", "redshift", "elasticache", "intra", "outpost"}

// vpcModule is the module while it is being summarised.
type vpcModule struct {
	*fragment
	created graph.Guard
	vpc     *single
	igw     *single
	nat     *repeated
	lengths map[string]count // of the lists of subnets
	subnets map[string]*repeated
	tables  map[string]*repeated
}

// network adds the VPC itself.
func (v *vpcModule) network() {
	cidr := graph.String("10.0.0.0/16")
	if !v.release.since(4, 0) {
		cidr = graph.String("0.0.0.0/0")
	}
	hostnames := graph.Bool(v.release.since(4, 0))
	a := attributes{
		"cidr_block":           either(v.on("use_ipam_pool", false), graph.Null(), v.input("cidr", cidr)),
		"enable_dns_support":   v.input("enable_dns_support", graph.Bool(true)),
		"enable_dns_hostnames": v.input("enable_dns_hostnames", hostnames),
	}
	v.vpc = v.add("aws_vpc", "this[0]", v.created, v.pass(a, "instance_tenancy", "tags"))
	for output, attribute := range map[string]string{
		"vpc_id": "id", "vpc_arn": "arn", "default_security_group_id": "default_security_group_id",
		"default_route_table_id": "default_route_table_id", "vpc_main_route_table_id": "main_route_table_id",
		"default_network_acl_id": "default_network_acl_id", "vpc_owner_id": "owner_id",
	} {
		v.Outputs[output] = v.vpc.get(attribute)
	}
	v.Outputs["vpc_cidr_block"] = either(v.created, a["cidr_block"], graph.Null())
	if a["cidr_block"].IsNull() { // from a pool
		v.Outputs["vpc_cidr_block"] = v.vpc.get("cidr_block")
	}
	v.Outputs["azs"] = v.input("azs", graph.List())
	v.Outputs["name"] = v.input("name", graph.String(""))
	managed := graph.And(v.created, v.on("manage_default_security_group", v.release.since(4, 0)))
	v.add("aws_default_security_group", "this[0]", managed, attributes{
		"vpc_id":  v.vpc.id(),
		"ingress": v.defaultRules("default_security_group_ingress"),
		"egress":  v.defaultRules("default_security_group_egress"),
	})
}

// defaultRules are rules of the default security group: none, unless an input lists some, in a form of the module's own.
func (v *vpcModule) defaultRules(input string) graph.Value {
	rules := v.inputs.get(input)
	if list, more := elements(rules); len(list) == 0 && !more {
		return graph.Null()
	}
	return graph.Unknown("the rules in " + input + " are not read")
}

// subnetsOf adds the subnets of a kind, one for each CIDR block that the call lists.
func (v *vpcModule) subnetsOf(kind string) {
	if v.lengths == nil {
		v.lengths, v.subnets, v.tables = map[string]count{}, map[string]*repeated{}, map[string]*repeated{}
	}
	blocks := v.input(kind+"_subnets", graph.List())
	n := countOf(blocks).or(countOf(v.input(kind+"_subnet_ipv6_prefixes", graph.List())))
	v.lengths[kind] = n
	n = n.under(v.created)
	azs := v.input("azs", graph.List())
	if kind == "public" {
		n = n.under(graph.Or(graph.Not(v.on("one_nat_gateway_per_az", false)), v.atLeast(v.lengths[kind], countOf(azs))))
	}
	native := v.on(kind+"_subnet_ipv6_native", false)
	subnets := v.addEach("aws_subnet", kind, n, func(i int) attributes {
		a := attributes{"vpc_id": v.vpc.id(), "cidr_block": either(native, graph.Null(), blockAt(blocks, i))}
		if kind == "outpost" {
			a["availability_zone"] = v.input("outpost_az", graph.Null())
			return a
		}
		zone := elementOf(azs, i)
		if text, ok := zone.Text(); ok && !zoneName.MatchString(text) {
			a["availability_zone_id"] = zone
		} else {
			a["availability_zone"] = zone
		}
		if kind == "public" {
			a["map_public_ip_on_launch"] = v.input("map_public_ip_on_launch", graph.Bool(!v.release.since(4, 0)))
		}
		return a
	})
	v.subnets[kind] = subnets
	v.Outputs[kind+"_subnets"] = subnets.all("id")
	v.Outputs[kind+"_subnet_arns"] = subnets.all("arn")
	v.Outputs[kind+"_subnet_objects"] = subnets.all("")
	if !subnets.any {
		v.Outputs[kind+"_subnets_cidr_blocks"] = subnets.byCount(func(n int) graph.Value {
			list := make([]graph.Value, n)
			for i := range list {
				list[i] = blockAt(blocks, i)
			}
			return graph.List(list...)
		})
	}
}

// zoneName tells the name of an Availability Zone from its id.
var zoneName = regexp.MustCompile(`^[a-z]{2}-`)

// blockAt is the ith CIDR block of a list.
func blockAt(list graph.Value, i int) graph.Value {
	return list.Map(func(v graph.Value) graph.Value {
		if e, _ := elements(v); 0 <= i && i < len(e) {
			return e[i]
		}
		return graph.Unknown("which CIDR block it has is not decided")
	})
}

// atLeast is the condition under which there are as many of one thing as of another.
func (v *vpcModule) atLeast(c, d count) graph.Guard {
	if c.any || d.any {
		return graph.Holds(v.call.Hole("public_subnets are as many as azs").Identity())
	}
	var guards []graph.Guard
	for i := range d.more {
		guards = append(guards, graph.Or(graph.Not(d.more[i]), c.moreThan(i)))
	}
	return graph.And(guards...)
}

// gateways adds the internet gateway and the NAT gateways.
func (v *vpcModule) gateways() {
	public := v.lengths["public"]
	v.igw = v.add("aws_internet_gateway", "this[0]", graph.And(v.created, v.on("create_igw", true), public.some()),
		attributes{"vpc_id": v.vpc.id()})
	v.Outputs["igw_id"] = v.igw.id()
	single := v.on("single_nat_gateway", false)
	v.nat = v.addEach("aws_nat_gateway", "this", v.natCount().under(graph.And(v.created, v.on("enable_nat_gateway", false))),
		func(i int) attributes {
			subnets := v.subnets["public"]
			return attributes{"subnet_id": either(single, subnets.element(0), subnets.element(i))}
		})
	v.Outputs["natgw_ids"] = v.nat.all("id")
}

// natCount is how many NAT gateways, and tables for private subnets, the module creates if it creates any.
func (v *vpcModule) natCount() count {
	longest := v.lengths["private"].or(v.lengths["elasticache"]).or(v.lengths["database"]).or(v.lengths["redshift"])
	if v.release.since(4, 0) {
		longest = longest.or(v.lengths["public"])
	}
	perZone := choose(v.on("one_nat_gateway_per_az", false), countOf(v.input("azs", graph.List())), longest)
	n := choose(v.on("single_nat_gateway", false), one(graph.Always()), perZone)
	if v.release.since(4, 0) {
		return n
	}
	return n.under(longest.some())
}

// routeTables adds the route tables and their default routes.
func (v *vpcModule) routeTables() {
	const anywhere = "0.0.0.0/0"
	add := func(kind string, n count) *repeated {
		v.tables[kind] = v.addEach("aws_route_table", kind, n.under(v.created), func(int) attributes {
			return attributes{"vpc_id": v.vpc.id()}
		})
		v.Outputs[kind+"_route_table_ids"] = v.tables[kind].all("id")
		return v.tables[kind]
	}
	each := func(multiple, kind string) count {
		return choose(v.on(multiple, false), v.lengths[kind], one(v.lengths[kind].some()))
	}
	public := add("public", each("create_multiple_public_route_tables", "public"))
	add("intra", each("create_multiple_intra_route_tables", "intra"))
	private := v.natCount()
	if v.release.since(4, 0) {
		private = private.under(v.lengths["private"].some())
	}
	add("private", private)
	toInternet := v.on("create_database_internet_gateway_route", false)
	own := func(kind string) graph.Guard {
		return graph.And(v.lengths[kind].some(), v.on("create_"+kind+"_subnet_route_table", false))
	}
	single := v.on("single_nat_gateway", false)
	database := choose(graph.Or(single, toInternet), one(v.lengths["database"].some()), v.lengths["database"]).under(own("database"))
	add("database", database)
	add("redshift", one(own("redshift")))
	add("elasticache", one(own("elasticache")))
	v.Outputs["database_route_table_ids"] = either(own("database"), v.Outputs["database_route_table_ids"], v.Outputs["private_route_table_ids"])

	internet := v.on("create_igw", true)
	v.addEach("aws_route", "public_internet_gateway", public.under(internet), func(i int) attributes {
		return attributes{"route_table_id": public.element(i), "destination_cidr_block": graph.String(anywhere), "gateway_id": v.igw.id()}
	})
	nat := v.on("enable_nat_gateway", false)
	v.addEach("aws_route", "private_nat_gateway", v.nat.under(v.on("create_private_nat_gateway_route", true)), func(i int) attributes {
		return attributes{
			"route_table_id": v.tables["private"].element(i), "nat_gateway_id": v.nat.element(i),
			"destination_cidr_block": v.input("nat_gateway_destination_cidr_block", graph.String(anywhere)),
		}
	})
	toNAT := v.on("create_database_nat_gateway_route", false)
	tables := v.tables["database"]
	v.addEach("aws_route", "database_internet_gateway", one(graph.And(tables.some(), internet, toInternet, graph.Not(toNAT))),
		func(int) attributes {
			return attributes{"route_table_id": tables.element(0), "destination_cidr_block": graph.String(anywhere), "gateway_id": v.igw.id()}
		})
	v.addEach("aws_route", "database_nat_gateway", tables.under(graph.And(nat, toNAT, graph.Not(toInternet))), func(i int) attributes {
		return attributes{
			"route_table_id": tables.element(i), "destination_cidr_block": graph.String(anywhere), "nat_gateway_id": v.nat.element(i),
		}
	})
}

// associate adds the associations of the subnets of a kind with their route table.
func (v *vpcModule) associate(kind string) {
	subnets := v.subnets[kind]
	if kind != "redshift" {
		v.addAssociations(kind, kind, subnets.count)
		return
	}
	public := v.on("enable_public_redshift", false)
	v.addAssociations(kind, "redshift", subnets.under(graph.Not(public)))
	v.addAssociations(kind, "redshift_public", subnets.under(public))
}

func (v *vpcModule) addAssociations(kind, name string, n count) {
	v.addEach("aws_route_table_association", name, n, func(i int) attributes {
		return attributes{"subnet_id": v.subnets[kind].element(i), "route_table_id": v.tableOf(kind, name, i)}
	})
}

// tableOf is the route table of the ith subnet of a kind.
func (v *vpcModule) tableOf(kind, name string, i int) graph.Value {
	single := v.on("single_nat_gateway", false)
	private := v.tables["private"]
	shared := either(single, private.element(0), private.element(i))
	own := v.tables[kind]
	switch kind {
	case "private", "outpost":
		return shared
	case "public", "intra": // one table, or one for each subnet
		return own.element(i)
	case "database":
		shared = private.element(i)
	case "redshift":
		if name == "redshift_public" {
			shared = v.tables["public"].element(0)
		}
	}
	return either(own.some(), own.element(i), shared)
}
