package provider

import "github.com/iacscan/iacscan/graph"

// managedPolicies are policies that AWS manages and that samples for SageMaker name, with their paths. See the "AWS Managed Policy
// Reference Guide".
var managedPolicies = map[string]string{
	"AdministratorAccess":                                   "",
	"AmazonAthenaFullAccess":                                "",
	"AmazonBedrockFullAccess":                               "",
	"AmazonBedrockReadOnly":                                 "",
	"AmazonEC2ContainerRegistryFullAccess":                  "",
	"AmazonEC2ContainerRegistryPowerUser":                   "",
	"AmazonEC2ContainerRegistryReadOnly":                    "",
	"AmazonEC2FullAccess":                                   "",
	"AmazonEC2ReadOnlyAccess":                               "",
	"AmazonForecastFullAccess":                              "",
	"AmazonKendraFullAccess":                                "",
	"AmazonRedshiftFullAccess":                              "",
	"AmazonRedshiftReadOnlyAccess":                          "",
	"AmazonS3FullAccess":                                    "",
	"AmazonS3ReadOnlyAccess":                                "",
	"AmazonSageMakerCanvasAIServicesAccess":                 "",
	"AmazonSageMakerCanvasBedrockAccess":                    "",
	"AmazonSageMakerCanvasDataPrepFullAccess":               "",
	"AmazonSageMakerCanvasDirectDeployAccess":               "service-role/",
	"AmazonSageMakerCanvasEMRServerlessExecutionRolePolicy": "",
	"AmazonSageMakerCanvasForecastAccess":                   "service-role/",
	"AmazonSageMakerCanvasFullAccess":                       "",
	"AmazonSageMakerCanvasSMDataScienceAssistantAccess":     "",
	"AmazonSageMakerFeatureStoreAccess":                     "",
	"AmazonSageMakerFullAccess":                             "",
	"AmazonSageMakerReadOnly":                               "",
	"AmazonVPCFullAccess":                                   "",
	"AmazonVPCReadOnlyAccess":                               "",
	"CloudWatchFullAccess":                                  "",
	"CloudWatchLogsFullAccess":                              "",
	"IAMFullAccess":                                         "",
	"PowerUserAccess":                                       "",
	"ReadOnlyAccess":                                        "",
	"SecretsManagerReadWrite":                               "",
}

// managedPolicy is data.aws_iam_policy by name, where the name is one of a policy that AWS manages. A customer cannot have a policy of
// that name too: the data source fails when it finds two.
func managedPolicy(d dataSource) map[string]graph.Value {
	name := d.arguments.get("name")
	text, _ := name.Text()
	path, ok := managedPolicies[text]
	if !ok {
		return nil
	}
	arn := concat(graph.String("arn:"), d.ownPartition(), graph.String(":iam::aws:policy/"+path), name).WithSpan(name.At())
	return map[string]graph.Value{"arn": arn, "id": arn}
}
