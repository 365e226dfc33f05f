locals {
  name   = "research"
  region = "us-east-1"
  azs    = ["${local.region}a", "${local.region}b", "${local.region}c"]
}

data "aws_organizations_organization" "current" {}

module "vpc" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "~> 6.0"

  name = local.name
  cidr = "10.80.0.0/16"

  azs           = local.azs
  intra_subnets = [for index, az in local.azs : cidrsubnet("10.80.0.0/16", 4, index)]
}

module "vpc_endpoints" {
  source  = "terraform-aws-modules/vpc/aws//modules/vpc-endpoints"
  version = "~> 6.0"

  vpc_id     = module.vpc.vpc_id
  subnet_ids = module.vpc.intra_subnets

  create_security_group      = true
  security_group_name_prefix = "${local.name}-endpoints-"
  security_group_rules = {
    ingress_https = {
      description = "HTTPS from the VPC"
      cidr_blocks = [module.vpc.vpc_cidr_block]
    }
  }

  endpoints = merge(
    {
      s3 = {
        service         = "s3"
        service_type    = "Gateway"
        route_table_ids = module.vpc.intra_route_table_ids
        policy          = data.aws_iam_policy_document.s3.json
      }
      notebook = {
        service_name        = "aws.sagemaker.${local.region}.notebook"
        private_dns_enabled = true
      }
    },
    {
      for service in local.interface_services :
      replace(service, ".", "_") => {
        service             = service
        private_dns_enabled = true
      }
    },
  )
}

locals {
  # Every service that the Canvas guide lists; notebook and s3, which differ, stand above.
  interface_services = [
    "application-autoscaling",
    "athena",
    "bedrock-runtime",
    "comprehend",
    "ec2",
    "ecr.api",
    "ecr.dkr",
    "emr-serverless",
    "forecast",
    "forecastquery",
    "glue",
    "kendra",
    "logs",
    "monitoring",
    "q",
    "rds",
    "redshift-data",
    "rekognition",
    "sagemaker-data-science-assistant",
    "sagemaker.api",
    "sagemaker.runtime",
    "secretsmanager",
    "ssm",
    "sts",
    "textract",
  ]
}

data "aws_iam_policy_document" "s3" {
  statement {
    actions   = ["s3:*"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [data.aws_organizations_organization.current.id]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceOrgID"
      values   = [data.aws_organizations_organization.current.id]
    }
  }

  statement {
    sid       = "PublishedModels"
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::jumpstart-cache-prod-${local.region}/*", "arn:aws:s3:::fmeval/datasets/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
