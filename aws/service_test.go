package aws

import (
	"testing"

	"github.com/iacscan/iacscan/graph"
)

func TestEndpointService(t *testing.T) {
	hole := func(name string) graph.Part { return graph.Part{Hole: &graph.Identity{Name: name}} }
	text := func(s string) graph.Part { return graph.Part{Literal: s} }
	template := graph.Template
	oneOfTwo := graph.Part{Hole: &graph.Identity{Name: "var.service", Allowed: []string{"sts", "logs"}}}

	for _, c := range []struct {
		name    graph.Value
		service string // what Name is; empty when it is not decided
		is      string
		want    graph.Truth
	}{
		{graph.String("com.amazonaws.eu-west-1.s3"), "s3", "s3", graph.True},
		{graph.String("com.amazonaws.eu-west-1.s3"), "s3", "sts", graph.False},
		{graph.String("com.amazonaws.us-gov-west-1.sagemaker.api"), "sagemaker.api", "sagemaker.api", graph.True},
		{graph.String("com.amazonaws.eu-west-1.sagemaker.runtime-fips"), "sagemaker.runtime-fips", "sagemaker.runtime", graph.True},
		{graph.String("cn.com.amazonaws.cn-north-1.sts"), "sts", "sts", graph.True},
		{graph.String("aws.sagemaker.eu-west-1.notebook"), "notebook", "notebook", graph.True},
		{graph.String("com.amazonaws.eu-west-1.notebook"), "notebook", "notebook", graph.False}, // there is no such service
		{graph.String("com.amazonaws.s3-global.accesspoint"), "s3-global.accesspoint", "s3", graph.False},
		{graph.String("com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789"), "", "s3", graph.False},
		{graph.String("com.amazonaws。eu-west-1.kendra"), "", "kendra", graph.False},
		{template(text("com.amazonaws."), hole("var.region"), text(".bedrock")), "bedrock", "bedrock", graph.True},
		{template(text("com.amazonaws."), hole("var.region"), text(".bedrock-runtime")), "bedrock-runtime", "bedrock", graph.False},
		{template(text("aws.sagemaker."), hole("var.region"), text(".notebook")), "notebook", "notebook", graph.True},
		{template(hole("local.prefix"), text(".s3")), "s3", "s3", graph.True},
		{template(text("com.amazonaws.eu-west-1."), hole("each.key")), "", "s3", graph.Undecided},
		{template(text("com.amazonaws."), hole("var.region"), text("."), hole("each.key")), "", "s3", graph.Undecided},
		{template(text("com.amazonaws.eu-west-1."), hole("each.key"), text("-runtime")), "", "bedrock-runtime", graph.Undecided},
		{template(text("com.amazonaws.eu-west-1."), hole("each.key"), text("-runtime")), "", "s3", graph.False},
		{template(text("com.amazonaws.eu-west-1.sagemaker."), hole("each.key")), "", "sagemaker.api", graph.Undecided},
		{template(text("com.amazonaws.eu-west-1.sagemaker."), hole("each.key")), "", "s3", graph.False},
		{template(text("com.amazonaws.eu-west-1."), hole("each.key")), "", "notebook", graph.False},
		{template(text("com.amazonaws."), hole("var.region"), text("."), oneOfTwo), "", "sts", graph.Undecided},
		{template(text("com.amazonaws."), hole("var.region"), text("."), oneOfTwo), "", "s3", graph.False},
		{template(text("com.amazonaws.vpce."), hole("var.region"), text("."), hole("var.id")), "", "s3", graph.False},
		{graph.Reference(&graph.Resource{Address: "Mirror", NativeType: "AWS::EC2::VPCEndpointService"}, "Ref"), "", "s3", graph.False},
		{graph.Hole(&graph.Identity{Name: "var.service"}), "", "s3", graph.Undecided},
		{graph.Unknown("x"), "", "s3", graph.Undecided},
		{graph.Null(), "", "s3", graph.False},
		{template(text("com."), hole("var.aws"), text(".eu-west-1.s3")), "s3", "s3", graph.True},
		{template(hole("var.prefix"), text(".eu-west-1.notebook")), "notebook", "notebook", graph.True},
		{template(hole("var.prefix"), text("."), hole("var.region"), text(".sagemaker.api")), "sagemaker.api", "sagemaker.api", graph.True},
		{template(hole("var.prefix"), text(".api")), "", "sagemaker.api", graph.Undecided},
		{template(hole("var.prefix"), text(".api")), "", "s3", graph.False},
		{template(text("com.amazonaws."), hole("var.region"), text("."), hole("var.service"), text(".api")), "", "ecr.api", graph.Undecided},
		{template(text("com.amazonaws.eu-"), hole("var.side"), text("-1.s3")), "s3", "s3", graph.True},
		{template(text("com.example."), hole("var.region"), text(".s3")), "", "s3", graph.False},
	} {
		t.Run(c.name.String()+" is "+c.is, func(t *testing.T) {
			s := ParseEndpointService(c.name)
			if s.Name != c.service {
				t.Errorf("service %q, want %q", s.Name, c.service)
			}
			if got := s.Is(c.is); got != c.want {
				t.Errorf("is %s: %v, want %v", c.is, got, c.want)
			}
			if s.Name == "" && s.Why == "" {
				t.Error("an undecided service gives no reason")
			}
		})
	}
}

func TestSnake(t *testing.T) {
	for name, want := range map[string]string{
		"AppNetworkAccessType": "app_network_access_type",
		"VPCEndpoint":          "vpc_endpoint",
		"VpcId":                "vpc_id",
		"CidrIpv6":             "cidr_ipv6",
		"S3ArtifactPath":       "s3_artifact_path",
		"VPC":                  "vpc",
	} {
		if got := snake(name); got != want {
			t.Errorf("snake(%s) = %s, want %s", name, got, want)
		}
	}
}
