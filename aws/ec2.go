package aws

import "github.com/iacscan/iacscan/graph"

// Endpoint is a VPC endpoint (AWS::EC2::VPCEndpoint, aws_vpc_endpoint, awscc_ec2_vpc_endpoint), with the policy, the subnets, the route
// tables and the security groups that separate resources give it. One that a data source reads proves that it exists, no more.
type Endpoint struct {
	*graph.Resource
	ServiceName    String     `cfn:"ServiceName"`
	Type           String     `cfn:"VpcEndpointType" default:"Gateway"`
	VPCID          Ref        `cfn:"VpcId"`
	PrivateDNS     Bool       `cfn:"PrivateDnsEnabled" default:"false"` // Terraform sends false, whatever the API's own default is
	Policy         Attribute  `cfn:"PolicyDocument" tf:"policy"`
	Subnets        Refs       `cfn:"SubnetIds"`
	RouteTables    Refs       `cfn:"RouteTableIds"`
	SecurityGroups Refs       `cfn:"SecurityGroupIds"`
	DNSOptions     DNSOptions `cfn:"DnsOptions"`
	ServiceRegion  String     `cfn:"ServiceRegion"`
	Tags           Attribute  `cfn:"Tags"`

	SubnetConfigurations []struct {
		Subnet Ref `cfn:"SubnetId"`
	} `cfn:"-" tf:"subnet_configuration"`
	SubnetConfiguration Attribute `cfn:"-" tf:"subnet_configuration"`

	// Service is what ServiceName names.
	Service EndpointService
	// VPC is the network that the endpoint is in; nil when the files do not decide which.
	VPC *VPC
}

// DNSOptions say how private DNS works.
type DNSOptions struct {
	// OnlyInboundResolver is true or OnlyInboundResolver when private DNS names resolve for an inbound resolver endpoint only.
	OnlyInboundResolver String `cfn:"PrivateDnsOnlyForInboundResolverEndpoint"`
}

// Subnet is a subnet (AWS::EC2::Subnet, aws_subnet, awscc_ec2_subnet).
type Subnet struct {
	*graph.Resource
	VPC                Ref       `cfn:"VpcId"`
	AvailabilityZone   Attribute `cfn:"AvailabilityZone"`
	AvailabilityZoneID Attribute `cfn:"AvailabilityZoneId"`
	CIDR               Attribute `cfn:"CidrBlock"`
	IPv6Only           Bool      `cfn:"Ipv6Native" default:"false"`
}

// zone is the Availability Zone of a subnet, null when AWS chooses it.
func (s *Subnet) zone() graph.Value {
	if s.AvailabilityZone.IsNull() {
		return s.AvailabilityZoneID.Value
	}
	return s.AvailabilityZone.Value
}

// SubnetIDs are the distinct subnets of the endpoint, and whether there may be more.
func (e *Endpoint) SubnetIDs() (subnets []graph.Value, more bool) {
	subnets, more = e.Subnets.Elements()
	if e.NativeType == "aws_vpc_endpoint" && e.Subnets.Written {
		return subnets, more // "must have a corresponding subnet in the subnet_ids argument", says the provider of subnet_configuration
	}
	if _, known := e.SubnetConfiguration.Elements(); !known && !e.SubnetConfiguration.IsNull() || e.SubnetConfiguration.IsOpen() {
		more = true
	}
	for _, c := range e.SubnetConfigurations {
		if !c.Subnet.IsNull() && !containsEqual(subnets, c.Subnet.Value) {
			subnets = append(subnets, c.Subnet.Value)
		}
	}
	return subnets, more
}

// RegionOf is the Region of the endpoint's service: the one in its name, else the one that the endpoint is created in, else a value of
// its own that nothing decides.
func (e *Endpoint) RegionOf() graph.Value {
	for _, region := range []graph.Value{e.Service.Region, e.Region} {
		if _, ok := region.Parts(); ok {
			return region
		}
	}
	return graph.Hole(&graph.Identity{Root: e.Root, Name: "the Region of " + e.Address, Means: "AWS::Region"})
}
