package aws

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// Type is a resource type by its canonical name, which is CloudFormation's.
type Type string

// The types that views are made of.
const (
	TypeDomain                Type = "AWS::SageMaker::Domain"
	TypeUserProfile           Type = "AWS::SageMaker::UserProfile"
	TypeApp                   Type = "AWS::SageMaker::App"
	TypeNotebookInstance      Type = "AWS::SageMaker::NotebookInstance"
	TypeModel                 Type = "AWS::SageMaker::Model"
	TypeEndpointConfig        Type = "AWS::SageMaker::EndpointConfig"
	TypeEndpoint              Type = "AWS::SageMaker::Endpoint"
	TypeScalableTarget        Type = "AWS::ApplicationAutoScaling::ScalableTarget"
	TypeLaunchTemplate        Type = "AWS::EC2::LaunchTemplate"
	TypeInstance              Type = "AWS::EC2::Instance"
	TypeTaskDefinition        Type = "AWS::ECS::TaskDefinition"
	TypeVPC                   Type = "AWS::EC2::VPC"
	TypeSubnet                Type = "AWS::EC2::Subnet"
	TypeVPCEndpoint           Type = "AWS::EC2::VPCEndpoint"
	TypeRouteTable            Type = "AWS::EC2::RouteTable"
	TypeRoute                 Type = "AWS::EC2::Route"
	TypeRouteTableAssociation Type = "AWS::EC2::SubnetRouteTableAssociation"
	TypeSecurityGroup         Type = "AWS::EC2::SecurityGroup"
	TypeHostedZone            Type = "AWS::Route53::HostedZone"
	TypeBucket                Type = "AWS::S3::Bucket"
	TypeBucketPolicy          Type = "AWS::S3::BucketPolicy"
	TypeRole                  Type = "AWS::IAM::Role"
	TypeManagedPolicy         Type = "AWS::IAM::ManagedPolicy"
	TypeInlinePolicy          Type = "AWS::IAM::Policy"
	TypeRolePolicy            Type = "AWS::IAM::RolePolicy"
	TypeUserPolicy            Type = "AWS::IAM::UserPolicy"
	TypeGroupPolicy           Type = "AWS::IAM::GroupPolicy"
)

// terraformTypes are the aws_ resources of each type, data sources of the same name included. Companions, which only complete a view
// of another type, are listed under a name of their own.
var terraformTypes = map[Type][]string{
	TypeDomain:                {"aws_sagemaker_domain"},
	TypeUserProfile:           {"aws_sagemaker_user_profile"},
	TypeApp:                   {"aws_sagemaker_app"},
	TypeNotebookInstance:      {"aws_sagemaker_notebook_instance"},
	TypeModel:                 {"aws_sagemaker_model"},
	TypeEndpointConfig:        {"aws_sagemaker_endpoint_configuration"},
	TypeEndpoint:              {"aws_sagemaker_endpoint"},
	TypeScalableTarget:        {"aws_appautoscaling_target"},
	TypeLaunchTemplate:        {"aws_launch_template"},
	TypeInstance:              {"aws_instance"},
	TypeTaskDefinition:        {"aws_ecs_task_definition"},
	TypeVPC:                   {"aws_vpc", "aws_default_vpc"},
	TypeSubnet:                {"aws_subnet", "aws_default_subnet"},
	TypeVPCEndpoint:           {"aws_vpc_endpoint"},
	TypeRouteTable:            {"aws_route_table", "aws_default_route_table"},
	TypeRoute:                 {"aws_route"},
	TypeRouteTableAssociation: {"aws_route_table_association"},
	TypeSecurityGroup:         {"aws_security_group", "aws_default_security_group"},
	TypeHostedZone:            {"aws_route53_zone"},
	TypeBucket:                {"aws_s3_bucket"},
	TypeBucketPolicy:          {"aws_s3_bucket_policy"},
	TypeRole:                  {"aws_iam_role"},
	TypeManagedPolicy:         {"aws_iam_policy"},
	TypeInlinePolicy:          nil, // Terraform has one for each kind of identity
	TypeRolePolicy:            {"aws_iam_role_policy"},
	TypeUserPolicy:            {"aws_iam_user_policy"},
	TypeGroupPolicy:           {"aws_iam_group_policy"},
}

var canonicalTypes = func() map[string]Type {
	m := map[string]Type{}
	for t, names := range terraformTypes {
		m[string(t)] = t
		m[awsccName(t)] = t
		for _, n := range names {
			m[n] = t
		}
	}
	return m
}()

// awsccName is the awscc_ resource of a type: AWS::EC2::VPCEndpoint → awscc_ec2_vpc_endpoint.
func awsccName(t Type) string {
	parts := strings.Split(string(t), "::")
	return "awscc_" + strings.ToLower(parts[1]) + "_" + snake(parts[2])
}

// TypeOf is the canonical type of a resource; a type that no view is made of keeps its native name.
func TypeOf(r *graph.Resource) Type {
	if t, ok := canonicalTypes[r.NativeType]; ok {
		return t
	}
	return Type(r.NativeType)
}

// NativeTypes lists the types of both languages that stand for a canonical type.
func NativeTypes(t Type) []string {
	return append([]string{string(t), awsccName(t)}, terraformTypes[t]...)
}

// ListedTypes are the native types, of both languages, that a world must list; the others are looked at only where one of these refers
// to them.
func ListedTypes() []string {
	var all []string
	for _, t := range []Type{
		TypeDomain, TypeUserProfile, TypeApp, TypeNotebookInstance, TypeModel, TypeEndpointConfig, TypeEndpoint, TypeScalableTarget,
		TypeLaunchTemplate, TypeInstance, TypeTaskDefinition, TypeVPCEndpoint, TypeSubnet, TypeRouteTable,
		TypeRoute, TypeRouteTableAssociation, TypeHostedZone, TypeBucket, TypeBucketPolicy,
		TypeRole, TypeManagedPolicy, TypeInlinePolicy, TypeRolePolicy, TypeUserPolicy, TypeGroupPolicy,
	} {
		all = append(all, NativeTypes(t)...)
	}
	for t := range companionTypes {
		all = append(all, t)
	}
	for t := range standaloneRuleTypes {
		all = append(all, t)
	}
	all = append(all, attachmentTypes...)
	return append(all, "aws_main_route_table_association", "aws_default_security_group")
}
