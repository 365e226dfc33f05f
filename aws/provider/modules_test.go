package provider

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/iacscan/iacscan/graph"
)

const vpcModuleSource = "terraform-aws-modules/vpc/aws"

func TestVPC(t *testing.T) {
	f := create(t, vpcModuleSource, "~> 5.0", attributes{
		"name": s("main"), "cidr": s("10.0.0.0/16"), "azs": strs("eu-west-1a", "euw1-az2"), "enable_nat_gateway": b(true),
		"single_nat_gateway": b(true), "private_subnets": strs("10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"),
		"public_subnets": strs("10.0.101.0/24"), "intra_subnets": strs("10.0.201.0/24"),
	})
	want := `aws_vpc.this[0]
  cidr_block = "10.0.0.0/16"
  enable_dns_hostnames = true
  enable_dns_support = true
aws_subnet.public[0]
  availability_zone = "eu-west-1a"
  cidr_block = "10.0.101.0/24"
  map_public_ip_on_launch = false
  vpc_id = ${aws_vpc.this[0].id}
aws_subnet.private[0]
  availability_zone = "eu-west-1a"
  cidr_block = "10.0.1.0/24"
  vpc_id = ${aws_vpc.this[0].id}
aws_subnet.private[1]
  availability_zone_id = "euw1-az2"
  cidr_block = "10.0.2.0/24"
  vpc_id = ${aws_vpc.this[0].id}
aws_subnet.private[2]
  availability_zone = "eu-west-1a"
  cidr_block = "10.0.3.0/24"
  vpc_id = ${aws_vpc.this[0].id}
aws_subnet.intra[0]
  availability_zone = "eu-west-1a"
  cidr_block = "10.0.201.0/24"
  vpc_id = ${aws_vpc.this[0].id}
aws_nat_gateway.this[0]
  subnet_id = ${aws_subnet.public[0].id}
aws_route.public_internet_gateway[0]
  destination_cidr_block = "0.0.0.0/0"
  gateway_id = ${aws_internet_gateway.this[0].id}
  route_table_id = ${aws_route_table.public[0].id}
aws_route.private_nat_gateway[0]
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id = ${aws_nat_gateway.this[0].id}
  route_table_id = ${aws_route_table.private[0].id}
aws_route_table_association.public[0]
  route_table_id = ${aws_route_table.public[0].id}
  subnet_id = ${aws_subnet.public[0].id}
aws_route_table_association.private[0]
  route_table_id = ${aws_route_table.private[0].id}
  subnet_id = ${aws_subnet.private[0].id}
aws_route_table_association.private[1]
  route_table_id = ${aws_route_table.private[0].id}
  subnet_id = ${aws_subnet.private[1].id}
aws_route_table_association.private[2]
  route_table_id = ${aws_route_table.private[0].id}
  subnet_id = ${aws_subnet.private[2].id}
aws_route_table_association.intra[0]
  route_table_id = ${aws_route_table.intra[0].id}
  subnet_id = ${aws_subnet.intra[0].id}
`
	got := show(f, "aws_vpc", "aws_subnet", "aws_route", "aws_nat_gateway", "aws_route_table_association")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for name, want := range map[string]string{
		"vpc_id":                      "${aws_vpc.this[0].id}",
		"vpc_cidr_block":              `"10.0.0.0/16"`,
		"private_subnets":             "[${aws_subnet.private[0].id}, ${aws_subnet.private[1].id}, ${aws_subnet.private[2].id}]",
		"intra_subnets":               "[${aws_subnet.intra[0].id}]",
		"database_subnets":            "[]",
		"private_subnets_cidr_blocks": `["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]`,
		"private_route_table_ids":     "[${aws_route_table.private[0].id}]",
		"intra_route_table_ids":       "[${aws_route_table.intra[0].id}]",
		"default_security_group_id":   "${aws_vpc.this[0].default_security_group_id}",
		"igw_id":                      "${aws_internet_gateway.this[0].id}",
		"natgw_ids":                   "[${aws_nat_gateway.this[0].id}]",
		"azs":                         `["eu-west-1a", "euw1-az2"]`,
	} {
		if got := output(f, name); got != want {
			t.Errorf("output %s is %s, want %s", name, got, want)
		}
	}
	if f.Open {
		t.Error("the module may create more")
	}
}

