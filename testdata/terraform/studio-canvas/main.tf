locals {
  name = "canvas-${var.environment}"
}

data "aws_caller_identity" "current" {}

resource "aws_s3_bucket" "artifacts" {
  bucket = "sagemaker-${var.region}-${data.aws_caller_identity.current.account_id}-${local.name}"
}

module "network" {
  source = "./modules/network"

  name             = local.name
  cidr_block       = var.cidr_block
  artifact_buckets = [aws_s3_bucket.artifacts.arn]

  interface_services = [
    "sagemaker.api",
    "sagemaker.runtime",
    "sts",
    "logs",
    "monitoring",
    "ec2",
    "ecr.api",
    "ecr.dkr",
    "athena",
    "glue",
    # The Canvas guide has retired this name: model calls go to bedrock-runtime.
    "bedrock",
  ]
}

module "studio" {
  source = "./modules/studio"

  name                = local.name
  network_access_type = var.network_access_type
  vpc_id              = module.network.vpc_id
  subnet_ids          = module.network.private_subnet_ids
  security_group_ids  = [module.network.studio_security_group_id]
  artifact_path       = "s3://${aws_s3_bucket.artifacts.bucket}/canvas"
  users               = var.analysts
}
