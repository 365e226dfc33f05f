package aws

import "github.com/iacscan/iacscan/graph"

// managedPolicy is what an AWS managed policy allows of the actions that roles are asked about: those that put network interfaces into a
// VPC, ec2:DescribeVpcEndpointServices, elastic-inference:Connect and sagemaker:CreatePresignedNotebookInstanceUrl.
type managedPolicy struct {
	// allows are actions, with wildcards, that it allows on every resource.
	allows []string
	// unsure are actions of which it allows some, or under conditions.
	unsure []string
}

// managedPolicies are AWS managed policies that roles of SageMaker have, by name; the "AWS Managed Policy Reference Guide" has their
// documents, which AWS changes now and then. One that allows none of the actions has an empty entry. One that is not here may allow
// anything, so that what a role with it may do is not decided: an entry is worth its place only where it decides something.
var managedPolicies = map[string]managedPolicy{
	"AdministratorAccess":       {allows: []string{"*"}},
	"PowerUserAccess":           {allows: []string{"ec2:*", "elastic-inference:*", "sagemaker:*"}},
	"AmazonSageMakerFullAccess": {allows: append([]string{"sagemaker:CreatePresignedNotebookInstanceUrl"}, sageMakerNetworking...)},
	"AmazonSageMakerCanvasFullAccess": {
		allows: []string{"ec2:DescribeVpcEndpointServices"}, unsure: []string{"ec2:Describe*"},
	},
	"AmazonEC2FullAccess":                     {allows: []string{"ec2:*"}},
	"AmazonEC2ReadOnlyAccess":                 {allows: []string{"ec2:Describe*"}},
	"ReadOnlyAccess":                          {allows: []string{"ec2:Describe*"}},
	"AmazonVPCReadOnlyAccess":                 {unsure: []string{"ec2:Describe*"}},
	"AmazonBedrockFullAccess":                 {unsure: []string{"ec2:Describe*"}},
	"AmazonRedshiftFullAccess":                {unsure: []string{"ec2:Describe*"}},
	"SecretsManagerReadWrite":                 {unsure: []string{"ec2:Describe*"}},
	"AmazonDynamoDBFullAccess":                {unsure: []string{"ec2:Describe*"}},
	"AmazonS3FullAccess":                      {},
	"AmazonS3ReadOnlyAccess":                  {},
	"AmazonEC2ContainerRegistryFullAccess":    {},
	"AmazonEC2ContainerRegistryPowerUser":     {},
	"AmazonEC2ContainerRegistryReadOnly":      {},
	"AmazonSageMakerReadOnly":                 {},
	"AmazonSageMakerFeatureStoreAccess":       {},
	"AmazonSageMakerCanvasDirectDeployAccess": {},
	"AmazonSageMakerCanvasAIServicesAccess":   {},
	"AmazonSageMakerCanvasBedrockAccess":      {},
	"AmazonSageMakerCanvasForecastAccess":     {},
	"AmazonSageMakerModelRegistryFullAccess":  {},
	"AmazonAthenaFullAccess":                  {},
	"AmazonDynamoDBReadOnlyAccess":            {unsure: []string{"ec2:Describe*"}},
	"AmazonKendraFullAccess":                  {unsure: []string{"ec2:Describe*"}},
	"CloudWatchFullAccess":                    {},
	"CloudWatchLogsFullAccess":                {},
	"CloudWatchAgentServerPolicy":             {unsure: []string{"ec2:Describe*"}},
	"AWSCodeCommitReadOnly":                   {},
	"AWSKeyManagementServicePowerUser":        {},
	"AmazonSSMManagedInstanceCore":            {},
	"AWSStepFunctionsFullAccess":              {},
	"AWSLambdaBasicExecutionRole":             {},
}

// sageMakerNetworking are the actions of AmazonSageMakerFullAccess for networks. That it holds ec2:DescribeVpcEndpointServices says
// "Configure Amazon SageMaker Canvas in a VPC without internet access".
var sageMakerNetworking = []string{
	"ec2:CreateNetworkInterface", "ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface",
	"ec2:DeleteNetworkInterfacePermission", "ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups",
	"ec2:DescribeSubnets", "ec2:DescribeVpcEndpoints", "ec2:DescribeVpcEndpointServices", "ec2:DescribeVpcs", "elastic-inference:Connect",
}

// document is a policy document that says what the managed policy does.
func (m managedPolicy) document() graph.Value {
	statements := make([]graph.Value, 0, len(m.unsure)+1)
	for _, action := range m.unsure {
		statements = append(statements, unsureStatement(action, "it is not known what of "+action+" an AWS managed policy of the role allows"))
	}
	actions := make([]graph.Value, 0, len(m.allows))
	for _, action := range m.allows {
		actions = append(actions, graph.String(action))
	}
	statements = append(statements, allowStatement(graph.List(actions...), graph.String("*")))
	return graph.Map(graph.NewObject(map[string]graph.Value{"Statement": graph.List(statements...)}))
}

// unsureOf is the document of a policy that allows an action on what nobody knows.
func unsureOf(action, why string) graph.Value {
	return graph.Map(graph.NewObject(map[string]graph.Value{"Statement": graph.List(unsureStatement(action, why))}))
}

func unsureStatement(action, why string) graph.Value {
	return allowStatement(graph.String(action), graph.Unknown(why))
}

func allowStatement(action, resource graph.Value) graph.Value {
	return graph.Map(graph.NewObject(map[string]graph.Value{"Effect": graph.String("Allow"), "Action": action, "Resource": resource}))
}
