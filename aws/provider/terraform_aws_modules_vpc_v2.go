package provider

import "github.com/iacscan/iacscan/graph"

// vpcV2Endpoints are the endpoints that version 2 of terraform-aws-modules/vpc/aws creates when enable_<name>_endpoint is set: the names
// of the inputs and resources, and the services where they are not the names. The gateway endpoints and the one for notebooks are apart.
var vpcV2Endpoints = []struct {
	name, service string
	policy        bool // there is an input for the policy
}{
	{"access_analyzer", "access-analyzer", true},
	{"acm_pca", "acm-pca", true},
	{"apigw", "execute-api", true},
	{"appmesh_envoy_management", "appmesh-envoy-management", false},
	{"appstream_api", "appstream.api", false},
	{"appstream_streaming", "appstream.streaming", false},
	{"athena", "athena", true},
	{"auto_scaling_plans", "autoscaling-plans", true},
	{"cloud_directory", "clouddirectory", true},
	{"cloudformation", "cloudformation", false},
	{"cloudtrail", "cloudtrail", false},
	{"codeartifact_api", "codeartifact.api", false},
	{"codeartifact_repositories", "codeartifact.repositories", false},
	{"codebuild", "codebuild", true},
	{"codecommit", "codecommit", true},
	{"codedeploy", "codedeploy", false},
	{"codedeploy_commands_secure", "codedeploy-commands-secure", false},
	{"codepipeline", "codepipeline", false},
	{"config", "config", false},
	{"datasync", "datasync", false},
	{"dms", "dms", false},
	{"ebs", "ebs", false},
	{"ec2", "ec2", true},
	{"ec2_autoscaling", "autoscaling", true},
	{"ec2messages", "ec2messages", false},
	{"ecr_api", "ecr.api", true},
	{"ecr_dkr", "ecr.dkr", true},
	{"ecs", "ecs", false},
	{"ecs_agent", "ecs-agent", false},
	{"ecs_telemetry", "ecs-telemetry", false},
	{"efs", "elasticfilesystem", true},
	{"elastic_inference_runtime", "elastic-inference.runtime", false},
	{"elasticbeanstalk", "elasticbeanstalk", true},
	{"elasticbeanstalk_health", "elasticbeanstalk-health", false},
	{"elasticloadbalancing", "elasticloadbalancing", true},
	{"emr", "elasticmapreduce", true},
	{"events", "events", true},
	{"git_codecommit", "git-codecommit", false},
	{"glue", "glue", false},
	{"kinesis_firehose", "kinesis-firehose", true},
	{"kinesis_streams", "kinesis-streams", true},
	{"kms", "kms", true},
	{"lambda", "lambda", false},
	{"logs", "logs", true},
	{"monitoring", "monitoring", true},
	{"qldb_session", "qldb.session", false},
	{"rds", "rds", false},
	{"rekognition", "rekognition", true},
	{"sagemaker_api", "sagemaker.api", true},
	{"sagemaker_runtime", "sagemaker.runtime", true},
	{"secretsmanager", "secretsmanager", true},
	{"servicecatalog", "servicecatalog", false},
	{"ses", "email-smtp", false},
	{"sms", "sms", false},
	{"sns", "sns", true},
	{"sqs", "sqs", true},
	{"ssm", "ssm", false},
	{"ssmmessages", "ssmmessages", false},
	{"states", "states", true},
	{"storagegateway", "storagegateway", false},
	{"sts", "sts", true},
	{"textract", "textract", false},
	{"transfer", "transfer", false},
	{"transferserver", "transfer.server", false},
	{"workspaces", "workspaces", true},
}

// endpoints adds the endpoints of version 2.
func (v *vpcModule) endpoints() {
	for _, e := range vpcV2Endpoints {
		v.interfaceEndpoint(e.name, v.service(graph.String(e.service)), e.policy)
	}
	notebooks := concat(graph.String("aws.sagemaker."), v.input("sagemaker_notebook_endpoint_region", graph.String("")), graph.String(".notebook"))
	v.interfaceEndpoint("sagemaker_notebook", notebooks, true)
	for _, name := range []string{"s3", "dynamodb"} {
		v.gatewayEndpoint(name)
	}
}

// endpoint adds an endpoint if the call enables it.
func (v *vpcModule) endpoint(name string, a attributes) {
	e := v.add("aws_vpc_endpoint", name+"[0]", graph.And(v.created, v.on("enable_"+name+"_endpoint", false)), a)
	v.Outputs["vpc_endpoint_"+name+"_id"] = e.id()
}

func (v *vpcModule) interfaceEndpoint(name string, service graph.Value, policy bool) {
	a := attributes{"vpc_id": v.vpc.id(), "service_name": service, "vpc_endpoint_type": graph.String("Interface")}
	v.interfaceArguments(a, name)
	if policy {
		a["policy"] = v.input(name+"_endpoint_policy", graph.Null())
	}
	v.endpoint(name, a)
}

// interfaceArguments are those that only an interface endpoint has. It is in all private subnets when the call names none.
func (v *vpcModule) interfaceArguments(a attributes, name string) {
	subnets := v.input(name+"_endpoint_subnet_ids", graph.List())
	a["subnet_ids"] = either(countOf(subnets).some(), subnets, v.subnets["private"].all("id"))
	a["security_group_ids"] = v.input(name+"_endpoint_security_group_ids", graph.List())
	a["private_dns_enabled"] = v.input(name+"_endpoint_private_dns_enabled", graph.Bool(false))
}

// gatewayEndpoint adds an endpoint that is a gateway unless an input makes it an interface, with its routes in all route tables.
func (v *vpcModule) gatewayEndpoint(name string) {
	kind := v.input(name+"_endpoint_type", graph.String("Gateway"))
	isInterface := v.is(name+"_endpoint_type", kind, "Interface")
	a := attributes{}
	v.interfaceArguments(a, name)
	for argument, value := range a {
		a[argument] = either(isInterface, value, graph.Null())
	}
	a["vpc_id"], a["vpc_endpoint_type"] = v.vpc.id(), kind
	a["service_name"] = v.service(graph.String(name))
	a["policy"] = v.input(name+"_endpoint_policy", graph.Null())
	// The module has a resource for each route; to the endpoint it is the same.
	public := v.tables["public"].all("id")
	if name == "s3" {
		public = either(v.on("enable_public_s3_endpoint", true), public, graph.List())
	}
	tables := union(v.tables["private"].all("id"), v.tables["intra"].all("id"), public)
	a["route_table_ids"] = either(v.is(name+"_endpoint_type", kind, "Gateway"), tables, graph.Null())
	v.endpoint(name, a)
}
