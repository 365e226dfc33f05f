package provider

import "slices"

// withoutEndpoints are modules that create nothing which matters to a network: no endpoints, no routes, no SageMaker resources. A call of
// one does not leave open what a VPC that it receives holds. Without a path it is all modules of a source.
var withoutEndpoints = []string{
	"cloudposse/s3-bucket/aws",
	"cloudposse/iam-role/aws",
	"cloudposse/iam-policy/aws",
	"cloudposse/kms-key/aws",
	"cloudposse/security-group/aws",
	"cloudposse/vpc-flow-logs-s3-bucket/aws",
	"cloudposse/ec2-instance/aws",
	"cloudposse/ec2-bastion-server/aws",
	"cloudposse/eks-cluster/aws",
	"cloudposse/eks-node-group/aws",
	"cloudposse/rds/aws",
	"cloudposse/rds-cluster/aws",
	"cloudposse/efs/aws",
	"cloudposse/elasticache-redis/aws",
	"cloudposse/alb/aws",
	"aws-ia/label/aws",
	"aws-ia/sagemaker-unified-studio/aws", // domains of DataZone, not of SageMaker
	"terraform-aws-modules/acm/aws",
	"terraform-aws-modules/alb/aws",
	"terraform-aws-modules/autoscaling/aws",
	"terraform-aws-modules/cloudwatch/aws",
	"terraform-aws-modules/dynamodb-table/aws",
	"terraform-aws-modules/ec2-instance/aws",
	"terraform-aws-modules/ecr/aws",
	"terraform-aws-modules/ecs/aws",
	"terraform-aws-modules/efs/aws",
	"terraform-aws-modules/eks/aws",
	"terraform-aws-modules/elasticache/aws",
	"terraform-aws-modules/elb/aws",
	"terraform-aws-modules/eventbridge/aws",
	"terraform-aws-modules/iam/aws",
	"terraform-aws-modules/key-pair/aws",
	"terraform-aws-modules/kms/aws",
	"terraform-aws-modules/lambda/aws",
	"terraform-aws-modules/msk-kafka-cluster/aws",
	"terraform-aws-modules/opensearch/aws",
	"terraform-aws-modules/rds/aws",
	"terraform-aws-modules/rds-aurora/aws",
	"terraform-aws-modules/redshift/aws",
	"terraform-aws-modules/route53/aws",
	"terraform-aws-modules/s3-bucket/aws",
	"terraform-aws-modules/secrets-manager/aws",
	"terraform-aws-modules/security-group/aws",
	"terraform-aws-modules/sns/aws",
	"terraform-aws-modules/sqs/aws",
	"terraform-aws-modules/ssm-parameter/aws",
	"terraform-aws-modules/step-functions/aws",
	"terraform-aws-modules/vpc/aws//modules/flow-log",
}

// withoutEndpoints reports whether s is one of them.
func (s moduleSource) withoutEndpoints() bool {
	return slices.Contains(withoutEndpoints, s.name) || slices.Contains(withoutEndpoints, s.name+"//"+s.path)
}