func TestVPCCounts(t *testing.T) {
	three := strs("10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24")
	for _, c := range []struct {
		name, version string
		inputs        attributes
		want          map[string]int
	}{
		{"defaults", "", nil, map[string]int{"aws_vpc": 1, "aws_default_security_group": 1}},
		{"defaults of old", "3.19.0", nil, map[string]int{"aws_vpc": 1}},
		{"none", "", attributes{"create_vpc": b(false), "private_subnets": three, "enable_nat_gateway": b(true)}, map[string]int{}},
		{"a NAT gateway for each zone", "", attributes{
			"private_subnets": three, "public_subnets": strs("a", "b"), "azs": strs("eu-west-1a", "eu-west-1b"),
			"enable_nat_gateway": b(true), "one_nat_gateway_per_az": b(true), "create_igw": b(false),
		}, map[string]int{
			"aws_vpc": 1, "aws_subnet": 5, "aws_route_table": 3, "aws_route_table_association": 5, "aws_nat_gateway": 2, "aws_route": 2,
			"aws_default_security_group": 1,
		}},
		{"too few public subnets", "", attributes{
			"public_subnets": strs("a"), "azs": strs("eu-west-1a", "eu-west-1b"), "one_nat_gateway_per_az": b(true),
		}, map[string]int{
			"aws_vpc": 1, "aws_route_table": 1, "aws_internet_gateway": 1, "aws_route": 1, "aws_default_security_group": 1,
		}},
		{"tables of their own", "", attributes{
			"database_subnets": three, "create_database_subnet_route_table": b(true), "intra_subnets": three,
			"create_multiple_intra_route_tables": b(true), "redshift_subnets": strs("a"),
		}, map[string]int{
			"aws_vpc": 1, "aws_subnet": 7, "aws_route_table": 6, "aws_route_table_association": 7, "aws_default_security_group": 1,
		}},
		{"an undecided list", "", attributes{"private_subnets": hole("var.subnets")}, map[string]int{
			"aws_vpc": 1, "aws_subnet": 1, "aws_route_table": 1, "aws_route_table_association": 1, "aws_default_security_group": 1,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, counts(create(t, vpcModuleSource, c.version, c.inputs))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestVPCUndecided(t *testing.T) {
	f := create(t, vpcModuleSource, "", attributes{
		"create_vpc": hole("var.create"), "private_subnets": choice(strs("a", "b"), strs("a")), "azs": hole("local.azs"),
		"enable_dns_hostnames": hole("var.dns"),
	})
	want := `aws_vpc.this[0] if var.create
  cidr_block = "10.0.0.0/16"
  enable_dns_hostnames = ${var.dns}
  enable_dns_support = true
aws_subnet.private[0] if var.create
  availability_zone = ${element(local.azs, 0)}
  cidr_block = "a"
  vpc_id = ${aws_vpc.this[0].id} if var.create or null if !var.create
aws_subnet.private[1] if var.create && var.on
  availability_zone = ${element(local.azs, 1)}
  cidr_block = "b" if var.on or unknown(which CIDR block it has is not decided) if !var.on
  vpc_id = ${aws_vpc.this[0].id} if var.create or null if !var.create
`
	if diff := cmp.Diff(want, show(f, "aws_vpc", "aws_subnet")); diff != "" {
		t.Error(diff)
	}
	if got, want := output(f, "vpc_id"), "${aws_vpc.this[0].id} if var.create or null if !var.create"; got != want {
		t.Errorf("vpc_id is %s, want %s", got, want)
	}

	f = create(t, vpcModuleSource, "", attributes{"private_subnets": hole("var.subnets"), "azs": hole("local.azs")})
	want = `aws_subnet.private …
  availability_zone = unknown(the index of the element is not decided)
  cidr_block = unknown(which CIDR block it has is not decided)
  vpc_id = ${aws_vpc.this[0].id}
`
	if diff := cmp.Diff(want, show(f, "aws_subnet")); diff != "" {
		t.Error(diff)
	}
	if got, want := output(f, "private_subnets"), "${module.m.aws_subnet.private[*].id}"; got != want {
		t.Errorf("private_subnets is %s, want %s", got, want)
	}
}

func TestVPCVersion2Endpoints(t *testing.T) {
	inputs := attributes{
		"private_subnets": strs("10.0.1.0/24"), "public_subnets": strs("10.0.2.0/24"), "intra_subnets": strs("10.0.3.0/24"),
		"enable_s3_endpoint": b(true), "enable_public_s3_endpoint": b(false), "enable_dynamodb_endpoint": b(true),
		"dynamodb_endpoint_type": s("Interface"), "enable_sagemaker_notebook_endpoint": b(true),
		"sagemaker_notebook_endpoint_region": s("eu-west-1"), "enable_efs_endpoint": b(true), "efs_endpoint_policy": s("{}"),
		"efs_endpoint_subnet_ids": strs("subnet-1"), "efs_endpoint_security_group_ids": strs("sg-1"),
		"efs_endpoint_private_dns_enabled": b(true), "enable_sts_endpoint": hole("var.sts"),
	}
	want := `aws_vpc_endpoint.efs[0]
  policy = "{}"
  private_dns_enabled = true
  security_group_ids = ["sg-1"]
  service_name = "com.amazonaws.eu-west-1.elasticfilesystem"
  subnet_ids = ["subnet-1"]
  vpc_endpoint_type = "Interface"
  vpc_id = ${aws_vpc.this[0].id}
aws_vpc_endpoint.sts[0] if var.sts
  private_dns_enabled = false
  security_group_ids = []
  service_name = "com.amazonaws.eu-west-1.sts"
  subnet_ids = [${aws_subnet.private[0].id}]
  vpc_endpoint_type = "Interface"
  vpc_id = ${aws_vpc.this[0].id}
aws_vpc_endpoint.sagemaker_notebook[0]
  private_dns_enabled = false
  security_group_ids = []
  service_name = "aws.sagemaker.eu-west-1.notebook"
  subnet_ids = [${aws_subnet.private[0].id}]
  vpc_endpoint_type = "Interface"
  vpc_id = ${aws_vpc.this[0].id}
aws_vpc_endpoint.s3[0]
  route_table_ids = [${aws_route_table.private[0].id}, ${aws_route_table.intra[0].id}]
  service_name = "com.amazonaws.eu-west-1.s3"
  vpc_endpoint_type = "Gateway"
  vpc_id = ${aws_vpc.this[0].id}
aws_vpc_endpoint.dynamodb[0]
  private_dns_enabled = false
  security_group_ids = []
  service_name = "com.amazonaws.eu-west-1.dynamodb"
  subnet_ids = [${aws_subnet.private[0].id}]
  vpc_endpoint_type = "Interface"
  vpc_id = ${aws_vpc.this[0].id}
`
	for _, version := range []string{"2.78.0", "~> 2.0", "< 3.0"} {
		f := create(t, vpcModuleSource, version, inputs)
		if diff := cmp.Diff(want, show(f, "aws_vpc_endpoint")); diff != "" {
			t.Errorf("%s: %s", version, diff)
		}
		if got, want := output(f, "vpc_endpoint_s3_id"), "${aws_vpc_endpoint.s3[0].id}"; got != want {
			t.Errorf("vpc_endpoint_s3_id is %s, want %s", got, want)
		}
	}
	for _, version := range []string{"3.0.0", "", "~> 5.0"} {
		if got := show(create(t, vpcModuleSource, version, inputs), "aws_vpc_endpoint"); got != "" {
			t.Errorf("%q creates %s", version, got)
		}
	}
}

func TestVPCEndpoints(t *testing.T) {
	const source = vpcModuleSource + "//modules/vpc-endpoints"
	vpc, subnets := hole("module.vpc.vpc_id"), strs("subnet-1", "subnet-2")
	inputs := attributes{
		"vpc_id": vpc, "subnet_ids": subnets, "security_group_ids": strs("sg-1"),
		"endpoints": of(attributes{
			"s3": of(attributes{"service": s("s3"), "service_type": s("Gateway"), "route_table_ids": strs("rtb-1"), "policy": s("{}")}),
			"api": of(attributes{
				"service": s("sagemaker.api"), "private_dns_enabled": b(true), "subnet_ids": strs("subnet-2", "subnet-3"),
				"security_group_ids": hole("var.groups"), "create": hole("var.api"),
			}),
			"nb":  of(attributes{"service_name": s("aws.sagemaker.eu-west-1.notebook"), "service_type": hole("var.type")}),
			"off": of(attributes{"service": s("sts"), "create": b(false)}),
			"own": of(attributes{"service_endpoint": s("com.amazonaws.vpce.eu-west-1.vpce-svc-1")}),
		}),
	}
	want := `aws_vpc_endpoint.this["api"] if var.api
  private_dns_enabled = true
  security_group_ids = ["sg-1", …]
  service_name = "com.amazonaws.eu-west-1.sagemaker.api"
  subnet_ids = ["subnet-1", "subnet-2", "subnet-3"]
  vpc_endpoint_type = "Interface"
  vpc_id = ${module.vpc.vpc_id}
aws_vpc_endpoint.this["nb"]
  security_group_ids = ["sg-1"] if var.type == "Interface" or null if !(var.type == "Interface")
  service_name = "aws.sagemaker.eu-west-1.notebook"
  subnet_ids = ["subnet-1", "subnet-2"] if var.type == "Interface" or null if !(var.type == "Interface")
  vpc_endpoint_type = ${var.type}
  vpc_id = ${module.vpc.vpc_id}
aws_vpc_endpoint.this["own"]
  security_group_ids = ["sg-1"]
  service_name = "com.amazonaws.vpce.eu-west-1.vpce-svc-1"
  subnet_ids = ["subnet-1", "subnet-2"]
  vpc_endpoint_type = "Interface"
  vpc_id = ${module.vpc.vpc_id}
aws_vpc_endpoint.this["s3"]
  policy = "{}"
  route_table_ids = ["rtb-1"]
  service_name = "com.amazonaws.eu-west-1.s3"
  vpc_endpoint_type = "Gateway"
  vpc_id = ${module.vpc.vpc_id}
`
	f := create(t, source, "5.8.1", inputs)
	if diff := cmp.Diff(want, show(f, "aws_vpc_endpoint", "aws_security_group")); diff != "" {
		t.Error(diff)
	}
	if got, want := output(f, "endpoints"), `{"api": ${aws_vpc_endpoint.this["api"]} if var.api or null if !var.api, `+
		`"nb": ${aws_vpc_endpoint.this["nb"]}, "off": null, "own": ${aws_vpc_endpoint.this["own"]}, "s3": ${aws_vpc_endpoint.this["s3"]}}`; got != want {
		t.Errorf("endpoints is %s, want %s", got, want)
	}
	git := "git::https://github.com/terraform-aws-modules/terraform-aws-vpc.git//modules/vpc-endpoints?ref=v5.8.1"
	if diff := cmp.Diff(want, show(create(t, git, "", inputs), "aws_vpc_endpoint", "aws_security_group")); diff != "" {
		t.Errorf("git form: %s", diff)
	}
	if n := counts(create(t, source, "3.0.0", inputs))["aws_vpc_endpoint"]; n != 5 {
		t.Errorf("version 3.0 has %d endpoints: it knows no create", n)
	}
	if n := counts(create(t, source, "", attributes{"create": b(false), "endpoints": inputs["endpoints"]}))["aws_vpc_endpoint"]; n != 0 {
		t.Errorf("%d endpoints where none are created", n)
	}
}

func TestVPCEndpointsUndecided(t *testing.T) {
	const source = vpcModuleSource + "//modules/vpc-endpoints"
	s3 := of(attributes{"s3": of(attributes{"service": s("s3"), "service_type": s("Gateway")})})
	for _, c := range []struct {
		name      string
		endpoints graph.Value
		want      string
	}{
		{"a hole", hole("var.endpoints"), "aws_vpc_endpoint.this …\n"},
		{"an open map", s3.AsOpen(), "aws_vpc_endpoint.this[\"s3\"]\naws_vpc_endpoint.this …\n"},
		{"one or none", choice(s3, of(nil)), "aws_vpc_endpoint.this[\"s3\"] if var.on\n"},
		{"one or unknown", choice(s3, graph.Unknown("x")), "aws_vpc_endpoint.this[\"s3\"] if var.on\naws_vpc_endpoint.this … if !var.on\n"},
		{"an undecided entry", of(attributes{"x": hole("var.x")}), "aws_vpc_endpoint.this[\"x\"] if lookup(var.x, \"create\")\n"},
	} {
		f := create(t, source, "", attributes{"endpoints": c.endpoints})
		got := ""
		for _, r := range f.Resources {
			r.Attributes = graph.NewObject(nil)
			f.Resources = append(f.Resources[:0:0], r)
			got += show(f, "aws_vpc_endpoint")
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestVPCEndpointsSecurityGroup(t *testing.T) {
	f := create(t, vpcModuleSource+"//modules/vpc-endpoints", "~> 5.1", attributes{
		"vpc_id": hole("var.vpc"), "create_security_group": b(true),
		"security_group_rules": of(attributes{"https": of(attributes{"cidr_blocks": strs("10.0.0.0/16")})}),
		"endpoints":            of(attributes{"sts": of(attributes{"service": s("sts")})}),
	})
	want := `aws_security_group.this[0]
  vpc_id = ${var.vpc}
aws_security_group_rule.this["https"]
  cidr_blocks = ["10.0.0.0/16"]
  from_port = 443
  protocol = "tcp"
  security_group_id = ${aws_security_group.this[0].id}
  to_port = 443
  type = "ingress"
aws_vpc_endpoint.this["sts"]
  security_group_ids = [${aws_security_group.this[0].id}]
  service_name = "com.amazonaws.eu-west-1.sts"
  subnet_ids = []
  vpc_endpoint_type = "Interface"
  vpc_id = ${var.vpc}
`
	if diff := cmp.Diff(want, show(f, "aws_vpc_endpoint", "aws_security_group", "aws_security_group_rule")); diff != "" {
		t.Error(diff)
	}
	if got, want := output(f, "security_group_id"), "${aws_security_group.this[0].id}"; got != want {
		t.Errorf("security_group_id is %s, want %s", got, want)
	}
}

func TestCloudposse(t *testing.T) {
	const source = "cloudposse/vpc/aws//modules/vpc-endpoints"
	inputs := attributes{
		"vpc_id": hole("module.vpc.vpc_id"),
		"gateway_vpc_endpoints": of(attributes{"s3": of(attributes{
			"name": s("s3"), "policy": graph.Null(), "route_table_ids": strs("rtb-1"),
		})}),
		"interface_vpc_endpoints": of(attributes{"ec2": of(attributes{
			"name": s("ec2"), "policy": s("{}"), "private_dns_enabled": b(true), "security_group_ids": strs("sg-1"), "subnet_ids": strs("subnet-1"),
		})}),
	}
	gateway := `aws_vpc_endpoint.gateway_endpoint["s3"]
  route_table_ids = ["rtb-1"]
  service_name = "com.amazonaws.eu-west-1.s3"
  vpc_endpoint_type = "Gateway"
  vpc_id = ${module.vpc.vpc_id}
`
	gatewayOfOld := `aws_vpc_endpoint.gateway_endpoint["s3"]
  service_name = "com.amazonaws.eu-west-1.s3"
  vpc_endpoint_type = "Gateway"
  vpc_id = ${module.vpc.vpc_id}
`
	inner := `aws_vpc_endpoint.interface_endpoint["ec2"]
  policy = "{}"
  private_dns_enabled = true
  security_group_ids = ["sg-1"]
  service_name = "com.amazonaws.eu-west-1.ec2"
  subnet_ids = ["subnet-1"]
  vpc_endpoint_type = "Interface"
  vpc_id = ${module.vpc.vpc_id}
`
	for version, want := range map[string]string{"2.2.0": gateway + inner, "": gateway + inner, "1.2.0": gatewayOfOld + inner} {
		if diff := cmp.Diff(want, show(create(t, source, version, inputs), "aws_vpc_endpoint")); diff != "" {
			t.Errorf("%q: %s", version, diff)
		}
	}
	inputs["context"] = of(attributes{"enabled": b(false)})
	if n := len(create(t, source, "", inputs).Resources); n != 0 {
		t.Errorf("%d resources of a disabled module", n)
	}
	if got := counts(create(t, source, "", attributes{"interface_vpc_endpoints": hole("var.endpoints")})); got["aws_vpc_endpoint"] != 1 {
		t.Errorf("an undecided map gives %v", got)
	}

	f := create(t, "cloudposse/vpc/aws", "2.1.0", attributes{"ipv4_primary_cidr_block": s("172.16.0.0/16"), "internet_gateway_enabled": b(false)})
	want := `aws_vpc.default[0]
  cidr_block = "172.16.0.0/16"
  enable_dns_hostnames = true
  enable_dns_support = true
`
	if diff := cmp.Diff(want, show(f, "aws_vpc", "aws_internet_gateway")); diff != "" {
		t.Error(diff)
	}
	if got, want := output(f, "vpc_id"), "${aws_vpc.default[0].id}"; got != want {
		t.Errorf("vpc_id is %s, want %s", got, want)
	}

	f = create(t, "cloudposse/dynamic-subnets/aws", "", attributes{"vpc_id": hole("module.vpc.vpc_id"), "availability_zones": strs("a", "b")})
	if diff := cmp.Diff(map[string]int{"aws_subnet": 4, "aws_route_table": 3, "aws_route_table_association": 4, "aws_route": 3}, counts(f)); diff != "" {
		t.Error(diff)
	}
	if got, want := output(f, "private_subnet_ids"), "[${aws_subnet.private[0].id}, ${aws_subnet.private[1].id}]"; got != want {
		t.Errorf("private_subnet_ids is %s, want %s", got, want)
	}
}

func TestCloudposseLabel(t *testing.T) {
	const source = "cloudposse/label/null"
	for _, c := range []struct {
		name   string
		inputs attributes
		want   string
	}{
		{"by default", nil, "true"},
		{"its own input", attributes{"enabled": b(false), "context": of(attributes{"enabled": b(true)})}, "false"},
		{"the context", attributes{"enabled": graph.Null(), "context": of(attributes{"enabled": b(false)})}, "false"},
		{"a null in the context", attributes{"context": of(attributes{"enabled": graph.Null()})}, "true"},
		{"a hole", attributes{"enabled": hole("var.enabled")}, "${var.enabled}"},
	} {
		f := create(t, source, "0.25.0", c.inputs)
		if got := output(f, "enabled"); got != c.want || len(f.Resources) > 0 {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	f := create(t, source, "0.25.0", attributes{"name": s("net"), "context": of(attributes{"stage": s("prod"), "name": s("x")})})
	if got, want := output(f, "context"), `{"enabled": true, "name": "net", "stage": "prod", …}`; got != want {
		t.Errorf("context is %s, want %s", got, want)
	}
}

func TestAWSIAVPC(t *testing.T) {
	subnets := of(attributes{
		"public":  of(attributes{"nat_gateway_configuration": s("single_az")}),
		"private": of(attributes{"connect_to_public_natgw": b(true)}),
		"apps":    of(attributes{}),
	})
	f := create(t, "aws-ia/vpc/aws", "4.4.2", attributes{
		"cidr_block": s("10.0.0.0/16"), "azs": strs("eu-west-1b", "eu-west-1a"), "subnets": subnets, "transit_gateway_id": hole("var.tgw"),
		"transit_gateway_routes": of(attributes{"apps": s("0.0.0.0/0")}),
	})
	if diff := cmp.Diff(map[string]int{
		"aws_vpc": 1, "aws_subnet": 6, "aws_route_table": 6, "aws_route_table_association": 6, "aws_internet_gateway": 1,
		"aws_nat_gateway": 1, "aws_route": 6,
	}, counts(f)); diff != "" {
		t.Error(diff)
	}
	want := `aws_route.public_to_igw["eu-west-1a"]
  destination_cidr_block = "0.0.0.0/0"
  gateway_id = ${aws_internet_gateway.main[0].id}
  route_table_id = ${aws_route_table.public["eu-west-1a"].id}
aws_route.public_to_igw["eu-west-1b"]
  destination_cidr_block = "0.0.0.0/0"
  gateway_id = ${aws_internet_gateway.main[0].id}
  route_table_id = ${aws_route_table.public["eu-west-1b"].id}
aws_route.private_to_nat["private/eu-west-1a"]
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id = ${aws_nat_gateway.main["eu-west-1a"].id}
  route_table_id = ${aws_route_table.private["private/eu-west-1a"].id}
aws_route.private_to_nat["private/eu-west-1b"]
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id = ${aws_nat_gateway.main["eu-west-1a"].id}
  route_table_id = ${aws_route_table.private["private/eu-west-1b"].id}
aws_route.private_to_tgw["apps/eu-west-1a"]
  destination_cidr_block = "0.0.0.0/0"
  route_table_id = ${aws_route_table.private["apps/eu-west-1a"].id}
  transit_gateway_id = ${var.tgw}
aws_route.private_to_tgw["apps/eu-west-1b"]
  destination_cidr_block = "0.0.0.0/0"
  route_table_id = ${aws_route_table.private["apps/eu-west-1b"].id}
  transit_gateway_id = ${var.tgw}
`
	if diff := cmp.Diff(want, show(f, "aws_route")); diff != "" {
		t.Error(diff)
	}
	if got, want := output(f, "vpc_attributes"), "${aws_vpc.main[0]}"; got != want {
		t.Errorf("vpc_attributes is %s, want %s", got, want)
	}
	if got, want := output(f, "public_subnet_attributes_by_az"),
		`{"eu-west-1a": ${aws_subnet.public["eu-west-1a"]}, "eu-west-1b": ${aws_subnet.public["eu-west-1b"]}}`; got != want {
		t.Errorf("public_subnet_attributes_by_az is %s, want %s", got, want)
	}

	f = create(t, "aws-ia/vpc/aws", "", attributes{"az_count": graph.Int(3), "subnets": subnets})
	if diff := cmp.Diff(map[string]int{
		"aws_vpc": 1, "aws_subnet": 3, "aws_route_table": 3, "aws_internet_gateway": 1, "aws_nat_gateway": 1, "aws_route": 2,
	}, counts(f)); diff != "" {
		t.Error(diff)
	}
	if _, ok := f.Outputs["private_subnet_attributes_by_az"]; ok {
		t.Error("the keys of the subnets are known")
	}
}

func TestSageMakerModules(t *testing.T) {
	vpc, subnets := hole("var.vpc"), strs("subnet-1")
	for _, c := range []struct {
		name, source string
		inputs       attributes
		types        []string
		want         string
	}{
		{"Young-ook studio", "Young-ook/sagemaker/aws//modules/sagemaker-studio", attributes{
			"name": s("ml"), "vpc": vpc, "subnets": subnets, "studio": of(attributes{
				"app_network_access_type": s("VpcOnly"), "user_profiles": list(of(attributes{"name": s("ann")})),
			}),
		}, []string{"aws_sagemaker_domain", "aws_sagemaker_user_profile"}, `aws_sagemaker_domain.studio
  app_network_access_type = "VpcOnly"
  auth_mode = "IAM"
  default_user_settings = [{"execution_role": ${aws_iam_role.studio.arn}, "security_groups": [${aws_security_group.studio.id}]}]
  domain_name = "ml"
  subnet_ids = ["subnet-1"]
  vpc_id = ${var.vpc}
aws_sagemaker_user_profile.user["ann"]
  domain_id = ${aws_sagemaker_domain.studio.id}
  user_profile_name = "ann"
  user_settings = [{"execution_role": ${aws_iam_role.studio.arn}, "security_groups": [${aws_security_group.studio.id}]}]
`},
		{"Young-ook notebooks", "Young-ook/sagemaker/aws", attributes{
			"vpc": vpc, "subnet": s("subnet-1"), "notebook_instances": list(
				of(attributes{"name": s("open")}), of(attributes{"name": s("closed"), "direct_internet_access": s("Disabled")})),
		}, []string{"aws_sagemaker_notebook_instance"}, `aws_sagemaker_notebook_instance.ni["open"]
  direct_internet_access = "Enabled"
  instance_type = "ml.t2.medium"
  role_arn = ${aws_iam_role.ni.arn}
  security_groups = [${aws_security_group.sagemaker.id}]
  subnet_id = "subnet-1"
aws_sagemaker_notebook_instance.ni["closed"]
  direct_internet_access = "Disabled"
  instance_type = "ml.t2.medium"
  role_arn = ${aws_iam_role.ni.arn}
  security_groups = [${aws_security_group.sagemaker.id}]
  subnet_id = "subnet-1"
`},
		{"Young-ook before 0.3.5", "Young-ook/sagemaker/aws", attributes{
			"vpc": vpc, "subnets": strs("subnet-1", "subnet-2"), "name": s("ml"), "studio": of(attributes{"app_network_access_type": s("VpcOnly")}),
			"notebook_instances": list(of(attributes{"name": s("closed"), "direct_internet_access": s("Disabled")})),
		}, []string{"aws_sagemaker_domain", "aws_sagemaker_notebook_instance"}, `aws_sagemaker_domain.studio[0]
  app_network_access_type = "VpcOnly"
  auth_mode = "IAM"
  default_user_settings = [{"execution_role": ${aws_iam_role.ni.arn}, "security_groups": [${aws_security_group.sagemaker.id}]}]
  domain_name = "ml"
  subnet_ids = ["subnet-1", "subnet-2"]
  vpc_id = ${var.vpc}
aws_sagemaker_notebook_instance.ni["closed"]
  direct_internet_access = "Disabled"
  instance_type = "ml.t2.medium"
  role_arn = ${aws_iam_role.ni.arn}
  security_groups = [${aws_security_group.sagemaker.id}]
  subnet_id = unknown(the module draws lots for one of its subnets)
`},
		{"data-platform-hq", "data-platform-hq/sagemaker-domain/aws", attributes{
			"domain_name": s("ml"), "auth_mode": s("SSO"), "vpc_id": vpc, "subnet_ids": subnets, "default_user_settings": of(attributes{
				"execution_role": s("arn"), "canvas_app_settings": of(attributes{
					"time_series_forecasting_settings": of(attributes{"enabled": b(true)}),
				}),
			}),
		}, []string{"aws_sagemaker_domain"}, `aws_sagemaker_domain.this[0]
  app_network_access_type = "PublicInternetOnly"
  auth_mode = "SSO"
  default_user_settings = [{"canvas_app_settings": [{"time_series_forecasting_settings": ` +
			`[{"amazon_forecast_role_arn": null, "status": "ENABLED"}]}], "execution_role": "arn", "security_groups": null}]
  domain_name = "ml"
  subnet_ids = ["subnet-1"]
  vpc_id = ${var.vpc}
`},
		{"komminarlabs", "komminarlabs/sagemaker-studio/aws", attributes{
			"name": s("ml"), "vpc_id": vpc, "subnet_ids": subnets, "user_profiles": strs("ann"),
		}, []string{"aws_sagemaker_domain", "aws_iam_role_policy_attachment"}, `aws_iam_role_policy_attachment.default[0]
  policy_arn = "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"
  role = ${aws_iam_role.default[0].name}
aws_sagemaker_domain.default
  app_network_access_type = "VpcOnly"
  auth_mode = "IAM"
  default_user_settings = [{"execution_role": ${aws_iam_role.default[0].arn}}]
  domain_name = "ml"
  subnet_ids = ["subnet-1"]
  vpc_id = ${var.vpc}
`},
		{"thulasirajkomminar", "thulasirajkomminar/sagemaker-studio/aws", attributes{
			"app_network_access_type": s("PublicInternetOnly"), "role_arn": s("arn"),
		}, []string{"aws_sagemaker_domain", "aws_iam_role"}, `aws_sagemaker_domain.default
  app_network_access_type = "PublicInternetOnly"
  auth_mode = "IAM"
  default_user_settings = [{"execution_role": "arn"}]
`},
		{"aws-ia endpoint", "aws-ia/sagemaker-endpoint/aws", attributes{
			"containers":         list(of(attributes{"image_uri": s("image"), "environment": of(attributes{"A": s("b")})})),
			"production_variant": of(attributes{"accelerator_type": s("ml.eia2.medium"), "initial_instance_count": graph.Int(2)}),
		}, []string{"aws_sagemaker_model", "aws_sagemaker_endpoint_configuration"}, `aws_sagemaker_model.sagemaker_model
  enable_network_isolation = false
  execution_role_arn = ${aws_iam_role.sg_endpoint_role[0].arn}
  primary_container = [{"environment": {"A": "b"}, "image_uri": "image"}]
aws_sagemaker_endpoint_configuration.sagemaker_endpoint_config
  production_variants = [{"accelerator_type": "ml.eia2.medium", "initial_instance_count": 2, "instance_type": null, ` +
			`"model_name": ${aws_sagemaker_model.sagemaker_model.name}, "variant_name": null}]
`},
		{"aws-ia endpoint with containers that nobody lists", "aws-ia/sagemaker-endpoint/aws", attributes{
			"containers": hole("var.containers"), "enable_network_isolation": hole("var.isolated"),
		}, []string{"aws_sagemaker_model"}, `aws_sagemaker_model.sagemaker_model
  container = unknown(how many containers the model has is not decided)
  enable_network_isolation = ${var.isolated}
  execution_role_arn = ${aws_iam_role.sg_endpoint_role[0].arn}
  primary_container = unknown(how many containers the model has is not decided)
`},
		{"bootlabstech", "bootlabstech-m/sagemaker-domain/aws", attributes{
			"domain_name": s("ml"), "auth_mode": s("IAM"), "vpc_id": vpc, "subnet_ids": subnets, "security_group_ids": strs("sg-1"),
			"app_network_access_type": s("VpcOnly"), // no input of the module
		}, []string{"aws_sagemaker_domain"}, `aws_sagemaker_domain.example
  auth_mode = "IAM"
  default_space_settings = [{"execution_role": ${aws_iam_role.iam_role.arn}, "security_groups": ["sg-1"]}]
  default_user_settings = [{"canvas_app_settings": [{"model_register_settings": [{"status": "ENABLED"}], ` +
			`"time_series_forecasting_settings": [{"status": "ENABLED"}]}], "execution_role": ${aws_iam_role.iam_role.arn}, "security_groups": ["sg-1"]}]
  domain_name = "ml"
  subnet_ids = ["subnet-1"]
  vpc_id = ${var.vpc}
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, show(create(t, c.source, "", c.inputs), c.types...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestModulesWithoutEndpoints(t *testing.T) {
	for source, known := range map[string]bool{
		"terraform-aws-modules/security-group/aws":                      true,
		"terraform-aws-modules/iam/aws//modules/iam-assumable-role":     true,
		"git::https://github.com/cloudposse/terraform-null-label.git":   true,
		"terraform-aws-modules/vpc/aws//modules/flow-log":               true,
		"terraform-aws-modules/vpc/aws//modules/something":              false,
		"aws-ia/sagemaker-unified-studio/aws":                           true,
		"acme/vpc/aws":                                                  false,
		"git::https://github.com/acme/terraform-aws-security-group.git": false,
	} {
		f, ok := New().Module(moduleCall(source))
		if ok != known || len(f.Resources) > 0 || f.Open {
			t.Errorf("%s: %v with %d resources", source, ok, len(f.Resources))
		}
	}
}

// TestWellKnownModules holds which modules are known, in the forms in which people write their sources.
func TestWellKnownModules(t *testing.T) {
	for registry, git := range map[string]string{
		"terraform-aws-modules/vpc/aws":                        "github.com/terraform-aws-modules/terraform-aws-vpc",
		"terraform-aws-modules/vpc/aws//modules/vpc-endpoints": "git::https://github.com/terraform-aws-modules/terraform-aws-vpc.git//modules/vpc-endpoints?ref=v5.8.1",
		"cloudposse/vpc/aws":                                   "git::https://github.com/cloudposse/terraform-aws-vpc.git?ref=tags/2.1.0",
		"cloudposse/vpc/aws//modules/vpc-endpoints":            "git::ssh://git@github.com/cloudposse/terraform-aws-vpc.git//modules/vpc-endpoints",
		"cloudposse/dynamic-subnets/aws":                       "git::https://github.com/cloudposse/terraform-aws-dynamic-subnets.git",
		"aws-ia/vpc/aws":                                       "git@github.com:aws-ia/terraform-aws-vpc.git",
		"Young-ook/sagemaker/aws":                              "github.com/Young-ook/terraform-aws-sagemaker",
		"Young-ook/sagemaker/aws//modules/sagemaker-studio":    "github.com/Young-ook/terraform-aws-sagemaker//modules/sagemaker-studio",
		"data-platform-hq/sagemaker-domain/aws":                "git::https://github.com/data-platform-hq/terraform-aws-sagemaker-domain.git",
		"komminarlabs/sagemaker-studio/aws":                    "github.com/komminarlabs/terraform-aws-sagemaker-studio",
		"thulasirajkomminar/sagemaker-studio/aws":              "github.com/thulasirajkomminar/terraform-aws-sagemaker-studio",
		"bootlabstech-m/sagemaker-domain/aws":                  "github.com/bootlabstech-m/terraform-aws-sagemaker-domain",
		"aws-ia/sagemaker-endpoint/aws":                        "github.com/aws-ia/terraform-aws-sagemaker-endpoint",
	} {
		for _, source := range []string{registry, "registry.terraform.io/" + registry, git} {
			if !Creates(source) {
				t.Errorf("%s is not known", source)
			}
		}
	}
}
