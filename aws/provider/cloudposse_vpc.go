package provider

import "github.com/iacscan/iacscan/graph"

// cloudposse/vpc/aws: a VPC with an internet gateway, without subnets. Its inputs changed their names with version 1.
var _ = register(module{source: "cloudposse/vpc/aws", create: func(f *fragment) {
	enabled := f.enabled()
	cidr := f.input("ipv4_primary_cidr_block", f.input("cidr_block", graph.Null()))
	hostnames := f.input("dns_hostnames_enabled", f.input("enable_dns_hostnames", graph.Bool(true)))
	support := f.input("dns_support_enabled", f.input("enable_dns_support", graph.Bool(true)))
	vpc := f.add("aws_vpc", "default[0]", enabled, attributes{
		"cidr_block": cidr, "enable_dns_hostnames": hostnames, "enable_dns_support": support,
	})
	denied := f.on("default_security_group_deny_all", true)
	f.add("aws_default_security_group", "default[0]", graph.And(enabled, denied), attributes{"vpc_id": vpc.id()})
	connected := f.on("internet_gateway_enabled", true)
	igw := f.add("aws_internet_gateway", "default[0]", graph.And(enabled, connected), attributes{"vpc_id": vpc.id()})
	for output, attribute := range map[string]string{
		"vpc_id": "id", "vpc_arn": "arn", "vpc_main_route_table_id": "main_route_table_id",
		"vpc_default_security_group_id": "default_security_group_id", "vpc_default_route_table_id": "default_route_table_id",
		"vpc_default_network_acl_id": "default_network_acl_id",
	} {
		f.Outputs[output] = vpc.get(attribute)
	}
	f.Outputs["vpc_cidr_block"] = cidr
	if cidr.IsNull() { // from a pool
		f.Outputs["vpc_cidr_block"] = vpc.get("cidr_block")
	}
	f.Outputs["igw_id"] = igw.id()
}})
